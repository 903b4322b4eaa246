package cli_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"parlor/session"
	"parlor/ui"
)

// sitting is a shell at a terminal, where parlor shows its screen.
func sitting(t *testing.T) (*shell, *ui.Options) {
	t.Helper()
	s := newShell(t)
	s.stdinTerminal, s.stdoutTerminal = true, true
	shown := new(ui.Options)
	s.screen = func(_ context.Context, o ui.Options) error {
		*shown = o
		return nil
	}
	return s, shown
}

func TestTheScreenIsGivenWhatTheCommandLineSays(t *testing.T) {
	s, shown := sitting(t)
	s.run("-p", "hello").ok()
	tests := []struct {
		args []string
		want ui.Start
	}{
		{nil, ui.Start{Mode: ui.New}},
		{[]string{"tell", "me"}, ui.Start{Mode: ui.New, Prompt: "tell me"}},
		{[]string{"--private"}, ui.Start{Mode: ui.New, Private: true}},
		{[]string{"-c"}, ui.Start{Mode: ui.Last}},
		{[]string{"-r", "talk"}, ui.Start{Mode: ui.Resume, ID: "talk1"}},
		{[]string{"-c", "--model", "opus"}, ui.Start{Mode: ui.Resume, ID: "talk1"}},
	}
	for _, tt := range tests {
		s.run(tt.args...).ok()
		if shown.Start != tt.want || shown.Version != "1.2.3" || shown.Config == nil || shown.Login == nil {
			t.Errorf("%v: %+v, want %+v", tt.args, shown.Start, tt.want)
		}
	}
	s.run("-p", "-c", "again").ok()
	s.expectRequest(`"model":"claude-opus-5-5"`)
}

func TestContinueBeforeThereIsAnything(t *testing.T) {
	s, shown := sitting(t)
	s.run("-c", "--model", "opus").ok()
	if shown.Start.Mode != ui.New {
		t.Errorf("%+v", shown.Start)
	}
	s.stdinTerminal = false
	s.run("-c", "-p", "x").fails(2, "There is no conversation to go on with yet; begin one without -c.")
}

func TestFirstRun(t *testing.T) {
	s, shown := sitting(t)
	first := func(want bool, why string, args ...string) {
		t.Helper()
		s.run(args...).ok()
		if shown.FirstRun != want {
			t.Errorf("%s: first run is %v", why, shown.FirstRun)
		}
	}
	first(false, "with a key")
	base := s.env["ANTHROPIC_BASE_URL"]
	delete(s.env, "ANTHROPIC_API_KEY")
	first(false, "with a server of one's own")
	delete(s.env, "ANTHROPIC_BASE_URL")
	first(true, "with nothing")
	first(false, "in the demo", "--demo")
	s.config("key_command = 'pass show claude'\n")
	first(false, "with a key command")
	s.config("base_url = '" + base + "'\n")
	first(false, "with a configured server")
}

func TestTheScreenOpensDatabaseAndServer(t *testing.T) {
	s, _ := sitting(t)
	s.screen = func(ctx context.Context, o ui.Options) error {
		m, err := o.Open(ctx)
		if err != nil {
			return err
		}
		c, err := m.New(ctx, session.Params{})
		if err != nil {
			return err
		}
		if _, err := c.Send(ctx, session.Outgoing{Text: "My name is Alice"}); err != nil {
			return err
		}
		for c.Snapshot().Turn.Phase != session.Idle {
			<-c.Dirty()
		}
		if err := m.Close(ctx); err != nil {
			return err
		}
		demo, err := o.OpenDemo(ctx)
		if err != nil {
			return err
		}
		d, err := demo.New(ctx, session.Params{})
		if err != nil {
			return err
		}
		if snap := d.Snapshot(); !snap.Simulated || snap.Params.Model != "claude-sonnet-4-6" {
			t.Errorf("demo: %+v", snap)
		}
		return demo.Close(ctx)
	}
	s.run().ok()
	s.stdinTerminal = false
	if out := s.run("-p", "-c", "What is my name?").ok(); !strings.Contains(out, "Alice") {
		t.Errorf("answer: %s", out)
	}
}

