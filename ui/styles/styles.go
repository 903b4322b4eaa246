package styles

import (
	"image/color"

	"charm.land/lipgloss/v2"

	"parlor/themes"
)

// The gutter's glyphs. They differ in shape, so that who speaks is plain without colour.
const (
	GutterUser   = "┃"
	GutterClaude = "▏"
	GutterSystem = "┊"
)

// Options is what New has to know besides the theme. The zero value is a terminal with
// all colours.
type Options struct {
	NoColor bool // use no colour whatever the theme says (NO_COLOR, a dumb terminal)
	ANSI16  bool // the terminal has sixteen colours: use the ansi16 theme in place of one with fixed colours

	// Terminal is the background the terminal has, when it has said so and the program
	// does not paint the theme's over it; nil otherwise. The background of code then lies
	// one step from this one, as far as the theme's lies from the theme's background.
	Terminal color.Color
}

// Styles is one theme variant ready for drawing. Read only once built.
type Styles struct {
	Name       string // the theme's name
	Dark       bool   // the variant drawn is the dark one
	NoColor    bool   // no colour is used: attributes carry the meaning
	Generation uint64 // equal for Styles that draw the same, different otherwise: a cache key

	// Background is what the variant's colours were chosen against; nil where the theme
	// follows the terminal. Paint says that the theme lacks a variant for this terminal,
	// so that Background must be set for its colours to be readable.
	Background color.Color
	Paint      bool

	Text, Strong, Muted, Faint                lipgloss.Style // running text; its bold; second in line; barely there
	UserBar, ClaudeBar, SystemBar             lipgloss.Style // the gutter
	UserName, ClaudeName                      lipgloss.Style // who speaks, in headers
	Accent2, Success, Warning, Danger         lipgloss.Style
	Link                                      lipgloss.Style
	Selection, SelectionMuted, SelectionMatch lipgloss.Style // a selected row: its text, its details, what the filter found in it
	Match                                     lipgloss.Style // what a filter found in other rows
	CodeBackground, CodeHeader, CodeInline    lipgloss.Style // code block, its dim first line, code within a sentence
	Rule                                      lipgloss.Style // thin lines
	Heading, Quote, QuoteBar                  lipgloss.Style
	TableHeader, TableRule                    lipgloss.Style
	DialogFrame, DialogTitle                  lipgloss.Style // foregrounds only: frame characters, title
	Backdrop                                  lipgloss.Style // the screen behind an overlay
	Prompt, Placeholder, Chip                 lipgloss.Style // composer
	Key, Hint                                 lipgloss.Style // a key's name, and what it does
	Pill, Badge                               lipgloss.Style // "42 new lines"; SIMULATED, private
	Spinner, Thinking                         lipgloss.Style

	// Cursor is the colour of the hardware cursor; nil leaves the terminal's.
	Cursor color.Color

	// CodeBG is the background of code; nil for none.
	CodeBG color.Color

	variant *themes.Variant
	tokens  map[themes.Role]string
}

// New builds the styles of a theme for a dark or a light terminal.
func New(t themes.Theme, dark bool, opts Options) *Styles {
	if opts.ANSI16 && !t.Follows() {
		if basic, ok := themes.Find("ansi16"); ok {
			t = basic
		}
	}
	v, isDark := t.Variant(dark)
	if v == nil {
		t = themes.Default()
		v, isDark = t.Variant(dark)
	}
	s := &Styles{Name: t.Name, Dark: isDark, NoColor: opts.NoColor || v.Plain(), variant: v}
	if !s.NoColor {
		s.Background = parseColor(v.Background)
		s.Cursor = s.Color(themes.AccentUser)
		s.Paint = isDark != dark && s.Background != nil
		s.CodeBG = s.codeBackground(opts.Terminal)
	}
	s.Generation = fingerprint(s)
	s.buildText()
	s.buildChrome()
	s.buildTokens()
	return s
}

// Color returns the colour of a role, nil for the terminal's default.
func (s *Styles) Color(r themes.Role) color.Color {
	if s.NoColor {
		return nil
	}
	return parseColor(s.variant.Color(r))
}
