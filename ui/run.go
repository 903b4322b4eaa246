package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"

	"parlor/ui/term/paste"
)

// frameRate is how often the program may write to the terminal. Echo waits for
// the next tick, so the highest rate Bubble Tea has is the shortest wait; a
// tick that finds nothing changed writes nothing.
const frameRate = 120

// closeTime is how long the end of the program may take to save everything.
const closeTime = time.Second

// Run shows the screen until the user quits or ctx ends. Whatever ended it, a
// panic too, the terminal is restored and draft, place and running answers are
// saved before it returns.
func Run(ctx context.Context, opts Options) error {
	if opts.Environ == nil {
		opts.Environ = os.Environ()
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	m := newModel(work, opts)
	po := programOptions(ctx, opts)
	if opts.Input == nil && term.IsTerminal(int(os.Stdin.Fd())) {
		m.pastes = paste.New(os.Stdin)
		po = append(po, tea.WithInput(m.pastes))
	}
	var wg sync.WaitGroup
	program := tea.NewProgram(m, po...)
	wg.Go(func() {
		defer func() {
			if c := caught(recover(), "rendering"); c != nil {
				program.Send(crashMsg{c})
			}
		}()
		m.renderer.Run(work)
	})
	_, err := program.Run()
	saveErr := m.shutdown(context.WithoutCancel(ctx))
	cancel()
	wg.Wait()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil || errors.Is(err, tea.ErrInterrupted) {
		err = ctx.Err()
	}
	if m.crash != nil {
		err = m.crash
	}
	return errors.Join(err, saveErr)
}

// programOptions are how Bubble Tea runs: signals are the caller's, through
// ctx.
func programOptions(ctx context.Context, opts Options) []tea.ProgramOption {
	po := []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithFPS(frameRate), tea.WithEnvironment(opts.Environ), tea.WithoutSignalHandler(),
		tea.WithFilter(mergeWheel()),
	}
	if opts.Input != nil {
		po = append(po, tea.WithInput(opts.Input))
	}
	if opts.Output != nil {
		po = append(po, tea.WithOutput(opts.Output))
	}
	return po
}

// mergeWheel lets at most one wheel message through every few milliseconds, so
// that keys never queue behind a spinning wheel.
func mergeWheel() func(tea.Model, tea.Msg) tea.Msg {
	var last time.Time
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		if _, ok := msg.(tea.MouseWheelMsg); !ok {
			return msg
		}
		now := time.Now()
		if now.Sub(last) < 4*time.Millisecond {
			return nil
		}
		last = now
		return msg
	}
}

// shutdown saves what only the screen knows and ends the running turns.
func (m *Model) shutdown(ctx context.Context) error {
	if m.manager == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, closeTime)
	defer cancel()
	m.settleJobs(ctx)
	var errs []error
	if m.showing() {
		errs = append(errs, m.keeper()(ctx))
	}
	errs = append(errs, m.manager.Close(ctx))
	if err := errors.Join(errs...); err != nil {
		// Only its words: a deadline passed here is not the network's.
		return fmt.Errorf("save on leaving: %s", err.Error())
	}
	return nil
}
