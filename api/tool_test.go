package api_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"parlor/api"
)

func TestToolsEncodeThemselves(t *testing.T) {
	cases := []struct {
		tool api.Tool
		want string
	}{
		{
			api.CustomTool{Name: "now"},
			`{"type":"custom","name":"now","input_schema":{"type":"object"}}`,
		},
		{
			api.CustomTool{
				Name: "get_weather", Description: "a < b & c", InputSchema: json.RawMessage(`{"type":"object","b":1.0,"a":2}`),
				InputExamples: []json.RawMessage{json.RawMessage(`{"city":"Paris"}`)}, Strict: new(true),
				EagerInputStreaming: new(false), DeferLoading: true,
				AllowedCallers: []string{api.CallerDirect, api.CallerCodeExecution20260120},
				CacheControl:   &api.CacheControl{TTL: api.CacheTTL1h},
				Extra:          map[string]json.RawMessage{"z": json.RawMessage(`1`), "y": json.RawMessage(`null`)},
			},
			`{"type":"custom","name":"get_weather","description":"a < b & c","input_schema":{"type":"object","b":1.0,"a":2},` +
				`"input_examples":[{"city":"Paris"}],"eager_input_streaming":false,` +
				`"allowed_callers":["direct","code_execution_20260120"],"defer_loading":true,"strict":true,` +
				`"cache_control":{"type":"ephemeral","ttl":"1h"},"y":null,"z":1}`,
		},
		{api.BashTool{}, `{"type":"bash_20250124","name":"bash"}`},
		{&api.BashTool{Type: api.Bash20241022}, `{"type":"bash_20241022","name":"bash"}`},
		{api.TextEditorTool{MaxCharacters: 100}, `{"type":"text_editor_20250728","name":"str_replace_based_edit_tool","max_characters":100}`},
		{api.TextEditorTool{Type: api.TextEditor20250429}, `{"type":"text_editor_20250429","name":"str_replace_based_edit_tool"}`},
		{api.TextEditorTool{Type: api.TextEditor20250124}, `{"type":"text_editor_20250124","name":"str_replace_editor"}`},
		{api.TextEditorTool{Type: api.TextEditor20241022}, `{"type":"text_editor_20241022","name":"str_replace_editor"}`},
		{
			api.MemoryTool{ToolOptions: api.ToolOptions{DeferLoading: true}},
			`{"type":"memory_20250818","name":"memory","defer_loading":true}`,
		},
		{
			api.ComputerTool{DisplayWidth: 1024, DisplayHeight: 768, DisplayNumber: new(0), EnableZoom: true},
			`{"type":"computer_20251124","name":"computer","display_width_px":1024,"display_height_px":768,"display_number":0,"enable_zoom":true}`,
		},
		{
			api.ComputerToolset{Configs: map[string]api.ToolConfig{"zoom": {Enabled: new(false)}, "key": {DeferLoading: new(true)}}},
			`{"type":"computer_toolset_20260801","configs":{"key":{"defer_loading":true},"zoom":{"enabled":false}}}`,
		},
		{api.BrowserToolset{CacheControl: &api.CacheControl{}}, `{"type":"browser_toolset_20260801","cache_control":{"type":"ephemeral"}}`},
		{
			api.WebSearchTool{
				MaxUses: 3, BlockedDomains: []string{"e.x"}, ResponseInclusion: api.ResponseExcluded,
				UserLocation: &api.UserLocation{City: "P", Country: "FR"},
			},
			`{"type":"web_search_20260318","name":"web_search","max_uses":3,"blocked_domains":["e.x"],` +
				`"user_location":{"type":"approximate","city":"P","country":"FR"},"response_inclusion":"excluded"}`,
		},
		{
			api.WebFetchTool{
				Citations: true, MaxContentTokens: 100, UseCache: new(false), URLSources: &api.URLSources{
					UserInput:         &api.URLRule{Type: api.URLsAll},
					ClientToolResults: &api.URLRule{Type: api.URLsOnly, Tools: []string{"f"}},
					ServerToolResults: &api.URLRule{Type: api.URLsExcept},
				},
			},
			`{"type":"web_fetch_20260318","name":"web_fetch","citations":{"enabled":true},"max_content_tokens":100,` +
				`"url_sources":{"user_input":{"type":"all"},` +
				`"client_tool_results":{"type":"only","tools":[{"type":"tool_reference","name":"f"}]},` +
				`"server_tool_results":{"type":"except","tools":[]}},"use_cache":false}`,
		},
		{api.CodeExecutionTool{}, `{"type":"code_execution_20260521","name":"code_execution"}`},
		{api.ToolSearchTool{}, `{"type":"tool_search_tool_regex_20251119","name":"tool_search_tool_regex"}`},
		{api.ToolSearchTool{Type: api.ToolSearchBM25}, `{"type":"tool_search_tool_bm25","name":"tool_search_tool_bm25"}`},
		{
			api.AdvisorTool{Model: "m", MaxUses: 2, MaxTokens: 2048, Caching: &api.CacheControl{TTL: api.CacheTTL5m}},
			`{"type":"advisor_20260301","name":"advisor","model":"m","max_uses":2,"max_tokens":2048,"caching":{"type":"ephemeral","ttl":"5m"}}`,
		},
		{
			api.MCPToolset{
				ServerName: "s", DefaultConfig: &api.ToolConfig{Enabled: new(false)},
				Configs: map[string]api.ToolConfig{"a": {Enabled: new(true)}},
				Tools:   []api.MCPTool{{Name: "a", Description: "d", InputSchema: json.RawMessage(`{"type":"object"}`)}},
			},
			`{"type":"mcp_toolset","mcp_server_name":"s","default_config":{"enabled":false},"configs":{"a":{"enabled":true}},` +
				`"tools":[{"name":"a","description":"d","input_schema":{"type":"object"}}]}`,
		},
		{api.RawTool(`{"type":"hologram_2030", "n":1.0}`), `{"type":"hologram_2030", "n":1.0}`},
	}
	for _, c := range cases {
		request := hello()
		request.Tools = []api.Tool{c.tool}
		body, err := request.MarshalJSON()
		if err != nil {
			t.Errorf("%T: %v", c.tool, err)
			continue
		}
		if !strings.Contains(string(body), `"tools":[`+c.want+`]`) {
			t.Errorf("%T:\n got %s\nwant %s", c.tool, body, c.want)
		}
	}
}

