package simulator

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// The defaults of context editing. All but those of compaction are from memory, not from the documents.
const (
	defaultClearTrigger   = 100_000 // input tokens
	defaultKeepUses       = 3       // uses of tools
	defaultKeepThinking   = 1       // turns
	defaultCompactTrigger = 150_000 // input tokens
	minCompactTrigger     = 50_000  // input tokens
)

// edit is one entry of context_management.edits.
type edit struct {
	kind string
	// trigger and keep are numbers of the unit that the names say.
	trigger, keep, atLeast int
	byUses                 bool
	exclude, clearInputsOf []string
	clearInputs, pause     bool
}

// contextManagement checks the edits.
func (c *checker) contextManagement() error {
	if !c.q.fields.has("context_management") {
		return nil
	}
	f, ok := object(c.q.fields["context_management"])
	if !ok {
		return bad("context_management: Input should be a valid dictionary")
	}
	if err := c.noExtra(f, "context_management.", "edits"); err != nil {
		return err
	}
	list, ok := array(f["edits"])
	if f.has("edits") && !ok {
		return bad("context_management.edits: Input should be a valid list")
	}
	for i, raw := range list {
		e, err := c.edit(raw, fmt.Sprintf("context_management.edits.%d", i))
		if err != nil {
			return err
		}
		if slices.ContainsFunc(c.q.edits, func(other edit) bool { return other.kind == e.kind }) {
			return bad("context_management.edits: Each edit type may be used once. Found several of type '%s'.", e.kind)
		}
		if e.kind == "clear_thinking_20251015" && i > 0 && !c.lenient {
			return bad("context_management.edits: '%s' must be the first edit", e.kind)
		}
		c.q.edits = append(c.q.edits, e)
	}
	return nil
}

func (c *checker) edit(raw json.RawMessage, path string) (edit, error) {
	f, ok := object(raw)
	if !ok {
		return edit{}, bad("%s: Input should be a valid dictionary", path)
	}
	kind, _ := f.str("type")
	e := edit{kind: kind}
	path += "." + kind
	switch {
	case kind == "clear_tool_uses_20250919" && c.x.beta("context-management-"):
		return e, c.clearToolUses(&e, f, path)
	case kind == "clear_thinking_20251015" && c.x.beta("context-management-"):
		return e, c.clearThinking(&e, f, path)
	case kind == "compact_20260112" && c.x.beta("compact-2026-01-12"):
		return e, c.compactEdit(&e, f, path)
	}
	return e, bad("%s: Input tag '%s' found using 'type' does not match any of the expected tags", path, kind)
}

// amount checks an object of a type and a value.
func (c *checker) amount(f fields, name, path string, to *int, kinds ...string) (string, error) {
	if !f.has(name) {
		return "", nil
	}
	a, ok := object(f[name])
	if !ok {
		return "", bad("%s.%s: Input should be a valid dictionary", path, name)
	}
	kind, _ := a.str("type")
	if err := oneOf(path+"."+name+".type", kind, kinds...); err != nil {
		return "", err
	}
	if *to, ok = a.integer("value"); (!ok || *to < 0) && kind != "all" {
		return "", bad("%s.%s.value: Input should be a valid integer", path, name)
	}
	return kind, c.noExtra(a, path+"."+name+".", "type", "value")
}

func (c *checker) clearToolUses(e *edit, f fields, path string) error {
	e.trigger, e.keep = defaultClearTrigger, defaultKeepUses
	kind, err := c.amount(f, "trigger", path, &e.trigger, "input_tokens", "tool_uses")
	if err != nil {
		return err
	}
	e.byUses = kind == "tool_uses"
	if _, err = c.amount(f, "keep", path, &e.keep, "tool_uses"); err != nil {
		return err
	}
	if _, err = c.amount(f, "clear_at_least", path, &e.atLeast, "input_tokens"); err != nil {
		return err
	}
	if f.has("exclude_tools") && json.Unmarshal(f["exclude_tools"], &e.exclude) != nil {
		return bad("%s.exclude_tools: Input should be a valid list", path)
	}
	if f.has("clear_tool_inputs") {
		whether, ok := f.boolean("clear_tool_inputs")
		if e.clearInputs = whether; !ok && json.Unmarshal(f["clear_tool_inputs"], &e.clearInputsOf) != nil {
			return bad("%s.clear_tool_inputs: Input should be a valid boolean or a valid list", path)
		}
	}
	return c.noExtra(f, path+".", "type", "trigger", "keep", "clear_at_least", "exclude_tools", "clear_tool_inputs")
}

func (c *checker) clearThinking(e *edit, f fields, path string) error {
	e.keep = defaultKeepThinking
	if all, _ := f.str("keep"); all == "all" {
		e.keep = math.MaxInt
		return c.noExtra(f, path+".", "type", "keep")
	}
	kind, err := c.amount(f, "keep", path, &e.keep, "thinking_turns", "all")
	if err != nil {
		return err
	}
	if kind == "all" {
		e.keep = math.MaxInt
	}
	return c.noExtra(f, path+".", "type", "keep")
}

