package api

import (
	"cmp"
	"encoding/json"
)

// Names of the vendor's tools, as ToolUse.Name has them. Those of server tools
// come in server_tool_use blocks.
const (
	ToolNameBash                    = "bash"
	ToolNameTextEditor              = "str_replace_based_edit_tool"
	ToolNameTextEditorOld           = "str_replace_editor"
	ToolNameMemory                  = "memory"
	ToolNameComputer                = "computer"
	ToolNameWebSearch               = "web_search"
	ToolNameWebFetch                = "web_fetch"
	ToolNameCodeExecution           = "code_execution"
	ToolNameBashCodeExecution       = "bash_code_execution"
	ToolNameTextEditorCodeExecution = "text_editor_code_execution"
	ToolNameToolSearchRegex         = "tool_search_tool_regex"
	ToolNameToolSearchBM25          = "tool_search_tool_bm25"
	ToolNameAdvisor                 = "advisor"
)

// Types of BashTool. The older one needs beta computer-use-2024-10-22.
const (
	Bash20250124 = "bash_20250124"
	Bash20241022 = "bash_20241022"
)

// BashTool lets the model ask for shell commands, which the caller runs. Its
// calls hold a BashInput.
type BashTool struct {
	Type          string // "" means Bash20250124
	InputExamples []json.RawMessage
	ToolOptions
}

// BashInput is what a call of BashTool holds; see ToolUse.Into.
type BashInput struct {
	Command string `json:"command"`
	Restart bool   `json:"restart"` // start the shell anew instead
}

// MarshalJSON implements Tool.
func (t BashTool) MarshalJSON() ([]byte, error) {
	w := beginTyped(cmp.Or(t.Type, Bash20250124), ToolNameBash)
	w.examples(t.InputExamples)
	return t.end(w)
}

func (BashTool) isTool() {}

// Types of TextEditorTool. The two oldest are called ToolNameTextEditorOld and
// know the command undo_edit; TextEditor20241022 needs beta
// computer-use-2024-10-22.
const (
	TextEditor20250728 = "text_editor_20250728"
	TextEditor20250429 = "text_editor_20250429"
	TextEditor20250124 = "text_editor_20250124"
	TextEditor20241022 = "text_editor_20241022"
)

// TextEditorTool lets the model ask for views and edits of text files, which
// the caller carries out. Its calls hold an EditorInput.
type TextEditorTool struct {
	Type string // "" means TextEditor20250728
	// MaxCharacters cuts what a view shows; 0 is no limit. Only
	// TextEditor20250728 has it.
	MaxCharacters int
	InputExamples []json.RawMessage
	ToolOptions
}

// EditorInput is what a call of TextEditorTool or MemoryTool holds; see
// ToolUse.Into. Which fields are set follows from Command: view, create,
// str_replace, insert, undo_edit, or for the memory delete and rename.
type EditorInput struct {
	Command    string `json:"command"`
	Path       string `json:"path"`
	ViewRange  []int  `json:"view_range"` // first and last line, from 1; -1 is the end
	FileText   string `json:"file_text"`
	OldStr     string `json:"old_str"`
	NewStr     string `json:"new_str"`
	InsertLine int    `json:"insert_line"` // the line after which to insert; 0 is the beginning
	InsertText string `json:"insert_text"`
	OldPath    string `json:"old_path"`
	NewPath    string `json:"new_path"`
}

// MarshalJSON implements Tool.
func (t TextEditorTool) MarshalJSON() ([]byte, error) {
	kind, name := cmp.Or(t.Type, TextEditor20250728), ToolNameTextEditor
	if kind == TextEditor20250124 || kind == TextEditor20241022 {
		name = ToolNameTextEditorOld
	}
	w := beginTyped(kind, name)
	w.count("max_characters", t.MaxCharacters)
	w.examples(t.InputExamples)
	return t.end(w)
}

func (TextEditorTool) isTool() {}

// Memory20250818 is the type of MemoryTool.
const Memory20250818 = "memory_20250818"

