package simulator

import (
	"regexp"
	"slices"
	"strings"
)

// turns checks that uses of tools and their results answer each other.
func (c *checker) turns() error {
	t := &pairing{id: c.x.sim.surface().id, seen: map[string]bool{}}
	for i := 0; i < len(c.q.messages); {
		role := c.q.messages[i].role
		if role == "system" {
			i++
			continue
		}
		start := i
		var blocks []block // consecutive messages of a role are one turn
		for i < len(c.q.messages) && c.q.messages[i].role == role {
			blocks = append(blocks, c.q.messages[i].blocks...)
			i++
		}
		var err error
		if role == "assistant" {
			err = t.assistant(blocks, start, c.lenient)
		} else {
			err = t.user(blocks, start, c.lenient)
		}
		if err != nil {
			return err
		}
	}
	if len(t.client) > 0 && c.q.fields.has("compaction") && !c.q.count {
		return incompleteTurn()
	}
	if len(t.client) > 0 {
		return unanswered(len(c.q.messages)-1, t.client)
	}
	return nil
}

// pairing follows uses and results through the turns.
type pairing struct {
	id *regexp.Regexp
	// client are the uses of the assistant turn before, which the next user turn must answer.
	client []string
	// open are the uses of server tools without a result yet; seen are all ids of uses.
	open []serverUse
	seen map[string]bool
}

type serverUse struct{ id, name string }

// assistant takes in an assistant turn.
func (t *pairing) assistant(blocks []block, i int, lenient bool) error {
	t.client = nil
	for _, b := range blocks {
		id, _ := b.fields.str("id")
		switch {
		case b.kind == "tool_use", b.kind == "server_tool_use", b.kind == "mcp_tool_use":
			if err := t.use(b, id, lenient); err != nil {
				return err
			}
		case strings.HasSuffix(b.kind, "_tool_result"):
			id, _ := b.fields.str("tool_use_id")
			at := slices.IndexFunc(t.open, func(u serverUse) bool { return u.id == id })
			if at >= 0 {
				t.open = slices.Delete(t.open, at, at+1)
			} else if !lenient {
				return bad("messages.%d: unexpected `tool_use_id` found in `%s` blocks: %s. Each `%s` block must have a corresponding use of the tool before it.", i, b.kind, id, b.kind)
			}
		}
	}
	return nil
}

// use takes in the use of a tool.
func (t *pairing) use(b block, id string, lenient bool) error {
	if !lenient && !t.id.MatchString(id) {
		return bad("%s.%s.id: String should match pattern '^[a-zA-Z0-9_-]+$'", b.path, b.kind)
	}
	if t.seen[id] && !lenient {
		return bad("messages: `%s` ids must be unique", b.kind)
	}
	t.seen[id] = true
	if b.kind == "tool_use" {
		t.client = append(t.client, id)
	} else {
		name, _ := b.fields.str("name")
		t.open = append(t.open, serverUse{id, name})
	}
	return nil
}

// user checks the results in a user turn against the uses before it.
func (t *pairing) user(blocks []block, i int, lenient bool) error {
	open := t.client
	t.client = nil
	var got []string
	text := false
	for _, b := range blocks {
		if b.kind != "tool_result" {
			text = true
			continue
		}
		id, _ := b.fields.str("tool_use_id")
		switch {
		case !slices.Contains(open, id):
			return bad("messages.%d: unexpected `tool_use_id` found in `tool_result` blocks: %s. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.", i, id)
		case slices.Contains(got, id):
			return bad("messages.%d: each tool_use must have a single result. Found multiple `tool_result` blocks with id: %s", i, id)
		case text:
			return bad("messages.%d: `tool_result` blocks must come before other content", i)
		}
		got = append(got, id)
	}
	missing := slices.DeleteFunc(slices.Clone(open), func(id string) bool { return slices.Contains(got, id) })
	if len(missing) > 0 {
		return unanswered(i-1, missing)
	}
	if len(t.open) > 0 && len(open) == 0 && !lenient {
		// Only a call out of running code, which is a use of a client tool, leaves a server tool without its result.
		u := t.open[0]
		return bad("messages.%d: `%s` tool use with id `%s` was found without a corresponding `%s_tool_result` block", i-1, u.name, u.id, u.name)
	}
	return nil
}

func unanswered(i int, ids []string) error {
	return bad("messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s. Each `tool_use` block must have a corresponding `tool_result` block in the next message.", i, strings.Join(ids, ", "))
}
