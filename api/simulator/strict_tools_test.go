package simulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// rule is a request that breaks one, and what the answer says.
type rule struct {
	name, body string
	header     []string
	want       string
}

// holds checks that each request is refused with a 400 that says what is wrong.
func holds(t *testing.T, rules []rule) {
	t.Helper()
	s := fresh(simulator.Options{})
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			w := post(s, r.body, r.header...)
			if e := decode[envelope](t, w); w.Code != 400 || !strings.Contains(e.Error.Message, r.want) {
				t.Errorf("got %d %s, want %q", w.Code, w.Body, r.want)
			}
		})
	}
}

// taken checks that each request is answered.
func taken(t *testing.T, s http.Handler, rules []rule) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if w := post(s, r.body, r.header...); w.Code != 200 {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
}

// with is a custom tool called f with further fields.
func with(fields string) string {
	return `{"name":"f","input_schema":{"type":"object","properties":{}}` + fields + `}`
}

func TestToolsThatTheAPIRefuses(t *testing.T) {
	one := func(tool string) string { return hi(sonnet46, tools(tool)) }
	old := betas("computer-use-2024-10-22")
	holds(t, []rule{
		{"not a list", hi(sonnet46, `,"tools":{}`), nil, "tools: Input should be a valid list"},
		{"not an object", one(`7`), nil, "tools.0: Input should be a valid dictionary"},
		{"unknown type", one(`{"type":"telepathy_20270101","name":"t"}`), nil, "tools.0: Input tag 'telepathy_20270101'"},
		{"unknown field", one(with(`,"colour":1`)), nil, "tools.0.custom.colour: Extra inputs"},
		{"long name", one(`{"name":"` + strings.Repeat("n", 129) + `","input_schema":{"type":"object"}}`), nil, "should match pattern"},
		{"name of the API's tool", one(`{"type":"bash_20250124","name":"shell"}`), nil, "tools.0.bash_20250124.name: Input should be 'bash'"},
		{"no name of the API's tool", one(`{"type":"memory_20250818"}`), nil, "tools.0.memory_20250818.name: Field required"},
		{"same name by two types", hi(sonnet46, tools(`{"type":"bash_20250124","name":"bash"}`, `{"name":"bash","input_schema":{"type":"object"}}`)), nil, "must be unique"},
		{"schema of another type", one(`{"name":"f","input_schema":{"type":"array"}}`), nil, "input_schema.type: Input should be 'object'"},
		{"odd property", one(`{"name":"f","input_schema":{"type":"object","properties":{"a b":{}}}}`), nil, "Property keys should match pattern"},
		{"properties", one(`{"name":"f","input_schema":{"type":"object","properties":[]}}`), nil, "input_schema.properties: Input should be"},
		{"required", one(`{"name":"f","input_schema":{"type":"object","required":{}}}`), nil, "input_schema.required: Input should be"},
		{"description", one(with(`,"description":5`)), nil, "description: Input should be a valid string"},
		{"strict in words", one(with(`,"strict":"yes"`)), nil, "strict: Input should be a valid boolean"},
		{"strict and open", one(with(`,"strict":true`)), nil, "'additionalProperties' must be explicitly set to false"},
		{"strict with bounds", one(`{"name":"f","strict":true,"input_schema":{"type":"object","properties":{"n":{"type":"integer","minimum":1}},"additionalProperties":false}}`), nil, "properties minimum are not supported"},
		{"caller", one(with(`,"allowed_callers":["anyone"]`)), nil, "allowed_callers.0: Input should be 'direct'"},
		{"callers", one(with(`,"allowed_callers":"direct"`)), nil, "allowed_callers: Input should be a valid list"},
		{"examples", one(with(`,"input_examples":[1]`)), nil, "input_examples.0: Input should be a valid dictionary"},
		{"eager", one(with(`,"eager_input_streaming":1`)), nil, "eager_input_streaming: Input should be a valid boolean"},
		{"all deferred", one(with(`,"defer_loading":true`)), nil, "At least one tool"},
		{"deferred and cached", hi(sonnet46, tools(weather, with(`,"defer_loading":true,"cache_control":{"type":"ephemeral"}`))), nil, "cannot have cache_control"},
		{"cache control", one(with(`,"cache_control":{"type":"ephemeral","ttl":"1d"}`)), nil, "'5m' or '1h'"},
		{"beta tool without beta", one(`{"type":"bash_20241022","name":"bash"}`), nil, "Input tag 'bash_20241022'"},
		{"advisor without beta", one(advisor), nil, "Input tag 'advisor_20260301'"},
		{"no display", hi("claude-opus-4-8", tools(`{"type":"computer_20241022","name":"computer","display_width_px":100}`)), []string{old}, "display_height_px: Field required"},
		{"computer on Opus 5.5", hi(opus55, tools(`{"type":"computer_20241022","name":"computer","display_width_px":100,"display_height_px":100}`)), []string{old}, "does not support tool types: computer_20241022"},
		{"display size", hi("claude-opus-4-8", tools(`{"type":"computer_20241022","name":"computer","display_width_px":0,"display_height_px":1}`)), []string{old}, "display_width_px"},
		{"field of a later version", one(`{"type":"text_editor_20250429","name":"str_replace_based_edit_tool","max_characters":5}`), nil, "max_characters: Extra inputs"},
		{"toolset with a name", one(`{"type":"computer_toolset_20260801","name":"computer"}`), nil, "name: Extra inputs"},
		{"toolset member", one(`{"type":"browser_toolset_20260801","configs":{"fly":{}}}`), nil, "configs.fly: Extra inputs"},
		{"toolset config", one(`{"type":"browser_toolset_20260801","configs":{"zoom":{"enabled":1}}}`), nil, "configs.zoom.enabled"},
		{"max_uses", one(`{"type":"web_search_20250305","name":"web_search","max_uses":0}`), nil, "max_uses"},
		{"both kinds of domains", one(`{"type":"web_search_20250305","name":"web_search","allowed_domains":["a.b"],"blocked_domains":["c.d"]}`), nil, "Only one of"},
		{"domain with scheme", one(`{"type":"web_fetch_20250910","name":"web_fetch","allowed_domains":["https://a.b"]}`), nil, "must not include a scheme"},
		{"location", one(`{"type":"web_search_20250305","name":"web_search","user_location":{"type":"exact"}}`), nil, "'approximate'"},
		{"location field", one(`{"type":"web_search_20250305","name":"web_search","user_location":{"type":"approximate","planet":"Mars"}}`), nil, "planet: Extra inputs"},
		{"inclusion", one(`{"type":"web_search_20260318","name":"web_search","response_inclusion":"half"}`), nil, "'full' or 'excluded'"},
		{"inclusion too early", one(`{"type":"web_search_20260209","name":"web_search","response_inclusion":"full"}`), nil, "response_inclusion: Extra inputs"},
		{"cache of an early fetch", one(`{"type":"web_fetch_20260209","name":"web_fetch","use_cache":true}`), nil, "use_cache: Extra inputs"},
		{"fetch citations", one(`{"type":"web_fetch_20250910","name":"web_fetch","citations":{"on":true}}`), nil, "citations.on: Extra inputs"},
		{"url source", one(`{"type":"web_fetch_20250910","name":"web_fetch","url_sources":{"user_input":{"type":"only"}}}`), nil, "url_sources.user_input.type"},
		{"url source tools", one(`{"type":"web_fetch_20250910","name":"web_fetch","url_sources":{"server_tool_results":{"type":"only"}}}`), nil, "tools: Field required"},
		{"advisor's model", hi(opus55, tools(`{"type":"advisor_20260301","name":"advisor","model":"claude-9"}`)), []string{betas("advisor-tool-2026-03-01")}, "'claude-9' is not a model"},
		{"advisor without model", hi(opus55, tools(`{"type":"advisor_20260301","name":"advisor"}`)), []string{betas("advisor-tool-2026-03-01")}, "model: Field required"},
	})
}

