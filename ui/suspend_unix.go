//go:build unix

package ui

import (
	"io"
	"syscall"

	tea "charm.land/bubbletea/v2"
)

// suspend stops the program until a shell continues it. Where no shell can (a
// window or an ssh command that runs nothing but parlor) the kernel discards
// the signal, and the screen is drawn again at once; Bubble Tea's own Suspend
// would wait for ever.
func suspend() tea.Cmd { return tea.Exec(stopSelf{}, nil) }

// stopSelf is a command that stops the process group it runs in.
type stopSelf struct{}

// Run sends the signal; it returns when the program goes on.
func (stopSelf) Run() error { return syscall.Kill(0, syscall.SIGTSTP) }

// SetStdin is of no use here.
func (stopSelf) SetStdin(io.Reader) {}

// SetStdout is of no use here.
func (stopSelf) SetStdout(io.Writer) {}

// SetStderr is of no use here.
func (stopSelf) SetStderr(io.Writer) {}
