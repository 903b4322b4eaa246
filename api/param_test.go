package api_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"strconv"
	"strings"
	"testing"

	"parlor/api"
)

// everything is a request with every parameter there is.
func everything() *api.MessageRequest {
	r := fullRequest()
	r.Tools = append(r.Tools, api.CustomTool{Name: "f"}, api.BashTool{}, api.MCPToolset{ServerName: "s"}, &api.WebSearchTool{MaxUses: 1})
	r.ToolChoice = api.NamedTool("f")
	r.Thinking.BlockBinding = &api.BlockBinding{PrefixMismatchBehavior: api.BindingDropBlock}
	r.OutputConfig.TaskBudget = &api.TaskBudget{Total: 9000, Remaining: new(0)}
	r.Container = api.NewContainer("cntr_01", api.ContainerSkill{Type: api.SkillAnthropic, SkillID: "pptx", Version: "latest"})
	r.Diagnostics = &api.Diagnostics{}
	r.MCPServers = []api.MCPServer{{URL: "https://e.x/mcp?a=1&b=2", Name: "s", AuthorizationToken: "t"}}
	r.ContextManagement = &api.ContextManagement{Edits: []api.ContextEdit{
		api.ClearThinking{Keep: api.AllThinkingTurns()},
		api.ClearToolUses{
			Trigger: api.InputTokens(30_000), Keep: api.ToolUses(0), ClearAtLeast: api.InputTokens(5000),
			ExcludeTools: []string{"memory"}, ClearToolInputs: true,
		},
		&api.Compact{Trigger: api.InputTokens(60_000), Instructions: "Be brief.", PauseAfterCompaction: true},
		api.RawEdit(`{"type":"trim_2030", "n":1.0}`),
	}}
	r.Compaction = &api.Compaction{Instructions: "Keep <names>."}
	r.Fallbacks = api.NewFallbacks(
		api.Fallback{Model: "n", MaxTokens: 10, Speed: api.SpeedFast, Thinking: &api.Thinking{Type: api.ThinkingDisabled}},
		api.Fallback{Model: "o", Unset: []string{"thinking", "output_config.format"}, OutputConfig: &api.OutputConfig{Effort: api.EffortLow}},
	)
	r.FallbackCredit = api.FallbackCreditToken("fct_1", api.FallbackCreditBestEffort)
	r.Thread = api.ContinueThread("msg_1")
	r.BillingPolicy = &api.BillingPolicy{BillTo: api.BillToUserProfile}
	r.OutputFormat = api.JSONSchemaFormat(json.RawMessage(`{"type":"object"}`))
	r.Messages = append(r.Messages,
		api.SystemText("From now on, in French."),
		api.MessageParam{
			Role: api.RoleSystem, ClearAt: api.ClearAtNextUserMessage,
			Content: []api.Block{
				api.NewToolAddition(api.ChangedTool{Name: "f"}),
				api.NewToolRemoval(api.ChangedTool{Name: "g", ServerName: "s"}),
				api.NewToolRemoval(api.ChangedTool{ServerName: "s"}),
				api.NewToolDefinition(api.BashTool{}),
			},
		},
		api.MessageParam{Role: api.RoleSystem, OutputConfig: &api.OutputConfig{Effort: api.EffortMax}},
	)
	return r
}

