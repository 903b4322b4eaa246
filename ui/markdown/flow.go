package markdown

import (
	"slices"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// prefix is what stands left of a block: quote bars, indentation, and on its first row the
// item's mark.
type prefix struct {
	first, rest string
	width       int // cells, the same for both
}

// flow lays out text in rows. The zero value needs begin.
type flow struct {
	style *Style
	pre   prefix
	width int // cells of content
	lines []Line
	head  int // lines that were there before

	row   []byte // the row so far, prefix included
	col   int    // cells of content in it
	from  int    // source byte the row begins with
	empty bool   // nothing was added to the row

	look look   // in force at the end of row
	link string // likewise

	brk brk

	prev, prev2 rune // characters before, for where a row may break
	prevWide    bool
}

// brk is where the row may be broken: it ends at end, and the next one begins with row[next:].
type brk struct {
	ok        bool
	end, next int
	col       int // cells up to next
	from      int // source byte of what begins at next
	endLook   look
	endLink   string
	nextLook  look
	nextLink  string
}

// begin starts a block. The lines that hold it are appended to lines.
func (f *flow) begin(st *Style, pre prefix, width, from int, lines []Line) {
	f.style, f.pre, f.width, f.lines = st, pre, max(width-pre.width, 1), lines
	f.head = len(lines)
	f.startRow(from)
}

// startRow begins an empty row.
func (f *flow) startRow(from int) {
	f.row = f.row[:0]
	if len(f.lines) == f.head {
		f.row = append(f.row, f.pre.first...)
	} else {
		f.row = append(f.row, f.pre.rest...)
	}
	f.col, f.from, f.empty = 0, from, true
	f.unstyled()
	f.brk.ok = false
	f.prev, f.prev2, f.prevWide = 0, 0, false
}

// unstyled notes that nothing is in force in the row.
func (f *flow) unstyled() { f.look, f.link = noLook, "" }

// noLook is the look of a row before its first character.
const noLook look = 0xffff

// closing appends what ends a look and a link.
func (f *flow) closing(b []byte, l look, link string) []byte {
	if link != "" {
		b = append(b, "\x1b]8;;\x1b\\"...)
	}
	if l != noLook && f.style.seq(l) != "" {
		b = append(b, reset...)
	}
	return b
}

// opening appends what begins a look and a link.
func (f *flow) opening(b []byte, l look, link string) []byte {
	if l != noLook {
		b = append(b, f.style.seq(l)...)
	}
	if link != "" {
		b = append(b, "\x1b]8;;"...)
		b = append(b, link...)
		b = append(b, "\x1b\\"...)
	}
	return b
}

// set puts a look and a link in force.
func (f *flow) set(l look, link string) {
	if f.look == l && f.link == link {
		return
	}
	f.row = f.closing(f.row, f.look, f.link)
	f.row = f.opening(f.row, l, link)
	f.look, f.link = l, link
}

// end finishes the row.
func (f *flow) end(soft bool) {
	f.row = f.closing(f.row, f.look, f.link)
	f.unstyled()
	f.lines = append(f.lines, Line{Text: string(f.row), Start: f.from, Soft: soft})
}

// newline ends the row where the text says so.
func (f *flow) newline(next int) {
	f.end(false)
	f.startRow(next)
}

// overflow makes room in a full row: it breaks at the last place where that looks right,
// or right here.
func (f *flow) overflow(src int) {
	b := f.brk
	if !b.ok || f.empty {
		look, link := f.look, f.link
		f.end(true)
		f.startRow(src)
		f.set(look, link)
		return
	}
	tail := slices.Clone(f.row[b.next:])
	col, look, link := f.col-b.col, f.look, f.link
	f.row = f.closing(f.row[:b.end], b.endLook, b.endLink)
	f.lines = append(f.lines, Line{Text: string(f.row), Start: f.from, Soft: true})
	prev, prev2, wide := f.prev, f.prev2, f.prevWide
	f.startRow(b.from)
	f.prev, f.prev2, f.prevWide = prev, prev2, wide
	if len(tail) == 0 {
		return
	}
	f.row = f.opening(f.row, b.nextLook, b.nextLink)
	f.row = append(f.row, tail...)
	f.col, f.look, f.link, f.empty = col, look, link, false
}

// breakable notes that the row may be broken before the character at src.
func (f *flow) breakable(src int) {
	f.brk = brk{
		ok: true, end: len(f.row), next: len(f.row), col: f.col, from: src,
		endLook: f.look, endLink: f.link, nextLook: f.look, nextLink: f.link,
	}
}

// text adds s, which stands at src in the source; exact says that it stands there byte by
// byte, else all of it counts as src.
func (f *flow) text(s string, src int, exact bool, l look, link string) {
	step := 0
	if exact {
		step = 1
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf && (i+1 == len(s) || s[i+1] < utf8.RuneSelf) {
			f.ascii(c, src+i*step, l, link)
			i++
			continue
		}
		cluster, w := ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
		f.cluster(cluster, w, src+i*step, l, link)
		i += len(cluster)
	}
}

// ascii adds a character of one byte.
func (f *flow) ascii(c byte, src int, l look, link string) {
	if c <= ' ' || c == 0x7f {
		if c == ' ' || c == '\t' {
			f.blank(src, l, link)
		} else {
			f.cluster(visible(rune(c)), 1, src, l, link)
		}
		return
	}
	if f.prevWide && !startsNoRow(rune(c)) || f.prev == '-' && isWord(f.prev2) && isWord(rune(c)) {
		f.breakable(src)
	}
	if f.col >= f.width {
		f.overflow(src)
	}
	f.set(l, link)
	f.row = append(f.row, c)
	f.col++
	f.empty = false
	f.prev2, f.prev, f.prevWide = f.prev, rune(c), false
}

// blank adds a blank, where a row may end.
func (f *flow) blank(src int, l look, link string) {
	if f.prev != ' ' && f.prev != 0 {
		f.breakable(src)
	}
	f.prev2, f.prev, f.prevWide = f.prev, ' ', false
	if f.col < f.width {
		f.set(l, link)
		f.row = append(f.row, ' ')
		f.col++
		f.empty = false
	}
	f.brk.next, f.brk.col, f.brk.from = len(f.row), f.col, src+1
	f.brk.nextLook, f.brk.nextLink = f.look, f.link
}

// cluster adds a character of any width.
func (f *flow) cluster(s string, w, src int, l look, link string) {
	s, w = printable(s, w)
	r, _ := utf8.DecodeRuneInString(s)
	wide := w > 1
	if w > f.width {
		s, w = "…", 1
	}
	if (wide || f.prevWide) && f.prev != ' ' && f.prev != 0 && !startsNoRow(r) && !endsNoRow(f.prev) {
		f.breakable(src)
	}
	if f.col+w > f.width {
		f.overflow(src)
		if f.col+w > f.width {
			f.overflow(src)
		}
	}
	f.set(l, link)
	f.row = append(f.row, s...)
	f.col += w
	f.empty = false
	last, _ := utf8.DecodeLastRuneInString(s)
	f.prev2, f.prev, f.prevWide = f.prev, last, wide
}

// printable replaces a control character or bad bytes, which must not reach the terminal
// even if the text did not pass the gate it should have passed.
func printable(s string, w int) (string, int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case isControl(r):
		return visible(r), 1
	case r == utf8.RuneError && size <= 1 || !utf8.ValidString(s):
		return "\ufffd", 1
	}
	return s, w
}

