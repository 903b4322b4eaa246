package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBadInputOnTheCommandLine(t *testing.T) {
	s := talks(t)
	tests := []struct {
		stdin string
		args  []string
		want  string
	}{
		{"", []string{"--temperature", "hot", "-p", "x"}, `--temperature: "hot" is not a number; write a number from 0 to 1, such as 0.7.`},
		{"", []string{"--temperature", "1.5", "-p", "x"}, `--temperature: 1.5 is out of range; write a number from 0 to 1, such as 0.7.`},
		{"", []string{"--max-tokens", "many", "-p", "x"}, `--max-tokens: "many" is not a whole number; write a whole number of at least 1, such as 16000.`},
		{"", []string{"--effort", "huge", "-p", "x"}, `--effort: "huge" is not one of low, medium, high, xhigh, max; write one of them.`},
		{"", []string{"--base-url", "example", "-p", "x"}, `--base-url: this is not a web address; write it in full, such as https://api.anthropic.com.`},
		{"", []string{"--width", "3", "-p", "x"}, `--width: 3 is out of range; write a whole number from 20 to 1000, such as 100.`},
		{"", []string{"--output", "xml", "-p", "x"}, `--output: "xml" is not one of text, json, stream-json.`},
		{"", []string{"--colour"}, `Unknown flag: --colour.`},
		{"", []string{"-c", "-r", "talk1", "-p", "x"}, `-c and -r exclude each other: one conversation at a time.`},
		{"", []string{"--private", "-c", "-p", "x"}, `--private begins a new conversation; it does not go with -c or -r.`},
		{"", []string{"--demo", "--base-url", "http://127.0.0.1:1", "-p", "x"}, `--demo and --base-url exclude each other: the demo brings its own server.`},
		{"", []string{"-p"}, `There is no prompt: give one as an argument or pipe it in, or run parlor in a terminal.`},
		{" \n", nil, `There is no prompt: give one as an argument or pipe it in, or run parlor in a terminal.`},
		{"caf\xe9", []string{"-p"}, `The prompt is not valid UTF-8 at byte 3 (0xe9); convert it first, for example with iconv -f latin1 -t utf-8.`},
		{"", []string{"-p", "a\xff"}, `The prompt is not valid UTF-8 at byte 1 (0xff); convert it first, for example with iconv -f latin1 -t utf-8.`},
		{strings.Repeat("x", 32<<20+1), []string{"-p"}, `The prompt is larger than 32 MB, the most a request can be; send a part of it.`},
		{"", []string{"-r", "no such talk", "-p", "x"}, "No conversation matches \"no such talk\"; `parlor list` shows all."},
		{"", []string{"-r", "arena", "-p", "x"}, `"arena" matches 2 conversations: talk3 (Arenas in Go), talk2 (Arena allocators); name one by its id.`},
		{"", []string{"show"}, "Write `parlor show ID`; the ID may be words of the title, and `parlor list` shows all."},
		{"", []string{"rename", "talk1"}, "Write `parlor rename ID TITLE`; the ID may be words of the title, and `parlor list` shows all."},
		{"", []string{"config", "trust", "a", "b"}, "Write `parlor config trust [FOLDER]`."},
		{"", []string{"models", "opus"}, "\"opus\" is one word too many: `parlor models --help` shows what parlor models takes."},
		{"", []string{"auth"}, "`parlor auth` needs one of: login, logout, status."},
		{"", []string{"auth", "show"}, "`parlor auth` has no \"show\"; it has login, logout, status."},
		{"", []string{"completion"}, "`parlor completion` needs one of: bash, fish, powershell, zsh."},
		{"", []string{"completion", "tcsh"}, "`parlor completion` has no \"tcsh\"; it has bash, fish, powershell, zsh."},
		{"", []string{"export", "talk1", "--format", "pdf"}, `--format: "pdf" is not one of markdown, json.`},
		{"", []string{"config", "trust"}, `There is no .parlor.toml in ` + s.path("work") + `.`},
		{"", []string{"--env-file", "gone.env", "-p", "x"}, s.path("work/gone.env") + `: there is no such file; check the name given to --env-file.`},
		{"", []string{"--config", "gone.toml", "-p", "x"}, s.path("work/gone.toml") + `: cannot be read: no such file or directory; name another file with --config or PARLOR_CONFIG.`},
		{"", []string{"simulate", "--addr", "0.0.0.0:1"}, `Address "0.0.0.0:1": the simulator listens on loopback only; use 127.0.0.1:PORT.`},
		{"", []string{"simulate", "--scripts", "gone.json"}, s.path("work/gone.json") + ` cannot be read: no such file or directory.`},
	}
	before := len(s.sim.Requests())
	for _, tt := range tests {
		s.stdin = tt.stdin
		s.run(tt.args...).fails(2, tt.want)
	}
	if asked := len(s.sim.Requests()) - before; asked != 0 {
		t.Errorf("%d requests were sent for nothing", asked)
	}
	s.stdin = ""
	if list := s.list(); len(list) != 3 {
		t.Errorf("something was left behind: %+v", list)
	}
}

