package session

import (
	"context"
	"fmt"
	"slices"

	"parlor/api"
)

const (
	roleUser      = api.RoleUser
	roleAssistant = api.RoleAssistant
)

// Messages returns visible messages by id, in the order of ids. Ids that are
// no visible message of the branch are left out.
func (c *Conversation) Messages(ctx context.Context, ids []int64) ([]*Message, error) {
	c.mu.Lock()
	groups := make([][]int64, 0, len(ids))
	var parts []int64
	for _, id := range ids {
		if i, ok := c.at[id]; ok {
			groups = append(groups, c.groups[i])
			parts = append(parts, c.groups[i]...)
		}
	}
	c.mu.Unlock()
	bodies, err := c.bodiesOf(ctx, parts)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]*Message, 0, len(groups))
	for _, g := range groups {
		if m := c.message(g, bodies); m != nil {
			list = append(list, m)
		}
	}
	return list, nil
}

// bodyOf returns one body.
func (c *Conversation) bodyOf(ctx context.Context, id int64) (*body, error) {
	bodies, err := c.bodiesOf(ctx, []int64{id})
	if err == nil && bodies[id] == nil {
		err = ErrNoMessage
	}
	return bodies[id], err
}

// known returns those of the bodies that are in memory, and the ids of the rest.
func (c *Conversation) known(ids []int64) (bodies map[int64]*body, missing []int64) {
	bodies = make(map[int64]*body, len(ids))
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		if b := c.unsaved[id]; b != nil {
			bodies[id] = b
		} else if b := c.bodies.get(id); b != nil {
			bodies[id] = b
		} else {
			missing = append(missing, id)
		}
	}
	return bodies, missing
}

// bodiesOf returns the bodies by id, from memory or the database.
func (c *Conversation) bodiesOf(ctx context.Context, ids []int64) (map[int64]*body, error) {
	bodies, missing := c.known(ids)
	if len(missing) == 0 {
		return bodies, nil
	}
	rows, err := c.db.Messages(ctx, missing)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, row := range rows {
		b := decodeBody(row)
		bodies[b.id] = b
		if b.state != Streaming {
			c.bodies.put(b)
		}
	}
	return bodies, nil
}

// message builds the view of a visible message from its parts. A part that is
// being written shows what the live view has. The caller holds mu.
func (c *Conversation) message(group []int64, bodies map[int64]*body) *Message {
	if v := c.liveView(); v != nil && v.ID == group[0] {
		return v
	}
	m := join(group, bodies)
	if m == nil {
		return nil
	}
	m.ID = group[0]
	if i, ok := c.at[m.ID]; ok {
		ref := c.path[i]
		m.Version, m.Sibling, m.Siblings = ref.Version, ref.Sibling, ref.Siblings
		m.CanContinue = i == len(c.path)-1 && canContinue(m)
	}
	return m
}

// join makes one message of the bodies of a group. A continuation that stands
// directly below an answer was prefilled with it; otherwise a hidden message
// of the user stands between them.
func join(group []int64, bodies map[int64]*body) *Message {
	var m *Message
	var before *body
	for _, id := range group {
		b := bodies[id]
		switch {
		case b == nil:
			continue
		case m == nil:
			m = firstView(b)
		case b.role == roleAssistant:
			m.extend(b, before.role == roleAssistant)
		}
		before = b
	}
	return m
}

func (c *Conversation) liveView() *Message {
	switch {
	case c.turn != nil:
		return c.turn.view
	case c.follow != nil:
		return c.follow.view
	}
	return nil
}

func firstView(b *body) *Message {
	return &Message{
		ID: b.id, Parent: b.parent, Role: b.role, State: b.state, Parts: b.parts, Blocks: b.blocks,
		Pastes: b.meta.Pastes, Params: b.params, Model: b.model, StopReason: b.stop, Usage: b.usage,
		CostMicros: b.cost, CostKnown: b.priced, FirstToken: b.meta.FirstToken, Elapsed: b.meta.Elapsed,
		Failure: b.failure, Notes: b.meta.Notes, CreatedAt: b.created, RequestID: b.requestID,
		BlockedReason: b.meta.Blocked,
	}
}

// extend joins a continuation. State and reasons are those of the last part,
// usage and cost are the sum.
func (m *Message) extend(b *body, prefilled bool) {
	trim := prefilled && !paused(m.StopReason)
	m.Parts = joinParts(m.Parts, b.parts, trim, concat)
	m.Blocks = append(slices.Clip(m.Blocks), b.blocks...)
	m.Notes = append(slices.Clip(m.Notes), b.meta.Notes...)
	m.State, m.StopReason, m.Failure, m.BlockedReason = b.state, b.stop, b.failure, b.meta.Blocked
	m.Params, m.RequestID = b.params, b.requestID
	if b.model != "" {
		m.Model = b.model
	}
	m.Usage = addUsage(m.Usage, b.usage)
	m.CostMicros += b.cost
	m.CostKnown = m.CostKnown && b.priced
	m.Elapsed += b.meta.Elapsed
}

// canContinue tells whether the end of an answer is one that can be gone on
// from.
func canContinue(m *Message) bool {
	if m.Role != roleAssistant {
		return false
	}
	switch m.State {
	case Interrupted, Stopped:
		return true
	case Failed: // of a continuation: what came before is still there
		return len(m.Blocks) > 0
	case Complete:
		return m.StopReason == api.StopMaxTokens || m.StopReason == api.StopPauseTurn
	}
	return false
}
