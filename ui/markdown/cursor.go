package markdown

// cursor walks over one source line the way CommonMark counts it: by bytes and by
// columns, where a tab reaches to the next multiple of four and may be used up in part.
type cursor struct {
	s    string // the line without its newline
	base int    // where the line begins in the source

	off, col int  // read so far
	partTab  bool // s[off] is a tab of which some columns were read

	next, nextCol int // first byte that is neither blank nor tab
	indent        int // columns between col and nextCol
	blank         bool
}

// reset starts a new line.
func (c *cursor) reset(s string, base int) { *c = cursor{s: s, base: base} }

// look finds the next visible byte.
func (c *cursor) look() {
	i, col := c.off, c.col
	for i < len(c.s) {
		if c.s[i] == ' ' {
			col++
		} else if c.s[i] == '\t' {
			col += 4 - col%4
		} else {
			break
		}
		i++
	}
	c.next, c.nextCol = i, col
	c.indent = col - c.col
	c.blank = i >= len(c.s)
}

// peek is the byte at the next visible place, 0 at the end of the line.
func (c *cursor) peek() byte { return c.at(c.next) }

// at is byte i of the line, 0 behind its end.
func (c *cursor) at(i int) byte {
	if i < len(c.s) {
		return c.s[i]
	}
	return 0
}

// skip moves to the next visible byte.
func (c *cursor) skip() { c.off, c.col, c.partTab = c.next, c.nextCol, false }

// bytes moves on by n bytes.
func (c *cursor) bytes(n int) {
	for ; n > 0 && c.off < len(c.s); n-- {
		if c.s[c.off] == '\t' {
			c.col += 4 - c.col%4
		} else {
			c.col++
		}
		c.off++
	}
	c.partTab = false
}

// columns moves on by n columns, which may end within a tab.
func (c *cursor) columns(n int) {
	for n > 0 && c.off < len(c.s) {
		if c.s[c.off] != '\t' {
			c.off, c.col, n, c.partTab = c.off+1, c.col+1, n-1, false
			continue
		}
		left := 4 - c.col%4
		c.partTab = left > n
		step := min(n, left)
		c.col += step
		n -= step
		if !c.partTab {
			c.off++
		}
	}
}

// rest is what was not read yet, as a segment of the source.
func (c *cursor) rest() seg {
	start, pad := c.off, 0
	if c.partTab {
		pad = 4 - c.col%4
		start++
	}
	return seg{start: c.base + start, end: c.base + len(c.s), pad: pad}
}

func isBlankByte(b byte) bool { return b == ' ' || b == '\t' }
