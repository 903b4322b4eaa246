package api_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parlor/api"
)

// assistantTurn puts blocks between two messages of the user.
func assistantTurn(blocks ...api.Block) func(*api.MessageRequest) {
	return func(r *api.MessageRequest) {
		r.Messages = append(r.Messages, api.MessageParam{Role: api.RoleAssistant, Content: blocks}, api.UserText("hi"))
	}
}

func userContent(blocks ...api.Block) func(*api.MessageRequest) {
	return func(r *api.MessageRequest) { r.Messages[0] = api.UserMessage(blocks...) }
}

// calledAndAnswered is a call of the tool f and its result.
func calledAndAnswered(call, result api.Block) func(*api.MessageRequest) {
	return func(r *api.MessageRequest) {
		r.Messages = append(r.Messages,
			api.MessageParam{Role: api.RoleAssistant, Content: []api.Block{call}}, api.UserMessage(result))
	}
}

// TestTypedRequestsAreTheRecordedOnes writes what an official client was given
// with the types of this package.
func TestTypedRequestsAreTheRecordedOnes(t *testing.T) {
	text := api.NewDocument(api.Document{Source: api.TextSource("abc")})
	cases := map[string]func(*api.MessageRequest){
		"beta-minimal":         func(*api.MessageRequest) {},
		"create-system-string": func(r *api.MessageRequest) { r.System = []api.Block{api.NewText("Be brief.")} },
		"beta-mcp": func(r *api.MessageRequest) {
			r.MCPServers = []api.MCPServer{{
				Name: "s", URL: "https://e.x/mcp", AuthorizationToken: "t",
				ToolConfiguration: &api.MCPToolConfiguration{Enabled: new(true), AllowedTools: []string{"a"}},
			}}
			r.Tools = []api.Tool{api.MCPToolset{
				ServerName: "s", DefaultConfig: &api.ToolConfig{Enabled: new(true), DeferLoading: new(false)},
				Configs: map[string]api.ToolConfig{"a": {Enabled: new(false)}},
			}}
		},
		"beta-output-format": func(r *api.MessageRequest) {
			r.OutputFormat, r.Speed = api.JSONSchemaFormat(json.RawMessage(`{"type":"object"}`)), api.SpeedFast
		},
		"block-code-execution-round-trip": assistantTurn(
			api.NewServerToolUse("srvtoolu_01", api.ToolNameBashCodeExecution, json.RawMessage(`{"command":"ls"}`)),
			api.NewServerToolResult(api.ServerToolResult{
				BlockType: api.BlockBashCodeExecutionToolResult, ToolUseID: "srvtoolu_01",
				Execution: &api.ExecutionResult{Stdout: "a", FileIDs: []string{"file_01"}},
			}),
			api.NewServerToolResult(api.ServerToolResult{
				BlockType: api.BlockTextEditorCodeExecutionToolResult, ToolUseID: "srvtoolu_02",
				Edit: &api.EditResult{Type: api.EditView, FileType: "text", Content: "x", NumLines: 1, StartLine: 1, TotalLines: 1},
			}),
			api.NewServerToolResult(api.ServerToolResult{
				BlockType: api.BlockCodeExecutionToolResult, ToolUseID: "srvtoolu_03", Execution: &api.ExecutionResult{},
			}),
			api.NewServerToolResult(api.ServerToolResult{
				BlockType: api.BlockToolSearchToolResult, ToolUseID: "srvtoolu_04", Tools: []string{"g"},
			}),
		),
		"block-document-base64": userContent(api.NewDocument(api.Document{
			Source: api.Base64Source("application/pdf", []byte("%PDF-")), Title: "T", Context: "C", Citations: true,
		}).WithCacheControl(&api.CacheControl{})),
		"block-document-content-string": userContent(api.NewDocument(api.Document{
			Source: api.Source{Type: api.SourceContent, Data: "abc"},
		})),
		"block-document-text": userContent(text),
		"block-document-url-file": userContent(
			api.NewDocument(api.Document{Source: api.URLSource("https://example.com/a.pdf")}),
			api.NewDocument(api.Document{Source: api.FileSource("file_01")}),
		),
		"block-image-file": userContent(api.NewImage(api.Image{Source: api.FileSource("file_01")})),
		"block-image-url":  userContent(api.NewImage(api.Image{Source: api.URLSource("https://example.com/a.png?x=1&y=2")})),
		"block-server-tool-errors": assistantTurn(
			api.NewServerToolResult(api.ServerToolResult{
				BlockType: api.BlockWebSearchToolResult, ToolUseID: "srvtoolu_01", ErrorCode: api.ToolErrorUnavailable,
			}),
			api.NewServerToolResult(api.ServerToolResult{
				BlockType: api.BlockWebFetchToolResult, ToolUseID: "srvtoolu_02", ErrorCode: api.ToolErrorURLNotAccessible,
			}),
		),
		"block-server-tools-round-trip": assistantTurn(
			api.NewServerToolUse("srvtoolu_01", api.ToolNameWebSearch, json.RawMessage(`{"query":"x"}`)),
			api.NewServerToolResult(api.ServerToolResult{
				BlockType: api.BlockWebSearchToolResult, ToolUseID: "srvtoolu_01",
				WebSearch: []api.WebSearchResult{{URL: "https://e.x", Title: "T", PageAge: "1 day", EncryptedContent: "ZW5j"}},
			}),
			api.NewServerToolUse("srvtoolu_02", api.ToolNameWebFetch, json.RawMessage(`{"url":"https://e.x"}`)),
			api.NewServerToolResult(api.ServerToolResult{
				BlockType: api.BlockWebFetchToolResult, ToolUseID: "srvtoolu_02", WebFetch: &api.WebFetchResult{
					URL: "https://e.x", RetrievedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Document: text,
				},
			}),
		),
		"block-text-cache-citations": userContent(api.NewCitedText("<a> & \"b\" \u2028 é 😀", api.Citation{
			Type: api.CitationCharLocation, CitedText: "x", DocumentTitle: "t", Start: 0, End: 1,
		}).WithCacheControl(&api.CacheControl{})),
		"block-tool-result-document-reference": calledAndAnswered(
			api.NewToolUse("toolu_01", "f", nil).WithCaller(api.Caller{Type: api.CallerDirect}),
			api.NewToolResult("toolu_01", false, text,
				api.NewSearchResult(api.SearchResult{Source: "s", Title: "t", Content: []api.Block{api.NewText("x")}}),
				api.NewToolReference("g")),
		),
		"block-tool-result-string-error": calledAndAnswered(
			api.NewToolUse("toolu_01", "f", nil), api.NewToolResult("toolu_01", true, api.NewText("boom"))),
		"create-container-string": func(r *api.MessageRequest) { r.Container = api.ContainerID("cntr_01") },
		"create-metadata-tier-geo": func(r *api.MessageRequest) {
			r.Metadata, r.ServiceTier, r.InferenceGeo = &api.Metadata{UserID: "u1"}, api.ServiceTierAuto, "us"
		},
		"create-output-format": func(r *api.MessageRequest) {
			r.OutputConfig = &api.OutputConfig{Effort: api.EffortLow, Format: api.JSONSchemaFormat(json.RawMessage(
				`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`))}
		},
		"create-thinking-adaptive": func(r *api.MessageRequest) {
			r.Thinking = &api.Thinking{Type: api.ThinkingAdaptive, Display: api.DisplaySummarized}
			r.OutputConfig = &api.OutputConfig{Effort: api.EffortHigh}
		},
		"create-thinking-between-tools": func(r *api.MessageRequest) { r.Thinking = &api.Thinking{Type: api.ThinkingBetweenTools} },
		"tools-client": func(r *api.MessageRequest) {
			r.Tools = []api.Tool{
				api.BashTool{},
				api.TextEditorTool{MaxCharacters: 100},
				api.TextEditorTool{Type: api.TextEditor20250124},
				api.MemoryTool{},
			}
			r.ToolChoice = &api.ToolChoice{Type: api.ToolChoiceAny}
		},
		"tools-custom-all-fields": func(r *api.MessageRequest) {
			r.Tools = []api.Tool{api.CustomTool{
				Name: "get_weather", Description: "d", InputSchema: json.RawMessage(`{"type":"object",` +
					`"properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false,"$defs":{"x":{"type":"string"}}}`),
				Strict: new(true), EagerInputStreaming: new(true), DeferLoading: true,
				AllowedCallers: []string{api.CallerDirect, api.CallerCodeExecution20260120},
				InputExamples:  []json.RawMessage{json.RawMessage(`{"city":"Paris"}`)}, CacheControl: &api.CacheControl{},
			}}
			r.ToolChoice = api.NamedTool("get_weather")
			r.ToolChoice.DisableParallelToolUse = new(true)
		},
		"tools-server": func(r *api.MessageRequest) {
			r.Tools = []api.Tool{
				api.WebSearchTool{
					Type: api.WebSearch20250305, MaxUses: 3, AllowedDomains: []string{"e.x"},
					UserLocation: &api.UserLocation{City: "P", Country: "FR", Region: "R", Timezone: "Europe/Paris"},
				},
				api.WebFetchTool{Type: api.WebFetch20250910, Citations: true, MaxContentTokens: 100},
				api.CodeExecutionTool{Type: api.CodeExecution20250825},
				api.ToolSearchTool{Type: api.ToolSearchBM25_20251119},
				api.ToolSearchTool{},
			}
			r.ToolChoice = &api.ToolChoice{Type: api.ToolChoiceAuto, DisableParallelToolUse: new(false)}
		},
		"tools-server-newer": func(r *api.MessageRequest) {
			r.Tools = []api.Tool{
				api.WebSearchTool{Type: api.WebSearch20260209},
				api.WebFetchTool{Type: api.WebFetch20260209},
				api.WebSearchTool{},
				api.WebFetchTool{},
				api.CodeExecutionTool{Type: api.CodeExecution20260120},
				api.CodeExecutionTool{},
				api.ComputerToolset{},
				api.BrowserToolset{},
			}
			r.ToolChoice = &api.ToolChoice{Type: api.ToolChoiceNone}
		},
	}
	for name, build := range cases {
		for _, version := range []string{api.Version2023, api.Version2026} {
			t.Run(version+"/"+name, func(t *testing.T) {
				request := hello()
				build(request)
				body, err := request.MarshalJSON()
				if err != nil {
					t.Fatal(err)
				}
				sameJSON(t, "body", body, recordedBody(t, version, name))
			})
		}
	}
}

// recordedBody is the body an official client sent.
func recordedBody(t *testing.T, version, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "wire-cases", version, "requests", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var c wireCase
	if err := json.Unmarshal(raw, &c); err != nil || len(c.Requests) == 0 {
		t.Fatal("no request in the recording", err)
	}
	return c.Requests[0].Body
}
