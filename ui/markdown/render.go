package markdown

import "strings"

// proseCache lets a paragraph that grows be laid out from where it last could be cut.
type proseCache struct {
	flow flow
	line int // index into the leaf's segs
	at   int // source byte to go on from
}

// drop lets go of everything that only saves work.
func (v *view) drop() { v.prose, v.code, v.table = nil, nil, nil }

// render fills the lines of one unit: part of leaf i.
func (d *Document) render(i, part int, u *Unit) {
	l, v := &d.scan.leaves[i], &d.views[i]
	pre := v.key.margin.prefix
	if part > 0 {
		pre.first = pre.rest
	}
	var lines []Line
	if part == 0 {
		for range v.key.gapRows {
			lines = append(lines, Line{Text: v.key.margin.gapRow})
		}
	}
	head := len(lines)
	switch l.kind {
	case paraLeaf, headingLeaf, emptyLeaf:
		lines = d.renderProse(i, pre, lines)
	case ruleLeaf:
		row := pre.first + d.style.rule + strings.Repeat("─", max(d.width-pre.width, 1))
		lines = append(lines, Line{Text: closed(row, d.style.rule)})
	case htmlLeaf:
		lines = d.renderHTML(i, part, pre, lines)
	case tableLeaf:
		lines = d.renderTable(i, part, pre, lines)
	default:
		lines = d.renderCode(i, part, pre, lines)
	}
	for k := range head {
		lines[k].Start = u.Start
	}
	chain(lines, u.Start, u.End)
	u.Lines = lines
}

// closed ends a row that open began.
func closed(row, open string) string {
	if open == "" {
		return row
	}
	return row + reset
}

// baseOf is the look of a leaf's text.
func baseOf(l *leaf) look {
	if l.kind == headingLeaf {
		switch {
		case l.level == 1:
			return baseTitle
		case l.level <= 3:
			return baseHeading
		}
		return baseMinor
	}
	for b := l.box; b != nil; b = b.parent {
		if b.kind == quoteBox {
			return baseQuote
		}
	}
	return baseText
}

// renderProse lays out a paragraph, a heading or an item without content.
func (d *Document) renderProse(i int, pre prefix, lines []Line) []Line {
	l, v := &d.scan.leaves[i], &d.views[i]
	segs := l.segs[min(v.defines.lines, len(l.segs)):]
	skipped := len(l.segs) - len(segs)
	f := &d.flow
	if c := v.prose; c != nil && c.line < len(l.segs) {
		*f = c.flow.snapshot()
		f.style = d.style
		skipped = c.line
		segs = d.from(l.segs[c.line:], c.at)
	} else {
		f.begin(d.style, pre, d.width, l.start, lines)
		if skip := v.key.margin.skip; skip > 0 && len(segs) > 0 {
			segs = d.from(segs, segs[0].start+skip)
		}
	}
	runs := d.read(i, segs, baseOf(l))
	cut := safeCut(d.scan.src, runs)
	for _, r := range runs {
		if r.brk {
			f.newline(r.src)
			continue
		}
		if cut > r.src && r.exact && cut <= r.src+len(r.text) && r.top {
			n := cut - r.src
			f.text(r.text[:n], r.src, true, r.look, r.link)
			d.keepCut(v, f, segs, skipped, cut)
			f.text(r.text[n:], cut, true, r.look, r.link)
			continue
		}
		f.text(r.text, r.src, r.exact, r.look, r.link)
	}
	return f.finish()
}

// from copies lines, the first of which begins at a byte within it.
func (d *Document) from(segs []seg, at int) []seg {
	d.segs = append(d.segs[:0], segs...)
	d.segs[0].start = at
	return d.segs
}

// keepCut remembers the layout at a place from which it can go on.
func (d *Document) keepCut(v *view, f *flow, segs []seg, skipped, cut int) {
	if d.final {
		return
	}
	for k, g := range segs {
		if cut >= g.start && cut < g.end {
			v.prose = &proseCache{flow: f.snapshot(), line: skipped + k, at: cut}
			return
		}
	}
}

// read reads the markup of some lines of leaf i.
func (d *Document) read(i int, segs []seg, base look) []run {
	d.inline.refs = func(label string) (string, bool) { return d.links.use(label, i) }
	d.inline.grammar = d.style.grammar
	d.inline.ticks = d.style.styles.NoColor
	d.inline.cell = d.scan.leaves[i].kind == tableLeaf
	return d.inline.read(d.scan.src, segs, base)
}

// minCut is how many bytes must be laid out before it pays to remember the place.
const minCut = 320

// safeCut returns the last place where the text read so far can be cut, because nothing
// behind it can change what is before it: no sign that could open emphasis, code, a link
// or mathematics is left without its end. 0 if there is none that pays.
func safeCut(src string, runs []run) int {
	if len(runs) == 0 || runs[len(runs)-1].src-runs[0].src+len(runs[len(runs)-1].text) < minCut {
		return 0
	}
	cut := 0
	for _, r := range runs {
		if !r.exact || r.look&markCode != 0 {
			continue
		}
		for i := range len(r.text) {
			switch c := r.text[i]; c {
			case ' ':
				if r.top && i+1 < len(r.text) && i > 0 && isWordByte(r.text[i+1]) && r.text[i-1] != ' ' && r.text[i-1] != '\\' {
					cut = r.src + i + 1
				}
			case '*', '_', '~':
				if r.top && !inert(src, r.src+i) {
					return cut
				}
			case '[', ']', '`', '<', '$', '\\', '!': // these win over emphasis around them
				if !inert(src, r.src+i) {
					return cut
				}
			}
		}
	}
	return cut
}

// inert tells a sign that cannot open anything: one between blanks, or an underscore
// within a word.
func inert(src string, i int) bool {
	if i == 0 || i+1 >= len(src) {
		return false
	}
	before, after := src[i-1], src[i+1]
	switch src[i] {
	case '!':
		return after != '['
	case '_':
		return isWordByte(before) && isWordByte(after)
	case '*':
		return before == ' ' && after == ' '
	case '$':
		return after == ' '
	}
	return false
}

func isWordByte(b byte) bool { return isLetter(b) || b >= '0' && b <= '9' }

// renderHTML shows raw HTML as it was written.
func (d *Document) renderHTML(i, part int, pre prefix, lines []Line) []Line {
	l := &d.scan.leaves[i]
	from, to := l.lines(part)
	f := &d.flow
	f.begin(d.style, pre, d.width, l.start, lines)
	for k := from; k < to; k++ {
		g := l.segs[k]
		if k > from {
			f.newline(g.start)
		}
		f.text(d.scan.src[g.start:g.end], g.start, true, baseMuted, "")
	}
	return f.finish()
}
