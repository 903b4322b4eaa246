package markdown

import (
	"strconv"
	"strings"
)

// marker is the sign in front of a list item.
type marker struct {
	char    byte
	ordered bool
	number  int
	width   int  // bytes
	blank   bool // nothing follows on the line
}

// parseMarker reads a list marker.
func parseMarker(rest string) (marker, bool) {
	m := marker{char: rest[0], width: 1}
	if d := digits(rest); d > 0 {
		if d > 9 || d >= len(rest) || rest[d] != '.' && rest[d] != ')' {
			return m, false
		}
		n, err := strconv.Atoi(rest[:d])
		if err != nil {
			return m, false
		}
		m = marker{char: rest[d], ordered: true, number: n, width: d + 1}
	} else if m.char != '-' && m.char != '+' && m.char != '*' {
		return m, false
	}
	if m.width < len(rest) && !isBlankByte(rest[m.width]) {
		return m, false
	}
	m.blank = strings.Trim(rest[m.width:], " \t") == ""
	return m, true
}

// digits counts the digits s begins with, ten at most.
func digits(s string) int {
	n := 0
	for n < len(s) && n < 10 && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// startItem begins a list item, and its list if there is none it belongs to.
func (s *scanner) startItem(m marker) bool {
	c := &s.cur
	if s.matched && s.isText() && (m.blank || m.ordered && m.number != 1) {
		return false // such an item does not interrupt a paragraph
	}
	indent := c.indent
	c.skip()
	c.bytes(m.width)
	offset := indent + m.width + itemPadding(c, m.blank)
	s.closeUnmatched()
	s.tip = false
	list := s.top()
	switch {
	case list == nil || list.kind != listBox:
		list = &box{kind: listBox, leaf: -1, marker: m.char, ordered: m.ordered, number: m.number}
		s.addBox(list)
	case list.marker != m.char || list.ordered != m.ordered:
		list = &box{kind: listBox, leaf: -1, marker: m.char, ordered: m.ordered, number: m.number}
		s.open = s.open[:len(s.open)-1]
		s.addBox(list)
	case s.afterBlank():
		s.loosen(list)
	}
	s.touch(list)
	item := &box{kind: itemBox, leaf: -1, parent: list, offset: offset, number: list.number + list.children}
	list.children++ // only the first number of a list counts
	s.open = append(s.open, item)
	s.depth = len(s.open)
	s.newItem = true
	c.look()
	if c.blank {
		s.addLeaf(leaf{kind: emptyLeaf})
		item.children = 0 // an item is empty until it holds a block
	}
	return true
}

// itemPadding reads the blanks behind a marker and returns how many belong to it.
func itemPadding(c *cursor, blank bool) int {
	before := *c
	n := 0
	for n < 5 && isBlankByte(c.at(c.off)) {
		c.columns(1)
		n++
	}
	if n >= 1 && n < 5 && !blank {
		return n
	}
	*c = before
	if isBlankByte(c.at(c.off)) {
		c.columns(1)
	}
	return 1
}