func (c *checker) compactEdit(e *edit, f fields, path string) error {
	e.trigger = defaultCompactTrigger
	if _, err := c.amount(f, "trigger", path, &e.trigger, "input_tokens"); err != nil {
		return err
	}
	if e.trigger < minCompactTrigger && !c.lenient {
		return bad("%s.trigger.value: Input should be greater than or equal to %d", path, minCompactTrigger)
	}
	var ok bool
	if e.pause, ok = f.boolean("pause_after_compaction"); f.has("pause_after_compaction") && !ok {
		return bad("%s.pause_after_compaction: Input should be a valid boolean", path)
	}
	if _, ok = f.str("instructions"); f.has("instructions") && !ok {
		return bad("%s.instructions: Input should be a valid string", path)
	}
	if !c.q.model.Compaction && !c.lenient {
		return bad("%s: compaction is not supported on this model", path)
	}
	if c.signed && !c.lenient {
		return bad("%s: cannot be combined with a signed compaction block in messages", path)
	}
	return c.noExtra(f, path+".", "type", "trigger", "instructions", "pause_after_compaction")
}

// shape makes the prompt out of the request: what a compaction replaced goes, system messages that have had their time
// go, and the edits are made.
func (c *checker) shape() error {
	q := c.q
	q.prefix = q.prefixHash(len(q.messages))
	q.forget()
	q.clearSystem()
	q.original = q.inputTokens(q.segments(q.credential))
	for _, e := range q.edits {
		switch e.kind {
		case "clear_tool_uses_20250919":
			q.applyToolUses(e)
		case "clear_thinking_20251015":
			q.applyThinking(e)
		case "compact_20260112":
			q.applyCompaction(e)
		}
	}
	return nil
}

// clearSystem takes out system messages whose user turn is over.
func (q *request) clearSystem() {
	over := false
	for i, m := range slices.Backward(q.messages) {
		if m.clears && over {
			q.messages[i].blocks, q.messages[i].effort = nil, ""
		}
		over = over || m.role == "user"
	}
}

// applyToolUses clears the results of old uses of tools, and their inputs if that is wanted.
func (q *request) applyToolUses(e edit) {
	type place struct{ message, block int }
	var uses []place
	names := map[string]string{}
	for i, m := range q.messages {
		for j, b := range m.blocks {
			if b.kind == "tool_use" {
				id, _ := b.fields.str("id")
				names[id], _ = b.fields.str("name")
				uses = append(uses, place{i, j})
			}
		}
	}
	before := q.inputTokens(q.segments(q.credential))
	if e.byUses && len(uses) <= e.trigger || !e.byUses && before <= e.trigger || len(uses) <= e.keep {
		return
	}
	cleared := map[string]bool{}
	changed := cloneMessages(q.messages)
	for _, at := range uses[:len(uses)-e.keep] {
		b := &changed[at.message].blocks[at.block]
		id, _ := b.fields.str("id")
		if slices.Contains(e.exclude, names[id]) {
			continue
		}
		cleared[id] = true
		if e.clearInputs || slices.Contains(e.clearInputsOf, names[id]) {
			*b = b.with("input", json.RawMessage("{}"))
		}
	}
	for i, m := range changed {
		for j, b := range m.blocks {
			id, _ := b.fields.str("tool_use_id")
			if b.kind == "tool_result" && cleared[id] {
				changed[i].blocks[j] = b.with("content", json.RawMessage(`"[Old tool result content cleared]"`))
			}
		}
	}
	q.apply(changed, e, before, "cleared_tool_uses", len(cleared))
}

// applyThinking clears the thinking of old turns.
func (q *request) applyThinking(e edit) {
	turns := 0
	before := q.inputTokens(q.segments(q.credential))
	changed := cloneMessages(q.messages)
	for i, m := range slices.Backward(changed) {
		thinks := func(b block) bool { return b.kind == "thinking" || b.kind == "redacted_thinking" }
		if !slices.ContainsFunc(m.blocks, thinks) {
			continue
		}
		if turns++; turns > e.keep {
			changed[i].blocks = slices.DeleteFunc(changed[i].blocks, thinks)
		}
	}
	q.apply(changed, e, before, "cleared_thinking_turns", max(turns-e.keep, 0))
}

// apply puts the changed messages in place if that is worth it, and books the edit.
func (q *request) apply(changed []message, e edit, before int, unit string, n int) {
	if n == 0 {
		return
	}
	old := q.messages
	q.messages, q.prompt = changed, nil
	freed := before - q.inputTokens(q.segments(q.credential))
	if freed < e.atLeast {
		q.messages, q.prompt = old, nil
		return
	}
	q.applied = append(q.applied, map[string]any{"type": e.kind, "cleared_input_tokens": freed, unit: n})
}

// appliedEdits is what the answer tells of the edits, nil without the beta or if there were none.
func (q *request) appliedEdits() json.RawMessage {
	if !q.managed() || len(q.edits) == 0 {
		return nil
	}
	if q.applied == nil {
		return json.RawMessage(`{"applied_edits":[]}`)
	}
	return encode(map[string]any{"applied_edits": q.applied})
}

func cloneMessages(list []message) []message {
	list = slices.Clone(list)
	for i := range list {
		list[i].blocks = slices.Clone(list[i].blocks)
	}
	return list
}

// with is the block with another value in a field.
func (b block) with(name string, value json.RawMessage) block {
	f := make(fields, len(b.fields)+1)
	for n, v := range b.fields {
		f[n] = v
	}
	f[name] = value
	b.fields = f
	return b
}