func TestToolChoicesThatTheAPIRefuses(t *testing.T) {
	choice := func(model, choice string) string { return hi(model, tools(weather)+`,"tool_choice":`+choice) }
	holds(t, []rule{
		{"type", choice(sonnet46, `{"type":"some"}`), nil, "'auto', 'any', 'tool' or 'none'"},
		{"not an object", choice(sonnet46, `"auto"`), nil, "valid dictionary"},
		{"no name", choice(sonnet46, `{"type":"tool"}`), nil, "tool_choice.tool.name: Field required"},
		{"name for any", choice(sonnet46, `{"type":"any","name":"get_weather"}`), nil, "tool_choice.any.name: Extra inputs"},
		{"parallel for none", choice(sonnet46, `{"type":"none","disable_parallel_tool_use":true}`), nil, "Extra inputs"},
		{"parallel in words", choice(sonnet46, `{"type":"auto","disable_parallel_tool_use":"no"}`), nil, "valid boolean"},
		{"another tool", choice(sonnet46, `{"type":"tool","name":"get_money"}`), nil, "'get_money' not found"},
		{"forced by name on Fable 5.2", choice("claude-fable-5-2", `{"type":"tool","name":"get_weather"}`), nil, "not supported on this model"},
		{"forced on Sonnet 5.5", choice("claude-sonnet-5-5", `{"type":"any"}`), nil, "not supported on this model"},
		{"forced while thinking", hi(haiku45, tools(weather)+`,"tool_choice":{"type":"any"},"thinking":{"type":"enabled","budget_tokens":1024}`), nil, "when tool_choice forces"},
	})
	taken(t, fresh(simulator.Options{}), []rule{
		{name: "auto", body: choice(opus55, `{"type":"auto","disable_parallel_tool_use":true}`)},
		{name: "none", body: choice(opus55, `{"type":"none"}`)},
		{name: "a member of a toolset", body: hi(sonnet46, tools(`{"type":"computer_toolset_20260801"}`)+`,"tool_choice":{"type":"tool","name":"screenshot"}`)},
		{name: "null", body: hi(sonnet46, `,"tool_choice":null`)},
	})
}

