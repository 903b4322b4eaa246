package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// Block types that this package gives a typed view. Others are just as welcome.
const (
	BlockText             = "text"
	BlockThinking         = "thinking"
	BlockRedactedThinking = "redacted_thinking"
	BlockToolUse          = "tool_use"
	BlockServerToolUse    = "server_tool_use"
	BlockMCPToolUse       = "mcp_tool_use"
	BlockToolResult       = "tool_result"
	BlockImage            = "image"
	BlockDocument         = "document"
	BlockFallback         = "fallback"
	BlockCompaction       = "compaction"
)

// Block is one content block of a request or an answer.
//
// Raw is the truth: the block's JSON object exactly as it came, or as one of
// the New functions wrote it. Encoding a request writes Raw verbatim. (Only
// json.Marshal on a Block escapes <, > and & inside strings, as it does for
// every json.Marshaler; the meaning is the same.) Do not change Raw in place.
type Block struct {
	Type string          // the "type" of the object, "" if it has none
	Raw  json.RawMessage // the whole object
}

// ParseBlock reads one block from raw, which it copies. A JSON string becomes
// a text block, as the API reads it. Anything but a string or an object is an
// error.
func ParseBlock(raw []byte) (Block, error) {
	raw = bytes.TrimSpace(raw)
	if !json.Valid(raw) {
		return Block{}, errors.New("api: a content block is not valid JSON")
	}
	switch raw[0] {
	case '"':
		return NewText(decodeString(raw)), nil
	case '{':
		return Block{Type: parseObject(raw).str("type"), Raw: bytes.Clone(raw)}, nil
	default:
		return Block{}, errors.New("api: a content block is not a JSON object")
	}
}

// MarshalJSON returns Raw. The zero Block is an error.
func (b Block) MarshalJSON() ([]byte, error) {
	if len(b.Raw) == 0 {
		return nil, errors.New("api: empty content block")
	}
	return b.Raw, nil
}

// UnmarshalJSON is ParseBlock.
func (b *Block) UnmarshalJSON(raw []byte) error {
	parsed, err := ParseBlock(raw)
	if err != nil {
		return err
	}
	*b = parsed
	return nil
}

// NewText returns a text block. Invalid UTF-8 becomes U+FFFD.
func NewText(text string) Block {
	return newBlock(BlockText, "text", text)
}

// NewThinking returns a thinking block, for tests and imports: the API accepts
// only thinking with a signature it made itself.
func NewThinking(text, signature string) Block {
	return newBlock(BlockThinking, "thinking", text, "signature", signature)
}

// NewToolUse returns a call of a client tool. Input is the JSON object of its
// arguments, written verbatim; empty means {}.
func NewToolUse(id, name string, input json.RawMessage) Block {
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	b := newBlock(BlockToolUse, "id", id, "name", name)
	return b.withMember("input", input)
}

// NewToolResult returns the answer to the tool call with the given id. Without
// content the result is empty, which the API accepts.
func NewToolResult(toolUseID string, isError bool, content ...Block) Block {
	b := newBlock(BlockToolResult, "tool_use_id", toolUseID)
	if len(content) > 0 {
		b = b.withMember("content", appendBlocks(nil, content))
	}
	if isError {
		b = b.withMember("is_error", json.RawMessage("true"))
	}
	return b
}

// NewImageBase64 returns an image block that carries the image itself.
// MediaType is image/jpeg, image/png, image/gif or image/webp.
func NewImageBase64(mediaType string, data []byte) Block {
	return newBlock(BlockImage).withMember("source", base64Source(mediaType, data))
}

// NewDocumentBase64 returns a document block that carries a PDF. An empty
// title is left out.
func NewDocumentBase64(mediaType string, data []byte, title string) Block {
	b := newBlock(BlockDocument).withMember("source", base64Source(mediaType, data))
	if title != "" {
		b = b.withMember("title", appendString(nil, title))
	}
	return b
}

func base64Source(mediaType string, data []byte) []byte {
	return newBlock("base64", "media_type", mediaType,
		"data", base64.StdEncoding.EncodeToString(data)).Raw
}

// WithCacheControl returns b with a cache breakpoint, replacing one it had.
// Nil removes it.
func (b Block) WithCacheControl(c *CacheControl) Block {
	if c == nil {
		return b.withoutMember("cache_control")
	}
	raw, _ := c.MarshalJSON()
	return b.withMember("cache_control", raw)
}

// Text returns the text of a text block, and "" for every other type.
func (b Block) Text() string {
	if b.Type != BlockText {
		return ""
	}
	return parseObject(b.Raw).str("text")
}

// Thinking returns text and signature of a thinking block. With display
// "omitted" the text is empty; some servers send no signature.
func (b Block) Thinking() (text, signature string) {
	if b.Type != BlockThinking {
		return "", ""
	}
	o := parseObject(b.Raw)
	return o.str("thinking"), o.str("signature")
}

// Citations returns the citations of a text block, each as it came.
func (b Block) Citations() []json.RawMessage {
	return parseObject(b.Raw).list("citations")
}

// ToolUse is the typed view of a tool_use, server_tool_use or mcp_tool_use block.
type ToolUse struct {
	ID, Name string
	Input    json.RawMessage // always a JSON object, verbatim as it came
	// Incomplete is the input as far as it came, when that is no JSON object
	// (the answer was cut, or the model wrote something else). Input is then
	// {} and the call must not be carried out.
	Incomplete string
}

// ToolUse returns the tool call in b; ok is false when b is none.
func (b Block) ToolUse() (use ToolUse, ok bool) {
	if !takesInput(b.Type) {
		return ToolUse{}, false
	}
	o := parseObject(b.Raw)
	use = ToolUse{ID: o.str("id"), Name: o.str("name"), Input: o["input"]}
	switch {
	case isObject(use.Input):
	case len(use.Input) == 0 || string(use.Input) == "null":
		use.Input = json.RawMessage("{}")
	default:
		use.Incomplete = string(use.Input)
		if use.Input[0] == '"' {
			use.Incomplete = decodeString(use.Input)
		}
		use.Input = json.RawMessage("{}")
	}
	return use, true
}

// takesInput reports whether blocks of this type stream their "input".
func takesInput(blockType string) bool {
	switch blockType {
	case BlockToolUse, BlockServerToolUse, BlockMCPToolUse:
		return true
	}
	return false
}

// newBlock builds {"type":...} with string members in the order given.
func newBlock(blockType string, members ...string) Block {
	raw := appendString([]byte(`{"type":`), blockType)
	for i := 0; i+1 < len(members); i += 2 {
		raw = append(raw, ',')
		raw = appendString(raw, members[i])
		raw = append(raw, ':')
		raw = appendString(raw, members[i+1])
	}
	return Block{Type: blockType, Raw: append(raw, '}')}
}

func (b Block) withMember(key string, value []byte) Block {
	return Block{Type: b.Type, Raw: setMember(b.Raw, key, value)}
}

func (b Block) withoutMember(key string) Block {
	return Block{Type: b.Type, Raw: dropMember(b.Raw, key)}
}

// textOf joins the text blocks among blocks.
func textOf(blocks []Block) string {
	var text strings.Builder
	for _, b := range blocks {
		text.WriteString(b.Text())
	}
	return text.String()
}
