package session

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"parlor/store"
)

// Conversation is one open conversation: a tree of messages, what the next
// request is made with, and at most one answer that is arriving. It is safe
// for concurrent use.
type Conversation struct {
	m       *Manager
	db      *store.DB
	id      string
	private bool
	dirty   chan struct{}
	users   int // guarded by Manager.mu

	// ops is held by what changes the tree or the row, one at a time, over
	// its work in the database.
	ops sync.Mutex

	mu          sync.Mutex // guards all below; never held over I/O
	version     uint64
	stored      bool // the row is in the database
	title       string
	titleSource string
	titled      bool // the title model was asked
	params      Params
	view        json.RawMessage
	created     time.Time
	row         store.Conversation // as last read
	tree        tree
	leaf        int64
	path        []Ref
	groups      [][]int64     // the messages behind each Ref
	at          map[int64]int // place in path by id
	bodies      *window
	unsaved     map[int64]*body // ended, but the database would not take it
	turn        *turn
	resuming    bool // between two turns of one answer
	settling    int  // answers that ended and may have the queue sent, but have not yet
	follow      *follower
	queue       []Queued
	notices     []notice
	cost        int64
	costKnown   bool
	last        lastRequest
	info        modelInfo        // of params.Model
	drafts      []store.DraftKey // of ours that are stored
	stopWatch   context.CancelFunc
}

// windowBytes is how much of the messages' text a conversation keeps in memory.
const windowBytes = 4 << 20

func newConversation(m *Manager, db *store.DB, id string, private bool) *Conversation {
	return &Conversation{
		m: m, db: db, id: id, private: private, dirty: make(chan struct{}, 1), version: m.tick(),
		tree: newTree(nil), bodies: newWindow(windowBytes), unsaved: map[int64]*body{}, costKnown: true,
	}
}

// ID is the conversation's name in the database and on the command line.
func (c *Conversation) ID() string { return c.id }

// Private tells that the conversation is in memory only.
func (c *Conversation) Private() bool { return c.private }

// Dirty gives a value when there is a newer version than the last Snapshot. It
// never closes, and several changes may give one value.
func (c *Conversation) Dirty() <-chan struct{} { return c.dirty }

// bump makes a new version. The caller holds mu and calls signal later.
func (c *Conversation) bump() uint64 {
	c.version = c.m.tick()
	return c.version
}

func (c *Conversation) signal() {
	select {
	case c.dirty <- struct{}{}:
	default: // it is dirty already
	}
}

// change runs f under mu and tells the readers.
func (c *Conversation) change(f func()) {
	c.mu.Lock()
	f()
	c.bump()
	c.mu.Unlock()
	c.signal()
}

// Snapshot returns the conversation as it is now. It costs the same for one
// message and for a million, and does no I/O. While Live is set, the last Ref
// of Path keeps the version that the turn began with, and Live.Version grows.
func (c *Conversation) Snapshot() Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Snapshot{
		Version: c.version, ID: c.id, Title: c.title, Private: c.private, Simulated: c.m.opt.Simulated,
		Params: c.params, Path: c.path, Queue: c.queue, Notices: shown(c.notices),
		CostMicros: c.cost, CostKnown: c.costKnown, View: c.view,
		Context: c.contextAt(c.m.opt.Now()),
	}
	switch {
	case c.turn != nil:
		s.Live, s.Turn = c.turn.view, c.turn.state
	case c.follow != nil:
		s.Live, s.Turn = c.follow.view, c.follow.state
	case c.resuming:
		now := c.m.opt.Now()
		s.Turn = Turn{Phase: Connecting, Since: now, Started: now}
	}
	return s
}

// working tells that a turn runs or is about to, or that something is to be saved.
func (c *Conversation) working() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.turn != nil || c.resuming || c.settling > 0 || len(c.unsaved) > 0
}

// rebuild makes the path from tree and leaf. A Ref keeps its version while
// nothing about it changed. The caller holds mu.
func (c *Conversation) rebuild() {
	version := c.bump()
	old := c.path
	c.groups = c.tree.groups(c.tree.branch(c.leaf))
	path := make([]Ref, len(c.groups))
	at := make(map[int64]int, len(path))
	for i, g := range c.groups {
		alternatives := c.tree.alternatives(g[0])
		r := Ref{
			ID: g[0], Version: version, Role: c.tree[g[0]].role,
			Sibling: slices.Index(alternatives, g[0]) + 1, Siblings: len(alternatives),
		}
		if i < len(old) && same(old[i], r) && (i == len(old)-1) == (i == len(path)-1) {
			r.Version = old[i].Version
		}
		path[i], at[g[0]] = r, i
	}
	c.path, c.at = path, at
}

