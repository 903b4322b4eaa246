package dialog

import (
	"fmt"
	"testing"

	"parlor/session"
)

// BenchmarkBrowserKey filters 4,000 conversations by a letter, takes it back,
// and draws after each.
func BenchmarkBrowserKey(b *testing.B) {
	var all []session.Summary
	for i := range 4000 {
		all = append(all, session.Summary{ID: fmt.Sprint(i), Title: fmt.Sprintf("A conversation about subject %d", i), Model: "claude-opus-5-5"})
	}
	d := NewBrowser(all, false, today(), look(true))
	x, back := keyOf("7"), keyOf("backspace")
	b.ReportAllocs()
	for b.Loop() {
		d.Update(x)
		_ = d.View(120, 40)
		d.Update(back)
		_ = d.View(120, 40)
	}
}
