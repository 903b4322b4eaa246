package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"parlor/store"
)

func (c *Conversation) readQueue(ctx context.Context) ([]Queued, error) {
	items, err := c.db.Queue(ctx, c.id)
	if err != nil {
		return nil, fmt.Errorf("read the queue: %w", err)
	}
	var queue []Queued
	for _, item := range items {
		q := Queued{ID: item.ID}
		if json.Unmarshal(item.Body, &q.Out) == nil {
			queue = append(queue, q)
		}
	}
	return queue, nil
}

// enqueue stores a message that waits. The caller holds ops.
func (c *Conversation) enqueue(ctx context.Context, out Outgoing) error {
	id, err := c.db.Enqueue(ctx, store.QueueItem{Conversation: c.id, Body: encode(out)})
	if err != nil {
		return fmt.Errorf("queue the message: %w", err)
	}
	c.change(func() { c.queue = append(slices.Clip(c.queue), Queued{ID: id, Out: out}) })
	c.dropDraft(ctx, step{user: &store.Message{}})
	return nil
}

// Unqueue takes a waiting message out of the queue and returns it. One that is
// gone, perhaps sent, is store.ErrNotFound.
func (c *Conversation) Unqueue(ctx context.Context, id int64) (Outgoing, error) {
	c.ops.Lock()
	defer c.ops.Unlock()
	c.mu.Lock()
	at := slices.IndexFunc(c.queue, func(q Queued) bool { return q.ID == id })
	var out Outgoing
	if at >= 0 {
		out = c.queue[at].Out
	}
	c.mu.Unlock()
	err := c.db.DeleteQueueItem(ctx, id)
	if err == nil || errors.Is(err, store.ErrNotFound) {
		c.change(func() { c.dequeued(id) })
	}
	if err == nil && at < 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return Outgoing{}, fmt.Errorf("take from the queue: %w", err)
	}
	return out, nil
}

// SendQueued sends the first waiting message now, which otherwise happens when
// an answer ends by itself. It does nothing while an answer arrives.
func (c *Conversation) SendQueued(ctx context.Context) {
	c.ops.Lock()
	defer c.ops.Unlock()
	c.sendNext(ctx)
}

// settle does what follows from an answer that ended: the queue's first message
// goes out if send. Since the answer ended, settling has kept new messages
// behind the queue and the conversation in memory.
func (c *Conversation) settle(ctx context.Context, send bool) {
	c.ops.Lock()
	defer c.ops.Unlock()
	if send {
		c.sendNext(ctx)
	}
	c.mu.Lock()
	c.settling--
	c.mu.Unlock()
}

// dequeued forgets an item. The caller holds mu.
func (c *Conversation) dequeued(id int64) {
	if id == 0 {
		return
	}
	c.queue = slices.DeleteFunc(slices.Clone(c.queue), func(q Queued) bool { return q.ID == id })
}

// sendNext begins the turn of the first message that waits. Another process
// may send from the same queue: whoever commits first has it. The caller holds
// ops.
func (c *Conversation) sendNext(ctx context.Context) {
	c.mu.Lock()
	waiting := len(c.queue) > 0 && !c.arriving() && !c.resuming
	c.mu.Unlock()
	if !waiting || c.m.ctx.Err() != nil {
		return
	}
	queue, err := c.readQueue(ctx)
	if err == nil {
		c.change(func() { c.queue = queue })
	}
	for _, q := range queue {
		c.mu.Lock()
		leaf := c.leaf
		c.mu.Unlock()
		err = c.start(ctx, asUser(q.Out, step{parent: leaf, dequeue: q.ID}))
		if !errors.Is(err, store.ErrNotFound) {
			break
		}
		c.change(func() { c.dequeued(q.ID) })
		err = nil
	}
	if err != nil && !errors.Is(err, ErrBusy) && !errors.Is(err, ErrClosed) {
		c.notify("queue", Notice{Level: "error", Text: "The next message could not be sent; it stays in the queue.", Detail: err.Error()})
	}
}
