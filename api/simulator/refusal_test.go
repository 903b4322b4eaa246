package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
)

const fable = "claude-fable-5-2"

// refused is an answer that may be a refusal.
type refusedAnswer struct {
	Model      string
	Content    []map[string]any
	StopReason string `json:"stop_reason"`
	Details    *struct {
		Type        string
		Category    *string
		Explanation *string
		Token       *string `json:"fallback_credit_token"`
		Claim       *bool   `json:"fallback_has_prefill_claim"`
		Recommended *string `json:"recommended_model"`
	} `json:"stop_details"`
	Usage struct {
		Input      int `json:"input_tokens"`
		Output     int `json:"output_tokens"`
		Iterations []struct {
			Type, Model string
			Output      int `json:"output_tokens"`
		}
		Credit *struct {
			Status struct{ Type, Reason string }
		} `json:"fallback_credit"`
	}
}

// hops are the fallback blocks, as "from>to".
func (a refusedAnswer) hops() string {
	var list []string
	for _, b := range a.Content {
		if b["type"] == "fallback" {
			list = append(list, b["from"].(object)["model"].(string)+">"+b["to"].(object)["model"].(string))
		}
	}
	return strings.Join(list, " ")
}

// runs are the iterations, as "type:model".
func (a refusedAnswer) runs() string {
	var list []string
	for _, i := range a.Usage.Iterations {
		list = append(list, i.Type+":"+i.Model)
	}
	return strings.Join(list, " ")
}

func askRefusable(t *testing.T, s *simulator.Simulator, body string, header ...string) refusedAnswer {
	t.Helper()
	w := post(s, body, header...)
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return decode[refusedAnswer](t, w)
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct{ prompt, category string }{
		{"refuse", "general_harms"},
		{"refuse, it is cyber", "cyber"},
		{"refuse bio", "bio"},
		{"refuse: frontier llm", "frontier_llm"},
		{"refuse, reasoning extraction", "reasoning_extraction"},
		{"refuse, nameless", "null"},
		{"refuse silently", "none"},
		{"ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAEFB", "general_harms"},
		{"sonnet should refuse", "general_harms"},
		{"opus should refuse", ""},
	} {
		a := askRefusable(t, fresh(simulator.Options{}), body(sonnet46, "", tt.prompt))
		got := ""
		switch {
		case a.StopReason != "refusal":
		case a.Details == nil:
			got = "none"
		case a.Details.Category == nil:
			got = "null"
		default:
			got = *a.Details.Category
		}
		if got != tt.category || tt.category != "" && len(a.Content) > 0 {
			t.Errorf("%q: category %q, %d blocks", tt.prompt, got, len(a.Content))
		}
		if a.Details != nil && a.Details.Token != nil {
			t.Errorf("%q: a token without its beta", tt.prompt)
		}
	}
}

func TestServerSideFallbacks(t *testing.T) {
	newer, older := betas("server-side-fallback-2026-07-01"), betas("server-side-fallback-2026-06-01")
	opus := `{"model":"claude-opus-5-5"}`
	tests := []struct {
		name, fallbacks, prompt, beta    string
		model, stop, hops, runs, starter string
	}{
		{"accepted at once", "[" + opus + "]", "hello", newer, fable, "end_turn", "", "message:" + fable, fable},
		{"the default", `"default"`, "refuse", newer, "claude-opus-4-8", "end_turn", fable + ">claude-opus-4-8", "message:" + fable + " fallback_message:claude-opus-4-8", "claude-opus-4-8"},
		{"the first of two", "[" + opus + `,{"model":"claude-sonnet-5"}]`, "refuse", older, opus55, "end_turn", fable + ">" + opus55, "message:" + fable + " fallback_message:" + opus55, opus55},
		{"the second", "[" + opus + `,{"model":"claude-sonnet-5"}]`, "fable and opus refuse", newer, "claude-sonnet-5", "end_turn", fable + ">" + opus55 + " " + opus55 + ">claude-sonnet-5", "message:" + fable + " message:" + opus55 + " fallback_message:claude-sonnet-5", "claude-sonnet-5"},
		{"none of them", "[" + opus + "]", "refuse everywhere", newer, opus55, "refusal", fable + ">" + opus55, "message:" + fable + " fallback_message:" + opus55, opus55},
		{"busy", "[" + opus + "]", "refuse, they are busy", newer, fable, "refusal", "", "message:" + fable, fable},
		{"midway", "[" + opus + "]", "refuse midway", newer, opus55, "end_turn", fable + ">" + opus55, "message:" + fable + " fallback_message:" + opus55, fable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			request := body(fable, `,"fallbacks":`+tt.fallbacks, tt.prompt)
			a := askRefusable(t, fresh(simulator.Options{}), request, tt.beta)
			if a.Model != tt.model || a.StopReason != tt.stop || a.hops() != tt.hops || a.runs() != tt.runs {
				t.Errorf("%s by %s, hops %q, iterations %q", a.StopReason, a.Model, a.hops(), a.runs())
			}
			if busy := tt.name == "busy"; busy != (a.Details != nil && a.Details.Recommended != nil) {
				t.Errorf("recommended %+v", a.Details)
			}
			list := events(t, post(fresh(simulator.Options{}), streaming(request), tt.beta).Body.Bytes())
			if got := list[0].data["message"].(object)["model"]; got != tt.starter {
				t.Errorf("the stream begins with %v", got)
			}
		})
	}
}

