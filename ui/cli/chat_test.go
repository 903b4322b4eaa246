package cli_test

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"parlor/api/simulator"
)

func TestAliceComesBack(t *testing.T) {
	s := newShell(t)
	s.run("-p", "My", "name", "is", "Alice").ok()
	if out := s.run("-p", "-c", "What is my name?").ok(); !strings.Contains(out, "Alice") {
		t.Errorf("-c: %s", out)
	}
	s.run("-p", "Something else").ok()
	if out := s.run("-p", "-r", "talk1", "What is my name?").ok(); !strings.Contains(out, "Alice") {
		t.Errorf("-r: %s", out)
	}
	if out := s.run("-p", "-c", "What is my name?").ok(); strings.Contains(out, "not Alice") || len(s.list()) != 2 {
		t.Errorf("there are %d conversations; -c after -r: %s", len(s.list()), out)
	}
}

// summary is a conversation as `list --json` promises it.
type summary struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Model     string   `json:"model"`
	CreatedAt string   `json:"created_at"`
	UpdatedAt string   `json:"updated_at"`
	Messages  int      `json:"messages"`
	Cost      float64  `json:"cost_usd"`
	Pinned    bool     `json:"pinned"`
	Archived  bool     `json:"archived"`
	Tags      []string `json:"tags"`
}

func (s *shell) list() []summary {
	s.t.Helper()
	var list []summary
	if err := json.Unmarshal([]byte(s.run("list", "--json").ok()), &list); err != nil {
		s.t.Fatal(err)
	}
	return list
}

func TestAPipeGetsTheAnswerByteForByte(t *testing.T) {
	const text = "# Title\n\n\x1b[31mred\x1b[0m \u202e and\ttab  \nlast"
	s := newShell(t, simulator.Script{Text: text, Thinking: "not shown"})
	if out := s.run("-p", "go").ok(); out != text+"\n" {
		t.Errorf("got %q, want %q and a line feed", out, text)
	}
}

func TestATerminalNeverGetsControlCharacters(t *testing.T) {
	const text = "# Title\n\nred \x1b]52;c;ZXZpbA==\a\x1b[2J and \u202e back\n\n- one\n- two\n"
	for _, terminal := range []string{"xterm-256color", "dumb"} {
		s := newShell(t, simulator.Script{Text: text, Chunk: 3})
		s.stdoutTerminal, s.env["TERM"] = true, terminal
		out := s.run("-p", "go").ok()
		if strings.Contains(out, "\x1b]52") || strings.Contains(out, "\x1b[2J") || strings.Contains(out, "\u202e") {
			t.Errorf("%s: %q", terminal, out)
		}
		for _, want := range []string{"Title", "red", "back", "one", "two"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is missing in %q", terminal, want, out)
			}
		}
		if terminal == "dumb" && strings.Contains(out, "\x1b") {
			t.Errorf("a dumb terminal got an escape: %q", out)
		}
		if terminal != "dumb" && strings.Contains(out, "# Title") {
			t.Errorf("the markdown is not set: %q", out)
		}
	}
}

func TestWhatIsPipedInIsThePromptOrFollowsIt(t *testing.T) {
	big := strings.Repeat("0123456789abcde\n", 10<<20/16)
	tests := []struct {
		name, stdin string
		args        []string
		want        string
	}{
		{"only piped", "from the pipe\n", []string{"-p"}, "from the pipe"},
		{"without -p", "from the pipe\n", nil, "from the pipe"},
		{"both", "diff\n", []string{"-p", "review this"}, "review this\n\ndiff"},
		{"only words", "", []string{"-p", "just", "words"}, "just words"},
		{"byte order mark", "\xef\xbb\xbftext", []string{"-p"}, "text"},
		{"ten megabytes", big, []string{"-p"}, strings.TrimRight(big, "\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newShell(t, simulator.Script{Text: "ok", SkipChecks: true})
			s.stdin = tt.stdin
			s.run(tt.args...).ok()
			if got := s.sent(); got != tt.want {
				t.Errorf("sent %d bytes %.80q, want %d bytes %.80q", len(got), got, len(tt.want), tt.want)
			}
		})
	}
}

// sent is the last user message of the last request.
func (s *shell) sent() string {
	s.t.Helper()
	var body struct {
		Messages []struct {
			Content []struct{ Text string }
		}
	}
	requests := s.sim.Requests()
	if err := json.Unmarshal(requests[len(requests)-1].Body, &body); err != nil {
		s.t.Fatal(err)
	}
	var text strings.Builder
	for _, block := range body.Messages[len(body.Messages)-1].Content {
		text.WriteString(block.Text)
	}
	return text.String()
}

