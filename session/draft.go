package session

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"parlor/store"
)

// Draft is what was typed and not sent, in a form of the caller's.
type Draft struct {
	Edit int64 // message that it would replace, or 0 for a new one
	Body json.RawMessage
}

// SaveDraft keeps what is in the composer; edit is the message that it would
// replace, or 0. An empty body forgets it. There are at most two drafts: while
// a message is edited, the ordinary draft that was set aside for that stays.
// Saving the ordinary draft, or that of another message, says that this edit
// was given up, and forgets its draft. A conversation that is not stored yet
// leaves its draft to the next new one.
func (c *Conversation) SaveDraft(ctx context.Context, edit int64, body json.RawMessage) error {
	c.ops.Lock()
	defer c.ops.Unlock()
	c.mu.Lock()
	key := store.DraftKey{Leaf: c.leaf, Edit: edit}
	if c.stored {
		key.Conversation = c.id
	}
	gone := slices.DeleteFunc(slices.Clone(c.drafts), func(k store.DraftKey) bool { return !replaces(key, k, len(body) == 0) })
	c.mu.Unlock()
	if len(body) > 0 {
		if err := c.db.SaveDraft(ctx, draftAt(key, body)); err != nil {
			return fmt.Errorf("save the draft: %w", err)
		}
		c.keepDraft(key)
	}
	for _, k := range gone {
		if err := c.db.SaveDraft(ctx, draftAt(k, nil)); err != nil {
			return fmt.Errorf("save the draft: %w", err)
		}
		c.loseDraft(k)
	}
	return nil
}

// replaces tells that a draft goes when the one at key is saved, or emptied.
func replaces(key, old store.DraftKey, emptied bool) bool {
	switch {
	case old == key:
		return emptied
	case old.Edit == key.Edit: // it moved to another end
		return true
	}
	return old.Edit != 0 && (key.Edit == 0 || !emptied)
}

// keepDraft and loseDraft note which drafts are in the database.
func (c *Conversation) keepDraft(k store.DraftKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.drafts, k) {
		c.drafts = append(c.drafts, k)
	}
}

func (c *Conversation) loseDraft(k store.DraftKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drafts = slices.DeleteFunc(c.drafts, func(old store.DraftKey) bool { return old == k })
}

func draftAt(k store.DraftKey, body json.RawMessage) store.Draft {
	return store.Draft{Conversation: k.Conversation, Leaf: k.Leaf, Edit: k.Edit, Body: body}
}

// Draft returns the first of Drafts. body is nil if there is none.
func (c *Conversation) Draft(ctx context.Context) (edit int64, body json.RawMessage, err error) {
	drafts, err := c.Drafts(ctx)
	if err != nil || len(drafts) == 0 {
		return 0, nil, err
	}
	return drafts[0].Edit, drafts[0].Body, nil
}

// Drafts returns what was typed here and not sent: that of an edited message
// first, then the ordinary one, each if there is one. What a process left that
// died becomes this one's; of several such the newest is returned, and the
// others when that one is gone.
func (c *Conversation) Drafts(ctx context.Context) ([]Draft, error) {
	c.ops.Lock()
	defer c.ops.Unlock()
	c.mu.Lock()
	id := c.id
	if !c.stored {
		id = ""
	}
	c.mu.Unlock()
	all, err := c.db.Drafts(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read the drafts: %w", err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	if _, err := c.db.AdoptDrafts(ctx, id); err != nil {
		return nil, fmt.Errorf("adopt the drafts: %w", err)
	}
	var drafts []Draft
	for _, edits := range []bool{true, false} {
		at := slices.IndexFunc(all, func(d store.Draft) bool { return (d.Edit != 0) == edits })
		if at < 0 {
			continue
		}
		d := all[at]
		c.keepDraft(store.DraftKey{Conversation: d.Conversation, Leaf: d.Leaf, Edit: d.Edit})
		drafts = append(drafts, Draft{Edit: d.Edit, Body: d.Body})
	}
	return drafts, nil
}

// sent tells that the draft at k becomes the turn that begins with s.
func (s step) sent(k store.DraftKey) bool {
	return s.user != nil && s.dequeue == 0 && s.continues == 0 && k.Edit == s.edit
}

// draftOf is the stored draft that becomes the turn s. The caller holds mu.
func (c *Conversation) draftOf(s step) *store.DraftKey {
	for _, k := range c.drafts {
		if s.sent(k) && k.Conversation != "" {
			return &k
		}
	}
	return nil
}

// dropDraft forgets the draft of what was just sent or queued, where that was
// not part of the turn's own transaction. The caller holds ops.
func (c *Conversation) dropDraft(ctx context.Context, s step) {
	c.mu.Lock()
	gone := slices.DeleteFunc(slices.Clone(c.drafts), func(k store.DraftKey) bool { return !s.sent(k) })
	c.mu.Unlock()
	for _, k := range gone {
		c.loseDraft(k)
		if err := c.db.SaveDraft(ctx, draftAt(k, nil)); err != nil {
			c.m.opt.Logger.WarnContext(ctx, "draft not removed", "error", err)
		}
	}
}
