package api

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ToolUse is the typed view of a tool_use, server_tool_use or mcp_tool_use
// block.
type ToolUse struct {
	ID, Name string
	Input    json.RawMessage // always a JSON object, verbatim as it came
	// Incomplete is the input as far as it came, when that is no JSON object
	// (the answer was cut, or the model wrote something else). Input is then
	// {} and the call must not be carried out.
	Incomplete  string
	ServerName  string  // of an MCP tool
	ToolsetName string  // of a tool of a ComputerToolset or BrowserToolset
	Caller      *Caller // nil if not told
}

// Caller says who called a tool.
type Caller struct {
	Type   string // CallerDirect or one of the code executions
	ToolID string // of the code execution that did
}

func decodeCaller(o object) *Caller {
	if o == nil {
		return nil
	}
	return &Caller{Type: o.str("type"), ToolID: o.str("tool_id")}
}

func (c *Caller) raw() []byte {
	w := beginTyped(c.Type, "")
	w.str("tool_id", c.ToolID)
	return w.end()
}

// NewToolUse returns a call of a client tool. Input is the JSON object of its
// arguments, written verbatim; empty means {}. What is no JSON makes an empty
// block, which no request takes.
func NewToolUse(id, name string, input json.RawMessage) Block {
	return newToolUse(BlockToolUse, input, "id", id, "name", name)
}

// NewServerToolUse returns a call of a tool that runs at the vendor, for tests
// and imports.
func NewServerToolUse(id, name string, input json.RawMessage) Block {
	return newToolUse(BlockServerToolUse, input, "id", id, "name", name)
}

// NewMCPToolUse returns a call of a tool of an MCP server, for tests and
// imports.
func NewMCPToolUse(id, name, serverName string, input json.RawMessage) Block {
	return newToolUse(BlockMCPToolUse, input, "id", id, "name", name, "server_name", serverName)
}

func newToolUse(blockType string, input json.RawMessage, members ...string) Block {
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	if !json.Valid(input) {
		return Block{}
	}
	return newBlock(blockType, members...).withMember("input", input)
}

// WithCaller returns a tool call, or the result of a server tool, with its
// caller.
func (b Block) WithCaller(c Caller) Block { return b.withMember("caller", c.raw()) }

// WithToolset returns a tool call or result that belongs to a toolset.
func (b Block) WithToolset(name string) Block {
	return b.withMember("toolset_name", appendString(nil, name))
}

// ToolUse returns the tool call in b; ok is false when b is none. Only calls in
// blocks of type BlockToolUse wait for the caller; the vendor carries out the
// others, and refuses results for them.
func (b Block) ToolUse() (use ToolUse, ok bool) {
	if !takesInput(b.Type) {
		return ToolUse{}, false
	}
	o := parseObject(b.Raw)
	use = ToolUse{
		ID: o.str("id"), Name: o.str("name"), Input: o["input"],
		ServerName: o.str("server_name"), ToolsetName: o.str("toolset_name"),
		Caller: decodeCaller(o.obj("caller")),
	}
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

// Into decodes the input into what v points to, with encoding/json. An
// incomplete input is an error.
func (u ToolUse) Into(v any) error {
	if u.Incomplete != "" {
		return fmt.Errorf("api: input of tool %s: %w", u.Name, errIncomplete)
	}
	if err := json.Unmarshal(u.Input, v); err != nil {
		return fmt.Errorf("api: input of tool %s: %w", u.Name, err)
	}
	return nil
}

var errIncomplete = errors.New("is incomplete")

// takesInput reports whether blocks of this type stream their "input".
func takesInput(blockType string) bool {
	switch blockType {
	case BlockToolUse, BlockServerToolUse, BlockMCPToolUse:
		return true
	}
	return false
}

// ToolResult is the typed view of a tool_result or mcp_tool_result block.
type ToolResult struct {
	ToolUseID   string
	IsError     bool
	Content     []Block // a string counts as one text block
	ToolsetName string
}

// NewToolResult returns the answer to the tool call with the given id: text,
// image, document, search_result, tool_reference and browser state blocks.
// Without content the result is empty, which the API accepts; with an empty
// block in it the result is one itself, which no request takes.
func NewToolResult(toolUseID string, isError bool, content ...Block) Block {
	return newToolResult(BlockToolResult, toolUseID, isError, content)
}

// NewMCPToolResult returns the result of a tool of an MCP server, for tests and
// imports. Content is text blocks.
func NewMCPToolResult(toolUseID string, isError bool, content ...Block) Block {
	return newToolResult(BlockMCPToolResult, toolUseID, isError, content)
}

func newToolResult(blockType, toolUseID string, isError bool, content []Block) Block {
	w := beginTyped(blockType, "")
	w.text("tool_use_id", toolUseID)
	if len(content) > 0 {
		w.blocks("content", content)
	}
	w.flag("is_error", isError)
	return w.block(blockType)
}

// ToolResult returns the result in b; ok is false when b is none.
func (b Block) ToolResult() (result ToolResult, ok bool) {
	if b.Type != BlockToolResult && b.Type != BlockMCPToolResult {
		return ToolResult{}, false
	}
	o := parseObject(b.Raw)
	return ToolResult{
		ToolUseID: o.str("tool_use_id"), IsError: o.bool("is_error"),
		Content: decodeContent(o["content"]), ToolsetName: o.str("toolset_name"),
	}, true
}

// NewToolReference returns a block of a tool result by which a tool search of
// the caller presents a tool it found.
func NewToolReference(toolName string) Block {
	return newBlock(BlockToolReference, "tool_name", toolName)
}

// ToolReference returns the name of the tool in a tool_reference block, and ""
// for every other type.
func (b Block) ToolReference() string {
	if b.Type != BlockToolReference {
		return ""
	}
	return parseObject(b.Raw).str("tool_name")
}
