package session

import (
	"context"
	"fmt"
	"time"

	"parlor/api"
	"parlor/store"
)

// start commits the beginning of a turn and then lets it run. The caller holds
// ops. An error means that nothing happened.
func (c *Conversation) start(ctx context.Context, s step) error {
	c.mu.Lock()
	arriving := c.arriving()
	c.mu.Unlock()
	switch {
	case arriving:
		return ErrBusy
	case c.m.ctx.Err() != nil:
		return ErrClosed
	}
	if err := c.prepare(ctx, s); err != nil {
		return err
	}
	now := c.m.opt.Now()
	c.mu.Lock()
	p := c.params
	begin := store.Turn{
		Conversation: c.id, User: s.user, Dequeue: s.dequeue, ClearDraftOf: c.draftOf(s),
		Assistant: &store.Message{
			Parent: s.parent, Continues: s.continues, Role: roleAssistant, Model: p.Model, Params: encode(p), CreatedAt: now,
		},
	}
	c.mu.Unlock()
	if s.user != nil {
		s.user.Parent, s.user.Model, s.user.CreatedAt = s.parent, p.Model, now
	}
	userID, answerID, err := c.db.BeginTurn(ctx, begin)
	if err != nil {
		return fmt.Errorf("save the message: %w", err)
	}
	t := c.began(ctx, s, p, userID, answerID, now)
	if !c.m.spawn(t.run) {
		c.abandon(t)
		return ErrClosed
	}
	c.afterStart(ctx, s)
	return nil
}

// prepare makes sure that there is a row with a title.
func (c *Conversation) prepare(ctx context.Context, s step) error {
	c.mu.Lock()
	stored := c.stored
	var title string
	if c.title == "" && s.user != nil && s.continues == 0 {
		title = wordsTitle(s.user.Text)
	}
	if title != "" && !stored {
		c.title, c.titleSource = title, titleByWords
	}
	c.mu.Unlock()
	if err := c.ensureRow(ctx); err != nil || title == "" || !stored {
		return err
	}
	source := titleByWords
	if err := c.db.UpdateConversation(ctx, c.id, store.ConversationPatch{Title: &title, TitleSource: &source}); err != nil {
		return fmt.Errorf("save the title: %w", err)
	}
	c.change(func() { c.title, c.titleSource = title, source })
	return nil
}

// began puts what was committed into the tree and makes the turn.
func (c *Conversation) began(ctx context.Context, s step, p Params, userID, answerID int64, now time.Time) *turn {
	parent := s.parent
	c.mu.Lock()
	if s.user != nil {
		c.tree.add(node{id: userID, parent: parent, continues: s.user.Continues, role: roleUser, state: Complete})
		c.bodies.put(s.body(userID))
		parent = userID
	}
	c.tree.add(node{id: answerID, parent: parent, continues: s.continues, role: roleAssistant, state: Streaming})
	c.leaf, c.row.Leaf = answerID, answerID
	c.tree.show(answerID)
	c.rebuild()
	c.dequeued(s.dequeue)
	group := c.groups[len(c.groups)-1]
	branch := c.tree.branch(parent)
	c.mu.Unlock()

	base, trim := c.base(ctx, group, p, now)
	c.mu.Lock()
	defer c.mu.Unlock()
	t := newTurn(c, newLive(answerID, base, trim, Turn{Phase: Connecting, Since: now, Started: now}), p, branch)
	t.pauses = s.pauses
	if s.pauses > 0 && !c.resuming {
		t.cancel(errStopped) // stopped between the two turns
	}
	c.turn, c.resuming = t, false
	t.view = t.show(c.bump())
	c.signal()
	return t
}

// body is the user's message as it was stored.
func (s step) body(id int64) *body {
	return &body{
		id: id, parent: s.parent, role: roleUser, state: Complete, created: s.user.CreatedAt,
		blocks: []api.Block{s.block}, parts: []Part{{Kind: PartText, Text: s.user.Text, Done: true}},
		meta: meta{Pastes: s.pastes}, size: 512 + 2*len(s.user.Blocks),
	}
}

// base is the visible message that an answer belongs to, without the part that
// is about to arrive. Earlier parts that cannot be read are missing until it
// has ended; that is no reason not to ask.
func (c *Conversation) base(ctx context.Context, group []int64, p Params, now time.Time) (m *Message, trim bool) {
	earlier := group[:len(group)-1]
	m = &Message{Role: roleAssistant, CreatedAt: now}
	if len(earlier) > 0 {
		bodies, err := c.bodiesOf(ctx, earlier)
		if err != nil {
			c.m.opt.Logger.WarnContext(ctx, "earlier part not shown", "conversation", c.id, "error", err)
		}
		if whole := join(earlier, bodies); whole != nil {
			m = whole
		}
		last := bodies[earlier[len(earlier)-1]]
		trim = last != nil && last.role == roleAssistant && !paused(last.stop)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ref := c.path[len(c.path)-1]
	m.ID, m.Sibling, m.Siblings, m.Version = group[0], ref.Sibling, ref.Siblings, ref.Version
	m.Parent = c.tree[group[0]].parent
	m.Params, m.Model, m.State = p, p.Model, Streaming
	m.Blocks, m.Failure, m.StopReason, m.CanContinue, m.BlockedReason = nil, nil, "", false, ""
	return m, trim
}

// abandon ends a turn that cannot run because the manager closed meanwhile.
func (c *Conversation) abandon(t *turn) {
	t.cancel(errClosing)
	close(t.ended)
	t.finish(context.Canceled)
}

// afterStart does what can wait until the request is on its way.
func (c *Conversation) afterStart(ctx context.Context, s step) {
	c.dropDraft(ctx, s)
	if s.user == nil || s.continues != 0 || c.private {
		return
	}
	if err := c.db.AddHistory(ctx, s.user.Text); err != nil {
		c.m.opt.Logger.WarnContext(ctx, "prompt not added to the history", "error", err)
	}
}
