package api

import (
	"encoding/json"
	"errors"
)

// ContextManagement lets the server shorten the prompt, with beta
// context-management-2025-06-27. What it did is in Message.AppliedEdits; the
// messages of the caller stay whole.
type ContextManagement struct {
	Edits []ContextEdit
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage
}

// MarshalJSON writes the object of the API.
func (m ContextManagement) MarshalJSON() ([]byte, error) {
	w := beginObject(nil)
	if m.Edits != nil && len(m.Edits) == 0 {
		w.raw("edits", []byte("[]"))
	}
	marshaled(w, "edits", m.Edits)
	w.extra(m.Extra)
	return w.done()
}

// UnmarshalJSON reads the object of the API. Each edit becomes a RawEdit.
func (m *ContextManagement) UnmarshalJSON(raw []byte) error {
	var known struct {
		Edits []json.RawMessage `json:"edits,omitempty"`
	}
	extra, err := decodeParam(raw, &known)
	if err != nil {
		return err
	}
	*m = ContextManagement{Extra: extra}
	for _, edit := range known.Edits {
		m.Edits = append(m.Edits, RawEdit(edit))
	}
	return nil
}

// ContextEdit is one way to shorten the prompt: ClearToolUses, ClearThinking,
// Compact or a RawEdit.
type ContextEdit interface {
	json.Marshaler
	isEdit()
}

// RawEdit is the JSON object of an edit, written verbatim.
type RawEdit json.RawMessage

// MarshalJSON returns the object.
func (e RawEdit) MarshalJSON() ([]byte, error) {
	if !isObject(e) || !json.Valid(e) {
		return nil, errors.New("is not a JSON object")
	}
	return e, nil
}

func (RawEdit) isEdit() {}

// Types of edits, in requests and in AppliedEdit.Type.
const (
	EditClearToolUses = "clear_tool_uses_20250919"
	EditClearThinking = "clear_thinking_20251015"
	EditCompact       = "compact_20260112"
)

// Amount is a number of something: InputTokens, ToolUses, ThinkingTurns or
// AllThinkingTurns.
type Amount struct {
	Type  string
	Value int
}

// InputTokens is an Amount of tokens of the prompt.
func InputTokens(n int) *Amount { return &Amount{"input_tokens", n} }

// ToolUses is an Amount of tool calls.
func ToolUses(n int) *Amount { return &Amount{"tool_uses", n} }

// ThinkingTurns is an Amount of turns of the assistant that hold thinking.
func ThinkingTurns(n int) *Amount { return &Amount{"thinking_turns", n} }

// AllThinkingTurns is the Amount of all of them.
func AllThinkingTurns() *Amount { return &Amount{Type: "all"} }

// MarshalJSON writes the object of the API.
func (a Amount) MarshalJSON() ([]byte, error) {
	w := beginTyped(a.Type, "")
	if a.Type != "all" {
		w.int("value", int64(a.Value))
	}
	return w.done()
}

// ClearToolUses takes old tool calls and results out of the prompt. Nil amounts
// leave the server's defaults.
type ClearToolUses struct {
	Trigger      *Amount // InputTokens or ToolUses from which on to clear; 100,000 tokens
	Keep         *Amount // ToolUses, the latest, that stay; 3
	ClearAtLeast *Amount // InputTokens, else it is not worth losing the cache
	ExcludeTools []string
	// ClearToolInputs clears the arguments of calls too, not only the results;
	// ClearInputsOf those of the tools named.
	ClearToolInputs bool
	ClearInputsOf   []string
}

// MarshalJSON implements ContextEdit.
func (e ClearToolUses) MarshalJSON() ([]byte, error) {
	w := beginTyped(EditClearToolUses, "")
	w.value("trigger", e.Trigger)
	w.value("keep", e.Keep)
	w.value("clear_at_least", e.ClearAtLeast)
	w.strings("exclude_tools", e.ExcludeTools)
	if len(e.ClearInputsOf) > 0 {
		w.strings("clear_tool_inputs", e.ClearInputsOf)
	} else {
		w.flag("clear_tool_inputs", e.ClearToolInputs)
	}
	return w.done()
}

func (ClearToolUses) isEdit() {}

// ClearThinking takes old thinking out of the prompt. It must be the first of
// the edits.
type ClearThinking struct {
	Keep *Amount // ThinkingTurns or AllThinkingTurns; nil for the server's default
}

// MarshalJSON implements ContextEdit.
func (e ClearThinking) MarshalJSON() ([]byte, error) {
	w := beginTyped(EditClearThinking, "")
	w.value("keep", e.Keep)
	return w.done()
}

func (ClearThinking) isEdit() {}

// Compact summarises the conversation when it gets long, with beta
// compact-2026-01-12. The answer then begins with a compaction block; what is
// before the latest one, the server leaves out of later prompts.
type Compact struct {
	Trigger      *Amount // InputTokens, 50,000 at least; nil means 150,000
	Instructions string  // for the summary, in place of the server's
	// PauseAfterCompaction ends the answer after the block, with the stop reason
	// StopCompaction; send it back unchanged to go on.
	PauseAfterCompaction bool
}

// MarshalJSON implements ContextEdit.
func (e Compact) MarshalJSON() ([]byte, error) {
	w := beginTyped(EditCompact, "")
	w.value("trigger", e.Trigger)
	w.str("instructions", e.Instructions)
	w.flag("pause_after_compaction", e.PauseAfterCompaction)
	return w.done()
}

func (Compact) isEdit() {}
