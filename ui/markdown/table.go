package markdown

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// measuredRows is how many rows of a table count for the width of its columns. What comes
// after them is wrapped, so that a table does not change above for ever.
const measuredRows = 200

const (
	columnGap    = 2 // cells between columns
	leastColumn  = 5 // cells below which columns make no sense
	maxColumns   = 40
	leastShrunk  = 9 // cells below which a wrapped column breaks most words
	recordIndent = 2
)

// tableCache is what is known of a table that grows.
type tableCache struct {
	rows   int   // complete lines measured
	widths []int // widest cell of each column in them
	layout []int // column widths that the rendered units were drawn with
	used   bool  // a unit was rendered, so the layout has to be watched
	groups []tableLines
}

// tableLines are the complete rows of a group.
type tableLines struct {
	drawn int
	lines []Line
}

// measure looks whether the tables from leaf from on still have the layout their units were
// drawn with, and lets them be drawn again if not.
func (d *Document) measure(from int) {
	for i := from; i < len(d.views); i++ {
		v := &d.views[i]
		if v.table == nil || !v.table.used {
			continue
		}
		if layout := d.layout(i); !slices.Equal(layout, v.table.layout) {
			v.table.layout, v.table.groups = layout, nil
			for k := v.unit; k < v.unit+v.units; k++ {
				d.units[k].Lines = nil
				d.mark(k)
			}
		}
	}
}

// layout returns the column widths of a table, nil if it does not fit as one.
func (d *Document) layout(i int) []int {
	l, v := &d.scan.leaves[i], &d.views[i]
	c := v.table
	columns := len(l.aligns)
	if c.widths == nil {
		c.widths = make([]int, columns)
	}
	last := min(len(l.segs), measuredRows)
	for ; c.rows < last && l.complete(c.rows, d.scan.pos); c.rows++ {
		d.measureRow(i, c.rows, c.widths)
	}
	widths := c.widths
	if c.rows < last { // the row that is being written
		widths = slices.Clone(widths)
		for k := c.rows; k < last; k++ {
			d.measureRow(i, k, widths)
		}
	}
	return fit(widths, d.width-v.key.margin.width)
}

// measureRow widens the columns to what a row needs.
func (d *Document) measureRow(i, k int, widths []int) {
	if k == 1 {
		return // dashes
	}
	l := &d.scan.leaves[i]
	rowCells(d.scan.src, l.segs[k], func(column int, cell seg) {
		if column >= len(widths) {
			return
		}
		w := 0
		for _, r := range d.read(i, []seg{cell}, baseText) {
			if r.brk {
				widths[column] = max(widths[column], w)
				w = 0
				continue
			}
			w += ansi.StringWidth(r.text)
		}
		widths[column] = max(widths[column], w)
	})
}

// fit returns the widths columns get in so many cells: all they want, or as much as the
// widest can have so that all fit. Nil if that leaves too little.
func fit(want []int, cells int) []int {
	n := len(want)
	cells -= (n - 1) * columnGap
	out := make([]int, n)
	sum := 0
	for i, w := range want {
		out[i] = max(w, 1)
		sum += out[i]
	}
	if sum <= cells {
		return out
	}
	if n > maxColumns || cells/n < leastColumn {
		return nil
	}
	sorted := slices.Clone(out)
	slices.Sort(sorted)
	left, limit := cells, 0
	for i, w := range sorted {
		limit = left / (n - i)
		if w > limit {
			break
		}
		left -= w
	}
	if limit < leastShrunk {
		return nil
	}
	spare := cells
	for i := range out {
		out[i] = min(out[i], limit)
		spare -= out[i]
	}
	for i := 0; i < n && spare > 0; i++ {
		if want[i] > out[i] {
			out[i]++
			spare--
		}
	}
	return out
}

// renderTable draws one group of a table.
func (d *Document) renderTable(i, part int, pre prefix, lines []Line) []Line {
	l, v := &d.scan.leaves[i], &d.views[i]
	if v.table == nil {
		v.table = &tableCache{}
	}
	c := v.table
	if !c.used {
		c.layout, c.used = d.layout(i), true
	}
	for len(c.groups) <= part {
		c.groups = append(c.groups, tableLines{})
	}
	if part == 0 {
		if c.layout != nil {
			lines = d.tableHead(i, pre, lines)
		} else if l.body() == 0 {
			lines = d.tableNames(i, pre, lines)
		}
		if len(lines) > 0 {
			pre.first = pre.rest
		}
	}
	g := &c.groups[part]
	from, to := l.lines(part)
	for k := from + g.drawn; k < to; k++ {
		row := pre
		if k > from || part > 0 {
			row.first = row.rest
		}
		var out []Line
		if c.layout != nil {
			out = d.tableRow(i, k, row, baseText)
		} else {
			out = d.tableRecord(i, k, row)
		}
		if !l.complete(k, d.scan.pos) {
			return append(append(lines, g.lines...), out...)
		}
		g.lines, g.drawn = append(g.lines, out...), k-from+1
	}
	return append(lines, g.lines...)
}

