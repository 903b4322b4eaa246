package markdown

import "unicode/utf8"

// view is how a leaf is shown: what that depends on besides the source itself, and what
// was worked out before and still holds while the leaf grows.
type view struct {
	key     viewKey
	unit    int // index of its first unit
	units   int
	looseUp bool // the gap above the first unit is drawn by the unit, for the bars of quotes

	defines definitions // what a paragraph begins with

	prose *proseCache
	code  *codeCache
	table *tableCache
}

// viewKey is equal for two leaves that look the same, as long as the bytes from start to
// end are the same.
type viewKey struct {
	kind       leafKind
	start, end int
	segs       int
	level      int
	number     int
	skip       int // lines that are link definitions
	cont       bool
	open       bool // a fence without end
	margin     margin
	gapRows    int // drawn by the first unit
}

// grown tells whether k is what a leaf that looked like old has become by getting longer.
func (k viewKey) grown(old viewKey) bool {
	old.end, old.segs, old.open = k.end, k.segs, k.open
	return k == old
}

// sync makes views and units of the leaves from index from on.
func (d *Document) sync(from int) {
	base := len(d.units)
	if from < len(d.views) {
		base = d.views[from].unit
	}
	d.oldViews = append(d.oldViews[:0], d.views[min(from, len(d.views)):]...)
	d.views = d.views[:min(from, len(d.views))]
	keep := 0 // units of the first leaf that stay as they are
	for i := from; i < len(d.scan.leaves); i++ {
		var old *view
		if k := i - from; k < len(d.oldViews) {
			old = &d.oldViews[k]
		}
		v := d.newView(i, old)
		grown := old != nil && v.key.grown(old.key)
		if i == from {
			if grown && !v.hidden(&d.scan.leaves[i]) {
				keep = max(0, min(old.units, parts(&d.scan.leaves[i]))-1)
			}
			d.oldUnits = append(d.oldUnits[:0], d.units[base+keep:]...)
			d.units = d.units[:base+keep]
			v.unit, v.units = base, keep
		}
		d.views = append(d.views, v)
		if keep > 0 && i == from {
			d.regap(i)
		}
		d.addUnits(i, old, grown, base+keep)
	}
	if from >= len(d.scan.leaves) {
		d.oldUnits = append(d.oldUnits[:0], d.units[base:]...)
		d.units = d.units[:base]
	}
	if len(d.units) < base+keep+len(d.oldUnits) {
		d.mark(len(d.units))
	}
	clear(d.oldUnits)
	clear(d.oldViews)
}

// newView works out the key of leaf i and keeps what still holds.
func (d *Document) newView(i int, old *view) view {
	l := &d.scan.leaves[i]
	v := view{unit: len(d.units)}
	if mayDefine(d.scan.src, l) {
		v.defines = d.style.grammar.readDefinitions(d.scan.src, l)
	}
	m := d.margin(i)
	v.key = viewKey{
		kind: l.kind, start: l.start, end: l.end, segs: len(l.segs), level: l.level, number: l.number,
		skip: v.defines.lines, cont: l.cont, open: l.open, margin: m,
	}
	if m.gapRow != "" {
		v.key.gapRows = d.gap(i)
		v.looseUp = true
	}
	if old != nil && v.key.grown(old.key) {
		v.prose, v.code, v.table = old.prose, old.code, old.table
	}
	return v
}

// addUnits appends the units of leaf i behind those it already has. Units up to index base
// were kept; the others are taken over from oldUnits if nothing about them changed.
func (d *Document) addUnits(i int, old *view, grown bool, base int) {
	v, l := &d.views[i], &d.scan.leaves[i]
	if v.hidden(l) {
		return
	}
	for part := v.units; part < parts(l); part++ {
		u := d.newUnit(i, part)
		k := len(d.units)
		same := false
		if at := k - base; grown && at < len(d.oldUnits) && k == old.unit+part && part < old.units {
			was := &d.oldUnits[at]
			if same = was.Start == u.Start && was.End == u.End; same {
				u.Lines = was.Lines
				same = was.Gap == u.Gap
			}
		}
		if !same {
			d.mark(k)
		}
		d.units = append(d.units, u)
		v.units++
	}
}

