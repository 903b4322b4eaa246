package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// thinks tells of each block of an answer whether it is thinking.
func thinks(a answerBlocks) bool { return strings.Contains(a.kinds(), "thinking") }

func TestThinkingBetweenTools(t *testing.T) {
	ask := func(extra string, after bool, header ...string) answerBlocks {
		t.Helper()
		messages := `[{"role":"user","content":"get_weather"}]`
		model := sonnet46
		if strings.Contains(extra, "between_tools") {
			model = "claude-sonnet-5-5"
		}
		if strings.Contains(extra, "enabled") {
			model = haiku45
		}
		if after {
			first := post(fresh(simulator.Options{}), asking(model, extra+tools(weather), messages), header...)
			var m struct{ Content json.RawMessage }
			_ = json.Unmarshal(first.Body.Bytes(), &m)
			id := ""
			for _, b := range decode[answerBlocks](t, first).Content {
				if b.Type == "tool_use" {
					id = b.ID
				}
			}
			messages = `[{"role":"user","content":"get_weather"},{"role":"assistant","content":` + string(m.Content) + `},{"role":"user","content":[{"type":"tool_result","tool_use_id":"` + id + `"}]}]`
		}
		return asked(t, asking(model, extra+tools(weather), messages), header...)
	}
	for _, tt := range []struct {
		name, thinking string
		header         []string
		first, after   bool
	}{
		{"not at all", "", nil, false, false},
		{"adaptive", `,"thinking":{"type":"adaptive"}`, nil, true, true},
		{"between tools", `,"thinking":{"type":"between_tools"}`, nil, false, true},
		{"with a budget", `,"thinking":{"type":"enabled","budget_tokens":1024}`, nil, true, false},
		{"with a budget, interleaved", `,"thinking":{"type":"enabled","budget_tokens":1024}`, []string{betas("interleaved-thinking-2025-05-14")}, true, true},
	} {
		if first, after := thinks(ask(tt.thinking, false, tt.header...)), thinks(ask(tt.thinking, true, tt.header...)); first != tt.first || after != tt.after {
			t.Errorf("%s: thought %t before the tool and %t after it", tt.name, first, after)
		}
	}
}

func TestDisplaysOfThinking(t *testing.T) {
	say := func(display, header string) (text string, m message) {
		t.Helper()
		m = decode[message](t, post(fresh(simulator.Options{}), body(opus55, `,"thinking":{"type":"adaptive","display":"`+display+`"}`, "explain tides"), header))
		return m.Content[0].Thinking, m
	}
	shown, _ := say("summarized", "x-none: 1")
	updates, _ := say("updates", betas("thinking-display-updates-2026-08-18"))
	hidden, m := say("omitted", "x-none: 1")
	if hidden != "" || m.Content[0].Signature == "" || m.Usage.Details.Thinking == 0 {
		t.Errorf("omitted: %+v", m.Content[0])
	}
	if updates == "" || len(updates) >= len(shown) || !strings.HasPrefix(shown, updates[:10]) {
		t.Errorf("updates %q of %q", updates, shown)
	}
	list := events(t, post(fresh(simulator.Options{}), streaming(body(opus55, "", "explain tides")), betas("thinking-token-count-2026-05-13")).Body.Bytes())
	estimated, deltas := 0.0, 0
	for _, e := range list {
		if d, _ := e.data["delta"].(object); d["type"] == "thinking_delta" {
			deltas++
			if n, ok := d["estimated_tokens"].(float64); ok && d["thinking"] == "" {
				estimated += n
			}
		}
	}
	if estimated == 0 || deltas == 0 {
		t.Errorf("%v tokens estimated in %d deltas", estimated, deltas)
	}
}

func TestRedactedThinkingGoesRoundTheLoop(t *testing.T) {
	first := post(fresh(simulator.Options{}), body(opus55, tools(weather), "get_weather ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9"))
	a := decode[answerBlocks](t, first)
	if a.Content[0].Type != "redacted_thinking" {
		t.Fatalf("answered %s", a.kinds())
	}
	var m struct{ Content json.RawMessage }
	_ = json.Unmarshal(first.Body.Bytes(), &m)
	round := func(content string) int {
		return post(fresh(simulator.Options{}), asking(opus55, "", `[{"role":"user","content":"q"},{"role":"assistant","content":`+content+`},{"role":"user","content":[{"type":"tool_result","tool_use_id":"`+a.Content[len(a.Content)-1].ID+`"}]}]`)).Code
	}
	if got := round(string(m.Content)); got != 200 {
		t.Errorf("unchanged: %d", got)
	}
	if got := round(strings.Replace(string(m.Content), `"data":"`, `"data":"AAAA`, 1)); got != 400 {
		t.Errorf("changed: %d", got)
	}
	s := fresh(simulator.Options{})
	s.Push(simulator.Script{Blocks: []json.RawMessage{json.RawMessage(`{"type":"redacted_thinking","data":"c2VjcmV0"}`)}})
	post(s, hi(opus55, ""))
	if w := post(s, talk(opus55, `[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"redacted_thinking","data":"c2VjcmV0"}]},{"role":"user","content":"q"}]`)); w.Code != 200 {
		t.Errorf("out of a script: %d %s", w.Code, w.Body)
	}
}

