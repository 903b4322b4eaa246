package cli

import (
	"context"
	"io"
	"strings"
	"time"

	"parlor/session/credential"
	"parlor/ui"
)

// Build says which program this is.
type Build struct {
	Version string // "1.2.0", or "devel"
	Commit  string // "" where it is not known
	Go      string // version of the compiler
}

// Env is everything the command line takes from the process it runs in.
type Env struct {
	Args    []string // without the program's name
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Environ []string // "NAME=value"
	Home    string   // the user's home folder, "" if unknown
	Cwd     string   // the working folder, "" if unknown
	GOOS    string
	Build   Build

	StdinTerminal  bool
	StdoutTerminal bool
	Width          int // of the terminal at Stdout in cells; 0 means 80

	// ReadSecret reads a line from the terminal without echo; nil where there
	// is none.
	ReadSecret func() (string, error)
	Keyring    credential.Keyring                      // nil: the operating system's
	Screen     func(context.Context, ui.Options) error // nil: ui.Run
	Now        func() time.Time                        // nil: time.Now
	NewID      func() string                           // names new conversations; nil: at random
}

// getenv looks a variable up. The last one of a name wins, as for processes.
func (e Env) getenv(name string) string {
	value := ""
	for _, kv := range e.Environ {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			value = v
		}
	}
	return value
}

func (e Env) now() time.Time {
	if e.Now == nil {
		return time.Now()
	}
	return e.Now()
}

func (e Env) width() int {
	if e.Width <= 0 {
		return 80
	}
	return e.Width
}
