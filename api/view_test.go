package api_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"parlor/api"
)

// viewed is what a typed view makes of b, and the block made from it again.
func viewed(t *testing.T, b api.Block) (view any, again api.Block) {
	t.Helper()
	if v, ok := b.Image(); ok {
		return v, api.NewImage(v)
	}
	if v, ok := b.Document(); ok {
		return v, api.NewDocument(v)
	}
	if v, ok := b.SearchResult(); ok {
		return v, api.NewSearchResult(v)
	}
	if v, ok := b.ServerToolResult(); ok {
		return v, api.NewServerToolResult(v)
	}
	if v, ok := b.MCPToolListing(); ok {
		return v, api.NewMCPToolListing(v)
	}
	if v, ok := b.BrowserState(); ok {
		return v, api.NewBrowserState(v)
	}
	if v, ok := b.Summary(); ok {
		return v, api.NewSummary(v)
	}
	if v, ok := b.FallbackHop(); ok {
		return v, api.NewFallbackHop(v)
	}
	t.Fatalf("no view of %s", b.Raw)
	return nil, api.Block{}
}

func serverResult(kind string, set func(*api.ServerToolResult)) api.ServerToolResult {
	r := api.ServerToolResult{BlockType: kind, ToolUseID: "s1"}
	set(&r)
	return r
}