func TestManualThinkingComesFirstInALoop(t *testing.T) {
	round := func(before string) string {
		return asking(haiku45, tools(weather)+`,"thinking":{"type":"enabled","budget_tokens":1024}`, `[{"role":"user","content":"q"},{"role":"assistant","content":[`+before+`{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1"}]}]`)
	}
	holds(t, []rule{{"without thinking", round(""), nil, "Expected `thinking` or `redacted_thinking`, but found `tool_use`"}})
	thinking := post(fresh(simulator.Options{}), asking(haiku45, `,"thinking":{"type":"enabled","budget_tokens":1024}`, `[{"role":"user","content":"q"}]`))
	var m struct{ Content []json.RawMessage }
	_ = json.Unmarshal(thinking.Body.Bytes(), &m)
	taken(t, fresh(simulator.Options{}), []rule{{name: "with thinking", body: round(string(m.Content[0]) + ",")}})
}

func TestThinkingIsBoundToItsConversation(t *testing.T) {
	controls := betas("thinking-binding-controls-2026-08-01")
	ask := func(model, extra, first, content string, header ...string) *answerOf {
		w := post(fresh(simulator.Options{}), asking(model, extra, `[{"role":"user","content":"`+first+`"},{"role":"assistant","content":`+content+`},{"role":"user","content":"thanks"}]`), header...)
		return &answerOf{w.Code, decode[object](t, w)}
	}
	made := post(fresh(simulator.Options{}), body(opus55, "", "explain tides"), controls)
	var m struct{ Content json.RawMessage }
	_ = json.Unmarshal(made.Body.Bytes(), &m)
	content := string(m.Content)
	drop := `,"thinking":{"type":"adaptive","block_binding":{"prefix_mismatch_behavior":"drop_block"}}`
	for _, tt := range []struct {
		name, model, extra, first string
		header                    []string
		code                      int
		reason                    string
	}{
		{"where it was made", opus55, "", "explain tides", []string{controls}, 200, ""},
		{"in another conversation", opus55, "", "explain moons", []string{controls}, 400, ""},
		{"in another one, unchecked", opus55, "", "explain moons", nil, 200, ""},
		{"in another one, dropped", opus55, drop, "explain moons", []string{controls}, 200, "prefix_binding_mismatch"},
		{"another model", "claude-fable-5-2", "", "explain tides", []string{controls}, 400, ""},
		{"another model, dropped", "claude-fable-5-2", drop, "explain tides", []string{controls}, 200, "model_binding_mismatch"},
		{"another organization, dropped", opus55, drop, "explain tides", []string{controls, "x-api-key: other"}, 200, "organization_binding_mismatch"},
		{"a model that does not care", sonnet46, "", "explain moons", []string{controls}, 200, ""},
	} {
		got := ask(tt.model, tt.extra, tt.first, content, tt.header...)
		if got.code != tt.code {
			t.Errorf("%s: %d %v", tt.name, got.code, got.body)
			continue
		}
		list, _ := got.body["input_transformations"].([]any)
		switch {
		case tt.reason == "" && len(list) > 0:
			t.Errorf("%s: %v", tt.name, list)
		case tt.reason != "" && (len(list) != 1 || list[0].(object)["reason"] != tt.reason || list[0].(object)["path"] != "messages.1.content.0" || list[0].(object)["type"] != "thinking_dropped"):
			t.Errorf("%s: %v", tt.name, list)
		}
	}
	if _, told := decode[object](t, made)["input_transformations"]; !told {
		t.Error("nothing told of the input, though nothing was changed")
	}
	holds(t, []rule{
		{"behaviour", hi(opus55, `,"thinking":{"type":"adaptive","block_binding":{"prefix_mismatch_behavior":"sulk"}}`), []string{controls}, "'error' or 'drop_block'"},
		{"without beta", hi(opus55, drop), nil, "block_binding: Extra inputs"},
	})
}

// answerOf is the status and the object of an answer.
type answerOf struct {
	code int
	body object
}
