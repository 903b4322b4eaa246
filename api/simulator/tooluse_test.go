package simulator_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"parlor/api/simulator"
)

// answer is an answer as a list of its blocks.
type answerBlocks struct {
	Content []struct {
		Type, Text, ID, Name string
		Input                json.RawMessage
		Caller               struct {
			Type   string
			ToolID string `json:"tool_id"`
		}
		ToolsetName string `json:"toolset_name"`
		ToolUseID   string `json:"tool_use_id"`
		Content     json.RawMessage
		Citations   []map[string]any
	}
	StopReason string `json:"stop_reason"`
	Container  map[string]any
	Usage      map[string]any
}

// kinds are the types of the blocks, in order.
func (a answerBlocks) kinds() string {
	var list []string
	for _, b := range a.Content {
		list = append(list, b.Type)
	}
	return strings.Join(list, " ")
}

// text is all text of the answer.
func (a answerBlocks) text() string {
	text := ""
	for _, b := range a.Content {
		text += b.Text
	}
	return text
}

// inputs are the inputs of the calls of client tools.
func (a answerBlocks) inputs() []string {
	var list []string
	for _, b := range a.Content {
		if b.Type == "tool_use" {
			list = append(list, b.Name+" "+string(b.Input))
		}
	}
	return list
}

func asked(t *testing.T, body string, header ...string) answerBlocks {
	t.Helper()
	w := post(fresh(simulator.Options{}), body, header...)
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return decode[answerBlocks](t, w)
}

func TestAPromptThatNamesAToolGetsItUsed(t *testing.T) {
	both := tools(weather, clockT)
	tests := []struct{ name, extra, prompt, want string }{
		{"one", both, "What does get_weather say about Paris?", `get_weather {"city":"Paris"`},
		{"the other", both, "get_time?", `get_time {"zone":`},
		{"both", both, "get_time, then... no: both get_time and get_weather at once", "get_time"},
		{"none", both, "Hello", ""},
		{"a tool", both, "use a tool", "get_weather"},
		{"not to be used", both + `,"tool_choice":{"type":"none"}`, "get_weather", ""},
		{"forced", both + `,"tool_choice":{"type":"any"}`, "Hello", "get_weather"},
		{"forced by name", both + `,"tool_choice":{"type":"tool","name":"get_time"}`, "get_weather", "get_time"},
		{"its input", both, `get_weather {"city": "Bern", "extra": 1.50}`, `get_weather {"city":"Bern","extra":1.50}`},
		{"quoted", both, `get_weather for "Ulan Bator"`, `get_weather {"city":"Ulan Bator"`},
		{"not for the model", tools(strings.Replace(weather, `"description"`, `"allowed_callers":["code_execution_20260120"],"description"`, 1)), "get_weather", ""},
		{"deferred without a search", tools(clockT, strings.Replace(weather, `"description"`, `"defer_loading":true,"description"`, 1)), "get_weather", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := asked(t, body(sonnet46, tt.extra, tt.prompt))
			got := strings.Join(a.inputs(), "; ")
			if !strings.HasPrefix(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("called %s", got)
			}
			if (a.StopReason == "tool_use") != (got != "") {
				t.Errorf("stopped by %s", a.StopReason)
			}
			if forced := strings.Contains(tt.extra, `"any"`) || strings.Contains(tt.extra, `"tool","`); forced && a.Content[0].Type != "tool_use" {
				t.Error("a forced call begins with text")
			}
		})
	}
}

