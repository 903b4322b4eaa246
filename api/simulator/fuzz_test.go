package simulator_test

import (
	"encoding/json"
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
	s := fresh(simulator.Options{})
	f.Fuzz(func(t *testing.T, data []byte) {
		w := post(s, string(data))
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
		count := do(s, request("POST", "/v1/messages/count_tokens", string(data)))
		if !json.Valid(count.Body.Bytes()) {
			t.Errorf("count_tokens: %s", count.Body)
		}
	})
}
