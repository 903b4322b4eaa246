package composer

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// flaw looks for a broken promise of the composer and names it.
func flaw(c *Composer) string {
	rows := strings.Split(c.View(), "\n")
	if len(rows) != c.Height() || c.Height() > max(1, c.maxHeight) {
		return fmt.Sprintf("%d rows, height %d of at most %d", len(rows), c.Height(), c.maxHeight)
	}
	for i, r := range rows {
		if w := ansi.StringWidth(r); w != c.width {
			return fmt.Sprintf("row %d is %d cells wide, want %d", i, w, c.width)
		}
	}
	if cur := c.Cursor(); cur != nil && (cur.X < 0 || cur.X >= c.width || cur.Y < 0 || cur.Y >= c.Height()) {
		return fmt.Sprintf("caret at %d,%d outside %dx%d", cur.X, cur.Y, c.width, c.Height())
	}
	for i, l := range c.buf.lines {
		if got, want := spell(l.atoms), spell(fresh(l.atoms)); got != want {
			return fmt.Sprintf("line %d is cut as %s, want %s", i, got, want)
		}
		last := -1
		for _, r := range l.layout(c.wrapWidth()) {
			if r <= last && r != 0 {
				return fmt.Sprintf("line %d: rows do not go on: %v", i, l.rows)
			}
			last = r
		}
	}
	return ""
}

// fresh cuts the text of atoms anew.
func fresh(atoms []atom) []atom {
	var out []atom
	for i := 0; i < len(atoms); {
		if atoms[i].chip != nil {
			out = append(out, atoms[i])
			i++
			continue
		}
		text, stop := run(atoms, i)
		out = append(out, segment(text)...)
		i = stop
	}
	return out
}

func spell(atoms []atom) string {
	var b strings.Builder
	for _, a := range atoms {
		fmt.Fprintf(&b, "%q ", a.s)
	}
	return b.String()
}
