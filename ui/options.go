package ui

import (
	"context"
	"io"
	"time"

	"parlor/session"
	"parlor/session/config"
)

// Mode says which conversation the screen starts with.
type Mode int

// The ways to start.
const (
	New    Mode = iota // an empty conversation
	Last               // the one changed last; an empty one where there is none
	Resume             // the one whose ID is given
)

// Start is what the screen shows first.
type Start struct {
	Mode    Mode
	ID      string // for Resume
	Prompt  string // put into the composer, not sent
	Private bool   // keep the conversation in memory only
}

// Login is what the screen needs to store and forget credentials. Its methods
// may touch the keyring, files and the network and are called off the loop.
type Login interface {
	// SaveKey checks key against the server, stores it and says where. It
	// returns an error that names the way out when the key is refused.
	SaveKey(ctx context.Context, key string) (where string, err error)
	// SaveKeyInFile is SaveKey for machines without a keyring, after the user
	// agreed to a file that only they can read.
	SaveKeyInFile(ctx context.Context, key string) (where string, err error)
	// SaveBaseURL writes the server's address into the user's configuration.
	SaveBaseURL(ctx context.Context, url string) error
	// Logout forgets what SaveKey stored and says what it removed.
	Logout(ctx context.Context) (string, error)
	// Doctor runs all checks and returns them as lines of text.
	Doctor(ctx context.Context) string
}

// Options is everything the screen is given. Open and Login are called off the
// loop; nothing touches the network before the first frame.
type Options struct {
	Config   *config.Config
	Problems []config.Problem
	// Open opens the database, the client and, in the demo, the simulator. It
	// is called once, in a goroutine, while the first frame is drawn. After
	// Login changed something it is called again.
	Open func(context.Context) (*session.Manager, error)
	// OpenDemo is Open for the first-run screen's third way.
	OpenDemo  func(context.Context) (*session.Manager, error)
	Start     Start
	Login     Login
	FirstRun  bool // no credential is configured, as far as can be told without I/O
	Simulated bool
	Version   string
	Input     io.Reader // nil: the terminal
	Output    io.Writer // nil: the terminal
	Environ   []string  // nil: the process environment
	Now       func() time.Time
}
