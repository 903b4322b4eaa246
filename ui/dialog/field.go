package dialog

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/ui/term"
)

// fieldBytes is the most a field holds: titles, keys, addresses.
const fieldBytes = 4096

// field is one line of text being typed. Bubbles' textinput is not used: it
// steps by runes, and its hardware cursor is off wherever a character is not
// one cell wide or the text scrolls.
type field struct {
	text   string
	at     int  // byte offset of the caret, on the edge of a grapheme
	masked bool // shown as dots
}

// set replaces the text and puts the caret at its end.
func (f *field) set(s string) { f.text, f.at = s, len(s) }

// edges are the byte offsets between graphemes, both ends included.
func (f *field) edges() []int {
	edges := []int{0}
	for i := 0; i < len(f.text); {
		g, _ := ansi.FirstGraphemeCluster(f.text[i:], ansi.GraphemeWidth)
		i += max(len(g), 1)
		edges = append(edges, i)
	}
	return edges
}

// near is the last edge before the caret, or the first one after it.
func (f *field) near(step int) int {
	edges := f.edges()
	for i, e := range edges {
		switch {
		case step > 0 && e > f.at:
			return e
		case step < 0 && (e >= f.at || i == len(edges)-1):
			return edges[max(i-1, 0)]
		}
	}
	return f.at
}

// word is the start of the word before the caret, or the end of the one after it.
func (f *field) word(step int) int {
	g := *f
	letter := func() bool {
		i := g.at
		if step < 0 {
			i = g.near(-1)
		}
		return i < len(g.text) && g.text[i] != ' '
	}
	for !letter() && g.at != g.near(step) {
		g.at = g.near(step)
	}
	for letter() && g.at != g.near(step) {
		g.at = g.near(step)
	}
	return g.at
}

// insert puts text at the caret, as one line and without control characters.
func (f *field) insert(s string) {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.TrimRight(s, "\r\n"))
	if len(f.text)+len(s) > fieldBytes {
		s = strings.ToValidUTF8(s[:fieldBytes-len(f.text)], "")
	}
	f.text = f.text[:f.at] + s + f.text[f.at:]
	f.at += len(s)
	for _, e := range f.edges() {
		if e >= f.at { // a mark may have joined what is left or right of it
			f.at = e
			break
		}
	}
}

// cut removes what is between the caret and another edge.
func (f *field) cut(to int) {
	from := f.at
	if to < from {
		from, to = to, from
	}
	f.text, f.at = f.text[:from]+f.text[to:], from
}

// key handles an editing key, and reports whether it was one and whether the
// text changed.
func (f *field) key(msg tea.KeyPressMsg) (used, changed bool) {
	old := f.text
	switch msg.Keystroke() {
	case "left", "ctrl+b":
		f.at = f.near(-1)
	case "right", "ctrl+f":
		f.at = f.near(1)
	case "home", "ctrl+a":
		f.at = 0
	case "end", "ctrl+e":
		f.at = len(f.text)
	case "alt+b", "alt+left", "ctrl+left":
		f.at = f.word(-1)
	case "alt+f", "alt+right", "ctrl+right":
		f.at = f.word(1)
	case "backspace", "shift+backspace", "ctrl+h":
		f.cut(f.near(-1))
	case "delete", "ctrl+d":
		f.cut(f.near(1))
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		f.cut(f.word(-1))
	case "ctrl+u":
		f.cut(0)
	case "ctrl+k":
		f.cut(len(f.text))
	default:
		if msg.Text == "" {
			return false, false
		}
		f.insert(msg.Text)
	}
	return true, f.text != old
}

// view draws the part of the text around the caret in that many cells, and
// says in which cell the caret is.
func (f *field) view(cells int) (text string, caret int) {
	if cells <= 0 {
		return "", 0
	}
	left, right := f.shown(f.text[:f.at]), f.shown(f.text[f.at:])
	if w := ansi.StringWidth(left); w >= cells {
		left = ansi.TruncateLeft(left, w-cells+1, "")
	}
	caret = ansi.StringWidth(left)
	return fit(left+ansi.Truncate(right, cells-caret, ""), cells), min(caret, cells-1)
}

// shown is how a part of the text is drawn.
func (f *field) shown(s string) string {
	if !f.masked {
		return term.Sanitize(s)
	}
	part := field{text: s}
	return strings.Repeat("•", len(part.edges())-1)
}