func TestSeveralCalls(t *testing.T) {
	both := tools(weather, clockT)
	tests := []struct {
		name, extra, prompt string
		want                []int // calls in each answer until it ends
	}{
		{"in parallel", both, "get_time and get_weather", []int{2, 0}},
		{"three times", both, "get_weather three times", []int{3, 0}},
		{"twice", both, "get_time twice", []int{2, 0}},
		{"one after another", both, "get_time, then get_weather", []int{1, 1, 0}},
		{"one at a time", both + `,"tool_choice":{"type":"auto","disable_parallel_tool_use":true}`, "get_time and get_weather", []int{1, 1, 0}},
		{"without an end", both, "get_time forever", []int{1, 1, 1, 1}},
		{"forced to", both + `,"tool_choice":{"type":"any"}`, "get_time", []int{1, 1, 1, 1}},
		{"with different input", both, `get_weather {"city":"A"} and get_weather {"city":"B"}`, []int{2, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := fresh(simulator.Options{})
			messages := []any{object{"role": "user", "content": tt.prompt}}
			var got []int
			for range tt.want {
				raw, _ := json.Marshal(messages)
				w := post(s, asking(sonnet46, tt.extra, string(raw)))
				if w.Code != 200 {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
				a, m := decode[answerBlocks](t, w), decode[object](t, w)
				got = append(got, len(a.inputs()))
				var results []any
				ids := map[string]bool{}
				for _, b := range a.Content {
					if b.Type == "tool_use" {
						ids[b.ID] = true
						results = append(results, object{"type": "tool_result", "tool_use_id": b.ID, "content": "fine"})
					}
				}
				if len(ids) != len(a.inputs()) {
					t.Errorf("ids %v for %d calls", ids, len(a.inputs()))
				}
				messages = append(messages, object{"role": "assistant", "content": m["content"]}, object{"role": "user", "content": results})
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("called %v", got)
			}
		})
	}
}

func TestTheAnswerTellsOfTheResult(t *testing.T) {
	round := func(result string) string {
		return asking(sonnet46, tools(weather), `[{"role":"user","content":"get_weather"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Rome"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1",`+result+`}]}]`)
	}
	for result, want := range map[string]string{
		`"content":"22 degrees, {\"wind\": \"none\"}"`:    `22 degrees, {"wind": "none"}`,
		`"content":[{"type":"text","text":"as a block"}]`: "as a block",
		`"content":"no such city","is_error":true`:        "`get_weather` failed: no such city",
		`"content":null`:          "gave nothing back",
		`"content":[` + hit + `]`: "Bees have knees.",
		`"content":[{"type":"tool_reference","tool_name":"get_money"}]`: "get_money",
	} {
		if a := asked(t, round(result)); !strings.Contains(a.text(), want) || a.StopReason != "end_turn" {
			t.Errorf("%s: %s %q", result, a.StopReason, a.text())
		}
	}
}

// TestInputSatisfiesTheSchema makes calls for schemas of all kinds and validates their input.
func TestInputSatisfiesTheSchema(t *testing.T) {
	for i, schema := range []string{
		`{"type":"object"}`,
		`{"type":"object","properties":{"a":{"type":"string","minLength":30,"maxLength":40},"b":{"type":"string","maxLength":2}},"required":["a","b"]}`,
		`{"type":"object","properties":{"n":{"type":"integer","minimum":5,"maximum":6},"x":{"type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":0.6},"m":{"type":"integer","multipleOf":7},"neg":{"type":"integer","maximum":-3}},"required":["n","x","m"]}`,
		`{"type":"object","properties":{"l":{"type":"array","items":{"type":"string"},"minItems":4,"uniqueItems":true},"t":{"type":"array","prefixItems":[{"type":"integer"},{"type":"boolean"}],"items":false},"e":{"type":"array","maxItems":0}},"required":["l","t","e"]}`,
		`{"type":"object","properties":{"c":{"const":{"deep":[1]}},"e":{"enum":["x",2,null]},"any":{"anyOf":[{"type":"string"},{"type":"integer"}]},"one":{"oneOf":[{"type":"boolean"},{"const":"no"}]},"n":{"type":["null","integer"]}},"required":["c","e","any","one","n"]}`,
		`{"type":"object","properties":{"p":{"type":"string","pattern":"^[A-Z]{2}-\\d{3,5}(x|yy)?$"},"q":{"type":"string","pattern":"foo+"}},"required":["p","q"]}`,
		`{"type":"object","properties":{"at":{"type":"string","format":"date-time"},"id":{"type":"string","format":"uuid"},"to":{"type":"string","format":"email"},"ip":{"type":"string","format":"ipv6"}},"required":["at","id","to","ip"]}`,
		`{"type":"object","properties":{"p":{"$ref":"#/$defs/point"}},"required":["p"],"$defs":{"point":{"type":"object","properties":{"x":{"type":"number"},"next":{"$ref":"#/$defs/point"}},"required":["x"],"additionalProperties":false}}}`,
		`{"type":"object","allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"$ref":"#/$defs/b"}],"$defs":{"b":{"properties":{"b":{"type":"integer"}},"required":["b"]}}}`,
		`{"type":"object","additionalProperties":{"type":"integer"},"minProperties":2}`,
		`{"type":"object","required":["undescribed"]}`,
		`{"type":"object","properties":{"deep":{"type":"object","properties":{"l":{"type":"array","items":{"type":"object","properties":{"k":{"enum":["a","b"]}},"required":["k"],"additionalProperties":false}}},"required":["l"]}},"required":["deep"]}`,
	} {
		var parsed jsonschema.Schema
		if err := json.Unmarshal([]byte(schema), &parsed); err != nil {
			t.Fatal(err)
		}
		resolved, err := parsed.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for seed := range uint64(8) {
			w := post(fresh(simulator.Options{Seed: seed}), body(sonnet46, tools(`{"name":"f_1","input_schema":`+schema+`}`), "f_1 please"))
			a := decode[answerBlocks](t, w)
			if len(a.inputs()) != 1 {
				t.Fatalf("schema %d: %s", i, w.Body)
			}
			input := a.inputs()[0][len("f_1 "):]
			var value any
			if err := json.Unmarshal([]byte(input), &value); err != nil {
				t.Fatal(err)
			}
			if err := resolved.Validate(value); err != nil {
				t.Errorf("schema %d, seed %d: %v in %s", i, seed, err, input)
			}
			seen[input] = true
		}
		if strings.Contains(schema, "enum") && len(seen) < 2 {
			t.Errorf("schema %d: every seed gives the same", i)
		}
	}
}

func TestSchemasWithoutAnEndEnd(t *testing.T) {
	for _, schema := range []string{
		`{"type":"object","required":["a","b"],"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}}}`,
		`{"type":"object","properties":{"a":{"$ref":"#/nowhere"},"n":{"type":"number","minimum":1e308,"multipleOf":1e-300},"m":{"type":"integer","minimum":9,"maximum":1},"p":{"type":"string","pattern":"(?!x)"},"l":{"type":"array","minItems":1000000,"items":{"const":1},"uniqueItems":true}}}`,
		`{"type":"object","minProperties":1000000,"properties":{"s":{"minLength":1000000000}}}`,
	} {
		a := asked(t, body(sonnet46, tools(`{"name":"f_1","input_schema":`+schema+`}`), "f_1 please"))
		if len(a.inputs()) != 1 {
			t.Errorf("%s: %s", schema, a.text())
		}
	}
}

func TestToolsOfTheAPI(t *testing.T) {
	for tool, want := range map[string]string{
		`{"type":"bash_20250124","name":"bash"}`:                                        `bash {"command":`,
		`{"type":"memory_20250818","name":"memory"}`:                                    `memory {"command":"view","path":"/memories"}`,
		`{"type":"text_editor_20250728","name":"str_replace_based_edit_tool"}`:          `str_replace_based_edit_tool {"command":"view"`,
		`{"type":"text_editor_20250124","name":"str_replace_editor"}`:                   `str_replace_editor {"command":`,
		`{"type":"computer_toolset_20260801"}`:                                          `screenshot {}`,
		`{"type":"browser_toolset_20260801","configs":{"screenshot":{"enabled":true}}}`: `screenshot {}`,
	} {
		a := asked(t, body(sonnet46, tools(tool), "Use the tool "+strings.Fields(want)[0]))
		if got := strings.Join(a.inputs(), " "); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", tool, got)
		}
		last := a.Content[len(a.Content)-1]
		if set := strings.Contains(tool, "toolset"); set != (last.ToolsetName != "") || last.Caller.Type != "direct" {
			t.Errorf("%s: toolset %q, caller %q", tool, last.ToolsetName, last.Caller.Type)
		}
	}
}

