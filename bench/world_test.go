package bench_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
	"parlor/bench"
)

// world is a user with a home and a key, and a server that does as it is told.
type world struct {
	t   *testing.T
	sim *simulator.Simulator
	srv *simulator.Server
	env []string
	dir string // where the program is started
}

// newWorld makes one. Each of settings is a line of config.toml. Titles are made of a
// conversation's first words, so that the server sees only what the story asks it.
func newWorld(t *testing.T, settings ...string) *world {
	t.Helper()
	w := &world{t: t, env: home(t), dir: t.TempDir()}
	w.sim = simulator.New(simulator.Options{Rate: -1})
	srv, err := simulator.Serve(t.Context(), "", w.sim)
	if err != nil {
		t.Fatal(err)
	}
	w.srv = srv
	t.Cleanup(func() { _ = srv.Close() }) // it reports nothing
	w.env = append(w.env, "ANTHROPIC_BASE_URL="+srv.URL, "ANTHROPIC_API_KEY=sk-ant-test-1234")
	settings = append([]string{"title_model = ''", "model = 'claude-sonnet-4-6'"}, settings...)
	w.write("config.toml", strings.Join(settings, "\n")+"\n")
	return w
}

// variable is the value a variable of the environment has.
func (w *world) variable(name string) string {
	w.t.Helper()
	value := ""
	for _, entry := range w.env {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	if value == "" {
		w.t.Fatalf("%s is not set", name)
	}
	return value
}

// write writes a file of parlor's configuration and returns its path.
func (w *world) write(name, text string) string {
	w.t.Helper()
	path := filepath.Join(w.variable("XDG_CONFIG_HOME"), "parlor", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// open starts the program in a terminal and waits until it shows text.
func (w *world) open(text string, args ...string) *bench.Terminal {
	w.t.Helper()
	term := start(w.t, w.env, binary(w.t), args...)
	expect(w.t, term, text)
	return term
}

// begin opens an empty conversation.
func (w *world) begin(args ...string) *bench.Terminal {
	w.t.Helper()
	return w.open("Type and press Enter", args...)
}

// outcome is what a command that has ended left.
type outcome struct {
	out, err string
	code     int
}

// run runs the program without a terminal to its end.
func (w *world) run(stdin io.Reader, args ...string) outcome {
	w.t.Helper()
	cmd := w.command(stdin, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return outcome{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

func (w *world) command(stdin io.Reader, args ...string) *exec.Cmd {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), binary(w.t), args...)
	cmd.Env, cmd.Dir, cmd.Stdin = w.env, w.dir, stdin
	return cmd
}

// asked are the message requests the server got.
func (w *world) asked() (bodies []string) {
	for _, r := range w.sim.Requests() {
		if r.Path == "/v1/messages" {
			bodies = append(bodies, string(r.Body))
		}
	}
	return bodies
}

// userText is the text of the last message of a request.
func userText(t *testing.T, body string) string {
	t.Helper()
	var request struct{ Messages []message }
	if err := json.Unmarshal([]byte(body), &request); err != nil || len(request.Messages) == 0 {
		t.Fatalf("the request has no messages: %v", err)
	}
	return request.Messages[len(request.Messages)-1].text()
}

// kept is a conversation as `parlor show --json` prints it.
type kept struct {
	Conversation struct {
		ID, Title, Model string
	}
	Messages []message
}

type message struct {
	Role, State, Model string
	Content            []struct{ Type, Text string }
	Failure            *struct{ Kind, Message, Hint string }
}

func (m message) text() string {
	var b strings.Builder
	for _, c := range m.Content {
		b.WriteString(c.Text)
	}
	return b.String()
}

// last is the last message of the branch shown.
func (k kept) last() message {
	if len(k.Messages) == 0 {
		return message{}
	}
	return k.Messages[len(k.Messages)-1]
}

// list are the ids of all conversations.
func (w *world) list() (ids []string) {
	w.t.Helper()
	r := w.run(nil, "list", "--json")
	var rows []struct{ ID string }
	if err := json.Unmarshal([]byte(r.out), &rows); err != nil || r.code != 0 {
		w.t.Fatalf("parlor list --json: exit code %d, %v\n%s%s", r.code, err, r.out, r.err)
	}
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	return ids
}

// kept is the only conversation there is, read back by the program.
func (w *world) kept() kept {
	w.t.Helper()
	ids := w.list()
	if len(ids) != 1 {
		w.t.Fatalf("there are %d conversations, want one", len(ids))
	}
	r := w.run(nil, "show", ids[0], "--json")
	var k kept
	if err := json.Unmarshal([]byte(r.out), &k); err != nil || r.code != 0 {
		w.t.Fatalf("parlor show --json: exit code %d, %v\n%s%s", r.code, err, r.out, r.err)
	}
	return k
}

// release lets n deltas of a gated answer through.
func release(t *testing.T, gate chan<- struct{}, n int) {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for range n {
		select {
		case gate <- struct{}{}:
		case <-late.C:
			t.Fatal("nobody waits for the answer any more")
		}
	}
}

// gone waits until the screen no longer shows a text.
func gone(t *testing.T, term *bench.Terminal, text string) {
	t.Helper()
	if err := term.Await(patience, func(screen string) bool { return !strings.Contains(screen, text) }); err != nil {
		t.Fatalf("waiting until %q is gone: %v", text, err)
	}
}

// lacks fails when the screen shows a text.
func lacks(t *testing.T, term *bench.Terminal, text string) {
	t.Helper()
	if screen := term.Screen(); strings.Contains(screen, text) {
		t.Errorf("the screen shows %q:\n%s", text, screen)
	}
}

// unwrapped is a text without its white space and frames: a sentence that was broken into
// rows, even within a word, is found again.
func unwrapped(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "│", "")), "")
}
