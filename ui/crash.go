package ui

import (
	"fmt"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
)

// Crash is a panic that was caught. The screen ends with it, after the
// terminal was restored and everything was saved; whoever called Run writes
// the report.
type Crash struct {
	Value any
	Stack []byte
	Where string // what the program was doing, in its own words
}

// Error is the panic's value; the stack is for the report.
func (c *Crash) Error() string { return fmt.Sprintf("internal error while %s: %v", c.Where, c.Value) }

// crashMsg ends the program because of a panic outside Update.
type crashMsg struct{ crash *Crash }

func (msg crashMsg) apply(m *Model) tea.Cmd {
	m.crash = msg.crash
	return tea.Quit
}

// caught makes a Crash of what recover returned; nil when there was no panic.
func caught(value any, where string) *Crash {
	if value == nil {
		return nil
	}
	return &Crash{Value: value, Stack: debug.Stack(), Where: where}
}
