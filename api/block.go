package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// Block types of requests and answers. Others are just as welcome.
const (
	BlockText             = "text"
	BlockImage            = "image"
	BlockDocument         = "document"
	BlockSearchResult     = "search_result"
	BlockThinking         = "thinking"
	BlockRedactedThinking = "redacted_thinking"
	BlockToolUse          = "tool_use"
	BlockToolResult       = "tool_result"
	BlockToolReference    = "tool_reference"
	BlockContainerUpload  = "container_upload"
	BlockBrowserState     = "browser_state"

	// Tools that run at the vendor.
	BlockServerToolUse                     = "server_tool_use"
	BlockWebSearchToolResult               = "web_search_tool_result"
	BlockWebFetchToolResult                = "web_fetch_tool_result"
	BlockCodeExecutionToolResult           = "code_execution_tool_result"
	BlockBashCodeExecutionToolResult       = "bash_code_execution_tool_result"
	BlockTextEditorCodeExecutionToolResult = "text_editor_code_execution_tool_result"
	BlockToolSearchToolResult              = "tool_search_tool_result"

	// Behind betas.
	BlockMCPToolUse        = "mcp_tool_use"
	BlockMCPToolResult     = "mcp_tool_result"
	BlockMCPToolListing    = "mcp_tool_listing"
	BlockAdvisorToolResult = "advisor_tool_result"
	BlockCompaction        = "compaction"
	BlockFallback          = "fallback"
	BlockToolAddition      = "tool_addition" // in system messages, as the next
	BlockToolRemoval       = "tool_removal"
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
	case '"': // the string stays as it is written
		return Block{Type: BlockText, Raw: textBlock(raw)}, nil
	case '{':
		return Block{Type: parseObject(raw).str("type"), Raw: bytes.Clone(raw)}, nil
	default:
		return Block{}, errors.New("api: a content block is not a JSON object")
	}
}

// String returns Raw, for people.
func (b Block) String() string { return string(b.Raw) }

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

// NewRedactedThinking returns a redacted_thinking block, for tests and imports.
func NewRedactedThinking(data string) Block {
	return newBlock(BlockRedactedThinking, "data", data)
}

// RedactedThinking returns the data of a redacted_thinking block, which goes
// back as it came, and "" for every other type.
func (b Block) RedactedThinking() string {
	if b.Type != BlockRedactedThinking {
		return ""
	}
	return parseObject(b.Raw).str("data")
}

// WithCacheControl returns b with a cache breakpoint, replacing one it had.
// Nil removes it. One that cannot be encoded makes an empty block, which no
// request takes.
func (b Block) WithCacheControl(c *CacheControl) Block {
	if c == nil {
		return b.withoutMember("cache_control")
	}
	raw, err := c.MarshalJSON()
	if err != nil {
		return Block{}
	}
	return b.withMember("cache_control", raw)
}

// Text returns the text of a text block, and "" for every other type.
func (b Block) Text() string {
	if b.Type != BlockText {
		return ""
	}
	return parseObject(b.Raw).scalar("text")
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

// textBlock is a text block around a JSON string.
func textBlock(text []byte) []byte {
	return append(append([]byte(`{"type":"text","text":`), text...), '}')
}

func (b Block) withMember(key string, value []byte) Block {
	if len(b.Raw) == 0 {
		return b
	}
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