func TestToolsThatTheAPITakes(t *testing.T) {
	one := func(tool string) string { return hi(sonnet46, tools(weather, tool)) }
	taken(t, fresh(simulator.Options{}), []rule{
		{name: "custom by name", body: one(with(`,"type":"custom"`))},
		{name: "all fields", body: one(`{"name":"f","type":"custom","description":"d","strict":true,"eager_input_streaming":false,"allowed_callers":["direct","code_execution_20260521"],"input_examples":[{"a":1}],"cache_control":{"type":"ephemeral","ttl":"1h"},"input_schema":{"type":"object","properties":{"a":{"$ref":"#/$defs/n"}},"$defs":{"n":{"type":"string","format":"date"}},"additionalProperties":false}}`)},
		{name: "bash", body: one(`{"type":"bash_20250124","name":"bash","input_examples":[]}`)},
		{name: "old bash", body: one(`{"type":"bash_20241022","name":"bash"}`), header: []string{betas("computer-use-2024-10-22")}},
		{name: "editor", body: one(`{"type":"text_editor_20250728","name":"str_replace_based_edit_tool","max_characters":100}`)},
		{name: "old editor", body: one(`{"type":"text_editor_20250124","name":"str_replace_editor"}`)},
		{name: "memory", body: one(`{"type":"memory_20250818","name":"memory"}`)},
		{name: "computer", body: one(`{"type":"computer_20251124","name":"computer","display_width_px":1,"display_height_px":1,"enable_zoom":true}`), header: []string{betas("computer-use-2025-11-24")}},
		{name: "toolsets", body: hi(opus55, tools(`{"type":"computer_toolset_20260801","configs":{"zoom":{"enabled":false}}}`, `{"type":"browser_toolset_20260801"}`))},
		{name: "search", body: one(`{"type":"web_search_20260318","name":"web_search","max_uses":3,"blocked_domains":["e.x"],"response_inclusion":"excluded","user_location":{"type":"approximate","city":"P","region":null}}`)},
		{name: "fetch", body: one(`{"type":"web_fetch_20260318","name":"web_fetch","use_cache":false,"max_content_tokens":5,"citations":{"enabled":true},"url_sources":{"user_input":{"type":"all"},"client_tool_results":{"type":"except","tools":[{"type":"tool_reference","name":"get_weather"}]}}}`)},
		{name: "code", body: one(`{"type":"code_execution_20250522","name":"code_execution"}`)},
		{name: "tool search by its short type", body: one(`{"type":"tool_search_tool_regex","name":"tool_search_tool_regex"}`)},
		{name: "deferred", body: hi(sonnet46, tools(bm25, with(`,"defer_loading":true`)))},
		{name: "advisor", body: hi(sonnet46, `,"max_tokens":9`+tools(`{"type":"advisor_20260301","name":"advisor","model":"claude-opus-5-5","max_tokens":50,"max_uses":1,"caching":{"type":"ephemeral","ttl":"1h"}}`)), header: []string{betas("advisor-tool-2026-03-01")}},
	})
}

