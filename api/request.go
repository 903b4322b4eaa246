package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Roles of a message. A system message may stand between turns where the
// model supports it.
const (
	RoleUser      = "user"
	RoleAssistant = "assistant"
	RoleSystem    = "system"
)

// MessageRequest is the body of a message request. Zero fields are left out,
// so that the server's default holds.
//
// Encoding is deterministic and writes "messages" last: when a turn only adds
// messages, its body is that of the turn before, minus the closing "]}", and
// more. The server's prompt cache lives from that.
type MessageRequest struct {
	Model string // required; any string, aliases included
	// MaxTokens caps the answer. It is always sent; 0 asks the server only to
	// read the prompt into its cache.
	MaxTokens     int
	Messages      []MessageParam
	System        []Block  // text blocks
	Temperature   *float64 // 0 to 1; many models refuse it, see package catalog
	TopP          *float64
	TopK          *int
	StopSequences []string
	Thinking      *Thinking
	OutputConfig  *OutputConfig
	Tools         []Tool
	ToolChoice    *ToolChoice
	CacheControl  *CacheControl // automatic caching of the last cacheable block
	Metadata      *Metadata
	ServiceTier   string          // "auto" or "standard_only"
	Speed         string          // "standard" or "fast"
	InferenceGeo  string          // for example "us"
	Container     json.RawMessage // see ContainerID and NewContainer
	Diagnostics   *Diagnostics
	// The fields below need a beta, which their types name.
	MCPServers        []MCPServer
	ContextManagement *ContextManagement
	Compaction        *Compaction
	Fallbacks         json.RawMessage // see NewFallbacks and DefaultFallbacks
	FallbackCredit    json.RawMessage // see FallbackCreditToken
	Thread            *Thread
	BillingPolicy     *BillingPolicy
	// OutputFormat is the older name of OutputConfig.Format.
	OutputFormat json.RawMessage
	// Extra holds body fields this type has no name for, written verbatim in
	// the order of their keys. A field of this type or "stream" is refused.
	Extra map[string]json.RawMessage

	// Betas are sent in the anthropic-beta header, after those of the Client
	// and the options. Not nil, they also address the beta side of the API: up
	// to version 2023-06-01 the URL then says "?beta=true".
	Betas []string
	// UserProfileID is sent as anthropic-user-profile-id.
	UserProfileID string
}

// MessageParam is one message of a request.
type MessageParam struct {
	Role    string
	Content []Block
	// Extra holds further members, written verbatim in the order of their keys:
	// "clear_at" and "output_config" of system messages, which need a beta.
	Extra map[string]json.RawMessage
}

// UserText returns a user message of one text block.
func UserText(text string) MessageParam {
	return MessageParam{Role: RoleUser, Content: []Block{NewText(text)}}
}

// AssistantText returns an assistant message of one text block.
func AssistantText(text string) MessageParam {
	return MessageParam{Role: RoleAssistant, Content: []Block{NewText(text)}}
}

// Thinking asks for or forbids extended thinking.
type Thinking struct {
	// Type is "adaptive", "enabled", "disabled" or "between_tools".
	Type string `json:"type"`
	// BudgetTokens is for "enabled" only: at least 1024, below MaxTokens.
	BudgetTokens int `json:"budget_tokens,omitzero"`
	// Display is "summarized", "omitted" or "updates"; "" for the model's default.
	Display string `json:"display,omitzero"`
	// BlockBinding is a beta setting, written verbatim.
	BlockBinding json.RawMessage `json:"block_binding,omitzero"`
}

// OutputConfig shapes the answer.
type OutputConfig struct {
	// Effort is "low", "medium", "high", "xhigh" or "max".
	Effort string `json:"effort,omitzero"`
	// Format is {"type":"json_schema","schema":{...}}, written verbatim.
	Format json.RawMessage `json:"format,omitzero"`
	// TaskBudget is a beta setting, written verbatim.
	TaskBudget json.RawMessage `json:"task_budget,omitzero"`
}

func (c *OutputConfig) isZero() bool { return c.Effort == "" && c.Format == nil && c.TaskBudget == nil }

// CacheControl marks a cache breakpoint.
type CacheControl struct {
	// Type is "ephemeral", which "" means too.
	Type string `json:"type"`
	// TTL is "5m" or "1h"; "" for the server's default of five minutes.
	TTL string `json:"ttl"`
}

// Metadata goes to the vendor's abuse detection.
type Metadata struct {
	// UserID is opaque: no name, mail address or number of a person.
	UserID string `json:"user_id,omitzero"`
}

// MarshalJSON returns the body of a non-streaming request. Note that
// json.Marshal would escape <, > and & in it; the Client does not.
func (r *MessageRequest) MarshalJSON() ([]byte, error) { return r.encode(encodeWhole) }

// encoding says what a body is for.
type encoding int

const (
	encodeWhole  encoding = iota // an answer in one piece
	encodeStream                 // a streamed one
	encodeCount                  // a token count, which knows fewer fields
)

// encode writes the body as it goes over the wire.
func (r *MessageRequest) encode(form encoding) ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	w := beginObject(make([]byte, 0, r.sizeHint()))
	w.str("model", r.Model)
	if form != encodeCount {
		r.writeAnswering(w)
	}
	r.writePrompt(w)
	for _, key := range slices.Sorted(maps.Keys(r.Extra)) {
		if form != encodeCount {
			w.raw(key, r.Extra[key])
		}
	}
	if form == encodeStream {
		w.raw("stream", json.RawMessage("true"))
	}
	r.writeMessages(w)
	return w.end(), w.err
}

