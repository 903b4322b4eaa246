// Package prose is a theme as Glamour's configuration, for text that Glamour draws. It
// stands apart from package styles because whatever imports Glamour waits some
// milliseconds at its start.
package prose

import (
	"fmt"
	"image/color"
	"strconv"

	"charm.land/glamour/v2/ansi"
	xansi "github.com/charmbracelet/x/ansi"

	"parlor/themes"
	"parlor/ui/styles"
)

// drawing builds one configuration.
type drawing struct{ *styles.Styles }

// Config draws prose in the theme of s.
func Config(s *styles.Styles) ansi.StyleConfig { return drawing{s}.glamour() }

// glamour is the configuration that draws prose in this theme. Blocks have no margin and
// no blank lines of their own: whoever puts them together owns the space between them.
func (s drawing) glamour() ansi.StyleConfig {
	text := s.prim(themes.Text)
	c := ansi.StyleConfig{
		Document:      ansi.StyleBlock{StylePrimitive: text},
		Paragraph:     ansi.StyleBlock{},
		List:          ansi.StyleList{LevelIndent: 2},
		Text:          ansi.StylePrimitive{},
		Emph:          ansi.StylePrimitive{Italic: ptr(true)},
		Strong:        ansi.StylePrimitive{Bold: ptr(true)},
		Strikethrough: ansi.StylePrimitive{CrossedOut: ptr(true)},
		Item:          ansi.StylePrimitive{BlockPrefix: "• "},
		Enumeration:   ansi.StylePrimitive{BlockPrefix: ". "},
		Task:          ansi.StyleTask{Ticked: "✓ ", Unticked: "□ "},
		Table:         ansi.StyleTable{CenterSeparator: ptr("─"), ColumnSeparator: ptr(" "), RowSeparator: ptr("─")},
	}
	s.glamourHeadings(&c)
	s.glamourSpans(&c)
	return c
}

// glamourHeadings tells levels apart by weight and line, never by "#".
func (s drawing) glamourHeadings(c *ansi.StyleConfig) {
	heading := s.prim(themes.Heading)
	heading.Bold = ptr(true)
	c.Heading = ansi.StyleBlock{StylePrimitive: heading}
	c.H1 = ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Underline: ptr(true)}}
	deep := ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Bold: ptr(false), Italic: ptr(true)}}
	c.H4, c.H5, c.H6 = deep, deep, deep
}

// glamourSpans fills links, images, code and quotes.
func (s drawing) glamourSpans(c *ansi.StyleConfig) {
	c.Link = s.prim(themes.Link)
	c.Link.Underline = ptr(true)
	c.LinkText = s.prim(themes.Link)
	c.Image = s.prim(themes.Link)
	c.Image.Underline = ptr(true)
	c.ImageText = s.prim(themes.Muted)
	c.HorizontalRule = s.prim(themes.Rule)
	c.HorizontalRule.Format = "\n────────\n"

	quote := s.prim(themes.Quote)
	quote.Italic = ptr(true)
	c.BlockQuote = ansi.StyleBlock{StylePrimitive: quote, Indent: ptr(uint(1)), IndentToken: ptr("│ ")}

	code := s.prim(themes.Accent2)
	if bg := name(s.CodeBG); bg != "" {
		code.BackgroundColor = ptr(bg)
	}
	if s.NoColor { // without colour only the marks of the source are left to say "code"
		code.Prefix, code.Suffix = "`", "`"
	}
	c.Code = ansi.StyleBlock{StylePrimitive: code}
	c.CodeBlock = ansi.StyleCodeBlock{StyleBlock: ansi.StyleBlock{StylePrimitive: s.prim(themes.Text)}}
}

// prim is a role's colour as Glamour takes it.
func (s drawing) prim(r themes.Role) ansi.StylePrimitive {
	if c := s.code(r); c != "" {
		return ansi.StylePrimitive{Color: &c}
	}
	return ansi.StylePrimitive{}
}

// code is a role's colour as Glamour spells it, "" for the terminal's default.
func (s drawing) code(r themes.Role) string { return name(s.Color(r)) }

// name is a colour as Glamour reads it, "" for none.
func name(c color.Color) string {
	if c == nil {
		return ""
	}
	if n, ok := c.(xansi.BasicColor); ok {
		return strconv.Itoa(int(n))
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func ptr[T any](v T) *T { return &v }