func TestViewsReadWhatConstructorsWrite(t *testing.T) {
	plainText := api.NewText("a<b")
	at := time.Date(2026, 1, 2, 3, 4, 5, 600_000_000, time.UTC)
	summary := "S"
	cases := map[string]any{
		`{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQI="},"transformations":{"oversized_image":"error"}}`: api.Image{
			Source: api.Base64Source("image/png", []byte{1, 2}), OversizedImage: api.OversizedError,
		},
		`{"type":"document","source":{"type":"content","content":[{"type":"text","text":"a<b"}]},"title":"T","context":"C","citations":{"enabled":true}}`: api.Document{
			Source: api.ContentSource(plainText), Title: "T", Context: "C", Citations: true,
		},
		`{"type":"document","source":{"type":"content","content":"x"}}`:                    api.Document{Source: api.Source{Type: "content", Data: "x"}},
		`{"type":"document","source":{"type":"text","media_type":"text/plain","data":""}}`: api.Document{Source: api.TextSource("")},
		`{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"a<b"}],"citations":{"enabled":true}}`: api.SearchResult{
			Source: "s", Title: "t", Content: []api.Block{plainText}, Citations: true,
		},
		`{"type":"web_search_tool_result","tool_use_id":"s1","content":[{"type":"web_search_result","url":"u","title":"t","encrypted_content":"e","page_age":"1 day"}],"caller":{"type":"code_execution_20260120","tool_id":"s0"}}`: serverResult(
			api.BlockWebSearchToolResult, func(r *api.ServerToolResult) {
				r.WebSearch = []api.WebSearchResult{{URL: "u", Title: "t", EncryptedContent: "e", PageAge: "1 day"}}
				r.Caller = &api.Caller{Type: api.CallerCodeExecution20260120, ToolID: "s0"}
			}),
		`{"type":"web_search_tool_result","tool_use_id":"s1","content":[]}`: serverResult(
			api.BlockWebSearchToolResult, func(r *api.ServerToolResult) { r.WebSearch = nil }),
		`{"type":"web_search_tool_result","tool_use_id":"s1","content":{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}}`: serverResult(
			api.BlockWebSearchToolResult, func(r *api.ServerToolResult) { r.ErrorCode = api.ToolErrorMaxUses }),
		`{"type":"web_fetch_tool_result","tool_use_id":"s1","content":{"type":"web_fetch_result","url":"u","retrieved_at":"2026-01-02T03:04:05.6Z","content":{"type":"text","text":"a<b"}}}`: serverResult(
			api.BlockWebFetchToolResult, func(r *api.ServerToolResult) {
				r.WebFetch = &api.WebFetchResult{URL: "u", RetrievedAt: at, Document: plainText}
			}),
		`{"type":"code_execution_tool_result","tool_use_id":"s1","content":{"type":"code_execution_result","stdout":"o","stderr":"e","return_code":-1,"content":[{"type":"code_execution_output","file_id":"f"}]}}`: serverResult(
			api.BlockCodeExecutionToolResult, func(r *api.ServerToolResult) {
				r.Execution = &api.ExecutionResult{Stdout: "o", Stderr: "e", ReturnCode: -1, FileIDs: []string{"f"}}
			}),
		`{"type":"code_execution_tool_result","tool_use_id":"s1","content":{"type":"encrypted_code_execution_result","encrypted_stdout":"x","stderr":"","return_code":0,"content":[]}}`: serverResult(
			api.BlockCodeExecutionToolResult, func(r *api.ServerToolResult) {
				r.Execution = &api.ExecutionResult{EncryptedStdout: "x"}
			}),
		`{"type":"bash_code_execution_tool_result","tool_use_id":"s1","content":{"type":"bash_code_execution_result","stdout":"o","stderr":"","return_code":0,"content":[{"type":"bash_code_execution_output","file_id":"f"}]}}`: serverResult(
			api.BlockBashCodeExecutionToolResult, func(r *api.ServerToolResult) {
				r.Execution = &api.ExecutionResult{Stdout: "o", FileIDs: []string{"f"}}
			}),
		`{"type":"text_editor_code_execution_tool_result","tool_use_id":"s1","content":{"type":"text_editor_code_execution_create_result","is_file_update":true}}`: serverResult(
			api.BlockTextEditorCodeExecutionToolResult, func(r *api.ServerToolResult) {
				r.Edit = &api.EditResult{Type: api.EditCreate, IsFileUpdate: true}
			}),
		`{"type":"text_editor_code_execution_tool_result","tool_use_id":"s1","content":{"type":"text_editor_code_execution_str_replace_result","lines":["-a","+b"],"old_start":1,"old_lines":1,"new_start":2,"new_lines":3}}`: serverResult(
			api.BlockTextEditorCodeExecutionToolResult, func(r *api.ServerToolResult) {
				r.Edit = &api.EditResult{Type: api.EditStrReplace, Lines: []string{"-a", "+b"}, OldStart: 1, OldLines: 1, NewStart: 2, NewLines: 3}
			}),
		`{"type":"text_editor_code_execution_tool_result","tool_use_id":"s1","content":{"type":"text_editor_code_execution_tool_result_error","error_code":"file_not_found","error_message":"m"}}`: serverResult(
			api.BlockTextEditorCodeExecutionToolResult, func(r *api.ServerToolResult) {
				r.ErrorCode, r.ErrorMessage = api.ToolErrorFileNotFound, "m"
			}),
		`{"type":"tool_search_tool_result","tool_use_id":"s1","content":{"type":"tool_search_tool_search_result","tool_references":[{"type":"tool_reference","tool_name":"g"}]}}`: serverResult(
			api.BlockToolSearchToolResult, func(r *api.ServerToolResult) { r.Tools = []string{"g"} }),
		`{"type":"advisor_tool_result","tool_use_id":"s1","content":{"type":"advisor_result","text":"t","stop_reason":"end_turn"}}`: serverResult(
			api.BlockAdvisorToolResult, func(r *api.ServerToolResult) { r.Advice = &api.Advice{Text: "t", StopReason: "end_turn"} }),
		`{"type":"advisor_tool_result","tool_use_id":"s1","content":{"type":"advisor_redacted_result","encrypted_content":"x","stop_reason":"max_tokens"}}`: serverResult(
			api.BlockAdvisorToolResult, func(r *api.ServerToolResult) {
				r.Advice = &api.Advice{EncryptedContent: "x", StopReason: "max_tokens"}
			}),
		`{"type":"mcp_tool_listing","mcp_server_name":"s","tools":[{"name":"a","description":"d","input_schema":{"z":1.0,"a":2}},{"name":"b","input_schema":{}}]}`: api.MCPToolListing{
			ServerName: "s", Tools: []api.MCPTool{
				{Name: "a", Description: "d", InputSchema: json.RawMessage(`{"z":1.0,"a":2}`)}, {Name: "b", InputSchema: json.RawMessage(`{}`)},
			},
		},
		`{"type":"browser_state","tabs":[{"tab_id":"1","title":"","url":"u","active":true}],"state_changes":[{"type":"tab_opened","tab_id":"1"},{"type":"download_completed","download_id":"d","url":"u","path":"/p","size_bytes":9},{"type":"download_failed","download_id":"e","url":"v","error":"x"}]}`: api.BrowserState{
			Tabs: []api.BrowserTab{{ID: "1", URL: "u", Active: true}}, Changes: []api.BrowserChange{
				{Type: api.BrowserTabOpened, TabID: "1"},
				{Type: api.BrowserDownloadCompleted, DownloadID: "d", URL: "u", Path: "/p", SizeBytes: 9},
				{Type: api.BrowserDownloadFailed, DownloadID: "e", URL: "v", Error: "x"},
			},
		},
		`{"type":"compaction","content":"S","encrypted_content":"x","signature":"g","tool_changes":[{"type":"tool_removal","tool":{"type":"tool_reference","name":"f"}}]}`: api.Summary{
			Content: &summary, EncryptedContent: "x", Signature: "g",
			ToolChanges: []api.ToolChange{{Removed: true, Tool: api.ChangedTool{Name: "f"}}},
		},
		`{"type":"compaction","content":null}`: api.Summary{},
		`{"type":"fallback","from":{"model":"a"},"to":{"model":"b"},"trigger":{"type":"refusal","category":null}}`: api.FallbackHop{
			From: "a", To: "b", Trigger: "refusal",
		},
		`{"type":"fallback","from":{"model":"a"},"to":{"model":"b"},"trigger":{"type":"refusal","category":"cyber"}}`: api.FallbackHop{
			From: "a", To: "b", Trigger: "refusal", Category: api.RefusalCyber,
		},
	}
	for raw, want := range cases {
		view, again := viewed(t, block(t, raw))
		if !reflect.DeepEqual(view, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", raw, view, want)
		}
		if string(again.Raw) != raw || again.Type != block(t, raw).Type {
			t.Errorf("made again:\n got %s\nwant %s", again.Raw, raw)
		}
	}
}

