package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parlor/session/config"
)

// home is a user's home folder with the files of a test in it.
type home struct {
	t   *testing.T
	dir string
	env map[string]string
}

func newHome(t *testing.T) *home {
	t.Helper()
	return &home{t: t, dir: t.TempDir(), env: map[string]string{}}
}

// write puts a file below the home folder and returns its path.
func (h *home) write(name, content string) string {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		h.t.Fatal(err)
	}
	return path
}

func (h *home) user(content string) string    { return h.write(".config/parlor/config.toml", content) }
func (h *home) project(content string) string { return h.write("work/.parlor.toml", content) }

func (h *home) sources(flags map[string]string) config.Sources {
	return config.Sources{
		Flags: flags, Home: h.dir, Cwd: filepath.Join(h.dir, "work"), GOOS: "linux",
		Getenv: func(k string) string { return h.env[k] },
	}
}

func (h *home) load(flags map[string]string) (*config.Config, []config.Problem) {
	return config.Load(h.sources(flags))
}

func entry(t *testing.T, c *config.Config, key string) config.Entry {
	t.Helper()
	for _, e := range c.Entries() {
		if e.Key == key {
			return e
		}
	}
	t.Fatalf("there is no setting %s", key)
	return config.Entry{}
}

func TestDefaultsStandWhereNothingIsSet(t *testing.T) {
	c, problems := newHome(t).load(nil)
	if len(problems) > 0 {
		t.Fatalf("problems without any file: %v", problems)
	}
	want := map[string]string{
		"model": "claude-opus-5-5", "title_model": "claude-haiku-5-5", "temperature": "",
		"max_tokens": "16000", "thinking": "auto", "cache": "true", "retries": "2",
		"timeouts.connect": "5s", "timeouts.header": "10m0s", "timeouts.stall": "1m30s",
		"theme": "parlor", "keys": "default", "display.text_width": "100", "enter_sends": "true",
		"base_url": "", "log": "",
	}
	for key, value := range want {
		e := entry(t, c, key)
		if e.Value != value || e.Origin.Kind != config.FromDefault {
			t.Errorf("%s = %q from %s, want %q from default", key, e.Value, e.Origin, value)
		}
		if e.Doc == "" {
			t.Errorf("%s has no description", key)
		}
	}
	if !strings.HasSuffix(c.DB, ".local/share/parlor/parlor.db") {
		t.Errorf("database at %s", c.DB)
	}
}

func TestTheStrongerSourceWins(t *testing.T) {
	tests := []struct {
		name                     string
		user, project, env, flag string
		want, kind               string
	}{
		{name: "default", want: "parlor", kind: config.FromDefault},
		{name: "user", user: "u", want: "u", kind: config.FromUser},
		{name: "project over user", user: "u", project: "p", want: "p", kind: config.FromProject},
		{name: "environment over project", user: "u", project: "p", env: "e", want: "e", kind: config.FromEnv},
		{name: "flag over all", user: "u", project: "p", env: "e", flag: "f", want: "f", kind: config.FromFlag},
		{name: "flag over default", flag: "f", want: "f", kind: config.FromFlag},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHome(t)
			if tt.user != "" {
				h.user("# mine\ntheme = '" + tt.user + "'\n")
			}
			if tt.project != "" {
				h.project("theme = '" + tt.project + "'\n")
			}
			h.env["PARLOR_THEME"] = tt.env
			flags := map[string]string{}
			if tt.flag != "" {
				flags["theme"] = tt.flag
			}
			c, problems := h.load(flags)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			if e := entry(t, c, "theme"); e.Value != tt.want || e.Origin.Kind != tt.kind {
				t.Errorf("theme = %q from %s, want %q from %s", e.Value, e.Origin.Kind, tt.want, tt.kind)
			}
		})
	}
}

