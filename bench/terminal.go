package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// A Terminal is a program in a pseudo-terminal with an emulator that keeps its screen and
// answers its questions, as a real terminal does.
type Terminal struct {
	pty  *os.File
	cmd  *exec.Cmd
	done chan struct{} // closed when the program has ended and all it wrote is on the screen
	wait sync.WaitGroup

	mu      sync.Mutex
	screen  *vt.Emulator
	modes   modes
	changed chan struct{} // closed and replaced whenever the program has written
	err     error         // how the program ended; valid once done is closed
}

// ErrEnded says that a program ended before what was waited for happened.
var ErrEnded = errors.New("the program ended first")

// Start runs a program in a terminal of the given size. The environment is exactly env;
// the program is killed when ctx ends. Close must be called.
func Start(ctx context.Context, width, height int, env []string, dir, program string, args ...string) (*Terminal, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env, cmd.Dir = env, dir
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}) //nolint:gosec // a screen's size
	if err != nil {
		return nil, fmt.Errorf("start %s in a pseudo-terminal: %w", program, err)
	}
	t := &Terminal{
		pty: file, cmd: cmd, done: make(chan struct{}),
		screen: vt.NewEmulator(width, height), changed: make(chan struct{}),
	}
	t.screen.SetCallbacks(t.modes.callbacks())
	err = t.unblock()
	t.wait.Go(t.show)
	t.wait.Go(t.answer)
	if err != nil {
		t.Close()
		return nil, fmt.Errorf("start %s in a pseudo-terminal: %w", program, err)
	}
	return t, nil
}

// show puts what the program writes onto the screen until it ends.
func (t *Terminal) show() {
	buf := make([]byte, 32<<10)
	for {
		n, err := t.pty.Read(buf)
		t.mu.Lock()
		_, _ = t.screen.Write(buf[:n]) // the emulator takes everything
		close(t.changed)
		t.changed = make(chan struct{})
		t.mu.Unlock()
		if err != nil { // EIO: the other side is closed
			break
		}
	}
	t.err = t.cmd.Wait()
	if answers, ok := t.screen.InputPipe().(io.Closer); ok { // Emulator.Close would race with Read
		_ = answers.Close()
	}
	close(t.done)
}

// answer sends the emulator's answers, such as its colours and cursor position, back to
// the program.
func (t *Terminal) answer() {
	buf := make([]byte, 4<<10)
	for {
		n, err := t.screen.Read(buf)
		if err != nil {
			return
		}
		if _, err := t.pty.Write(buf[:n]); err != nil && !errors.Is(err, syscall.EIO) {
			return
		}
	}
}

// Screen returns what is to be read on the screen, a line a row, without the empty rows
// at its end.
func (t *Terminal) Screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.read()
}

// read is Screen with the lock held.
func (t *Terminal) read() string { return strings.TrimRight(t.screen.String(), "\n") }

// Send gives bytes to the program as if they were typed.
func (t *Terminal) Send(keys string) error {
	if _, err := t.pty.WriteString(keys); err != nil {
		return fmt.Errorf("type %q: %w", keys, err)
	}
	return nil
}

// Await waits until a condition holds for the screen, and fails when it does not within
// limit or when the program ends first.
func (t *Terminal) Await(limit time.Duration, holds func(screen string) bool) error {
	late := time.NewTimer(limit)
	defer late.Stop()
	for {
		t.mu.Lock()
		screen, changed := t.read(), t.changed
		t.mu.Unlock()
		if holds(screen) {
			return nil
		}
		select {
		case <-changed:
		case <-t.done:
			if holds(t.Screen()) {
				return nil
			}
			return fmt.Errorf("%w (%v); the screen was:\n%s", ErrEnded, t.cmd.ProcessState, t.Screen())
		case <-late.C:
			return fmt.Errorf("not within %v; the screen is:\n%s", limit, t.Screen())
		}
	}
}

// AwaitText waits until the screen shows a text.
func (t *Terminal) AwaitText(limit time.Duration, text string) error {
	err := t.Await(limit, func(screen string) bool { return strings.Contains(screen, text) })
	if err != nil {
		return fmt.Errorf("waiting for %q: %w", text, err)
	}
	return nil
}

// AwaitExit waits for the program to end and returns how it did: nil, or *exec.ExitError.
func (t *Terminal) AwaitExit(limit time.Duration) error {
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case <-t.done:
		return t.err
	case <-late.C:
		return fmt.Errorf("still running after %v; the screen is:\n%s", limit, t.Screen())
	}
}

// Close kills the program if it still runs, and waits for everything to end.
func (t *Terminal) Close() {
	select {
	case <-t.done:
	default:
		_ = t.cmd.Process.Kill() // it may just have ended
	}
	<-t.done
	_ = t.pty.Close()
	t.wait.Wait()
}
