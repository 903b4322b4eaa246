package markdown

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"parlor/ui/term"
)

// run is a piece of text that is drawn one way.
type run struct {
	text  string
	src   int  // where it stands in the source
	exact bool // text stands there byte by byte
	look  look
	link  string
	brk   bool // a new row begins instead
	top   bool // not within emphasis, code or a link
}

// inline reads the markup within blocks. Goldmark does the reading; plain text, which is
// most of it, does not need that.
type inline struct {
	grammar *grammar
	src     string
	refs    func(label string) (url string, ok bool)
	buf     []byte // the block's text, its lines joined
	lines   []inlineLine
	runs    []run
	base    look
	ticks   bool // code spans keep their backticks
	cell    bool // the text is a cell of a table
	parsed  int  // bytes read
}

// inlineLine tells where a line of buf stands in the source.
type inlineLine struct{ buf, src int }

// read turns segments of the source into runs, which are valid until the next call.
func (n *inline) read(src string, segs []seg, base look) []run {
	n.src, n.base, n.runs = src, base, n.runs[:0]
	plain := true
	for _, g := range segs {
		n.parsed += g.end - g.start
		plain = plain && isPlain(src[g.start:g.end])
	}
	if plain {
		n.plain(segs)
	} else {
		n.parse(segs)
	}
	return n.runs
}

// plain reads lines without markup.
func (n *inline) plain(segs []seg) {
	for i, g := range segs {
		from, to := trimBlanks(n.src, g.start, g.end)
		n.add(run{text: n.src[from:to], src: from, exact: true, look: n.base, top: true})
		if i+1 < len(segs) {
			next, _ := trimBlanks(n.src, segs[i+1].start, segs[i+1].end)
			n.newline(next, true)
		}
	}
}

// parse reads lines with goldmark.
func (n *inline) parse(segs []seg) {
	n.buf, n.lines = n.buf[:0], n.lines[:0]
	for i, g := range segs {
		from, to := trimBlanks(n.src, g.start, g.end)
		if i+1 < len(segs) {
			to = g.end // blanks before a line break may mean something
		}
		n.lines = append(n.lines, inlineLine{len(n.buf), from})
		n.buf = append(n.buf, n.src[from:to]...)
		n.buf = append(n.buf, '\n')
	}
	pc := &context{Context: parser.NewContext(), refs: n.refs}
	root := n.grammar.inline().Parse(text.NewReader(n.buf), parser.WithContext(pc))
	for p := root.FirstChild(); p != nil; p = p.NextSibling() {
		n.children(p, n.base, "", true)
	}
}

// context answers goldmark's questions for link references.
type context struct {
	parser.Context
	refs func(label string) (string, bool)
}

// reference is a link reference as goldmark takes it.
type reference struct{ label, url string }

func (r reference) String() string      { return r.label }
func (r reference) Label() []byte       { return []byte(r.label) }
func (r reference) Destination() []byte { return []byte(r.url) }
func (r reference) Title() []byte       { return nil }

// Reference looks up a label in the whole document.
func (c *context) Reference(label string) (parser.Reference, bool) {
	url, ok := c.refs(label)
	return reference{label, url}, ok
}

// lineOf finds the line that an offset in buf is in.
func (n *inline) lineOf(at int) int {
	i, found := slices.BinarySearchFunc(n.lines, at, func(l inlineLine, at int) int { return l.buf - at })
	if found {
		return i
	}
	return i - 1
}

// source translates an offset in buf.
func (n *inline) source(at int) int {
	l := n.lines[n.lineOf(at)]
	return l.src + at - l.buf
}

// lineAfter is where the line behind the one of an offset in buf begins in the source.
func (n *inline) lineAfter(at int) int {
	if i := n.lineOf(at) + 1; i < len(n.lines) {
		return n.lines[i].src
	}
	return n.source(at)
}

// add appends a run, joining it with the one before where they are one text.
func (n *inline) add(r run) {
	if r.text == "" && !r.brk {
		return
	}
	if k := len(n.runs) - 1; k >= 0 && r.exact && !r.brk {
		p := &n.runs[k]
		if p.exact && !p.brk && p.look == r.look && p.link == r.link && p.top == r.top && p.src+len(p.text) == r.src {
			p.text = n.src[p.src : r.src+len(r.text)]
			return
		}
	}
	n.runs = append(n.runs, r)
}

// newline begins a new row. Single line ends are kept as the writer set them: models and
// people break lines where they mean it.
func (n *inline) newline(src int, top bool) { n.add(run{brk: true, src: src, top: top}) }

// children reads what a node holds.
func (n *inline) children(p ast.Node, l look, link string, top bool) {
	for c := p.FirstChild(); c != nil; c = c.NextSibling() {
		n.node(c, l, link, top)
	}
}

