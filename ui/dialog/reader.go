package dialog

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/action"
	"parlor/ui/styles"
)

// Notice is a text to read.
type Notice struct {
	base
	id, title string
	parts     []part
	copies    string // what the copy key copies
	top       int
	hints     []hint
}

// part is a paragraph of a notice, perhaps with a name before it.
type part struct {
	name, text string
	kind       partKind
}

type partKind int

const (
	partText  partKind = iota
	partBad            // what went wrong
	partFaint          // technical detail
	partGap            // an empty line
)

// NewNotice shows a text; its line breaks are kept, long lines are wrapped.
func NewNotice(title, text string, st *styles.Styles) *Notice {
	return newNotice("notice", title, []part{{text: text}}, text, st)
}

// NewKeyConflicts shows sentences about keys that are bound twice.
func NewKeyConflicts(sentences []string, st *styles.Styles) *Notice {
	text := strings.Join(sentences, "\n\n")
	return newNotice("conflicts", "Key conflicts", []part{{text: text}}, text, st)
}

// NewErrorDetails shows all that is known of a failure, for a person and for a
// bug report.
func NewErrorDetails(f session.Failure, st *styles.Styles) *Notice {
	parts := []part{{text: f.Message, kind: partBad}}
	if f.Hint != "" {
		parts = append(parts, part{text: f.Hint})
	}
	parts = append(parts, part{kind: partGap})
	fact := func(name, value string) {
		if value != "" {
			parts = append(parts, part{name: name, text: value})
		}
	}
	fact("Kind", f.Kind)
	if f.Status != 0 {
		fact("Status", fmt.Sprint(f.Status))
	}
	fact("Request", f.RequestID)
	if !f.RetryAt.IsZero() {
		fact("Try again", f.RetryAt.Format("15:04:05"))
	}
	if f.Detail != "" {
		parts = append(parts, part{kind: partGap}, part{text: f.Detail, kind: partFaint})
	}
	var all strings.Builder
	for _, p := range parts {
		if p.name != "" {
			all.WriteString(p.name + ": ")
		}
		all.WriteString(p.text + "\n")
	}
	return newNotice("error", "What went wrong", parts, all.String(), st)
}

func newNotice(id, title string, parts []part, copies string, st *styles.Styles) *Notice {
	return &Notice{
		base: newBase(st), id: id, title: title, parts: parts, copies: copies,
		hints: []hint{{"esc", "close"}, {"c", "copy"}},
	}
}

// ID names the dialog.
func (n *Notice) ID() string { return n.id }

// nameCells is the column of names in error details.
const nameCells = 11

// lines is the whole text in that many cells.
func (n *Notice) lines(cells int) []string {
	var out []string
	for _, p := range n.parts {
		if p.kind == partGap {
			out = append(out, "")
			continue
		}
		st := n.st.Text
		switch p.kind {
		case partBad:
			st = n.st.Danger
		case partFaint:
			st = n.st.Muted
		}
		indent := 0
		if p.name != "" {
			indent = nameCells
		}
		for i, l := range wrapped(p.text, cells-indent) {
			name := ""
			if i == 0 {
				name = p.name
			}
			if indent > 0 {
				l = n.st.Muted.Render(fit(name, indent)) + paint(st, l)
			} else {
				l = paint(st, l)
			}
			out = append(out, l)
		}
	}
	return out
}

// layout measures the box and cuts the text into lines.
func (n *Notice) layout(width, height int) (f frame, lines []string, body int) {
	f = measure(width, height, 72)
	lines = n.lines(f.cells())
	body = max(f.rows()-1-f.gap, 1)
	if len(lines) < body {
		f.height -= body - len(lines)
		body = len(lines)
	}
	n.top = max(min(n.top, len(lines)-body), 0)
	return f, lines, body
}

// View draws the part of the text in view.
func (n *Notice) View(width, height int) string {
	n.seen(width, height)
	f, lines, body := n.layout(width, height)
	shown := append([]string(nil), lines[n.top:n.top+body]...)
	if f.gap > 0 {
		shown = append(shown, "")
	}
	more := ""
	if len(lines) > body {
		more = n.st.Faint.Render(fmt.Sprintf("%d-%d of %d", n.top+1, n.top+body, len(lines)))
	}
	foot := n.hintsLine(f.cells())
	return n.box(f, n.title, append(shown, ends(foot, more, f.cells())))
}

func (n *Notice) hintsLine(cells int) string { return n.base.hints(cells, n.hints...) }

// Cursor is nil: nothing is typed here.
func (n *Notice) Cursor(int, int) *tea.Cursor { return nil }

// Update scrolls, copies and closes.
func (n *Notice) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	_, lines, body := n.layout(n.width, n.height)
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		switch n.is(msg, vClose, vAccept, vCopy, vUp, vDown, vPageUp, vPageDown, vFirst, vLast) {
		case vClose, vAccept:
			return nil, one(Close, "")
		case vCopy:
			return nil, one(CopyText, n.copies)
		case vUp:
			n.top--
		case vDown:
			n.top++
		case vPageUp:
			n.top -= body
		case vPageDown:
			n.top += body
		case vFirst:
			n.top = 0
		case vLast:
			n.top = len(lines)
		}
	case tea.MouseWheelMsg:
		n.top += map[tea.MouseButton]int{tea.MouseWheelUp: -3, tea.MouseWheelDown: 3}[msg.Mouse().Button]
	}
	n.top = max(min(n.top, len(lines)-body), 0)
	return nil, nil
}
