package bench_test

import "testing"

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
	for _, size := range [][2]int{{80, 24}, {500, 200}, {200, 2}, {40, 12}, {20, 5}, {3, 80}, {120, 40}, {100, 30}} {
		resize(size[0], size[1])
	}
	release(t, gate, 1)
	expect(t, term, "Once upon a time. The end.", "tok", "┃ tell me a story", "sonnet-4-6  ctx")
	resize(40, 12)
	expect(t, term, "The end.")
	quit(t, term)
	orderly(t, term)
}