// answer is what the scripts of the output tests say.
func answer() simulator.Script {
	return simulator.Script{
		Thinking: "Let me see.", Text: "Thames, <Loire> & Oder.\n", MessageID: "msg_1",
		Header: http.Header{"Request-Id": {"req_1"}}, Usage: map[string]any{"input_tokens": 10, "output_tokens": 20},
	}
}

func TestOutputJSON(t *testing.T) {
	s := newShell(t, answer())
	out := s.run("-p", "--output", "json", "--model", "claude-sonnet-4-6", "three rivers").ok()
	golden.RequireEqual(t, masked(out))
}

func TestOutputStreamJSON(t *testing.T) {
	s := newShell(t, answer())
	out := s.run("-p", "--output", "stream-json", "--model", "claude-sonnet-4-6", "three rivers").ok()
	var text, last string
	for line := range strings.Lines(out) {
		var event struct{ Type, Text string }
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if last = event.Type; last == "text" {
			text += event.Text
		}
	}
	if text != answer().Text || last != "message" {
		t.Errorf("text %q, last event %s", text, last)
	}
	for _, kind := range []string{`{"type":"start","conversation_id":"talk1","model":"claude-sonnet-4-6"}`, `{"type":"thinking","text":"Let`} {
		if !strings.Contains(out, kind) {
			t.Errorf("%s is missing in\n%s", kind, out)
		}
	}
}

// masked replaces what differs from run to run.
func masked(out string) []byte {
	out = regexp.MustCompile(`"signature": "[^"]*"`).ReplaceAllString(out, `"signature": "SIGNATURE"`)
	return []byte(regexp.MustCompile(`"20\d\d-[^"]*Z"`).ReplaceAllString(out, `"TIME"`))
}

func TestNothingIsLeftWithNoSave(t *testing.T) {
	s := newShell(t)
	out := s.run("-p", "--no-save", "--output", "json", "hello").ok()
	if !strings.Contains(out, `"conversation_id": null`) || len(s.list()) != 0 {
		t.Errorf("%d conversations were kept; %s", len(s.list()), out)
	}

	s.run("-p", "My name is Alice").ok()
	if out := s.run("-p", "-c", "--no-save", "What is my name?").ok(); !strings.Contains(out, "Alice") {
		t.Errorf("a continued conversation without saving: %s", out)
	}
	if list := s.list(); len(list) != 1 || list[0].Messages != 2 {
		t.Errorf("the conversation was changed: %+v", list)
	}
	if out := s.run("-p", "--private", "hello").ok(); out == "" || len(s.list()) != 1 {
		t.Errorf("a private turn was kept")
	}
}

func TestFlagsChangeTheNextRequest(t *testing.T) {
	s := newShell(t)
	s.config("model = 'claude-sonnet-4-6'\ntemperature = 0.2\nsystem = 'Be brief.'\nmax_tokens = 500\n")
	s.run("-p", "one").ok()
	s.expectRequest(`"model":"claude-sonnet-4-6"`, `"temperature":0.2`, `Be brief.`, `"max_tokens":500`)
	s.run("-p", "-c", "--temperature", "0.9", "--max-tokens", "700", "two").ok()
	s.expectRequest(`"model":"claude-sonnet-4-6"`, `"temperature":0.9`, `Be brief.`, `"max_tokens":700`)
	s.run("-p", "-c", "three").ok()
	s.expectRequest(`"temperature":0.9`)
	r := s.run("-p", "-c", "--model", "opus", "four")
	r.ok()
	if body := s.lastBody(); strings.Contains(body, `"temperature"`) || !strings.Contains(body, `"model":"claude-opus-5-5"`) {
		t.Errorf("temperature was sent to a model that refuses it: %.200s", body)
	}
	if !strings.Contains(strings.ToLower(r.err), "temperature") {
		t.Errorf("that temperature was left out is not told: %q", r.err)
	}
}

func (s *shell) lastBody() string {
	requests := s.sim.Requests()
	return string(requests[len(requests)-1].Body)
}

func (s *shell) expectRequest(parts ...string) {
	s.t.Helper()
	for _, part := range parts {
		if !strings.Contains(s.lastBody(), part) {
			s.t.Errorf("the request lacks %s: %.300s", part, s.lastBody())
		}
	}
}

