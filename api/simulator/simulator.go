package simulator

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// The paths served.
const (
	pathMessages = "/v1/messages"
	pathCount    = "/v1/messages/count_tokens"
	pathModels   = "/v1/models"
)

// Options configure a simulator. The zero value is strict, lively, and seeded with 0.
type Options struct {
	// Seed decides ids and which of several fitting replies comes.
	Seed uint64
	// Lenient accepts what the API would refuse: unknown fields, and parameters a model does not take. Without it the
	// simulator is strict. Requests it cannot make sense of are refused either way.
	Lenient bool
	// Rate is the speed of answers in tokens per second. 0 means about 80, with the pauses of the real thing; negative
	// means as fast as possible, without any sleep but those a Script asks for.
	Rate float64
	// FirstToken is the wait before the first token; 0 means 400 ms. It is not waited if Rate is negative.
	FirstToken time.Duration
	// PingEvery is the longest silence of a paced stream before a ping event; 0 means 10 s.
	PingEvery time.Duration
	// Scripts are answered before anything else, as if they had been pushed in this order.
	Scripts []Script
	// RequireKey, if not empty, is the only accepted credential. Otherwise any will do except those beginning with
	// "wrong" or "sk-ant-bad".
	RequireKey string
	// CacheMinimum is the smallest prompt prefix in tokens that is cached; 0 means what the model has, which is between
	// 512 and 4096.
	CacheMinimum int
	// Record is how many requests are kept for Requests; 0 means 1024, negative none.
	Record int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Sleep waits for d or until the context ends, and then returns its error; nil means a timer.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Simulator is the Claude API as an http.Handler, safe for concurrent use. Make one with New.
type Simulator struct {
	opt   Options
	facts *facts

	mu       sync.Mutex
	scripts  []*Script
	recorded []Recorded
	requests uint64
}

// New makes a simulator. It starts nothing.
func New(opt Options) *Simulator {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Sleep == nil {
		opt.Sleep = sleep
	}
	s := &Simulator{opt: opt}
	for _, sc := range opt.Scripts {
		s.Push(sc)
	}
	return s
}

// ServeHTTP answers POST /v1/messages and /v1/messages/count_tokens, GET /v1/models and /v1/models/{id}; anything else
// gets a 404 envelope.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "not yet", http.StatusNotImplemented)
}

// sleep waits with a timer.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type facts struct{}
