package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// Stop reasons the API documents. New ones may appear at any time.
const (
	StopEndTurn       = "end_turn"
	StopMaxTokens     = "max_tokens"
	StopSequence      = "stop_sequence"
	StopToolUse       = "tool_use"
	StopPauseTurn     = "pause_turn"
	StopRefusal       = "refusal"
	StopContextWindow = "model_context_window_exceeded"
	StopCompaction    = "compaction"
)

// Message is an answer. Every field may be zero: servers leave fields out.
type Message struct {
	ID    string
	Role  string // "assistant"
	Model string // the model that answered, which may not be the one asked
	// Content may be empty, for instance after a refusal.
	Content      []Block
	StopReason   string  // "" while streaming or when the server gave none
	StopSequence *string // the stop sequence that matched
	StopDetails  *StopDetails
	Container    *Container
	Usage        Usage
	// Diagnostics is the answer to MessageRequest.Diagnostics.
	Diagnostics *CacheDiagnosis
	// AppliedEdits is what MessageRequest.ContextManagement did to the prompt.
	AppliedEdits []AppliedEdit
	// InputTransformations says what else was done to the prompt.
	InputTransformations []InputTransformation
	// RequestID is the request-id header of the response, for support.
	RequestID string
	// Raw is the whole object as it came. For a stream it is the object the
	// same answer would have been without streaming.
	Raw json.RawMessage
}

// Values of StopDetails.Category. There may be others.
const (
	RefusalCyber               = "cyber"
	RefusalBio                 = "bio"
	RefusalFrontierLLM         = "frontier_llm"
	RefusalReasoningExtraction = "reasoning_extraction"
	RefusalGeneralHarms        = "general_harms"
)

// StopDetails says more about a stop. It may be nil even for a refusal.
type StopDetails struct {
	Type             string // "refusal"
	Category         string // for example RefusalCyber; "" when not told
	Explanation      string
	RecommendedModel string // a model that may answer, or ""
	// FallbackCreditToken pays for asking another model, see the function of that
	// name; "" without beta fallback-credit-2026-07-01.
	FallbackCreditToken string
	// FallbackHasPrefillClaim allows the retry to go on from the content of this
	// answer, as one more assistant message.
	FallbackHasPrefillClaim bool
	Raw                     json.RawMessage
}

// Container is the code execution container of a turn.
type Container struct {
	ID        string
	ExpiresAt time.Time
	Skills    []ContainerSkill
	Raw       json.RawMessage
}

// Param returns the message that goes into the next request, with its content
// as EchoBlocks makes it. Nothing may be left of it, for instance after a
// refusal; the API refuses such a message.
func (m *Message) Param() MessageParam {
	return MessageParam{Role: RoleAssistant, Content: EchoBlocks(m.Content)}
}

// Text returns the text blocks, joined.
func (m *Message) Text() string { return textOf(m.Content) }

// UnmarshalJSON reads a message tolerantly. Only something that is no JSON
// object is an error. A content that is a string becomes one text block.
func (m *Message) UnmarshalJSON(raw []byte) error {
	o := parseObject(raw)
	if o == nil {
		return errors.New("api: a message is not a JSON object")
	}
	m.decode(o)
	m.Raw = bytes.Clone(raw)
	return nil
}

// String returns Raw, for people.
func (m Message) String() string { return string(m.Raw) }

// MarshalJSON returns Raw.
func (m Message) MarshalJSON() ([]byte, error) {
	if len(m.Raw) == 0 {
		return nil, errors.New("api: message without JSON")
	}
	return m.Raw, nil
}

func (m *Message) decode(o object) {
	*m = Message{
		ID:           o.scalar("id"),
		Role:         o.str("role"),
		Model:        o.scalar("model"),
		Content:      decodeContent(o["content"]),
		StopReason:   o.scalar("stop_reason"),
		StopSequence: o.optStr("stop_sequence"),
		StopDetails:  decodeStopDetails(o["stop_details"]),
		Container:    decodeContainer(o["container"]),
		RequestID:    m.RequestID,
	}
	m.Usage.merge(o.obj("usage"))
	m.Diagnostics = decodeDiagnosis(o["diagnostics"])
	m.AppliedEdits = each(o.obj("context_management").list("applied_edits"), decodeAppliedEdit)
	m.InputTransformations = each(o.list("input_transformations"), decodeTransformation)
}

// decodeContent skips what is no block. The blocks share memory with raw.
func decodeContent(raw json.RawMessage) []Block {
	list, ok := splitList(raw)
	if !ok {
		list = []json.RawMessage{raw}
	}
	var blocks []Block
	for _, item := range list {
		if o := splitObject(item); o != nil {
			blocks = append(blocks, Block{Type: o.str("type"), Raw: slices.Clip(item)})
		} else if b, err := ParseBlock(item); err == nil {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

func decodeStopDetails(raw json.RawMessage) *StopDetails {
	o := parseObject(raw)
	if o == nil {
		return nil
	}
	return &StopDetails{
		Type:             o.str("type"),
		Category:         o.str("category"),
		Explanation:      o.str("explanation"),
		RecommendedModel: o.str("recommended_model"),

		FallbackCreditToken:     o.str("fallback_credit_token"),
		FallbackHasPrefillClaim: o.bool("fallback_has_prefill_claim"),

		Raw: bytes.Clone(raw),
	}
}

func decodeContainer(raw json.RawMessage) *Container {
	o := parseObject(raw)
	if o == nil {
		return nil
	}
	return &Container{
		ID: o.str("id"), ExpiresAt: o.time("expires_at"),
		Skills: each(o.list("skills"), decodeContainerSkill), Raw: bytes.Clone(raw),
	}
}
