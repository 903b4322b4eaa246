package session_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parlor/api"
	"parlor/api/simulator"
	"parlor/session"
	"parlor/store"
)

func TestMain(m *testing.M) {
	if crashing() {
		return
	}
	goleak.VerifyTestMain(m)
}

// clock stands still until a test moves it; waits end when it has passed them.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []wait
}

type wait struct {
	until time.Time
	done  chan time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := wait{c.now.Add(d), make(chan time.Time, 1)}
	c.waits = append(c.waits, w)
	return w.done
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-c.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Advance moves the clock and ends the waits it passes.
func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	left := c.waits[:0]
	for _, w := range c.waits {
		if w.until.After(c.now) {
			left = append(left, w)
		} else {
			w.done <- c.now
		}
	}
	c.waits = left
}

// world is a server, a database and one process of parlor.
type world struct {
	t      *testing.T
	clock  *clock
	sim    *simulator.Simulator
	server *simulator.Server
	path   string
	db     *store.DB
	client *api.Client
	m      *session.Manager
	opt    session.Options
}

const (
	opus   = "claude-opus-5-5"   // takes no temperature, always thinks
	sonnet = "claude-sonnet-4-6" // takes a temperature
	haiku  = "claude-haiku-4-5"  // can be prefilled
)

// newWorld is a server that answers at once and a parlor without automatic
// titles. change may alter its options before it starts.
func newWorld(t *testing.T, change ...func(*world)) *world {
	t.Helper()
	w := &world{t: t, clock: newClock(), path: filepath.Join(t.TempDir(), "parlor.db")}
	w.sim = simulator.New(simulator.Options{Rate: -1, CacheMinimum: 1, Now: w.clock.Now, Sleep: w.clock.Sleep})
	w.opt = session.Options{
		Defaults: session.Params{Model: sonnet}, Now: w.clock.Now, After: w.clock.After, FlushEvery: -1,
	}
	for _, f := range change {
		f(w)
	}
	server, err := simulator.Serve(context.Background(), "", w.sim)
	if err != nil {
		t.Fatal(err)
	}
	w.server = server
	t.Cleanup(func() { _ = server.Close() })
	w.start()
	t.Cleanup(w.stop)
	return w
}

// start begins a process on the database.
func (w *world) start() {
	w.t.Helper()
	db, err := store.Open(context.Background(), store.Options{Path: w.path, Now: w.clock.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	w.db = db
	w.client = newClient(w.server.URL, w.clock)
	opt := w.opt
	opt.Store, opt.Client = db, w.client
	w.m = session.NewManager(opt)
}

func newClient(url string, c *clock) *api.Client {
	return &api.Client{
		APIKey: "sk-ant-api03-test-key-for-parlor-abcd", BaseURL: url, Now: c.Now, Sleep: c.Sleep,
		Getenv: func(string) string { return "" }, Rand: func() float64 { return 0 },
	}
}

// stop ends the process in the regular way.
func (w *world) stop() {
	w.t.Helper()
	if w.m == nil {
		return
	}
	if err := w.m.Close(context.Background()); err != nil {
		w.t.Error(err)
	}
	if err := w.db.Close(); err != nil {
		w.t.Error(err)
	}
	w.client.Close()
	w.m = nil
}

func (w *world) restart() {
	w.t.Helper()
	w.stop()
	w.start()
}

func (w *world) new(p ...session.Params) *session.Conversation {
	w.t.Helper()
	var params session.Params
	if len(p) > 0 {
		params = p[0]
	}
	c, err := w.m.New(context.Background(), params)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) open(id string) *session.Conversation {
	w.t.Helper()
	c, err := w.m.Open(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// until waits for a snapshot that fits.
func until(t *testing.T, c *session.Conversation, what string, fits func(session.Snapshot) bool) session.Snapshot {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		s := c.Snapshot()
		if fits(s) {
			return s
		}
		select {
		case <-c.Dirty():
		case <-limit:
			t.Fatalf("waited in vain for %s; the turn is %+v, live %+v", what, s.Turn, s.Live)
		}
	}
}

// untilMoving is until for what happens only when time passes: the clock moves
// on by step as long as nothing else does.
func (w *world) untilMoving(c *session.Conversation, step time.Duration, what string, fits func(session.Snapshot) bool) session.Snapshot {
	w.t.Helper()
	limit := time.After(time.Minute)
	moves := time.NewTicker(2 * time.Millisecond)
	defer moves.Stop()
	for {
		if s := c.Snapshot(); fits(s) {
			return s
		}
		select {
		case <-c.Dirty():
		case <-moves.C:
			w.clock.Advance(step)
		case <-limit:
			w.t.Fatalf("waited in vain for %s; the turn is %+v", what, c.Snapshot().Turn)
		}
	}
}

func idle(s session.Snapshot) bool { return s.Turn.Phase == session.Idle }

func settle(t *testing.T, c *session.Conversation) session.Snapshot {
	t.Helper()
	return until(t, c, "the end of the turn", idle)
}

// say sends a message and returns the answer.
func say(t *testing.T, c *session.Conversation, text string) *session.Message {
	t.Helper()
	if _, err := c.Send(context.Background(), session.Outgoing{Text: text}); err != nil {
		t.Fatal(err)
	}
	settle(t, c)
	return lastOf(t, c)
}

func lastOf(t *testing.T, c *session.Conversation) *session.Message {
	t.Helper()
	all := messagesOf(t, c)
	return all[len(all)-1]
}

func messagesOf(t *testing.T, c *session.Conversation) []*session.Message {
	t.Helper()
	var ids []int64
	for _, ref := range c.Snapshot().Path {
		ids = append(ids, ref.ID)
	}
	list, err := c.Messages(context.Background(), ids)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 || len(list) != len(ids) {
		t.Fatalf("%d messages of %d", len(list), len(ids))
	}
	return list
}

// textOf is what a reader sees of a message, thinking left out.
func textOf(m *session.Message) string {
	var text string
	for _, p := range m.Parts {
		if p.Kind == session.PartText {
			text += p.Text
		}
	}
	return text
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func isError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error is %v, want %v", err, want)
	}
}
