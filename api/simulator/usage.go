package simulator

import (
	"encoding/json"
	"slices"
)

// usage is the usage of a message; in message_delta it is the cumulative one.
type usage struct {
	InputTokens              int             `json:"input_tokens"`
	CacheCreationInputTokens int             `json:"cache_creation_input_tokens"`
	CacheReadInputTokens     int             `json:"cache_read_input_tokens"`
	CacheCreation            *cacheCreation  `json:"cache_creation,omitempty"`
	OutputTokens             int             `json:"output_tokens"`
	ServerToolUse            *serverToolUse  `json:"server_tool_use"`
	OutputTokensDetails      *outputDetails  `json:"output_tokens_details"`
	ServiceTier              string          `json:"service_tier,omitempty"`
	InferenceGeo             string          `json:"inference_geo,omitempty"`
	Speed                    string          `json:"speed,omitempty"`
	Iterations               []iteration     `json:"iterations,omitempty"`
	FallbackCredit           json.RawMessage `json:"fallback_credit,omitempty"`
}

type cacheCreation struct {
	Ephemeral5m int `json:"ephemeral_5m_input_tokens"`
	Ephemeral1h int `json:"ephemeral_1h_input_tokens"`
}

type outputDetails struct {
	ThinkingTokens int `json:"thinking_tokens"`
}

type serverToolUse struct {
	WebSearchRequests int `json:"web_search_requests"`
	WebFetchRequests  int `json:"web_fetch_requests"`
}

// iteration is one time that a model ran for the answer.
type iteration struct {
	Type                     string         `json:"type"`
	Model                    string         `json:"model,omitempty"`
	InputTokens              int            `json:"input_tokens"`
	OutputTokens             int            `json:"output_tokens"`
	CacheCreationInputTokens int            `json:"cache_creation_input_tokens"`
	CacheReadInputTokens     int            `json:"cache_read_input_tokens"`
	CacheCreation            *cacheCreation `json:"cache_creation"`
}

func newIteration(kind, model string, in inputUsage, output int) iteration {
	return iteration{
		kind, model, in.Input, output, in.Write5m + in.Write1h, in.Read, &cacheCreation{in.Write5m, in.Write1h},
	}
}

// total is the size of the prompt, however it was paid for.
func (u inputUsage) total() int { return u.Input + u.Read + u.Write5m + u.Write1h }

// plus adds what another iteration used.
func (u inputUsage) plus(v inputUsage) inputUsage {
	return inputUsage{u.Input + v.Input, u.Read + v.Read, u.Write5m + v.Write5m, u.Write1h + v.Write1h}
}

// usage is what the answer costs with that many output tokens; a whole message tells more than the end of a stream.
func (a *answer) usage(output int, full bool) json.RawMessage {
	u := a.counted(a.input, output)
	if full {
		a.complete(&u, a.input)
	}
	if a.searches+a.fetches > 0 {
		u.ServerToolUse = &serverToolUse{a.searches, a.fetches}
	}
	if a.q.itemized() {
		u.Iterations = a.iterations()
	}
	u.FallbackCredit = a.credit
	if a.thinking > 0 && output > 1 {
		u.OutputTokensDetails = &outputDetails{a.thinking}
	}
	return overlay(encode(u), a.p.Usage)
}

// startUsage is the usage at the start of a stream, before the tools of the server were used.
func (a *answer) startUsage() json.RawMessage {
	u := a.counted(a.first, 1)
	a.complete(&u, a.first)
	return overlay(encode(u), a.p.Usage)
}

func (a *answer) counted(in inputUsage, output int) usage {
	return usage{
		InputTokens: in.Input, CacheCreationInputTokens: in.Write5m + in.Write1h,
		CacheReadInputTokens: in.Read, OutputTokens: output,
	}
}

func (a *answer) complete(u *usage, in inputUsage) {
	u.CacheCreation = &cacheCreation{in.Write5m, in.Write1h}
	u.ServiceTier = "standard"
	u.InferenceGeo, _ = a.q.fields.str("inference_geo")
	u.Speed, _ = a.q.fields.str("speed")
}

// iterations are all times that a model ran, the one that ended the answer last.
func (a *answer) iterations() []iteration {
	if a.p.idle {
		return a.rounds
	}
	return append(slices.Clone(a.rounds), newIteration(a.round.kind, a.model, a.round.input, a.output-a.round.from))
}

// round is the iteration of the answer that is going on.
type round struct {
	kind  string
	input inputUsage
	// from is how many output tokens there were before.
	from int
}

// nextRound ends an iteration with the result of a server tool: the next begins with all there was, which the cache
// holds now, and with the result.
func (a *answer) nextRound(p part) {
	said := a.output - a.round.from
	a.rounds = append(a.rounds, newIteration(a.round.kind, a.model, a.round.input, said))
	if p.between != nil {
		a.rounds = append(a.rounds, *p.between)
	}
	next := inputUsage{Input: said + a.q.model.count(string(p.whole)), Read: a.round.input.total()}
	a.round = round{a.round.kind, next, a.output}
	a.input = a.input.plus(next)
}

// overlay puts what a script wants in the place of what is there.
func overlay(data []byte, values map[string]any) []byte {
	if len(values) == 0 {
		return data
	}
	f, _ := object(data)
	for name, value := range values {
		if raw, err := json.Marshal(value); err == nil {
			f[name] = raw
		}
	}
	return encode(f)
}
