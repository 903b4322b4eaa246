package term

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sanitize returns s with everything that could steer a terminal or deceive a reader
// replaced by visible marks: "␛" for an escape, "⟪RLO⟫" for an override of the reading
// direction, "⟪U+200B⟫" for what is not seen at all. Newlines and tabs stay, line ends
// become "\n". Clean text is returned as it is, without allocation. Sanitising twice
// changes nothing more.
func Sanitize(s string) string {
	var z Sanitizer
	return z.Write(s) + z.Close()
}

// Sanitizer is [Sanitize] for text that comes in pieces: however the text is cut, the
// pieces that come out make the same whole. The zero value is ready.
type Sanitizer struct {
	held string // end of what was written, which cannot be judged without what follows
	ctx  judged
}

// judged is what the judgement of a character depends on.
type judged struct {
	prev  rune // last character that is not a mark or selector; 0 at a line's begin
	marks int  // combining marks since
	sel   bool // a variation selector came since
	tags  int  // tag characters since, within a flag
}

const (
	maxMarks = 6 // combining marks on one character; more are no writing system's
	maxTags  = 7 // tag characters of a flag
)

// Write takes the next piece and returns what can be shown by now.
func (z *Sanitizer) Write(s string) string {
	if z.held != "" {
		s, z.held = z.held+s, ""
	}
	return z.clean(s, false)
}

// Close returns what was held back, shown as it stands, and makes the Sanitizer ready for
// another text.
func (z *Sanitizer) Close() string {
	s := ""
	if z.held != "" {
		s = z.clean(z.held, true)
	}
	*z = Sanitizer{}
	return s
}

// clean judges s. What has to wait for more goes to held, unless the text ends here.
func (z *Sanitizer) clean(s string, last bool) string {
	var b strings.Builder
	from := 0 // s[from:i] is clean and not written to b
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f {
			i++
			for i < len(s) && s[i] >= ' ' && s[i] < 0x7f {
				i++
			}
			z.ctx = judged{prev: rune(s[i-1])}
			continue
		}
		mark, size, wait := z.judge(s[i:], last)
		if wait {
			z.held = s[i:]
			s = s[:i]
			break
		}
		if mark != keep {
			b.WriteString(s[from:i])
			b.WriteString(mark)
			from = i + size
		}
		i += size
	}
	if from == 0 && b.Len() == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

// keep is the mark of what may stay.
const keep = "\x00"

// judge looks at the character s begins with: what to show for it, how long it is, and
// whether that cannot be told yet.
func (z *Sanitizer) judge(s string, last bool) (mark string, size int, wait bool) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == '\n' || r == '\t':
		z.ctx = judged{}
		return keep, 1, false
	case r == '\r':
		if len(s) == 1 && !last {
			return "", 0, true
		}
		z.ctx = judged{}
		if len(s) > 1 && s[1] == '\n' {
			return "", 1, false
		}
		return "␍", 1, false
	case r < ' ' || r == 0x7f:
		z.ctx = judged{}
		return controlPicture(r), 1, false
	case r == utf8.RuneError && size <= 1:
		if !last && !utf8.FullRuneInString(s) {
			return "", 0, true
		}
		z.ctx = judged{}
		return "\ufffd", 1, false
	case r == zwj || r == zwnj:
		return z.joiner(s, r, size, last)
	case isSelector(r):
		return z.selector(r), size, false
	case r >= 0xe0020 && r <= 0xe007f:
		return z.tag(r), size, false
	case isHidden(r):
		z.ctx = judged{}
		return Name(r), size, false
	case unicode.In(r, unicode.Mn, unicode.Me):
		return z.combining(r), size, false
	}
	z.ctx = judged{prev: r}
	return keep, size, false
}

// controlPicture is Unicode's picture of a control character.
func controlPicture(r rune) string {
	if r == 0x7f {
		return "␡"
	}
	return string(0x2400 + r)
}

const (
	zwnj = '\u200c'
	zwj  = '\u200d'
)

// joiner keeps joiners between the parts of an emoji and within scripts that need them.
func (z *Sanitizer) joiner(s string, r rune, size int, last bool) (mark string, n int, wait bool) {
	rest := s[size:]
	if !last && !utf8.FullRuneInString(rest) {
		return "", 0, true
	}
	next, _ := utf8.DecodeRuneInString(rest)
	if joins(z.ctx.prev) && z.shapes(next) || r == zwj && isPictograph(z.ctx.prev) && isPictograph(next) {
		z.ctx = judged{prev: z.ctx.prev, marks: z.ctx.marks}
		return keep, size, false
	}
	z.ctx = judged{}
	return Name(r), size, false
}

