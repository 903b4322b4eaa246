package api

import "encoding/json"

// CacheDiagnosis says why the prompt cache was missed.
type CacheDiagnosis struct {
	// Miss is nil when nothing is known: there was no miss, or the search for
	// the reason is not over.
	Miss *CacheMiss
	Raw  json.RawMessage
}

// Values of CacheMiss.Type.
const (
	CacheMissModelChanged            = "model_changed"
	CacheMissSystemChanged           = "system_changed"
	CacheMissToolsChanged            = "tools_changed"
	CacheMissMessagesChanged         = "messages_changed"
	CacheMissPreviousMessageNotFound = "previous_message_not_found"
	CacheMissUnavailable             = "unavailable"
)

// CacheMiss is the reason for a miss.
type CacheMiss struct {
	Type        string
	InputTokens int64 // that the cache would have held; 0 if not told
}

func decodeDiagnosis(raw json.RawMessage) *CacheDiagnosis {
	o := parseObject(raw)
	if o == nil {
		return nil
	}
	diagnosis := &CacheDiagnosis{Raw: raw}
	if reason := o.obj("cache_miss_reason"); reason != nil {
		diagnosis.Miss = &CacheMiss{Type: reason.str("type")}
		reason.setCount("cache_missed_input_tokens", &diagnosis.Miss.InputTokens)
	}
	return diagnosis
}

// AppliedEdit is what a ContextEdit took out of the prompt.
type AppliedEdit struct {
	Type                 string // EditClearToolUses or EditClearThinking
	ClearedInputTokens   int64
	ClearedToolUses      int64
	ClearedThinkingTurns int64
	Raw                  json.RawMessage
}

func decodeAppliedEdit(raw json.RawMessage) AppliedEdit {
	o := parseObject(raw)
	edit := AppliedEdit{Type: o.str("type"), Raw: raw}
	o.setCount("cleared_input_tokens", &edit.ClearedInputTokens)
	o.setCount("cleared_tool_uses", &edit.ClearedToolUses)
	o.setCount("cleared_thinking_turns", &edit.ClearedThinkingTurns)
	return edit
}

// Values of InputTransformation.Type.
const (
	ThinkingDropped         = "thinking_dropped"          // it was left out
	ThinkingMismatchAllowed = "thinking_mismatch_allowed" // it was let in nevertheless
)

// Values of InputTransformation.Reason: what thinking was bound to that is
// different now.
const (
	MismatchModel        = "model_binding_mismatch"
	MismatchPrefix       = "prefix_binding_mismatch"
	MismatchOrganization = "organization_binding_mismatch"
	MismatchEndUser      = "end_user_binding_mismatch"
)

// InputTransformation is something the server did to the prompt.
type InputTransformation struct {
	Type   string
	Path   string // of what it was done to, in the request
	Reason string
	Raw    json.RawMessage
}

func decodeTransformation(raw json.RawMessage) InputTransformation {
	o := parseObject(raw)
	return InputTransformation{Type: o.str("type"), Path: o.str("path"), Reason: o.str("reason"), Raw: raw}
}
