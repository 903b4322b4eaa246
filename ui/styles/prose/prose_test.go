package prose_test

import (
	"regexp"
	"strings"
	"testing"

	"charm.land/glamour/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/themes"
	"parlor/ui/styles"
	"parlor/ui/styles/prose"
)

// colour finds SGR sequences that set a foreground or background.
var colour = regexp.MustCompile(`\x1b\[[0-9;]*\b(?:[349][0-7]|10[0-7]|[34]8;[25])[0-9;]*m`)

func TestGlamourDrawsProse(t *testing.T) {
	const text = "# Title\n\nSome *words*, `code` and a [link](https://example.com).\n\n> quoted\n\n- one\n- two\n"
	for _, th := range themes.Builtin() {
		s := styles.New(th, true, styles.Options{})
		r, err := glamour.NewTermRenderer(glamour.WithStyles(prose.Config(s)), glamour.WithWordWrap(60))
		if err != nil {
			t.Fatal(err)
		}
		out, err := r.Render(text)
		if err != nil {
			t.Fatal(err)
		}
		shown := ansi.Strip(out)
		if strings.Contains(shown, "#") || !strings.Contains(shown, "│ quoted") || !strings.Contains(shown, "• one") {
			t.Errorf("%s: drawn as\n%s", th.Name, shown)
		}
		if s.NoColor != strings.Contains(shown, "`code`") {
			t.Errorf("%s: code is marked by backquotes only where there is no colour:\n%s", th.Name, shown)
		}
		if s.NoColor && colour.MatchString(out) {
			t.Errorf("%s: a colour is left: %q", th.Name, out)
		}
	}
}
