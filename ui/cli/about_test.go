package cli_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

func TestVersionAndHelp(t *testing.T) {
	s := newShell(t)
	want := "parlor 1.2.3 (0123456) go1.26 linux/"
	for _, args := range [][]string{{"version"}, {"--version"}} {
		if out := s.run(args...).ok(); !strings.HasPrefix(out, want) {
			t.Errorf("%v: %s", args, out)
		}
	}
	s.config("model = ")
	s.run("version").ok()
	s.config("")
	golden.RequireEqual(t, []byte(s.run("--help").ok()))
	for _, command := range []string{"list", "show", "export", "auth login", "config trust", "simulate"} {
		args := append(strings.Fields(command), "--help")
		if out := s.run(args...).ok(); !strings.Contains(out, "parlor "+command) {
			t.Errorf("%s: %s", command, out)
		}
	}
	if out := s.run("help", "list").ok(); !strings.Contains(out, "--archived") {
		t.Errorf("help list: %s", out)
	}
	if s.run("help").ok() != s.run("--help").ok() {
		t.Error("help and --help differ")
	}
	s.run("help", "me", "with", "this").ok()
	if got := s.sent(); got != "help me with this" {
		t.Errorf("sent %q", got)
	}
	if out := s.run("completion", "bash").ok(); !strings.Contains(out, "parlor") {
		t.Errorf("completion: %s", out)
	}
}

func TestHelpOnATerminal(t *testing.T) {
	s := newShell(t)
	s.stdoutTerminal = true
	for _, width := range []int{40, 80, 120} {
		s.width = width
		out := s.run("--help").ok()
		if !strings.Contains(out, "--no-save") || !strings.Contains(out, "\x1b[") {
			t.Errorf("help: %s", out)
		}
		for line := range strings.Lines(out) {
			if got := ansi.StringWidth(strings.TrimRight(line, "\n")); got > width && !strings.Contains(line, "parlor -p") { // examples stay whole
				t.Errorf("%d cells wide at %d: %q", got, width, line)
			}
		}
	}
}

func TestConfigShowsOrigins(t *testing.T) {
	s := newShell(t)
	file := s.config("model = 'opus'\n")
	s.env["PARLOR_THEME"] = "ink"
	out := s.run("config", "--temperature", "0.3").ok()
	for _, want := range []string{file + ":1", "PARLOR_THEME", "--temperature", "default"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	var settings []struct{ Key, Value, Origin, Where string }
	if err := json.Unmarshal([]byte(s.run("config", "--json").ok()), &settings); err != nil {
		t.Fatal(err)
	}
	if settings[0].Key != "model" || settings[0].Value != "opus" || settings[0].Origin != "user" || settings[0].Where != file+":1" {
		t.Errorf("%+v", settings[0])
	}
}

func TestModels(t *testing.T) {
	s := newShell(t)
	out := s.run("models").ok()
	for _, want := range []string{"claude-opus-5-5", "claude-sonnet-4-6", "1M", "fixed"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	var models []struct {
		ID          string `json:"id"`
		Temperature bool   `json:"temperature"`
		Listed      bool   `json:"listed"`
	}
	if err := json.Unmarshal([]byte(s.run("models", "--json").ok()), &models); err != nil || len(models) < 5 || !models[0].Listed {
		t.Errorf("%v, %+v", err, models)
	}
	s.env["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1"
	s.config("retries = 0\n")
	if r := s.run("models"); !strings.Contains(r.ok(), "claude-opus-5-5") || !strings.Contains(r.err, "The server's own list is missing.") {
		t.Errorf("without a server: %s", r.err)
	}
}

func TestThemes(t *testing.T) {
	s := newShell(t)
	s.write(".config/parlor/themes/mine.toml", "title = 'Mine'\n[dark]\ntext = 'nocolour'\n")
	r := s.run("themes")
	if out := r.ok(); !strings.Contains(out, "parlor *") || strings.Count(out, "\n") < 9 {
		t.Errorf("themes:\n%s", out)
	}
	if !strings.Contains(r.err, "mine.toml:3") {
		t.Errorf("a malformed theme is not told with its line: %s", r.err)
	}
	var themes []struct{ Name string }
	if err := json.Unmarshal([]byte(s.run("themes", "--json").ok()), &themes); err != nil || len(themes) < 8 {
		t.Errorf("%v, %v", err, themes)
	}
}

// firstLine sends what is written first.
type firstLine chan string

func (f firstLine) Write(p []byte) (int, error) {
	select {
	case f <- string(p):
	default:
	}
	return len(p), nil
}

func TestSimulateServesUntilItIsInterrupted(t *testing.T) {
	s := newShell(t)
	scripts := s.write("work/scripts.json", `[{"text": "ping", "reply": "scripted pong", "times": -1},
		{"method": "GET", "path": "/v1/models", "natural": true, "truncate_at_byte": 9}]`)
	ctx, interrupt := context.WithCancel(t.Context())
	written, done := make(firstLine, 1), make(chan result, 1)
	go func() {
		done <- s.runCtx(ctx, written, "simulate", "--addr", "127.0.0.1:0", "--rate", "-1", "--scripts", scripts)
	}()
	line := <-written
	url := strings.TrimSpace(line[strings.Index(line, "http"):])
	ping := `{"model":"claude-sonnet-4-6","max_tokens":50,"messages":[{"role":"user","content":"ping"}]}`
	if answer := askSimulator(t, http.MethodPost, url+"/v1/messages", ping); !strings.Contains(answer, "scripted pong") {
		t.Errorf("answer %s", answer)
	}
	if cut := askSimulator(t, http.MethodGet, url+"/v1/models", ""); cut != `{"data":[` {
		t.Errorf("the list was to be cut: %.100s", cut)
	}
	if list := askSimulator(t, http.MethodGet, url+"/v1/models", ""); !strings.HasSuffix(list, "}") {
		t.Errorf("only the first list was to be cut: %.100s", list)
	}
	interrupt()
	if r := <-done; r.code != 130 && r.code != 0 || !strings.HasPrefix(line, "SIMULATED") {
		t.Errorf("exit code %d, %s", r.code, line)
	}
}

// askSimulator returns the body of the answer.
func askSimulator(t *testing.T, method, url, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Api-Key", "any")
	req.Header.Set("Anthropic-Version", "2023-06-01")
	req.Header.Set("Content-Type", "application/json")
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(resp.Body)
	if closeErr := resp.Body.Close(); err != nil || closeErr != nil {
		t.Fatal(err, closeErr)
	}
	return string(answer)
}

func TestScriptsAreChecked(t *testing.T) {
	s := newShell(t)
	file := s.write("work/scripts.json", "[\n{\"reply\": \"x\"},\n{\"repply\": \"y\"}]")
	s.run("simulate", "--scripts", "scripts.json").failsLike(2, file+":3: this is not a list of scripts", "repply")
	s.write("work/scripts.json", `[{"text": "("}]`)
	s.run("simulate", "--scripts", "scripts.json").failsLike(2, file+": script 1: ")
	s.write("work/scripts.json", `[{"status": 9}]`)
	s.run("simulate", "--scripts", "scripts.json").failsLike(2, file+": script 1: status 9")
	s.write("work/scripts.json", `[{}, {"blocks": ["text"]}]`)
	s.run("simulate", "--scripts", "scripts.json").failsLike(2, file+": script 2: block 1")
}
