package session

import (
	"crypto/rand"
	"log/slog"
	"time"

	"parlor/api"
	"parlor/store"
)

// Options are what a Manager works with. Store and Client are required, the
// rest may be left at zero.
type Options struct {
	Store      *store.DB
	Client     *api.Client
	Defaults   Params           // for conversations whose parameters are not given; Model should be set
	TitleModel string           // writes titles; "" takes the first words of the prompt
	NoCache    bool             // leave out automatic prompt caching
	Simulated  bool             // shown in every Snapshot
	Now        func() time.Time // nil means time.Now
	// After is the only way this package waits; nil means time.After.
	After func(time.Duration) <-chan time.Time
	// FlushEvery is the least time between two journal commits and dirty
	// signals of one stream; the first piece goes at once. 0 means 120 ms.
	FlushEvery time.Duration
	// ReadPace lets a slow stream be read from the network at most about that
	// often, which saves most of its wakeups; see api.WithPace. 0 reads every
	// event as it comes.
	ReadPace time.Duration
	// PollEvery is how often the stream of another process is looked at; an
	// idle conversation looks a quarter as often. 0 means 250 ms, negative
	// never.
	PollEvery time.Duration
	// NewID names new conversations; nil means random letters and digits.
	NewID  func() string
	Logger *slog.Logger // nil discards
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.FlushEvery == 0 {
		o.FlushEvery = 120 * time.Millisecond
	}
	if o.PollEvery == 0 {
		o.PollEvery = 250 * time.Millisecond
	}
	if o.NewID == nil {
		o.NewID = randomID
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// randomID is short enough to be typed by its beginning. Letters that look
// like digits are left out.
func randomID() string {
	const letters = "abcdefghjkmnpqrstvwxyz0123456789"
	var id [12]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	for i, b := range id {
		id[i] = letters[int(b)%len(letters)]
	}
	return string(id[:])
}

// Filter selects conversations in Manager.List.
type Filter struct {
	Title    string // every word must occur in the title, in any case
	Limit    int    // 0 means all
	Offset   int
	Archived bool // the archived ones instead
	Deleted  bool // the deleted ones instead, last deleted first
}
