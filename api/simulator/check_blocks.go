package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

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
	s := c.x.sim.surface().shapes[kind]
	if s == nil || !s.known(c.x, role) {
		return b, bad("%s: Input tag '%s' found using 'type' does not match any of the expected tags for role '%s'", path, kind, role)
	}
	var err error
	if b.cache, err = c.cacheControl(f, path); err != nil {
		return b, err
	}
	if kind == "text" {
		b.text, _ = f.str("text")
	}
	return b, c.part(b, s, role)
}

// part checks a block, or an object within one, against its shape and the rules of its kind.
func (c *checker) part(b block, s *shape, role string) error {
	for _, name := range s.Required {
		if !b.fields.has(name) {
			return bad("%s.%s.%s: Field required", b.path, b.kind, name)
		}
	}
	allowed := slices.Concat([]string{"type"}, s.Required, s.Optional)
	if err := c.noExtra(b.fields, b.path+"."+b.kind+".", allowed...); err != nil {
		return err
	}
	if s.Codes != nil {
		code, _ := b.fields.str("error_code")
		if err := oneOf(b.path+"."+b.kind+".error_code", code, s.Codes...); err != nil {
			return err
		}
	}
	if s.Content != nil {
		if err := c.inner(b, s.Content, role); err != nil {
			return err
		}
	}
	return c.blockRules(b, role)
}

// inner checks the field content against the forms it may have.
func (c *checker) inner(b block, forms []string, role string) error {
	path := b.path + "." + b.kind + ".content"
	raw := b.fields["content"]
	if !b.fields.has("content") && (slices.Contains(forms, "null") || len(raw) == 0) {
		return nil
	}
	if _, isText := b.fields.str("content"); isText && slices.Contains(forms, "string") {
		return nil
	}
	if f, ok := object(raw); ok {
		return c.within(f, path, forms, role)
	}
	at := slices.IndexFunc(forms, func(form string) bool { return form[0] == '[' })
	list, ok := array(raw)
	if !ok || at < 0 {
		return bad("%s: Input should be %s", path, strings.Join(forms, " or "))
	}
	kinds := strings.Fields(strings.Trim(forms[at], "[]"))
	for i, raw := range list {
		f, ok := object(raw)
		if !ok {
			return bad("%s.%d: Input should be a valid dictionary", path, i)
		}
		if err := c.within(f, fmt.Sprintf("%s.%d", path, i), kinds, role); err != nil {
			return err
		}
	}
	return nil
}

// within checks an object that stands in another block.
func (c *checker) within(f fields, path string, kinds []string, role string) error {
	kind, _ := f.str("type")
	if err := oneOf(path+".type", kind, kinds...); err != nil {
		return err
	}
	b := block{kind: kind, fields: f, path: path}
	if text, ok := f.str("text"); kind == "text" && (!ok || text == "") {
		return bad("messages: text content blocks must be non-empty")
	} else if kind == "text" {
		b.text = text
	}
	if kind == "document" && role == "assistant" {
		role = "" // what a server tool fetched is no document of the assistant's own
	}
	return c.part(b, c.x.sim.surface().shapes[kind], role)
}

// blockRules checks what is special to a kind.
func (c *checker) blockRules(b block, role string) error {
	switch b.kind {
	case "text":
		return c.text(b, role)
	case "image":
		return c.image(b)
	case "document":
		if c.x.version == version2026 && role == "assistant" && !c.lenient {
			return bad("%s: document blocks are not permitted in assistant messages", b.path)
		}
		return c.document(b)
	case "search_result":
		return c.searchResult(b)
	case "thinking":
		return c.thinkingBlock(b)
	case "redacted_thinking":
		return c.redactedBlock(b)
	case "tool_use", "server_tool_use", "mcp_tool_use":
		return c.use(b)
	case "tool_addition", "tool_removal":
		return c.toolChange(b)
	case "compaction":
		if content, ok := b.fields.str("content"); ok && content == "" {
			return bad("%s.compaction.content: String should have at least 1 character", b.path)
		}
	case "fallback":
		for _, name := range []string{"from", "to"} {
			end, _ := object(b.fields[name])
			if model, _ := end.str("model"); model == "" {
				return bad("%s.fallback.%s.model: Field required", b.path, name)
			}
		}
	case "tool_search_tool_search_result":
		return c.foundTools(b)
	}
	return nil
}

// text checks a text block.
func (c *checker) text(b block, role string) error {
	if _, ok := b.fields.str("text"); !ok {
		return bad("%s.text.text: Input should be a valid string", b.path)
	}
	if b.fields.has("citations") && role != "system" {
		list, ok := array(b.fields["citations"])
		if !ok {
			return bad("%s.text.citations: Input should be a valid list", b.path)
		}
		if len(list) > 0 && role == "user" && c.x.version == version2026 && !c.lenient {
			return bad("%s.text.citations: Extra inputs are not permitted", b.path)
		}
		for i, raw := range list {
			if err := c.citation(raw, fmt.Sprintf("%s.text.citations.%d", b.path, i)); err != nil {
				return err
			}
		}
	}
	return c.textRules(b)
}

