package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parlor/session/config"
)

func TestANamedFileMustExist(t *testing.T) {
	h := newHome(t)
	_, problems := h.load(map[string]string{"config": "gone.toml"})
	if len(problems) != 1 || !problems[0].Fatal || filepath.Base(problems[0].File) != "gone.toml" {
		t.Fatalf("problems = %+v", problems)
	}
	h.env["PARLOR_CONFIG"] = h.write("other/c.toml", "model = 'elsewhere'")
	h.write("other/keys.toml", "send = 'ctrl+s'")
	h.user("model = 'usual'")
	c, problems := h.load(nil)
	if len(problems) > 0 || c.Model != "elsewhere" || len(c.KeyBindings["send"]) != 1 {
		t.Fatalf("model = %q, keys = %v, problems = %v", c.Model, c.KeyBindings, problems)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	h := newHome(t)
	if err := os.MkdirAll(filepath.Join(h.dir, ".config/parlor/config.toml"), 0o755); err != nil {
		t.Fatal(err)
	}
	h.write(".config/parlor/keys.toml", strings.Repeat("# long\n", 200_000))
	c, problems := h.load(nil)
	if len(problems) != 2 || c.Model != "claude-opus-5-5" {
		t.Fatalf("problems = %v", problems)
	}
}

func TestRelativeAndHomePaths(t *testing.T) {
	h := newHome(t)
	h.user("db = '~/x.db'\nca_file = 'ca.pem'\n")
	c, _ := h.load(map[string]string{"log": "here.log"})
	for got, want := range map[string]string{
		c.DB:      filepath.Join(h.dir, "x.db"),
		c.CAFile:  filepath.Join(h.dir, ".config/parlor/ca.pem"),
		c.LogFile: filepath.Join(h.dir, "work/here.log"),
	} {
		if got != want {
			t.Errorf("path %s, want %s", got, want)
		}
	}
}

func TestPasswordsInAddressesAreMasked(t *testing.T) {
	h := newHome(t)
	h.user("proxy = 'http://me:hunter2@proxy:3128'")
	c, _ := h.load(nil)
	if got := entry(t, c, "proxy").Value; strings.Contains(got, "hunter2") {
		t.Errorf("proxy is printed as %s", got)
	}
}

func TestKeyBindings(t *testing.T) {
	h := newHome(t)
	file := h.write(".config/parlor/keys.toml", "send = 'ctrl+s'\nmessage.copy = ['y', 'ctrl+y']\nquit = []\nhelp = 7\n")
	c, problems := h.load(nil)
	if len(problems) != 1 || problems[0].Error() != file+`:4: help: 7 is not a key or a list of keys; write it like help = ["ctrl+s"]` {
		t.Errorf("problems = %v", problems)
	}
	if len(c.KeyBindings) != 3 || len(c.KeyBindings["message.copy"]) != 2 || c.KeyBindings["quit"] == nil {
		t.Errorf("bindings = %v", c.KeyBindings)
	}
	if c.KeyLines["message.copy"] != 2 {
		t.Errorf("lines = %v", c.KeyLines)
	}
}

func TestFoldersByPlatform(t *testing.T) {
	tests := []struct {
		goos               string
		env                map[string]string
		config, data, logs string
	}{
		{"linux", nil, "/h/.config/parlor", "/h/.local/share/parlor", "/h/.local/state/parlor"},
		{"linux", map[string]string{"XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s"}, "/c/parlor", "/d/parlor", "/s/parlor"},
		{"linux", map[string]string{"XDG_CONFIG_HOME": "relative"}, "/h/.config/parlor", "/h/.local/share/parlor", "/h/.local/state/parlor"},
		{"darwin", nil, "/h/Library/Application Support/parlor", "/h/Library/Application Support/parlor", "/h/Library/Application Support/parlor/state"},
		{"windows", map[string]string{"APPDATA": "/r", "LOCALAPPDATA": "/l"}, "/r/parlor", "/l/parlor/data", "/l/parlor/state"},
		{"windows", nil, "/h/AppData/Roaming/parlor", "/h/AppData/Local/parlor/data", "/h/AppData/Local/parlor/state"},
	}
	for _, tt := range tests {
		c, problems := config.Load(config.Sources{Home: "/h", GOOS: tt.goos, Getenv: func(k string) string { return tt.env[k] }})
		got := config.Dirs{Config: tt.config, Data: tt.data, State: tt.logs, Themes: tt.config + "/themes"}
		if c.Dirs != got || len(problems) > 0 {
			t.Errorf("%s %v: %+v, want %+v (%v)", tt.goos, tt.env, c.Dirs, got, problems)
		}
	}
}

func TestWithoutAHomeFolder(t *testing.T) {
	_, problems := config.Load(config.Sources{GOOS: "linux"})
	if len(problems) != 1 || !problems[0].Fatal {
		t.Errorf("problems = %v", problems)
	}
}

func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	if err := os.MkdirAll(dir+"/.config/parlor", 0o755); err != nil {
		b.Fatal(err)
	}
	text := "model = 'opus'\ntemperature = 0.7\n[display]\nfooter = false\n[timeouts]\nstall = '30s'\n"
	if err := os.WriteFile(dir+"/.config/parlor/config.toml", []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		config.Load(config.Sources{Home: dir, Cwd: dir, GOOS: "linux"})
	}
}