func same(a, b Ref) bool {
	a.Version = b.Version
	return a == b
}

// changed gives the visible message that id is part of the version that rebuild
// just made. The caller holds mu.
func (c *Conversation) changed(id int64) {
	if i, ok := c.at[c.tree.first(id)]; ok {
		c.path[i].Version = c.version
	}
}

// SetParams changes what the next request is made with, and nothing else. The
// error may be a *ParamError.
func (c *Conversation) SetParams(ctx context.Context, p Params) error {
	if err := p.Validate(); err != nil {
		return err
	}
	c.ops.Lock()
	defer c.ops.Unlock()
	p = p.clone()
	raw := encode(p)
	if c.isStored() {
		if err := c.db.UpdateConversation(ctx, c.id, store.ConversationPatch{Params: &raw}); err != nil {
			return fmt.Errorf("save the parameters: %w", err)
		}
	}
	c.change(func() { c.params, c.row.Params = p, raw })
	return nil
}

// Rename gives a title that is never replaced by an automatic one. Empty
// brings back the first words of the conversation.
func (c *Conversation) Rename(ctx context.Context, title string) error {
	title, source := cleanTitle(title), titleByUser
	if title == "" {
		title, source = c.firstWords(ctx), titleByWords
	}
	c.ops.Lock()
	defer c.ops.Unlock()
	if c.isStored() {
		if err := c.db.UpdateConversation(ctx, c.id, store.ConversationPatch{Title: &title, TitleSource: &source}); err != nil {
			return fmt.Errorf("rename: %w", err)
		}
	}
	c.change(func() { c.title, c.titleSource = title, source })
	return nil
}

// SetView keeps the screen's own state with the conversation.
func (c *Conversation) SetView(ctx context.Context, v json.RawMessage) error {
	v = slices.Clone(v)
	c.ops.Lock()
	defer c.ops.Unlock()
	if c.isStored() {
		if err := c.db.UpdateConversation(ctx, c.id, store.ConversationPatch{View: &v}); err != nil {
			return fmt.Errorf("save the view: %w", err)
		}
	}
	c.mu.Lock() // no new version: whoever set it knows it
	c.view = v
	c.mu.Unlock()
	return nil
}

func (c *Conversation) isStored() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stored
}

// ensureRow makes sure that the row exists. The caller holds ops.
func (c *Conversation) ensureRow(ctx context.Context) error {
	c.mu.Lock()
	stored := c.stored
	row := store.Conversation{
		ID: c.id, Title: c.title, TitleSource: c.titleSource, Params: encode(c.params), View: c.view,
		Model: c.params.Model, CreatedAt: c.created,
	}
	c.mu.Unlock()
	if stored {
		return nil
	}
	if err := c.db.CreateConversation(ctx, row); err != nil {
		return fmt.Errorf("save the conversation: %w", err)
	}
	c.mu.Lock()
	c.stored, c.row = true, row
	c.mu.Unlock()
	return nil
}

// Close tells that the caller is done with the conversation. A running turn
// goes on and can be found by opening it again.
func (c *Conversation) Close() error {
	c.m.mu.Lock()
	c.users = max(c.users-1, 0)
	c.m.mu.Unlock()
	c.m.release(c)
	return nil
}

// Stop ends the running answer and keeps what has come. It also gives up a
// wait for another attempt. Without a running answer it does nothing.
func (c *Conversation) Stop() {
	c.mu.Lock()
	t := c.turn
	c.resuming = false // a turn that is about to go on finds that out
	c.mu.Unlock()
	if t != nil {
		t.cancel(errStopped)
	}
}

func (c *Conversation) summary() Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Summary{
		ID: c.id, Title: c.title, Model: c.params.Model, CreatedAt: c.created, UpdatedAt: c.row.UpdatedAt,
		Messages: len(c.tree) - 1, CostMicros: c.cost, Private: c.private,
		Pinned: c.row.Pinned, Archived: c.row.Archived, Tags: c.row.Tags,
	}
}

// firstWords is the title of a conversation that was given none.
func (c *Conversation) firstWords(ctx context.Context) string {
	c.mu.Lock()
	var first int64
	if len(c.path) > 0 {
		first = c.path[0].ID
	}
	c.mu.Unlock()
	if first == 0 {
		return ""
	}
	bodies, err := c.bodyOf(ctx, first)
	if err != nil {
		return "" // a title is not worth an error
	}
	return wordsTitle(plainText(bodies.blocks))
}

func cleanTitle(s string) string { return strings.Join(strings.Fields(s), " ") }