func TestLoginFromTheScreen(t *testing.T) {
	s, _ := sitting(t)
	delete(s.env, "ANTHROPIC_API_KEY")
	base := s.env["ANTHROPIC_BASE_URL"]
	delete(s.env, "ANTHROPIC_BASE_URL")
	s.screen = func(ctx context.Context, o ui.Options) error {
		if _, err := o.Open(ctx); err != nil {
			return err
		}
		if err := o.Login.SaveBaseURL(ctx, "nonsense"); err == nil {
			t.Error("nonsense was taken for an address")
		}
		if err := o.Login.SaveBaseURL(ctx, base); err != nil {
			return err
		}
		where, err := o.Login.SaveKey(ctx, "sk-ant-good-0123456789-WXYZ")
		if err != nil || where != "the keyring" {
			t.Errorf("kept in %q, %v", where, err)
		}
		if report := o.Login.Doctor(ctx); !strings.Contains(report, "ok       credential: keyring …WXYZ\n") {
			t.Errorf("doctor:\n%s", report)
		}
		return nil
	}
	s.run().ok()
	s.stdinTerminal = false
	s.run("-p", "hello").ok()

	s.screen = func(ctx context.Context, o ui.Options) error {
		said, err := o.Login.Logout(ctx)
		if err != nil || !strings.Contains(said, "removed from the keyring") {
			t.Errorf("logout: %q, %v", said, err)
		}
		return nil
	}
	s.stdinTerminal = true
	s.run().ok()
}

func TestAScreenThatFailsIsTold(t *testing.T) {
	s, _ := sitting(t)
	s.screen = func(context.Context, ui.Options) error { return errors.New("the terminal went away") }
	s.run().fails(1, "The terminal went away.")
	s.run("--output", "json").fails(2, "--output and --no-save go with -p.")
	s.run("-r", "nothing").fails(2, "No conversation matches \"nothing\"; `parlor list` shows all.")
}

func TestAPanicLeavesAReportAndNoStackOnTheScreen(t *testing.T) {
	s, _ := sitting(t)
	report := s.path(".local/state/parlor/crash.log")
	for _, screen := range []func(context.Context, ui.Options) error{
		func(context.Context, ui.Options) error { panic("something impossible") },
		func(context.Context, ui.Options) error {
			return &ui.Crash{Value: "something else", Where: "drawing", Stack: []byte("goroutine 1")}
		},
	} {
		s.screen = screen
		s.run().fails(1, "Parlor failed by a mistake of its own; what was said is kept, and the report is in "+report+".")
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"panic: something impossible\ngoroutine", "panic: something else while drawing\ngoroutine 1"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is missing in the report\n%s", want, text)
		}
	}
}

func TestADumbTerminalReadsAndPrintsLines(t *testing.T) {
	s := newShell(t)
	s.config("title_model = ''\n") // no other request comes between
	s.stdinTerminal, s.stdoutTerminal, s.env["TERM"] = true, true, "dumb"
	s.stdin = "My name is\\\nAlice\n\n/nonsense\n/model sonnet-4-6\nWhat is my name?\n/quit\nnever sent\n"
	r := s.run()
	out := r.ok()
	if !strings.Contains(out, "Your name is Alice") || strings.Contains(out, "\x1b") || strings.Count(out, "> ") < 5 {
		t.Errorf("printed:\n%s", out)
	}
	s.expectRequest(`"model":"claude-sonnet-4-6"`)
	if !strings.Contains(r.err, "/nonsense is not known here") {
		t.Errorf("stderr %s", r.err)
	}
	s.stdin = "What is my name?\n"
	if out := s.run("-c").ok(); !strings.Contains(out, "Alice") {
		t.Errorf("continued:\n%s", out)
	}
}
