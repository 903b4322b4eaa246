package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
	"parlor/ui/styles"
)

// Prompt is what a TextPrompt asks for.
type Prompt struct {
	Title  string
	Text   string    // what the field holds at first
	Hint   string    // a sentence over the field
	Masked bool      // for secrets: dots are shown
	Does   string    // what Enter does, for the foot of the box; "" is "go on"
	Action action.ID // returned with the text as Arg
	Value  any       // returned with it
	Empty  bool      // an empty text is an answer too
	// Check, where set, returns a sentence that says what is wrong with a text,
	// or "". It must answer from memory.
	Check func(string) string
}

// TextPrompt asks for one line of text.
type TextPrompt struct {
	base
	ask   Prompt
	field field
	wrong string
}

// NewTextPrompt asks for what p says.
func NewTextPrompt(p Prompt, st *styles.Styles) *TextPrompt {
	if p.Does == "" {
		p.Does = "go on"
	}
	t := &TextPrompt{base: newBase(st), ask: p, field: field{masked: p.Masked}}
	t.field.insert(p.Text)
	return t
}

// ID names the dialog.
func (t *TextPrompt) ID() string { return "prompt" }

// SetProblem shows a sentence about the text that was taken, such as why the
// server refused a key. The text stays.
func (t *TextPrompt) SetProblem(sentence string) { t.wrong = sentence }

// layout measures the box; field is the row of the field.
func (t *TextPrompt) layout(width, height int) (f frame, lines []string, at int) {
	f = measure(width, height, 64)
	about := wrapped(t.ask.Hint, f.cells())
	for _, l := range about[:min(len(about), max(f.rows()-2, 0))] { // the field must be seen
		lines = append(lines, t.st.Muted.Render(l))
	}
	if len(lines) > 0 && f.gap > 0 {
		lines = append(lines, "")
	}
	at = len(lines)
	text, _ := t.field.view(f.cells() - 2)
	lines = append(lines, t.st.Prompt.Render("›")+" "+t.st.Text.Render(text))
	for _, l := range wrapped(t.wrong, f.cells()) {
		lines = append(lines, t.st.Danger.Render(l))
	}
	if f.gap > 0 {
		lines = append(lines, "")
	}
	lines = append(lines, t.hints(f.cells(), hint{"enter", t.ask.Does}, hint{"ctrl+u", "clear"}, hint{"esc", "close"}))
	f.height = min(f.height, len(lines)+2)
	return f, lines, at
}

// View draws the field.
func (t *TextPrompt) View(width, height int) string {
	t.seen(width, height)
	f, lines, _ := t.layout(width, height)
	return t.box(f, t.ask.Title, lines)
}

// Cursor is in the field.
func (t *TextPrompt) Cursor(width, height int) *tea.Cursor {
	f, _, at := t.layout(width, height)
	_, x := t.field.view(f.cells() - 2)
	left, top := f.corner()
	return t.caret(f, left+2+x, top+at)
}

// Update edits the field; Enter returns the action asked for.
func (t *TextPrompt) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		t.field.insert(msg.Content)
		t.wrong = ""
	case tea.KeyPressMsg:
		switch t.is(msg, vClose, vAccept) {
		case vClose:
			return nil, one(Close, "")
		case vAccept:
			return nil, t.accept()
		}
		if _, changed := t.field.key(msg); changed {
			t.wrong = ""
		}
	}
	return nil, nil
}

// accept checks the text and returns it.
func (t *TextPrompt) accept() []action.Action {
	text := strings.TrimSpace(t.field.text)
	if t.ask.Check != nil {
		t.wrong = t.ask.Check(text)
	}
	if t.wrong != "" || text == "" && !t.ask.Empty {
		return nil
	}
	return []action.Action{{ID: t.ask.Action, Arg: text, Value: t.ask.Value}}
}