func TestFailuresHaveASentenceAndACode(t *testing.T) {
	status := func(code int, message string) simulator.Script {
		return simulator.Script{Status: code, Message: message, Times: -1}
	}
	tests := []struct {
		name   string
		script simulator.Script
		code   int
		out    string
		want   string // regular expression of the sentence
	}{
		{"bad key", status(401, "invalid x-api-key"), 3, "", `did not accept the key from ANTHROPIC_API_KEY \(ending in 6789\)\. .*parlor auth login`},
		{"billing", status(402, "no credit"), 3, "", `billing`},
		{"permission", status(403, "not for you"), 3, "", `not for you`},
		{"rate limit", simulator.Script{Status: 429, Times: -1, Header: http.Header{"Retry-After": {"600"}}}, 4, "", `Rate limited by .*Try again at .*10 min`},
		{"overloaded", status(529, "Overloaded"), 4, "", `is overloaded`},
		{"server", status(500, "oops"), 1, "", `failed with status 500: oops`},
		{"no such model", status(404, "model: claude-x"), 1, "", "has no model .*`parlor models`"},
		{"refused", simulator.Script{StopReason: "refusal", Text: "No."}, 6, "No.\n", `The model declined to answer`},
		{"cut off", simulator.Script{Deltas: []string{"half ", "of it"}, TruncateAfter: simulator.AfterDeltas(1)}, 5, "half \n", "The answer broke off: .* `parlor -c` goes on with it"},
		{"not the API", simulator.Script{RawBody: []byte("<html>login</html>"), ContentType: "text/html"}, 1, "", `did not answer as the Claude API does`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newShell(t, tt.script)
			s.config("retries = 0\n")
			r := s.run("-p", "hello")
			if r.code != tt.code || r.out != tt.out {
				t.Errorf("exit code %d, stdout %q, want %d, %q", r.code, r.out, tt.code, tt.out)
			}
			lines := strings.Split(strings.TrimSuffix(r.err, "\n"), "\n")
			if len(lines) != 1 || !regexp.MustCompile(tt.want).MatchString(r.err) || strings.Contains(r.err, "/login") {
				t.Errorf("stderr %q, want one line like %s", r.err, tt.want)
			}
			if list := s.list(); len(list) != 1 || list[0].Messages != 2 {
				t.Errorf("the prompt is not kept: %+v", list)
			}
		})
	}
}

func TestWithoutAServer(t *testing.T) {
	s := newShell(t)
	s.config("retries = 0\n")
	s.env["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1"
	s.run("-p", "hello").fails(5, "127.0.0.1:1 refused the connection: nothing listens there. `parlor doctor` shows which step fails.")
}

func TestWithoutAKey(t *testing.T) {
	s := newShell(t)
	delete(s.env, "ANTHROPIC_API_KEY")
	delete(s.env, "ANTHROPIC_BASE_URL")
	r := s.run("-p", "hello")
	if r.code != 3 || !strings.Contains(r.err, "There is no API key") || !strings.Contains(r.err, "parlor auth login") {
		t.Errorf("exit code %d, %s", r.code, r.err)
	}
}

func TestAnOverloadThatRecovers(t *testing.T) {
	s := newShell(t, simulator.Script{Status: 529, Header: http.Header{"Retry-After-Ms": {"100"}}}, simulator.Script{Text: "there"})
	r := s.run("-p", "hello")
	if r.ok() != "there\n" || !strings.Contains(r.err, "Trying again in") || !strings.Contains(r.err, "attempt 2 of 3") {
		t.Errorf("stdout %q, stderr %q", r.out, r.err)
	}
}

// onWrite calls f at the first write.
type onWrite struct{ f func() }

func (w *onWrite) Write(p []byte) (int, error) {
	if w.f != nil && len(p) > 0 {
		w.f()
		w.f = nil
	}
	return len(p), nil
}

func TestAnInterruptKeepsWhatCame(t *testing.T) {
	gate := make(chan struct{}, 1)
	gate <- struct{}{}
	s := newShell(t, simulator.Script{Deltas: []string{"the first words", " and the rest"}, Gate: gate})
	ctx, interrupt := context.WithCancel(t.Context())
	r := s.runCtx(ctx, &onWrite{interrupt}, "-p", "hello")
	if r.code != 130 || r.out != "the first words\n" {
		t.Errorf("exit code %d, stdout %q, stderr %q", r.code, r.out, r.err)
	}
	if out := s.run("show", "talk1").ok(); !strings.Contains(out, "the first words\n\n*(stopped here)*") {
		t.Errorf("kept: %s", out)
	}
}

func TestTheDemoNeedsNoKeyAndHasItsOwnDatabase(t *testing.T) {
	s := newShell(t)
	s.env = map[string]string{}
	s.config("model = 'some-local-model'\nbase_url = 'http://127.0.0.1:1'\n")
	if out := s.run("--demo", "-p", "--output", "json", "hi").ok(); !strings.Contains(out, `"model": "claude-sonnet-4-6"`) {
		t.Errorf("answered by another model: %s", out)
	}
	if len(s.list()) != 0 || !strings.Contains(s.run("--demo", "list").ok(), "talk1") {
		t.Errorf("the demo's conversation is in the usual database")
	}
	if len(s.sim.Requests()) != 0 {
		t.Errorf("the demo asked a server outside")
	}
}
