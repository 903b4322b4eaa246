package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// between is a conversation with a system message after the first prompt.
func between(system, prompt string) string {
	return `[{"role":"user","content":"` + prompt + `"},` + system + `]`
}

func TestSystemMessagesInBetween(t *testing.T) {
	shout := `{"role":"system","content":"Write in capital letters."}`
	if got := asked(t, asking(opus55, "", between(shout, "a table"))).text(); !strings.Contains(got, "TABLES") {
		t.Errorf("ignored: %.100q", got)
	}
	holds(t, []rule{
		{"first", asking(opus55, "", `[`+shout+`,{"role":"user","content":"x"}]`), nil, "first message"},
		{"after a paused turn", asking(opus55, "", `[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}}]},`+shout+`]`), nil, "directly follow a user message"},
		{"on a model that does not know them", asking("claude-opus-4-7", "", between(shout, "x")), nil, "role 'system' is not supported"},
		{"with an image", asking(opus55, "", between(`{"role":"system","content":[{"type":"image","source":{"type":"url","url":"https://e.x"}}]}`, "x")), nil, "Input tag 'image'"},
		{"clear_at without beta", asking(opus55, "", between(`{"role":"system","content":"y","clear_at":"never"}`, "x")), nil, "clear_at: Extra inputs"},
		{"clear_at", asking(opus55, "", between(`{"role":"system","content":"y","clear_at":"noon"}`, "x")), []string{betas("mid-conversation-system-clear-at-2026-08-21")}, "'never' or 'next_user_message'"},
		{"clear_at of a user's", asking(opus55, "", `[{"role":"user","content":"x","clear_at":"never"}]`), []string{betas("mid-conversation-system-clear-at-2026-08-21")}, "clear_at: Extra inputs"},
		{"output_config without beta", asking(opus55, "", between(`{"role":"system","content":"y","output_config":{"effort":"low"}}`, "x")), nil, "output_config: Extra inputs"},
		{"effort", asking(opus55, "", between(`{"role":"system","output_config":{"effort":"huge"}}`, "x")), []string{betas("mid-conversation-output-config-2026-07-01")}, "output_config.effort"},
		{"format", asking(opus55, "", between(`{"role":"system","content":"y","output_config":{"format":{}}}`, "x")), []string{betas("mid-conversation-output-config-2026-07-01")}, "format: Extra inputs"},
		{"nothing at all", asking(opus55, "", between(`{"role":"system","output_config":{}}`, "x")), []string{betas("mid-conversation-output-config-2026-07-01")}, "content: Field required"},
	})
}

func TestSystemMessagesHaveTheirTime(t *testing.T) {
	beta := betas("mid-conversation-system-clear-at-2026-08-21")
	shout := `{"role":"system","content":"Write in capital letters.","clear_at":"next_user_message"}`
	if got := asked(t, asking(opus55, "", between(shout, "a table")), beta).text(); !strings.Contains(got, "TABLES") {
		t.Errorf("not heeded: %.100q", got)
	}
	later := `[{"role":"user","content":"x"},` + shout + `,{"role":"assistant","content":"X"},{"role":"user","content":"a table"}]`
	if got := asked(t, asking(opus55, "", later), beta).text(); strings.Contains(got, "TABLES") {
		t.Errorf("heeded too long: %.100q", got)
	}
}

func TestSystemMessagesSetTheEffort(t *testing.T) {
	beta := betas("mid-conversation-output-config-2026-07-01")
	think := func(effort string) int {
		w := post(fresh(simulator.Options{}), asking(opus55, `,"output_config":{"effort":"medium"}`, between(`{"role":"system","output_config":{"effort":"`+effort+`"}}`, "explain tides")), beta)
		return decode[message](t, w).Usage.Details.Thinking
	}
	if low, most := think("low"), think("max"); low*2 > most {
		t.Errorf("low effort %d tokens, max %d", low, most)
	}
}

