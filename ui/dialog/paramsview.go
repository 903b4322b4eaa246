package dialog

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/session"
	"parlor/ui/action"
)

// labelCells is the column of the rows' names, the cursor before them included.
func labelCells(f frame) int {
	if f.cells() < 44 {
		return 14
	}
	return 16
}

func label(row int) string {
	return [rowCount]string{"Model", "Temperature", "Effort", "Thinking", "Max tokens", "System"}[row]
}

// layout measures the box and draws its lines.
func (s *Params) layout(width, height int) (frame, []string) {
	f := measure(width, height, 72)
	lines := make([]string, 0, rowCount+2)
	for row := range rowCount {
		lines = append(lines, s.line(row, f))
	}
	tail := wrapped(s.remark(), f.cells()-2)
	for len(tail) < 1+f.gap {
		tail = append(tail, "") // the box keeps its size while the remark changes
	}
	room := max(f.rows()-len(lines)-1, 0)
	for _, l := range tail[:min(len(tail), room)] {
		st := s.st.Muted
		if s.wrong != "" {
			st = s.st.Danger
		}
		lines = append(lines, "  "+paint(st, l))
	}
	lines = append(lines, s.foot(f))
	f.height = min(f.height, len(lines)+2)
	return f, lines
}

// foot names the keys of the selected row.
func (s *Params) foot(f frame) string {
	switch {
	case s.typing != nil:
		return s.hints(f.cells(), hint{"enter", "set"}, hint{"esc", "leave as it was"})
	case s.at == rowModel:
		return s.hints(f.cells(), hint{"enter", "choose"}, hint{"↑↓", "rows"}, hint{"esc", "close"})
	case s.at == rowSystem:
		return s.hints(f.cells(), hint{"enter", "edit"}, hint{"↑↓", "rows"}, hint{"esc", "close"})
	case !s.open(s.at):
		return s.hints(f.cells(), hint{"↑↓", "rows"}, hint{"esc", "close"})
	}
	return s.hints(f.cells(), hint{"←→", "change"}, hint{"del", "default"}, hint{"esc", "close"})
}

// remark is the sentence under the rows: what is wrong with what is typed,
// what to do about a greyed row, or the note.
func (s *Params) remark() string {
	if s.wrong != "" {
		return s.wrong
	}
	sup := s.support(s.at)
	if !sup.OK && sup.Instead != "" {
		return sentence(sup.Instead)
	}
	return s.note
}

// sentence makes one of a clause.
func sentence(clause string) string {
	clause = clean(clause)
	if clause == "" {
		return ""
	}
	return strings.ToUpper(clause[:1]) + clause[1:] + "."
}

// line draws a row: name, value, and at the right what the value means.
func (s *Params) line(row int, f frame) string {
	name := "  "
	st := s.st.Muted
	if row == s.at {
		name, st = "▸ ", s.st.Strong
	}
	left := st.Render(fit(name+label(row), labelCells(f)))
	cells := f.cells() - labelCells(f)
	if s.typing != nil && row == s.at {
		text, _ := s.typing.view(cells)
		return left + s.st.Text.Underline(true).Render(text)
	}
	value, about := s.value(row, cells)
	return left + ends(value, s.st.Faint.Render(about), cells)
}

// value draws a row's value and says about it what there is to say.
func (s *Params) value(row, cells int) (value, about string) {
	sup := s.support(row)
	if !s.open(row) {
		return s.closed(row, sup), ""
	}
	if !sup.OK {
		about = clean(sup.Reason)
	}
	switch row {
	case rowModel:
		return s.st.Text.Render(modelName(s.p.Model)), ""
	case rowTemperature:
		if s.p.Temperature == nil {
			return s.st.Muted.Render("the model's own"), defaultIs(sup)
		}
		return s.st.Text.Render(number(*s.p.Temperature)), about
	case rowEffort:
		return s.slider(sup, cells, &about), about
	case rowThinking:
		return s.st.Text.Render(thinking(s.p.Thinking, sup)), about
	case rowMaxTokens:
		return s.maxTokens(sup)
	default:
		return s.system(), ""
	}
}

