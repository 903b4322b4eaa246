package simulator

import (
	"context"
	"net/http"
	"strings"
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
	// BatchTime is how long a message batch is in progress, by Now; 0 means 3 s, negative that it has ended as soon as it
	// was created. See AdvanceBatches for tests whose clock stands still.
	BatchTime time.Duration
	// Storage is how many bytes of uploaded files and skills are kept in memory; 0 means 1 GiB. More are refused.
	Storage int64
	// Legacy lets /v1/complete answer for the models of its time, such as claude-2.1. Without it they are not found, as
	// they are today; a Script answers for them either way.
	Legacy bool
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
	// replies are loaded when the first own reply is wanted: they would slow a start that needs none.
	replies func() *library
	// surface is loaded with the first request.
	surface func() *surface

	mu       sync.Mutex
	scripts  []*queued
	recorded []Recorded
	requests uint64
	minute   minute
	cache    promptCache
	seen     *tally
	threads  threadStore
	// fingerprints are of the prompts answered, for diagnostics.
	fingerprints fingerprints
	batches      batches
	files        files
	skills       skills
	// signatures are those that scripts made up; they are accepted when they come back.
	signatures map[string]bool
}

// New makes a simulator. It starts nothing.
func New(opt Options) *Simulator {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Sleep == nil {
		opt.Sleep = sleep
	}
	if opt.FirstToken == 0 {
		opt.FirstToken = 400 * time.Millisecond
	}
	if opt.PingEvery <= 0 {
		opt.PingEvery = 10 * time.Second
	}
	s := &Simulator{opt: opt, facts: loadFacts(), replies: sync.OnceValue(loadLibrary), surface: sync.OnceValue(loadSurface), seen: newTally(), signatures: map[string]bool{}}
	s.skills.list = s.builtInSkills()
	for _, sc := range opt.Scripts {
		s.Push(sc)
	}
	return s
}

// exchange is one request and the answer to it.
type exchange struct {
	sim *Simulator
	w   http.ResponseWriter
	r   *http.Request
	// no is the number of the request, from 1; id is its request id.
	no  uint64
	id  string
	rec Recorded

	version string
	betas   []string

	// form is the body of an upload, or formErr what is wrong with it.
	form    *form
	formErr error
	// batched is set for a request out of a batch, which is answered to nobody and therefore at once.
	batched bool
}

// ServeHTTP answers what is below /v1/messages, /v1/models, /v1/files, /v1/skills and /v1/complete; anything else gets a
// 404 envelope.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{sim: s, w: w, r: r}
	x.begin()
	body, err := x.read()
	x.rec = Recorded{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: body, Time: s.opt.Now()}
	kept := x.rec
	kept.Body = recordable(body)
	s.record(kept)
	x.limits(x.prompted(len(body)))
	if err == nil {
		err = x.route()
	}
	if err != nil {
		x.fail(err)
	}
}

// route finds the endpoint; an error it returns has not been answered yet.
func (x *exchange) route() error {
	path := strings.TrimSuffix(x.rec.Path, "/")
	switch {
	case path == pathMessages:
		return x.endpoint(http.MethodPost, x.messages)
	case path == pathCount:
		return x.endpoint(http.MethodPost, x.countTokens)
	case path == pathModels:
		return x.methods(methods{http.MethodGet: x.listModels})
	case strings.HasPrefix(path, pathModels+"/"):
		return x.methods(methods{http.MethodGet: x.getModel})
	}
	if serve := x.resource(path); serve != nil {
		return serve()
	}
	if err := x.authenticate(); err != nil {
		return err
	}
	return notFound("Not found")
}

func (x *exchange) endpoint(method string, serve func() error) error {
	if x.r.Method != method {
		x.w.Header().Set("Allow", method)
		return &apiError{status: http.StatusMethodNotAllowed, kind: "invalid_request_error", message: "Method Not Allowed"}
	}
	if err := x.authenticate(); err != nil {
		return err
	}
	if err := x.checkHeaders(); err != nil {
		return err
	}
	return serve()
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