// node reads one node of goldmark's tree.
func (n *inline) node(c ast.Node, l look, link string, top bool) {
	switch c := c.(type) {
	case *ast.Text:
		n.text(c.Segment, l, link, top)
		if c.SoftLineBreak() || c.HardLineBreak() {
			n.newline(n.lineAfter(c.Segment.Stop), top)
		}
	case *literal:
		for _, g := range c.segs {
			n.raw(g, l, link, top)
		}
	case *ast.Emphasis:
		mark := markEmph
		if c.Level > 1 {
			mark = markStrong
		}
		n.children(c, l|mark, link, false)
	case *east.Strikethrough:
		n.children(c, l|markStrike, link, false)
	case *ast.CodeSpan:
		n.code(c, l, link)
	case *ast.Link:
		n.link(c, c.Destination, l, link)
	case *ast.Image:
		n.link(c, c.Destination, l|markEmph, link)
	case *ast.AutoLink:
		n.autoLink(c, l)
	case *ast.RawHTML:
		n.html(c, l, link)
	default:
		n.children(c, l, link, top)
	}
}

// raw adds text as it stands.
func (n *inline) raw(g text.Segment, l look, link string, top bool) {
	s := bytes.TrimSuffix(n.buf[g.Start:g.Stop], []byte("\n"))
	from := n.source(g.Start)
	n.add(run{text: n.src[from : from+len(s)], src: from, exact: true, look: l, link: link, top: top})
	if len(s) < g.Len() {
		n.newline(n.lineAfter(g.Start), top)
	}
}

// code adds a code span. Without colour its marks are left to tell it from the rest.
func (n *inline) code(c *ast.CodeSpan, l look, link string) {
	l |= markCode
	for t := c.FirstChild(); t != nil; t = t.NextSibling() {
		g := t.(*ast.Text).Segment
		s := bytes.TrimSuffix(n.buf[g.Start:g.Stop], []byte("\n"))
		from := n.source(g.Start)
		if n.ticks && t == c.FirstChild() {
			n.add(run{text: "`", src: from, look: l, link: link})
		}
		part := run{text: n.src[from : from+len(s)], src: from, exact: true, look: l, link: link}
		if n.cell && strings.Contains(part.text, `\|`) { // in a table this is how a pipe is written, even in code
			part.text, part.exact = strings.ReplaceAll(part.text, `\|`, "|"), false
		}
		n.add(part)
		if len(s) < g.Len() {
			n.add(run{text: " ", src: from + len(s), look: l, link: link})
		}
		if n.ticks && t == c.LastChild() {
			n.add(run{text: "`", src: from + len(s), look: l, link: link})
		}
	}
}

// html adds a tag as it was written, but for the one that means a line break.
func (n *inline) html(c *ast.RawHTML, l look, link string) {
	first := c.Segments.At(0)
	tag := strings.ToLower(string(n.buf[first.Start:first.Stop]))
	if strings.HasPrefix(tag, "<br") && strings.Trim(tag[3:], " /") == ">" {
		n.newline(n.source(first.Stop), false)
		return
	}
	for i := range c.Segments.Len() {
		n.raw(c.Segments.At(i), l|markDim, link, false)
	}
}

// text adds text with its escapes and entities resolved.
func (n *inline) text(g text.Segment, l look, link string, top bool) {
	at := n.source(g.Start)
	end := at + g.Len()
	for from := at; from < end; {
		s := n.src[from:end]
		i := strings.IndexAny(s, `\&`)
		if i < 0 {
			n.add(run{text: s, src: from, exact: true, look: l, link: link, top: top})
			return
		}
		n.add(run{text: s[:i], src: from, exact: true, look: l, link: link, top: top})
		from, s = from+i, s[i:]
		switch char, size := entity(s); {
		case size > 0:
			n.add(run{text: char, src: from, look: l, link: link, top: top})
			from += size
		default:
			skip, keep := 0, 1 // a lone sign
			if s[0] == '\\' && len(s) > 1 && util.IsPunct(s[1]) {
				skip = 1
			}
			if next := strings.IndexAny(s[skip+keep:], `\&`); next >= 0 {
				keep += next
			} else {
				keep = len(s) - skip
			}
			n.add(run{text: s[skip : skip+keep], src: from + skip, exact: true, look: l, link: link, top: top})
			from += skip + keep
		}
	}
}

// entity decodes the entity s begins with. What could steer the terminal or hide is not
// decoded, so that it is seen as it was written.
func entity(s string) (char string, size int) {
	if s[0] != '&' {
		return "", 0
	}
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	if end < 2 {
		return "", 0
	}
	for i := 1; i < end; i++ {
		if !isWordByte(s[i]) && (i > 1 || s[i] != '#') {
			return "", 0
		}
	}
	char = html.UnescapeString(s[:end+1])
	if char == s[:end+1] || !utf8.ValidString(char) || term.Sanitize(char) != char {
		return "", 0
	}
	if char == "\u00a0" {
		return " ", end + 1
	}
	if r, _ := utf8.DecodeRuneInString(char); r < ' ' || ansi.StringWidth(char) == 0 {
		return "", 0
	}
	return char, end + 1
}

// trimBlanks returns the place without blanks around it.
func trimBlanks(src string, from, to int) (int, int) {
	for from < to && isBlankByte(src[from]) {
		from++
	}
	for to > from && isBlankByte(src[to-1]) {
		to--
	}
	return from, to
}

// isPlain tells text in which nothing can be markup.
func isPlain(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case '*', '_', '~', '[', '`', '<', '\\', '&', '$', '@':
			return false
		case ':':
			if i+1 < len(s) && s[i+1] == '/' {
				return false
			}
		case '.':
			if i >= 3 && s[i-1]|0x20 == 'w' && s[i-2]|0x20 == 'w' {
				return false
			}
		}
	}
	return true
}