func TestViewsOfCallsAndResults(t *testing.T) {
	use, _ := api.NewMCPToolUse("m1", "f", "s", json.RawMessage(`{"a":1.0}`)).ToolUse()
	if use.ServerName != "s" || string(use.Input) != `{"a":1.0}` {
		t.Errorf("got %+v", use)
	}
	member, _ := api.NewToolUse("t1", "zoom", nil).WithToolset("computer").WithCaller(api.Caller{Type: api.CallerDirect}).ToolUse()
	if member.ToolsetName != "computer" || member.Caller.Type != api.CallerDirect {
		t.Errorf("got %+v", member)
	}
	result, ok := block(t, `{"type":"mcp_tool_result","tool_use_id":"m1","is_error":true,"content":"no"}`).ToolResult()
	if !ok || result.ToolUseID != "m1" || !result.IsError || result.Content[0].Text() != "no" {
		t.Errorf("a string is a text block: %+v", result)
	}
	made, _ := api.NewMCPToolResult("m1", false, api.NewText("a"), api.NewText("b")).ToolResult()
	if len(made.Content) != 2 || made.IsError {
		t.Errorf("got %+v", made)
	}
	if set, _ := api.NewToolResult("t1", false).WithToolset("browser").ToolResult(); set.ToolsetName != "browser" || set.Content != nil {
		t.Errorf("got %+v", set)
	}
	if name := api.NewToolReference("g").ToolReference(); name != "g" {
		t.Error(name)
	}
	if data := api.NewRedactedThinking("x").RedactedThinking(); data != "x" {
		t.Error(data)
	}
	for want, b := range map[string]api.Block{
		"f1": api.NewContainerUpload("f1"), "f2": api.NewImage(api.Image{Source: api.FileSource("f2")}), "": api.NewText("f3"),
	} {
		if got := b.FileID(); got != want {
			t.Errorf("%s: file %q", b.Raw, got)
		}
	}
	if data, err := api.Base64Source("image/png", []byte("ab")).Bytes(); err != nil || string(data) != "ab" {
		t.Errorf("%q, %v", data, err)
	}
	added, _ := api.NewToolDefinition(api.CustomTool{Name: "f"}).ToolChange()
	if raw, err := added.Definition.MarshalJSON(); err != nil || string(raw) != `{"type":"custom","name":"f","input_schema":{"type":"object"}}` {
		t.Errorf("%s, %v", raw, err)
	}
}

