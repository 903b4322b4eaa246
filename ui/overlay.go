package ui

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/ui/dialog"
)

// box is where the open dialog stands.
type box struct{ x, y, width, height int }

// dialogBox measures the open dialog.
func (m *Model) dialogBox() box {
	b, _ := m.dialogLines()
	return b
}

// dialogLines draws the open dialog and finds its place: in the middle, a
// little above it on tall screens.
func (m *Model) dialogLines() (box, []string) {
	lines := strings.Split(m.dialogs.View(m.at.width, m.at.height), "\n")
	b := box{height: len(lines)}
	for _, l := range lines {
		b.width = max(b.width, lipgloss.Width(l))
	}
	b.x = max((m.at.width-b.width)/2, 0)
	b.y = max((m.at.height-b.height)/2, 0)
	return b, lines
}

// overlay dims the screen and lays the dialog over it.
func (m *Model) overlay(rows []string) []string {
	b, lines := m.dialogLines()
	all := make([]string, m.at.height)
	for i := range all {
		if i < len(rows) {
			all[i] = m.behind(rows[i])
		}
		if j := i - b.y; j >= 0 && j < len(lines) {
			all[i] = over(all[i], b, lines[j])
		}
	}
	m.cursor = nil
	if c := m.dialogs.Cursor(m.at.width, m.at.height); c != nil {
		c.X += b.x
		c.Y += b.y
		m.cursor = c
	}
	return all
}

// behind is a row as it looks behind a dialog: dimmed, but for the theme picker,
// which has to show what it offers.
func (m *Model) behind(row string) string {
	if _, picking := m.dialogs.Top().(*dialog.ThemePicker); picking {
		return row
	}
	if plain := strings.TrimRight(ansi.Strip(row), " "); plain != "" {
		return m.st.Backdrop.Render(plain)
	}
	return ""
}

// over lays one row of the dialog over a row of the screen.
func over(under string, b box, line string) string {
	left := ansi.Truncate(under, b.x, "")
	left += strings.Repeat(" ", max(b.x-lipgloss.Width(left), 0))
	gap := strings.Repeat(" ", max(b.width-lipgloss.Width(line), 0))
	return left + line + gap + ansi.TruncateLeft(under, b.x+b.width, "")
}
