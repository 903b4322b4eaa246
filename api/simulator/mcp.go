package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// mcpTool is a tool of an MCP server.
type mcpTool struct {
	name   string
	schema json.RawMessage
	raw    json.RawMessage
}

// mcpTools are the tools of the server of a toolset: those it pins or that the conversation lists, those that it
// configures, or two that are made up. No server is ever asked.
func (c *chat) mcpTools(t *tool) []mcpTool {
	list := listed(t.fields["tools"])
	if list == nil {
		list = c.q.listing(t.server)
	}
	configs, _ := object(t.fields["configs"])
	if list == nil {
		for _, name := range slices.Sorted(maps.Keys(configs)) {
			list = append(list, madeUp(name))
		}
	}
	if list == nil {
		list = []mcpTool{madeUp("search"), madeUp("read")}
	}
	defaults, _ := object(t.fields["default_config"])
	return slices.DeleteFunc(list, func(m mcpTool) bool {
		config, _ := object(configs[m.name])
		for _, f := range []fields{config, defaults} {
			if enabled, ok := f.boolean("enabled"); ok {
				return !enabled
			}
		}
		return false
	})
}

func listed(raw json.RawMessage) []mcpTool {
	list, ok := array(raw)
	if !ok {
		return nil
	}
	tools := make([]mcpTool, 0, len(list))
	for _, raw := range list {
		f, _ := object(raw)
		name, _ := f.str("name")
		tools = append(tools, mcpTool{name, f["input_schema"], raw})
	}
	return tools
}

func madeUp(name string) mcpTool {
	schema := json.RawMessage(`{"type":"object","properties":{"query":{"type":"string"}},"required":["query"]}`)
	return mcpTool{name, schema, encode(map[string]any{"name": name, "description": "A tool that is made up.", "input_schema": schema})}
}

// listing is what the conversation has as the listing of a server, nil if nothing.
func (q *request) listing(server string) []mcpTool {
	for _, m := range q.messages {
		for _, b := range m.blocks {
			if name, _ := b.fields.str("mcp_server_name"); b.kind == "mcp_tool_listing" && name == server {
				return listed(b.fields["tools"])
			}
		}
	}
	return nil
}

// listServers begins an answer with the listings of the MCP servers that the conversation does not have yet.
func (m *composer) listServers() {
	if !m.q.beta("mcp-client-2026-09-15") {
		return
	}
	for _, t := range m.q.offered {
		if t.server == "" || t.fields.has("tools") || m.q.listing(t.server) != nil {
			continue
		}
		tools := []json.RawMessage{}
		for _, tool := range m.c.mcpTools(t) {
			tools = append(tools, tool.raw)
		}
		m.say(given(map[string]any{"type": "mcp_tool_listing", "mcp_server_name": t.server, "tools": tools}))
	}
}

// serveMCP calls a tool of an MCP server, which answers with a sentence.
func (m *composer) serveMCP(k call) []part {
	input := k.input
	for _, tool := range m.c.mcpTools(k.tool) {
		if input == nil && tool.name == k.name {
			maker := newMaker(tool.schema, m.topic(), m.c.hash(m.s.opt.Seed, "mcp "+k.name))
			if phrases := quotations(m.c.prompt()); phrases != nil {
				maker.phrases = phrases
			}
			input = maker.make(tool.schema)
		}
	}
	id := m.id("mcptoolu_01")
	m.say(used("mcp_tool_use", id, k.name, input, `,"server_name":`+string(appendString(nil, k.server))))
	failed := wordsOf(m.c.prompt()).any("fails", "fail")
	text := fmt.Sprintf("%s of %s knows nothing about %s, but says so politely.", k.name, k.server, m.topic())
	if failed {
		text = "The tool failed, as it was asked to."
	}
	m.say(resulting(map[string]any{
		"type": "mcp_tool_result", "tool_use_id": id, "is_error": failed,
		"content": []any{map[string]any{"type": "text", "text": text, "citations": nil}},
	}))
	return []part{written("The MCP server answered: " + text)}
}
