package session

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"parlor/store"
)

// tailSize is how many messages at the end of the branch are read when a
// conversation is opened: about what the first screen shows.
const tailSize = 12

// load reads the conversation: the row, the skeleton of the tree, the queue,
// and the text of the last few messages only.
func (c *Conversation) load(ctx context.Context) error {
	row, err := c.db.Conversation(ctx, c.id)
	if err != nil {
		return fmt.Errorf("open conversation %s: %w", c.id, err)
	}
	live, err := c.m.recover(ctx, c.db, c.id)
	if err != nil {
		return fmt.Errorf("open conversation %s: %w", c.id, err)
	}
	if len(live) == 0 { // recovering may have changed cost and time
		if row, err = c.db.Conversation(ctx, c.id); err != nil {
			return fmt.Errorf("open conversation %s: %w", c.id, err)
		}
	}
	if err := c.reload(ctx, row); err != nil {
		return err
	}
	return c.followAny(ctx, live)
}

// reload takes over what the database says. It is called before anybody else
// has c, or with ops held and no turn running.
func (c *Conversation) reload(ctx context.Context, row store.Conversation) error {
	nodes, err := c.db.Nodes(ctx, c.id)
	if err != nil {
		return fmt.Errorf("open conversation %s: %w", c.id, err)
	}
	queue, err := c.readQueue(ctx)
	if err != nil {
		return err
	}
	t := newTree(nodes)
	c.mu.Lock()
	for id, old := range c.tree { // where the user went stays known
		if n := t[id]; n != nil {
			n.seen = old.seen
		}
	}
	c.adopt(row)
	c.tree, c.queue = t, queue
	c.leaf = c.newLeaf(row.Leaf)
	c.tree.show(c.leaf)
	c.rebuild()
	tail := c.groups[max(len(c.groups)-tailSize, 0):]
	c.mu.Unlock()
	return c.loadTail(ctx, tail)
}

// adopt takes the fields of the row. The caller holds mu.
func (c *Conversation) adopt(row store.Conversation) {
	var p Params
	if len(row.Params) > 0 && json.Unmarshal(row.Params, &p) == nil && p.Validate() == nil {
		c.params = p
	} else if c.params.Model == "" { // unreadable: begin again with the defaults
		c.params = c.m.opt.Defaults.clone()
	}
	if c.view == nil {
		c.view = row.View
	}
	c.row, c.stored = row, true
	c.title, c.titleSource, c.created = row.Title, row.TitleSource, row.CreatedAt
	c.cost = row.CostMicros
}

// newLeaf is where the branch to show ends: where it ended, or below that if
// the conversation went on there; at first where the row says. What another
// process looks at does not turn the page here. The caller holds mu.
func (c *Conversation) newLeaf(stored int64) int64 {
	wentOn := slices.Contains(c.tree.branch(stored), c.leaf)
	switch {
	case c.leaf != 0 && c.tree[c.leaf] != nil && !wentOn:
		return c.leaf
	case stored != 0 && c.tree[stored] != nil:
		return stored
	}
	return c.tree.below(0)
}

// loadTail reads the last messages and, from the last answer, what is known
// about the context.
func (c *Conversation) loadTail(ctx context.Context, groups [][]int64) error {
	var ids []int64
	for _, g := range groups {
		ids = append(ids, g...)
	}
	bodies, err := c.bodiesOf(ctx, ids)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(ids) - 1; i >= 0; i-- {
		if b := bodies[ids[i]]; b != nil && b.role == roleAssistant && b.state != Streaming && b.usage.OutputTokens > 0 {
			c.last = lastRequest{usage: b.usage, model: b.params.Model, at: b.created.Add(b.meta.Elapsed)}
			c.costKnown = b.priced
			break
		}
	}
	return nil
}