func TestADeferredToolIsSearchedForFirst(t *testing.T) {
	deferred := strings.Replace(weather, `"description"`, `"defer_loading":true,"description"`, 1)
	a := asked(t, body(sonnet46, tools(deferred, bm25), "get_weather in Paris"))
	if a.kinds() != "server_tool_use tool_search_tool_result text tool_use" || !strings.Contains(string(a.Content[1].Content), `"tool_name":"get_weather"`) {
		t.Errorf("%s: %s", a.kinds(), a.Content[1].Content)
	}
	failed := asked(t, body(sonnet46, tools(deferred, bm25), "get_weather, but unavailable"))
	if len(failed.inputs()) != 0 || !strings.Contains(string(failed.Content[1].Content), `"error_code":"unavailable"`) {
		t.Errorf("%s: %v", failed.kinds(), failed.inputs())
	}
	s := fresh(simulator.Options{})
	count := func(tool string) float64 {
		w := do(s, request("POST", "/v1/messages/count_tokens", fmt.Sprintf(`{"model":%q,"tools":[%s,%s],"messages":[{"role":"user","content":"x"}]}`, sonnet46, clockT, tool)))
		return decode[object](t, w)["input_tokens"].(float64)
	}
	if count(deferred) >= count(weather) {
		t.Error("a deferred tool costs as much as one that is shown")
	}
}

func TestCodeCallsATool(t *testing.T) {
	programmatic := tools(strings.Replace(weather, `"description"`, `"allowed_callers":["code_execution_20260120"],"description"`, 1), codeT)
	s := fresh(simulator.Options{})
	w := post(s, body(sonnet46, programmatic, "get_weather in Paris"))
	first := decode[answerBlocks](t, w)
	if first.kinds() != "text server_tool_use tool_use" {
		t.Fatalf("answered %s", first.kinds())
	}
	if c := first.Content[2].Caller; c.Type != "code_execution_20260120" || c.ToolID != first.Content[1].ID || first.Container["id"] == nil {
		t.Errorf("called by %+v in container %v", c, first.Container)
	}
	content, _ := json.Marshal(decode[object](t, w)["content"])
	second := decode[answerBlocks](t, post(s, asking(sonnet46, programmatic, `[{"role":"user","content":"get_weather in Paris"},{"role":"assistant","content":`+string(content)+`},{"role":"user","content":[{"type":"tool_result","tool_use_id":"`+first.Content[2].ID+`","content":"sunny"}]}]`)))
	if second.kinds() != "code_execution_tool_result text" || second.Content[0].ToolUseID != first.Content[1].ID || !strings.Contains(string(second.Content[0].Content), "sunny") {
		t.Errorf("then %s: %s", second.kinds(), second.Content[0].Content)
	}
}
