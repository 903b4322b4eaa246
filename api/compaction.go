package api

import (
	"cmp"
	"encoding/json"
)

// Compaction asks for a summary of the conversation instead of an answer, with
// beta compact-2026-09-04. The answer is one compaction block, which goes first
// in Messages in place of what it sums up. It excludes ContextManagement, and
// the conversation must not end with a tool call.
type Compaction struct {
	Type         string `json:"type"` // "summarize", which "" means too
	Instructions string `json:"instructions,omitzero"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// MarshalJSON writes the object of the API.
func (c Compaction) MarshalJSON() ([]byte, error) {
	type plain Compaction
	c.Type = cmp.Or(c.Type, "summarize")
	return encodeParam(plain(c), c.Extra)
}

// UnmarshalJSON reads the object of the API.
func (c *Compaction) UnmarshalJSON(raw []byte) (err error) {
	type plain Compaction
	c.Extra, err = decodeParam(raw, (*plain)(c))
	return err
}

// Summary is the typed view of a compaction block. The block goes back as it
// came, signature included.
type Summary struct {
	Content          *string // nil when the compaction failed, or is encrypted
	EncryptedContent string
	Signature        string       // of compaction on demand
	ToolChanges      []ToolChange // in force after what was summed up
}

// NewSummary returns a compaction block, for tests and imports.
func NewSummary(s Summary) Block {
	w := beginTyped(BlockCompaction, "")
	if s.Content == nil {
		w.raw("content", []byte("null"))
	} else {
		w.text("content", *s.Content)
	}
	w.str("encrypted_content", s.EncryptedContent)
	w.str("signature", s.Signature)
	changes := make([]Block, 0, len(s.ToolChanges))
	for _, change := range s.ToolChanges {
		changes = append(changes, change.block())
	}
	if len(changes) > 0 {
		w.blocks("tool_changes", changes)
	}
	return w.block(BlockCompaction)
}

// Summary returns the summary in b; ok is false when b is none.
func (b Block) Summary() (summary Summary, ok bool) {
	if b.Type != BlockCompaction {
		return Summary{}, false
	}
	o := parseObject(b.Raw)
	summary = Summary{
		Content:          o.optStr("content"),
		EncryptedContent: o.str("encrypted_content"),
		Signature:        o.str("signature"),
	}
	for _, raw := range o.list("tool_changes") {
		if block, err := ParseBlock(raw); err == nil {
			if change, ok := block.ToolChange(); ok {
				summary.ToolChanges = append(summary.ToolChanges, change)
			}
		}
	}
	return summary, true
}