func TestToolsComeAndGoInTheConversation(t *testing.T) {
	changes, inline := betas("mid-conversation-tool-changes-2026-07-01"), betas("mid-conversation-tool-changes-2026-07-01", "inline-tools-2026-09-15")
	system := func(blocks string) string { return `{"role":"system","content":[` + blocks + `]}` }
	remove := `{"type":"tool_removal","tool":{"type":"tool_reference","name":"get_weather"}}`
	add := `{"type":"tool_addition","tool":{"type":"tool_reference","name":"get_weather"}}`
	define := `{"type":"tool_addition","tool":{"type":"tool_definition","definition":` + clockT + `}}`
	deferred := strings.Replace(weather, `"description"`, `"defer_loading":true,"description"`, 1)
	for _, tt := range []struct{ name, tools, changes, prompt, beta, want string }{
		{"removed", tools(weather, clockT), remove, "get_weather", changes, ""},
		{"removed and back", tools(weather, clockT), remove + "," + add, "get_weather", changes, "get_weather"},
		{"loaded", tools(deferred, clockT), add, "get_weather", changes, "get_weather"},
		{"defined", tools(weather), define, "get_time", inline, "get_time"},
		{"defined and removed", tools(weather), define + "," + strings.Replace(remove, "get_weather", "get_time", 1), "get_time", inline, ""},
	} {
		a := asked(t, asking(opus55, tt.tools, between(system(tt.changes), tt.prompt)), tt.beta)
		if got := strings.Join(a.inputs(), " "); !strings.HasPrefix(got, tt.want) || (tt.want == "") != (got == "") {
			t.Errorf("%s: called %q", tt.name, got)
		}
	}
	for name, tt := range map[string]struct{ tools, changes, beta, code string }{
		"unknown tool":        {tools(clockT), remove, changes, "tool_reference_unresolved"},
		"unknown MCP server":  {tools(clockT), `{"type":"tool_removal","tool":{"type":"mcp_toolset_reference","server_name":"s"}}`, changes, "tool_reference_unresolved"},
		"defined only later":  {tools(clockT), add + "," + strings.Replace(define, clockT, weather, 1), inline, "tool_reference_unresolved"},
		"a name that is held": {tools(`{"type":"bash_20250124","name":"bash"}`), strings.Replace(define, "get_time", "bash", 1), inline, "tool_name_conflict"},
	} {
		w := post(fresh(simulator.Options{}), asking(opus55, tt.tools, between(system(tt.changes), "x")), tt.beta)
		if got := errorCode(t, w.Body.Bytes()); w.Code != 400 || got != tt.code {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	ask := func(blocks string) string { return asking(opus55, tools(weather), between(system(blocks), "x")) }
	holds(t, []rule{
		{"without beta", ask(remove), nil, "Input tag 'tool_removal'"},
		{"definition too early", ask(define), []string{changes}, "Input tag 'tool_definition'"},
		{"removal by definition", ask(strings.Replace(define, "tool_addition", "tool_removal", 1)), []string{inline}, "Input tag 'tool_definition'"},
		{"bad definition", ask(`{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"name":"a b"}}}`), []string{inline}, "should match pattern"},
		{"a toolset without its beta", ask(`{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"type":"mcp_toolset","mcp_server_name":"s"}}}`), []string{betas("mid-conversation-tool-changes-2026-07-01", "inline-tools-2026-09-15", "mcp-client-2025-11-20")}, "mcp-client-2026-09-15"},
		{"no name", ask(`{"type":"tool_removal","tool":{"type":"tool_reference","tool_name":"get_weather"}}`), []string{changes}, "tool_reference.name: Field required"},
		{"from the user", asking(opus55, tools(weather), `[{"role":"user","content":[`+remove+`]}]`), []string{changes}, "for role 'user'"},
	})
}

// errorCode is the error code of an error envelope.
func errorCode(t *testing.T, body []byte) string {
	t.Helper()
	var e struct {
		Error struct {
			Details struct {
				Code string `json:"error_code"`
			}
		}
	}
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	return e.Error.Details.Code
}

func TestToolChangesOutliveACompaction(t *testing.T) {
	beta := betas("mid-conversation-tool-changes-2026-07-01", "compact-2026-09-04")
	remove := `{"role":"system","content":[{"type":"tool_removal","tool":{"type":"tool_reference","name":"get_weather"}}]}`
	m := decode[object](t, post(fresh(simulator.Options{}), asking(opus55, tools(weather)+`,"compaction":{"type":"summarize"}`, between(remove, "x")), beta))
	if kept := m["content"].([]any)[0].(object)["tool_changes"].([]any); len(kept) != 1 || kept[0].(object)["type"] != "tool_removal" {
		t.Errorf("kept %v", kept)
	}
	messages := `[{"role":"assistant","content":` + string(must(m["content"])) + `},{"role":"user","content":"get_weather"}]`
	if a := asked(t, asking(opus55, tools(weather), messages), beta); len(a.inputs()) > 0 {
		t.Errorf("called %v", a.inputs())
	}
}
