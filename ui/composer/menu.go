package composer

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// menuRows is the most rows of the completion menu.
const menuRows = 8

// drawMenu writes the completion menu with the selected item in view.
func (c *Composer) drawMenu(b *strings.Builder, rows int) {
	s := &c.slash
	if rows == 0 {
		return
	}
	first := max(0, min(s.at-rows/2, len(s.items)-rows))
	names := 0
	for _, it := range s.items {
		names = max(names, ansi.StringWidth(it.text))
	}
	names = min(names, max(c.width/2, 12))
	for i := first; i < first+rows; i++ {
		mark, name, detail := "  ", c.pens.item, c.pens.itemDim
		if i == s.at {
			mark, name, detail = "▸ ", c.pens.chosen, c.pens.chosenDim
		}
		var left, right strings.Builder
		fit(&left, mark, min(2, c.width))
		fit(&left, s.items[i].text, min(names, max(c.width-2, 0)))
		rest := max(c.width-2-names, 0)
		fit(&right, "  "+s.items[i].detail, rest)
		name.write(b, left.String())
		detail.write(b, right.String())
		b.WriteByte('\n')
	}
}

// drawSearch writes the line of Ctrl+R.
func (c *Composer) drawSearch(b *strings.Builder) {
	s := c.search
	count := "no match"
	switch {
	case len(s.query) == 0:
		count = "type to search older prompts"
	case len(s.hits) > 0:
		count = fmt.Sprintf("%d of %d", s.at+1, len(s.hits))
	}
	head := "search: "
	var left strings.Builder
	room := max(c.width-len(head), 0)
	fit(&left, head, min(len(head), c.width))
	c.pens.dimPrompt.write(b, left.String())
	query := tail(s.query, max(room-1, 0))
	c.pens.text.write(b, query)
	room -= ansi.StringWidth(query)
	count = ansi.Truncate(count, max(room-2, 0), "…")
	gap := room - ansi.StringWidth(count)
	b.WriteString(strings.Repeat(" ", max(gap, 0)))
	c.pens.faint.write(b, count)
	b.WriteByte('\n')
}

// tail is as much of the end of atoms as fits.
func tail(atoms []atom, cells int) string {
	used, i := 0, len(atoms)
	for i > 0 && used+atoms[i-1].cells <= cells {
		i--
		used += atoms[i].cells
	}
	var b strings.Builder
	for _, a := range atoms[i:] {
		b.WriteString(a.visible())
	}
	return b.String()
}