func TestMCPServersAndTheirToolsets(t *testing.T) {
	beta := []string{betas("mcp-client-2025-11-20")}
	server := `{"type":"url","url":"https://a.example.com","name":"a"}`
	toolset := `{"type":"mcp_toolset","mcp_server_name":"a"}`
	ask := func(servers, tools string) string {
		return hi(sonnet46, `,"mcp_servers":[`+servers+`],"tools":[`+tools+`]`)
	}
	holds(t, []rule{
		{"without beta", ask(server, toolset), nil, "mcp_servers: Extra inputs"},
		{"no toolset", ask(server, weather), beta, "exactly one mcp_toolset in tools, found 0"},
		{"two toolsets", ask(server, toolset+","+toolset), beta, "found 2"},
		{"no server", ask("", toolset), beta, "MCP server 'a' not found"},
		{"server twice", ask(server+","+server, toolset), beta, "must be unique"},
		{"http", ask(`{"type":"url","url":"http://a.example.com","name":"a"}`, toolset), beta, "'https'"},
		{"type", ask(`{"type":"stdio","url":"https://a","name":"a"}`, toolset), beta, "'url'"},
		{"no name", ask(`{"type":"url","url":"https://a"}`, toolset), beta, "Field required"},
		{"extra", ask(`{"type":"url","url":"https://a","name":"a","port":1}`, toolset), beta, "port: Extra inputs"},
		{"pinned listing too early", ask(server, `{"type":"mcp_toolset","mcp_server_name":"a","tools":[]}`), beta, "tools: Extra inputs"},
		{"config", ask(server, `{"type":"mcp_toolset","mcp_server_name":"a","default_config":{"fast":true}}`), beta, "fast: Extra inputs"},
	})
	taken(t, fresh(simulator.Options{}), []rule{
		{name: "configured", body: ask(server, `{"type":"mcp_toolset","mcp_server_name":"a","default_config":{"enabled":false},"configs":{"x":{"enabled":true,"defer_loading":false}}}`), header: beta},
		{name: "the first beta", body: hi(sonnet46, `,"mcp_servers":[{"type":"url","url":"https://a","name":"a","authorization_token":"t","tool_configuration":{"enabled":true}}]`), header: []string{betas("mcp-client-2025-04-04")}},
		{name: "pinned listing", body: ask(server, `{"type":"mcp_toolset","mcp_server_name":"a","tools":[{"name":"x","input_schema":{"type":"object"}}]}`), header: []string{betas("mcp-client-2026-09-15")}},
	})
}