func TestAnOriginNamesItsPlace(t *testing.T) {
	h := newHome(t)
	user := h.user("model = 'opus'\n\n[timeouts]\nstall = '30s'\nconnect = 3\n\n[display]\nfooter = false\n")
	h.env["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1/v"
	c, problems := h.load(map[string]string{"max_tokens": "200"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for key, want := range map[string][2]string{
		"model":            {"opus", user + ":1"},
		"timeouts.stall":   {"30s", user + ":4"},
		"timeouts.connect": {"3s", user + ":5"},
		"display.footer":   {"false", user + ":8"},
		"base_url":         {"http://127.0.0.1:1/v", "ANTHROPIC_BASE_URL"},
		"max_tokens":       {"200", "--max-tokens"},
		"effort":           {"", "default"},
	} {
		if e := entry(t, c, key); e.Value != want[0] || e.Origin.String() != want[1] {
			t.Errorf("%s = %q from %s, want %q from %s", key, e.Value, e.Origin, want[0], want[1])
		}
	}
}

func TestABadPartFallsBackAndTheRestHolds(t *testing.T) {
	tests := []struct {
		name, file string
		key        string // the key that falls back
		want       string // its value then
		problem    string // what the one problem says after the file's name
	}{
		{
			"wrong type", "temperature = 'hot'\nmodel = 'ok'", "temperature", "",
			`:1: temperature: "hot" is not a number; write a number from 0 to 1, such as 0.7`,
		},
		{
			"out of range", "model = 'ok'\ntemperature = 3", "temperature", "",
			`:2: temperature: 3 is out of range; write a number from 0 to 1, such as 0.7`,
		},
		{
			"not a number", "model = 'ok'\ntop_p = nan", "top_p", "",
			`:2: top_p: NaN is out of range; write a number from 0 to 1, such as 0.9`,
		},
		{
			"unknown key", "modle = 'x'\nmodel = 'ok'", "model", "ok",
			`:1: modle: there is no such setting; did you mean model?`,
		},
		{
			"unknown table", "model = 'ok'\n[what]\never = 1", "model", "ok",
			":3: what.ever: there is no such setting; `parlor config` lists all",
		},
		{
			"credential", "api_key = 'sk-secret'\nmodel = 'ok'", "model", "ok",
			":1: api_key: credentials do not belong into this file; remove the line and use `parlor auth login`, key_command or ANTHROPIC_API_KEY",
		},
		{
			"choice", "model = 'ok'\nkeys = 'dvorak'", "keys", "default",
			`:2: keys: "dvorak" is not one of default, emacs, vim; write one of them`,
		},
		{
			"text wanted", "model = 'ok'\nsystem = 7", "system", "",
			`:2: system: 7 is not text; put it in quotes`,
		},
		{
			"truth wanted", "model = 'ok'\ncache = 'yes'", "cache", "true",
			`:2: cache: "yes" is not true or false; write true or false`,
		},
		{
			"time wanted", "model = 'ok'\ntimeouts.stall = 'soon'", "timeouts.stall", "1m30s",
			`:2: timeouts.stall: "soon" is not a length of time; write a time such as "90s" or "10m", or "none"`,
		},
		{
			"address wanted", "model = 'ok'\nbase_url = 'example.com'", "base_url", "",
			`:2: base_url: this is not a web address; write it in full, such as https://api.anthropic.com`,
		},
		{
			"thinking", "model = 'ok'\nthinking = 12", "thinking", "auto",
			`:2: thinking: 12 is not a way to think; write "auto", "adaptive", "off" or a number of tokens from 1024`,
		},
		{
			"inline table", "model = 'ok'\ndisplay = { footer = 1 }", "display.footer", "true",
			`:2: display.footer: 1 is not true or false; write true or false`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHome(t)
			file := h.user(tt.file)
			c, problems := h.load(nil)
			if len(problems) != 1 || problems[0].Error() != file+tt.problem {
				t.Errorf("problems:\n%v\nwant:\n%s%s", problems, file, tt.problem)
			}
			if c.Model != "ok" {
				t.Errorf("the good part is lost: model = %q", c.Model)
			}
			if got := entry(t, c, tt.key).Value; got != tt.want {
				t.Errorf("%s = %q, want %q", tt.key, got, tt.want)
			}
		})
	}
}

func TestASyntaxErrorKeepsWhatStandsAboveIt(t *testing.T) {
	tests := []struct {
		name, file string
		line       int
	}{
		{"no value", "model = 'kept'\ntheme =\nretries = 5\n", 2},
		{"not TOML", "model = 'kept'\n<<<<<<< HEAD\ntheme = 'x'\n", 2},
		{"twice", "model = 'kept'\nmodel = 'again'\n", 2},
		{"open text", "model = 'kept'\nsystem = '''\nno end\n", 2},
		{"not UTF-8", "model = 'kept'\nsystem = '\xff'\n", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHome(t)
			file := h.user(tt.file)
			c, problems := h.load(nil)
			if len(problems) != 1 || problems[0].File != file || problems[0].Line < tt.line || problems[0].Fix == "" {
				t.Fatalf("problems = %+v, want one on line %d", problems, tt.line)
			}
			if c.Model != "kept" || c.Retries != 2 {
				t.Errorf("model = %q, retries = %d", c.Model, c.Retries)
			}
		})
	}
}

func TestABadFlagIsFatal(t *testing.T) {
	_, problems := newHome(t).load(map[string]string{"temperature": "hot"})
	if len(problems) != 1 || !problems[0].Fatal {
		t.Fatalf("problems = %+v", problems)
	}
	want := `--temperature: "hot" is not a number; write a number from 0 to 1, such as 0.7`
	if got := problems[0].Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestABadVariableIsNotFatal(t *testing.T) {
	h := newHome(t)
	h.env["ANTHROPIC_BASE_URL"] = "nonsense"
	c, problems := h.load(nil)
	if len(problems) != 1 || problems[0].Fatal || c.BaseURL != "" {
		t.Fatalf("problems = %+v, base_url = %q", problems, c.BaseURL)
	}
}
