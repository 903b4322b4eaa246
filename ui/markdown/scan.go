package markdown

import "strings"

// scanner finds the blocks of a text line by line, as CommonMark's first phase does
// (https://spec.commonmark.org/0.31.2/#phase-1-block-structure) with GFM's tables. Its
// state after a line depends on the lines so far only, and a line changes no leaf but the
// last: so a text that grows costs what was added. The last line, while it has no newline,
// is read on trial and taken back when the text goes on.
type scanner struct {
	grammar *grammar
	src     string
	pos     int // begin of the first line not read for good
	open    []*box
	leaves  []leaf
	tip     bool // the last leaf is open
	codes   int  // code blocks so far

	blank      bool // the line before was blank
	blankQuote int  // and stood within the quote at this depth of the stack, 0 for none

	cur     cursor
	depth   int  // how many boxes of the stack the line belongs to so far
	matched bool // the line belongs to the open leaf
	closed  bool // what the line does not continue has been closed
	newItem bool // the line began an item

	midLine bool // the last line is read for good up to pos, and goes on there; see keepLong
	trial   bool
	saved   checkpoint
	touched []touch
	spread  int // lowest leaf whose distance may have changed because a list turned loose; see takeSpread

	scanned int // bytes read, trials included
}

func newScanner(g *grammar) scanner { return scanner{grammar: g, spread: noSpread} }

// extend reads on in a text that begins with the former one. It returns the first leaf
// that may have changed.
func (s *scanner) extend(text string) int {
	s.rollback()
	from := s.settled()
	s.src = text
	if s.midLine && !s.growLong() {
		return from
	}
	for {
		n := strings.IndexByte(text[s.pos:], '\n')
		if n < 0 {
			break
		}
		s.line(s.pos, s.pos+n)
		s.pos += n + 1
	}
	if s.pos < len(text) {
		s.try()
	}
	return from
}

// line reads one line.
func (s *scanner) line(start, end int) {
	s.scanned += end - start
	if end > start && s.src[end-1] == '\r' {
		end--
	}
	c := &s.cur
	c.reset(s.src[start:end], start)
	s.matchBoxes()
	s.newItem = false
	s.matched = false
	if s.depth == len(s.open) && s.tip {
		var done bool
		if s.matched, done = s.matchLeaf(); done {
			s.noteBlank(false)
			return
		}
	}
	s.closed = s.depth == len(s.open) && (s.matched || !s.tip)
	if !s.matched || !s.last().takesAll() {
		if s.startBlocks() {
			s.noteBlank(false)
			return
		}
	}
	s.addText()
}

// noteBlank remembers what the next line has to know of this one.
func (s *scanner) noteBlank(blank bool) {
	s.blank, s.blankQuote = blank, 0
	if !blank {
		return
	}
	for i := s.depth - 1; i >= 0; i-- {
		if s.open[i].kind == quoteBox {
			s.blankQuote = i + 1
			return
		}
	}
}

// matchBoxes finds which open containers the line continues.
func (s *scanner) matchBoxes() {
	c := &s.cur
	for s.depth = 0; s.depth < len(s.open); s.depth++ {
		b := s.open[s.depth]
		c.look()
		switch {
		case b.kind == listBox:
		case b.kind == quoteBox && c.indent <= 3 && c.peek() == '>':
			s.enterQuote()
		case b.kind == itemBox && c.blank && b.children > 0:
			c.skip()
		case b.kind == itemBox && !c.blank && c.indent >= b.offset:
			c.columns(b.offset)
		default:
			return
		}
	}
}

// enterQuote reads "> ".
func (s *scanner) enterQuote() {
	c := &s.cur
	c.skip()
	c.bytes(1)
	if isBlankByte(c.at(c.off)) {
		c.columns(1)
	}
}

// takesAll tells a leaf in which no other block can begin.
func (l *leaf) takesAll() bool {
	return l.kind == fenceLeaf || l.kind == indentLeaf || l.kind == htmlLeaf
}

// matchLeaf says whether the line continues the open leaf, or was its closing fence.
func (s *scanner) matchLeaf() (matched, done bool) {
	c, l := &s.cur, s.last()
	c.look()
	switch l.kind {
	case paraLeaf, tableLeaf:
		return !c.blank, false
	case htmlLeaf:
		return !c.blank || l.html < 6, false
	case indentLeaf:
		if c.indent >= 4 {
			c.columns(4)
			return true, false
		}
		if c.blank {
			c.skip()
		}
		return c.blank, false
	case fenceLeaf:
		if c.indent <= 3 && closesFence(c.s[c.next:], l.fence, l.length) {
			l.open, l.end, s.tip = false, c.base+len(c.s), false
			return true, true
		}
		for i := l.indent; i > 0 && isBlankByte(c.at(c.off)); i-- {
			c.columns(1)
		}
		return true, false
	}
	return false, false
}

// last is the newest leaf.
func (s *scanner) last() *leaf { return &s.leaves[len(s.leaves)-1] }

// addText gives the rest of the line to the leaf it belongs to.
func (s *scanner) addText() {
	c := &s.cur
	c.look()
	if !s.closed && !c.blank && s.tip && s.isText() {
		s.grow() // lazy continuation: the paragraph goes on without its containers' marks
		s.noteBlank(false)
		return
	}
	s.closeUnmatched()
	blank := c.blank && !s.newItem
	switch {
	case s.tip && s.isText():
		s.grow()
	case s.tip:
		s.growRaw()
		blank = blank && s.last().kind != fenceLeaf
	case !c.blank:
		c.skip()
		s.addLeaf(leaf{kind: paraLeaf})
		s.tip = true
		s.put(c.rest())
	}
	s.noteBlank(blank)
}

// isText tells whether the open leaf is one that lazy lines continue.
func (s *scanner) isText() bool { k := s.last().kind; return k == paraLeaf || k == tableLeaf }

// growRaw adds a line to code or HTML.
func (s *scanner) growRaw() {
	c, l := &s.cur, s.last()
	g := c.rest()
	l.putLong(s.src, g)
	if l.kind != indentLeaf || !c.blank {
		l.end = c.base + len(c.s)
	}
	if l.kind == htmlLeaf && l.html < 6 && closesHTML(s.src[g.start:g.end], l.html) {
		s.tip = false
	}
}

// grow adds a line to the paragraph or table.
func (s *scanner) grow() {
	c := &s.cur
	c.skip()
	if s.last().kind == paraLeaf && s.startTable() {
		return
	}
	s.put(c.rest())
}

// put adds a line to the paragraph or table, beginning another leaf where it gets too long.
func (s *scanner) put(g seg) {
	if s.last().kind == tableLeaf {
		s.last().put(g)
		s.last().end = g.end
		return
	}
	at := s.cur.base
	for {
		if l := s.last(); l.size >= maxParagraph {
			s.leaves = append(s.leaves, leaf{kind: paraLeaf, box: l.box, start: at, cont: true})
		}
		l := s.last()
		cut := cutLong(s.src[g.start:g.end], maxParagraph-l.size)
		l.put(seg{start: g.start, end: g.start + cut, pad: g.pad})
		l.end = g.start + cut
		if l.end == g.end {
			return
		}
		l.size = max(l.size, maxParagraph)
		at = l.end
		g = seg{start: at, end: g.end}
	}
}

// closeUnmatched closes the containers and the leaf that the line does not continue.
func (s *scanner) closeUnmatched() {
	if s.closed {
		return
	}
	s.closed = true
	s.open = s.open[:s.depth]
	s.tip = false
}
