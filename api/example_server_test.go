package api_test

import (
	"context"
	"fmt"

	"parlor/api"
)

// Web search runs at the vendor; the answer holds calls, results and the text
// that cites them.
func ExampleWebSearchTool() {
	client, stop := exampleClient(answerOf("end_turn",
		`{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"Go 1.26 release date"}},`+
			`{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result",`+
			`"url":"https://go.dev/doc/go1.26","title":"Go 1.26 Release Notes","encrypted_content":"...","page_age":"2 days ago"}]},`+
			`{"type":"text","text":"In February 2026.","citations":[{"type":"web_search_result_location",`+
			`"url":"https://go.dev/doc/go1.26","title":"Go 1.26 Release Notes","cited_text":"released in February 2026","encrypted_index":"..."}]}`))
	defer stop()

	request := &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		Tools: []api.Tool{api.WebSearchTool{
			MaxUses: 3, AllowedDomains: []string{"go.dev"}, UserLocation: &api.UserLocation{Country: "DE"},
		}},
		Messages: []api.MessageParam{api.UserText("When did Go 1.26 come out?")},
	}
	message, err := client.CreateMessage(context.Background(), request)
	for err == nil && message.StopReason == api.StopPauseTurn { // a long search goes on when it is sent back
		request.Messages = append(request.Messages, message.Param())
		message, err = client.CreateMessage(context.Background(), request)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range message.Content {
		if result, ok := b.ServerToolResult(); ok {
			fmt.Printf("found %d, error %q\n", len(result.WebSearch), result.ErrorCode)
		}
		for _, c := range b.Citations() {
			fmt.Println(b.Text(), c.URL)
		}
	}
	// Output:
	// found 1, error ""
	// In February 2026. https://go.dev/doc/go1.26
}

// The API connects to a server of the Model Context Protocol itself.
func ExampleMCPServer() {
	client, stop := exampleClient(answerOf("end_turn",
		`{"type":"mcp_tool_use","id":"mcptoolu_1","name":"list_issues","server_name":"tracker","input":{"open":true}},`+
			`{"type":"mcp_tool_result","tool_use_id":"mcptoolu_1","is_error":false,"content":[{"type":"text","text":"#7 Fix the roof"}]},`+
			`{"type":"text","text":"One: fix the roof."}`))
	defer stop()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		Betas: []string{api.BetaMCPClient20251120},
		MCPServers: []api.MCPServer{{
			Name: "tracker", URL: "https://mcp.example.com/", AuthorizationToken: "...",
		}},
		Tools: []api.Tool{api.MCPToolset{
			ServerName:    "tracker",
			DefaultConfig: &api.ToolConfig{Enabled: new(false)},
			Configs:       map[string]api.ToolConfig{"list_issues": {Enabled: new(true)}},
		}},
		Messages: []api.MessageParam{api.UserText("What is left to do?")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range message.Content {
		if use, ok := b.ToolUse(); ok {
			fmt.Println(use.ServerName, use.Name, string(use.Input))
		}
		if result, ok := b.ToolResult(); ok {
			fmt.Println(result.Content[0].Text())
		}
	}
	fmt.Println(message.Text())
	// Output:
	// tracker list_issues {"open":true}
	// #7 Fix the roof
	// One: fix the roof.
}

// Instructions in the middle of a conversation leave the cached beginning alone.
func ExampleSystemText() {
	client, stop := exampleClient(answerOf("end_turn", `{"type":"text","text":"Bonjour !"}`))
	defer stop()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		Messages: []api.MessageParam{
			api.UserText("Hello"),
			api.AssistantText("Hi!"),
			api.UserText("Hello again"),
			api.SystemText("From now on, answer in French."),
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.Text())
	// Output: Bonjour !
}

// Compaction on demand: the summary takes the place of what it sums up.
func ExampleCompaction() {
	client, stop := exampleClient(answerOf("compaction",
		`{"type":"compaction","content":"The user is called Ada.","encrypted_content":"...","signature":"..."}`),
		answerOf("end_turn", `{"type":"text","text":"Ada."}`))
	defer stop()

	request := &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 4096,
		Betas:      []string{api.BetaCompact20260904},
		Compaction: &api.Compaction{Instructions: "Keep the names."},
		Messages: []api.MessageParam{
			api.UserText("I am Ada."), api.AssistantText("Hello, Ada."),
		},
	}
	compacted, err := client.CreateMessage(context.Background(), request)
	if err != nil || compacted.StopReason != api.StopCompaction {
		fmt.Println(err)
		return
	}
	if summary, ok := compacted.Content[0].Summary(); ok && summary.Content != nil {
		fmt.Println("summary:", *summary.Content)
	}
	request.Compaction = nil
	request.Messages = []api.MessageParam{compacted.Param(), api.UserText("Who am I?")}
	message, err := client.CreateMessage(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.Text())
	// Output:
	// summary: The user is called Ada.
	// Ada.
}

