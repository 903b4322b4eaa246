package themes_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parlor/themes"
)

// variantsOf lists a theme's variants with a name for messages.
func variantsOf(t themes.Theme) map[string]*themes.Variant {
	all := map[string]*themes.Variant{}
	if t.Dark != nil {
		all[t.Name+" dark"] = t.Dark
	}
	if t.Light != nil {
		all[t.Name+" light"] = t.Light
	}
	return all
}

func TestEveryEmbeddedThemeIsListedAndWithoutProblems(t *testing.T) {
	files, err := filepath.Glob("builtin/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	var onDisk []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".toml")
		onDisk = append(onDisk, name)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		theme, ok, problems := themes.Parse(file, data)
		if !ok || theme.Name != name || theme.Title == "" || theme.About == "" {
			t.Errorf("%s: not a whole theme: %+v", file, theme)
		}
		for _, p := range problems {
			t.Error(p)
		}
	}
	listed := slices.Sorted(slices.Values(themes.Names()))
	if !slices.Equal(onDisk, listed) {
		t.Errorf("files are %v, Names() says %v", onDisk, listed)
	}
}

func TestBuiltinThemesAreComplete(t *testing.T) {
	all := themes.Builtin()
	if len(all) != len(themes.Names()) || len(all) < 10 {
		t.Fatalf("%d themes for %d names", len(all), len(themes.Names()))
	}
	for _, theme := range all {
		if (theme.Dark == nil) != (theme.Lacks == "dark") || (theme.Light == nil) != (theme.Lacks == "light") {
			t.Errorf("%s: lacks = %q does not say which variant there is none of", theme.Name, theme.Lacks)
		}
		for name, v := range variantsOf(theme) {
			for _, role := range themes.Roles() {
				if _, ok := v.Colors[role]; !ok {
					t.Errorf("%s: no %s", name, role)
				}
			}
			if len(v.Colors) != len(themes.Roles()) {
				t.Errorf("%s: %d colours for %d roles", name, len(v.Colors), len(themes.Roles()))
			}
		}
	}
}

func TestSpecialThemesKeepTheirPromise(t *testing.T) {
	plain, _ := themes.Find("no-color")
	basic, _ := themes.Find("ansi16")
	gray, _ := themes.Find("graphite")
	if !plain.Dark.Plain() || !plain.Light.Plain() || !plain.Follows() {
		t.Error("no-color has a colour")
	}
	if basic.Dark.Plain() || !basic.Follows() {
		t.Error("ansi16 must use the terminal's colours and no others")
	}
	for name, v := range variantsOf(gray) {
		for role, c := range v.Colors {
			if rgb, ok := themes.ParseHex(c); !ok || rgb.R != rgb.G || rgb.G != rgb.B {
				t.Errorf("%s: %s = %q has a hue", name, role, c)
			}
		}
	}
}

func TestVariantForTheOtherKindOfTerminal(t *testing.T) {
	amber, _ := themes.Find("phosphor")
	if v, isDark := amber.Variant(false); v != amber.Dark || !isDark {
		t.Error("a theme without a light variant must answer with its dark one and say so")
	}
	house := themes.Default()
	if v, isDark := house.Variant(false); v != house.Light || isDark {
		t.Error("a theme with both variants must answer with the wanted one")
	}
}

func TestFindReadsOnlyKnownNames(t *testing.T) {
	for _, name := range []string{"", "nothing", "../builtin/parlor", "parlor.toml", "PARLOR"} {
		if _, ok := themes.Find(name); ok {
			t.Errorf("found a theme called %q", name)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := themes.Find(themes.DefaultName); !ok {
			b.Fatal("no default theme")
		}
	}
}
