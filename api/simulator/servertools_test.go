package simulator_test

import (
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"parlor/api/simulator"
)

func TestServerToolsAreRunInTheAnswer(t *testing.T) {
	tests := []struct {
		name, body string
		header     []string
		kinds      string
		within     []string // in the answer
	}{
		{"web search", body(sonnet46, tools(search), "search the web for “rust”"), nil, "server_tool_use web_search_tool_result text text text text text text", []string{`"query":"rust"`, `"type":"web_search_result_location"`, `"web_search_requests":1,`, `srvtoolu_`}},
		{"on a domain", body(sonnet46, tools(`{"type":"web_search_20250305","name":"web_search","allowed_domains":["rust.example"]}`), "web_search"), nil, "server_tool_use web_search_tool_result text text text text text text", []string{`"url":"https://rust.example/`}},
		{"search that fails", body(sonnet46, tools(search), "web_search, query_too_long"), nil, "server_tool_use web_search_tool_result text", []string{`"error_code":"query_too_long"`}},
		{"fetch", body(sonnet46, tools(fetchT), "fetch https://example.com/a."), nil, "server_tool_use web_fetch_tool_result text text", []string{`"url":"https://example.com/a"`, `"web_fetch_requests":1`, `"type":"char_location"`, `"retrieved_at":"2026-11-20T`}},
		{"fetch without a URL", body(sonnet46, tools(fetchT), "web_fetch the page"), nil, "server_tool_use web_fetch_tool_result text", []string{"url_not_in_prior_context"}},
		{"fetch elsewhere", body(sonnet46, tools(`{"type":"web_fetch_20250910","name":"web_fetch","blocked_domains":["example.com"]}`), "fetch https://www.example.com/"), nil, "server_tool_use web_fetch_tool_result text", []string{"url_not_allowed"}},
		{"bash", body(sonnet46, tools(codeT), "run code: `echo hi`"), nil, "server_tool_use bash_code_execution_tool_result text", []string{`"command":"echo hi"`, `"stdout":"hi\n"`, `"return_code":0`, `"container":{"expires_at":"2026-12-20T12:00:30Z","id":"container_01`}},
		{"bash that fails", body(sonnet46, tools(codeT), "run code: `exit 3`"), nil, "server_tool_use bash_code_execution_tool_result text", []string{`"return_code":3`}},
		{"code of the first version", body(sonnet46, tools(`{"type":"code_execution_20250522","name":"code_execution"}`), "run code: `print(17 * 3)`"), nil, "server_tool_use code_execution_tool_result text", []string{`"code":"print(17 * 3)"`, `"stdout":"51\n"`}},
		{"container of the request", body(sonnet46, `,"container":{"id":"container_7","skills":[{"type":"anthropic","skill_id":"pdf"}]}`+tools(codeT), "run code"), nil, "server_tool_use bash_code_execution_tool_result text", []string{`"id":"container_7"`, `"skill_id":"pdf"`}},
		{"a file viewed", body(sonnet46, tools(codeT), "text_editor_code_execution /tmp/a.go"), nil, "server_tool_use text_editor_code_execution_tool_result text", []string{`"command":"view","path":"/tmp/a.go"`, `"num_lines":2`}},
		{"a file changed", body(sonnet46, tools(codeT), "text_editor_code_execution: replace a word"), nil, "server_tool_use text_editor_code_execution_tool_result text", []string{`"old_lines":1`}},
		{"MCP", body(sonnet46, mcp, "ask shelf"), []string{betas("mcp-client-2025-11-20")}, "mcp_tool_use mcp_tool_result text", []string{`"id":"mcptoolu_01`, `"server_name":"shelf"`, `"is_error":false`}},
		{"MCP that fails", body(sonnet46, mcp, "ask shelf, it fails"), []string{betas("mcp-client-2025-11-20")}, "mcp_tool_use mcp_tool_result text", []string{`"is_error":true`}},
		{"MCP with a listing", body(sonnet46, mcp, "hello"), []string{betas("mcp-client-2026-09-15")}, "mcp_tool_listing text", []string{`"mcp_server_name":"shelf"`, `"name":"search"`}},
		{"advisor", body(sonnet46, tools(advisor), "ask the advisor"), []string{betas("advisor-tool-2026-03-01")}, "server_tool_use advisor_tool_result text", []string{`"type":"advisor_result"`, `"type":"advisor_message","model":"claude-opus-5-5"`}},
		{"advice nobody may read", body(sonnet46, tools(advisor), "redacted advisor"), []string{betas("advisor-tool-2026-03-01")}, "server_tool_use advisor_tool_result text", []string{`"type":"advisor_redacted_result"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(fresh(simulator.Options{}), tt.body, tt.header...)
			a := decode[answerBlocks](t, w)
			if a.kinds() != tt.kinds || a.StopReason != "end_turn" {
				t.Errorf("%d: %s, stopped by %s: %s", w.Code, a.kinds(), a.StopReason, w.Body)
			}
			for _, want := range tt.within {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("no %s in %s", want, w.Body)
				}
			}
		})
	}
}

func TestServerToolsAreUsedNoMoreThanAllowed(t *testing.T) {
	a := asked(t, body(sonnet46, tools(strings.Replace(search, `"max_uses":3`, `"max_uses":1`, 1)), "web_search twice"))
	if a.kinds() != "server_tool_use web_search_tool_result server_tool_use web_search_tool_result text text text text text text text" ||
		!strings.Contains(string(a.Content[3].Content), "max_uses_exceeded") {
		t.Errorf("%s: %s", a.kinds(), a.Content[3].Content)
	}
}

func TestServerToolsTakeTurnsOfTheirOwn(t *testing.T) {
	a := asked(t, body(sonnet46, tools(advisor), "ask the advisor"), betas("advisor-tool-2026-03-01"))
	rounds := a.Usage["iterations"].([]any)
	if len(rounds) != 3 {
		t.Fatalf("iterations %v", rounds)
	}
	in, out := 0.0, 0.0
	for i, want := range []string{"message", "advisor_message", "message"} {
		r := rounds[i].(object)
		if r["type"] != want {
			t.Errorf("iteration %d is a %v", i, r["type"])
		}
		if want == "message" {
			in += r["input_tokens"].(float64)
			out += r["output_tokens"].(float64)
		}
	}
	if a.Usage["input_tokens"] != in || a.Usage["output_tokens"] != out {
		t.Errorf("the message says %v and %v, its iterations %v and %v", a.Usage["input_tokens"], a.Usage["output_tokens"], in, out)
	}
	if last, first := rounds[2].(object), rounds[0].(object); last["cache_read_input_tokens"] != first["input_tokens"] {
		t.Errorf("the last iteration read %v of %v", last["cache_read_input_tokens"], first["input_tokens"])
	}
}

func TestPausedTurnsGoOn(t *testing.T) {
	s := fresh(simulator.Options{})
	ask := func(messages string) (*httptest.ResponseRecorder, answerBlocks, string) {
		w := post(s, asking(opus55, tools(search), messages))
		if w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		var m struct{ Content json.RawMessage }
		_ = json.Unmarshal(w.Body.Bytes(), &m)
		return w, decode[answerBlocks](t, w), string(m.Content)
	}
	prompt := `{"role":"user","content":"pause after web_search for \"owls\""}`
	_, first, content := ask(`[` + prompt + `]`)
	if first.StopReason != "pause_turn" || !strings.HasSuffix(first.kinds(), "server_tool_use web_search_tool_result") {
		t.Fatalf("%s %s", first.StopReason, first.kinds())
	}
	_, second, _ := ask(`[` + prompt + `,{"role":"assistant","content":` + content + `}]`)
	if second.StopReason != "end_turn" || !strings.Contains(second.text(), "owls") || strings.Contains(second.kinds(), "server_tool_use") {
		t.Errorf("%s %s %q", second.StopReason, second.kinds(), second.text())
	}
	// Without its result yet, the search is finished first.
	_, third, _ := ask(`[` + prompt + `,{"role":"assistant","content":[{"type":"server_tool_use","id":"srvtoolu_9","name":"web_search","input":{"query":"owls"}}]}]`)
	if !strings.Contains(third.kinds(), "web_search_tool_result") || third.StopReason != "end_turn" {
		t.Errorf("%s %s", third.StopReason, third.kinds())
	}
	forever := `{"role":"user","content":"web_search, and pause forever"}`
	history := forever
	for range 4 {
		_, a, content := ask(`[` + history + `]`)
		if a.StopReason != "pause_turn" {
			t.Fatalf("stopped by %s", a.StopReason)
		}
		history += `,{"role":"assistant","content":` + content + `}`
	}
}

func TestCodeLeavesAFileBehind(t *testing.T) {
	s := fresh(simulator.Options{})
	a := decode[answerBlocks](t, post(s, body(opus55, tools(codeT), "run code to make a file about “owls”")))
	var result struct {
		Content []struct {
			FileID string `json:"file_id"`
		}
	}
	if err := json.Unmarshal(a.Content[len(a.Content)-2].Content, &result); err != nil || len(result.Content) != 1 {
		t.Fatalf("%v: %s", err, a.kinds())
	}
	w := do(s, request("GET", "/v1/files/"+result.Content[0].FileID+"/content", ""))
	text, _ := io.ReadAll(w.Body)
	if w.Code != 200 || !strings.HasPrefix(string(text), "This file is about") {
		t.Errorf("%d %s", w.Code, text)
	}
}

func TestAListingIsToldOnce(t *testing.T) {
	listing := `{"type":"mcp_tool_listing","mcp_server_name":"shelf","tools":[{"name":"borrow","input_schema":{"type":"object","properties":{"book":{"type":"string"}},"required":["book"]}}]}`
	a := asked(t, asking(opus55, mcp, `[{"role":"user","content":"hello"},{"role":"assistant","content":[`+listing+`,{"type":"text","text":"hello"}]},{"role":"user","content":"borrow “Emma”"}]`), betas("mcp-client-2026-09-15"))
	if strings.Contains(a.kinds(), "mcp_tool_listing") || !strings.Contains(a.kinds(), "mcp_tool_use") {
		t.Fatalf("answered %s", a.kinds())
	}
	for _, b := range a.Content {
		if b.Type == "mcp_tool_use" && (b.Name != "borrow" || string(b.Input) != `{"book":"Emma"}`) {
			t.Errorf("%s %s", b.Name, b.Input)
		}
	}
}
