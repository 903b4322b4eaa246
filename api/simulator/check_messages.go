package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
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
	case len(list) == 0 && c.stored == nil:
		return bad("messages: at least one message is required")
	case len(list) > maxMessages:
		return bad("messages: List should have at most %d items after validation, not %d", maxMessages, len(list))
	}
	if c.stored != nil {
		for i, raw := range c.stored.messages {
			if err := c.addMessage(raw, fmt.Sprintf("thread.messages.%d", i), false); err != nil {
				return err
			}
		}
	}
	c.q.messages = slices.Grow(c.q.messages, len(list))
	for i, raw := range list {
		if err := c.addMessage(raw, fmt.Sprintf("messages.%d", i), i == len(list)-1); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) addMessage(raw json.RawMessage, path string, last bool) error {
	m, err := c.message(raw, path, last)
	c.q.messages = append(c.q.messages, m)
	return err
}

func (c *checker) message(raw json.RawMessage, path string, last bool) (message, error) {
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
	allowed := []string{"role", "content"}
	if role == "system" {
		allowed = append(allowed, c.systemFields()...)
	}
	if err := c.noExtra(f, path+".", allowed...); err != nil {
		return message{}, err
	}
	m := message{role: role}
	if role == "system" {
		if err := c.systemMessage(&m, f, path); err != nil {
			return message{}, err
		}
	}
	if m.effort != "" && !f.has("content") {
		return m, c.role(m, path)
	}
	var err error
	if m.blocks, err = c.content(f["content"], path, role); err == nil {
		err = c.role(m, path)
	}
	if err == nil && len(m.blocks) == 0 && (role != "assistant" || !last) {
		err = bad("%s: all messages must have non-empty content except for the optional final assistant message", path)
	}
	return m, err
}

// role checks where a message of that role may stand.
func (c *checker) role(m message, path string) error {
	before := c.q.messages
	if len(before) == 0 && m.role != "user" && !m.compacted() {
		return bad("messages: first message must use the \"user\" role")
	}
	if m.role != "system" || c.lenient {
		return nil
	}
	if !c.q.model.MidSystem {
		return bad("%s: role 'system' is not supported on this model", path)
	}
	// What a compaction left of the conversation may be followed as well; that is not confirmed.
	if len(before) > 0 && before[len(before)-1].role != "user" && !before[len(before)-1].compacted() {
		return bad("%s: a system message must directly follow a user message", path)
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
	if last.role != "assistant" || q.compaction != nil || q.resumes() {
		return nil
	}
	if n := len(last.blocks); n > 0 {
		if b := last.blocks[n-1]; b.kind == "text" && strings.TrimRight(b.text, " \t\r\n") != b.text {
			return bad("messages: final assistant content cannot end with trailing whitespace")
		}
	}
	if c.lenient || q.credit != nil && q.credit.prefill {
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

// resumes says that the request sends back a turn that was paused, by a server tool or after a compaction.
func (q *request) resumes() bool {
	last := q.messages[len(q.messages)-1]
	if last.role != "assistant" || len(last.blocks) == 0 {
		return false
	}
	switch kind := last.blocks[len(last.blocks)-1].kind; kind {
	case "server_tool_use", "mcp_tool_use", "mcp_tool_listing", "compaction":
		return true
	default:
		return strings.HasSuffix(kind, "_tool_result")
	}
}

// compacted says that the message begins with what a compaction made of the conversation.
func (m message) compacted() bool {
	return m.role != "system" && len(m.blocks) > 0 && m.blocks[0].kind == "compaction"
}
