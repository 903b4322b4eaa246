package bench_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"parlor/bench"
)

// patience is how long anything may take before a test gives up. It says nothing about
// how long things should take.
const patience = 30 * time.Second

// TestChatQuitAndResume is the story every tutorial of the API tells, with a restart in
// the middle: a name is told to one process and asked of the next.
func TestChatQuitAndResume(t *testing.T) {
	parlor := binary(t)
	env := home(t)

	first := start(t, env, parlor, "--demo")
	expect(t, first, "SIMULATED")
	say(t, first, "My name is Alice")
	expect(t, first, "Alice", "tok/s") // the answer, and its footer: it is complete
	quit(t, first)

	second := start(t, env, parlor, "--demo", "-c")
	expect(t, second, "My name is Alice") // what was said is back
	say(t, second, "What is my name?")
	if err := second.Await(patience, func(screen string) bool {
		_, after, asked := strings.Cut(screen, "What is my name?")
		return asked && strings.Contains(after, "Alice")
	}); err != nil {
		t.Fatalf("the next process does not know the name: %v", err)
	}
	quit(t, second)
}

// TestChatWithAServerAndPipeFromIt does the same with a key and another server than the
// default one, and asks the second question in a pipe.
func TestChatWithAServerAndPipeFromIt(t *testing.T) {
	parlor := binary(t)
	url := simulate(t, parlor)
	env := append(home(t), "ANTHROPIC_BASE_URL="+url, "ANTHROPIC_API_KEY=sk-ant-test")

	chat := start(t, env, parlor)
	expect(t, chat, "Type and press Enter") // before that, keys would reach the terminal's line editor
	say(t, chat, "My name is Alice")
	expect(t, chat, "tok/s")
	if strings.Contains(chat.Screen(), "SIMULATED") {
		t.Error("a server of the user's own is not the demo")
	}
	quit(t, chat)

	cmd := exec.CommandContext(t.Context(), parlor, "-c", "-p", "What is my name?")
	cmd.Env, cmd.Dir = env, t.TempDir()
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "Alice") || strings.Contains(string(out), "\x1b") {
		t.Errorf("parlor -c -p: %v\n%q", err, out)
	}
}

// simulate starts parlor's simulator as a server and returns its address.
func simulate(t *testing.T, parlor string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, parlor, "simulate", "--addr", "127.0.0.1:0")
	cmd.Env, cmd.Dir = home(t), t.TempDir()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = patience
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait() // interrupted, as was asked
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("parlor simulate said nothing: %v", err)
	}
	_, url, found := strings.Cut(strings.TrimSpace(line), "http://")
	if !found {
		t.Fatalf("parlor simulate does not say where it is: %q", line)
	}
	return "http://" + url
}

// start opens a terminal of 100 by 30 with the program in it.
func start(t *testing.T, env []string, program string, args ...string) *bench.Terminal {
	t.Helper()
	term, err := bench.Start(t.Context(), 100, 30, env, t.TempDir(), program, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(term.Close)
	return term
}

// expect waits until the screen shows each text.
func expect(t *testing.T, term *bench.Terminal, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := term.AwaitText(patience, text); err != nil {
			t.Fatal(err)
		}
	}
}

// say types a message, sees it in the composer, and sends it.
func say(t *testing.T, term *bench.Terminal, text string) {
	t.Helper()
	send(t, term, text)
	expect(t, term, text)
	send(t, term, "\r")
}

// quit presses ctrl+c until the program ends: once to clear the composer, once to leave.
func quit(t *testing.T, term *bench.Terminal) {
	t.Helper()
	before := term.Screen()
	send(t, term, "\x03")
	if err := term.Await(patience, func(screen string) bool { return screen != before }); err != nil {
		t.Fatalf("the first ctrl+c changed nothing on the screen: %v", err)
	}
	send(t, term, "\x03")
	if err := term.AwaitExit(patience); err != nil {
		t.Fatalf("parlor did not end well: %v", err)
	}
}

func send(t *testing.T, term *bench.Terminal, keys string) {
	t.Helper()
	if err := term.Send(keys); err != nil {
		t.Fatal(err)
	}
}
