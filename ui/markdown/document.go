package markdown

import (
	"strings"

	"parlor/ui/styles"
)

// Document renders one text that grows. It belongs to one goroutine.
type Document struct {
	style *Style
	width int
	scan  scanner
	views []view
	units []Unit
	dirty int // lowest unit that changed since Changed was called
	final bool

	links  links
	inline inline
	flow   flow

	oldUnits []Unit // scratch of sync
	oldViews []view
	tokens   []token
	row      []byte
	segs     []seg

	stats Stats
}

// Stats counts work. It is what the growth tests compare.
type Stats struct {
	Scanned  int // bytes read for blocks
	Inline   int // bytes read for markup within blocks
	Lexed    int // bytes of code highlighted
	Units    int // units rendered
	Rendered int // bytes of lines made
}

// New returns an empty document of the given width in cells.
func New(st *styles.Styles, width int) *Document { return NewStyle(st).NewDocument(width) }

// NewDocument returns an empty document of the given width in cells that shares the Style.
func (s *Style) NewDocument(width int) *Document {
	return &Document{style: s, width: max(width, 1), scan: newScanner(s.grammar)}
}

// SetText replaces the text, which must have passed ui/term's sanitiser. A text that extends
// the former one costs what was added; the result is the same either way.
func (d *Document) SetText(text string) {
	if text == d.scan.src {
		return
	}
	if !strings.HasPrefix(text, d.scan.src) {
		d.forget()
	}
	from := d.scan.extend(text)
	d.respace(min(d.scan.takeSpread(), from), from)
	d.sync(from)
	d.define(from)
	d.measure(from)
}

// forget starts over with an empty text.
func (d *Document) forget() {
	scanned := d.scan.scanned
	d.scan = newScanner(d.style.grammar)
	d.scan.scanned = scanned
	d.views, d.units = nil, nil
	d.links = links{}
	d.dirty = 0
}

// respace sets the gaps of the leaves in a range anew, because a list turned loose.
func (d *Document) respace(from, to int) {
	for i := from; i < min(to, len(d.views), len(d.scan.leaves)); i++ {
		d.regap(i)
	}
}

// SetFinal says whether the text is complete. What is shown does not depend on it; a final
// document lets go of what only growing needs.
func (d *Document) SetFinal(final bool) {
	d.final = final
	if !final {
		return
	}
	for i := range d.views {
		d.views[i].prose, d.views[i].code = nil, nil
	}
	d.oldUnits, d.oldViews, d.tokens, d.row, d.segs = nil, nil, nil, nil, nil
	d.inline, d.flow = inline{parsed: d.inline.parsed}, flow{}
}

// Units returns the units. The slice is valid until the document changes; whoever needs
// it longer copies it. The lines in it stay as they are for ever.
func (d *Document) Units() []Unit { return d.units }

// Changed returns the index of the first unit that is not what it was when Changed was
// called last, or the number of units if all are. Lines that Render filled do not count.
func (d *Document) Changed() int {
	first := min(d.dirty, len(d.units))
	d.dirty = len(d.units)
	return first
}

// Render fills the lines of the units from index from up to but not including to.
func (d *Document) Render(from, to int) {
	from, to = max(from, 0), min(to, len(d.units))
	if from >= to {
		return
	}
	i := d.leafOf(from)
	for k := from; k < to; k++ {
		for i+1 < len(d.views) && d.views[i+1].unit <= k {
			i++
		}
		if u := &d.units[k]; u.Lines == nil {
			d.render(i, k-d.views[i].unit, u)
			d.stats.Units++
			for _, l := range u.Lines {
				d.stats.Rendered += len(l.Text)
			}
		}
	}
}

// leafOf finds the leaf a unit belongs to.
func (d *Document) leafOf(unit int) int {
	lo, hi := 0, len(d.views)
	for lo+1 < hi {
		if mid := (lo + hi) / 2; d.views[mid].unit <= unit {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// Resize sets the width in cells. Everything has to be rendered again.
func (d *Document) Resize(width int) {
	if width = max(width, 1); width == d.width {
		return
	}
	d.width = width
	d.redo()
}

// Restyle sets the styles. Everything has to be rendered again.
func (d *Document) Restyle(st *styles.Styles) { d.SetStyle(d.style.With(st)) }

// SetStyle is Restyle for documents that share a Style.
func (d *Document) SetStyle(s *Style) {
	if d.style == s {
		return
	}
	d.style = s
	d.redo()
}

// redo makes all views and units anew, keeping the blocks.
func (d *Document) redo() {
	d.views, d.units = nil, nil
	d.links.forgetUses()
	d.sync(0)
	d.dirty = 0
}

// Code returns the code blocks of the document.
func (d *Document) Code() []CodeBlock {
	var out []CodeBlock
	for i := range d.scan.leaves {
		l := &d.scan.leaves[i]
		if !l.isCode() {
			continue
		}
		var b strings.Builder
		for _, g := range l.segs[:l.body()] {
			for range g.pad {
				b.WriteByte(' ')
			}
			b.WriteString(d.scan.src[g.start:g.end])
			if !g.more {
				b.WriteByte('\n')
			}
		}
		out = append(out, CodeBlock{Number: l.number, Lang: d.lang(l), Text: b.String()})
	}
	return out
}

// Stats returns the work done so far.
func (d *Document) Stats() Stats {
	s := d.stats
	s.Scanned, s.Inline, s.Lexed = d.scan.scanned, d.inline.parsed, d.style.lexers.lexed
	return s
}

// Render renders a whole text at once, with empty lines for the gaps between units.
func Render(text string, st *styles.Styles, width int) []Line {
	d := New(st, width)
	d.SetText(text)
	d.Render(0, len(d.units))
	var lines []Line
	for _, u := range d.units {
		for range u.Gap {
			lines = append(lines, Line{Start: u.Start, End: u.Start})
		}
		lines = append(lines, u.Lines...)
	}
	return lines
}
