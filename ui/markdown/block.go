package markdown

import (
	"strings"
	"unicode/utf8"
)

// boxKind is the kind of a container block.
type boxKind uint8

const (
	quoteBox boxKind = iota
	listBox
	itemBox
)

// box is a container block. Boxes form a tree by their parents; the scanner keeps the
// open ones on a stack.
type box struct {
	parent *box
	kind   boxKind
	leaf   int // index of the first leaf within, -1 before there is one

	// A list: what its items must agree in, and whether blank lines separate them.
	marker  byte // '-', '+', '*', or the '.' or ')' behind a number
	ordered bool
	loose   bool

	// An item.
	offset   int // columns that its content is indented by
	number   int // of an ordered list its first, of an item its own
	children int // blocks or items directly inside
}

// leafKind is the kind of a block without blocks inside.
type leafKind uint8

const (
	paraLeaf leafKind = iota
	headingLeaf
	fenceLeaf  // fenced code
	indentLeaf // indented code
	htmlLeaf
	tableLeaf
	ruleLeaf
	emptyLeaf // an item without content, so far
)

// seg is one line of a leaf: bytes of the source behind pad columns that are left of a tab.
type seg struct {
	start, end, pad int
	more            bool // the line goes on in the next segment, because it is very long
}

// leaf is a block that holds lines.
type leaf struct {
	kind  leafKind
	box   *box // innermost container, nil at top level
	start int  // beginning of its first source line
	end   int  // end of its last source line, without newline
	segs  []seg
	size  int  // bytes in segs
	cont  bool // goes on with the paragraph before, which had grown too long for one unit

	level  int  // headings: 1 to 6
	setext bool // headings: underlined
	html   int  // HTML blocks: which of the seven start conditions
	number int  // code: counted through the document
	fence  byte // fenced code: '`' or '~'
	length int  // of the opening fence
	indent int  // of the opening fence
	info   seg  // what stands behind the opening fence
	open   bool // the closing fence is still missing
	aligns []align
}

// isCode tells fenced and indented code.
func (l *leaf) isCode() bool { return l.kind == fenceLeaf || l.kind == indentLeaf }

// maxParagraph bounds the bytes of one paragraph unit. Inline markup does not reach over
// that border and a new row begins there, which is where this package leaves Markdown: it
// keeps the work of a token bounded whatever the text is.
const maxParagraph = 8 << 10

// maxCodeLine bounds the bytes of a segment of code or HTML. Only the first segment of a
// longer line is highlighted.
const maxCodeLine = 512

// putLong adds a line of code or HTML in segments that are not too long.
func (l *leaf) putLong(src string, g seg) {
	for g.end-g.start > maxCodeLine {
		n := maxCodeLine
		for n > maxCodeLine-utf8.UTFMax && !utf8.RuneStart(src[g.start+n]) {
			n--
		}
		l.put(seg{start: g.start, end: g.start + n, pad: g.pad, more: true})
		g.start, g.pad = g.start+n, 0
	}
	l.put(g)
}

// put adds a line to a leaf.
func (l *leaf) put(g seg) {
	l.segs = append(l.segs, g)
	l.size += g.end - g.start
}

// cutLong returns how much of a line fits into size bytes: all of it, or up to a blank, or
// up to a character that is a good deal further if there is no blank.
func cutLong(line string, size int) int {
	size = max(size, 1)
	if len(line) <= size {
		return len(line)
	}
	if n := strings.IndexByte(line[size:], ' '); n >= 0 && n < maxParagraph {
		return size + n + 1
	}
	if len(line) < size+maxParagraph {
		return len(line)
	}
	n := size + maxParagraph
	for n > size && !utf8.RuneStart(line[n]) {
		n--
	}
	return n
}