func TestUsesAndResultsBelongTogether(t *testing.T) {
	turn := func(assistant string) string {
		return talk(sonnet46, `[{"role":"user","content":"q"},{"role":"assistant","content":[`+assistant+`]},{"role":"user","content":"and?"}]`)
	}
	use := `{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}`
	result := `{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]}`
	client := `{"type":"tool_use","id":"toolu_1","name":"f","input":{}}`
	answer := `{"type":"tool_result","tool_use_id":"toolu_1"}`
	holds(t, []rule{
		{"server use without result", turn(use), nil, "without a corresponding `web_search_tool_result`"},
		{"result without use", turn(result), nil, "unexpected `tool_use_id`"},
		{"result before use", turn(result + "," + use), nil, "unexpected `tool_use_id`"},
		{"same id twice", talk(sonnet46, `[{"role":"user","content":"q"},{"role":"assistant","content":[`+client+","+client+`]},{"role":"user","content":[`+answer+`]}]`), nil, "ids must be unique"},
		{"result twice", talk(sonnet46, `[{"role":"user","content":"q"},{"role":"assistant","content":[`+client+`]},{"role":"user","content":[`+answer+","+answer+`]}]`), nil, "single result"},
		{"odd id", talk(sonnet46, `[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"tool_use","id":"a b","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a b"}]}]`), nil, "should match pattern"},
		{"server tool by another name", turn(`{"type":"server_tool_use","id":"s","name":"telepathy","input":{}}`), nil, "server_tool_use.name: Input should be"},
		{"input that is a list", turn(`{"type":"tool_use","id":"s","name":"f","input":[]}`), nil, "input: Input should be a valid dictionary"},
		{"caller", turn(`{"type":"tool_use","id":"s","name":"f","input":{},"caller":{"type":"me"}}`), nil, "caller.type"},
		{"caller without id", turn(`{"type":"tool_use","id":"s","name":"f","input":{},"caller":{"type":"code_execution_20260120"}}`), nil, "tool_id: Field required"},
		{"error code", turn(use + `,{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":{"type":"web_search_tool_result_error","error_code":"tired"}}`), nil, "error_code: Input should be"},
		{"content of another type", turn(use + `,{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":{"type":"web_fetch_result"}}`), nil, "content.type: Input should be"},
		{"search result without text", talk(sonnet46, `[{"role":"user","content":[{"type":"search_result","source":"s","title":"t","content":[]}]}]`), nil, "at least 1 item"},
		{"reference outside of a result", talk(sonnet46, `[{"role":"user","content":[{"type":"tool_reference","tool_name":"f"}]}]`), nil, "Input tag 'tool_reference'"},
		{"MCP block without beta", turn(`{"type":"mcp_tool_use","id":"m","name":"f","server_name":"s","input":{}}`), nil, "Input tag 'mcp_tool_use'"},
		{"fallback block without beta", turn(`{"type":"fallback","from":{"model":"a"},"to":{"model":"b"}}`), nil, "Input tag 'fallback'"},
		{"compaction without beta", turn(`{"type":"compaction","content":"x"}`), nil, "Input tag 'compaction'"},
		{"citation of the answer's kind only", turn(`{"type":"text","text":"x","citations":[{"type":"char_location","cited_text":"x","document_index":0,"document_title":null,"start_char_index":0,"end_char_index":1,"file_id":"file_1"}]}`), nil, "file_id: Extra inputs"},
		{"citation type", turn(`{"type":"text","text":"x","citations":[{"type":"hearsay"}]}`), nil, "citations.0.type"},
		{"citation without place", turn(`{"type":"text","text":"x","citations":[{"type":"page_location","cited_text":"x","document_index":0,"start_page_number":1}]}`), nil, "end_page_number: Field required"},
		{"document media", talk(sonnet46, user("x", `{"type":"document","source":{"type":"base64","media_type":"text/html","data":""}}`)), nil, "'application/pdf'"},
		{"document source", talk(sonnet46, user("x", `{"type":"document","source":{"type":"ftp"}}`)), nil, "source.type"},
		{"citations setting", talk(sonnet46, user("x", `{"type":"document","source":{"type":"text","media_type":"text/plain","data":"d"},"citations":{"enabled":"yes"}}`)), nil, "citations.enabled"},
	})
	tool := `{"type":"tool_use","id":"toolu_1","name":"f","input":{},"caller":null,"toolset_name":null}`
	round := func(content string) string {
		return talk(sonnet46, `[{"role":"user","content":"q"},{"role":"assistant","content":[`+tool+`]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":`+content+`}]}]`)
	}
	taken(t, fresh(simulator.Options{}), []rule{
		{name: "server use and result", body: turn(use + "," + result)},
		{name: "result as text", body: round(`"r"`)},
		{name: "no result", body: round(`null`)},
		{name: "result of all kinds", body: round(`[{"type":"text","text":"t"},{"type":"image","source":{"type":"url","url":"https://e.x/a.png"}},` + hit + `,` + textDoc + `,{"type":"tool_reference","tool_name":"g"},{"type":"browser_state","tabs":[]}]`)},
		{name: "code blocks", body: turn(`{"type":"server_tool_use","id":"s","name":"bash_code_execution","input":{}},{"type":"bash_code_execution_tool_result","tool_use_id":"s","content":{"type":"bash_code_execution_result","stdout":"","stderr":"","return_code":0,"content":[{"type":"bash_code_execution_output","file_id":"file_1"}]}}`)},
		{name: "fetched document", body: turn(`{"type":"server_tool_use","id":"s","name":"web_fetch","input":{}},{"type":"web_fetch_tool_result","tool_use_id":"s","content":{"type":"web_fetch_result","url":"https://e.x","retrieved_at":null,"content":{"type":"document","title":null,"citations":null,"source":{"type":"text","media_type":"text/plain","data":"abc"}}}}`), header: []string{"anthropic-version: 2026-10-21"}},
		{name: "nulls of answers", body: turn(`{"type":"text","text":"x","citations":null}`)},
	})
}

