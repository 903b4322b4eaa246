package api

import "time"

// NewServerToolResult returns the result of a tool at the vendor, for tests and
// imports: a failure if ErrorCode is set, else what fits BlockType.
func NewServerToolResult(r ServerToolResult) Block {
	w := beginTyped(r.BlockType, "")
	w.str("tool_use_id", r.ToolUseID)
	w.raw("content", r.content())
	if r.Caller != nil {
		w.raw("caller", r.Caller.raw())
	}
	return w.block(r.BlockType)
}

func (r ServerToolResult) content() []byte {
	if r.ErrorCode != "" {
		w := beginTyped(r.errorType(), "")
		w.str("error_code", r.ErrorCode)
		w.str("error_message", r.ErrorMessage)
		return w.end()
	}
	if r.BlockType == BlockWebSearchToolResult {
		pages := make([]Block, 0, len(r.WebSearch))
		for _, page := range r.WebSearch {
			pages = append(pages, page.block())
		}
		return appendBlocks(nil, pages)
	}
	w := beginTyped(r.contentType(), "")
	switch {
	case r.BlockType == BlockToolSearchToolResult:
		tools := make([]Block, 0, len(r.Tools))
		for _, name := range r.Tools {
			tools = append(tools, NewToolReference(name))
		}
		w.raw("tool_references", appendBlocks(nil, tools))
	case r.WebFetch != nil:
		w.str("url", r.WebFetch.URL)
		if at := r.WebFetch.RetrievedAt; !at.IsZero() {
			w.str("retrieved_at", at.Format(time.RFC3339Nano))
		}
		w.raw("content", r.WebFetch.Document.Raw)
	case r.Execution != nil:
		r.Execution.write(w, r.BlockType)
	case r.Edit != nil:
		r.Edit.write(w)
	case r.Advice != nil:
		w.str("text", r.Advice.Text)
		w.str("encrypted_content", r.Advice.EncryptedContent)
		w.str("stop_reason", r.Advice.StopReason)
	}
	return w.end()
}

func (r WebSearchResult) block() Block {
	w := beginTyped("web_search_result", "")
	w.str("url", r.URL)
	w.str("title", r.Title)
	w.str("encrypted_content", r.EncryptedContent)
	w.str("page_age", r.PageAge)
	return w.block("web_search_result")
}

func (e *ExecutionResult) write(w *objectWriter, blockType string) {
	output := "code_execution_output"
	if blockType == BlockBashCodeExecutionToolResult {
		output = "bash_code_execution_output"
	}
	files := make([]Block, 0, len(e.FileIDs))
	for _, id := range e.FileIDs {
		files = append(files, newBlock(output, "file_id", id))
	}
	if e.EncryptedStdout != "" {
		w.str("encrypted_stdout", e.EncryptedStdout)
	} else {
		w.text("stdout", e.Stdout)
	}
	w.text("stderr", e.Stderr)
	w.int("return_code", int64(e.ReturnCode))
	w.raw("content", appendBlocks(nil, files))
}

func (e *EditResult) write(w *objectWriter) {
	switch e.Type {
	case EditCreate:
		w.bool("is_file_update", e.IsFileUpdate)
	case EditStrReplace:
		w.strings("lines", e.Lines)
		w.int("old_start", int64(e.OldStart))
		w.int("old_lines", int64(e.OldLines))
		w.int("new_start", int64(e.NewStart))
		w.int("new_lines", int64(e.NewLines))
	default:
		w.str("file_type", e.FileType)
		w.text("content", e.Content)
		w.int("num_lines", int64(e.NumLines))
		w.int("start_line", int64(e.StartLine))
		w.int("total_lines", int64(e.TotalLines))
	}
}