func TestAFallbackMidwayContinuesTheStream(t *testing.T) {
	request := streaming(body(fable, `,"fallbacks":[{"model":"claude-opus-4-8"}]`, "refuse midway"))
	raw := post(fresh(simulator.Options{}), request, betas("server-side-fallback-2026-07-01")).Body.Bytes()
	m := accumulate(t, raw)
	var kinds []string
	for _, b := range m["content"].([]any) {
		kinds = append(kinds, b.(object)["type"].(string))
	}
	if got := strings.Join(kinds, " "); got != "thinking text fallback text" || m["model"] != "claude-opus-4-8" {
		t.Errorf("%s by %v", got, m["model"])
	}
	rounds := m["usage"].(object)["iterations"].([]any)
	if rounds[0].(object)["output_tokens"] == 0.0 || m["usage"].(object)["output_tokens"] != rounds[1].(object)["output_tokens"] {
		t.Errorf("usage %v", m["usage"])
	}
	// The next turn keeps the text and the boundary, without the thinking before it.
	content := m["content"].([]any)
	next, _ := json.Marshal([]any{object{"role": "user", "content": "refuse midway"}, object{"role": "assistant", "content": content[1:]}, object{"role": "user", "content": "thanks"}})
	if w := post(fresh(simulator.Options{}), asking(fable, `,"fallbacks":"default"`, string(next)), betas("server-side-fallback-2026-07-01")); w.Code != 200 {
		t.Errorf("sent back: %d %s", w.Code, w.Body)
	}
}

func TestFallbacksThatTheAPIRefuses(t *testing.T) {
	newer, older := []string{betas("server-side-fallback-2026-07-01")}, []string{betas("server-side-fallback-2026-06-01")}
	ask := func(fallbacks string) string { return hi(fable, `,"max_tokens":900,"fallbacks":`+fallbacks) }
	holds(t, []rule{
		{"without beta", ask(`"default"`), nil, "fallbacks: Extra inputs"},
		{"default too early", ask(`"default"`), older, "Input should be"},
		{"another word", ask(`"any"`), newer, "'default'"},
		{"none", ask(`[]`), newer, "1 to 3 items"},
		{"four", ask(`[{},{},{},{}]`), newer, "1 to 3 items"},
		{"no model", ask(`[{"max_tokens":5}]`), newer, "fallbacks.0.model"},
		{"unknown key", ask(`[{"model":"claude-opus-5-5","system":"x"}]`), newer, "fallbacks.0.system: Extra inputs"},
		{"the same twice", ask(`[{"model":"claude-opus-5-5"},{"model":"claude-opus-5-5"}]`), newer, "must be distinct"},
		{"not allowed", ask(`[{"model":"claude-haiku-4-5"}]`), newer, "not an allowed fallback"},
		{"null too early", ask(`[{"model":"claude-opus-5-5","max_tokens":null}]`), older, "null requires"},
		{"what the model refuses", ask(`[{"model":"claude-opus-4-8","thinking":{"type":"enabled","budget_tokens":2000}}]`), newer, "fallbacks.0: \"thinking.type.enabled\""},
		{"too many tokens", ask(`[{"model":"claude-opus-4-8","max_tokens":1000000}]`), newer, "fallbacks.0: max_tokens"},
		{"a model without any", hi(haiku45, `,"fallbacks":[{"model":"claude-opus-4-8"}]`), newer, "does not support fallbacks"},
		{"with a token", hi(fable, `,"fallbacks":"default","fallback_credit_token":"x"`), []string{betas("server-side-fallback-2026-07-01", "fallback-credit-2026-07-01")}, "cannot be combined"},
	})
	taken(t, fresh(simulator.Options{}), []rule{
		{name: "default on a model without any", body: hi(haiku45, `,"fallbacks":"default"`), header: newer},
		{name: "overrides", body: hi(fable, `,"max_tokens":900,"output_config":{"effort":"xhigh","format":`+city+`},"fallbacks":[{"model":"claude-opus-4-8","max_tokens":null,"thinking":{"type":"disabled"},"output_config":{"effort":"low","format":null},"speed":null}]`), header: newer},
		{name: "thinking that the fallback does not have", body: hi("claude-sonnet-5-5", `,"thinking":{"type":"between_tools"},"fallbacks":[{"model":"claude-sonnet-5"}]`), header: newer},
	})
}

