package simulator

import (
	"encoding/json"
	"fmt"
	"strings"
)

// maxMessages is the largest number of entries in messages.
const maxMessages = 100_000

// system decodes the system prompt.
func (c *checker) system() error {
	raw, there := c.q.fields["system"]
	if !there {
		return nil
	}
	if s, ok := c.q.fields.str("system"); ok {
		if s != "" {
			c.q.system = []block{textBlock(s, "system")}
		}
		return nil
	}
	list, ok := array(raw)
	if !ok {
		return bad("system: Input should be a valid string or a valid list")
	}
	for i, raw := range list {
		b, err := c.block(raw, fmt.Sprintf("system.%d", i), "system")
		if err != nil {
			return err
		}
		c.q.system = append(c.q.system, b)
	}
	return nil
}

func textBlock(s, path string) block {
	return block{kind: "text", text: s, path: path, fields: fields{"type": json.RawMessage(`"text"`), "text": appendString(nil, s)}}
}

// messages decodes the messages.
func (c *checker) messages() error {
	raw, there := c.q.fields["messages"]
	if !there {
		return bad("messages: Field required")
	}
	list, ok := array(raw)
	switch {
	case !ok:
		return bad("messages: Input should be a valid list")
	case len(list) == 0:
		return bad("messages: at least one message is required")
	case len(list) > maxMessages:
		return bad("messages: List should have at most %d items after validation, not %d", maxMessages, len(list))
	}
	c.q.messages = make([]message, 0, len(list))
	for i, raw := range list {
		m, err := c.message(raw, i, i == len(list)-1)
		if err != nil {
			return err
		}
		c.q.messages = append(c.q.messages, m)
	}
	return nil
}

func (c *checker) message(raw json.RawMessage, i int, last bool) (message, error) {
	path := fmt.Sprintf("messages.%d", i)
	f, ok := object(raw)
	if !ok {
		return message{}, bad("%s: Input should be a valid dictionary", path)
	}
	if !f.has("role") {
		return message{}, bad("%s.role: Field required", path)
	}
	role, _ := f.str("role")
	if err := oneOf(path+".role", role, "user", "assistant", "system"); err != nil {
		return message{}, err
	}
	if err := c.role(role, i); err != nil {
		return message{}, err
	}
	allowed := []string{"role", "content"}
	if role == "system" && c.x.beta("mid-conversation-") {
		allowed = append(allowed, "clear_at", "output_config")
	}
	if err := c.noExtra(f, path+".", allowed...); err != nil {
		return message{}, err
	}
	m := message{role: role}
	var err error
	m.blocks, err = c.content(f["content"], path, role)
	if err == nil && len(m.blocks) == 0 && (role != "assistant" || !last) {
		err = bad("%s: all messages must have non-empty content except for the optional final assistant message", path)
	}
	return m, err
}

// role checks where a message of that role may stand.
func (c *checker) role(role string, i int) error {
	if i == 0 && role != "user" {
		return bad("messages: first message must use the \"user\" role")
	}
	if role != "system" || c.lenient {
		return nil
	}
	if !c.q.model.MidSystem {
		return bad("messages.%d: role 'system' is not supported on this model", i)
	}
	if c.q.messages[i-1].role != "user" {
		return bad("messages.%d: a system message must directly follow a user message", i)
	}
	return nil
}

// content decodes a string or a list of blocks.
func (c *checker) content(raw json.RawMessage, path, role string) ([]block, error) {
	if len(raw) == 0 {
		return nil, bad("%s.content: Field required", path)
	}
	var s *string
	if json.Unmarshal(raw, &s) == nil && s != nil {
		if *s == "" {
			return nil, nil
		}
		b := textBlock(*s, path+".content")
		return []block{b}, c.textRules(b)
	}
	list, ok := array(raw)
	if !ok {
		return nil, bad("%s.content: Input should be a valid string or a valid list", path)
	}
	blocks := make([]block, 0, len(list))
	for i, raw := range list {
		b, err := c.block(raw, fmt.Sprintf("%s.content.%d", path, i), role)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, b)
	}
	return blocks, nil
}

func (c *checker) textRules(b block) error {
	if b.text == "" {
		return bad("%s: text content blocks must be non-empty", pathRoot(b.path))
	}
	if strings.TrimSpace(b.text) == "" {
		return bad("%s: text content blocks must contain non-whitespace text", pathRoot(b.path))
	}
	return nil
}

// pathRoot is the first part of a path, which is what the API names for broken texts.
func pathRoot(path string) string {
	root, _, _ := strings.Cut(path, ".")
	return root
}

// prefill checks a last message of the assistant's.
func (c *checker) prefill() error {
	q := c.q
	last := q.messages[len(q.messages)-1]
	if last.role != "assistant" {
		return nil
	}
	if n := len(last.blocks); n > 0 {
		switch kind := last.blocks[n-1].kind; {
		case strings.HasPrefix(kind, "server_tool_use") || strings.HasSuffix(kind, "_tool_result"):
			return nil // a paused turn that is sent back
		case kind == "text" && strings.TrimRight(last.blocks[n-1].text, " \t\r\n") != last.blocks[n-1].text:
			return bad("messages: final assistant content cannot end with trailing whitespace")
		}
	}
	if c.lenient || c.x.beta("fallback-credit-") && q.fields.has("fallback_credit_token") {
		return nil
	}
	if !q.model.Prefill {
		return bad("This model does not support assistant message prefill. The conversation must end with a user message.")
	}
	if q.thinking.kind == "enabled" {
		return bad("messages: prefilling assistant messages is not supported when thinking is enabled")
	}
	if q.format != nil {
		return bad("messages: prefilling assistant messages is not supported with output_config.format")
	}
	return nil
}