// tableHead draws the header and the rule below it.
func (d *Document) tableHead(i int, pre prefix, lines []Line) []Line {
	l, widths := &d.scan.leaves[i], d.views[i].table.layout
	lines = append(lines, d.tableRow(i, 0, pre, baseCell)...)
	sum := (len(widths) - 1) * columnGap
	for _, w := range widths {
		sum += w
	}
	rule := pre.rest + d.style.rule + strings.Repeat("─", sum)
	return append(lines, Line{Text: closed(rule, d.style.rule), Start: l.segs[1].start})
}

// tableRow draws a row, each cell wrapped in its column.
func (d *Document) tableRow(i, k int, pre prefix, base look) []Line {
	l, widths := &d.scan.leaves[i], d.views[i].table.layout
	if base == baseText {
		base = baseOf(l)
	}
	cells := make([][]Line, len(widths))
	height := 1
	rowCells(d.scan.src, l.segs[k], func(column int, cell seg) {
		if column < len(widths) {
			cells[column] = d.cell(i, cell, base, widths[column])
			height = max(height, len(cells[column]))
		}
	})
	start := lineStart(d.scan.src, l.segs[k].start)
	out := make([]Line, height)
	for y := range out {
		b := append(d.row[:0], pre.first...)
		pre.first = pre.rest
		blank := 0
		for x, w := range widths {
			text := ""
			if y < len(cells[x]) {
				text = cells[x][y].Text
			}
			tw := ansi.StringWidth(text)
			left := aligned(l.aligns[x], w-tw)
			if text != "" {
				b = append(b, strings.Repeat(" ", blank+left)...)
				b = append(b, text...)
				blank = w - tw - left + columnGap
			} else {
				blank += w + columnGap
			}
		}
		d.row = b
		out[y] = Line{Text: string(b), Start: start, Soft: y+1 < height}
		start = l.segs[k].end
	}
	return out
}

// aligned is how many of the spare cells go left of a text.
func aligned(a align, spare int) int {
	switch a {
	case alignRight:
		return max(spare, 0)
	case alignCenter:
		return max(spare/2, 0)
	}
	return 0
}

// cell lays out one cell.
func (d *Document) cell(i int, cell seg, base look, width int) []Line {
	var f flow
	f.begin(d.style, prefix{}, width, cell.start, nil)
	for _, r := range d.read(i, []seg{cell}, base) {
		if r.brk {
			f.newline(r.src)
			continue
		}
		f.text(r.text, r.src, r.exact, r.look, r.link)
	}
	return f.finish()
}

// tableNames draws the header of a table without rows that does not fit as one.
func (d *Document) tableNames(i int, pre prefix, lines []Line) []Line {
	l := &d.scan.leaves[i]
	rowCells(d.scan.src, l.segs[0], func(_ int, cell seg) {
		f := &d.flow
		f.begin(d.style, pre, d.width, cell.start, nil)
		d.flowCell(f, i, cell, baseCell)
		lines = append(lines, f.finish()...)
		pre.first = pre.rest
	})
	return lines
}

// tableRecord draws a row of a table that is too narrow for columns: a line per cell, named
// by its column.
func (d *Document) tableRecord(i, k int, pre prefix) []Line {
	l := &d.scan.leaves[i]
	var names []seg
	rowCells(d.scan.src, l.segs[0], func(_ int, cell seg) { names = append(names, cell) })
	var lines []Line
	rowCells(d.scan.src, l.segs[k], func(column int, cell seg) {
		if column >= len(l.aligns) || cell.start == cell.end {
			return
		}
		f := &d.flow
		if len(lines) > 0 {
			pre.first = pre.rest
			if d.width-pre.width > 4*recordIndent {
				pre.first += strings.Repeat(" ", recordIndent)
			}
		}
		in := pre
		if d.width-pre.width > 4*recordIndent {
			in.rest += strings.Repeat(" ", recordIndent)
			in.width += recordIndent
		}
		f.begin(d.style, in, d.width, cell.start, nil)
		if column < len(names) && names[column].start < names[column].end {
			d.flowCell(f, i, names[column], baseCell)
			f.text(": ", cell.start, false, baseText, "")
		}
		d.flowCell(f, i, cell, baseOf(l))
		lines = append(lines, f.finish()...)
	})
	if len(lines) == 0 {
		lines = []Line{{Text: pre.first, Start: l.segs[k].start}}
	}
	return lines
}

// flowCell adds a cell to a flow.
func (d *Document) flowCell(f *flow, i int, cell seg, base look) {
	for _, r := range d.read(i, []seg{cell}, base) {
		if r.brk {
			f.blank(r.src, r.look, "")
			continue
		}
		f.text(r.text, r.src, r.exact, r.look, r.link)
	}
}
