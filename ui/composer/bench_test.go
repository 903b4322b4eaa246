package composer

import (
	"strings"
	"testing"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/themes"
	"parlor/ui/styles"
)

// benchText is 200 lines of prose, some of them wrapped, some not ASCII.
func benchText() string {
	return strings.Repeat("A line of ordinary prose that a person might write, long enough to be wrapped once at eighty.\nund eine kürzere mit Umlauten, 漢字 and 👍\n", 100)
}

// BenchmarkKeyToView types and erases a character in the middle of a long text
// and draws after each, as the program does.
func BenchmarkKeyToView(b *testing.B) {
	c := New(Options{EnterSends: true})
	c.SetStyles(styles.New(themes.Default(), true, styles.Options{}))
	c.SetSize(100, 13)
	c.SetValue(session.Outgoing{Text: benchText()})
	for range 100 {
		c.Update(tea.KeyPressMsg{Code: tea.KeyUp})
	}
	x, back := tea.KeyPressMsg{Code: 'x', Text: "x"}, tea.KeyPressMsg{Code: tea.KeyBackspace}
	b.ReportAllocs()
	for b.Loop() {
		c.Update(x)
		_, _, _ = c.Height(), c.View(), c.Cursor()
		c.Update(back)
		_, _, _ = c.Height(), c.View(), c.Cursor()
	}
}

// BenchmarkTextarea does the same with Bubbles' textarea, for the record.
func BenchmarkTextarea(b *testing.B) {
	m := textarea.New()
	m.SetVirtualCursor(false)
	m.MaxContentHeight = 10_000
	m.MaxHeight = 13
	m.DynamicHeight = true
	m.SetWidth(100)
	m.Focus()
	m.SetValue(benchText())
	for range 100 {
		m, _ = m.Update(tea.KeyPressMsg{Code: tea.KeyUp})
	}
	x, back := tea.KeyPressMsg{Code: 'x', Text: "x"}, tea.KeyPressMsg{Code: tea.KeyBackspace}
	b.ReportAllocs()
	for b.Loop() {
		m, _ = m.Update(x)
		_, _ = m.View(), m.Cursor()
		m, _ = m.Update(back)
		_, _ = m.View(), m.Cursor()
	}
}

// BenchmarkPaste takes a paste of 10 MB and draws it.
func BenchmarkPaste(b *testing.B) {
	text := strings.Repeat("0123456789abcde\n", 10<<20/16)
	c := New(Options{EnterSends: true})
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		c.Update(tea.PasteMsg{Content: text})
		_ = c.View()
		c.SetValue(session.Outgoing{})
	}
}