func TestABrokenToolIsRefusedByName(t *testing.T) {
	cases := map[string]struct {
		tool  api.Tool
		field string
	}{
		"a schema":       {api.CustomTool{Name: "f", InputSchema: json.RawMessage(`{`)}, "tools[1].input_schema"},
		"an example":     {api.BashTool{InputExamples: []json.RawMessage{nil}}, "tools[1].input_examples[0]"},
		"an MCP schema":  {api.MCPToolset{Tools: []api.MCPTool{{InputSchema: json.RawMessage(`]`)}}}, "tools[1].tools[0].input_schema"},
		"an extra":       {api.CustomTool{Extra: map[string]json.RawMessage{"a": json.RawMessage(`x`)}}, "tools[1].a"},
		"an extra twice": {api.MemoryTool{ToolOptions: api.ToolOptions{Extra: map[string]json.RawMessage{"name": json.RawMessage(`1`)}}}, "tools[1].name"},
		"raw text":       {api.RawTool(`"f"`), "tools[1]"},
		"raw garbage":    {api.RawTool(`{"a"`), "tools[1]"},
		"nothing":        {nil, "tools[1]"},
		"a nil tool":     {(*api.WebSearchTool)(nil), "tools[1]"},
	}
	for name, c := range cases {
		request := hello()
		request.Tools = []api.Tool{api.BashTool{}, c.tool}
		_, err := request.MarshalJSON()
		var field *api.FieldError
		if !errors.As(err, &field) || field.Field != c.field || !errors.Is(err, api.ErrInvalidRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestToolChoice(t *testing.T) {
	for want, choice := range map[string]*api.ToolChoice{
		`{"type":"tool","name":"f"}`:                      api.NamedTool("f"),
		`{"type":"none"}`:                                 {Type: api.ToolChoiceNone},
		`{"type":"any","disable_parallel_tool_use":true}`: {Type: api.ToolChoiceAny, DisableParallelToolUse: new(true)},
	} {
		if got, err := json.Marshal(choice); err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}

func TestToolInputs(t *testing.T) {
	use, _ := api.NewToolUse("t", api.ToolNameTextEditor, json.RawMessage(
		`{"command":"view","path":"/a","view_range":[1,-1]}`)).ToolUse()
	var input api.EditorInput
	if err := use.Into(&input); err != nil || input.Command != "view" || input.ViewRange[1] != -1 {
		t.Errorf("got %+v, %v", input, err)
	}
	var bash api.BashInput
	cut, _ := block(t, `{"type":"tool_use","name":"bash","input":"{\"comm"}`).ToolUse()
	if err := cut.Into(&bash); err == nil {
		t.Error("an input that was cut must not be used")
	}
	odd, _ := api.NewToolUse("t", "bash", json.RawMessage(`{"command":7}`)).ToolUse()
	if err := odd.Into(&bash); err == nil {
		t.Error("an input of another shape is an error")
	}
}
