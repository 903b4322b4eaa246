package session

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"parlor/api"
	"parlor/store"
)

// InputError says why a text cannot be sent. Nothing was stored or sent.
type InputError struct{ Message string }

// Error is the sentence.
func (e *InputError) Error() string { return e.Message }

// check refuses what no server would take.
func (o Outgoing) check() error {
	switch {
	case strings.TrimSpace(o.Text) == "":
		return ErrNothing
	case !utf8.ValidString(o.Text):
		return &InputError{fmt.Sprintf("The message is not valid UTF-8 at byte %d.", invalidAt(o.Text))}
	case len(o.Text) > maxRequest:
		return &InputError{fmt.Sprintf("The message has %.1f MB; a request takes %d MB.", float64(len(o.Text))/(1<<20), maxRequest>>20)}
	}
	return nil
}

// invalidAt is the offset of the first byte that is not UTF-8.
func invalidAt(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size <= 1 {
				return i
			}
		}
	}
	return -1
}

// step is what a turn begins with.
type step struct {
	user      *store.Message // what was typed; nil where there is a message to answer
	block     api.Block      // of user
	pastes    []Paste        // of user
	parent    int64          // of user, or of the answer
	continues int64          // first part of the answer that goes on
	dequeue   int64
	edit      int64 // message whose draft this was
	pauses    int
}

// Send commits a message of the user and begins the answer. While an answer is
// arriving the message waits in the queue instead, and queued is true. An
// error means that nothing was stored, and may be ErrNothing or *InputError.
func (c *Conversation) Send(ctx context.Context, out Outgoing) (queued bool, err error) {
	if err := out.check(); err != nil {
		return false, err
	}
	c.ops.Lock()
	defer c.ops.Unlock()
	c.mu.Lock()
	leaf, busy := c.leaf, c.busy()
	c.mu.Unlock()
	if busy {
		return true, c.enqueue(ctx, out)
	}
	return false, c.start(ctx, asUser(out, step{parent: leaf}))
}

// Edit puts another message in the place of one of the user's, as an
// alternative, and begins its answer.
func (c *Conversation) Edit(ctx context.Context, messageID int64, out Outgoing) error {
	if err := out.check(); err != nil {
		return err
	}
	c.ops.Lock()
	defer c.ops.Unlock()
	n, err := c.idleNode(messageID)
	if err != nil {
		return err
	}
	if n.role != roleUser || n.continues != 0 {
		return ErrNoMessage
	}
	return c.start(ctx, asUser(out, step{parent: n.parent, edit: messageID}))
}

// Retry asks again, with the current parameters: for another answer in place
// of an assistant's message, or for the answer to a user's. 0 means the last
// message.
func (c *Conversation) Retry(ctx context.Context, messageID int64) error {
	c.ops.Lock()
	defer c.ops.Unlock()
	n, err := c.idleNode(messageID)
	if err != nil {
		return err
	}
	parent := n.id
	if n.role == roleAssistant {
		parent = n.parent
	}
	if parent == 0 {
		return ErrNoMessage
	}
	return c.start(ctx, step{parent: parent})
}

// Continue goes on with an answer that was cut off, which must be the last
// message; 0 means that. The continuation is shown as part of it.
func (c *Conversation) Continue(ctx context.Context, messageID int64) error {
	c.ops.Lock()
	defer c.ops.Unlock()
	n, err := c.idleNode(messageID)
	if err != nil {
		return err
	}
	c.mu.Lock()
	group := c.groups[len(c.groups)-1]
	p := c.params
	c.mu.Unlock()
	if n.id != group[0] || n.role != roleAssistant {
		return ErrNoContinue
	}
	bodies, err := c.bodiesOf(ctx, group)
	if err != nil {
		return err
	}
	if m := join(group, bodies); m == nil || !canContinue(m) {
		return ErrNoContinue
	}
	return c.start(ctx, continuation(group, bodies, p, c.m.facts(c.m.Client(), p.Model)))
}

// continuation decides how to go on: behind the last part that the model can
// be given back, prefilled with it where the model takes that, else asked by a
// hidden message. Where there is nothing to give back, the answer is asked for
// anew.
func continuation(group []int64, bodies map[int64]*body, p Params, f facts) step {
	s := step{parent: group[0], continues: group[0]}
	for _, id := range slices.Backward(group) {
		b := bodies[id]
		if b == nil || b.role != roleAssistant || len(sendable(b, p, f)) == 0 {
			continue
		}
		s.parent = id
		if paused(b.stop) || prefills(b, p, f) {
			return s
		}
		return asUser(Outgoing{Text: continuePrompt}, s)
	}
	return s
}

// prefills tells whether the model goes on with its own text as the last
// message. Thinking and tool calls do not go with that.
func prefills(b *body, p Params, f facts) bool {
	kind := f.thinkingType(p)
	blocks := sendable(b, p, f)
	return f.known && f.Prefill && (kind == "" || kind == "disabled") &&
		blocks[len(blocks)-1].Type == api.BlockText
}

// Flip shows the alternative that is step places after the message, and below
// it what was last seen there. Beyond the last one it does nothing.
func (c *Conversation) Flip(ctx context.Context, messageID int64, by int) error {
	c.ops.Lock()
	defer c.ops.Unlock()
	n, err := c.idleNode(messageID)
	if err != nil {
		return err
	}
	c.mu.Lock()
	all := c.tree.alternatives(n.id)
	at := slices.Index(all, n.id) + by
	var leaf int64
	if at >= 0 && at < len(all) {
		leaf = c.tree.below(all[at])
	}
	c.mu.Unlock()
	if leaf == 0 || by == 0 {
		return nil
	}
	if err := c.db.UpdateConversation(ctx, c.id, store.ConversationPatch{Leaf: &leaf}); err != nil {
		return fmt.Errorf("change the branch: %w", err)
	}
	c.change(func() {
		c.leaf, c.row.Leaf = leaf, leaf
		c.tree.show(leaf)
		c.rebuild()
	})
	return nil
}

// arriving tells that an answer comes, here or in another process. The caller
// holds mu.
func (c *Conversation) arriving() bool { return c.turn != nil || c.follow != nil }

// busy is arriving, or that what follows from an answer has not begun yet: the
// rest of it, or the first of the queue. The caller holds mu.
func (c *Conversation) busy() bool {
	return c.arriving() || c.resuming || c.settling > 0 && len(c.queue) > 0
}

// idleNode finds a message, 0 being the last, while nothing arrives.
func (c *Conversation) idleNode(id int64) (node, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy() {
		return node{}, ErrBusy
	}
	if id == 0 && len(c.path) > 0 {
		id = c.path[len(c.path)-1].ID
	}
	n := c.tree[id]
	if n == nil || id == 0 {
		return node{}, ErrNoMessage
	}
	return *n, nil
}

// asUser makes a step of what the user typed.
func asUser(out Outgoing, s step) step {
	s.block, s.pastes = api.NewText(out.Text), validPastes(out)
	s.user = &store.Message{
		Role: roleUser, State: string(Complete), Continues: s.continues, Text: out.Text,
		Blocks: encodeBlocks([]api.Block{s.block}), Meta: encode(meta{Pastes: s.pastes}),
	}
	return s
}

// validPastes keeps the ranges that lie within the text.
func validPastes(out Outgoing) []Paste {
	return slices.DeleteFunc(slices.Clone(out.Pastes), func(p Paste) bool {
		return p.Start < 0 || p.End > len(out.Text) || p.Start >= p.End
	})
}
