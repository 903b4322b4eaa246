package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
	"go.uber.org/goleak"

	"parlor/api/simulator"
	"parlor/ui"
	"parlor/ui/cli"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shell is a user at a prompt: a home folder, an environment, and the simulator
// as the server. Every run is a process of its own as far as parlor can tell.
type shell struct {
	t    *testing.T
	sim  *simulator.Simulator
	home string
	env  map[string]string
	ring *ring

	stdin          string
	stdinTerminal  bool
	stdoutTerminal bool
	secret         string // typed where a key is asked for
	screen         func(context.Context, ui.Options) error
	mu             sync.Mutex
	clock          time.Time
	ids            int
	width          int
}

func newShell(t *testing.T, scripts ...simulator.Script) *shell {
	t.Helper()
	sim := simulator.New(simulator.Options{Rate: -1, Scripts: scripts})
	server, err := simulator.Serve(t.Context(), "", sim)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &shell{
		t: t, sim: sim, home: t.TempDir(), ring: &ring{keys: map[string]string{}},
		clock: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
		env: map[string]string{
			"ANTHROPIC_BASE_URL": server.URL, "ANTHROPIC_API_KEY": "test-key-0123456789",
			"TERM": "xterm-256color", "LANG": "C.UTF-8",
		},
	}
	s.env["HOME"] = s.home
	s.write("work/.keep", "")
	return s
}

// now is a clock that goes on a second each time it is looked at.
func (s *shell) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(time.Second)
	return s.clock
}

func (s *shell) newID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	return fmt.Sprintf("talk%d", s.ids)
}

func (s *shell) path(name string) string { return filepath.Join(s.home, name) }

func (s *shell) write(name, content string) string {
	s.t.Helper()
	path := s.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

func (s *shell) config(text string) string { return s.write(".config/parlor/config.toml", text) }

// result is what one run left on the terminal.
type result struct {
	t        *testing.T
	args     string
	out, err string
	code     int
}

// run runs parlor once.
func (s *shell) run(args ...string) result {
	s.t.Helper()
	return s.runCtx(s.t.Context(), io.Discard, args...)
}

// runCtx also copies standard output to tee as it is written.
func (s *shell) runCtx(ctx context.Context, tee io.Writer, args ...string) result {
	s.t.Helper()
	var out, errs bytes.Buffer
	var environ []string
	for k, v := range s.env {
		environ = append(environ, k+"="+v)
	}
	code := cli.Run(ctx, cli.Env{
		Args: args, Stdin: strings.NewReader(s.stdin), Stdout: io.MultiWriter(&out, tee), Stderr: &errs,
		Environ: environ, Home: s.home, Cwd: s.path("work"), GOOS: "linux",
		Build:         cli.Build{Version: "1.2.3", Commit: "0123456789abcdef", Go: "go1.26"},
		StdinTerminal: s.stdinTerminal, StdoutTerminal: s.stdoutTerminal, Width: s.width,
		ReadSecret: func() (string, error) { return s.secret, nil },
		Keyring:    s.ring, Screen: s.screen, Now: s.now, NewID: s.newID,
	})
	return result{s.t, strings.Join(args, " "), out.String(), errs.String(), code}
}

// ok expects exit code 0 and returns what was printed.
func (r result) ok() string {
	r.t.Helper()
	if r.code != 0 {
		r.t.Fatalf("parlor %s: exit code %d\nstdout: %s\nstderr: %s", r.args, r.code, r.out, r.err)
	}
	return r.out
}

// fails expects an exit code and, on standard error, exactly one sentence.
func (r result) fails(code int, sentence string) {
	r.t.Helper()
	if r.code != code || strings.TrimSuffix(r.err, "\n") != "parlor: "+sentence {
		r.t.Errorf("parlor %s: exit code %d, want %d\nstderr: %swant:   parlor: %s\nstdout: %s", r.args, r.code, code, r.err, sentence, r.out)
	}
}

// ring is a keyring in memory.
type ring struct {
	keys map[string]string
	err  error
}

func (r *ring) Get(_, user string) (string, error) {
	if key, ok := r.keys[user]; ok || r.err != nil {
		return key, r.err
	}
	return "", keyring.ErrNotFound
}

func (r *ring) Set(_, user, secret string) error {
	if r.err == nil {
		r.keys[user] = secret
	}
	return r.err
}

func (r *ring) Delete(_, user string) error {
	delete(r.keys, user)
	return r.err
}
