package styles_test

import (
	"fmt"
	"image/color"
	"regexp"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/alecthomas/chroma/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/themes"
	"parlor/ui/styles"
)

// theme finds one of parlor's own.
func theme(t testing.TB, name string) themes.Theme {
	t.Helper()
	th, ok := themes.Find(name)
	if !ok {
		t.Fatalf("no theme %q", name)
	}
	return th
}

// named lists the styles that draw text, for rules that all must keep.
func named(s *styles.Styles) map[string]lipgloss.Style {
	return map[string]lipgloss.Style{
		"Text": s.Text, "Strong": s.Strong, "Muted": s.Muted, "Faint": s.Faint,
		"UserBar": s.UserBar, "ClaudeBar": s.ClaudeBar, "SystemBar": s.SystemBar,
		"UserName": s.UserName, "ClaudeName": s.ClaudeName, "Accent2": s.Accent2,
		"Success": s.Success, "Warning": s.Warning, "Danger": s.Danger, "Link": s.Link,
		"Selection": s.Selection, "SelectionMuted": s.SelectionMuted, "SelectionMatch": s.SelectionMatch,
		"Match": s.Match, "CodeBackground": s.CodeBackground, "CodeHeader": s.CodeHeader,
		"CodeInline": s.CodeInline, "Rule": s.Rule, "Heading": s.Heading, "Quote": s.Quote,
		"QuoteBar": s.QuoteBar, "TableHeader": s.TableHeader, "TableRule": s.TableRule,
		"DialogFrame": s.DialogFrame, "DialogTitle": s.DialogTitle, "Backdrop": s.Backdrop,
		"Prompt": s.Prompt, "Placeholder": s.Placeholder, "Chip": s.Chip, "Key": s.Key,
		"Hint": s.Hint, "Pill": s.Pill, "Badge": s.Badge, "Spinner": s.Spinner, "Thinking": s.Thinking,
	}
}

// colour finds SGR sequences that set a foreground or background.
var colour = regexp.MustCompile(`\x1b\[[0-9;]*\b(?:[349][0-7]|10[0-7]|[34]8;[25])[0-9;]*m`)

func TestStylesOfAThemeUseItsColours(t *testing.T) {
	house := theme(t, "parlor")
	for _, dark := range []bool{true, false} {
		v, _ := house.Variant(dark)
		s := styles.New(house, dark, styles.Options{})
		if s.Name != "parlor" || s.Dark != dark || s.NoColor || s.Paint || s.Background == nil || s.CodeBG == nil {
			t.Errorf("dark %v: %+v", dark, s)
		}
		for role, st := range map[themes.Role]lipgloss.Style{
			themes.Text: s.Text, themes.Muted: s.Muted, themes.AccentUser: s.UserBar, themes.AccentClaude: s.ClaudeBar,
			themes.Faint: s.SystemBar, themes.Danger: s.Danger, themes.Link: s.Link, themes.Heading: s.Heading,
		} {
			if st.GetForeground() != lipgloss.Color(v.Color(role)) {
				t.Errorf("dark %v: %s is drawn in %v, the theme says %s", dark, role, st.GetForeground(), v.Color(role))
			}
		}
	}
}

func TestNoStyleMovesText(t *testing.T) {
	for _, th := range themes.Builtin() {
		for name, st := range named(styles.New(th, true, styles.Options{})) {
			if got := ansi.Strip(st.Render("a word")); got != "a word" {
				t.Errorf("%s: %s turns the text into %q", th.Name, name, got)
			}
		}
	}
}

func TestWithoutColourAttributesCarryTheMeaning(t *testing.T) {
	for _, s := range []*styles.Styles{
		styles.New(theme(t, "parlor"), true, styles.Options{NoColor: true}),
		styles.New(theme(t, "no-color"), false, styles.Options{}),
	} {
		if !s.NoColor || s.CodeBG != nil || s.Background != nil || s.Cursor != nil || s.Paint {
			t.Errorf("%s: a colour is left: %+v", s.Name, s)
		}
		for name, st := range named(s) {
			if out := st.Render("x"); colour.MatchString(out) {
				t.Errorf("%s: %s has a colour: %q", s.Name, name, out)
			}
		}
		distinct := map[string][]string{
			"who speaks":  {s.UserBar.Render("|"), s.ClaudeBar.Render("|"), s.SystemBar.Render("|")},
			"emphasis":    {s.Text.Render("x"), s.Strong.Render("x"), s.Muted.Render("x"), s.Quote.Render("x")},
			"a list":      {s.Text.Render("x"), s.Match.Render("x"), s.Selection.Render("x"), s.SelectionMatch.Render("x")},
			"trouble":     {s.Success.Render("x"), s.Danger.Render("x")},
			"code tokens": {s.Token(chroma.Keyword), s.Token(chroma.Comment), s.Token(chroma.LiteralString), s.Token(chroma.Name)},
			"a diff":      {s.Token(chroma.GenericInserted), s.Token(chroma.GenericDeleted), s.Token(chroma.Text)},
		}
		for what, drawn := range distinct {
			for i, a := range drawn {
				for _, b := range drawn[i+1:] {
					if a == b {
						t.Errorf("%s: %s: two are drawn alike: %q", s.Name, what, a)
					}
				}
			}
		}
	}
}

