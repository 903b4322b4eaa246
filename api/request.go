package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Values of MessageRequest.ServiceTier, and of Usage.ServiceTier.
const (
	ServiceTierAuto         = "auto"          // priority capacity, if there is any left
	ServiceTierStandardOnly = "standard_only" // never that
	ServiceTierStandard     = "standard"      // in answers
	ServiceTierPriority     = "priority"      // in answers
	ServiceTierBatch        = "batch"         // in answers
)

// Values of MessageRequest.Speed, and of Usage.Speed. Models without a fast
// mode refuse both.
const (
	SpeedStandard = "standard"
	SpeedFast     = "fast" // beta fast-mode-2026-02-01, except for Opus 5.5
)

// MessageRequest is the body of a message request. Zero fields are left out,
// so that the server's default holds; where zero means something, the field is a
// pointer: Temperature: new(0.0).
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
	ServiceTier   string          // ServiceTierAuto or ServiceTierStandardOnly
	Speed         string          // SpeedStandard or SpeedFast
	InferenceGeo  string          // for example "us" or "global"
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
	// the order of their keys; CountTokens leaves them out. A field of this type
	// or "stream" is refused.
	Extra map[string]json.RawMessage

	// Betas are sent in the anthropic-beta header, after those of the Client
	// and the options. Not nil, they also address the beta side of the API: up
	// to version 2023-06-01 the URL then says "?beta=true".
	Betas []string
	// UserProfileID is sent as anthropic-user-profile-id, with beta
	// user-profiles-2026-09-04, and WorkspaceID as anthropic-workspace-id.
	UserProfileID, WorkspaceID string

	// systemIsText remembers that System was read from a string. A count sends
	// it as one; a message sends blocks, so that however a conversation was
	// built, its prompt has the same bytes.
	systemIsText bool
}

// Metadata goes to the vendor's abuse detection.
type Metadata struct {
	// UserID is opaque: no name, mail address or number of a person.
	UserID string `json:"user_id,omitzero"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// MarshalJSON writes the object of the API.
func (m Metadata) MarshalJSON() ([]byte, error) {
	type plain Metadata
	return encodeParam(plain(m), m.Extra)
}

// UnmarshalJSON reads the object of the API.
func (m *Metadata) UnmarshalJSON(raw []byte) (err error) {
	type plain Metadata
	m.Extra, err = decodeParam(raw, (*plain)(m))
	return err
}

// MarshalJSON returns the body of a non-streaming request. Note that
// json.Marshal would escape <, > and & in it; the Client does not.
func (r MessageRequest) MarshalJSON() ([]byte, error) { return r.encode(encodeWhole) }

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
	r.writePrompt(w, form)
	if form != encodeCount {
		for _, key := range slices.Sorted(maps.Keys(r.Extra)) {
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
	w.json("container", r.Container)
	w.value("metadata", r.Metadata)
	w.strings("stop_sequences", r.StopSequences)
	w.float("temperature", r.Temperature)
	w.float("top_p", r.TopP)
	w.optInt("top_k", r.TopK)
	w.value("diagnostics", r.Diagnostics)
	w.json("fallbacks", r.Fallbacks)
	w.json("fallback_credit_token", r.FallbackCredit)
	w.value("thread", r.Thread)
}

// writePrompt writes the fields that belong to the prompt. A list that is empty,
// but not nil, is written.
func (r *MessageRequest) writePrompt(w *objectWriter, form encoding) {
	w.str("speed", r.Speed)
	w.value("billing_policy", r.BillingPolicy)
	w.value("cache_control", r.CacheControl)
	w.value("thinking", r.Thinking)
	if c := r.OutputConfig; c != nil && !c.isZero() {
		w.value("output_config", c)
	}
	w.json("output_format", r.OutputFormat)
	w.value("context_management", r.ContextManagement)
	w.value("compaction", r.Compaction)
	marshaled(w, "mcp_servers", r.MCPServers)
	marshaled(w, "tools", r.Tools)
	w.value("tool_choice", r.ToolChoice)
	switch text, ok := r.systemText(); {
	case ok && form == encodeCount:
		w.str("system", text)
	case r.System != nil:
		w.raw("system", appendBlocks(nil, r.System))
	}
}

// systemText returns the system prompt if it was read from a string and still
// is no more than one.
func (r *MessageRequest) systemText() (text string, ok bool) {
	if !r.systemIsText || len(r.System) != 1 {
		return "", false
	}
	text = r.System[0].Text()
	return text, bytes.Equal(r.System[0].Raw, NewText(text).Raw)
}

func (r *MessageRequest) writeMessages(w *objectWriter) {
	w.key("messages")
	w.dst = append(w.dst, '[')
	for i, m := range r.Messages {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		dst, err := m.appendJSON(w.dst)
		if err != nil {
			w.fail(fmt.Sprintf("messages[%d]", i), err)
		}
		w.dst = dst
	}
	w.dst = append(w.dst, ']')
}

// check finds what would make the body something else than one JSON object.
// What the API thinks of the content is the API's business.
func (r *MessageRequest) check() error {
	for _, key := range slices.Sorted(maps.Keys(r.Extra)) {
		if _, known := r.field(key); known {
			return &FieldError{key, errors.New("is in Extra, but a field of MessageRequest")}
		}
		if !json.Valid(r.Extra[key]) {
			return &FieldError{key, errNotValid}
		}
	}
	for i, m := range r.Messages {
		field := func() string { return fmt.Sprintf("messages[%d]", i) }
		if err := checkBlocks("content", m.Content); err != nil {
			return fieldError(field(), err)
		}
		for _, key := range []string{"role", "content"} {
			if _, twice := m.Extra[key]; twice {
				return fieldError(field(), &FieldError{key, errors.New("is in Extra, but a field of MessageParam")})
			}
		}
	}
	return checkBlocks("system", r.System)
}

// checkBlocks finds blocks that are none. It looks at their ends only: a
// conversation is sent often, and what its blocks hold was JSON when it came.
func checkBlocks(field string, blocks []Block) error {
	for i, b := range blocks {
		raw, err := bytes.TrimSpace(b.Raw), error(nil)
		switch {
		case len(raw) == 0:
			err = errors.New("is an empty block: it was never set, or made of what cannot be one")
		case raw[0] != '{' || raw[len(raw)-1] != '}':
			err = errors.New("is not a JSON object")
		}
		if err != nil {
			return &FieldError{fmt.Sprintf("%s[%d]", field, i), err}
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

var errNoRequest = errors.New("is missing: there is no request")

// checkFor finds what a version of the API has no field for, and what JSON has
// no number for.
func (r *MessageRequest) checkFor(version string) error {
	if r == nil {
		return &FieldError{"model", errNoRequest}
	}
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
