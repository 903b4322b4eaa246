package bench_test

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"parlor/api/simulator"
	"parlor/bench"
)

// endTime is how long parlor may take to end when it is told to. It promises a second;
// the rest is for a machine that does other things meanwhile.
const endTime = 2 * time.Second

// story begins an answer that stands still after two of its deltas.
func story(t *testing.T, w *world) (*bench.Terminal, chan<- struct{}) {
	t.Helper()
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"Once upon ", "a time. ", "The end."}, Gate: gate})
	term := w.begin()
	say(t, term, "tell me a story")
	release(t, gate, 2)
	expect(t, term, "Once upon a time.")
	return term, gate
}

// orderly fails when the program left its terminal otherwise than it found it.
func orderly(t *testing.T, term *bench.Terminal) {
	t.Helper()
	left, err := term.Disorder()
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("the terminal was not restored: %s", strings.Join(left, ", "))
	}
}

// interrupted fails unless what came of the story is kept as an answer that was cut off.
func interrupted(t *testing.T, w *world) {
	t.Helper()
	k := w.kept()
	if len(k.Messages) != 2 || k.Messages[0].text() != "tell me a story" {
		t.Fatalf("kept %+v", k.Messages)
	}
	if m := k.last(); m.State != "interrupted" || m.text() != "Once upon a time. " {
		t.Errorf("kept %+v", m)
	}
}

func TestSignalsEndInGoodOrder(t *testing.T) {
	for name, sig := range map[string]os.Signal{"terminate": syscall.SIGTERM, "hang up": syscall.SIGHUP, "interrupt": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			term, _ := story(t, w)
			send(t, term, "words not sent")
			expect(t, term, "words not sent")
			if !term.Fullscreen() {
				t.Error("parlor does not use the alternate screen; this test would prove nothing")
			}
			if err := term.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if code := exitCode(t, term.AwaitExit(endTime)); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			orderly(t, term)
			interrupted(t, w)
			again := w.open("interrupted · /continue goes on", "-c")
			expect(t, again, "words not sent")
		})
	}
}

// exitCode is the exit code of a program that has ended.
func exitCode(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	exit, ok := err.(*exec.ExitError) //nolint:errorlint // AwaitExit returns it as it is
	if !ok {
		t.Fatal(err)
	}
	return exit.ExitCode()
}

func TestClosingTheTerminalKeepsEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	term, _ := story(t, w)
	send(t, term, "words not sent")
	expect(t, term, "words not sent")
	if err := term.HangUp(); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, term.AwaitExit(endTime)); code == -1 {
		t.Error("parlor was killed by the signal; it did not end by itself")
	}
	interrupted(t, w)
	again := w.open("interrupted · /continue goes on", "-c")
	expect(t, again, "words not sent")
	quit(t, again)
}

func TestEscStopsAndKeepsDraftAndQueue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	term, _ := story(t, w)
	say(t, term, "a queued question")
	expect(t, term, "1 queued")
	send(t, term, "a draft that stays")
	expect(t, term, "a draft that stays")
	send(t, term, "\x1b")
	expect(t, term, "stopped by you · /continue goes on", "Once upon a time.", "a draft that stays", "1 queued")
	lacks(t, term, "The end.")
	if m := w.kept().last(); m.State != "stopped" || m.text() != "Once upon a time. " || m.Failure != nil {
		t.Errorf("kept %+v", m)
	}
	quit(t, term)
}

func TestCtrlCClearsThenQuits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	term, _ := story(t, w)
	send(t, term, "half a thought")
	expect(t, term, "half a thought")
	send(t, term, "\x03")
	gone(t, term, "half a thought")
	expect(t, term, "Ctrl+C again quits", "Once upon a time.")
	send(t, term, "\x03")
	if err := term.AwaitExit(endTime); err != nil {
		t.Fatalf("parlor did not end well: %v", err)
	}
	orderly(t, term)
	interrupted(t, w)

	again := w.begin()
	expect(t, again, "was interrupted; what came is kept")
	send(t, again, "\x1b[A") // up: what was cleared is in the history
	expect(t, again, "half a thought")
	quit(t, again)
}

func TestPrintingStopsWhenInterrupted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"Once upon ", "a time. ", "The end."}, Gate: gate})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := w.command(nil, "-p", "tell me a story")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() }) // it has ended, or hangs
	release(t, gate, 2)
	var printed []byte
	buf := make([]byte, 100)
	for !slices.Equal(printed, []byte("Once upon a time. ")) {
		n, err := out.Read(buf)
		if printed = append(printed, buf[:n]...); err != nil {
			t.Fatalf("printed %q, then %v", printed, err)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = out.Read(buf)
	}
	if code := exitCode(t, cmd.Wait()); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	if m := w.kept().last(); m.State != "stopped" || m.text() != "Once upon a time. " {
		t.Errorf("kept %+v", m)
	}
}
