package api

import (
	"encoding/json"
	"errors"
)

// Usage counts the tokens of one answer. The whole prompt is InputTokens +
// CacheCreationInputTokens + CacheReadInputTokens.
type Usage struct {
	InputTokens              int64 // without cached tokens
	OutputTokens             int64 // thinking included
	CacheCreationInputTokens int64 // written to the cache
	CacheReadInputTokens     int64 // read from the cache
	// CacheCreation splits CacheCreationInputTokens by lifetime; both are zero
	// when the server does not say.
	CacheCreation CacheCreation
	// ThinkingTokens is the part of OutputTokens spent on thinking.
	ThinkingTokens int64
	ServerToolUse  ServerToolUse
	ServiceTier    string // "standard", "priority", "batch" or ""
	Speed          string // "standard", "fast" or ""
	InferenceGeo   string
	// Iterations lists the model runs behind one answer when there were several
	// (compaction, advisor, fallback). Usage does not include all of them: sum
	// them for billing.
	Iterations []Iteration
	// FallbackCredit says what became of a fallback credit token; nil if there
	// was none.
	FallbackCredit *FallbackCredit
}

// FallbackCredit is what became of a fallback credit token.
type FallbackCredit struct {
	Redeemed bool
	Reason   string // why it was not redeemed, for example "expired"
	// RemoveToRedeem names what of the body is in the way, if that is why.
	RemoveToRedeem []string
}

// CacheCreation counts tokens written to the cache, by lifetime.
type CacheCreation struct {
	Ephemeral5m int64 // for five minutes
	Ephemeral1h int64 // for one hour
}

// ServerToolUse counts calls of tools that run at the vendor and cost extra.
type ServerToolUse struct {
	WebSearchRequests int64
	WebFetchRequests  int64
}

// Values of Iteration.Type.
const (
	IterationMessage    = "message"
	IterationCompaction = "compaction"
	IterationAdvisor    = "advisor_message"
	IterationFallback   = "fallback_message" // another model answered
)

// Iteration is the usage of one model run within an answer.
type Iteration struct {
	Type  string // IterationMessage or another of its kind
	Model string // "" means the model of the message
	Usage Usage
}

// UnmarshalJSON merges: fields that are absent or null keep their value, which
// is what the API means by the usage of a message_delta event.
func (u *Usage) UnmarshalJSON(raw []byte) error {
	o := parseObject(raw)
	if o == nil && string(raw) != "null" {
		return errors.New("api: usage is not a JSON object")
	}
	u.merge(o)
	return nil
}

func (u *Usage) merge(o object) {
	o.setCount("input_tokens", &u.InputTokens)
	o.setCount("output_tokens", &u.OutputTokens)
	o.setCount("cache_creation_input_tokens", &u.CacheCreationInputTokens)
	o.setCount("cache_read_input_tokens", &u.CacheReadInputTokens)
	created := o.obj("cache_creation")
	created.setCount("ephemeral_5m_input_tokens", &u.CacheCreation.Ephemeral5m)
	created.setCount("ephemeral_1h_input_tokens", &u.CacheCreation.Ephemeral1h)
	o.obj("output_tokens_details").setCount("thinking_tokens", &u.ThinkingTokens)
	tools := o.obj("server_tool_use")
	tools.setCount("web_search_requests", &u.ServerToolUse.WebSearchRequests)
	tools.setCount("web_fetch_requests", &u.ServerToolUse.WebFetchRequests)
	o.setStr("service_tier", &u.ServiceTier)
	o.setStr("speed", &u.Speed)
	o.setStr("inference_geo", &u.InferenceGeo)
	if o.has("iterations") {
		u.Iterations = decodeIterations(o.list("iterations"))
	}
	if credit := o.obj("fallback_credit").obj("status"); credit != nil {
		u.FallbackCredit = &FallbackCredit{
			Redeemed: credit.str("type") == "redeemed", Reason: credit.str("reason"),
			RemoveToRedeem: credit.strings("remove_to_redeem"),
		}
	}
}

func (c *FallbackCredit) raw() []byte {
	status := beginTyped("not_applied", "")
	if c.Redeemed {
		status = beginTyped("redeemed", "")
	}
	status.str("reason", c.Reason)
	status.strings("remove_to_redeem", c.RemoveToRedeem)
	w := beginObject(nil)
	w.raw("status", status.end())
	return w.end()
}

func decodeIterations(list []json.RawMessage) []Iteration {
	iterations := make([]Iteration, 0, len(list))
	for _, raw := range list {
		o := parseObject(raw)
		delete(o, "iterations") // a run has none; to look for them is to follow a server as deep as it likes
		iteration := Iteration{Type: o.str("type"), Model: o.str("model")}
		iteration.Usage.merge(o)
		iterations = append(iterations, iteration)
	}
	return iterations
}

// MarshalJSON writes the shape of the API, leaving out what is zero except the
// two main counts.
func (u Usage) MarshalJSON() ([]byte, error) {
	w := beginObject(nil)
	u.write(w)
	return w.end(), nil
}

func (u Usage) write(w *objectWriter) {
	w.int("input_tokens", u.InputTokens)
	w.int("output_tokens", u.OutputTokens)
	count := func(w *objectWriter, key string, n int64) {
		if n != 0 {
			w.int(key, n)
		}
	}
	count(w, "cache_creation_input_tokens", u.CacheCreationInputTokens)
	count(w, "cache_read_input_tokens", u.CacheReadInputTokens)
	if c := u.CacheCreation; c != (CacheCreation{}) {
		inner := beginObject(nil)
		inner.int("ephemeral_5m_input_tokens", c.Ephemeral5m)
		inner.int("ephemeral_1h_input_tokens", c.Ephemeral1h)
		w.raw("cache_creation", inner.end())
	}
	if u.ThinkingTokens != 0 {
		inner := beginObject(nil)
		inner.int("thinking_tokens", u.ThinkingTokens)
		w.raw("output_tokens_details", inner.end())
	}
	if t := u.ServerToolUse; t != (ServerToolUse{}) {
		inner := beginObject(nil)
		count(inner, "web_search_requests", t.WebSearchRequests)
		count(inner, "web_fetch_requests", t.WebFetchRequests)
		w.raw("server_tool_use", inner.end())
	}
	w.str("service_tier", u.ServiceTier)
	w.str("speed", u.Speed)
	w.str("inference_geo", u.InferenceGeo)
	if len(u.Iterations) > 0 {
		w.raw("iterations", appendIterations(nil, u.Iterations))
	}
	if u.FallbackCredit != nil {
		w.raw("fallback_credit", u.FallbackCredit.raw())
	}
}

func appendIterations(dst []byte, list []Iteration) []byte {
	dst = append(dst, '[')
	for i, iteration := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		w := beginObject(dst)
		w.str("type", iteration.Type)
		w.str("model", iteration.Model)
		iteration.Usage.write(w)
		dst = w.end()
	}
	return append(dst, ']')
}
