package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/ui/term"
)

// View returns the frame that Update put together. It computes nothing, so the
// same state gives the same bytes.
func (m *Model) View() tea.View {
	v := tea.NewView(m.frame)
	v.AltScreen = true
	v.Cursor = m.cursor
	v.WindowTitle = m.windowTitle()
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if m.st.Paint {
		v.BackgroundColor = m.st.Background
	}
	return v
}

// windowTitle is the conversation's title, for the terminal's tab.
func (m *Model) windowTitle() string {
	if m.snap.Title == "" {
		return "parlor"
	}
	return term.Sanitize(m.snap.Title) + " · parlor"
}

// compose puts the visible rows together: title, transcript, rule, composer,
// status, and a dialog over them.
func (m *Model) compose() {
	rows := make([]string, 0, m.at.height)
	if m.at.title > 0 {
		rows = append(rows, m.titleLine())
	}
	rows = append(rows, m.body()...)
	if m.at.rule > 0 {
		rows = append(rows, m.ruleLine())
	}
	m.layNote(rows)
	pad := strings.Repeat(" ", m.at.composerX)
	for _, line := range strings.Split(m.composer.View(), "\n") {
		rows = append(rows, pad+line)
	}
	if m.at.status > 0 {
		rows = append(rows, m.lastLine())
	}
	if len(rows) > m.at.height {
		rows = rows[:m.at.height]
	}
	anchorLast(rows)
	m.cursor = m.composerCursor()
	if m.dialogs.Len() > 0 {
		rows = m.overlay(rows)
	}
	m.frame = strings.Join(rows, "\n")
}

// anchorLast begins the last row with a space that is not blank. When the screen grows,
// the renderer looks only at the columns it had before to find out which rows at the end
// are empty, and never draws those that are empty there: all of them, where the old screen
// was narrower than the new margin.
func anchorLast(rows []string) {
	if len(rows) == 0 {
		return
	}
	last := &rows[len(rows)-1]
	if rest, ok := strings.CutPrefix(*last, " "); ok {
		*last = "\u00a0" + rest
	}
}

// body is the transcript, or the empty screen's few words.
func (m *Model) body() []string {
	if m.transcript.Empty() {
		return m.blank()
	}
	rows := m.transcript.Draw()
	if pill := m.pill(); pill != "" && len(rows) > 0 {
		rows = append([]string(nil), rows...)
		rows[len(rows)-1] = m.withPill(rows[len(rows)-1], pill)
	}
	return rows
}

// blank is what an empty conversation shows: where to begin, dim, in the
// middle.
func (m *Model) blank() []string {
	rows := make([]string, m.at.transcript.Height)
	lines := []string{"parlor", "", "Type and press Enter.", "/ commands   ctrl+o conversations   f1 help"}
	if m.opts.Simulated {
		lines = append(lines, "", "Answers here are simulated; no key is needed, nothing leaves this machine.")
	}
	lines = strings.Split(ansi.Wrap(strings.Join(lines, "\n"), max(m.at.width-2, 1), ""), "\n")
	if len(rows) < len(lines)+1 || m.openError != "" {
		return rows
	}
	top := (len(rows) - len(lines)) / 3
	for i, l := range lines {
		st := m.st.Faint
		if i == 0 {
			st = m.st.Heading
		}
		rows[top+i] = strings.Repeat(" ", max((m.at.width-lipgloss.Width(l))/2, 0)) + st.Render(l)
	}
	return rows
}

// titleLine is the first row: the conversation's title, and the time and model
// of nothing in particular stay out of it.
func (m *Model) titleLine() string {
	pad := strings.Repeat(" ", m.at.transcript.Margin)
	title := term.Sanitize(m.snap.Title)
	if title == "" {
		return pad
	}
	return pad + m.st.Muted.Render(ansi.Truncate(title, m.at.width-2*m.at.transcript.Margin, "…"))
}

// ruleLine separates transcript and composer.
func (m *Model) ruleLine() string {
	side := max(m.at.composerX-1, 0)
	return strings.Repeat(" ", side) + m.st.Rule.Render(strings.Repeat("▁", max(m.at.width-2*side, 0)))
}

// lastLine is the status line; on screens with no rule the note takes its
// place.
func (m *Model) lastLine() string {
	if m.note.text == "" || m.at.rule > 0 {
		return m.statusLine()
	}
	return m.noteLines(1)[0]
}

// maxNoteRows is how far a long note may reach up into the transcript.
const maxNoteRows = 3

// layNote puts the note where the rule is, and what does not fit on that row
// over the last rows of the transcript. Nothing else moves for it.
func (m *Model) layNote(rows []string) {
	if m.note.text == "" || m.at.rule == 0 {
		return
	}
	lines := m.noteLines(min(maxNoteRows, len(rows)))
	copy(rows[len(rows)-len(lines):], lines)
}

// noteLines wraps the note into at most n rows.
func (m *Model) noteLines(n int) []string {
	st := m.st.Muted
	if m.note.level != "info" {
		st = m.st.Warning
	}
	width := max(m.at.width-2*m.at.composerX, 1)
	lines := strings.Split(ansi.Wrap(strings.ReplaceAll(m.note.text, "\n", " "), width, ""), "\n")
	if len(lines) > n {
		lines[n-1] = ansi.Truncate(lines[n-1], width-1, "") + "…"
		lines = lines[:n]
	}
	pad := strings.Repeat(" ", m.at.composerX)
	for i, l := range lines {
		lines[i] = pad + st.Render(l)
	}
	return lines
}

// pill tells how much is below the window, "" while it follows.
func (m *Model) pill() string {
	n := m.transcript.Below()
	if !m.transcript.Pinned() || n <= 0 {
		return ""
	}
	unit := "lines"
	if n == 1 {
		unit = "line"
	}
	return m.st.Pill.Render(fmt.Sprintf(" ↓ %d %s ", n, unit))
}

// withPill lays the pill over the right end of a row.
func (m *Model) withPill(row, pill string) string {
	at := m.pillX(pill)
	row = ansi.Truncate(row, at, "")
	return row + strings.Repeat(" ", max(at-lipgloss.Width(row), 0)) + pill
}

func (m *Model) pillX(pill string) int {
	right := m.at.transcript.Margin
	return max(m.at.width-right-lipgloss.Width(pill), 0)
}

// onPill reports whether a click in transcript coordinates hits the pill.
func (m *Model) onPill(x, y int) bool {
	pill := m.pill()
	return pill != "" && y == m.at.transcript.Height-1 && x >= m.pillX(pill)
}

// composerCursor is the hardware cursor in screen coordinates; input methods
// and screen readers follow it.
func (m *Model) composerCursor() *tea.Cursor {
	c := m.composer.Cursor()
	if c == nil || m.transcript.Focused() {
		return nil
	}
	c.X += m.at.composerX
	c.Y += m.at.composerY
	c.Color = m.st.Cursor
	return c
}
