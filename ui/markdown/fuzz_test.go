package markdown

import (
	"strings"
	"testing"

	"parlor/ui/term"
)

// FuzzGrow grows any text in any pieces and compares with a fresh rendering.
func FuzzGrow(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text, uint8(80), uint16(13))
		for part := range strings.SplitSeq(text, "\n\n") {
			f.Add(part, uint8(30), uint16(3))
		}
	}
	st := testStyle()
	f.Fuzz(func(t *testing.T, text string, width uint8, step uint16) {
		text = text[:min(len(text), 4000)]
		text = term.Sanitize(text)
		n := int(step%41) + 1
		grow(t, st, text, int(width%120)+1, func(at int) int { return n + at*int(step)%17 })
	})
}

// FuzzHostile renders text that passed no gate: whatever it holds, lines stay lines.
func FuzzHostile(f *testing.F) {
	f.Add("\x1b]52;c;AA==\a &#27;[2J \u009b31m", uint8(20))
	f.Add("```\x1b[31m\n\x00\t\x9b\n", uint8(9))
	f.Add("| \x1b |\n|---|\n| [a](http://\x1b]0;x\a) |", uint8(40))
	f.Add("[x](http://e.com/\x1b\\) <http://a.b/\x07> \xff\xfe", uint8(40))
	st := testStyle()
	f.Fuzz(func(t *testing.T, text string, width uint8) {
		text = text[:min(len(text), 4000)]
		w := int(width%120) + 1
		d := st.NewDocument(w)
		d.SetText(text)
		d.Render(0, len(d.Units()))
		checkLines(t, d.Units(), w, text)
		d.Code()
	})
}
