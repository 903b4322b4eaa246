package api

import (
	"cmp"
	"encoding/json"
)

// Values of Thinking.Type. Which of them a model takes differs much; see
// Capabilities.Thinking.
const (
	ThinkingAdaptive     = "adaptive"      // the model decides how much
	ThinkingEnabled      = "enabled"       // up to BudgetTokens; older models
	ThinkingDisabled     = "disabled"      // not at all; the newest models refuse it
	ThinkingBetweenTools = "between_tools" // after results of tools only
)

// Values of Thinking.Display.
const (
	DisplaySummarized = "summarized" // a summary of the thinking
	DisplayOmitted    = "omitted"    // no text, only the signature
	DisplayUpdates    = "updates"    // news of the progress; beta thinking-display-updates-2026-08-18
)

// Thinking asks for or forbids extended thinking.
type Thinking struct {
	// Type is ThinkingAdaptive, ThinkingEnabled, ThinkingDisabled or
	// ThinkingBetweenTools.
	Type string `json:"type"`
	// BudgetTokens is for "enabled" only: at least 1024, below MaxTokens.
	BudgetTokens int `json:"budget_tokens,omitzero"`
	// Display is DisplaySummarized, DisplayOmitted or DisplayUpdates; "" for the
	// model's default.
	Display string `json:"display,omitzero"`
	// BlockBinding needs beta thinking-binding-controls-2026-08-01.
	BlockBinding *BlockBinding `json:"block_binding,omitzero"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// MarshalJSON writes the object of the API.
func (t Thinking) MarshalJSON() ([]byte, error) {
	type plain Thinking
	return encodeParam(plain(t), t.Extra)
}

// UnmarshalJSON reads the object of the API.
func (t *Thinking) UnmarshalJSON(raw []byte) (err error) {
	type plain Thinking
	t.Extra, err = decodeParam(raw, (*plain)(t))
	return err
}

// Values of BlockBinding.PrefixMismatchBehavior.
const (
	BindingError     = "error"      // refuse the request
	BindingDropBlock = "drop_block" // leave the thinking out; see Message.InputTransformations
)

// BlockBinding says what happens to thinking that comes back after something
// else than it was written after. The newest models bind it to what was before.
type BlockBinding struct {
	// PrefixMismatchBehavior is BindingError or BindingDropBlock.
	PrefixMismatchBehavior string `json:"prefix_mismatch_behavior,omitzero"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// MarshalJSON writes the object of the API.
func (b BlockBinding) MarshalJSON() ([]byte, error) {
	type plain BlockBinding
	return encodeParam(plain(b), b.Extra)
}

// UnmarshalJSON reads the object of the API.
func (b *BlockBinding) UnmarshalJSON(raw []byte) (err error) {
	type plain BlockBinding
	b.Extra, err = decodeParam(raw, (*plain)(b))
	return err
}

// Values of OutputConfig.Effort. Which of them a model takes is in
// Capabilities.Effort.
const (
	EffortLow    = "low"
	EffortMedium = "medium"
	EffortHigh   = "high"
	EffortXHigh  = "xhigh"
	EffortMax    = "max"
)

// OutputConfig shapes the answer.
type OutputConfig struct {
	// Effort is how much the model spends on the answer, EffortLow to EffortMax;
	// "" for the model's default, mostly EffortHigh.
	Effort string `json:"effort,omitzero"`
	// Format makes the answer JSON of a schema, see JSONSchemaFormat; it is
	// written verbatim. It excludes citations. A refusal or MaxTokens may still
	// break the JSON: look at the stop reason.
	Format json.RawMessage `json:"format,omitzero"`
	// TaskBudget needs beta task-budgets-2026-03-13.
	TaskBudget *TaskBudget `json:"task_budget,omitzero"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

func (c *OutputConfig) isZero() bool {
	return c.Effort == "" && c.Format == nil && c.TaskBudget == nil && len(c.Extra) == 0
}

// MarshalJSON writes the object of the API.
func (c OutputConfig) MarshalJSON() ([]byte, error) {
	type plain OutputConfig
	return encodeParam(plain(c), c.Extra)
}

// UnmarshalJSON reads the object of the API.
func (c *OutputConfig) UnmarshalJSON(raw []byte) (err error) {
	type plain OutputConfig
	c.Extra, err = decodeParam(raw, (*plain)(c))
	return err
}

// JSONSchemaFormat is an OutputConfig.Format: the answer is one JSON value that
// fits schema. Objects of the schema need "additionalProperties": false.
func JSONSchemaFormat(schema json.RawMessage) json.RawMessage {
	w := beginTyped("json_schema", "")
	w.raw("schema", schema)
	return w.end()
}

// TaskBudget is how many tokens a task may cost, over all its requests. The
// model is told, and paces itself.
type TaskBudget struct {
	Type      string `json:"type"` // "tokens", which "" means too
	Total     int    `json:"total"`
	Remaining *int   `json:"remaining,omitzero"` // nil means all of it
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// MarshalJSON writes the object of the API.
func (b TaskBudget) MarshalJSON() ([]byte, error) {
	type plain TaskBudget
	b.Type = cmp.Or(b.Type, "tokens")
	return encodeParam(plain(b), b.Extra)
}

// UnmarshalJSON reads the object of the API.
func (b *TaskBudget) UnmarshalJSON(raw []byte) (err error) {
	type plain TaskBudget
	b.Extra, err = decodeParam(raw, (*plain)(b))
	return err
}

// EstimatedTokens returns by how many tokens the thinking grew, roughly, since
// the last delta that said so; 0 if this one does not. It takes beta
// thinking-token-count-2026-05-13 and is for showing progress only.
func (d Delta) EstimatedTokens() int {
	if d.Type != DeltaThinking {
		return 0
	}
	return parseObject(d.Raw).count("estimated_tokens")
}