func TestEveryParameter(t *testing.T) {
	body, err := everything().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"block_binding":{"prefix_mismatch_behavior":"drop_block"}`,
		`"task_budget":{"type":"tokens","total":9000,"remaining":0}`,
		`"container":{"id":"cntr_01","skills":[{"type":"anthropic","skill_id":"pptx","version":"latest"}]}`,
		`"diagnostics":{"previous_message_id":null}`,
		`"mcp_servers":[{"type":"url","url":"https://e.x/mcp?a=1&b=2","name":"s","authorization_token":"t"}]`,
		`"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":{"type":"all"}},` +
			`{"type":"clear_tool_uses_20250919","trigger":{"type":"input_tokens","value":30000},"keep":{"type":"tool_uses","value":0},` +
			`"clear_at_least":{"type":"input_tokens","value":5000},"exclude_tools":["memory"],"clear_tool_inputs":true},` +
			`{"type":"compact_20260112","trigger":{"type":"input_tokens","value":60000},"instructions":"Be brief.","pause_after_compaction":true},` +
			`{"type":"trim_2030","n":1.0}]}`,
		`"compaction":{"type":"summarize","instructions":"Keep <names>."}`,
		`"fallbacks":[{"model":"n","max_tokens":10,"thinking":{"type":"disabled"},"speed":"fast"},` +
			`{"model":"o","output_config":{"effort":"low","format":null},"thinking":null}]`,
		`"fallback_credit_token":{"token":"fct_1","mode":"best_effort"}`,
		`"thread":{"type":"continue","previous_message_id":"msg_1"}`,
		`"billing_policy":{"type":"billing_policy","bill_to":"user_profile"}`,
		`"output_format":{"type":"json_schema","schema":{"type":"object"}}`,
		`{"role":"system","content":[{"type":"tool_addition","tool":{"type":"tool_reference","name":"f"}},` +
			`{"type":"tool_removal","tool":{"type":"mcp_tool_reference","name":"g","server_name":"s"}},` +
			`{"type":"tool_removal","tool":{"type":"mcp_toolset_reference","server_name":"s"}},` +
			`{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"type":"bash_20250124","name":"bash"}}}],` +
			`"clear_at":"next_user_message"}`,
		`{"role":"system","output_config":{"effort":"max"}}`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s\nin %s", want, body)
		}
	}
}

func TestEveryParameterSurvivesARoundTrip(t *testing.T) {
	want, err := everything().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var request api.MessageRequest
	if err := json.Unmarshal(want, &request); err != nil {
		t.Fatal(err)
	}
	got, err := request.MarshalJSON()
	if err != nil || string(got) != string(want) {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
	if request.Extra["thread"] != nil || request.Thread.PreviousMessageID != "msg_1" || request.Messages[3].OutputConfig.Effort != "max" ||
		request.Messages[2].ClearAt != "next_user_message" || request.MCPServers[0].Name != "s" || len(request.ContextManagement.Edits) != 4 {
		t.Errorf("what has a name must not be an extra: %+v", request)
	}
}

func TestUnknownMembersOfParametersPass(t *testing.T) {
	for _, member := range []string{
		`"thinking":{"type":"adaptive","display":null,"future":[1.0]}`,
		`"thinking":{"type":"adaptive","block_binding":{"later":"x"}}`,
		`"thinking":{"type":"adaptive","Display":"x","Type":7}`,
		`"output_config":{"effort":null}`,
		`"output_config":{"task_budget":{"type":"tokens","total":1,"soft":true}}`,
		`"tool_choice":{"type":"auto","at_least":2}`,
		`"cache_control":{"type":"ephemeral","ttl":"5m","scope":"org"}`,
		`"metadata":{"user_id":null}`,
		`"diagnostics":{"previous_message_id":"m","verbose":true}`,
		`"mcp_servers":[{"type":"url","url":"u","name":"s","tool_configuration":null}]`,
		`"context_management":{"edits":[],"x":1}`,
		`"compaction":{"type":"summarize","x":1e2}`,
		`"thread":{"type":"fork","x":null}`,
		`"billing_policy":{"type":"billing_policy","bill_to":"self","x":"<&>"}`,
		`"messages":[{"role":"system","content":[],"clear_at":null,"x":12345678901234567890}]`,
	} {
		given := `{"model":"m","max_tokens":1,` + member
		if !strings.Contains(member, "messages") {
			given += `,"messages":[]`
		}
		given += `}`
		var request api.MessageRequest
		if err := json.Unmarshal([]byte(given), &request); err != nil {
			t.Errorf("%s: %v", given, err)
			continue
		}
		got, err := request.MarshalJSON()
		if err != nil || string(got) != given {
			t.Errorf("%v\n got %s\nwant %s", err, got, given)
		}
	}
}

func TestBrokenParametersAreRefusedByName(t *testing.T) {
	broken := json.RawMessage(`{`)
	cases := map[string]*api.MessageRequest{
		"container":                        {Container: broken},
		"fallbacks":                        {Fallbacks: broken},
		"fallback_credit_token":            {FallbackCredit: broken},
		"output_format":                    {OutputFormat: broken},
		"output_config.format":             {OutputConfig: &api.OutputConfig{Format: broken}},
		"thinking.later":                   {Thinking: &api.Thinking{Extra: map[string]json.RawMessage{"later": broken}}},
		"thinking.type":                    {Thinking: &api.Thinking{Type: "x", Extra: map[string]json.RawMessage{"type": json.RawMessage(`1`)}}},
		"context_management.edits[0]":      {ContextManagement: &api.ContextManagement{Edits: []api.ContextEdit{nil}}},
		"context_management.edits[1]":      {ContextManagement: &api.ContextManagement{Edits: []api.ContextEdit{api.Compact{}, (*api.Compact)(nil)}}},
		"messages[0].content[0]":           {Messages: []api.MessageParam{api.UserMessage(api.NewToolUse("t", "f", broken))}},
		"messages[0].content[1]":           {Messages: []api.MessageParam{api.UserMessage(api.NewText("a"), api.NewToolDefinition(nil))}},
		"messages[0].output_config.format": {Messages: []api.MessageParam{{OutputConfig: &api.OutputConfig{Format: broken}}}},
		"messages[0].clear_at":             {Messages: []api.MessageParam{{ClearAt: "never", Extra: map[string]json.RawMessage{"clear_at": json.RawMessage(`1`)}}}},
		"messages[0].role":                 {Messages: []api.MessageParam{{Extra: map[string]json.RawMessage{"role": json.RawMessage(`1`)}}}},
		"system[0]":                        {System: []api.Block{{}}},
		"cache_control.ttl":                {CacheControl: &api.CacheControl{TTL: "1h", Extra: map[string]json.RawMessage{"ttl": json.RawMessage(`1`)}}},
		"later":                            {Extra: map[string]json.RawMessage{"later": broken}},
		"tools":                            {Extra: map[string]json.RawMessage{"tools": json.RawMessage(`[]`)}},
		"output_config.task_budget.soft":   {OutputConfig: &api.OutputConfig{TaskBudget: &api.TaskBudget{Extra: map[string]json.RawMessage{"soft": broken}}}},
	}
	for want, request := range cases {
		request.Model = "m"
		_, err := request.MarshalJSON()
		var field *api.FieldError
		if !errors.As(err, &field) || field.Field != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	if b := api.NewToolUse("t", "f", broken).WithCacheControl(&api.CacheControl{}); len(b.Raw) != 0 {
		t.Errorf("a block that could not be made stays so: %s", b.Raw)
	}
}

func TestBadParametersAreReadWithTheirNames(t *testing.T) {
	for want, raw := range map[string]string{
		"model":                           `{"model":7}`,
		"thinking":                        `{"thinking":[]}`,
		"thinking.type":                   `{"thinking":{"type":7}}`,
		"output_config.task_budget.total": `{"output_config":{"task_budget":{"total":"all"}}}`,
		"mcp_servers.url":                 `{"mcp_servers":[{"url":[]}]}`,
		"messages.output_config.effort":   `{"messages":[{"output_config":{"effort":1}}]}`,
		"tools":                           `{"tools":{}}`,
		"context_management.edits":        `{"context_management":{"edits":7}}`,
	} {
		var request api.MessageRequest
		err := json.Unmarshal([]byte(raw), &request)
		var field *api.FieldError
		if !errors.As(err, &field) || field.Field != want {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestNoRequestIsAnErrorNotAPanic(t *testing.T) {
	client, _ := newClient(t, "http://127.0.0.1:1")
	var field *api.FieldError
	if _, err := client.CreateMessage(t.Context(), nil); !errors.As(err, &field) {
		t.Error(err)
	}
	if _, err := client.StreamMessage(t.Context(), nil); !errors.As(err, &field) {
		t.Error(err)
	}
	if _, err := client.CountTokens(t.Context(), nil); !errors.As(err, &field) {
		t.Error(err)
	}
	if n := api.EstimateTokens(nil); n != 0 {
		t.Error(n)
	}
}

func TestFallbackEntries(t *testing.T) {
	for _, raw := range []string{
		`{"model":"n"}`,
		`{"model":"n","max_tokens":null,"thinking":{"type":"disabled"}}`,
		`{"model":"n","output_config":{"effort":"low","format":null},"speed":null,"thinking":null}`,
		`{"model":"n","output_config":null}`,
	} {
		var entry api.Fallback
		if err := json.Unmarshal([]byte(raw), &entry); err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(entry)
		if err != nil {
			t.Fatal(err)
		}
		sameJSON(t, raw, got, []byte(raw))
	}
	if got := string(api.DefaultFallbacks()); got != `"default"` {
		t.Error(got)
	}
	if got := string(api.FallbackCreditToken("a", "")); got != `"a"` {
		t.Error(got)
	}
}

func TestBetasAreCalledAfterTheirValues(t *testing.T) {
	file, err := parser.ParseFile(gotoken.NewFileSet(), "betas.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		n++
		value, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if name := spec.Names[0].Name; strings.ToLower(name) != "beta"+strings.ReplaceAll(value, "-", "") {
			t.Errorf("%s is %s", name, value)
		}
		return true
	})
	if n < 40 {
		t.Errorf("only %d betas", n)
	}
}
