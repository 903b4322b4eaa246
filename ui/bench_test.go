package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"parlor/api/simulator"
)

// BenchmarkKey is what a typed character costs the loop, from Update to the
// finished frame, under a long answer.
func BenchmarkKey(b *testing.B) {
	w := newWorld(b)
	w.sim.Push(simulator.Script{Text: strings.Repeat("A paragraph of `words` and **more words** in it.\n\n```go\nfunc f() {}\n```\n\n", 200)})
	d := w.start(Start{})
	d.types("long", "enter")
	d.idle()
	d.resize(120, 40)
	key := tea.KeyPressMsg{Code: 'x', Text: "x"}
	erase := tea.KeyPressMsg{Code: tea.KeyBackspace}
	b.ReportAllocs()
	for b.Loop() {
		d.m.Update(key)
		_ = d.m.View()
		d.m.Update(erase)
		_ = d.m.View()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(2*b.N), "us/key")
}
