package simulator_test

import (
	"fmt"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// loop is a conversation with n uses of a tool, each with a long result.
func loop(n int) string {
	list := []string{`{"role":"user","content":"go"}`}
	for i := range n {
		list = append(list,
			fmt.Sprintf(`{"role":"assistant","content":[{"type":"tool_use","id":"t%d","name":"%s","input":{"a":"%s"}}]}`, i, []string{"odd", "even"}[(i+1)%2], strings.Repeat("in ", 100)),
			fmt.Sprintf(`{"role":"user","content":[{"type":"tool_result","tool_use_id":"t%d","content":"%s"}]}`, i, strings.Repeat("out ", 1000)))
	}
	return "[" + strings.Join(list, ",") + "]"
}

func TestContextEditsClearOldUses(t *testing.T) {
	beta := betas("context-management-2025-06-27")
	edits := func(more string) string {
		return `,"context_management":{"edits":[{"type":"clear_tool_uses_20250919"` + more + `}]}`
	}
	byUses := `,"trigger":{"type":"tool_uses","value":2}`
	tests := []struct {
		name, more     string
		uses           float64 // cleared
		atLeast, below float64 // tokens cleared
	}{
		{"below the default trigger", "", 0, 0, 1},
		{"by uses", byUses, 2, 1900, 2100},
		{"by tokens", `,"trigger":{"type":"input_tokens","value":3000}`, 2, 1900, 2100},
		{"with fewer kept", byUses + `,"keep":{"type":"tool_uses","value":1}`, 4, 3900, 4200},
		{"with inputs", byUses + `,"clear_tool_inputs":true`, 2, 2100, 2300},
		{"with inputs of one", byUses + `,"clear_tool_inputs":["odd"]`, 2, 2050, 2150},
		{"without one tool", byUses + `,"exclude_tools":["even"]`, 1, 950, 1100},
		{"too little", byUses + `,"clear_at_least":{"type":"input_tokens","value":9000}`, 0, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asks := asking(sonnet46, edits(tt.more), loop(5))
			m := decode[object](t, post(fresh(simulator.Options{}), asks, beta))
			applied := m["context_management"].(object)["applied_edits"].([]any)
			cleared := 0.0
			if tt.uses == 0 {
				if len(applied) != 0 {
					t.Errorf("applied %v", applied)
				}
			} else {
				e := applied[0].(object)
				cleared = e["cleared_input_tokens"].(float64)
				if e["type"] != "clear_tool_uses_20250919" || e["cleared_tool_uses"] != tt.uses {
					t.Errorf("applied %v", e)
				}
			}
			if cleared < tt.atLeast || cleared > tt.below {
				t.Errorf("%v tokens cleared", cleared)
			}
			plain := decode[object](t, post(fresh(simulator.Options{}), asking(sonnet46, "", loop(5))))
			if saved := plain["usage"].(object)["input_tokens"].(float64) - m["usage"].(object)["input_tokens"].(float64); saved != cleared {
				t.Errorf("%v tokens saved, %v told", saved, cleared)
			}
			count := decode[object](t, do(fresh(simulator.Options{}), request("POST", "/v1/messages/count_tokens", strings.Replace(asks, `"max_tokens":16000,`, "", 1), beta)))
			if count["context_management"].(object)["original_input_tokens"] != plain["usage"].(object)["input_tokens"] || count["input_tokens"] != m["usage"].(object)["input_tokens"] {
				t.Errorf("counted %v", count)
			}
		})
	}
}

func TestContextEditsClearOldThinking(t *testing.T) {
	beta := betas("context-management-2025-06-27")
	thinking := `,"thinking":{"type":"adaptive","display":"summarized"}`
	var turns []string
	for _, prompt := range []string{"explain tides", "explain moons", "explain ice"} {
		turns = append(turns, `{"role":"user","content":"`+prompt+`"}`)
		m := decode[object](t, post(fresh(simulator.Options{}), asking(sonnet46, thinking, "["+strings.Join(turns, ",")+"]")))
		turns = append(turns, `{"role":"assistant","content":`+string(must(m["content"]))+`}`)
	}
	ask := func(keep string) []any {
		m := decode[object](t, post(fresh(simulator.Options{}), asking(sonnet46, thinking+`,"context_management":{"edits":[{"type":"clear_thinking_20251015"`+keep+`}]}`, "["+strings.Join(turns, ",")+`,{"role":"user","content":"go on"}]`), beta))
		return m["context_management"].(object)["applied_edits"].([]any)
	}
	for keep, want := range map[string]float64{"": 2, `,"keep":{"type":"thinking_turns","value":2}`: 1, `,"keep":"all"`: 0, `,"keep":{"type":"all"}`: 0} {
		got := 0.0
		if applied := ask(keep); len(applied) > 0 {
			got = applied[0].(object)["cleared_thinking_turns"].(float64)
		}
		if got != want {
			t.Errorf("%s: %v turns cleared", keep, got)
		}
	}
}

func TestContextEditsThatTheAPIRefuses(t *testing.T) {
	beta := []string{betas("context-management-2025-06-27")}
	ask := func(edits string) string { return hi(sonnet46, `,"context_management":{"edits":[`+edits+`]}`) }
	uses, thinking := `{"type":"clear_tool_uses_20250919"}`, `{"type":"clear_thinking_20251015"}`
	holds(t, []rule{
		{"unknown", ask(`{"type":"clear_everything"}`), beta, "Input tag 'clear_everything'"},
		{"twice", ask(uses + "," + uses), beta, "Each edit type may be used once"},
		{"thinking second", ask(uses + "," + thinking), beta, "must be the first edit"},
		{"trigger", ask(`{"type":"clear_tool_uses_20250919","trigger":{"type":"days","value":1}}`), beta, "trigger.type"},
		{"value", ask(`{"type":"clear_tool_uses_20250919","keep":{"type":"tool_uses","value":"few"}}`), beta, "keep.value"},
		{"inputs", ask(`{"type":"clear_tool_uses_20250919","clear_tool_inputs":5}`), beta, "clear_tool_inputs"},
		{"field", ask(`{"type":"clear_thinking_20251015","trigger":{}}`), beta, "trigger: Extra inputs"},
		{"config", hi(sonnet46, `,"context_management":{"edit":[]}`), beta, "edit: Extra inputs"},
	})
	taken(t, fresh(simulator.Options{}), []rule{{name: "both", body: ask(thinking + "," + uses), header: beta}})
}

func TestWithoutEditsThereIsNothingToTell(t *testing.T) {
	m := decode[object](t, post(fresh(simulator.Options{}), hi(sonnet46, ""), betas("context-management-2025-06-27")))
	if told, there := m["context_management"]; !there || told != nil {
		t.Errorf("told %v", told)
	}
	m = decode[object](t, post(fresh(simulator.Options{}), hi(sonnet46, "")))
	if _, there := m["context_management"]; there {
		t.Error("told without the beta")
	}
}