// closed says why a row is greyed, and that its value is not lost.
func (s *Params) closed(row int, sup session.Support) string {
	text := clean(sup.Reason)
	kept := ""
	switch {
	case row == rowTemperature && s.p.Temperature != nil:
		kept = number(*s.p.Temperature)
	case row == rowEffort:
		kept = clean(s.p.Effort)
	}
	if kept != "" {
		text += "; " + kept + " is kept for others"
	}
	return s.st.Faint.Render(text)
}

func defaultIs(sup session.Support) string {
	if sup.Default == "" {
		return ""
	}
	return "default " + clean(sup.Default)
}

// slider draws the choices in a row with the chosen one in brackets, or only
// the chosen one where there is no room.
func (s *Params) slider(sup session.Support, cells int, about *string) string {
	value := s.p.Effort
	if value == "" {
		value = sup.Default
		*about = "the model's own"
	} else if !slices.Contains(sup.Choices, value) {
		return s.st.Faint.Render(clean(value))
	}
	var b strings.Builder
	for i, choice := range sup.Choices {
		if i > 0 {
			b.WriteString(s.st.Faint.Render("─"))
		}
		switch {
		case choice != value && i == 0:
			b.WriteString(s.st.Muted.Render(clean(choice) + " "))
		case choice != value:
			b.WriteString(s.st.Muted.Render(" " + clean(choice) + " "))
		case s.p.Effort == "":
			b.WriteString(s.st.Text.Render("(" + clean(choice) + ")"))
		default:
			b.WriteString(s.st.Strong.Render("[" + clean(choice) + "]"))
		}
	}
	switch {
	case ansi.StringWidth(b.String()) <= cells:
		return b.String()
	case s.p.Effort == "":
		*about = ""
		return s.st.Muted.Render("the model's own (" + clean(value) + ")")
	}
	return s.st.Text.Render("‹ " + clean(value) + " ›")
}

// thinking says how the model thinks.
func thinking(t session.Thinking, sup session.Support) string {
	switch t.Mode {
	case "":
		if sup.Default != "" {
			return "the model's own (" + clean(sup.Default) + ")"
		}
		return "the model's own"
	case "budget":
		return "up to " + grouped(t.Budget) + " tokens"
	}
	return clean(t.Mode)
}

// maxTokens shows the limit set, or the one that is sent without one.
func (s *Params) maxTokens(sup session.Support) (value, about string) {
	n := s.p.MaxTokens
	if n == 0 {
		n = session.DefaultMaxTokens
	}
	return s.st.Text.Render(grouped(n)), commas(clean(sup.Reason))
}

// system shows the beginning of the system prompt.
func (s *Params) system() string {
	if s.p.System == "" {
		return s.st.Muted.Render("none")
	}
	first, _, _ := strings.Cut(strings.TrimSpace(s.p.System), "\n")
	if len(first) > 200 {
		first = strings.ToValidUTF8(first[:200], "")
	}
	return s.st.Text.Render("“" + clean(first) + "”")
}

// View draws the sheet.
func (s *Params) View(width, height int) string {
	s.seen(width, height)
	f, lines := s.layout(width, height)
	return s.box(f, "This conversation", lines)
}

// Cursor is in the value that is typed.
func (s *Params) Cursor(width, height int) *tea.Cursor {
	if s.typing == nil {
		return nil
	}
	f, _ := s.layout(width, height)
	x, y := f.corner()
	_, at := s.typing.view(f.cells() - labelCells(f))
	return s.caret(f, x+labelCells(f)+at, y+s.at)
}

// click selects the row under the pointer; on the selected row it is Enter.
func (s *Params) click(m tea.Mouse) []action.Action {
	f, _ := s.layout(s.width, s.height)
	_, y := f.corner()
	row := m.Y - y
	if s.typing != nil || row < 0 || row >= rowCount {
		return nil
	}
	if row == s.at {
		return s.accept()
	}
	s.at = row
	return nil
}

// wheel changes the selected row.
func (s *Params) wheel(m tea.Mouse) []action.Action {
	if s.typing != nil {
		return nil
	}
	switch m.Button {
	case tea.MouseWheelUp:
		return s.step(1)
	case tea.MouseWheelDown:
		return s.step(-1)
	}
	return nil
}
