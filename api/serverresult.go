package api

import (
	"encoding/json"
	"strings"
	"time"
)

// ServerToolResult is the typed view of what a tool at the vendor gave: of
// web_search_tool_result, web_fetch_tool_result, code_execution_tool_result,
// bash_code_execution_tool_result, text_editor_code_execution_tool_result,
// tool_search_tool_result and advisor_tool_result blocks.
type ServerToolResult struct {
	BlockType string // BlockWebSearchToolResult and so on
	ToolUseID string
	Caller    *Caller // nil if not told
	// ErrorCode is ToolErrorInvalidInput or another of its kind, "" when the tool
	// succeeded. ErrorMessage says more, if anything.
	ErrorCode, ErrorMessage string

	// What it gave when it succeeded; the others are nil.
	WebSearch []WebSearchResult // web search; nil if it found nothing
	WebFetch  *WebFetchResult   // web fetch
	Execution *ExecutionResult  // code execution and bash
	Edit      *EditResult       // text editor
	Tools     []string          // tool search: names; nil if it found none
	Advice    *Advice           // advisor
}

// Codes of failures of server tools. There may be others.
const (
	ToolErrorInvalidInput         = "invalid_tool_input"
	ToolErrorUnavailable          = "unavailable"
	ToolErrorTooManyRequests      = "too_many_requests"
	ToolErrorMaxUses              = "max_uses_exceeded"
	ToolErrorExecutionTime        = "execution_time_exceeded"
	ToolErrorQueryTooLong         = "query_too_long"    // of web search
	ToolErrorRequestTooLarge      = "request_too_large" // of web search
	ToolErrorURLTooLong           = "url_too_long"      // of web fetch, down to the next
	ToolErrorURLNotAllowed        = "url_not_allowed"
	ToolErrorURLNotInPriorContext = "url_not_in_prior_context"
	ToolErrorURLNotAccessible     = "url_not_accessible"
	ToolErrorUnsupportedContent   = "unsupported_content_type"
	ToolErrorContentTooLarge      = "content_too_large"
	ToolErrorOutputFileTooLarge   = "output_file_too_large" // of bash
	ToolErrorFileNotFound         = "file_not_found"        // of the text editor
	ToolErrorPromptTooLong        = "prompt_too_long"       // of the advisor, down to the end
	ToolErrorOverloaded           = "overloaded"
	ToolErrorModelNotFound        = "model_not_found"
)

// WebSearchResult is a page that a web search found.
type WebSearchResult struct {
	URL, Title       string
	PageAge          string // for example "3 days ago", or ""
	EncryptedContent string // what the model read; goes back as it came
}

// WebFetchResult is a page or a PDF that was fetched.
type WebFetchResult struct {
	URL         string
	RetrievedAt time.Time // zero if not told
	Document    Block     // a document block
}

// ExecutionResult is what a program did.
type ExecutionResult struct {
	Stdout, Stderr  string
	EncryptedStdout string // in place of Stdout, when only the program's caller may read it
	ReturnCode      int
	FileIDs         []string // of the files it made, see Client.DownloadFile
}

// Values of EditResult.Type.
const (
	EditView       = "view"
	EditCreate     = "create"
	EditStrReplace = "str_replace"
)

// EditResult is what the text editor of a code execution did. Which fields are
// set follows from Type.
type EditResult struct {
	Type string // EditView, EditCreate or EditStrReplace
	// A view: Content of a file of FileType "text", "image" or "pdf", with the
	// number of lines shown, the first of them (from 1) and how many there are.
	FileType, Content               string
	NumLines, StartLine, TotalLines int
	// A create.
	IsFileUpdate bool // the file was there before
	// A replacement, as in a diff.
	Lines              []string
	OldStart, OldLines int
	NewStart, NewLines int
}

// Advice is what an AdvisorTool gave.
type Advice struct {
	Text             string
	EncryptedContent string // in place of Text, when only the model may read it
	StopReason       string // of the advisor's answer; "" if not told
}