// regap sets the gap above leaf i anew.
func (d *Document) regap(i int) {
	v := &d.views[i]
	if v.units == 0 {
		return
	}
	u := &d.units[v.unit]
	gap := d.gap(i)
	switch {
	case v.looseUp && v.key.gapRows != gap:
		v.key.gapRows = gap
		v.drop()
		*u = d.newUnit(i, 0)
		d.mark(v.unit)
	case !v.looseUp && u.Gap != gap:
		u.Gap = gap
		d.mark(v.unit)
	}
}

// hidden tells a paragraph of nothing but link definitions.
func (v *view) hidden(l *leaf) bool {
	return l.kind == paraLeaf && v.defines.lines == len(l.segs) && !v.key.margin.item
}

// Lines of code, HTML and tables that make one unit.
const (
	codeGroup  = 16
	htmlGroup  = 16
	tableGroup = 16
)

// group is how many lines of a leaf make a unit.
func (l *leaf) group() int {
	switch l.kind {
	case fenceLeaf, indentLeaf:
		return codeGroup
	case htmlLeaf:
		return htmlGroup
	case tableLeaf:
		return tableGroup
	}
	return 0
}

// body is how many lines of a leaf count for its groups.
func (l *leaf) body() int {
	n := len(l.segs)
	switch l.kind {
	case tableLeaf:
		return n - 2 // header and dashes go with the first group
	case indentLeaf:
		for n > 0 && l.segs[n-1].end > l.end {
			n-- // blank lines at the end are not part of it
		}
	}
	return n
}

// parts is the number of units of a leaf.
func parts(l *leaf) int {
	g := l.group()
	if g == 0 {
		return 1
	}
	return max(1, (l.body()+g-1)/g)
}

// lines returns the lines of a part, as indices of segs.
func (l *leaf) lines(part int) (from, to int) {
	g := l.group()
	if g == 0 {
		return 0, len(l.segs)
	}
	from, to = part*g, min((part+1)*g, l.body())
	if l.kind == tableLeaf {
		from, to = from+2, to+2
	}
	return from, to
}

// newUnit makes a unit that is not rendered.
func (d *Document) newUnit(i, part int) Unit {
	v, l := &d.views[i], &d.scan.leaves[i]
	from, to := l.lines(part)
	u := Unit{Kind: d.kind(l, &v.key.margin), Start: l.start, End: l.end}
	if part > 0 {
		u.Start = lineStart(d.scan.src, l.segs[from].start)
		if before := l.segs[from-1]; before.more {
			u.Start = before.end
		}
	}
	if last := parts(l) - 1; part < last {
		u.End = l.segs[to-1].end
	}
	if part == 0 && !v.looseUp {
		u.Gap = d.gap(i)
	}
	if l.isCode() {
		u.Code = l.number
	}
	u.Estimate = d.estimate(l, v, from, to)
	if part == 0 {
		u.Estimate += v.key.gapRows
		if l.isCode() {
			u.Estimate++
		} else if l.kind == tableLeaf {
			u.Estimate += 2
		}
	}
	u.Estimate = max(u.Estimate, 1)
	return u
}

// kind names a leaf for the outside.
func (d *Document) kind(l *leaf, m *margin) Kind {
	switch l.kind {
	case headingLeaf:
		return Heading
	case fenceLeaf, indentLeaf:
		return Code
	case tableLeaf:
		return Table
	case ruleLeaf:
		return Rule
	case htmlLeaf:
		return HTML
	}
	switch {
	case m.item:
		return Item
	case m.quoted:
		return Quote
	}
	return Paragraph
}

// estimate guesses the rows of some lines by their bytes.
func (d *Document) estimate(l *leaf, v *view, from, to int) int {
	if l.kind == tableLeaf {
		return to - from
	}
	width := max(d.width-v.key.margin.width, 1)
	rows := 0
	for _, g := range l.segs[from:to] {
		s := d.scan.src[g.start:g.end]
		wide := (len(s) - utf8.RuneCountInString(s)) / 2 // bytes that do not begin a character: two for a wide one
		rows += max(1, (len(s)-wide+width-1)/width)
	}
	return rows
}

// mark notes that unit i changed.
func (d *Document) mark(i int) { d.dirty = min(d.dirty, i) }
