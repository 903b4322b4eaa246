package markdown

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	"github.com/charmbracelet/x/ansi"
)

// freshStart is after how many groups the highlighting of a block begins anew, so that the
// end of a very long one can be shown without reading all of it.
const freshStart = 16

// tabWidth is how many columns a tab of code reaches.
const tabWidth = 4

// codeCache is what is known of a code block that grows.
type codeCache struct {
	groups []codeLines
}

// codeLines are the complete lines of a group.
type codeLines struct {
	done  int // lines read by the lexer
	state lexState
	lines []Line   // rendered; nil if only the state was needed
	drawn int      // lines of code that are in lines
	after lexState // behind them
}

// lang is the language that a code block names.
func (d *Document) lang(l *leaf) string {
	if l.kind != fenceLeaf {
		return ""
	}
	info := d.scan.src[l.info.start:l.info.end]
	if f := strings.FieldsFunc(info, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == '{' || r == '}' }); len(f) > 0 {
		return f[0]
	}
	return ""
}

// renderCode draws one group of a code block.
func (d *Document) renderCode(i, part int, pre prefix, lines []Line) []Line {
	l, v := &d.scan.leaves[i], &d.views[i]
	if v.code == nil {
		v.code = &codeCache{}
	}
	lx := d.style.lexers.get(d.lang(l))
	state := d.codeState(l, v.code, lx, part)
	if part == 0 {
		lines = append(lines, Line{Text: d.codeHeader(l, pre), Start: l.start})
		pre.first = pre.rest
	}
	g := &v.code.groups[part]
	from, to := l.lines(part)
	if g.drawn > 0 {
		state = g.after
	}
	for k := from + g.drawn; k < to; k++ {
		var out []Line
		out, state = d.codeLine(l, k, lx, state, pre)
		if !l.complete(k, d.scan.pos) {
			return append(append(lines, g.lines...), out...)
		}
		g.lines = append(g.lines, out...)
		g.drawn, g.after = k-from+1, state
		if g.done < g.drawn {
			g.done, g.state = g.drawn, state
		}
	}
	return append(lines, g.lines...)
}

// complete tells whether line k of a leaf can no longer change.
func (l *leaf) complete(k, pos int) bool { return l.segs[k].more || l.segs[k].end < pos }

// codeState returns the state that a group begins with, reading the groups before it as
// far as necessary.
func (d *Document) codeState(l *leaf, c *codeCache, lx *lexer, part int) lexState {
	for len(c.groups) <= part {
		c.groups = append(c.groups, codeLines{})
	}
	begin := part - part%freshStart
	var state lexState
	if lx == nil {
		return state
	}
	for p := begin; p < part; p++ {
		g := &c.groups[p]
		from, to := l.lines(p)
		if g.done > 0 {
			state = g.state
		}
		for k := from + g.done; k < to; k++ {
			d.tokens, state = d.lex(l, k, lx, state)
			g.done, g.state = k-from+1, state
		}
	}
	return state
}

// lex highlights line k.
func (d *Document) lex(l *leaf, k int, lx *lexer, state lexState) ([]token, lexState) {
	g := l.segs[k]
	s := d.scan.src[g.start:g.end]
	if lx == nil || k > 0 && l.segs[k-1].more {
		return append(d.tokens[:0], token{chroma.Text, len(s)}), state
	}
	return d.style.lexers.line(lx, s, state, d.tokens[:0])
}

// codeHeader is the first row of a block: language and number.
func (d *Document) codeHeader(l *leaf, pre prefix) string {
	name := d.lang(l)
	if name == "" {
		name = "code"
	}
	b := append(d.row[:0], pre.first...)
	b = append(b, d.style.mark...)
	text := "  " + visibleText(name) + "  " + strconv.Itoa(l.number)
	width := max(d.width-pre.width, 1)
	text = ansi.Truncate(text, width, "…")
	b = append(b, text...)
	if d.style.fill != "" {
		b = append(b, strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))...)
	}
	if d.style.mark != "" {
		b = append(b, reset...)
	}
	d.row = b
	return string(b)
}