// errorType is the type of a failure in such a block, and contentType that of a
// success.
func (r ServerToolResult) errorType() string { return r.BlockType + "_error" }

func (r ServerToolResult) contentType() string {
	kind := strings.TrimSuffix(r.BlockType, "_tool_result")
	switch {
	case r.Execution != nil && r.Execution.EncryptedStdout != "":
		return "encrypted_code_execution_result"
	case r.Edit != nil:
		return kind + "_" + r.Edit.Type + "_result"
	case r.Advice != nil && r.Advice.EncryptedContent != "":
		return "advisor_redacted_result"
	case r.BlockType == BlockToolSearchToolResult:
		return "tool_search_tool_search_result"
	}
	return kind + "_result"
}

// ServerToolResult returns the result in b; ok is false when b is none.
func (b Block) ServerToolResult() (result ServerToolResult, ok bool) {
	switch b.Type {
	case BlockWebSearchToolResult, BlockWebFetchToolResult, BlockCodeExecutionToolResult,
		BlockBashCodeExecutionToolResult, BlockTextEditorCodeExecutionToolResult,
		BlockToolSearchToolResult, BlockAdvisorToolResult:
	default:
		return ServerToolResult{}, false
	}
	o := parseObject(b.Raw)
	result = ServerToolResult{
		BlockType: b.Type, ToolUseID: o.str("tool_use_id"), Caller: decodeCaller(o.obj("caller")),
	}
	content := o.obj("content")
	if content.str("type") == result.errorType() || content.has("error_code") {
		result.ErrorCode, result.ErrorMessage = content.str("error_code"), content.str("error_message")
		if result.ErrorCode == "" {
			result.ErrorCode = ToolErrorUnavailable
		}
		return result, true
	}
	switch b.Type {
	case BlockWebSearchToolResult:
		result.WebSearch = each(o.list("content"), decodeWebSearch)
	case BlockWebFetchToolResult:
		document, _ := ParseBlock(content["content"])
		result.WebFetch = &WebFetchResult{content.str("url"), content.time("retrieved_at"), document}
	case BlockCodeExecutionToolResult, BlockBashCodeExecutionToolResult:
		result.Execution = decodeExecution(content)
	case BlockTextEditorCodeExecutionToolResult:
		result.Edit = decodeEdit(content)
	case BlockToolSearchToolResult:
		result.Tools = each(content.list("tool_references"), func(raw json.RawMessage) string {
			return parseObject(raw).str("tool_name")
		})
	case BlockAdvisorToolResult:
		result.Advice = &Advice{
			content.str("text"), content.str("encrypted_content"), content.str("stop_reason"),
		}
	}
	return result, true
}

func decodeWebSearch(raw json.RawMessage) WebSearchResult {
	o := parseObject(raw)
	return WebSearchResult{
		URL: o.str("url"), Title: o.str("title"), PageAge: o.str("page_age"),
		EncryptedContent: o.str("encrypted_content"),
	}
}

func decodeExecution(o object) *ExecutionResult {
	code, _ := o.int("return_code")
	e := &ExecutionResult{
		Stdout: o.str("stdout"), Stderr: o.str("stderr"), EncryptedStdout: o.str("encrypted_stdout"),
		ReturnCode: int(code),
	}
	for _, raw := range o.list("content") {
		if id := parseObject(raw).str("file_id"); id != "" {
			e.FileIDs = append(e.FileIDs, id)
		}
	}
	return e
}

func decodeEdit(o object) *EditResult {
	kind := strings.TrimPrefix(o.str("type"), "text_editor_code_execution_")
	return &EditResult{
		Type:     strings.TrimSuffix(kind, "_result"),
		FileType: o.str("file_type"), Content: o.str("content"),
		NumLines: o.count("num_lines"), StartLine: o.count("start_line"), TotalLines: o.count("total_lines"),
		IsFileUpdate: o.bool("is_file_update"),
		OldStart:     o.count("old_start"), OldLines: o.count("old_lines"),
		NewStart: o.count("new_start"), NewLines: o.count("new_lines"),
		Lines: o.strings("lines"),
	}
}
