package simulator_test

import (
	"encoding/json"
	"strings"
)

// scenario is a request that makes the simulator show something.
type scenario struct {
	name, body string
	header     []string
	// cut says that an answer in one piece drops what a stream has shown before.
	cut bool
}

func betas(names ...string) string { return "anthropic-beta: " + strings.Join(names, ",") }

const (
	weather = `{"name":"get_weather","description":"d","input_schema":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city"]}}`
	clockT  = `{"name":"get_time","input_schema":{"type":"object","properties":{"zone":{"enum":["UTC","CET"]}},"required":["zone"]}}`
	search  = `{"type":"web_search_20260209","name":"web_search","max_uses":3}`
	fetchT  = `{"type":"web_fetch_20260309","name":"web_fetch","citations":{"enabled":true}}`
	codeT   = `{"type":"code_execution_20260120","name":"code_execution"}`
	bm25    = `{"type":"tool_search_tool_bm25_20251119","name":"tool_search_tool_bm25"}`
	advisor = `{"type":"advisor_20260301","name":"advisor","model":"claude-opus-5-5"}`
	mcp     = `,"mcp_servers":[{"type":"url","url":"https://mcp.example.com/sse","name":"shelf"}],"tools":[{"type":"mcp_toolset","mcp_server_name":"shelf"}]`
	textDoc = `{"type":"document","source":{"type":"text","media_type":"text/plain","data":"The grass is green. Das Gras wächst über die Brücke! 草は緑です。Nobody mows it."},"title":"Grass","citations":{"enabled":true}}`
	listDoc = `{"type":"document","source":{"type":"content","content":[{"type":"text","text":"First block about tides."},{"type":"text","text":"Second block about moons."}]},"citations":{"enabled":true}}`
	hit     = `{"type":"search_result","source":"https://kb.example.com/1","title":"Knees","content":[{"type":"text","text":"Bees have knees."},{"type":"text","text":"Wasps do too."}],"citations":{"enabled":true}}`
	city    = `{"type":"json_schema","schema":{"type":"object","properties":{"city":{"type":"string"},"tags":{"type":"array","items":{"enum":["a","b"]}}},"required":["city","tags"],"additionalProperties":false}}`
)

func tools(list ...string) string { return `,"tools":[` + strings.Join(list, ",") + `]` }

// user is a conversation of one message with these blocks and a text.
func user(text string, blocks ...string) string {
	raw, _ := json.Marshal(text)
	return `[{"role":"user","content":[` + strings.Join(append(blocks, `{"type":"text","text":`+string(raw)+`}`), ",") + `]}]`
}

// asking is a request with these messages and further fields.
func asking(model, extra, messages string) string {
	limit := `,"max_tokens":16000`
	if strings.Contains(extra, "max_tokens") {
		limit = ""
	}
	return `{"model":"` + model + `"` + limit + extra + `,"messages":` + messages + `}`
}

// streamed asks for a stream of the same.
func streaming(body string) string { return `{"stream":true,` + body[1:] }

