package themes_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"parlor/themes"
)

// parse reads a theme called mine.toml.
func parse(text string) (themes.Theme, bool, []themes.Problem) {
	return themes.Parse("mine.toml", []byte(text))
}

func TestAShortThemeBuildsOnAnother(t *testing.T) {
	theme, ok, problems := parse(`
title = "Mine"
base  = "fjord"
lacks = "light"
[dark]
text = "#ffffff"
[dark.syntax]
keyword = "ansi:13"
`)
	if !ok || len(problems) != 0 {
		t.Fatalf("ok %v, problems %v", ok, problems)
	}
	fjord, _ := themes.Find("fjord")
	if theme.Dark.Color(themes.Text) != "#ffffff" || theme.Dark.Color(themes.Keyword) != "ansi:13" {
		t.Error("the theme's own colours are gone")
	}
	if theme.Dark.Color(themes.Heading) != fjord.Dark.Color(themes.Heading) || theme.Dark.Background != fjord.Dark.Background {
		t.Error("what the theme leaves out must come from its base")
	}
	if theme.Light != nil || theme.Lacks != "light" || theme.Name != "mine" || theme.Title != "Mine" {
		t.Errorf("read as %+v", theme)
	}
}

func TestMistakesAreNamedWithTheirPlaceAndAWayOut(t *testing.T) {
	head := "base = \"parlor\"\nlacks = \"light\"\n[dark]\n" // three lines
	tests := []struct {
		name, text string
		line       int
		key        string
		message    string
		fix        string
		fatal      bool
	}{
		{"not TOML", "title = \"x\"\n[dark\ntext=1", 2, "", "expected", "correct the line", true},
		{"value without quotes", head + "text = #fff", 4, "", "unexpected character", "correct the line", true},
		{"no colours", "title = \"x\"", 0, "", "no colours", "[dark]", true},
		{"bad colour", head + "\nlink = \"teal\"", 5, "dark.link", `"teal" is not a colour`, "#rrggbb", false},
		{"colour as a number", head + "link = 12", 4, "dark.link", `"12" is not a colour`, "#rrggbb", false},
		{"palette entry out of range", head + "link = \"ansi:16\"", 4, "dark.link", "not a colour", "ansi:15", false},
		{"bad syntax colour", head + "[dark.syntax]\nstring = \"#12\"", 5, "dark.syntax.string", "not a colour", "#rrggbb", false},
		{"misspelt role", head + "acent-user = \"#fff\"", 4, "dark.acent-user", "unknown key", `"accent-user"`, false},
		{"syntax role among the others", head + "keyword = \"#fff\"", 4, "dark.keyword", "unknown key", "", false},
		{"unknown key", "colour = 1\n" + head, 1, "colour", "unknown key", "remove", false},
		{"unknown base", "base = \"nord\"\nlacks = \"light\"\n[dark]", 1, "base", `no theme "nord"`, "parlor", false},
		{"silent about the missing variant", "base = \"parlor\"\n[dark]", 0, "lacks", "no [light] table", `lacks = "light"`, false},
		{"lacks what it has", "base = \"parlor\"\nlacks = \"dark\"\n[dark]\n[light]", 2, "lacks", "has both", "remove", false},
		{"roles left out", "lacks = \"light\"\n[dark]\ntext = \"#ffffff\"", 2, "dark", "no colour for muted, faint", `base = "parlor"`, false},
		{"hard to read", head + "text = \"#333333\"", 4, "dark.text", "hard to read", "4.5:1", false},
		{"title of two lines", "title = \"a\\nb\"\n" + head, 1, "title", "not a line of text", "title =", false},
		{"variant that is no table", "base = \"parlor\"\ndark = \"black\"\nlacks = \"dark\"\n[light]", 2, "dark", "not a table", "[dark]", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, ok, problems := parse(tt.text)
			if ok == tt.fatal {
				t.Errorf("usable: %v", ok)
			}
			if len(problems) == 0 {
				t.Fatal("no problem was found")
			}
			p := problems[0]
			if p.File != "mine.toml" || p.Line != tt.line || p.Key != tt.key || p.Fatal != tt.fatal ||
				!strings.Contains(p.Message, tt.message) || !strings.Contains(p.Fix, tt.fix) {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestProblemReadsAsOneLine(t *testing.T) {
	_, _, problems := parse("base = \"parlor\"\nlacks = \"light\"\n[dark]\nlink = \"teal\"")
	want := `mine.toml:4: dark.link: "teal" is not a colour; write "#rrggbb", "ansi:0" to "ansi:15", or "" for the terminal's default`
	if got := problems[0].String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestABadFileDoesNotStopTheOthers(t *testing.T) {
	good := &fstest.MapFile{Data: []byte("base = \"ink\"\nlacks = \"dark\"\n[light]\n")}
	loaded, problems := themes.Load(fstest.MapFS{
		"a.toml":        good,
		"broken.toml":   {Data: []byte("[dark")},
		"notes.txt":     {Data: []byte("not a theme")},
		"old/deep.toml": {Data: []byte("not looked at")},
		"z.toml":        good,
	})
	if len(loaded) != 2 || loaded[0].Name != "a" || loaded[1].Name != "z" {
		t.Errorf("loaded %v", loaded)
	}
	if len(problems) != 1 || problems[0].File != "broken.toml" || !problems[0].Fatal {
		t.Errorf("problems %v", problems)
	}
}

func TestNoFolderIsNoProblem(t *testing.T) {
	for _, dir := range []string{"", filepath.Join(t.TempDir(), "none")} {
		if loaded, problems := themes.LoadDir(dir); loaded != nil || problems != nil {
			t.Errorf("%q: %v %v", dir, loaded, problems)
		}
	}
	if loaded, problems := themes.Load(nil); loaded != nil || problems != nil {
		t.Errorf("nil: %v %v", loaded, problems)
	}
}

func TestPickReadsTheUsersThemeFirst(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("ink.toml", "title = \"My ink\"\nbase = \"ink\"\nlacks = \"light\"\n[dark]\n")
	write("torn.toml", "[dark")

	theme, problems := themes.Pick("ink", dir)
	if theme.Title != "My ink" || theme.Source != filepath.Join(dir, "ink.toml") || problems != nil {
		t.Errorf("got %q from %q, %v", theme.Title, theme.Source, problems)
	}
	theme, problems = themes.Pick("fjord", dir)
	if theme.Name != "fjord" || problems != nil {
		t.Errorf("got %q, %v", theme.Name, problems)
	}
	theme, problems = themes.Pick("torn", dir)
	if theme.Name != themes.DefaultName || len(problems) != 1 || problems[0].File != filepath.Join(dir, "torn.toml") {
		t.Errorf("a torn theme: got %q, %v", theme.Name, problems)
	}
	theme, problems = themes.Pick("fjrod", dir)
	if theme.Name != themes.DefaultName || len(problems) != 1 || !strings.Contains(problems[0].Fix, `"fjord"`) {
		t.Errorf("a misspelt name: got %q, %v", theme.Name, problems)
	}
	theme, problems = themes.Pick("../torn", dir)
	if theme.Name != themes.DefaultName || len(problems) != 1 || problems[0].File != "" {
		t.Errorf("a name that leaves the folder: got %q, %v", theme.Name, problems)
	}
	theme, problems = themes.Pick("", "")
	if theme.Name != themes.DefaultName || problems != nil {
		t.Errorf("no name: got %q, %v", theme.Name, problems)
	}

	all, _ := themes.All(dir)
	if len(all) != len(themes.Names()) || all[1].Title != "My ink" {
		t.Errorf("the user's ink must stand in the place of parlor's: %d themes, second is %q", len(all), all[1].Title)
	}
}

// locked is a folder in which every theme may be listed and none read.
type locked struct{ fs.FS }

func (l locked) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".toml") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.FS.Open(name)
}

func TestAnUnreadableFileIsAProblem(t *testing.T) {
	folder := locked{fstest.MapFS{"x.toml": &fstest.MapFile{}}}
	if _, problems := themes.Load(folder); len(problems) != 1 || !strings.Contains(problems[0].Message, "permission") {
		t.Errorf("problems %v", problems)
	}
}

func TestAFolderNamedLikeAThemeIsPassedOver(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "x.toml"), 0o700); err != nil {
		t.Fatal(err)
	}
	if loaded, problems := themes.LoadDir(dir); loaded != nil || problems != nil {
		t.Errorf("%v %v", loaded, problems)
	}
	if theme, problems := themes.Pick("x", dir); theme.Name != themes.DefaultName || len(problems) != 1 {
		t.Errorf("%q %v", theme.Name, problems)
	}
}
