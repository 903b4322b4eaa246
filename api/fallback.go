package api

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

// Fallback is a model to try when the one before declined to answer. Zero
// fields are those of the request.
type Fallback struct {
	Model        string
	MaxTokens    int
	Thinking     *Thinking
	OutputConfig *OutputConfig // merged with that of the request, member by member
	Speed        string
	// Unset names what of the request does not hold for this model: "max_tokens",
	// "thinking", "output_config", "speed", or a member of output_config as in
	// "output_config.effort".
	Unset []string
	// Extra holds further members, written verbatim in the order of their keys;
	// null or nil is as if Unset named them. The server knows none, the chain of
	// package fallback takes any.
	Extra map[string]json.RawMessage
}

// NewFallbacks is a MessageRequest.Fallbacks: up to three models, tried in turn
// by the server, with beta server-side-fallback-2026-07-01. The answer marks
// each change of model with a fallback block. One that cannot be encoded makes
// JSON that no request takes.
func NewFallbacks(models ...Fallback) json.RawMessage {
	w := &objectWriter{dst: []byte("[")}
	for i, model := range models {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.append("fallbacks", model)
	}
	if w.err != nil {
		return json.RawMessage("[")
	}
	return append(w.dst, ']')
}

// DefaultFallbacks is a MessageRequest.Fallbacks that leaves the choice to the
// server.
func DefaultFallbacks() json.RawMessage { return json.RawMessage(`"default"`) }

// MarshalJSON writes the object of the API.
func (f Fallback) MarshalJSON() ([]byte, error) {
	w := beginObject(nil)
	w.str("model", f.Model)
	w.count("max_tokens", f.MaxTokens)
	w.value("thinking", f.Thinking)
	config := OutputConfig{}
	if f.OutputConfig != nil {
		config = *f.OutputConfig
	}
	others, inner := map[string]json.RawMessage{}, maps.Clone(config.Extra)
	for name, value := range f.Extra {
		if value == nil {
			value = json.RawMessage("null")
		}
		others[name] = value
	}
	for _, name := range f.Unset {
		member, ok := strings.CutPrefix(name, "output_config.")
		if ok && inner == nil {
			inner = map[string]json.RawMessage{}
		}
		if ok {
			inner[member] = json.RawMessage("null")
		} else {
			others[name] = json.RawMessage("null")
		}
	}
	config.Extra = inner
	if !config.isZero() {
		w.value("output_config", &config)
	}
	w.str("speed", f.Speed)
	w.extra(others)
	raw, err := w.done()
	var field *FieldError
	if errors.As(err, &field) && slices.Contains(f.Unset, field.Field) {
		err = &FieldError{field.Field, errors.New("is set, and named by Unset")}
	}
	return raw, err
}

// UnmarshalJSON reads the object of the API.
func (f *Fallback) UnmarshalJSON(raw []byte) error {
	var known struct {
		Model        string        `json:"model,omitzero"`
		MaxTokens    int           `json:"max_tokens,omitzero"`
		Thinking     *Thinking     `json:"thinking,omitzero"`
		OutputConfig *OutputConfig `json:"output_config,omitzero"`
		Speed        string        `json:"speed,omitzero"`
	}
	extra, err := decodeParam(raw, &known)
	if err != nil {
		return err
	}
	*f = Fallback{
		Model: known.Model, MaxTokens: known.MaxTokens, Thinking: known.Thinking,
		OutputConfig: known.OutputConfig, Speed: known.Speed, Unset: nulls("", extra),
	}
	if len(extra) > 0 {
		f.Extra = extra
	}
	if f.OutputConfig != nil {
		f.Unset = append(f.Unset, nulls("output_config.", f.OutputConfig.Extra)...)
		if f.OutputConfig.isZero() {
			f.OutputConfig = nil
		}
	}
	return nil
}

// nulls takes the members that are null out and returns their names.
func nulls(prefix string, members map[string]json.RawMessage) (names []string) {
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if string(members[key]) == "null" {
			names = append(names, prefix+key)
			delete(members, key)
		}
	}
	return names
}

// Modes of FallbackCreditToken.
const (
	FallbackCreditStrict     = "strict"      // refuse the request if the token does not hold
	FallbackCreditBestEffort = "best_effort" // serve it at the normal price
)

// FallbackCreditToken is a MessageRequest.FallbackCredit: the token of a
// refusal, StopDetails.FallbackCreditToken, which pays for asking another model
// with the same body within five minutes. Mode is FallbackCreditStrict or
// FallbackCreditBestEffort, with beta fallback-credit-2026-07-01; "" writes the
// token alone, as the beta of 2026-06-01 has it.
func FallbackCreditToken(token, mode string) json.RawMessage {
	if mode == "" {
		return appendString(nil, token)
	}
	w := beginObject(nil)
	w.str("token", token)
	w.str("mode", mode)
	return w.end()
}

// FallbackHop is the typed view of a fallback block: from here on, another
// model wrote.
type FallbackHop struct {
	From, To string // models
	Trigger  string // "refusal", or ""
	Category string // of the refusal, for example "cyber"; "" if not told
}

// NewFallbackHop returns a fallback block.
func NewFallbackHop(hop FallbackHop) Block {
	w := beginTyped(BlockFallback, "")
	for _, end := range []struct{ key, model string }{{"from", hop.From}, {"to", hop.To}} {
		model := beginObject(nil)
		model.text("model", end.model)
		w.raw(end.key, model.end())
	}
	if hop.Trigger != "" {
		trigger := beginTyped(hop.Trigger, "")
		if hop.Category == "" {
			trigger.raw("category", []byte("null"))
		}
		trigger.str("category", hop.Category)
		w.raw("trigger", trigger.end())
	}
	return w.block(BlockFallback)
}

// FallbackHop returns the change of model in b; ok is false when b is none.
func (b Block) FallbackHop() (hop FallbackHop, ok bool) {
	if b.Type != BlockFallback {
		return FallbackHop{}, false
	}
	o := parseObject(b.Raw)
	trigger := o.obj("trigger")
	return FallbackHop{
		From: o.obj("from").str("model"), To: o.obj("to").str("model"),
		Trigger: trigger.str("type"), Category: trigger.str("category"),
	}, true
}