// scenarios are requests of all kinds, each good by itself.
func scenarios() []scenario {
	adaptive := `,"thinking":{"type":"adaptive","display":"summarized"}`
	long := strings.Repeat("All of this is told at length. ", 10_000)
	used := `,{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Rome"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"22 degrees and <sunny> \"today\""}]}]`
	question := func(text string) string { return strings.TrimSuffix(user(text), "]") }
	return []scenario{
		{name: "chat", body: body(sonnet46, "", "a table")},
		{name: "chat with thinking", body: body(sonnet46, adaptive, "a table")},
		{name: "thinking omitted", body: body(opus55, "", "explain tides")},
		{name: "thinking counted", body: body(opus55, "", "explain tides"), header: []string{betas("thinking-token-count-2026-05-13")}},
		{name: "thinking updates", body: body(opus55, `,"thinking":{"type":"adaptive","display":"updates"}`, "explain tides"), header: []string{betas("thinking-display-updates-2026-08-18")}},
		{name: "redacted thinking", body: body(opus55, tools(weather), "redacted get_weather")},
		{name: "bound thinking", body: body(opus55, "", "explain tides"), header: []string{betas("thinking-binding-controls-2026-08-01")}},
		{name: "cut by max_tokens", body: body(sonnet46, `,"max_tokens":30`, "a table")},
		{name: "stop sequence", body: body(sonnet46, `,"stop_sequences":["Planet"]`, "a table")},
		{name: "warm-up", body: body(sonnet46, `,"max_tokens":1`, "a table")},
		{name: "cached", body: body(sonnet46, automatic, strings.Repeat("word ", 3000))},

		{name: "tool", body: body(opus55, tools(weather), "Use get_weather in Paris")},
		{name: "tool, thinking shown", body: body(opus55, adaptive+tools(weather), "Use get_weather in Paris")},
		{name: "tools in parallel", body: body(sonnet46, tools(weather, clockT), `get_time and get_weather, please`)},
		{name: "three calls", body: body(sonnet46, tools(weather), `get_weather three times for "Oslo" and "Rome"`)},
		{name: "forced", body: body(sonnet46, tools(weather, clockT)+`,"tool_choice":{"type":"tool","name":"get_time"}`, "hello")},
		{name: "given input", body: body(sonnet46, tools(weather), `get_weather {"city":"Bern","big":12345678901234567890}`)},
		{name: "input cut by max_tokens", body: body(sonnet46, `,"max_tokens":24`+tools(weather), `get_weather {"city":"`+strings.Repeat("Llanfair", 40)+`"}`)},
		{name: "tool result", body: asking(sonnet46, tools(weather), question("get_weather")+used)},
		{name: "bash", body: body(sonnet46, tools(`{"type":"bash_20250124","name":"bash"}`), "use bash")},
		{name: "toolset", body: body(opus55, tools(`{"type":"computer_toolset_20260801"}`), "screenshot then left_click")},
		{name: "deferred", body: body(opus55, tools(strings.Replace(weather, `"description"`, `"defer_loading":true,"description"`, 1), bm25), "get_weather in Paris")},
		{name: "called from code", body: body(opus55, tools(strings.Replace(weather, `"description"`, `"allowed_callers":["code_execution_20260120"],"description"`, 1), codeT), "get_weather in Paris")},

		{name: "web search", body: body(opus55, tools(search), "search the web for “rust in peace”")},
		{name: "web search that fails", body: body(opus55, tools(search), "web_search too_many_requests")},
		{name: "web search, paused", body: body(opus55, tools(search), "pause after web_search")},
		{name: "web search and a tool", body: body(opus55, tools(search, weather), "web_search and get_weather")},
		{name: "web fetch", body: body(sonnet46, tools(fetchT), "fetch https://example.com/a?b=1.")},
		{name: "code", body: body(opus55, tools(codeT), "run code: `echo hi`")},
		{name: "text editor", body: body(opus55, tools(codeT), "text_editor_code_execution: create /tmp/x.txt")},
		{name: "old code", body: body(opus55, tools(`{"type":"code_execution_20250522","name":"code_execution"}`), "code_execution `print(17*3)`")},
		{name: "tool search", body: body(opus55, tools(strings.Replace(weather, `"description"`, `"defer_loading":true,"description"`, 1), bm25), "tool_search_tool_bm25")},
		{name: "mcp", body: body(opus55, mcp, "ask shelf about bread"), header: []string{betas("mcp-client-2025-11-20")}},
		{name: "mcp with listing", body: body(opus55, mcp, "ask shelf about bread"), header: []string{betas("mcp-client-2026-09-15")}},
		{name: "advisor", body: body(opus55, tools(advisor), "ask the advisor"), header: []string{betas("advisor-tool-2026-03-01")}},

		{name: "cited text", body: asking(sonnet46, "", user("What about the grass?", textDoc))},
		{name: "cited blocks", body: asking(sonnet46, "", user("moons", listDoc))},
		{name: "cited search result", body: asking(sonnet46, "", user("knees", hit))},
		{name: "structured", body: body(sonnet46, `,"output_config":{"format":`+city+`}`, "Where is Oslo?")},
		{name: "structured, older", body: body(sonnet46, `,"output_format":`+city, "Where is Oslo?"), header: []string{betas("structured-outputs-2025-11-13")}},

		{name: "refusal", body: body("claude-fable-5-2", "", "refuse cyber"), header: []string{betas("fallback-credit-2026-07-01", "server-side-fallback-2026-07-01")}},
		{name: "refusal midway", body: body("claude-fable-5-2", "", "refuse midway"), header: []string{betas("fallback-credit-2026-07-01")}},
		{name: "fallback", body: body("claude-fable-5-2", `,"fallbacks":"default"`, "refuse"), header: []string{betas("server-side-fallback-2026-07-01")}},
		{name: "fallback chain", body: body("claude-fable-5-2", `,"max_tokens":900,"fallbacks":[{"model":"claude-opus-5-5"},{"model":"claude-sonnet-5","max_tokens":300}]`, "refuse, fable and opus"), header: []string{betas("server-side-fallback-2026-06-01")}},
		{name: "chain refused", body: body("claude-fable-5-2", `,"fallbacks":[{"model":"claude-opus-5-5"}]`, "refuse always"), header: []string{betas("server-side-fallback-2026-07-01")}},
		{name: "fallback midway", body: body("claude-fable-5-2", `,"fallbacks":[{"model":"claude-opus-4-8"}]`, "refuse midway"), header: []string{betas("server-side-fallback-2026-07-01")}, cut: true},

		{name: "compaction on demand", body: body(opus55, `,"compaction":{"type":"summarize"}`, "My name is Ada", "Hello Ada"), header: []string{betas("compact-2026-09-04")}},
		{name: "compaction", body: asking(opus55, `,"context_management":{"edits":[{"type":"compact_20260112","trigger":{"type":"input_tokens","value":50000}}]}`, user(long+"and a table?")), header: []string{betas("compact-2026-01-12")}},
		{name: "compaction with a pause", body: asking(opus55, `,"context_management":{"edits":[{"type":"compact_20260112","trigger":{"type":"input_tokens","value":50000},"pause_after_compaction":true}]}`, user(long+"and a table?")), header: []string{betas("compact-2026-01-12")}},
		{name: "context edit", body: asking(sonnet46, tools(weather)+`,"context_management":{"edits":[{"type":"clear_tool_uses_20250919","trigger":{"type":"tool_uses","value":0},"keep":{"type":"tool_uses","value":0}}]}`, question("get_weather")+used), header: []string{betas("context-management-2025-06-27")}},
		{name: "diagnostics", body: body(sonnet46, `,"diagnostics":{"previous_message_id":"msg_nobody"}`, "a table")},
		{name: "speed and place", body: body(opus55, `,"speed":"fast","inference_geo":"us"`, "hello")},
		{name: "newest version", body: body(opus55, "", "explain tides"), header: []string{"anthropic-version: 2026-10-21"}},
	}
}
