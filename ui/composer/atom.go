package composer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"parlor/ui/term"
)

// tabCells is how wide a tab is drawn.
const tabCells = 4

// An atom is what the caret steps over in one go: a grapheme or a chip.
type atom struct {
	s     string // the bytes it stands for
	chip  *chip  // set for a chip, which draws its label in place of s
	cells int    // how wide it is drawn
	odd   bool   // cannot go to the terminal as it is: control characters, broken UTF-8, tricks
}

// newAtom measures one grapheme.
func newAtom(s string) atom {
	if len(s) == 1 && s[0] >= ' ' && s[0] < 0x7f {
		return atom{s: s, cells: 1}
	}
	a := atom{s: s}
	seen := a.visible()
	a.odd = seen != s
	a.cells = ansi.StringWidth(seen)
	return a
}

// visible is what is drawn for the atom, safe for a terminal.
func (a atom) visible() string {
	switch {
	case a.chip != nil:
		return a.chip.label
	case a.s == "\t":
		return strings.Repeat(" ", tabCells)
	case a.s == "\r":
		return "␍"
	default:
		return term.Sanitize(a.s)
	}
}

// blank reports whether the atom is white space, where a row may be broken.
func (a atom) blank() bool {
	return a.chip == nil && (a.s == " " || a.s == "\t")
}

// word reports whether the atom belongs to a word, for movement by words.
func (a atom) word() bool {
	if a.chip != nil {
		return false
	}
	r, _ := utf8.DecodeRuneInString(a.s)
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// clusterLen is the number of bytes of the first grapheme of s.
func clusterLen(s string) int {
	if s[0] >= ' ' && s[0] < 0x7f && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1 // by far the most frequent case, and no table look-up
	}
	cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	for i, r := range cluster {
		if r != utf8.RuneError {
			continue
		}
		if _, n := utf8.DecodeRuneInString(cluster[i:]); n == 1 {
			return max(1, i) // a byte that is no UTF-8 stands alone
		}
	}
	return max(1, len(cluster))
}

// broken reports whether the atom is a byte that is no UTF-8, and so perhaps a
// part of a character whose other bytes are yet to come.
func (a atom) broken() bool {
	return a.chip == nil && len(a.s) == 1 && a.s[0] >= utf8.RuneSelf
}

// segment cuts text without line breaks into atoms.
func segment(text string) []atom {
	if text == "" {
		return nil
	}
	atoms := make([]atom, 0, len(text))
	for len(text) > 0 {
		n := clusterLen(text)
		atoms = append(atoms, newAtom(text[:n]))
		text = text[n:]
	}
	return atoms
}

// parse cuts text into lines of atoms; there is always at least one line.
func parse(text string) [][]atom {
	lines := make([][]atom, 0, strings.Count(text, "\n")+1)
	for part := range strings.SplitSeq(text, "\n") {
		lines = append(lines, segment(part))
	}
	return lines
}

// sound reports whether no grapheme can reach across the joint before atoms[i].
func sound(atoms []atom, i int) bool {
	if i <= 0 || i >= len(atoms) {
		return true
	}
	l, r := atoms[i-1], atoms[i]
	if l.chip != nil || r.chip != nil {
		return true
	}
	return len(l.s) == 1 && len(r.s) == 1 && l.s[0] < utf8.RuneSelf && r.s[0] < utf8.RuneSelf
}

// heal cuts atoms anew where pieces were put together at from and to
// (from <= to), because a combining mark or half a flag may have found a
// partner. It returns the atoms and the index where the text that ended at to
// ends now. A grapheme depends only on the text after the boundary before it,
// so cutting may start one atom early and stop at the first old boundary met;
// bytes that may be the beginning of a character have no such boundary.
func heal(atoms []atom, from, to int) ([]atom, int) {
	if sound(atoms, from) && sound(atoms, to) {
		return atoms, to
	}
	start := max(0, from-1)
	for start > 0 && atoms[start].broken() {
		start--
	}
	out := append([]atom(nil), atoms[:start]...)
	end := -1
	for i := start; i < len(atoms); {
		if atoms[i].chip != nil {
			out = append(out, atoms[i])
			i++
			if i >= to && end < 0 {
				end = len(out)
			}
			continue
		}
		text, stop := run(atoms, i)
		cut, old := 0, 0 // bytes of text covered by new atoms and by old ones
		for cut < len(text) {
			n := clusterLen(text[cut:])
			out = append(out, newAtom(text[cut:cut+n]))
			cut += n
			for old < cut {
				old += len(atoms[i].s)
				i++
			}
			if i < to {
				continue
			}
			if end < 0 {
				end = len(out)
			}
			if old == cut {
				return append(out, atoms[i:]...), end
			}
		}
		i = stop
	}
	if end < 0 {
		end = len(out)
	}
	return out, end
}

// run joins the text atoms from i up to the next chip, at index stop.
func run(atoms []atom, i int) (text string, stop int) {
	var b strings.Builder
	for stop = i; stop < len(atoms) && atoms[stop].chip == nil; stop++ {
		b.WriteString(atoms[stop].s)
	}
	return b.String(), stop
}
