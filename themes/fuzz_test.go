package themes_test

import (
	"bytes"
	"testing"

	"parlor/themes"
)

// FuzzParse holds that whatever a theme file contains, reading it ends in a complete
// theme or a fatal problem, and that every problem says where and what.
func FuzzParse(f *testing.F) {
	f.Add([]byte("title = \"x\"\nlacks = \"light\"\n[dark]\ntext = \"#fff\"\n[dark.syntax]\nkeyword = \"ansi:3\"\n"))
	f.Add([]byte("[dark]\nsyntax = 3\n[light.syntax]\n"))
	f.Add([]byte("dark = [1, 2]\nbase = \"ink\""))
	f.Add([]byte("[dark"))
	f.Fuzz(func(t *testing.T, data []byte) {
		theme, ok, problems := themes.Parse("f.toml", data)
		fatal := false
		lines := bytes.Count(data, []byte("\n")) + 1
		for _, p := range problems {
			fatal = fatal || p.Fatal
			if p.File != "f.toml" || p.Message == "" || p.Fix == "" || p.Line < 0 || p.Line > lines {
				t.Errorf("a problem that does not help: %+v", p)
			}
		}
		if ok == fatal {
			t.Fatalf("usable %v, fatal problem %v", ok, fatal)
		}
		if !ok {
			return
		}
		for name, v := range variantsOf(theme) {
			for _, role := range themes.Roles() {
				c, there := v.Colors[role]
				_, hex := themes.ParseHex(c)
				_, entry := themes.ParseANSI(c)
				if !there || c != "" && !hex && !entry {
					t.Errorf("%s: %s = %q", name, role, c)
				}
			}
		}
	})
}
