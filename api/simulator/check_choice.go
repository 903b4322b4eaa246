package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// choice is the tool_choice; kind is empty if the request does not say.
type choice struct {
	kind, name string
	// single allows one call at most.
	single bool
}

// forced says that the answer must call a tool.
func (c choice) forced() bool { return c.kind == "any" || c.kind == "tool" }

// toolChoice checks which tools may or must be used.
func (c *checker) toolChoice() error {
	if !c.q.fields.has("tool_choice") {
		return nil
	}
	f, ok := object(c.q.fields["tool_choice"])
	if !ok {
		return bad("tool_choice: Input should be a valid dictionary")
	}
	kind, _ := f.str("type")
	if err := oneOf("tool_choice.type", kind, "auto", "any", "tool", "none"); err != nil {
		return err
	}
	allowed := map[string][]string{
		"auto": {"type", "disable_parallel_tool_use"}, "any": {"type", "disable_parallel_tool_use"},
		"tool": {"type", "name", "disable_parallel_tool_use"}, "none": {"type"},
	}
	if err := c.noExtra(f, "tool_choice."+kind+".", allowed[kind]...); err != nil {
		return err
	}
	name, named := f.str("name")
	if kind == "tool" && !named {
		return bad("tool_choice.tool.name: Field required")
	}
	single, ok := f.boolean("disable_parallel_tool_use")
	if f.has("disable_parallel_tool_use") && !ok {
		return bad("tool_choice.%s.disable_parallel_tool_use: Input should be a valid boolean", kind)
	}
	if len(c.q.tools) == 0 {
		return bad("tool_choice: may only be specified while providing tools")
	}
	c.q.toolChoice = choice{kind, name, single}
	return c.forcedTool()
}

// forcedTool checks what a choice that forces a tool excludes.
func (c *checker) forcedTool() error {
	choice := c.q.toolChoice
	if !choice.forced() || c.lenient {
		return nil
	}
	if choice.kind == "tool" && !slices.ContainsFunc(c.q.tools, func(t *tool) bool { return t.callable(choice.name) }) {
		return bad("tool_choice.tool.name: Tool '%s' not found in provided tools", choice.name)
	}
	if !c.q.model.ForcedTools {
		return bad("tool_choice: '%s' is not supported on this model; use 'auto' or 'none'", choice.kind)
	}
	if t, _ := object(c.q.fields["thinking"]); string(t["type"]) == `"enabled"` {
		return bad("Thinking may not be enabled when tool_choice forces tool use.")
	}
	return nil
}

// callable says whether the tool, or a member of it, is called by that name.
func (t *tool) callable(name string) bool {
	_, member := t.spec.Members[name]
	return t.name != "" && t.name == name || member || slices.Contains(t.spec.Parts, name)
}

// mcpServer is one entry of mcp_servers.
type mcpServer struct{ name, url string }

// mcpServers checks the servers by themselves; mcpPairs checks them against the tools.
func (c *checker) mcpServers() error {
	if !c.q.fields.has("mcp_servers") {
		return nil
	}
	list, ok := array(c.q.fields["mcp_servers"])
	if !ok {
		return bad("mcp_servers: Input should be a valid list")
	}
	for i, raw := range list {
		path := fmt.Sprintf("mcp_servers.%d", i)
		f, ok := object(raw)
		if !ok {
			return bad("%s: Input should be a valid dictionary", path)
		}
		if kind, _ := f.str("type"); kind != "url" {
			return bad("%s.type: Input should be 'url'", path)
		}
		// tool_configuration is of the first beta; whether later ones still take it is not confirmed.
		if err := c.noExtra(f, path+".", "type", "url", "name", "authorization_token", "tool_configuration"); err != nil {
			return err
		}
		s := mcpServer{}
		s.url, _ = f.str("url")
		s.name, _ = f.str("name")
		if s.url == "" || s.name == "" {
			return bad("%s: Field required: url and name", path)
		}
		if !strings.HasPrefix(s.url, "https://") && !c.lenient {
			return bad("%s.url: URL scheme should be 'https'", path)
		}
		if slices.ContainsFunc(c.q.servers, func(other mcpServer) bool { return other.name == s.name }) {
			return bad("mcp_servers: MCP server names must be unique.")
		}
		c.q.servers = append(c.q.servers, s)
	}
	return nil
}

// mcpPairs checks that each MCP server has exactly one toolset. The first beta had none.
func (c *checker) mcpPairs() error {
	uses := map[string]int{}
	for _, t := range c.q.tools {
		if t.server != "" {
			uses[t.server]++
		}
		if t.fields.has("tools") && t.server != "" && !c.x.beta("mcp-client-2026-09-15") && !c.lenient {
			return bad("%s.tools: Extra inputs are not permitted", t.path)
		}
	}
	if c.lenient {
		return nil
	}
	for _, s := range c.q.servers {
		n := uses[s.name]
		delete(uses, s.name)
		if n == 1 || n == 0 && !c.x.beta("mcp-client-2025-11-20") && !c.x.beta("mcp-client-2026-09-15") {
			continue
		}
		return bad("mcp_servers: MCP server '%s' must be referenced by exactly one mcp_toolset in tools, found %d", s.name, n)
	}
	for _, t := range c.q.tools {
		if uses[t.server] > 0 && t.server != "" {
			return bad("%s.mcp_server_name: MCP server '%s' not found in mcp_servers", t.path, t.server)
		}
	}
	return nil
}
