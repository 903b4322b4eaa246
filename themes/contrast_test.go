package themes_test

import (
	"slices"
	"testing"

	"parlor/themes"
)

// palette is what a terminal makes of its sixteen entries.
type palette struct {
	name    string
	entries [16]string
}

// palettes are the two that terminals ship with most.
func palettes() []palette {
	return []palette{
		{"xterm", [16]string{
			"#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
			"#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
		}},
		{"VGA", [16]string{
			"#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
			"#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff",
		}},
	}
}

func TestEveryThemeCanBeRead(t *testing.T) {
	for _, theme := range themes.Builtin() {
		if theme.Follows() {
			continue
		}
		for name, v := range variantsOf(theme) {
			bg, ok := themes.ParseHex(v.Background)
			if !ok {
				t.Errorf("%s: no background to be read on", name)
				continue
			}
			for _, role := range themes.Roles() {
				requireContrast(t, name, v, role, bg, role.MinContrast())
			}
			requireReadableCode(t, name, v)
			requireReadableSelection(t, name, v)
		}
	}
}

// requireReadableCode holds that code is read on its own background as text is on the theme's.
func requireReadableCode(t *testing.T, name string, v *themes.Variant) {
	t.Helper()
	bg, _ := themes.ParseHex(v.Color(themes.CodeBackground))
	for _, role := range append(themes.SyntaxRoles(), themes.Text, themes.Accent2) {
		requireContrast(t, name+" code", v, role, bg, 4.5)
	}
	requireContrast(t, name+" code header", v, themes.Muted, bg, 3)
}

// requireReadableSelection holds that a selected row can be read and is seen to be selected.
func requireReadableSelection(t *testing.T, name string, v *themes.Variant) {
	t.Helper()
	sel, _ := themes.ParseHex(v.Color(themes.Selection))
	requireContrast(t, name+" selection", v, themes.Text, sel, 4.5)
	requireContrast(t, name+" selection", v, themes.Match, sel, 4.5)
	requireContrast(t, name+" selection", v, themes.Muted, sel, 3)
	bg, _ := themes.ParseHex(v.Background)
	if d := sel.Lab().Distance(bg.Lab()); d < 0.05 {
		t.Errorf("%s: the selection is hard to tell from the background: %.3f", name, d)
	}
}

func requireContrast(t *testing.T, name string, v *themes.Variant, role themes.Role, bg themes.RGB, want float64) {
	t.Helper()
	fg, ok := themes.ParseHex(v.Color(role))
	if !ok {
		t.Errorf("%s: %s = %q is no colour", name, role, v.Color(role))
		return
	}
	if got := themes.Contrast(fg, bg); got < want {
		t.Errorf("%s: %s has contrast %.2f, want %.1f", name, role, got, want)
	}
}

func TestBeaconHasTheHighestContrast(t *testing.T) {
	beacon, _ := themes.Find("beacon")
	for name, v := range variantsOf(beacon) {
		bg, _ := themes.ParseHex(v.Background)
		for _, role := range themes.Roles() {
			if role.MinContrast() == 4.5 {
				requireContrast(t, name, v, role, bg, 7)
			}
		}
		requireContrast(t, name, v, themes.Text, bg, 20)
	}
}

func TestTerminalThemeCanBeReadInCommonPalettes(t *testing.T) {
	theme, _ := themes.Find("ansi16")
	for name, v := range variantsOf(theme) {
		bg := themes.RGB{}
		if v == theme.Light {
			bg = themes.RGB{R: 1, G: 1, B: 1}
		}
		for _, p := range palettes() {
			for _, role := range themes.Roles() {
				n, ok := themes.ParseANSI(v.Color(role))
				if !ok {
					continue // the terminal's own foreground
				}
				fg, _ := themes.ParseHex(p.entries[n])
				if got := themes.Contrast(fg, bg); got < role.MinContrast() {
					t.Errorf("%s in the %s palette: %s has contrast %.2f", name, p.name, role, got)
				}
			}
		}
	}
}

func TestWhoSpeaksAndWhatMattersCanBeToldApart(t *testing.T) {
	groups := [][]themes.Role{
		{themes.AccentUser, themes.AccentClaude, themes.Faint},
		{themes.Success, themes.Danger},
		{themes.Inserted, themes.Deleted},
		{themes.Text, themes.Muted, themes.Faint},
	}
	for _, theme := range themes.Builtin() {
		if theme.Follows() {
			continue
		}
		for name, v := range variantsOf(theme) {
			for _, g := range groups {
				for i, a := range g {
					for _, b := range g[i+1:] {
						ca, _ := themes.ParseHex(v.Color(a))
						cb, _ := themes.ParseHex(v.Color(b))
						if d := ca.Lab().Distance(cb.Lab()); d < 0.06 {
							t.Errorf("%s: %s and %s look alike (%.3f)", name, a, b, d)
						}
					}
				}
			}
		}
	}
}

func TestCodeBackgroundIsOneStepFromTheBackground(t *testing.T) {
	for _, theme := range themes.Builtin() {
		for name, v := range variantsOf(theme) {
			bg, ok := themes.ParseHex(v.Background)
			code, isHex := themes.ParseHex(v.Color(themes.CodeBackground))
			if !ok || !isHex {
				continue
			}
			if c := themes.Contrast(code, bg); c < 1.04 || c > 1.25 {
				t.Errorf("%s: code and background have contrast %.3f", name, c)
			}
		}
	}
}

func TestRolesAreAsTheDocumentsNameThem(t *testing.T) {
	if n := len(themes.Roles()); n != 28 {
		t.Errorf("%d roles", n)
	}
	seen := []themes.Role{}
	for _, r := range themes.Roles() {
		if slices.Contains(seen, r) {
			t.Errorf("%s twice", r)
		}
		seen = append(seen, r)
	}
}
