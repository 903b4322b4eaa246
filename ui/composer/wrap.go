package composer

import "sort"

// layout returns the index of the first atom of each row the line takes at a
// width in cells. A row breaks after blanks and around wide graphemes, else
// where it is full. One blank may hang over the width, into the cell that is
// kept free for the caret. There is always at least one row.
func (l *line) layout(width int) []int {
	if l.rows != nil && l.width == width {
		return l.rows
	}
	rows := []int{0}
	used, brk := 0, -1 // cells in the row; the last place it may be broken
	for i, a := range l.atoms {
		w := min(a.cells, width)
		if a.cells > 1 && !a.blank() {
			brk = i
		}
		if used+w > width && !(a.blank() && a.cells == 1 && used == width) {
			first := rows[len(rows)-1]
			if brk <= first || used > width || a.blank() {
				brk = i
			}
			if brk > first {
				rows = append(rows, brk)
			}
			used = l.cellsBetween(brk, i, width)
		}
		used += w
		if a.blank() || a.cells > 1 {
			brk = i + 1
		}
	}
	if used > width {
		rows = append(rows, len(l.atoms)) // the caret after the hanging blank needs a row
	}
	l.width, l.rows = width, rows
	return rows
}

// cellsBetween is the width of the atoms from..to, none wider than a row.
func (l *line) cellsBetween(from, to, width int) int {
	n := 0
	for _, a := range l.atoms[from:to] {
		n += min(a.cells, width)
	}
	return n
}

// rowOf is the row that shows the caret at col.
func (l *line) rowOf(col, width int) int {
	rows := l.layout(width)
	return sort.Search(len(rows), func(i int) bool { return rows[i] > col }) - 1
}

// rowEnd is the index after the last atom of a row.
func (l *line) rowEnd(row, width int) int {
	rows := l.layout(width)
	if row+1 < len(rows) {
		return rows[row+1]
	}
	return len(l.atoms)
}

// colAt is the place in a row nearest to a column of cells.
func (l *line) colAt(row, cell, width int) int {
	col, end, used := l.layout(width)[row], l.rowEnd(row, width), 0
	last := row == len(l.layout(width))-1
	for col < end {
		w := min(l.atoms[col].cells, width)
		if used+w > cell && cell-used <= w/2 {
			break
		}
		if !last && col+1 == end {
			break // the place after the last atom is shown on the next row
		}
		used += w
		col++
	}
	return col
}

// rowsUpTo counts the buffer's rows on the screen, and stops counting at limit.
func (b *buffer) rowsUpTo(limit, width int) int {
	n := 0
	for _, l := range b.lines {
		n += len(l.layout(width))
		if n >= limit {
			return limit
		}
	}
	return n
}

// A spot is one row on the screen: a row of a line.
type spot struct{ line, row int }

// step moves a spot by one row, and reports whether there was one.
func (b *buffer) step(s spot, by, width int) (spot, bool) {
	s.row += by
	if s.row < 0 {
		if s.line == 0 {
			return spot{}, false
		}
		s.line--
		s.row = len(b.lines[s.line].layout(width)) - 1
	}
	if s.row >= len(b.lines[s.line].layout(width)) {
		if s.line == len(b.lines)-1 {
			return spot{s.line, s.row - by}, false
		}
		s = spot{s.line + 1, 0}
	}
	return s, true
}

// caretSpot is the row that shows the caret.
func (b *buffer) caretSpot(width int) spot {
	return spot{b.caret.line, b.lines[b.caret.line].rowOf(b.caret.col, width)}
}
