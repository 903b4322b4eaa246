package api

// ChangedTool names what a system message adds or removes: a tool by its
// Name, a tool of an MCP server by both, all tools of an MCP server by the
// ServerName alone.
type ChangedTool struct {
	Name, ServerName string
}

func (r ChangedTool) block() Block {
	switch {
	case r.ServerName == "":
		return newBlock(BlockToolReference, "name", r.Name)
	case r.Name == "":
		return newBlock("mcp_toolset_reference", "server_name", r.ServerName)
	}
	return newBlock("mcp_tool_reference", "name", r.Name, "server_name", r.ServerName)
}

// ToolChange is the typed view of a tool_addition or tool_removal block.
type ToolChange struct {
	Removed bool
	Tool    ChangedTool
	// Definition is the tool itself, where a tool is added that the request does
	// not list; Tool is then empty. It needs beta inline-tools-2026-09-15.
	Definition Tool
}

// NewToolAddition returns a block of a system message that puts a tool of the
// request at the model's disposal from here on, with beta
// mid-conversation-tool-changes-2026-07-01.
func NewToolAddition(tool ChangedTool) Block { return ToolChange{Tool: tool}.block() }

// NewToolRemoval returns a block of a system message that takes a tool away.
func NewToolRemoval(tool ChangedTool) Block {
	return ToolChange{Removed: true, Tool: tool}.block()
}

// NewToolDefinition returns a block of a system message that adds a tool the
// request does not list, with beta inline-tools-2026-09-15. A tool that cannot
// be encoded makes an empty block, which no request takes.
func NewToolDefinition(tool Tool) Block {
	if tool == nil {
		return Block{}
	}
	return ToolChange{Definition: tool}.block()
}

func (c ToolChange) block() Block {
	kind := BlockToolAddition
	if c.Removed {
		kind = BlockToolRemoval
	}
	w := beginTyped(kind, "")
	if c.Definition == nil {
		w.raw("tool", c.Tool.block().Raw)
		return w.block(kind)
	}
	inner := beginTyped("tool_definition", "")
	if definition, err := marshal(c.Definition); err != nil {
		w.fail("tool", err)
	} else {
		inner.raw("definition", definition)
	}
	w.raw("tool", inner.end())
	return w.block(kind)
}

// ToolChange returns the change in b; ok is false when b is none.
func (b Block) ToolChange() (change ToolChange, ok bool) {
	if b.Type != BlockToolAddition && b.Type != BlockToolRemoval {
		return ToolChange{}, false
	}
	tool := parseObject(b.Raw).obj("tool")
	change.Removed = b.Type == BlockToolRemoval
	change.Tool = ChangedTool{Name: tool.str("name"), ServerName: tool.str("server_name")}
	if definition := tool["definition"]; isObject(definition) {
		change.Definition = RawTool(definition)
	}
	return change, true
}