func TestMalformedConfigurationIsToldAndWorkedAround(t *testing.T) {
	s := newShell(t)
	file := s.config("temperature = 'hot'\nmodel = 'claude-sonnet-4-6'\nthene = 'ink'\n")
	r := s.run("-p", "hello")
	if r.ok() == "" || !strings.Contains(s.lastBody(), "claude-sonnet-4-6") {
		t.Errorf("the good part does not hold")
	}
	want := "parlor: " + file + ":1: temperature: \"hot\" is not a number; write a number from 0 to 1, such as 0.7.\n" +
		"parlor: " + file + ":3: thene: there is no such setting; did you mean theme?\n"
	if r.err != want {
		t.Errorf("stderr:\n%swant:\n%s", r.err, want)
	}
	if r := s.run("config"); r.code != 1 || r.err != want {
		t.Errorf("config: exit code %d, %s", r.code, r.err)
	}
}

func TestAStrangeFolderCannotSendWordsElsewhere(t *testing.T) {
	s := newShell(t)
	s.write("work/.parlor.toml", "model = 'claude-sonnet-4-6'\nbase_url = 'http://127.0.0.1:1'\nkey_command = 'touch "+s.path("ran")+"'\n")
	delete(s.env, "ANTHROPIC_API_KEY")
	base := s.env["ANTHROPIC_BASE_URL"]
	delete(s.env, "ANTHROPIC_BASE_URL")
	s.config("base_url = '" + base + "'\n")
	r := s.run("-p", "hello")
	if r.ok() == "" || !strings.Contains(s.lastBody(), "claude-sonnet-4-6") || strings.Count(r.err, "\n") != 1 {
		t.Errorf("stderr %s", r.err)
	}
	if !strings.Contains(r.err, "this folder may not set base_url (line 2), key_command (line 3)") {
		t.Errorf("stderr %s", r.err)
	}
	if _, err := os.Stat(s.path("ran")); err == nil {
		t.Error("a program of the folder was run")
	}
	s.run("config", "trust").ok()
	if r := s.run("-p", "hello"); r.code == 0 {
		t.Errorf("trusted, it is still not used: %s", r.err)
	}
	s.run("config", "untrust").ok()
	s.run("-p", "hello").ok()
}

func TestDatabasesThatCannotBeOpened(t *testing.T) {
	s := newShell(t)
	text := s.write("notes.txt", strings.Repeat("this is no database\n", 100))
	s.run("--db", text, "-p", "x").fails(1, text+" is not a parlor database. Name another file with --db.")
	if got, _ := os.ReadFile(text); !strings.HasPrefix(string(got), "this is no database") {
		t.Error("the file was changed")
	}

	s.run("--db", filepath.Join(text, "parlor.db"), "-p", "x").failsLike(1, "The database "+filepath.Join(text, "parlor.db")+" cannot be opened", "name another file with --db.")
	if os.Getuid() != 0 {
		locked := s.path("locked")
		if err := os.Mkdir(locked, 0o500); err != nil {
			t.Fatal(err)
		}
		s.run("--db", filepath.Join(locked, "p.db"), "-p", "x").failsLike(1, "The database "+filepath.Join(locked, "p.db"), "Change its permissions, or name another file with --db.")
	}
}

// failsLike is fails for sentences that the operating system has a part in.
func (r result) failsLike(code int, parts ...string) {
	r.t.Helper()
	for _, part := range parts {
		if r.code != code || !strings.Contains(r.err, part) || strings.Count(r.err, "\n") != 1 {
			r.t.Errorf("parlor %s: exit code %d, want %d; stderr %q, want %q in it", r.args, r.code, code, r.err, part)
		}
	}
}

func TestALogThatCannotBeWritten(t *testing.T) {
	s := newShell(t)
	s.write("file", "")
	s.run("--log", s.path("file/x.log"), "-p", "x").fails(2, "The log file "+s.path("file/x.log")+" cannot be written: not a directory.")
}

func TestTheLogHoldsNoKey(t *testing.T) {
	s := newShell(t)
	s.config("log_level = 'debug'\n")
	s.env["PARLOR_LOG"] = s.path("parlor.log")
	s.run("-p", "hello").ok()
	log, err := os.ReadFile(s.path("parlor.log"))
	if err != nil || len(log) == 0 || strings.Contains(string(log), s.env["ANTHROPIC_API_KEY"]) {
		t.Errorf("log %s, %v", log, err)
	}
}
