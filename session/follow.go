package session

import (
	"bytes"
	"context"
	"errors"
	"time"

	"parlor/store"
)

// follower reads along with an answer that another process receives.
type follower struct {
	live
	owner string
	seq   int
	rep   replayer
}

// idlePolls is how many times slower a conversation is looked at while nothing
// arrives.
const idlePolls = 4

// watch looks for what other processes do to the conversation, until
// stopWatching. Memory has no other processes.
func (c *Conversation) watch() {
	if c.private || c.m.opt.PollEvery < 0 {
		return
	}
	ctx, cancel := context.WithCancel(c.m.ctx)
	c.mu.Lock()
	c.stopWatch = cancel
	c.mu.Unlock()
	if !c.m.spawn(func() { c.poll(ctx) }) {
		cancel()
	}
}

func (c *Conversation) stopWatching() {
	c.mu.Lock()
	stop := c.stopWatch
	c.mu.Unlock()
	if stop != nil {
		stop()
	}
}

func (c *Conversation) poll(ctx context.Context) {
	var last int64
	for c.m.wait(ctx, c.pollEvery()) {
		version, err := c.db.DataVersion(ctx)
		if err == nil {
			err = c.look(ctx, version != last)
		}
		if err != nil && ctx.Err() == nil {
			c.m.opt.Logger.WarnContext(ctx, "cannot look at the database", "conversation", c.id, "error", err)
			continue
		}
		last = version
	}
}

func (c *Conversation) pollEvery() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.follow != nil {
		return c.m.opt.PollEvery
	}
	return idlePolls * c.m.opt.PollEvery
}

// look takes over what changed in the database.
func (c *Conversation) look(ctx context.Context, changed bool) error {
	c.mu.Lock()
	f := c.follow
	stored := c.stored
	c.mu.Unlock()
	switch {
	case f != nil && changed:
		return c.readAlong(ctx, f)
	case f != nil && !c.db.OwnerAlive(f.owner):
		return c.refresh(ctx)
	case f == nil && changed && stored:
		return c.notice(ctx)
	}
	return nil
}

// notice finds out whether a commit was about this conversation.
func (c *Conversation) notice(ctx context.Context) error {
	row, err := c.db.Conversation(ctx, c.id)
	if errors.Is(err, store.ErrNotFound) {
		return nil // purged elsewhere; what is on the screen stays
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	same := c.turn != nil || row.Messages == len(c.tree)-1 && row.Leaf == c.row.Leaf && row.Title == c.title &&
		bytes.Equal(row.Params, c.row.Params)
	c.mu.Unlock()
	if same {
		return nil
	}
	return c.refresh(ctx)
}

// refresh reads the conversation again, unless it is busy here.
func (c *Conversation) refresh(ctx context.Context) error {
	c.ops.Lock()
	defer c.ops.Unlock()
	c.mu.Lock()
	running := c.turn != nil || len(c.unsaved) > 0
	c.mu.Unlock()
	if running {
		return nil
	}
	live, err := c.m.recover(ctx, c.db, c.id)
	if err != nil {
		return err
	}
	row, err := c.db.Conversation(ctx, c.id)
	if err != nil {
		return err
	}
	c.mu.Lock()
	if c.follow != nil {
		c.bodies.drop(c.follow.id)
		c.follow = nil
	}
	c.mu.Unlock()
	if err := c.reload(ctx, row); err != nil {
		return err
	}
	defer c.signal()
	return c.followAny(ctx, live)
}

// followAny begins to follow the newest of the streams that other processes
// own. The caller holds ops, or nobody else has c.
func (c *Conversation) followAny(ctx context.Context, live []store.Message) error {
	if len(live) == 0 {
		return nil
	}
	row := live[len(live)-1]
	c.mu.Lock()
	if c.tree[row.ID] == nil {
		c.mu.Unlock()
		return nil // it began after the tree was read; the next look finds it
	}
	c.leaf = row.ID
	c.tree.show(row.ID)
	c.rebuild()
	group := c.groups[len(c.groups)-1]
	c.mu.Unlock()
	b := decodeBody(row)
	base, trim := c.base(ctx, group, b.params, b.created)
	f := &follower{
		live:  newLive(row.ID, base, trim, Turn{Phase: Following, Since: c.m.opt.Now(), Started: b.created}),
		owner: row.Owner,
	}
	f.rep.acc = f.acc
	c.change(func() {
		c.follow = f
		f.view = f.show(c.bump())
	})
	return c.catchUp(ctx, f) // that it ends, the next look finds
}

// catchUp takes the new pieces of the journal.
func (c *Conversation) catchUp(ctx context.Context, f *follower) error {
	pieces, err := c.db.Journal(ctx, f.id, f.seq)
	if err != nil || len(pieces) == 0 {
		return err
	}
	c.change(func() {
		f.seq += len(pieces)
		f.rep.add(pieces)
		f.view = f.show(c.m.tick())
	})
	return nil
}

// readAlong shows what is new; when the answer has ended it is read whole. It
// belongs to the polling goroutine, and takes ops.
func (c *Conversation) readAlong(ctx context.Context, f *follower) error {
	if err := c.catchUp(ctx, f); err != nil {
		return err
	}
	rows, err := c.db.Messages(ctx, []int64{f.id})
	if err != nil {
		return err
	}
	if len(rows) > 0 && rows[0].State == store.StateStreaming {
		return nil
	}
	c.mu.Lock()
	c.settling++
	c.mu.Unlock()
	err = c.refresh(ctx)
	c.settle(ctx, err == nil && len(rows) > 0 && State(rows[0].State) == Complete && ended(rows[0].StopReason))
	c.m.release(c) // if it was closed meanwhile
	return err
}