// MemoryTool lets the model keep files below /memories between conversations.
// The caller keeps them; package memory does that in a folder. Its calls hold
// an EditorInput.
type MemoryTool struct {
	Type          string // "" means Memory20250818
	InputExamples []json.RawMessage
	ToolOptions
}

// MarshalJSON implements Tool.
func (t MemoryTool) MarshalJSON() ([]byte, error) {
	w := beginTyped(cmp.Or(t.Type, Memory20250818), ToolNameMemory)
	w.examples(t.InputExamples)
	return t.end(w)
}

func (MemoryTool) isTool() {}

// Types of ComputerTool, each with the beta of its date: BetaComputerUse20251124
// and so on.
const (
	Computer20251124 = "computer_20251124"
	Computer20250124 = "computer_20250124"
	Computer20241022 = "computer_20241022"
)

// ComputerTool lets the model see a screen and use mouse and keyboard, which
// the caller controls. The newest models refuse it; they take ComputerToolset.
type ComputerTool struct {
	Type string // "" means Computer20251124
	// DisplayWidth and DisplayHeight are the size of the screen in pixels.
	DisplayWidth, DisplayHeight int
	DisplayNumber               *int // of an X11 display
	EnableZoom                  bool // allows the action zoom; since Computer20251124
	InputExamples               []json.RawMessage
	ToolOptions
}

// MarshalJSON implements Tool.
func (t ComputerTool) MarshalJSON() ([]byte, error) {
	w := beginTyped(cmp.Or(t.Type, Computer20251124), ToolNameComputer)
	w.int("display_width_px", int64(t.DisplayWidth))
	w.int("display_height_px", int64(t.DisplayHeight))
	w.optInt("display_number", t.DisplayNumber)
	w.flag("enable_zoom", t.EnableZoom)
	w.examples(t.InputExamples)
	return t.end(w)
}

func (ComputerTool) isTool() {}

// Types of ComputerToolset and BrowserToolset.
const (
	ComputerToolset20260801 = "computer_toolset_20260801"
	BrowserToolset20260801  = "browser_toolset_20260801"
)

// ComputerToolset lets the model use a computer by one tool for each action.
// Calls carry the name of the action and ToolUse.ToolsetName: key, hold_key,
// type, cursor_position, mouse_move, left_mouse_down, left_mouse_up,
// left_click, left_click_drag, right_click, middle_click, double_click,
// triple_click, scroll, wait, screenshot, zoom.
type ComputerToolset struct {
	Type         string                // "" means ComputerToolset20260801
	Configs      map[string]ToolConfig // by action
	CacheControl *CacheControl
}

// MarshalJSON implements Tool.
func (t ComputerToolset) MarshalJSON() ([]byte, error) {
	return toolset(cmp.Or(t.Type, ComputerToolset20260801), t.Configs, t.CacheControl)
}

func (ComputerToolset) isTool() {}

// BrowserToolset lets the model use a browser by one tool for each action.
// Calls carry the name of the action and ToolUse.ToolsetName: navigate,
// list_tabs, new_tab, switch_tab, close_tab, read_page, get_page_text,
// read_console, read_network, find, form_input, file_upload, scroll_to,
// screenshot, zoom, left_click, right_click, middle_click, double_click,
// triple_click, hover, left_click_drag, left_mouse_down, left_mouse_up,
// mouse_move, scroll, type, key, hold_key, wait, javascript_exec. Results may
// hold a NewBrowserState block.
type BrowserToolset struct {
	Type         string                // "" means BrowserToolset20260801
	Configs      map[string]ToolConfig // by action
	CacheControl *CacheControl
}

// MarshalJSON implements Tool.
func (t BrowserToolset) MarshalJSON() ([]byte, error) {
	return toolset(cmp.Or(t.Type, BrowserToolset20260801), t.Configs, t.CacheControl)
}

func (BrowserToolset) isTool() {}

func toolset(kind string, configs map[string]ToolConfig, c *CacheControl) ([]byte, error) {
	w := beginTyped(kind, "")
	if len(configs) > 0 {
		w.value("configs", configs)
	}
	w.value("cache_control", c)
	return w.done()
}
