package simulator

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// blockShape is what a kind of block must and may have.
type blockShape struct {
	required, optional []string
	roles              string
}

// shape returns the shape of a kind of block; nil means that the API does not know it. A shape without required fields
// is not looked into.
func shape(kind string) *blockShape {
	switch kind {
	case "text":
		return &blockShape{[]string{"text"}, []string{"cache_control", "citations"}, "user assistant system"}
	case "image":
		return &blockShape{[]string{"source"}, []string{"cache_control", "transformations"}, "user"}
	case "document":
		return &blockShape{[]string{"source"}, []string{"cache_control", "title", "context", "citations"}, "user assistant"}
	case "search_result":
		return &blockShape{[]string{"source", "title", "content"}, []string{"cache_control", "citations"}, "user"}
	case "thinking":
		return &blockShape{[]string{"thinking", "signature"}, nil, "assistant"}
	case "redacted_thinking":
		return &blockShape{[]string{"data"}, nil, "assistant"}
	case "tool_use":
		return &blockShape{[]string{"id", "name", "input"}, []string{"cache_control", "caller", "toolset_name"}, "assistant"}
	case "tool_result":
		return &blockShape{[]string{"tool_use_id"}, []string{"cache_control", "content", "is_error", "toolset_name"}, "user"}
	case "container_upload", "tool_reference":
		return &blockShape{roles: "user assistant"}
	case "browser_state":
		return &blockShape{roles: "user"}
	case "tool_addition", "tool_removal":
		return &blockShape{roles: "system"}
	case "server_tool_use", "mcp_tool_use", "mcp_tool_listing", "compaction", "fallback":
		return &blockShape{roles: "assistant"}
	}
	if strings.HasSuffix(kind, "_tool_result") {
		return &blockShape{roles: "assistant"}
	}
	return nil
}

// block decodes and checks one content block.
func (c *checker) block(raw json.RawMessage, path, role string) (block, error) {
	f, ok := object(raw)
	if !ok {
		return block{}, bad("%s: Input should be a valid dictionary", path)
	}
	kind, ok := f.str("type")
	if !ok {
		return block{}, bad("%s.type: Field required", path)
	}
	b := block{kind: kind, fields: f, path: path}
	s := shape(kind)
	if s == nil || !slices.Contains(strings.Fields(s.roles), role) {
		return b, bad("%s: Input tag '%s' found using 'type' does not match any of the expected tags for role '%s'", path, kind, role)
	}
	if len(s.required) > 0 {
		for _, name := range s.required {
			if !f.has(name) {
				return b, bad("%s.%s.%s: Field required", path, kind, name)
			}
		}
		allowed := append(append([]string{"type"}, s.required...), s.optional...)
		if err := c.noExtra(f, path+"."+kind+".", allowed...); err != nil {
			return b, err
		}
	}
	var err error
	if b.cache, err = c.cacheControl(f, path); err != nil {
		return b, err
	}
	return c.blockRules(b, role)
}

// blockRules checks what is special to a kind.
func (c *checker) blockRules(b block, role string) (block, error) {
	var ok bool
	switch b.kind {
	case "text":
		if b.text, ok = b.fields.str("text"); !ok {
			return b, bad("%s.text.text: Input should be a valid string", b.path)
		}
		if c.x.version == version2026 && role == "user" && nonEmptyArray(b.fields["citations"]) && !c.lenient {
			return b, bad("%s.text.citations: Extra inputs are not permitted", b.path)
		}
		return b, c.textRules(b)
	case "image":
		return b, c.image(b)
	case "document":
		if c.x.version == version2026 && role == "assistant" && !c.lenient {
			return b, bad("%s: document blocks are not permitted in assistant messages", b.path)
		}
		if _, ok := object(b.fields["source"]); !ok {
			return b, bad("%s.document.source: Input should be a valid dictionary", b.path)
		}
	case "thinking":
		return b, c.thinkingBlock(b)
	case "tool_use":
		if _, ok := object(b.fields["input"]); !ok {
			return b, bad("%s.tool_use.input: Input should be a valid dictionary", b.path)
		}
	case "tool_result":
		return b, c.toolResult(b)
	}
	return b, nil
}

func nonEmptyArray(raw json.RawMessage) bool {
	list, ok := array(raw)
	return ok && len(list) > 0
}

func (c *checker) image(b block) error {
	source, ok := object(b.fields["source"])
	if !ok {
		return bad("%s.image.source: Input should be a valid dictionary", b.path)
	}
	kind, _ := source.str("type")
	if err := oneOf(b.path+".image.source.type", kind, "base64", "url", "file"); err != nil || kind != "base64" {
		return err
	}
	media, _ := source.str("media_type")
	return oneOf(b.path+".image.source.base64.media_type", media, "image/jpeg", "image/png", "image/gif", "image/webp")
}

// toolResult checks the content of a tool result, which is a string or blocks.
func (c *checker) toolResult(b block) error {
	raw, there := b.fields["content"]
	if _, isText := b.fields.str("content"); !there || isText || bytes.Equal(raw, []byte("null")) {
		return nil
	}
	list, ok := array(raw)
	if !ok {
		return bad("%s.tool_result.content: Input should be a valid string or a valid list", b.path)
	}
	for _, raw := range list {
		f, ok := object(raw)
		if !ok {
			return bad("%s.tool_result.content: Input should be a valid dictionary", b.path)
		}
		kind, _ := f.str("type")
		if err := oneOf(b.path+".tool_result.content.type", kind,
			"text", "image", "search_result", "document", "tool_reference", "browser_state"); err != nil {
			return err
		}
		if text, ok := f.str("text"); kind == "text" && (!ok || text == "") {
			return bad("messages: text content blocks must be non-empty")
		}
	}
	return nil
}

// cacheControl decodes the cache_control of a block, a tool or the request; nil means none.
func (c *checker) cacheControl(f fields, path string) (*cacheControl, error) {
	if !f.has("cache_control") {
		return nil, nil
	}
	if path != "" {
		path += "."
	}
	cc, ok := object(f["cache_control"])
	if !ok {
		return nil, bad("%scache_control: Input should be a valid dictionary", path)
	}
	if kind, _ := cc.str("type"); kind != "ephemeral" {
		return nil, bad("%scache_control.type: Input should be 'ephemeral'", path)
	}
	if err := c.noExtra(cc, path+"cache_control.ephemeral.", "type", "ttl"); err != nil {
		return nil, err
	}
	ttl := "5m"
	if cc.has("ttl") {
		ttl, _ = cc.str("ttl")
	}
	return &cacheControl{ttl}, oneOf(path+"cache_control.ephemeral.ttl", ttl, "5m", "1h")
}