// visibleText replaces control characters.
func visibleText(s string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		if isControl(r) {
			b.WriteString(visible(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// codeRow lays out the rows of one line of code.
type codeRow struct {
	d     *Document
	pre   prefix
	pad   int // cells left of the code
	width int // cells for the code
	lines []Line
	b     []byte
	col   int // cells in the row
	line  int // cells in the line, for tabs
	from  int
	token string // in force
}

// codeLine draws line k of a block.
func (d *Document) codeLine(l *leaf, k int, lx *lexer, state lexState, pre prefix) ([]Line, lexState) {
	var tokens []token
	tokens, state = d.lex(l, k, lx, state)
	d.tokens = tokens
	g := l.segs[k]
	r := codeRow{d: d, pre: pre, b: d.row[:0]}
	r.pad = min(2, max(0, d.width-pre.width-8))
	if d.style.fill != "" {
		r.pad = min(r.pad, 1)
	}
	r.width = max(d.width-pre.width-r.pad, 1)
	r.begin(g.start, k > 0 && l.segs[k-1].more)
	for range g.pad {
		r.put(" ", 1, g.start, d.style.token(chroma.Text))
	}
	s := d.scan.src[g.start:g.end]
	at := 0
	for _, t := range tokens {
		if t.end > at {
			r.text(s[at:t.end], g.start+at, d.style.token(t.kind))
			at = t.end
		}
	}
	if at < len(s) {
		r.text(s[at:], g.start+at, d.style.token(chroma.Text))
	}
	r.end(g.more)
	d.row = r.b
	return slices.Clip(r.lines), state
}

// begin starts a row. A row that goes on with the line above is marked as such.
func (r *codeRow) begin(from int, goesOn bool) {
	r.b = append(r.b[:0], r.pre.rest...)
	r.from, r.col, r.token = from, 0, ""
	if r.pad == 0 {
		return
	}
	if goesOn {
		r.b = append(r.b, r.d.style.mark...)
		r.b = append(r.b, "↳"...)
		if r.d.style.mark != "" {
			r.b = append(r.b, reset...)
		}
		if r.pad > 1 {
			r.b = append(r.b, ' ')
		}
		return
	}
	if r.d.style.fill != "" {
		r.set(r.d.style.token(chroma.Text))
	}
	r.b = append(r.b, "  "[:r.pad]...)
}

// set puts a token's look in force.
func (r *codeRow) set(seq string) {
	if seq != r.token {
		r.b = append(r.b, seq...)
		r.token = seq
	}
}

// end finishes a row.
func (r *codeRow) end(soft bool) {
	if r.d.style.fill != "" {
		r.set(r.d.style.token(chroma.Text))
		for ; r.col < r.width; r.col++ {
			r.b = append(r.b, ' ')
		}
	}
	if r.token != "" {
		r.b = append(r.b, reset...)
	}
	r.lines = append(r.lines, Line{Text: string(r.b), Start: r.from, Soft: soft})
}

// put adds one character.
func (r *codeRow) put(s string, w, src int, seq string) {
	if r.col+w > r.width {
		if w > r.width {
			s, w = "…", 1
		}
		if r.col+w > r.width {
			r.end(true)
			r.begin(src, true)
		}
	}
	r.set(seq)
	r.b = append(r.b, s...)
	r.col += w
	r.line += w
}

// text adds a token.
func (r *codeRow) text(s string, src int, seq string) {
	for i := 0; i < len(s); {
		c := s[i]
		if c > ' ' && c < 0x7f && r.col < r.width && (i+1 == len(s) || s[i+1] < utf8.RuneSelf) {
			r.set(seq)
			r.b = append(r.b, c)
			r.col++
			r.line++
			i++
			continue
		}
		switch {
		case c == '\t':
			for range tabWidth - r.line%tabWidth {
				r.put(" ", 1, src+i, seq)
			}
			i++
		case c < utf8.RuneSelf && (i+1 == len(s) || s[i+1] < utf8.RuneSelf):
			if c < ' ' || c == 0x7f {
				r.put(visible(rune(c)), 1, src+i, seq)
			} else {
				r.put(s[i:i+1], 1, src+i, seq)
			}
			i++
		default:
			cluster, w := ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
			shown, w := printable(cluster, w)
			r.put(shown, w, src+i, seq)
			i += len(cluster)
		}
	}
}