// shapes tells whether a joiner can act on what follows: something that stays itself.
func (z *Sanitizer) shapes(next rune) bool {
	if !joins(next) || isHidden(next) || isSelector(next) {
		return false
	}
	return z.ctx.marks < maxMarks || !unicode.In(next, unicode.Mn, unicode.Me)
}

// selector keeps one variation selector behind a character that can have one.
func (z *Sanitizer) selector(r rune) string {
	p := z.ctx.prev
	fits := isPictograph(p) || p == '#' || p == '*' || p >= '0' && p <= '9' || unicode.Is(unicode.Han, p) ||
		p >= 0x1800 && p <= 0x18af || p >= 0x1000 && p <= 0x109f || p > 0x7f && unicode.IsOneOf([]*unicode.RangeTable{unicode.S, unicode.P}, p)
	if !fits || z.ctx.sel || r >= 0xe0100 && !unicode.Is(unicode.Han, p) {
		z.ctx = judged{}
		return Name(r)
	}
	z.ctx.sel = true
	return keep
}

// tag keeps the tag characters that make a black flag the flag of a region.
func (z *Sanitizer) tag(r rune) string {
	c := r - 0xe0000
	letter := c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == 0x7f && z.ctx.tags > 0
	if z.ctx.prev != 0x1f3f4 || !letter || z.ctx.tags >= maxTags {
		z.ctx = judged{}
		return Name(r)
	}
	if z.ctx.tags++; c == 0x7f {
		z.ctx.prev = 0
	}
	return keep
}

// combining keeps a few marks on a character and tells once that there are more.
func (z *Sanitizer) combining(r rune) string {
	z.ctx.marks++
	switch {
	case z.ctx.marks <= maxMarks:
		if z.ctx.prev == 0 || joins(r) {
			z.ctx.prev = r
		}
		return keep
	case z.ctx.marks == maxMarks+1:
		z.ctx.prev = 0
		return "⟪…⟫"
	}
	return ""
}

// Name is the visible mark of a character that must not be shown.
func Name(r rune) string {
	switch {
	case r < ' ' || r == 0x7f:
		return controlPicture(r)
	case r >= 0x202a && r <= 0x202e:
		return "⟪" + [...]string{"LRE", "RLE", "PDF", "LRO", "RLO"}[r-0x202a] + "⟫"
	case r >= 0x2066 && r <= 0x2069:
		return "⟪" + [...]string{"LRI", "RLI", "FSI", "PDI"}[r-0x2066] + "⟫"
	}
	switch r {
	case 0x200b:
		return "⟪ZWSP⟫"
	case zwnj:
		return "⟪ZWNJ⟫"
	case zwj:
		return "⟪ZWJ⟫"
	case 0x200e:
		return "⟪LRM⟫"
	case 0x200f:
		return "⟪RLM⟫"
	case 0xad:
		return "⟪SHY⟫"
	case 0xfeff:
		return "⟪BOM⟫"
	}
	return fmt.Sprintf("⟪U+%04X⟫", r)
}

// isHidden tells characters that are not seen but do something, or stand for nothing.
func isHidden(r rune) bool {
	switch {
	case r < 0xa0:
		return true // C1
	case r < 0x300:
		return r == 0xad
	case r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x180e,
		r == 0x3164, r == 0xfeff, r == 0xffa0:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r >= 0xfff0 && r <= 0xfffb:
		return true
	case r >= 0x1d173 && r <= 0x1d17a, r >= 0x1bca0 && r <= 0x1bca3, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
}

// isSelector tells variation selectors.
func isSelector(r rune) bool {
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef || r >= 0x180b && r <= 0x180d
}

// joins tells letters and marks of scripts in which joiners change the shape of words.
func joins(r rune) bool {
	return r >= 0x0600 && r <= 0x0dff || r >= 0x0f00 && r <= 0x109f || r >= 0x1780 && r <= 0x18af ||
		r >= 0x1b00 && r <= 0x1c7f || r >= 0xa800 && r <= 0xabff || r >= 0xfb50 && r <= 0xfdff ||
		r >= 0xfe70 && r <= 0xfefc || r >= 0x10a00 && r <= 0x11fff
}

// isPictograph tells what emoji are made of.
func isPictograph(r rune) bool {
	switch {
	case r >= 0x1f000 && r <= 0x1faff, r >= 0x2600 && r <= 0x27bf, r >= 0x2300 && r <= 0x23ff, r >= 0x2b00 && r <= 0x2bff,
		r >= 0x2190 && r <= 0x21ff, r >= 0x25a0 && r <= 0x25ff, r >= 0x2900 && r <= 0x297f:
		return true
	}
	switch r {
	case 0xa9, 0xae, 0x203c, 0x2049, 0x2122, 0x2139, 0x24c2, 0x3030, 0x303d, 0x3297, 0x3299:
		return true
	}
	return false
}
