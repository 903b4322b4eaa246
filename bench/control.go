package bench

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"golang.org/x/sys/unix"
)

// modes is what the program has switched on in its terminal. The emulator tells it while
// it is written to, so the terminal's lock guards it.
type modes struct {
	alternate, hidden bool
	on                map[int]bool // private modes by number
}

// callbacks make an emulator tell m of everything that is switched.
func (m *modes) callbacks() vt.Callbacks {
	m.on = map[int]bool{}
	set := func(on bool) func(ansi.Mode) {
		return func(mode ansi.Mode) {
			if private, ok := mode.(ansi.DECMode); ok {
				m.on[private.Mode()] = on
			}
		}
	}
	return vt.Callbacks{
		AltScreen:        func(on bool) { m.alternate = on },
		CursorVisibility: func(visible bool) { m.hidden = !visible },
		EnableMode:       set(true),
		DisableMode:      set(false),
	}
}

// Disorder lists what a program that has ended should have put back and did not, for
// people to read; nil means that the terminal is as it was.
func (t *Terminal) Disorder() ([]string, error) {
	raw, err := t.raw()
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var found []string
	for _, what := range []struct {
		wrong bool
		name  string
	}{
		{t.modes.alternate, "the alternate screen is still shown"},
		{t.modes.hidden, "the cursor is hidden"},
		{raw, "keys are not echoed"},
	} {
		if what.wrong {
			found = append(found, what.name)
		}
	}
	for mode, name := range map[int]string{
		1000: "clicks", 1002: "drags", 1003: "mouse movements", 1004: "focus changes", 2004: "bracketed pastes",
	} {
		if t.modes.on[mode] {
			found = append(found, name+" are still reported")
		}
	}
	slices.Sort(found)
	return found, nil
}

// Fullscreen reports whether the program shows the alternate screen.
func (t *Terminal) Fullscreen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.modes.alternate
}

// raw reports whether the line discipline of the terminal is off.
func (t *Terminal) raw() (raw bool, err error) {
	err = t.control(func(fd uintptr) error {
		state, err := term.GetState(fd)
		if err != nil {
			return err
		}
		const line = unix.ICANON | unix.ECHO
		raw = state.Lflag&line != line
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look at the terminal's settings: %w", err)
	}
	return raw, nil
}

// control runs f on the terminal's descriptor. File.Fd would make its reads block, and a
// file that is being read cannot be closed then.
func (t *Terminal) control(f func(fd uintptr) error) error {
	conn, err := t.pty.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = f(fd) })
	return errors.Join(err, failed)
}

// unblock undoes what opening the terminal did with File.Fd.
func (t *Terminal) unblock() error {
	return t.control(func(fd uintptr) error { return unix.SetNonblock(int(fd), true) })
}

// Resize gives the terminal another size, of which the program is told.
func (t *Terminal) Resize(width, height int) error {
	t.mu.Lock()
	t.screen.Resize(width, height)
	t.mu.Unlock()
	size := &unix.Winsize{Col: uint16(width), Row: uint16(height)} //nolint:gosec // a screen's size
	err := t.control(func(fd uintptr) error { return unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, size) })
	if err != nil {
		return fmt.Errorf("resize to %dx%d: %w", width, height, err)
	}
	return nil
}

// Signal sends the program a signal.
func (t *Terminal) Signal(s os.Signal) error {
	if err := t.cmd.Process.Signal(s); err != nil {
		return fmt.Errorf("send %v: %w", s, err)
	}
	return nil
}

// HangUp closes the terminal as closing its window does: the program gets SIGHUP and can
// neither read nor write any more.
func (t *Terminal) HangUp() error {
	if err := t.pty.Close(); err != nil {
		return fmt.Errorf("close the terminal: %w", err)
	}
	return nil
}
