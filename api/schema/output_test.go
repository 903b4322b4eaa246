package schema_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"parlor/api"
	"parlor/api/schema"
)

type forecast struct {
	City string `json:"city"`
	High int8   `json:"high"`
}

func answer(t *testing.T, stopReason string, blocks ...api.Block) *api.Message {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"id": "msg_1", "type": "message", "role": "assistant", "content": blocks, "stop_reason": stopReason,
		"usage": map[string]int{"output_tokens": 7},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := &api.Message{RequestID: "req_7"}
	if err := json.Unmarshal(raw, m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOutput(t *testing.T) {
	config, err := schema.Output[forecast]()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"type":"json_schema","schema":{"type":"object","properties":{"city":{"type":"string"},` +
		`"high":{"type":"integer","description":"Constraints: {\"minimum\":-128,\"maximum\":127}"}},` +
		`"required":["city","high"],"additionalProperties":false}}`
	if string(config.Format) != want {
		t.Errorf("got  %s\nwant %s", config.Format, want)
	}
	if _, err := schema.Output[map[string]int](); !errors.Is(err, schema.ErrUnsupported) {
		t.Errorf("a map, which would always come out empty: %v", err)
	}
	if _, err := schema.Output[tree](); !errors.Is(err, schema.ErrRecursive) {
		t.Errorf("a type that contains itself: %v", err)
	}
}

func TestDecode(t *testing.T) {
	const good = `{"city":"Oslo","high":21}`
	tests := []struct {
		name   string
		blocks []api.Block
	}{
		{"text", []api.Block{api.NewText(good)}},
		{"white space", []api.Block{api.NewText("\n " + good + "\n")}},
		{"after thinking", []api.Block{api.NewThinking("hm", "sig"), api.NewText(good)}},
		{"in two blocks", []api.Block{api.NewText(good[:9]), api.NewText(good[9:])}},
		{"after words and a search", []api.Block{
			api.NewText("Let me look."), {Type: "server_tool_use", Raw: json.RawMessage(`{"type":"server_tool_use"}`)}, api.NewText(good),
		}},
		{"begun by one model, ended by another", []api.Block{
			api.NewText(good[:9]), {Type: "fallback", Raw: json.RawMessage(`{"type":"fallback"}`)}, api.NewText(good[9:]),
		}},
	}
	for _, test := range tests {
		for _, reason := range []string{"end_turn", "stop_sequence", "", "something new"} {
			t.Run(test.name+" "+reason, func(t *testing.T) {
				got, err := schema.Decode[forecast](answer(t, reason, test.blocks...))
				if want := (forecast{"Oslo", 21}); err != nil || got != want {
					t.Errorf("got %+v, %v", got, err)
				}
			})
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	const good = `{"city":"Oslo","high":21}`
	kinds := []error{schema.ErrRefused, schema.ErrCut, schema.ErrUnfinished, schema.ErrNotJSON, schema.ErrMismatch}
	tests := []struct {
		name, reason, text string
		kind               error
		says               string
	}{
		{"refusal", "refusal", "", schema.ErrRefused, "req_7"},
		{"refusal midway", "refusal", good, schema.ErrRefused, ""},
		{"too long", "max_tokens", good[:9], schema.ErrCut, "max_tokens after 7 tokens"},
		{"too long, and JSON all the same", "max_tokens", good, schema.ErrCut, ""},
		{"context full", "model_context_window_exceeded", good[:9], schema.ErrCut, "model_context_window_exceeded"},
		{"tools first", "tool_use", "I will look it up.", schema.ErrUnfinished, "tool_use"},
		{"paused", "pause_turn", "", schema.ErrUnfinished, "pause_turn"},
		{"compacted", "compaction", "", schema.ErrUnfinished, "compaction"},
		{"prose", "end_turn", "It will be 21 degrees.", schema.ErrNotJSON, `"It will be 21 degrees."`},
		{"cut without saying so", "end_turn", good[:9], schema.ErrNotJSON, "unexpected end"},
		{"two values", "end_turn", good + good, schema.ErrNotJSON, ""},
		{"no text", "end_turn", "", schema.ErrNotJSON, "no text"},
		{"wrong type", "end_turn", `{"city":"Oslo","high":"21"}`, schema.ErrMismatch, "at high: "},
		{"missing", "end_turn", `{"city":"Oslo"}`, schema.ErrMismatch, "high"},
		{"too much", "end_turn", `{"city":"Oslo","high":1,"low":0}`, schema.ErrMismatch, "low"},
		{"out of bounds", "end_turn", `{"city":"Oslo","high":200}`, schema.ErrMismatch, "200"},
		{"null", "end_turn", `null`, schema.ErrMismatch, "null"},
		{"a list", "end_turn", `[` + good + `]`, schema.ErrMismatch, "array"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := answer(t, test.reason, api.NewText(test.text))
			got, err := schema.Decode[forecast](m)
			var e *schema.AnswerError
			if !errors.As(err, &e) || e.Message != m || got != (forecast{}) {
				t.Fatalf("got %+v, %v", got, err)
			}
			for _, kind := range kinds {
				if errors.Is(err, kind) != errors.Is(test.kind, kind) {
					t.Errorf("%v: is it of kind %q?", err, kind)
				}
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q does not say %q", err, test.says)
			}
		})
	}
	if _, err := schema.Decode[forecast](nil); !errors.Is(err, schema.ErrUnfinished) {
		t.Errorf("no message: %v", err)
	}
	if _, err := schema.Decode[tree](answer(t, "end_turn")); !errors.Is(err, schema.ErrRecursive) {
		t.Errorf("no schema: %v", err)
	}
}

func TestRefusalSaysWhy(t *testing.T) {
	m := answer(t, "refusal")
	m.StopDetails = &api.StopDetails{Category: "cyber", Explanation: "not this"}
	_, err := schema.Decode[forecast](m)
	if !errors.Is(err, schema.ErrRefused) || !strings.Contains(err.Error(), "cyber: not this") {
		t.Error(err)
	}
}