// writeAnswering writes the fields that steer the answer and that a token count
// does not know.
func (r *MessageRequest) writeAnswering(w *objectWriter) {
	w.int("max_tokens", int64(r.MaxTokens))
	w.str("service_tier", r.ServiceTier)
	w.str("inference_geo", r.InferenceGeo)
	w.raw("container", r.Container)
	w.value("metadata", r.Metadata)
	w.strings("stop_sequences", r.StopSequences)
	w.float("temperature", r.Temperature)
	w.float("top_p", r.TopP)
	if r.TopK != nil {
		w.int("top_k", int64(*r.TopK))
	}
	w.value("diagnostics", r.Diagnostics)
	w.raw("fallbacks", r.Fallbacks)
	w.raw("fallback_credit_token", r.FallbackCredit)
	w.value("thread", r.Thread)
}

// writePrompt writes the fields that belong to the prompt.
func (r *MessageRequest) writePrompt(w *objectWriter) {
	w.str("speed", r.Speed)
	w.value("billing_policy", r.BillingPolicy)
	w.value("cache_control", r.CacheControl)
	w.value("thinking", r.Thinking)
	if c := r.OutputConfig; c != nil && !c.isZero() {
		w.value("output_config", c)
	}
	w.raw("output_format", r.OutputFormat)
	w.value("context_management", r.ContextManagement)
	w.value("compaction", r.Compaction)
	w.list("mcp_servers", len(r.MCPServers), func(i int) any { return r.MCPServers[i] })
	w.list("tools", len(r.Tools), func(i int) any { return r.Tools[i] })
	w.value("tool_choice", r.ToolChoice)
	if len(r.System) > 0 {
		w.raw("system", appendBlocks(nil, r.System))
	}
}

func (r *MessageRequest) writeMessages(w *objectWriter) {
	w.key("messages")
	w.dst = append(w.dst, '[')
	for i, m := range r.Messages {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.dst = m.appendJSON(w.dst)
	}
	w.dst = append(w.dst, ']')
}

func (m MessageParam) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"role":`...)
	dst = appendString(dst, m.Role)
	if m.Content != nil || len(m.Extra) == 0 {
		dst = append(dst, `,"content":`...)
		dst = appendBlocks(dst, m.Content)
	}
	for _, key := range slices.Sorted(maps.Keys(m.Extra)) {
		dst = append(appendString(append(dst, ','), key), ':')
		dst = append(dst, m.Extra[key]...)
	}
	return append(dst, '}')
}

// MarshalJSON fills in the type.
func (c *CacheControl) MarshalJSON() ([]byte, error) {
	w := beginObject(nil)
	kind := c.Type
	if kind == "" {
		kind = "ephemeral"
	}
	w.str("type", kind)
	w.str("ttl", c.TTL)
	return w.end(), nil
}

// check finds what would make the body something else than one JSON object.
// What the API thinks of the content is the API's business.
func (r *MessageRequest) check() error {
	for _, key := range slices.Sorted(maps.Keys(r.Extra)) {
		if _, known := r.field(key); known {
			return fmt.Errorf("api: Extra holds %q, which is a field of MessageRequest", key)
		}
		if !json.Valid(r.Extra[key]) {
			return fmt.Errorf("api: Extra[%q] is not valid JSON", key)
		}
	}
	for i, m := range r.Messages {
		if err := checkBlocks(m.Content); err != nil {
			return fmt.Errorf("api: message %d: %w", i, err)
		}
		for key, value := range m.Extra {
			if !json.Valid(value) || key == "role" || key == "content" {
				return fmt.Errorf("api: message %d: Extra[%q] is not valid JSON, or a field of MessageParam", i, key)
			}
		}
	}
	if err := checkBlocks(r.System); err != nil {
		return fmt.Errorf("api: system prompt: %w", err)
	}
	return nil
}

func checkBlocks(blocks []Block) error {
	for i, b := range blocks {
		if len(b.Raw) == 0 {
			return fmt.Errorf("content block %d is empty", i)
		}
	}
	return nil
}

func (r *MessageRequest) sizeHint() int {
	size := 512
	for _, b := range r.System {
		size += len(b.Raw) + 1
	}
	for _, m := range r.Messages {
		size += 40
		for _, b := range m.Content {
			size += len(b.Raw) + 1
		}
	}
	return size
}

// checkFor finds what a version of the API has no field for, and what JSON has
// no number for.
func (r *MessageRequest) checkFor(version string) error {
	if r.Model == "" {
		return &FieldError{"model", errors.New("is empty")}
	}
	if r.MaxTokens < 0 {
		return &FieldError{"max_tokens", errors.New("is negative")}
	}
	for _, sampling := range []struct {
		field string
		set   bool
		value *float64
	}{
		{"temperature", r.Temperature != nil, r.Temperature},
		{"top_p", r.TopP != nil, r.TopP},
		{"top_k", r.TopK != nil, nil},
	} {
		switch {
		case sampling.set && version >= Version2026:
			return &FieldError{sampling.field, fmt.Errorf("does not exist in API version %s", version)}
		case sampling.value != nil && (math.IsNaN(*sampling.value) || math.IsInf(*sampling.value, 0)):
			return &FieldError{sampling.field, errors.New("is not a number")}
		}
	}
	return nil
}
