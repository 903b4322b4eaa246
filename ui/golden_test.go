package ui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"parlor/api/simulator"
	"parlor/session"
)

const goldenAnswer = `## Lifetimes

In C++ the compiler lets *this* through:

` + "```cpp" + `
const std::string& longest(const std::string& a, const std::string& b) {
  return a.size() > b.size() ? a : b; // dangles
}
` + "```" + `

Rust asks for the **one fact** that is missing:

- ` + "`'a`" + ` names a region, not a duration
- the signature ties the result to both arguments
  1. even here
  2. and here

| type | owns | 幅 |
|------|:----:|---:|
| &str | no | 1 |
| String | yes | 22 |

> How long does the result live? 👩‍💻

See [the book](https://doc.rust-lang.org/book/).`

// TestScreens holds what the screens look like, at three sizes, dark and light.
// Look at the files before accepting a change: go test ./ui -run Screens -update
func TestScreens(t *testing.T) {
	screens := []struct {
		name string
		show func(*driver)
	}{
		{"empty", func(*driver) {}},
		{"answer", func(d *driver) { d.ask() }},
		{"scrolled", func(d *driver) { d.ask(); d.types("pgup"); d.resize(d.m.at.width, d.m.at.height) }},
		{"transcript", func(d *driver) { d.ask(); d.types("tab") }},
		{"params", func(d *driver) { d.ask(); d.types("ctrl+t") }},
		{"palette", func(d *driver) { d.types("ctrl+p", "mod") }},
	}
	for _, size := range [][2]int{{120, 40}, {80, 24}, {40, 12}} {
		for _, ground := range []string{"dark", "light"} {
			for _, s := range screens {
				t.Run(fmt.Sprintf("%s-%dx%d-%s", s.name, size[0], size[1], ground), func(t *testing.T) {
					w := newWorld(t)
					w.conf.Background, w.conf.TitleModel = ground, ""
					w.now = func() time.Time { return time.Date(2026, 11, 20, 10, 42, 0, 0, time.UTC) }
					w.sim.Push(simulator.Script{Thinking: "Let me think.", Text: goldenAnswer})
					d := w.start(Start{})
					d.resize(size[0], size[1])
					s.show(d)
					golden.RequireEqual(t, []byte(d.m.View().Content))
					d.fits(size[0])
				})
			}
		}
	}
}

// ask has one question answered and waits until all of it is drawn.
func (d *driver) ask() {
	d.t.Helper()
	d.types("Explain lifetimes to me as if I knew C++ well.", "enter")
	d.idle()
	d.m.snap.Context = session.Context{Tokens: 180_000, Window: 1_000_000}
	d.until("the window is complete", d.m.transcript.Ready)
	d.send(tea.FocusMsg{})
}