// Context editing: the server takes old results of tools out of the prompt.
func ExampleContextManagement() {
	client, stop := exampleClient(`{"content":[{"type":"text","text":"Done."}],"stop_reason":"end_turn",` +
		`"context_management":{"applied_edits":[{"type":"clear_tool_uses_20250919","cleared_input_tokens":52000,"cleared_tool_uses":9}]}}`)
	defer stop()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		Betas: []string{api.BetaContextManagement20250627},
		ContextManagement: &api.ContextManagement{Edits: []api.ContextEdit{
			api.ClearThinking{Keep: api.ThinkingTurns(2)},
			api.ClearToolUses{Trigger: api.InputTokens(60_000), Keep: api.ToolUses(3), ExcludeTools: []string{"memory"}},
		}},
		Tools:    []api.Tool{api.BashTool{}, api.MemoryTool{}},
		Messages: []api.MessageParam{api.UserText("Go on.")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, edit := range message.AppliedEdits {
		fmt.Println(edit.ClearedToolUses, "tool uses,", edit.ClearedInputTokens, "tokens")
	}
	// Output: 9 tool uses, 52000 tokens
}

// Where a model declines, the server asks the next one.
func ExampleNewFallbacks() {
	client, stop := exampleClient(answerOf("end_turn",
		`{"type":"fallback","from":{"model":"claude-fable-5-2"},"to":{"model":"claude-opus-5-5"},"trigger":{"type":"refusal","category":"cyber"}},`+
			`{"type":"text","text":"Here is how to patch it."}`))
	defer stop()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-fable-5-2", MaxTokens: 1024,
		Betas: []string{api.BetaServerSideFallback20260701},
		Fallbacks: api.NewFallbacks(
			api.Fallback{Model: "claude-opus-5-5", OutputConfig: &api.OutputConfig{Effort: api.EffortHigh}},
			api.Fallback{Model: "claude-sonnet-5-5", Unset: []string{"thinking"}},
		),
		Messages: []api.MessageParam{api.UserText("How do I patch this hole?")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range message.Content {
		if hop, ok := b.FallbackHop(); ok {
			fmt.Println(hop.From, "declined,", hop.To, "answers:")
		}
	}
	fmt.Println(message.Text())
	// Output:
	// claude-fable-5-2 declined, claude-opus-5-5 answers:
	// Here is how to patch it.
}

// Code execution with a built-in skill; the files it makes can be downloaded.
func ExampleNewContainer() {
	client, stop := exampleClient(`{"content":[{"type":"bash_code_execution_tool_result","tool_use_id":"srvtoolu_1","content":` +
		`{"type":"bash_code_execution_result","stdout":"saved\n","stderr":"","return_code":0,"content":[{"type":"bash_code_execution_output","file_id":"file_9"}]}}],` +
		`"stop_reason":"end_turn","container":{"id":"container_1","expires_at":"2026-11-20T12:00:00Z"}}`)
	defer stop()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 4096,
		Container: api.NewContainer("", api.ContainerSkill{Type: api.SkillAnthropic, SkillID: "xlsx", Version: "latest"}),
		Tools:     []api.Tool{api.CodeExecutionTool{}},
		Messages:  []api.MessageParam{api.UserText("Make a table of the planets.")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range message.Content {
		if result, ok := b.ServerToolResult(); ok && result.Execution != nil {
			fmt.Println(result.Execution.ReturnCode, result.Execution.FileIDs)
		}
	}
	fmt.Println("the next request can go on in", message.Container.ID)
	// Output:
	// 0 [file_9]
	// the next request can go on in container_1
}

// The conversation stays at the server; each request holds what is new.
func ExampleNewThread() {
	client, stop := exampleClient(answerOf("end_turn", `{"type":"text","text":"Hello, Ada."}`),
		answerOf("end_turn", `{"type":"text","text":"Ada."}`))
	defer stop()

	request := &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		Betas:    []string{api.BetaMessageThreads20260812},
		Thread:   api.NewThread(),
		System:   []api.Block{api.NewText("Be brief.")},
		Messages: []api.MessageParam{api.UserText("I am Ada.")},
	}
	first, err := client.CreateMessage(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	request.Thread, request.System = api.ContinueThread(first.ID), nil
	request.Messages = []api.MessageParam{api.UserText("Who am I?")}
	second, err := client.CreateMessage(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(second.Text())
	// Output: Ada.
}

func ExampleEstimateTokens() {
	request := &api.MessageRequest{Messages: []api.MessageParam{api.UserText("How many tokens may this be?")}}
	if n := api.EstimateTokens(request); n > 5 && n < 20 {
		fmt.Println("about ten")
	}
	// Output: about ten
}
