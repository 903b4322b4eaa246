package term

import (
	"context"
	"errors"
	"io"
)

// ErrNoClipboard tells that no native clipboard tool was found.
var ErrNoClipboard = errors.New("no clipboard tool found")

// Clipboard finds and runs the machine's own clipboard tool. The zero value uses the real one.
type Clipboard struct {
	Getenv   func(string) string                                                       // nil: os.Getenv
	LookPath func(string) (string, error)                                              // nil: exec.LookPath
	Run      func(ctx context.Context, name string, args []string, in io.Reader) error // nil: os/exec
	GOOS     string                                                                    // "": runtime.GOOS
}

// Copy gives text to the native tool and returns its name.
func (c *Clipboard) Copy(ctx context.Context, text string) (tool string, err error) {
	return "", ErrNoClipboard
}

// OSC52 returns the sequence that asks the terminal to take text into its clipboard,
// wrapped for tmux or screen where env says so.
func OSC52(text string, env func(string) string) string { return "" }
