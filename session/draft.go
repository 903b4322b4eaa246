package session

import (
	"context"
	"encoding/json"
	"fmt"

	"parlor/store"
)

// SaveDraft keeps what is in the composer, in a form of the caller's; edit is
// the message that it would replace, or 0. Empty forgets it. A conversation
// that is not stored yet leaves its draft to the next new one.
func (c *Conversation) SaveDraft(ctx context.Context, edit int64, body json.RawMessage) error {
	c.ops.Lock()
	defer c.ops.Unlock()
	c.mu.Lock()
	old := c.draft
	key := store.DraftKey{Leaf: c.leaf, Edit: edit}
	if c.stored {
		key.Conversation = c.id
	}
	c.mu.Unlock()
	if old == nil && len(body) == 0 {
		return nil
	}
	if len(body) > 0 {
		if err := c.db.SaveDraft(ctx, draftAt(key, body)); err != nil {
			return fmt.Errorf("save the draft: %w", err)
		}
	}
	if old != nil && (len(body) == 0 || *old != key) { // it moved, or is gone
		if err := c.db.SaveDraft(ctx, draftAt(*old, nil)); err != nil {
			return fmt.Errorf("save the draft: %w", err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.draft = &key
	if len(body) == 0 {
		c.draft = nil
	}
	return nil
}

func draftAt(k store.DraftKey, body json.RawMessage) store.Draft {
	return store.Draft{Conversation: k.Conversation, Leaf: k.Leaf, Edit: k.Edit, Body: body}
}

// Draft returns what was typed here and not sent, also by a process that died:
// such a draft becomes this one's. body is nil if there is none.
func (c *Conversation) Draft(ctx context.Context) (edit int64, body json.RawMessage, err error) {
	c.ops.Lock()
	defer c.ops.Unlock()
	c.mu.Lock()
	id := c.id
	if !c.stored {
		id = ""
	}
	c.mu.Unlock()
	drafts, err := c.db.Drafts(ctx, id)
	if err != nil || len(drafts) == 0 {
		return 0, nil, err
	}
	if _, err := c.db.AdoptDrafts(ctx, id); err != nil {
		return 0, nil, fmt.Errorf("adopt the draft: %w", err)
	}
	d := drafts[0]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.draft = &store.DraftKey{Conversation: d.Conversation, Leaf: d.Leaf, Edit: d.Edit}
	return d.Edit, d.Body, nil
}

// draftOf is the stored draft that becomes the turn s. The caller holds mu.
func (c *Conversation) draftOf(s step) *store.DraftKey {
	if s.user == nil || s.dequeue != 0 || s.continues != 0 || c.draft == nil || c.draft.Edit != s.edit || c.draft.Conversation == "" {
		return nil
	}
	return c.draft
}

// dropDraft forgets the draft of what was just sent or queued, where that was
// not part of the turn's own transaction. The caller holds ops.
func (c *Conversation) dropDraft(ctx context.Context, s step) {
	c.mu.Lock()
	old := c.draft
	if s.user == nil || s.dequeue != 0 || s.continues != 0 || old == nil || old.Edit != s.edit {
		c.mu.Unlock()
		return
	}
	c.draft = nil
	c.mu.Unlock()
	if err := c.db.SaveDraft(ctx, draftAt(*old, nil)); err != nil {
		c.m.opt.Logger.WarnContext(ctx, "draft not removed", "error", err)
	}
}