func TestTheNewestVersionRefusesMore(t *testing.T) {
	newest := []string{"anthropic-version: 2026-10-21"}
	cited := `"citations":[{"type":"char_location","cited_text":"x","document_index":0,"document_title":"t","start_char_index":0,"end_char_index":1}]`
	text := `{"type":"text","text":"x",` + cited + `}`
	answer := `{"role":"assistant","content":[` + text + `]}`
	requests := []rule{
		{name: "temperature", body: hi(haiku45, `,"temperature":1`), want: "temperature: Extra inputs"},
		{name: "top_p", body: hi(haiku45, `,"top_p":1`), want: "top_p: Extra inputs"},
		{name: "top_k", body: hi(haiku45, `,"top_k":0`), want: "top_k: Extra inputs"},
		{name: "document of the assistant's", body: talk(haiku45, `[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"d"}}]},{"role":"user","content":"q"}]`), want: "not permitted in assistant"},
		{name: "citations of the user's", body: talk(haiku45, `[{"role":"user","content":[`+text+`]}]`), want: "citations: Extra inputs"},
		{name: "citations in a search result", body: talk(haiku45, user("q", `{"type":"search_result","source":"s","title":"t","content":[`+text+`]}`)), want: "citations: Extra inputs"},
		{name: "citations in a tool result", body: talk(haiku45, `[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[`+text+`]}]}]`), want: "citations: Extra inputs"},
	}
	s := fresh(simulator.Options{})
	for _, r := range requests {
		t.Run(r.name, func(t *testing.T) {
			if w := post(s, r.body); w.Code != 200 {
				t.Errorf("the older version: %d %s", w.Code, w.Body)
			}
			if w := post(s, r.body, newest...); w.Code != 400 || !strings.Contains(w.Body.String(), r.want) {
				t.Errorf("the newest version: %d %s", w.Code, w.Body)
			}
			var count object
			_ = json.Unmarshal([]byte(r.body), &count)
			delete(count, "max_tokens")
			raw, _ := json.Marshal(count)
			if w := do(s, request("POST", "/v1/messages/count_tokens", string(raw), newest...)); w.Code != 400 {
				t.Errorf("counting: %d", w.Code)
			}
		})
	}
	taken(t, s, []rule{
		{name: "citations of the assistant's", body: talk(haiku45, `[{"role":"user","content":"q"},`+answer+`,{"role":"user","content":"q"}]`), header: newest},
		{name: "documents of the user's", body: talk(haiku45, user("q", textDoc)), header: newest},
		{name: "bearer", body: hi(haiku45, ""), header: []string{"x-api-key:", "authorization: Bearer t", newest[0]}},
	})
}