func TestSixteenColoursAreTheTerminalsOwn(t *testing.T) {
	fixed := regexp.MustCompile(`[34]8;[25]`)
	for _, dark := range []bool{true, false} {
		s := styles.New(theme(t, "velvet"), dark, styles.Options{ANSI16: true})
		if s.Name != "ansi16" || s.NoColor {
			t.Errorf("drawn with %q", s.Name)
		}
		for name, st := range named(s) {
			if out := st.Render("x"); fixed.MatchString(out) {
				t.Errorf("%s has a fixed colour: %q", name, out)
			}
		}
		if out := s.Token(chroma.Keyword); fixed.MatchString(out) || !colour.MatchString(out) {
			t.Errorf("keyword: %q", out)
		}
	}
	if s := styles.New(theme(t, "no-color"), true, styles.Options{ANSI16: true}); s.Name != "no-color" {
		t.Error("a theme without fixed colours needs no other in its place")
	}
}

func TestAThemeWithoutThisVariantAsksForItsBackground(t *testing.T) {
	s := styles.New(theme(t, "phosphor"), false, styles.Options{})
	if !s.Dark || !s.Paint || s.Background == nil {
		t.Errorf("dark %v, paint %v, background %v", s.Dark, s.Paint, s.Background)
	}
	if s := styles.New(themes.Theme{Name: "empty"}, true, styles.Options{}); s.Name != themes.DefaultName {
		t.Errorf("a theme without variants is drawn as %q", s.Name)
	}
}

func TestCodeLiesOneStepFromTheTerminalsBackground(t *testing.T) {
	blueprint := theme(t, "blueprint")
	own := styles.New(blueprint, true, styles.Options{})
	black := styles.New(blueprint, true, styles.Options{Terminal: color.Black})
	if fmt.Sprint(black.CodeBG) != fmt.Sprint(color.RGBA{R: 0x14 - 0x0d, G: 0x34 - 0x2a, B: 0x6c - 0x5c, A: 0xff}) {
		t.Errorf("on black code lies at %v", black.CodeBG)
	}
	if own.Generation == black.Generation {
		t.Error("styles that draw differently must not share a generation")
	}
	white := styles.New(blueprint, true, styles.Options{Terminal: color.White})
	if white.CodeBG != own.CodeBG {
		t.Error("a dark variant chosen on a light terminal keeps its own code background")
	}
	matching := styles.New(blueprint, true, styles.Options{Terminal: own.Background})
	if fmt.Sprint(matching.CodeBG) != fmt.Sprint(own.CodeBG) {
		t.Error("on the theme's own background code lies where the theme has it")
	}
}

func TestGenerationFollowsWhatIsDrawn(t *testing.T) {
	seen := map[uint64]string{}
	for _, th := range themes.Builtin() {
		for _, dark := range []bool{true, false} {
			s := styles.New(th, dark, styles.Options{})
			key := fmt.Sprintf("%s dark %v", th.Name, s.Dark)
			if other, there := seen[s.Generation]; there && other != key {
				t.Errorf("%s and %s share a generation", key, other)
			}
			seen[s.Generation] = key
			if again := styles.New(th, dark, styles.Options{}); again.Generation != s.Generation {
				t.Errorf("%s: built twice, two generations", key)
			}
		}
	}
}

func TestTokensFollowOneAnother(t *testing.T) {
	s := styles.New(theme(t, "parlor"), true, styles.Options{})
	line := s.Token(chroma.KeywordDeclaration) + "func" + s.Token(chroma.Text) + " " + s.Token(chroma.NameFunction) + "f" + styles.Reset
	if got := ansi.Strip(line); got != "func f" {
		t.Errorf("shows %q", got)
	}
	for _, tt := range []chroma.TokenType{chroma.Text, chroma.Keyword, chroma.Comment} {
		seq := s.Token(tt)
		if !strings.HasPrefix(seq, "\x1b[0;") && !strings.HasPrefix(seq, "\x1b[;") {
			t.Errorf("%v does not undo what came before: %q", tt, seq)
		}
		if !strings.Contains(seq, "48;2;") {
			t.Errorf("%v leaves the code background: %q", tt, seq)
		}
	}
}

func TestTokenTypesHaveTheRoleAReaderExpects(t *testing.T) {
	tests := map[chroma.TokenType]themes.Role{
		chroma.KeywordDeclaration:    themes.Keyword,
		chroma.KeywordType:           themes.Type,
		chroma.KeywordConstant:       themes.Constant,
		chroma.NameClass:             themes.Type,
		chroma.NameFunction:          themes.Function,
		chroma.NameBuiltin:           themes.Function,
		chroma.NameVariableInstance:  themes.Variable,
		chroma.Name:                  themes.Text,
		chroma.LiteralStringDouble:   themes.String,
		chroma.LiteralStringEscape:   themes.Constant,
		chroma.LiteralNumberFloat:    themes.Number,
		chroma.LiteralDate:           themes.Number,
		chroma.Operator:              themes.Operator,
		chroma.OperatorWord:          themes.Keyword,
		chroma.Punctuation:           themes.Punctuation,
		chroma.CommentSingle:         themes.Comment,
		chroma.CommentPreproc:        themes.Keyword,
		chroma.GenericInserted:       themes.Inserted,
		chroma.GenericDeleted:        themes.Deleted,
		chroma.Text:                  themes.Text,
		chroma.Error:                 themes.Text,
		chroma.Whitespace:            themes.Text,
		chroma.TokenType(9_999_999):  themes.Text,
		chroma.TokenType(-9_999_999): themes.Text,
	}
	for tt, want := range tests {
		if got := styles.TokenRole(tt); got != want {
			t.Errorf("%v is drawn as %s, want %s", tt, got, want)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	th := theme(b, "parlor")
	b.ReportAllocs()
	for b.Loop() {
		styles.New(th, true, styles.Options{})
	}
}
