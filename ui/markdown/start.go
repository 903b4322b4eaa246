package markdown

import "strings"

// startBlocks opens the blocks that begin on the line. It reports whether the line is
// used up.
func (s *scanner) startBlocks() bool {
	c := &s.cur
	for {
		c.look()
		if c.blank {
			return false
		}
		if c.indent < 4 && !mayStart(c.peek()) {
			return false
		}
		more, done := s.startBlock()
		if done {
			return true
		}
		if !more {
			return false
		}
		s.matched = false
	}
}

// mayStart tells the bytes a block other than a paragraph begins with.
func mayStart(b byte) bool {
	switch b {
	case '#', '`', '~', '*', '+', '_', '=', '<', '>', '-':
		return true
	}
	return b >= '0' && b <= '9'
}

// startBlock tries the kinds of blocks in CommonMark's order. More says that a container
// began, in which others may begin; done that a leaf began and took the line.
func (s *scanner) startBlock() (more, done bool) {
	c := &s.cur
	if c.indent >= 4 {
		return s.startIndented()
	}
	rest := c.s[c.next:]
	switch b := rest[0]; {
	case b == '>':
		s.startQuote()
		return true, false
	case b == '#' && s.startATX(rest):
		return false, true
	case (b == '`' || b == '~') && s.startFence(rest):
		return false, true
	case b == '<' && s.startHTML(rest):
		return false, true
	case (b == '=' || b == '-') && s.startSetext(rest):
		return false, true
	case isRule(rest):
		s.addLine(leaf{kind: ruleLeaf}, false)
		return false, true
	}
	if m, ok := parseMarker(rest); ok && s.startItem(m) {
		return !s.newEmptyItem(), s.newEmptyItem()
	}
	return false, false
}

// newEmptyItem tells whether the line ended with an item's marker.
func (s *scanner) newEmptyItem() bool { return s.newItem && s.cur.blank }

// startIndented begins indented code.
func (s *scanner) startIndented() (more, done bool) {
	if s.tip && s.isText() {
		return false, false
	}
	c := &s.cur
	c.columns(4)
	s.codes++
	s.addLine(leaf{kind: indentLeaf, number: s.codes}, true)
	s.last().putLong(s.src, c.rest())
	return false, true
}

// startQuote begins a block quote.
func (s *scanner) startQuote() {
	s.enterQuote()
	s.addBox(&box{kind: quoteBox, leaf: -1})
}

// startATX begins and ends a heading like "## Title ##".
func (s *scanner) startATX(rest string) bool {
	n := 0
	for n < len(rest) && rest[n] == '#' {
		n++
	}
	if n > 6 || n < len(rest) && !isBlankByte(rest[n]) {
		return false
	}
	from := s.cur.base + s.cur.next + n
	text := strings.TrimRight(rest[n:], " \t")
	if t := strings.TrimRight(text, "#"); t == "" || isBlankByte(t[len(t)-1]) {
		text = strings.TrimRight(t, " \t")
	}
	lead := len(text) - len(strings.TrimLeft(text, " \t"))
	s.addLine(leaf{kind: headingLeaf, level: n}, false)
	s.last().put(seg{start: from + lead, end: from + len(text)})
	return true
}

// startSetext turns the open paragraph into a heading.
func (s *scanner) startSetext(rest string) bool {
	if !s.matched || s.last().kind != paraLeaf {
		return false
	}
	if strings.Trim(strings.TrimRight(rest, " \t"), rest[:1]) != "" {
		return false
	}
	l := s.last()
	if mayDefine(s.src, l) && s.grammar.readDefinitions(s.src, l).lines == len(l.segs) {
		return false // nothing but link definitions above the line
	}
	l.kind, l.level, l.setext = headingLeaf, 2, true
	if rest[0] == '=' {
		l.level = 1
	}
	l.end = s.cur.base + len(s.cur.s)
	s.tip = false
	return true
}

// startFence begins fenced code.
func (s *scanner) startFence(rest string) bool {
	n := 0
	for n < len(rest) && rest[n] == rest[0] {
		n++
	}
	if n < 3 || rest[0] == '`' && strings.IndexByte(rest[n:], '`') >= 0 {
		return false
	}
	from := s.cur.base + s.cur.next + n
	info := strings.Trim(rest[n:], " \t")
	lead := len(rest[n:]) - len(strings.TrimLeft(rest[n:], " \t"))
	s.codes++
	s.addLine(leaf{
		kind: fenceLeaf, number: s.codes, fence: rest[0], length: n, indent: s.cur.indent, open: true,
		info: seg{start: from + lead, end: from + lead + len(info)},
	}, true)
	return true
}

// closesFence tells a closing fence.
func closesFence(rest string, fence byte, length int) bool {
	n := 0
	for n < len(rest) && rest[n] == fence {
		n++
	}
	return n >= length && strings.Trim(rest[n:], " \t") == ""
}

// isRule tells a thematic break.
func isRule(rest string) bool {
	if rest[0] != '*' && rest[0] != '-' && rest[0] != '_' {
		return false
	}
	n := 0
	for i := range len(rest) {
		if rest[i] == rest[0] {
			n++
		} else if !isBlankByte(rest[i]) {
			return false
		}
	}
	return n >= 3
}

// top is the innermost open container.
func (s *scanner) top() *box {
	if len(s.open) == 0 {
		return nil
	}
	return s.open[len(s.open)-1]
}

// afterBlank tells whether a blank line stood before what begins now, in the innermost
// container and not in a quote within it.
func (s *scanner) afterBlank() bool { return s.blank && s.blankQuote <= len(s.open) }

// loosen notes that blank lines separate the items of a list.
func (s *scanner) loosen(list *box) {
	if list.loose {
		return
	}
	s.touch(list)
	list.loose = true
	if list.leaf >= 0 {
		s.spread = min(s.spread, list.leaf)
	}
}

// addBlock makes room for a block in the innermost container.
func (s *scanner) addBlock() {
	s.closeUnmatched()
	s.tip = false
	if b := s.top(); b != nil && b.kind == listBox {
		s.open = s.open[:len(s.open)-1] // only items stand in lists
	}
	b := s.top()
	if b == nil || b.kind != itemBox {
		return
	}
	s.touch(b)
	b.children++
	if b.children > 1 && s.afterBlank() {
		s.loosen(b.parent)
	}
}

// addBox opens a container in the innermost one.
func (s *scanner) addBox(b *box) {
	s.addBlock()
	b.parent = s.top()
	s.open = append(s.open, b)
	s.depth = len(s.open)
}

// addLine is addLeaf for a leaf whose first line ends with this one.
func (s *scanner) addLine(l leaf, open bool) {
	s.addLeaf(l)
	s.last().end = s.cur.base + len(s.cur.s)
	s.tip = open
}

// addLeaf adds a closed leaf to the innermost container. It takes the place of the sign
// that the container is empty.
func (s *scanner) addLeaf(l leaf) {
	s.addBlock()
	l.box, l.start, l.end = s.top(), s.cur.base, s.cur.base+len(s.cur.s)
	if n := len(s.leaves); n > 0 && s.last().kind == emptyLeaf && s.last().box == l.box && l.box != nil && l.box.children == 1 {
		l.start = s.last().start
		s.leaves[n-1] = l
		return
	}
	s.leaves = append(s.leaves, l)
	for b := l.box; b != nil && b.leaf < 0; b = b.parent {
		s.touch(b)
		b.leaf = len(s.leaves) - 1
	}
}