// use checks the use of a tool.
func (c *checker) use(b block) error {
	if _, ok := object(b.fields["input"]); !ok {
		return bad("%s.%s.input: Input should be a valid dictionary", b.path, b.kind)
	}
	name, _ := b.fields.str("name")
	if b.kind == "server_tool_use" {
		if err := oneOf(b.path+".server_tool_use.name", name, c.x.sim.surface().serverNames()...); err != nil {
			return err
		}
	}
	if !b.fields.has("caller") {
		return nil
	}
	caller, _ := object(b.fields["caller"])
	kind, _ := caller.str("type")
	err := oneOf(b.path+"."+b.kind+".caller.type", kind, "direct", "code_execution_20250825", "code_execution_20260120", "code_execution_20260521")
	if err == nil && kind != "direct" && !caller.has("tool_id") {
		err = bad("%s.%s.caller.%s.tool_id: Field required", b.path, b.kind, kind)
	}
	return err
}

func (c *checker) foundTools(b block) error {
	list, ok := array(b.fields["tool_references"])
	if !ok {
		return bad("%s.tool_references: Input should be a valid list", b.path)
	}
	for i, raw := range list {
		f, _ := object(raw)
		if err := c.within(f, fmt.Sprintf("%s.tool_references.%d", b.path, i), []string{"tool_reference"}, ""); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) image(b block) error {
	source, ok := object(b.fields["source"])
	if !ok {
		return bad("%s.image.source: Input should be a valid dictionary", b.path)
	}
	kind, _ := source.str("type")
	if err := c.source(source, b.path+".image.source", kind, "base64", "url", "file"); err != nil || kind != "base64" {
		return err
	}
	media, _ := source.str("media_type")
	return oneOf(b.path+".image.source.base64.media_type", media, "image/jpeg", "image/png", "image/gif", "image/webp")
}

// document checks where a document comes from.
func (c *checker) document(b block) error {
	path := b.path + ".document.source"
	source, ok := object(b.fields["source"])
	if !ok {
		return bad("%s: Input should be a valid dictionary", path)
	}
	kind, _ := source.str("type")
	if err := c.source(source, path, kind, "base64", "text", "content", "url", "file"); err != nil {
		return err
	}
	media, _ := source.str("media_type")
	switch kind {
	case "base64":
		if err := oneOf(path+".base64.media_type", media, "application/pdf"); err != nil {
			return err
		}
	case "text":
		if err := oneOf(path+".text.media_type", media, "text/plain"); err != nil {
			return err
		}
	case "content":
		inner := block{kind: "content", fields: source, path: path}
		if err := c.inner(inner, []string{"string", "[text image]"}, ""); err != nil {
			return err
		}
	}
	if !b.fields.has("citations") {
		return nil
	}
	return c.citationsEnabled(b.fields, b.path+".document")
}

// source checks the fields of a source by its type.
func (c *checker) source(f fields, path, kind string, kinds ...string) error {
	if err := oneOf(path+".type", kind, kinds...); err != nil {
		return err
	}
	required := map[string][]string{
		"base64": {"media_type", "data"}, "text": {"media_type", "data"}, "content": {"content"}, "url": {"url"}, "file": {"file_id"},
	}[kind]
	for _, name := range required {
		_, isText := f.str(name)
		if !f.has(name) || !isText && name != "content" {
			return bad("%s.%s.%s: Field required", path, kind, name)
		}
	}
	return c.noExtra(f, path+"."+kind+".", append(required, "type")...)
}

// searchResult checks a search result that the caller brings along.
func (c *checker) searchResult(b block) error {
	for _, name := range []string{"source", "title"} {
		if _, ok := b.fields.str(name); !ok {
			return bad("%s.search_result.%s: Input should be a valid string", b.path, name)
		}
	}
	if list, _ := array(b.fields["content"]); len(list) == 0 {
		return bad("%s.search_result.content: List should have at least 1 item after validation, not 0", b.path)
	}
	if !b.fields.has("citations") {
		return nil
	}
	return c.citationsEnabled(b.fields, b.path+".search_result")
}

// citationsEnabled checks the citations setting of a document, a search result or web fetch.
func (c *checker) citationsEnabled(f fields, path string) error {
	setting, ok := object(f["citations"])
	if !ok {
		return bad("%s.citations: Input should be a valid dictionary", path)
	}
	if _, ok := setting.boolean("enabled"); setting.has("enabled") && !ok {
		return bad("%s.citations.enabled: Input should be a valid boolean", path)
	}
	return c.noExtra(setting, path+".citations.", "enabled")
}

// citation checks one citation that comes back.
func (c *checker) citation(raw json.RawMessage, path string) error {
	f, ok := object(raw)
	if !ok {
		return bad("%s: Input should be a valid dictionary", path)
	}
	kind, _ := f.str("type")
	required := map[string][]string{
		"char_location":              {"cited_text", "document_index", "start_char_index", "end_char_index"},
		"page_location":              {"cited_text", "document_index", "start_page_number", "end_page_number"},
		"content_block_location":     {"cited_text", "document_index", "start_block_index", "end_block_index"},
		"web_search_result_location": {"cited_text", "url", "encrypted_index"},
		"search_result_location":     {"cited_text", "search_result_index", "source", "start_block_index", "end_block_index"},
	}
	if required[kind] == nil {
		return oneOf(path+".type", kind, "char_location", "page_location", "content_block_location", "web_search_result_location", "search_result_location")
	}
	for _, name := range required[kind] {
		if !f.has(name) {
			return bad("%s.%s.%s: Field required", path, kind, name)
		}
	}
	// file_id is in answers only. That null is forgiven, as for other fields of answers, is not confirmed.
	allowed := append(required[kind], "type", "document_title", "title")
	if !f.has("file_id") {
		allowed = append(allowed, "file_id")
	}
	return c.noExtra(f, path+"."+kind+".", allowed...)
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
