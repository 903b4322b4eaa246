package bench_test

import (
	"fmt"
	"strings"
	"testing"
)

// A window that is dragged about while an answer arrives loses nothing of it.
func TestAResizeStormKeepsTheAnswerAndTheProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	term, gate := story(t, w)
	resize := func(width, height int) {
		if err := term.Resize(width, height); err != nil {
			t.Fatal(err)
		}
	}
	for _, size := range [][2]int{{80, 24}, {1, 1}, {500, 200}, {3, 80}, {200, 2}, {40, 12}, {20, 5}, {2, 3}, {120, 40}, {100, 30}} {
		resize(size[0], size[1])
	}
	release(t, gate, 1)
	expect(t, term, "Once upon a time. The end.", "tok", "┃ tell me a story", "sonnet-4-6  ctx")
	resize(40, 12)
	expect(t, term, "The end.")
	quit(t, term)
	orderly(t, term)
}

// A pane that is zoomed to a wide window shows every row at once, however narrow it was.
func TestAZoomedPaneIsDrawnWhole(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 3}, {20, 5}, {40, 12}, {80, 24}} {
		t.Run(fmt.Sprintf("from %dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			term, _ := story(t, w)
			if err := term.Resize(size[0], size[1]); err != nil {
				t.Fatal(err)
			}
			send(t, term, "z") // the composer is on the screen, whatever its size
			if err := term.Await(patience, func(screen string) bool { return strings.Contains(screen, "z") }); err != nil {
				t.Fatal(err)
			}
			if err := term.Resize(240, 40); err != nil {
				t.Fatal(err)
			}
			expect(t, term, "┃ tell me a story", "▏ Once upon a time.", "▁▁▁", "›", "sonnet-4-6  ", "esc stops")
		})
	}
}
