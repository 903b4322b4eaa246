package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"parlor/api"
	"parlor/store"
)

// The errors of this package, for errors.Is. What the store or the server
// refused comes as their own errors.
var (
	ErrBusy       = errors.New("an answer is still arriving")
	ErrClosed     = errors.New("the session is closed")
	ErrNothing    = errors.New("there is nothing to send")
	ErrNoMessage  = errors.New("there is no such message in this conversation")
	ErrNoContinue = errors.New("this answer cannot be continued")
)

// errStopped and errClosing are why a turn's context ends.
var (
	errStopped = errors.New("stopped by the user")
	errClosing = errors.New("the program is closing")
)

// Manager opens, lists and keeps conversations and runs their turns. Make one
// with NewManager and Close it before the store. It is safe for concurrent use.
type Manager struct {
	opt Options

	ctx    context.Context // of everything that runs; ends with Close
	cancel context.CancelCauseFunc
	// saving outlives ctx, so that what runs can still be stored.
	saving     context.Context
	stopSaving context.CancelFunc
	tasks      sync.WaitGroup
	version    atomic.Uint64 // the last version given to anything
	lists      lists

	client  atomic.Pointer[api.Client]
	origins sync.Map // *api.Client: where its last request went

	mu      sync.Mutex
	open    map[string]*Conversation
	closed  bool
	learned learned
	noTitle map[string]bool // origin and model that would not write titles
}

// NewManager returns a manager. It starts nothing and reads nothing.
func NewManager(o Options) *Manager {
	m := &Manager{opt: o.withDefaults(), open: map[string]*Conversation{}, noTitle: map[string]bool{}}
	m.client.Store(o.Client)
	m.ctx, m.cancel = context.WithCancelCause(context.Background())
	m.saving, m.stopSaving = context.WithCancel(context.Background())
	return m
}

// closeWithin is how long Close waits where its context sets no limit.
const closeWithin = time.Second

// Close marks running answers interrupted, saves them and waits for all that
// runs, until ctx ends or a second has passed. Private conversations are gone
// afterwards. The store is left open.
func (m *Manager) Close(ctx context.Context) error {
	m.mu.Lock()
	m.closed = true
	open := m.open
	m.open = map[string]*Conversation{}
	m.mu.Unlock()
	m.cancel(errClosing)
	err := m.join(ctx)
	m.stopSaving()
	for _, c := range open {
		if c.private {
			err = errors.Join(err, c.db.Close())
		}
	}
	return err
}

func (m *Manager) join(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeWithin)
	defer cancel()
	done := make(chan struct{})
	go func() {
		m.tasks.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		m.stopSaving() // what hangs in the database hangs no longer
		return fmt.Errorf("closing took too long: %w", ctx.Err())
	}
}

// spawn runs f in a goroutine that Close waits for. False means that the
// manager is closed and f will not run.
func (m *Manager) spawn(f func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.tasks.Go(f)
	return true
}

// SetClient replaces the client for all requests from now on; a running turn
// keeps the one it has.
func (m *Manager) SetClient(c *api.Client) {
	m.client.Store(c)
}

// Client is the client used for the next request.
func (m *Manager) Client() *api.Client { return m.client.Load() }

func (m *Manager) tick() uint64 { return m.version.Add(1) }

// wait returns early, with false, when ctx ends.
func (m *Manager) wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-m.opt.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// New begins a conversation with p, or with the defaults where p has no model.
// Nothing is stored before its first message or draft.
func (m *Manager) New(ctx context.Context, p Params) (*Conversation, error) {
	return m.begin(ctx, m.opt.Store, p, false)
}

// NewPrivate begins a conversation that is kept in memory only. It is gone when
// the manager closes or the conversation is deleted.
func (m *Manager) NewPrivate(ctx context.Context, p Params) (*Conversation, error) {
	db, err := store.Open(ctx, store.Options{Memory: true, Now: m.opt.Now, Logger: m.opt.Logger})
	if err != nil {
		return nil, fmt.Errorf("begin a private conversation: %w", err)
	}
	c, err := m.begin(ctx, db, p, true)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return c, nil
}

func (m *Manager) begin(ctx context.Context, db *store.DB, p Params, private bool) (*Conversation, error) {
	if p.Model == "" {
		p = m.opt.Defaults
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := m.loadLearned(ctx); err != nil {
		return nil, err
	}
	c := newConversation(m, db, m.opt.NewID(), private)
	c.params, c.created = p.clone(), m.opt.Now()
	return m.register(c)
}

// Open returns a stored conversation as it was left. Answers whose process
// died are marked interrupted, with everything that had been shown; one that
// lives elsewhere is followed. Opening one that is open already gives the same
// Conversation. The id must be whole; see Find.
func (m *Manager) Open(ctx context.Context, id string) (*Conversation, error) {
	if c := m.opened(id); c != nil {
		return c, nil
	}
	if err := m.loadLearned(ctx); err != nil {
		return nil, err
	}
	c := newConversation(m, m.opt.Store, id, false)
	if err := c.load(ctx); err != nil {
		return nil, err
	}
	return m.register(c)
}

// opened returns the conversation with that id if it is in memory, and counts
// one more user of it.
func (m *Manager) opened(id string) *Conversation {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.open[id]
	if c != nil {
		c.users++
	}
	return c
}

// register makes c known, unless another caller was faster.
func (m *Manager) register(c *Conversation) (*Conversation, error) {
	m.mu.Lock()
	switch there := m.open[c.id]; {
	case m.closed:
		m.mu.Unlock()
		return nil, ErrClosed
	case there != nil:
		there.users++
		m.mu.Unlock()
		return there, nil
	}
	c.users = 1
	m.open[c.id] = c
	m.mu.Unlock()
	c.watch()
	return c, nil
}

// release forgets conversations that nobody uses and that do nothing. Private
// ones stay: memory is the only place they are in.
func (m *Manager) release(c *Conversation) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.users > 0 || c.private || c.working() {
		return
	}
	if m.open[c.id] == c {
		delete(m.open, c.id)
	}
	c.stopWatching()
}

// Setting reads a value that SetSetting stored; found is false if none was.
func (m *Manager) Setting(ctx context.Context, key string) (value string, found bool, err error) {
	return m.opt.Store.Setting(ctx, key)
}

// SetSetting stores a value for later sessions.
func (m *Manager) SetSetting(ctx context.Context, key, value string) error {
	return m.opt.Store.SetSetting(ctx, key, value)
}

// History lists the prompts sent before, newest first. What was sent in private
// is not among them.
func (m *Manager) History(ctx context.Context, n int) ([]string, error) {
	return m.opt.Store.History(ctx, n)
}
