package markdown

import "strings"

// align is how the cells of a table column stand.
type align uint8

const (
	alignNone align = iota
	alignLeft
	alignRight
	alignCenter
)

// startTable turns the last line of the open paragraph into the header of a table, if the
// line that comes now is the row of dashes below it.
func (s *scanner) startTable() bool {
	c, l := &s.cur, s.last()
	if len(l.segs) == 0 || c.indent > 3 {
		return false
	}
	aligns := parseDashes(c.s[c.off:])
	if aligns == nil {
		return false
	}
	head := l.segs[len(l.segs)-1]
	if countCells(s.src[head.start:head.end]) != len(aligns) {
		return false
	}
	t := leaf{kind: tableLeaf, box: l.box, start: l.start, aligns: aligns, cont: l.cont}
	if n := len(l.segs) - 1; n > 0 {
		t.start, t.cont = lineStart(s.src, head.start), false
		l.segs, l.size, l.end = l.segs[:n:n], l.size-(head.end-head.start), l.segs[n-1].end
		s.leaves = append(s.leaves, t)
	} else {
		s.leaves[len(s.leaves)-1] = t
	}
	t2 := s.last()
	t2.put(head)
	t2.put(c.rest())
	t2.end = c.base + len(c.s)
	return true
}

// lineStart returns where the line that holds byte i begins.
func lineStart(src string, i int) int { return strings.LastIndexByte(src[:i], '\n') + 1 }

// parseDashes reads the row below a table's header, nil if it is none.
func parseDashes(line string) []align {
	only := true // nothing but dashes would be a heading's underline
	for i := range len(line) {
		switch line[i] {
		case '|', ':':
			only = false
		case '-', ' ', '\t':
		default:
			return nil
		}
	}
	if only {
		return nil
	}
	var out []align
	for rest := trimRow(line); ; {
		cell, more, ok := strings.Cut(rest, "|")
		a, valid := parseDash(strings.Trim(cell, " \t"))
		if !valid {
			return nil
		}
		out = append(out, a)
		if !ok {
			return out
		}
		rest = more
	}
}

// parseDash reads one cell of that row.
func parseDash(cell string) (align, bool) {
	left, right := strings.HasPrefix(cell, ":"), strings.HasSuffix(cell, ":")
	dashes := strings.TrimSuffix(strings.TrimPrefix(cell, ":"), ":")
	if dashes == "" || strings.Trim(dashes, "-") != "" {
		return 0, false
	}
	switch {
	case left && right:
		return alignCenter, true
	case left:
		return alignLeft, true
	case right:
		return alignRight, true
	}
	return alignNone, true
}

// trimRow drops the blanks and pipes a row begins and ends with.
func trimRow(row string) string {
	from, to := rowBounds(row)
	return row[from:to]
}

// rowBounds returns what trimRow leaves.
func rowBounds(row string) (from, to int) {
	to = len(row)
	for from < to && isBlankByte(row[from]) {
		from++
	}
	for to > from && isBlankByte(row[to-1]) {
		to--
	}
	if from < to && row[from] == '|' {
		from++
	}
	if from < to && row[to-1] == '|' && (to-from < 2 || row[to-2] != '\\') {
		to--
	}
	return from, to
}

// countCells counts the cells of a row.
func countCells(row string) int {
	row = trimRow(row)
	n := 1
	for i := range len(row) {
		if row[i] == '|' && (i == 0 || row[i-1] != '\\') {
			n++
		}
	}
	return n
}

// rowCells calls f with the place of each cell of a row, blanks around it left out.
func rowCells(src string, row seg, f func(column int, cell seg)) {
	at, end := rowBounds(src[row.start:row.end])
	inner := src[row.start+at : row.start+end]
	at += row.start
	column, from := 0, 0
	for i := 0; i <= len(inner); i++ {
		if i < len(inner) && (inner[i] != '|' || i > 0 && inner[i-1] == '\\') {
			continue
		}
		cell := inner[from:i]
		lead := len(cell) - len(strings.TrimLeft(cell, " \t"))
		start := at + from + lead
		f(column, seg{start: start, end: max(start, start+len(strings.Trim(cell, " \t")))})
		column, from = column+1, i+1
	}
}
