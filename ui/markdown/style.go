package markdown

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/alecthomas/chroma/v2"

	"parlor/ui/styles"
)

// reset ends all attributes of a line.
const reset = "\x1b[m"

// look names how a piece of text is drawn: one base and any number of marks.
type look uint16

// The bases, from the block a text stands in.
const (
	baseText look = iota
	baseTitle
	baseHeading
	baseMinor
	baseQuote
	baseCell // a table's header
	baseMuted
	bases
)

// The marks, from the markup within a block.
const (
	markStrong look = 1 << (iota + 4)
	markEmph
	markStrike
	markCode
	markLink
	markDim
	looks = 1 << (iota + 4)
)

// Style is what documents of one theme share: escape sequences that are made once, and the
// lexers of the languages seen so far. It belongs to one goroutine.
type Style struct {
	styles  *styles.Styles
	sgr     [looks]string
	known   [looks]bool
	lexers  *lexicon
	grammar *grammar

	bullets [3]string // by depth of nesting
	quote   string    // the bar in front of a quote
	number  string    // begins an item's number; ended by reset
	mark    string    // begins what is ours within code: header, continuation
	ticked  string
	open    string
	rule    string
	fill    string // begins the blank rest of a code row, "" if code has no background
}

// NewStyle derives a Style from a theme's styles.
func NewStyle(st *styles.Styles) *Style { return newStyle(st, newLexicon(), &grammar{}) }

// With returns a Style of another theme that shares what does not depend on the theme.
func (s *Style) With(st *styles.Styles) *Style { return newStyle(st, s.lexers, s.grammar) }

func newStyle(st *styles.Styles, lx *lexicon, g *grammar) *Style {
	s := &Style{styles: st, lexers: lx, grammar: g}
	s.quote = paint(st.QuoteBar, "│")
	for i, glyph := range []string{"•", "◦", "▪"} {
		s.bullets[i] = paint(st.Accent2, glyph)
	}
	s.number = opening(st.Accent2)
	s.ticked = paint(st.Success, "✓")
	s.open = paint(st.Muted, "□")
	s.rule = opening(st.Rule)
	s.mark = opening(st.CodeHeader)
	if st.CodeBG != nil {
		s.fill = opening(st.CodeBackground)
	}
	return s
}

// opening returns the sequence that begins a style.
func opening(st lipgloss.Style) string {
	open, _, _ := strings.Cut(st.Render("x"), "x")
	return open
}

// paint draws a glyph.
func paint(st lipgloss.Style, glyph string) string {
	if open := opening(st); open != "" {
		return open + glyph + reset
	}
	return glyph
}

// seq returns the sequence that begins a look in a row without attributes.
func (s *Style) seq(l look) string {
	if !s.known[l] {
		s.known[l] = true
		s.sgr[l] = opening(s.build(l))
	}
	return s.sgr[l]
}

// token returns the sequence that begins a token of code.
func (s *Style) token(t chroma.TokenType) string { return s.styles.Token(t) }

// build makes the style of a look. A mark with a colour of its own wins over the base.
func (s *Style) build(l look) lipgloss.Style {
	st := s.base(l & (1<<4 - 1))
	if l&markCode != 0 {
		st = s.styles.CodeInline
	}
	if l&markLink != 0 {
		st = over(st, s.styles.Link)
	}
	if l&markDim != 0 {
		st = s.styles.Faint
	}
	if l&markStrong != 0 {
		st = st.Bold(true)
	}
	if l&markEmph != 0 {
		st = st.Italic(l&(1<<4-1) != baseQuote) // within italics, upright stands out
	}
	if l&markStrike != 0 {
		st = st.Strikethrough(true)
	}
	return st
}

// over lays the colour and line of a link over what it stands in.
func over(st, link lipgloss.Style) lipgloss.Style {
	st = st.Underline(link.GetUnderline())
	c := link.GetForeground()
	if _, none := c.(lipgloss.NoColor); !none {
		st = st.Foreground(c)
	}
	return st
}

func (s *Style) base(l look) lipgloss.Style {
	switch l {
	case baseTitle:
		return s.styles.Heading.Underline(true)
	case baseHeading:
		return s.styles.Heading
	case baseMinor:
		return s.styles.Heading.Bold(false).Italic(true)
	case baseQuote:
		return s.styles.Quote
	case baseCell:
		return s.styles.TableHeader
	case baseMuted:
		return s.styles.Muted
	}
	return s.styles.Text
}
