package api

import (
	"cmp"
	"encoding/json"
)

// MCPServer is a server of the Model Context Protocol that the API connects to,
// with beta mcp-client-2025-11-20. Each takes exactly one MCPToolset in the
// tools. Only the tools of a server are used, and only over https.
type MCPServer struct {
	Type               string `json:"type"` // "url", which "" means too
	URL                string `json:"url"`
	Name               string `json:"name"`
	AuthorizationToken string `json:"authorization_token,omitzero"`
	// ToolConfiguration belongs to the beta of 2025-04-04, in place of an
	// MCPToolset.
	ToolConfiguration *MCPToolConfiguration `json:"tool_configuration,omitzero"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// MCPToolConfiguration says which tools of an MCPServer may be used, with beta
// mcp-client-2025-04-04.
type MCPToolConfiguration struct {
	Enabled      *bool    `json:"enabled,omitzero"`
	AllowedTools []string `json:"allowed_tools,omitzero"` // nil allows all
}

// MarshalJSON writes the object of the API.
func (s MCPServer) MarshalJSON() ([]byte, error) {
	type plain MCPServer
	s.Type = cmp.Or(s.Type, "url")
	return encodeParam(plain(s), s.Extra)
}

// UnmarshalJSON reads the object of the API.
func (s *MCPServer) UnmarshalJSON(raw []byte) (err error) {
	type plain MCPServer
	s.Extra, err = decodeParam(raw, (*plain)(s))
	return err
}

// MCPToolset offers the tools of an MCPServer to the model.
type MCPToolset struct {
	ServerName    string                // MCPServer.Name
	DefaultConfig *ToolConfig           // of all tools
	Configs       map[string]ToolConfig // by tool, over the default
	// Tools pins the tools, so that the server is not asked: those of the
	// MCPToolListing of an earlier answer. It needs beta mcp-client-2026-09-15.
	Tools        []MCPTool
	CacheControl *CacheControl
}

// MarshalJSON implements Tool.
func (t MCPToolset) MarshalJSON() ([]byte, error) {
	w := beginTyped("mcp_toolset", "")
	w.str("mcp_server_name", t.ServerName)
	w.value("default_config", t.DefaultConfig)
	if len(t.Configs) > 0 {
		w.value("configs", t.Configs)
	}
	marshaled(w, "tools", t.Tools)
	w.value("cache_control", t.CacheControl)
	return w.done()
}

func (MCPToolset) isTool() {}

// MCPTool is a tool as its MCP server describes it.
type MCPTool struct {
	Name        string
	Description string
	InputSchema json.RawMessage
}

// MarshalJSON writes the object of the API.
func (t MCPTool) MarshalJSON() ([]byte, error) {
	w := beginTyped("", t.Name)
	w.str("description", t.Description)
	w.json("input_schema", t.InputSchema)
	return w.done()
}

// MCPToolListing is the typed view of an mcp_tool_listing block: what an MCP
// server said its tools are. The block goes back as it came.
type MCPToolListing struct {
	ServerName string
	Tools      []MCPTool
}

// NewMCPToolListing returns an mcp_tool_listing block, for tests and imports.
func NewMCPToolListing(l MCPToolListing) Block {
	w := beginTyped(BlockMCPToolListing, "")
	w.str("mcp_server_name", l.ServerName)
	if len(l.Tools) == 0 {
		w.raw("tools", []byte("[]"))
	}
	marshaled(w, "tools", l.Tools)
	return w.block(BlockMCPToolListing)
}

// MCPToolListing returns the listing in b; ok is false when b is none.
func (b Block) MCPToolListing() (listing MCPToolListing, ok bool) {
	if b.Type != BlockMCPToolListing {
		return MCPToolListing{}, false
	}
	o := parseObject(b.Raw)
	return MCPToolListing{ServerName: o.str("mcp_server_name"), Tools: each(o.list("tools"), decodeMCPTool)}, true
}

func decodeMCPTool(raw json.RawMessage) MCPTool {
	o := parseObject(raw)
	return MCPTool{Name: o.str("name"), Description: o.str("description"), InputSchema: o["input_schema"]}
}