func TestFallbackCredit(t *testing.T) {
	beta := betas("fallback-credit-2026-07-01")
	c := &clock{now: noon()}
	s := fresh(simulator.Options{Now: c.Now})
	refusal := askRefusable(t, s, body(fable, "", "refuse midway"), beta)
	if refusal.Details.Token == nil || !*refusal.Details.Claim {
		t.Fatalf("details %+v", refusal.Details)
	}
	early := askRefusable(t, s, body(fable, "", "refuse"), beta)
	if early.Details.Token == nil || *early.Details.Claim {
		t.Errorf("before any output: %+v", early.Details)
	}
	if no := askRefusable(t, s, body(sonnet46, "", "refuse"), beta); no.Details.Token != nil {
		t.Errorf("a token of a model without fallbacks: %+v", no.Details)
	}
	partial := strings.TrimRight(refusal.Content[len(refusal.Content)-1]["text"].(string), " \n")
	retry := func(model, token, mode string, prompt ...string) object {
		value := `"` + token + `"`
		if mode != "" {
			value = `{"token":"` + token + `","mode":"` + mode + `"}`
		}
		w := post(s, body(model, `,"fallback_credit_token":`+value, prompt...), beta)
		return object{"code": w.Code, "answer": decode[refusedAnswer](t, w), "text": w.Body.String()}
	}
	token := *refusal.Details.Token
	tests := []struct {
		name, model, token, mode string
		prompt                   []string
		after                    time.Duration
		code                     int
		status                   string // of the credit, or in the error
	}{
		{"the same body", opus55, token, "", []string{"refuse midway"}, 0, 200, "redeemed"},
		{"once more", opus55, token, "strict", []string{"refuse midway"}, 0, 200, "redeemed"},
		{"continued", opus55, token, "", []string{"refuse midway", partial}, 0, 200, "redeemed"},
		{"another continuation", opus55, token, "", []string{"refuse midway", "Sure,"}, 0, 400, "body_mismatch"},
		{"another body", opus55, token, "", []string{"refuse"}, 0, 400, "body_mismatch"},
		{"another body, best effort", opus55, token, "best_effort", []string{"refuse"}, 0, 200, "body_mismatch"},
		{"continued without a claim", opus55, *early.Details.Token, "", []string{"refuse", "So"}, 0, 400, "continuation_excluded"},
		{"a model that is no fallback", haiku45, token, "", []string{"refuse midway"}, 0, 400, "invalid_target_model"},
		{"the model that declined", fable, token, "best_effort", []string{"refuse midway"}, 0, 200, "invalid_target_model"},
		{"made up", opus55, "xyz", "best_effort", []string{"refuse midway"}, 0, 400, "malformed"},
		{"too late", opus55, token, "", []string{"refuse midway"}, 6 * time.Minute, 400, "expired"},
		{"too late, best effort", opus55, token, "best_effort", []string{"refuse midway"}, 6 * time.Minute, 200, "expired"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c.now = noon().Add(tt.after)
			got := retry(tt.model, tt.token, tt.mode, tt.prompt...)
			a := got["answer"].(refusedAnswer)
			if got["code"] != tt.code {
				t.Fatalf("%v", got["text"])
			}
			if tt.code == 400 {
				if !strings.Contains(got["text"].(string), tt.status) {
					t.Errorf("%v", got["text"])
				}
				return
			}
			status := a.Usage.Credit.Status
			if status.Type+status.Reason != tt.status && status.Reason != tt.status {
				t.Errorf("credit %+v", status)
			}
			if declined := tt.model == fable; (a.StopReason == "refusal") != declined {
				t.Errorf("stopped by %s", a.StopReason)
			}
		})
	}
	holds(t, []rule{
		{"object too early", hi(fable, `,"fallback_credit_token":{"token":"x"}`), []string{betas("fallback-credit-2026-06-01")}, "valid string"},
		{"mode", hi(fable, `,"fallback_credit_token":{"token":"x","mode":"hopeful"}`), []string{beta}, "'strict' or 'best_effort'"},
	})
}
