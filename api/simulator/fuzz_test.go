package simulator_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"parlor/api/simulator"
)

// FuzzMessages holds that no body whatever makes the simulator panic, and that each answer is a message, a stream or an
// envelope.
func FuzzMessages(f *testing.F) {
	for _, seed := range []string{
		``, `{`, `[]`, `null`, `{"model":null}`, hi(sonnet46, ""), stream("", "long"), stream(`,"thinking":{"type":"adaptive"}`, "a table"),
		hi(haiku45, `,"thinking":{"type":"enabled","budget_tokens":1024}`), body(haiku45, "", "My name is \x00", "ok", "What is my name?", "You"),
		hi(sonnet46, `,"max_tokens":1,"system":"You are a title pirate. Start with 'x'"`), hi(sonnet46, `,"stop_sequences":["e"],"stream":true`),
		hi(sonnet46, `,"output_config":{"format":{"type":"json_schema","schema":{"anyOf":[{"type":"array","items":{"enum":[1]}}]}}}`),
		talk(sonnet46, `[{"role":"user","content":[{"type":"tool_result","tool_use_id":1,"content":[{"type":"text"}]}]}]`),
		stream("", "break midway"), stream("", "refuse halfway"), hi(opus55, `,"cache_control":{"type":"ephemeral"},"tools":[{"cache_control":{}}]`),
	} {
		f.Add([]byte(seed))
	}
	for _, sc := range scenarios() {
		if len(sc.body) < 5000 {
			f.Add([]byte(sc.body))
			f.Add([]byte(streaming(sc.body)))
		}
	}
	s := fresh(simulator.Options{})
	all := betas("mcp-client-2026-09-15", "context-management-2025-06-27", "compact-2026-01-12", "compact-2026-09-04", "advisor-tool-2026-03-01",
		"server-side-fallback-2026-07-01", "fallback-credit-2026-07-01", "message-threads-2026-08-12", "structured-outputs-2025-11-13",
		"mid-conversation-tool-changes-2026-07-01", "inline-tools-2026-09-15", "mid-conversation-output-config-2026-07-01",
		"mid-conversation-system-clear-at-2026-08-21", "thinking-binding-controls-2026-08-01", "thinking-token-count-2026-05-13",
		"thinking-display-updates-2026-08-18", "task-budgets-2026-03-13", "interleaved-thinking-2025-05-14")
	easy := fresh(simulator.Options{Lenient: true})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, s := range []*simulator.Simulator{s, easy} {
			answered(t, post(s, string(data), all))
			count := do(s, request("POST", "/v1/messages/count_tokens", string(data), all))
			if !json.Valid(count.Body.Bytes()) {
				t.Errorf("count_tokens: %s", count.Body)
			}
		}
	})
}

// answered holds that the answer is a message, a stream or an envelope.
func answered(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Header().Get("request-id") == "" {
		t.Error("no request id")
	}
	switch {
	case w.Code != 200:
		if e := decode[envelope](t, w); e.Type != "error" || e.Error.Type == "" || e.Error.Message == "" {
			t.Errorf("%d without an envelope: %s", w.Code, w.Body)
		}
	case w.Header().Get("content-type") == "application/json":
		if m := decode[message](t, w); m.StopReason == "" || m.Role != "assistant" {
			t.Errorf("no message: %s", w.Body)
		}
	default:
		events(t, w.Body.Bytes())
	}
}
