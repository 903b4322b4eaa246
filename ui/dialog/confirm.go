package dialog

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/ui/action"
	"parlor/ui/styles"
)

// Question is what a Confirm asks.
type Question struct {
	Title  string
	Text   string // what happens, and whether it can be undone
	Yes    string // label of the button that does it; "" is "Yes"
	No     string // label of the other; "" is "No"
	Danger bool   // something is lost: No is selected first
	Action action.Action
}

// Confirm asks before something is done.
type Confirm struct {
	base
	q   Question
	yes bool // the selected button
}

// NewConfirm asks a question.
func NewConfirm(q Question, st *styles.Styles) *Confirm {
	if q.Yes == "" {
		q.Yes = "Yes"
	}
	if q.No == "" {
		q.No = "No"
	}
	return &Confirm{base: newBase(st), q: q, yes: !q.Danger}
}

// ID names the dialog.
func (c *Confirm) ID() string { return "confirm" }

// layout measures the box; at is the row of the buttons.
func (c *Confirm) layout(width, height int) (f frame, lines []string, at int) {
	f = measure(width, height, 60)
	for _, l := range wrapped(c.q.Text, f.cells()) {
		lines = append(lines, c.st.Text.Render(l))
	}
	if room := f.rows() - 2 - 2*f.gap; len(lines) > room {
		lines = lines[:max(room, 0)] // the buttons must be seen
	}
	gap := make([]string, f.gap)
	lines = append(lines, gap...)
	at = len(lines)
	lines = append(lines, c.button(c.q.Yes, c.yes)+"  "+c.button(c.q.No, !c.yes))
	lines = append(lines, gap...)
	lines = append(lines, c.hints(f.cells(), hint{"enter", "choose"}, hint{"←→", "the other"}, hint{"esc", "close"}))
	f.height = min(f.height, len(lines)+2)
	return f, lines, at
}

// button draws a label; brackets tell the selected one without colour.
func (c *Confirm) button(label string, selected bool) string {
	if !selected {
		return c.st.Muted.Render("  " + clean(label) + "  ")
	}
	return c.st.Selection.Render("[ " + clean(label) + " ]")
}

// View draws the question and its two buttons.
func (c *Confirm) View(width, height int) string {
	c.seen(width, height)
	f, lines, _ := c.layout(width, height)
	return c.box(f, c.q.Title, lines)
}

// Cursor is nil: nothing is typed here.
func (c *Confirm) Cursor(int, int) *tea.Cursor { return nil }

// Update selects and takes a button. Yes closes and returns the action.
func (c *Confirm) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		switch c.is(msg, vClose, vAccept, vYes, vNo, vLess, vMore, vSwitch) {
		case vClose, vNo:
			return nil, one(Close, "")
		case vYes:
			return nil, c.answer(true)
		case vAccept:
			return nil, c.answer(c.yes)
		case vLess:
			c.yes = true
		case vMore:
			c.yes = false
		case vSwitch:
			c.yes = !c.yes
		}
	case tea.MouseClickMsg:
		return nil, c.click(msg.Mouse())
	}
	return nil, nil
}

func (c *Confirm) answer(yes bool) []action.Action {
	acts := one(Close, "")
	if yes {
		acts = append(acts, c.q.Action)
	}
	return acts
}

// click takes the button under the pointer.
func (c *Confirm) click(m tea.Mouse) []action.Action {
	f, _, at := c.layout(c.width, c.height)
	x, y := f.corner()
	if m.Y != y+at {
		return nil
	}
	edge := x + ansi.StringWidth(clean(c.q.Yes)) + 4
	switch {
	case m.X >= x && m.X < edge:
		return c.answer(true)
	case m.X >= edge+2 && m.X < edge+6+ansi.StringWidth(clean(c.q.No)):
		return c.answer(false)
	}
	return nil
}
