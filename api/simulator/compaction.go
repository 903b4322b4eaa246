package simulator

import (
	"encoding/json"
	"slices"
	"strings"
)

// summarize is the parameter compaction: the conversation shall be summarized instead of answered.
type summarize struct{}

// compact checks the parameter compaction and what it excludes.
func (c *checker) compact() error {
	q := c.q
	if !q.fields.has("compaction") {
		return nil
	}
	f, ok := object(q.fields["compaction"])
	if !ok {
		return bad("compaction: Input should be a valid dictionary")
	}
	kind, _ := f.str("type")
	if err := oneOf("compaction.type", kind, "summarize"); err != nil {
		return err
	}
	if _, ok := f.str("instructions"); f.has("instructions") && !ok {
		return bad("compaction.summarize.instructions: Input should be a valid string")
	}
	if err := c.noExtra(f, "compaction.summarize.", "type", "instructions"); err != nil || q.count {
		return err
	}
	q.compaction = &summarize{}
	if c.lenient {
		return nil
	}
	switch {
	case !q.model.Compaction:
		return bad("compaction: not supported on this model")
	case q.fields.has("context_management"):
		return bad("compaction: cannot be combined with context_management")
	case len(q.stop) > 0:
		return bad("compaction: cannot be combined with stop_sequences")
	case q.toolChoice.forced():
		return bad("compaction: cannot be combined with a tool_choice that forces tool use")
	case q.format != nil:
		return bad("compaction: cannot be combined with output_config.format")
	}
	return c.compactable()
}

// compactable checks that there is something to summarize, and that it is finished.
func (c *checker) compactable() error {
	said := false
	for _, m := range c.q.messages {
		for _, b := range m.blocks {
			said = said || m.role != "system" && b.kind != "compaction"
		}
	}
	if !said {
		return badCode("compaction_nothing_to_summarize", "compaction: messages hold no user or assistant content to summarize")
	}
	last := c.q.messages[len(c.q.messages)-1]
	if n := len(last.blocks); c.q.resumes() && last.blocks[n-1].kind != "compaction" {
		return incompleteTurn()
	}
	return nil
}

func incompleteTurn() error {
	return badCode("compaction_incomplete_turn", "compaction: the conversation ends on an assistant turn that is not finished")
}

// compactionBlocks checks the compaction blocks that come back. Signed ones replace the conversation before them and
// stand first; those of the threshold edit stand where they were made.
func (c *checker) compactionBlocks() error {
	full, signed := 0, 0
	for i, m := range c.q.messages {
		for j, b := range m.blocks {
			if b.kind != "compaction" || !b.fields.has("content") {
				continue
			}
			full++
			if m.role == "system" {
				return badCode("compaction_block_misplaced", "%s: a compaction block cannot stand in a system message", b.path)
			}
			if !b.fields.has("signature") {
				if !c.x.beta("compact-2026-01-12") && !c.lenient {
					return badCode("compaction_signature_invalid", "%s.signature: Field required", b.path)
				}
				continue
			}
			signed++
			if (i > 0 || j > 0) && !c.lenient {
				return badCode("compaction_block_misplaced", "%s: the compaction block must be the first block of the conversation", b.path)
			}
			if err := c.compactionSignature(b); err != nil {
				return err
			}
		}
	}
	if signed > 0 && full > 1 && !c.lenient {
		return badCode("compaction_block_ambiguous", "messages: found %d compaction blocks with content; send only the latest", full)
	}
	c.signed = signed > 0
	return nil
}

// compactionSignature checks that a signed block came back as it was.
func (c *checker) compactionSignature(b block) error {
	signature, _ := b.fields.str("signature")
	if c.lenient || c.x.sim.knowsSignature(signature) {
		return nil
	}
	parts, ok := decodeSignature(signature)
	if !ok || len(parts) != 4 || parts[0] != "compaction" {
		return badCode("compaction_signature_invalid", "%s: Invalid `signature` in `compaction` block", b.path)
	}
	content, _ := b.fields.str("content")
	if parts[1] != shortHash(content) {
		return badCode("compaction_content_mismatch", "%s: the content of the compaction block differs from what was signed", b.path)
	}
	if parts[2] != shortHash(canonical(b.fields["tool_changes"])) {
		return badCode("compaction_tool_changes_mismatch", "%s: tool_changes differ from what was returned with the block", b.path)
	}
	return nil
}

// canonical is JSON with its keys in order and without spaces; empty for nothing and for null.
func canonical(raw json.RawMessage) string {
	var v any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if d.Decode(&v) != nil || v == nil {
		return ""
	}
	return string(encode(v))
}

