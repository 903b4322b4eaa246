package simulator

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// turns checks that tool uses and tool results answer each other.
func (c *checker) turns() error {
	var open []string // tool uses of the assistant turn before
	for i := 0; i < len(c.q.messages); {
		role := c.q.messages[i].role
		if role == "system" {
			i++
			continue
		}
		start := i
		var blocks []block // consecutive messages of a role are one turn
		for i < len(c.q.messages) && c.q.messages[i].role == role {
			blocks = append(blocks, c.q.messages[i].blocks...)
			i++
		}
		if role == "assistant" {
			open = toolUses(blocks)
			continue
		}
		if err := toolResults(blocks, open, start); err != nil {
			return err
		}
		open = nil
	}
	if len(open) > 0 {
		return unanswered(len(c.q.messages)-1, open)
	}
	return nil
}

func toolUses(blocks []block) []string {
	var ids []string
	for _, b := range blocks {
		if b.kind == "tool_use" {
			id, _ := b.fields.str("id")
			ids = append(ids, id)
		}
	}
	return ids
}

// toolResults checks the results in a user turn against the uses before it.
func toolResults(blocks []block, open []string, i int) error {
	var got []string
	text := false
	for _, b := range blocks {
		if b.kind != "tool_result" {
			text = true
			continue
		}
		id, _ := b.fields.str("tool_use_id")
		switch {
		case !slices.Contains(open, id):
			return bad("messages.%d: unexpected `tool_use_id` found in `tool_result` blocks: %s. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.", i, id)
		case slices.Contains(got, id):
			return bad("messages.%d: each tool_use must have a single result. Found multiple `tool_result` blocks with id: %s", i, id)
		case text:
			return bad("messages.%d: `tool_result` blocks must come before other content", i)
		}
		got = append(got, id)
	}
	missing := slices.DeleteFunc(slices.Clone(open), func(id string) bool { return slices.Contains(got, id) })
	if len(missing) > 0 {
		return unanswered(i-1, missing)
	}
	return nil
}

func unanswered(i int, ids []string) error {
	return bad("messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s. Each `tool_use` block must have a corresponding `tool_result` block in the next message.", i, strings.Join(ids, ", "))
}

// tools checks the definitions of custom tools; named tools of the API are taken as they are.
func (c *checker) tools() error {
	raw, there := c.q.fields["tools"]
	if !there {
		return nil
	}
	list, ok := array(raw)
	if !ok {
		return bad("tools: Input should be a valid list")
	}
	names := map[string]bool{}
	pattern := regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)
	for i, raw := range list {
		path := fmt.Sprintf("tools.%d", i)
		f, ok := object(raw)
		if !ok {
			return bad("%s: Input should be a valid dictionary", path)
		}
		name, _ := f.str("name")
		if name != "" && names[name] {
			return bad("tools: Tool names must be unique.")
		}
		names[name] = true
		if kind, typed := f.str("type"); typed && kind != "custom" {
			continue
		}
		if err := c.customTool(f, path, pattern.MatchString(name)); err != nil {
			return err
		}
	}
	c.q.tools = list
	return nil
}

func (c *checker) customTool(f fields, path string, named bool) error {
	if !named {
		return bad("%s.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'", path)
	}
	if !f.has("input_schema") {
		return bad("%s.custom.input_schema: Field required", path)
	}
	schema, ok := object(f["input_schema"])
	if kind, _ := schema.str("type"); !ok || kind != "object" {
		return bad("%s.custom.input_schema.type: Input should be 'object'", path)
	}
	return c.noExtra(f, path+".custom.", "type", "name", "description", "input_schema", "cache_control",
		"allowed_callers", "defer_loading", "strict", "input_examples", "eager_input_streaming")
}

func (c *checker) toolChoice() error {
	raw, there := c.q.fields["tool_choice"]
	if !there {
		return nil
	}
	f, ok := object(raw)
	if !ok {
		return bad("tool_choice: Input should be a valid dictionary")
	}
	kind, _ := f.str("type")
	if err := oneOf("tool_choice.type", kind, "auto", "any", "tool", "none"); err != nil {
		return err
	}
	if _, named := f.str("name"); kind == "tool" && !named {
		return bad("tool_choice.tool.name: Field required")
	}
	if len(c.q.tools) == 0 {
		return bad("tool_choice: may only be specified while providing tools")
	}
	c.q.toolChoice = kind
	if forced := kind == "any" || kind == "tool"; !forced || c.lenient {
		return nil
	}
	if !c.q.model.ForcedTools {
		return bad("tool_choice: '%s' is not supported on this model; use 'auto' or 'none'", kind)
	}
	if t, _ := object(c.q.fields["thinking"]); string(t["type"]) == `"enabled"` {
		return bad("Thinking may not be enabled when tool_choice forces tool use.")
	}
	return nil
}

// cacheControls checks number and order of the breakpoints of the whole request.
func (c *checker) cacheControls() error {
	q := c.q
	var err error
	if q.automatic, err = c.cacheControl(q.fields, ""); err != nil {
		return err
	}
	var found []*cacheControl
	for i, raw := range q.tools {
		f, _ := object(raw)
		cc, err := c.cacheControl(f, fmt.Sprintf("tools.%d", i))
		if err != nil {
			return err
		}
		found = append(found, cc)
	}
	lastBlock := &cacheControl{}
	for _, b := range q.promptBlocks() {
		if b.cache != nil && b.kind == "text" && b.text == "" {
			return bad("%s: cache_control cannot be set for empty text blocks", b.path)
		}
		found = append(found, b.cache)
		lastBlock = b.cache
	}
	if q.automatic != nil && lastBlock == nil {
		found = append(found, q.automatic)
	}
	found = slices.DeleteFunc(found, func(cc *cacheControl) bool { return cc == nil })
	if c.lenient {
		return nil
	}
	if len(found) > 4 {
		return bad("A maximum of 4 blocks with cache_control may be provided. Found %d.", len(found))
	}
	for i := 1; i < len(found); i++ {
		if found[i].ttl == "1h" && found[i-1].ttl == "5m" {
			return bad("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.")
		}
	}
	return nil
}

// promptBlocks are the blocks of the prompt in the order of the cache, tools left out.
func (q *request) promptBlocks() []block {
	blocks := slices.Clone(q.system)
	for _, m := range q.messages {
		blocks = append(blocks, m.blocks...)
	}
	return blocks
}

// raw is the block as JSON with its keys in order and without its breakpoint, so that equal blocks are equal bytes.
func (b block) raw() []byte {
	f := make(map[string]json.RawMessage, len(b.fields))
	for name, value := range b.fields {
		if name != "cache_control" {
			f[name] = value
		}
	}
	return encode(f)
}