// visible is what stands for a control character, which must not reach the terminal.
func visible(r rune) string {
	switch {
	case r < ' ':
		return string(rune(0x2400) + r)
	case r == 0x7f:
		return "␡"
	}
	return "\ufffd"
}

func isWord(r rune) bool {
	return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= 0xc0
}

// startsNoRow tells punctuation that must not begin a row between wide characters.
func startsNoRow(r rune) bool {
	switch r {
	case ')', ']', '}', ',', '.', ':', ';', '!', '?', '%',
		'、', '。', '，', '．', '：', '；', '！', '？', '）', '］', '｝', '」', '』', '】', '》', '〉', '〕',
		'ー', '々', '・', '…', '‥', '’', '”', 'ぁ', 'ぃ', 'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ',
		'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ':
		return true
	}
	return false
}

// endsNoRow tells punctuation that must not end a row between wide characters.
func endsNoRow(r rune) bool {
	switch r {
	case '(', '[', '{', '（', '［', '｛', '「', '『', '【', '《', '〈', '〔', '‘', '“':
		return true
	}
	return false
}

// snapshot copies the state, so that the flow can go on from here later.
func (f *flow) snapshot() flow {
	c := *f
	c.row = slices.Clone(f.row)
	c.lines = slices.Clip(f.lines)
	return c
}

// finish ends the block and returns its lines.
func (f *flow) finish() []Line {
	f.end(false)
	return f.lines
}

// chain makes the spans of a unit's lines follow one another from start to end.
func chain(lines []Line, start, end int) {
	for i := range lines {
		if i > 0 {
			lines[i].Start = max(lines[i].Start, lines[i-1].Start)
		} else {
			lines[i].Start = start
		}
	}
	for i := range lines {
		lines[i].End = end
		if i+1 < len(lines) {
			lines[i].End = lines[i+1].Start
		}
	}
}