// compactionBlock is the block that stands for the conversation, signed or not.
func (q *request) compactionBlock(signed bool) block {
	summary := q.summarize()
	f := fields{
		"type": json.RawMessage(`"compaction"`), "content": appendString(nil, summary),
		"encrypted_content": appendString(nil, encodeSignature("metadata", shortHash(summary))),
	}
	if signed {
		changes := q.netToolChanges()
		f["tool_changes"] = changes
		f["signature"] = appendString(nil, encodeSignature("compaction", shortHash(summary), shortHash(canonical(changes)), shortHash(q.credential)))
	}
	return block{kind: "compaction", fields: f}
}

// lastMessageMark stands before the last message of the user's in a summary.
const lastMessageMark = "The user's last message was: "

// summarize tells the conversation in short, in the users' own words: whatever was said there can be asked for later.
func (q *request) summarize() string {
	c := newChat(q)
	var b strings.Builder
	b.WriteString("Summary of the conversation so far.\n")
	users := 0
	for _, t := range c.turns {
		line := clip(strings.Join(strings.Fields(t.text), " "), 300)
		if line == "" {
			continue
		}
		if t.role == "user" {
			users++
			b.WriteString("\n- The user said: " + line)
		} else {
			b.WriteString("\n- The assistant answered: " + clip(line, 120))
		}
	}
	if users > 0 {
		b.WriteString("\n\n" + lastMessageMark + clip(c.prompt(), 2000))
	}
	return b.String()
}

// netToolChanges are the changes of tools in the conversation, those of an earlier compaction first.
func (q *request) netToolChanges() json.RawMessage {
	changes := []json.RawMessage{}
	for _, m := range q.messages {
		for _, b := range m.blocks {
			switch b.kind {
			case "compaction":
				earlier, _ := array(b.fields["tool_changes"])
				changes = append(changes, earlier...)
			case "tool_addition", "tool_removal":
				changes = append(changes, b.raw())
			}
		}
	}
	return encode(changes)
}

// forget drops what the latest compaction stands for. One without content failed, and stands for nothing.
func (q *request) forget() {
	for i := len(q.messages) - 1; i >= 0; i-- {
		blocks := q.messages[i].blocks
		for j := len(blocks) - 1; j >= 0; j-- {
			if blocks[j].kind == "compaction" && blocks[j].fields.has("content") {
				q.messages = slices.Clone(q.messages[i:])
				q.messages[0].blocks = blocks[j:]
				return
			}
		}
	}
}

// applyCompaction compacts the conversation if the prompt has grown beyond the trigger. What belongs to the last prompt
// of the user's stays, so that tools that it set off can be gone on with.
func (q *request) applyCompaction(e edit) {
	tokens := q.inputTokens(q.segments(q.credential))
	if tokens < e.trigger || q.count {
		return
	}
	b := q.compactionBlock(false)
	content, _ := b.fields.str("content")
	q.ran = append(q.ran, newIteration("compaction", "", inputUsage{Input: tokens}, q.model.count(content)))
	q.summary, q.pause = &b, e.pause
	q.messages = append([]message{{role: "assistant", blocks: []block{b}}}, q.messages[q.promptAt():]...)
	q.prefix, q.prompt = hashBlocks("", []block{b}), nil
}

// compactionPart is the block in an answer.
func compactionPart(b block) part { return part{kind: "compaction", whole: b.raw()} }

// addCompaction adds a compaction block, whose content comes as a single delta.
func (a *answer) addCompaction(whole json.RawMessage) {
	f, _ := object(whole)
	d := compactionDelta(f)
	f["content"], f["encrypted_content"] = json.RawMessage("null"), json.RawMessage("null")
	a.blocks = append(a.blocks, outBlock{start: encode(f), whole: whole, deltas: []delta{d}})
}

// compactionDelta is the one delta of a compaction block.
func compactionDelta(f fields) delta {
	content, encrypted := null(f["content"]), null(f["encrypted_content"])
	return delta{kind: "compaction_delta", more: `,"content":` + string(content) + `,"encrypted_content":` + string(encrypted)}
}

// composeCompaction answers with nothing but a compaction block.
func (q *request) composeCompaction() *plan {
	if q.summary != nil {
		return &plan{Script: Script{StopReason: "compaction"}, parts: []part{compactionPart(*q.summary)}, before: q.ran, idle: true}
	}
	b := q.compactionBlock(true)
	content, _ := b.fields.str("content")
	ran := newIteration("compaction", "", inputUsage{Input: q.inputTokens(q.segments(q.credential))}, q.model.count(content))
	return &plan{Script: Script{StopReason: "compaction"}, parts: []part{compactionPart(b)}, before: []iteration{ran}, idle: true}
}