// TestViewsAreTolerant asks every view about blocks that are almost, or not at
// all, of its type.
func TestViewsAreTolerant(t *testing.T) {
	kinds := []string{
		api.BlockText, api.BlockImage, api.BlockDocument, api.BlockSearchResult, api.BlockThinking, api.BlockRedactedThinking,
		api.BlockToolUse, api.BlockToolResult, api.BlockToolReference, api.BlockContainerUpload, api.BlockBrowserState,
		api.BlockServerToolUse, api.BlockWebSearchToolResult, api.BlockWebFetchToolResult, api.BlockCodeExecutionToolResult,
		api.BlockBashCodeExecutionToolResult, api.BlockTextEditorCodeExecutionToolResult, api.BlockToolSearchToolResult,
		api.BlockMCPToolUse, api.BlockMCPToolResult, api.BlockMCPToolListing, api.BlockAdvisorToolResult, api.BlockCompaction,
		api.BlockFallback, api.BlockToolAddition, api.BlockToolRemoval, "hologram",
	}
	rests := []string{
		``, `,"content":null,"source":null,"tool":7,"tabs":{},"from":[],"tool_changes":[null,7],"citations":9`,
		`,"content":[7,null,{"type":7},"x"],"source":{"type":"content","content":[1]},"tools":[null],"tabs":[null,[]]`,
		`,"content":{"type":null,"content":"x","tool_references":[null],"lines":[1],"return_code":"9","error_code":null}`,
	}
	for _, kind := range kinds {
		for _, rest := range rests {
			b := block(t, `{"type":"`+kind+`"`+rest+`}`)
			views := 0
			for _, ok := range []bool{
				second(b.Image()), second(b.Document()), second(b.SearchResult()), second(b.ToolUse()), second(b.ToolResult()),
				second(b.ServerToolResult()), second(b.MCPToolListing()), second(b.BrowserState()), second(b.Summary()),
				second(b.FallbackHop()), second(b.ToolChange()),
			} {
				if ok {
					views++
				}
			}
			if views > 1 {
				t.Errorf("%s is several things at once", b.Raw)
			}
			b.Citations()
			b.FileID()
			b.ToolReference()
			for _, echo := range api.EchoBlocks([]api.Block{b}) {
				if !json.Valid(echo.Raw) {
					t.Errorf("echo of %s: %s", b.Raw, echo.Raw)
				}
			}
		}
	}
}

func second[T any](_ T, ok bool) bool { return ok }

func TestCitations(t *testing.T) {
	cases := map[string]api.Citation{
		`{"type":"char_location","cited_text":"x","document_index":1,"document_title":"t","file_id":"f","start_char_index":2,"end_char_index":3}`: {
			Type: api.CitationCharLocation, CitedText: "x", DocumentIndex: 1, DocumentTitle: "t", FileID: "f", Start: 2, End: 3,
		},
		`{"type":"page_location","cited_text":"x","document_index":0,"start_page_number":1,"end_page_number":2}`: {
			Type: api.CitationPageLocation, CitedText: "x", Start: 1, End: 2,
		},
		`{"type":"content_block_location","cited_text":"x","document_index":0,"start_block_index":0,"end_block_index":1}`: {
			Type: api.CitationContentBlockLocation, CitedText: "x", End: 1,
		},
		`{"type":"search_result_location","cited_text":"x","search_result_index":4,"source":"s","title":"t","start_block_index":0,"end_block_index":1}`: {
			Type: api.CitationSearchResultLocation, CitedText: "x", SearchResultIndex: 4, Source: "s", Title: "t", End: 1,
		},
		`{"type":"web_search_result_location","cited_text":"x","url":"u","title":"t","encrypted_index":"e"}`: {
			Type: api.CitationWebSearchResultLocation, CitedText: "x", URL: "u", Title: "t", EncryptedIndex: "e",
		},
	}
	for raw, want := range cases {
		made := api.NewCitedText("a", want)
		if string(made.Raw) != `{"type":"text","text":"a","citations":[`+raw+`]}` {
			t.Errorf("got %s\nwant %s", made.Raw, raw)
		}
		got := block(t, `{"type":"text","text":"a","citations":[`+raw+`]}`).Citations()
		want.Raw = json.RawMessage(raw)
		if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
	}
	odd := block(t, `{"type":"text","text":"a","citations":[{"type":"orbit","start_block_index":-4,"later":1.0}]}`).Citations()
	if again := api.NewCitedText("a", odd...); string(again.Raw) != `{"type":"text","text":"a","citations":[{"type":"orbit","start_block_index":-4,"later":1.0}]}` {
		t.Errorf("what came goes out as it came: %s", again.Raw)
	}
}
