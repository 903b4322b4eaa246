package composer

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

const promptMark = "›"

// frame is the last view, kept until something changes.
type frame struct {
	stale  bool
	text   string
	height int
	cursor *tea.Cursor
}

// margin is how many cells the prompt takes.
func (c *Composer) margin() int {
	if c.width < 6 {
		return 0
	}
	return 2
}

// wrapWidth is the width text is laid out in: one cell at the right stays free
// for the caret behind a full row.
func (c *Composer) wrapWidth() int { return max(1, c.width-c.margin()-1) }

// rows is how the height is shared: rows over the text (menu or search line)
// and rows of text.
func (c *Composer) rows() (over, text int) {
	limit := max(c.maxHeight, 1)
	switch {
	case c.search != nil:
		over = 1
	case c.slash.open():
		over = min(len(c.slash.items), menuRows)
	}
	text = c.buf.rowsUpTo(limit, c.wrapWidth())
	over = min(over, limit-1)
	return over, min(text, limit-over)
}

// Height is how many rows the composer wants now, between 1 and the most that
// SetSize allows.
func (c *Composer) Height() int {
	c.draw()
	return c.frame.height
}

// View draws the composer: Height rows of exactly the width set.
func (c *Composer) View() string {
	c.draw()
	return c.frame.text
}

// Cursor is where the hardware cursor belongs, counted from the composer's
// corner; nil without the focus.
func (c *Composer) Cursor() *tea.Cursor {
	c.draw()
	if c.frame.cursor == nil {
		return nil
	}
	cur := *c.frame.cursor
	return &cur
}

// draw makes a new frame if something changed.
func (c *Composer) draw() {
	if !c.frame.stale && c.frame.height > 0 {
		return
	}
	over, rows := c.rows()
	c.scroll(rows)
	var b strings.Builder
	if c.search != nil && over > 0 {
		c.drawSearch(&b)
	} else {
		c.drawMenu(&b, over)
	}
	c.drawText(&b, rows)
	c.frame = frame{
		text:   strings.TrimSuffix(b.String(), "\n"),
		height: over + rows,
		cursor: c.findCursor(over),
	}
}

// scroll moves the window of rows so that the caret is in it and no row stays empty.
func (c *Composer) scroll(rows int) {
	w := c.wrapWidth()
	caret := c.buf.caretSpot(w)
	c.top.line = min(c.top.line, len(c.buf.lines)-1)
	c.top.row = min(c.top.row, len(c.buf.lines[c.top.line].layout(w))-1)
	if caret.line < c.top.line || caret.line == c.top.line && caret.row < c.top.row {
		c.top = caret
	}
	// The lowest top that still shows the caret, and the lowest that fills the window.
	c.top = later(c.top, c.back(caret, rows-1))
	last := spot{len(c.buf.lines) - 1, 0}
	last.row = len(c.buf.lines[last.line].layout(w)) - 1
	if full := c.back(last, rows-1); later(c.top, full) == c.top {
		c.top = full
	}
}

// back is the spot n rows above s, or the first.
func (c *Composer) back(s spot, n int) spot {
	for range n {
		up, ok := c.buf.step(s, -1, c.wrapWidth())
		if !ok {
			break
		}
		s = up
	}
	return s
}

func later(a, b spot) spot {
	if a.line < b.line || a.line == b.line && a.row < b.row {
		return b
	}
	return a
}

// drawText writes the visible rows.
func (c *Composer) drawText(b *strings.Builder, rows int) {
	at, n := c.found()
	s, more := c.top, true
	for i := range rows {
		used := c.drawPrompt(b, s)
		if c.buf.empty() {
			hint := ansi.Truncate(c.opts.Placeholder, c.width-used, "…")
			c.pens.faint.write(b, hint)
			used += ansi.StringWidth(hint)
		} else if more {
			used += c.drawRow(b, s, at, n)
		}
		pad(b, c.width-used)
		if i < rows-1 {
			s, more = c.buf.step(s, 1, c.wrapWidth())
		}
	}
}

// drawPrompt writes the mark before the first row and blanks before others.
func (c *Composer) drawPrompt(b *strings.Builder, s spot) int {
	if c.margin() == 0 {
		return 0
	}
	switch {
	case s != spot{}:
		b.WriteString("  ")
	case c.focused:
		c.pens.prompt.write(b, promptMark)
		b.WriteByte(' ')
	default:
		c.pens.dimPrompt.write(b, promptMark)
		b.WriteByte(' ')
	}
	return 2
}

// pad ends a row.
func pad(b *strings.Builder, cells int) {
	for range cells {
		b.WriteByte(' ')
	}
	b.WriteByte('\n')
}

// drawRow writes one row of text and returns its width. Atoms in one style are
// written in one go.
func (c *Composer) drawRow(b *strings.Builder, s spot, match pos, matchLen int) int {
	w := c.wrapWidth()
	l := c.buf.lines[s.line]
	rows := l.layout(w)
	used := 0
	current := &c.pens.text
	b.WriteString(current.on)
	for i := rows[s.row]; i < l.rowEnd(s.row, w); i++ {
		a := l.atoms[i]
		p := &c.pens.text
		switch {
		case a.chip != nil:
			p = &c.pens.chip
		case a.odd:
			p = &c.pens.odd
		case s.line == match.line && i >= match.col && i < match.col+matchLen:
			p = &c.pens.match
		}
		if p != current {
			b.WriteString(current.off)
			b.WriteString(p.on)
			current = p
		}
		cells := min(a.cells, c.width-c.margin()-used)
		switch {
		case a.chip == nil && !a.odd && cells == a.cells:
			b.WriteString(a.s)
		default:
			fit(b, a.visible(), cells)
		}
		used += cells
	}
	b.WriteString(current.off)
	return used
}

// fit writes s in exactly the given cells.
func fit(b *strings.Builder, s string, cells int) {
	s = ansi.Truncate(s, cells, "…")
	b.WriteString(s)
	for n := ansi.StringWidth(s); n < cells; n++ {
		b.WriteByte(' ')
	}
}

// findCursor is where the caret is in the frame.
func (c *Composer) findCursor(over int) *tea.Cursor {
	if !c.focused || c.width == 0 {
		return nil
	}
	var x, y int
	if c.search != nil && over > 0 {
		head := len("search: ")
		x = head + ansi.StringWidth(tail(c.search.query, max(c.width-head-1, 0)))
	} else {
		w := c.wrapWidth()
		caret := c.buf.caretSpot(w)
		l := c.buf.lines[caret.line]
		x = c.margin() + l.cellsBetween(l.layout(w)[caret.row], c.buf.caret.col, w)
		y = over
		for s := c.top; s != caret; y++ {
			next, ok := c.buf.step(s, 1, w)
			if !ok {
				break
			}
			s = next
		}
	}
	cur := tea.NewCursor(min(x, c.width-1), y)
	if c.pens.cursor != nil {
		c.pens.cursor(cur)
	}
	return cur
}
