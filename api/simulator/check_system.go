package simulator

import "slices"

// systemFields are the fields of system messages that betas add.
func (c *checker) systemFields() []string {
	var names []string
	if c.x.beta("mid-conversation-system-clear-at-") {
		names = append(names, "clear_at")
	}
	if c.x.beta("mid-conversation-output-config-") {
		names = append(names, "output_config")
	}
	return names
}

// systemMessage checks what only system messages have.
func (c *checker) systemMessage(m *message, f fields, path string) error {
	if f.has("clear_at") {
		value, _ := f.str("clear_at")
		if err := oneOf(path+".clear_at", value, "never", "next_user_message"); err != nil {
			return err
		}
		m.clears = value == "next_user_message"
	}
	if !f.has("output_config") {
		return nil
	}
	config, ok := object(f["output_config"])
	if !ok {
		return bad("%s.output_config: Input should be a valid dictionary", path)
	}
	if err := c.noExtra(config, path+".output_config.", "effort"); err != nil {
		return err
	}
	if !config.has("effort") {
		return nil
	}
	m.effort, _ = config.str("effort")
	return c.effortTaken(m.effort, path+".output_config.effort")
}

// toolChange checks an addition or a removal of a tool by itself; toolChanges resolves what it refers to.
func (c *checker) toolChange(b block) error {
	path := b.path + "." + b.kind + ".tool"
	f, ok := object(b.fields["tool"])
	if !ok {
		return bad("%s: Input should be a valid dictionary", path)
	}
	fieldsOf := map[string][]string{
		"tool_reference": {"name"}, "mcp_tool_reference": {"name", "server_name"}, "mcp_toolset_reference": {"server_name"},
	}
	if b.kind == "tool_addition" && (c.x.beta("inline-tools-") || c.lenient) {
		fieldsOf["tool_definition"] = []string{"definition"}
	}
	kind, _ := f.str("type")
	required, known := fieldsOf[kind]
	if !known {
		return bad("%s: Input tag '%s' found using 'type' does not match any of the expected tags", path, kind)
	}
	for _, name := range required {
		if _, isText := f.str(name); !f.has(name) || !isText && name != "definition" {
			return bad("%s.%s.%s: Field required", path, kind, name)
		}
	}
	return c.noExtra(f, path+"."+kind+".", append(required, "type")...)
}

// toolChanges follows the additions and removals through the conversation: what they refer to must be there, and at the
// end only the tools are left that the model may use.
func (c *checker) toolChanges() error {
	q := c.q
	q.offered = slices.Clone(q.tools)
	known := slices.Clone(q.tools)
	for _, m := range q.messages {
		for _, b := range c.changes(m) {
			change, _ := object(b.fields["tool"])
			if kind, _ := change.str("type"); kind == "tool_definition" {
				t, err := c.inlineTool(b, change, known)
				if err != nil {
					return err
				}
				known = append(known, t)
				q.offered = append(slices.DeleteFunc(q.offered, func(other *tool) bool { return t.name != "" && other.name == t.name }), t)
				continue
			}
			t := refersTo(change, known)
			if t == nil && c.lenient {
				continue
			}
			if t == nil {
				// the text is not confirmed, the code is
				return badCode("tool_reference_unresolved", "%s: the tool is not defined at this position in the conversation", b.path)
			}
			if change.has("server_name") && change.has("name") {
				continue // one tool of a server; which tools a server has is its own business here
			}
			q.offered = slices.DeleteFunc(q.offered, func(other *tool) bool { return other == t })
			if b.kind == "tool_addition" {
				loaded := *t
				loaded.deferred = false
				known = append(known, &loaded)
				q.offered = append(q.offered, &loaded)
			}
		}
	}
	return nil
}

// changes are the blocks of a message that change the tools, and those that a compaction kept.
func (c *checker) changes(m message) []block {
	var list []block
	for _, b := range m.blocks {
		switch b.kind {
		case "tool_addition", "tool_removal":
			list = append(list, b)
		case "compaction":
			kept, _ := array(b.fields["tool_changes"])
			for _, raw := range kept {
				f, _ := object(raw)
				kind, _ := f.str("type")
				list = append(list, block{kind: kind, fields: f, path: b.path + ".tool_changes"})
			}
		}
	}
	return list
}

// inlineTool checks a tool that a system message defines.
func (c *checker) inlineTool(b block, change fields, known []*tool) (*tool, error) {
	t, err := c.tool(change["definition"], b.path+".tool_addition.tool.tool_definition.definition")
	if err != nil {
		return nil, err
	}
	if t.server != "" && !c.x.beta("mcp-client-2026-09-15") && !c.lenient {
		return nil, bad("%s: an mcp_toolset in messages requires the mcp-client-2026-09-15 beta", t.path)
	}
	taken := func(other *tool) bool { return t.name != "" && other.name == t.name && other.spec.Type != t.spec.Type }
	if slices.ContainsFunc(known, taken) && !c.lenient {
		return nil, badCode("tool_name_conflict", "%s: the name '%s' is taken by a tool of another kind", b.path, t.name)
	}
	return t, nil
}

// refersTo finds the tool that a change names, the latest of that name; nil if there is none.
func refersTo(change fields, known []*tool) *tool {
	kind, _ := change.str("type")
	name, _ := change.str("name")
	server, _ := change.str("server_name")
	for _, t := range slices.Backward(known) {
		if kind == "tool_reference" && t.name == name && name != "" || kind != "tool_reference" && t.server == server && server != "" {
			return t
		}
	}
	return nil
}
