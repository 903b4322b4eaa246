package simulator_test

import (
	"strings"
	"testing"

	"parlor/api/simulator"
)

func TestWhyTheCacheWasMissed(t *testing.T) {
	base := automatic + `,"system":"be kind"` + tools(weather)
	tests := []struct{ name, model, extra, first, want string }{
		{"nothing changed", sonnet46, base, "one", ""},
		{"another model", haiku45, base, "one", "model_changed"},
		{"another system prompt", sonnet46, strings.Replace(base, "kind", "stern", 1), "one", "system_changed"},
		{"another tool", sonnet46, strings.Replace(base, weather, clockT, 1), "one", "tools_changed"},
		{"another message", sonnet46, base, "uno", "messages_changed"},
		{"another choice of tools", sonnet46, base + `,"tool_choice":{"type":"none"}`, "one", "unavailable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := fresh(simulator.Options{CacheMinimum: 1})
			first := decode[object](t, post(s, body(sonnet46, base+`,"diagnostics":{"previous_message_id":null}`, "one")))
			if first["diagnostics"] != nil {
				t.Errorf("the first turn tells %v", first["diagnostics"])
			}
			w := post(s, body(tt.model, tt.extra+`,"diagnostics":{"previous_message_id":"`+first["id"].(string)+`"}`, tt.first, "hello", "two"))
			got, _ := decode[object](t, w)["diagnostics"].(object)
			reason, _ := got["cache_miss_reason"].(object)
			kind, _ := reason["type"].(string)
			if _, counted := reason["cache_missed_input_tokens"]; kind != tt.want || counted != (kind != "" && kind != "unavailable") {
				t.Errorf("%d: told %v", w.Code, got)
			}
		})
	}
	s := fresh(simulator.Options{})
	nobody := decode[object](t, post(s, hi(sonnet46, `,"diagnostics":{"previous_message_id":"msg_nobody"}`)))
	if got := nobody["diagnostics"].(object)["cache_miss_reason"].(object)["type"]; got != "previous_message_not_found" {
		t.Errorf("told %v", got)
	}
	s.Push(simulator.Script{Text: "x", Fields: map[string]any{"diagnostics": map[string]any{"cache_miss_reason": nil}, "container": map[string]any{"id": "c"}}, Times: 2})
	whole, streamed := decode[object](t, post(s, hi(sonnet46, ""))), accumulate(t, post(s, stream("", "hi")).Body.Bytes())
	for _, m := range []object{whole, streamed} {
		if m["diagnostics"] == nil || m["container"].(object)["id"] != "c" {
			t.Errorf("scripted fields: %v", m)
		}
	}
	holds(t, []rule{
		{"field", hi(sonnet46, `,"diagnostics":{"why":1}`), nil, "diagnostics.why: Extra inputs"},
		{"id", hi(sonnet46, `,"diagnostics":{"previous_message_id":7}`), nil, "previous_message_id"},
	})
}

func TestUsageTellsHowThePromptWasCached(t *testing.T) {
	s := fresh(simulator.Options{CacheMinimum: 1})
	extra := `,"system":[{"type":"text","text":"` + strings.Repeat("rule ", 200) + `","cache_control":{"type":"ephemeral","ttl":"1h"}}],"cache_control":{"type":"ephemeral"}`
	usage := func(prompt string) object {
		return decode[object](t, post(s, body(sonnet46, extra, prompt)))["usage"].(object)
	}
	first := usage("one")
	created := first["cache_creation"].(object)
	if created["ephemeral_1h_input_tokens"].(float64) < 200 || created["ephemeral_5m_input_tokens"].(float64) < 1 ||
		first["cache_creation_input_tokens"] != created["ephemeral_1h_input_tokens"].(float64)+created["ephemeral_5m_input_tokens"].(float64) {
		t.Errorf("first %v", first)
	}
	second := usage("two")
	if second["cache_read_input_tokens"] != created["ephemeral_1h_input_tokens"] || second["cache_creation"].(object)["ephemeral_1h_input_tokens"] != 0.0 {
		t.Errorf("second %v", second)
	}
}
