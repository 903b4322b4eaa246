package session

import (
	"context"
	"errors"
	"slices"
	"time"

	"parlor/store"
)

// saveKey is what notices about the database are told under.
const saveKey = "save"

// trySaving is how often the database is tried again when it took nothing.
const trySaving = time.Second

// cannotSave says at once that what arrives is in memory only.
func (c *Conversation) cannotSave(err error) {
	why := "the database cannot be written"
	switch {
	case errors.Is(err, store.ErrFull):
		why = "the disk is full"
	case errors.Is(err, store.ErrReadOnly), errors.Is(err, store.ErrPermission):
		why = "the database is read-only"
	case errors.Is(err, store.ErrBusy):
		why = "another program holds the database"
	}
	c.m.opt.Logger.Error("cannot save", "conversation", c.id, "error", err)
	c.notify(saveKey, Notice{
		Level: "error", Sticky: true, Detail: err.Error(),
		Text: "Not saved: " + why + ". Everything stays in memory and is tried again; /export saves it elsewhere.",
	})
}

func (c *Conversation) canSave() { c.resolve(saveKey, "Saved again.") }

// saveFinished stores a finished message. If the database will not take it,
// the message stays in memory and is tried again until it is stored or the
// manager closes.
func (c *Conversation) saveFinished(row store.Message, b *body) {
	err := c.db.FinishMessage(c.m.saving, row)
	if settled(err) {
		c.canSave()
		return
	}
	c.cannotSave(err)
	c.mu.Lock()
	c.unsaved[b.id] = b
	c.mu.Unlock()
	c.m.spawn(func() { c.saveLater(row) })
}

// saveLater does not end with the manager at once: a last try is made then.
func (c *Conversation) saveLater(row store.Message) {
	for open := true; open; {
		open = c.m.wait(c.m.ctx, trySaving)
		if settled(c.db.FinishMessage(c.m.saving, row)) {
			c.mu.Lock()
			delete(c.unsaved, row.ID)
			done := len(c.unsaved) == 0
			c.mu.Unlock()
			if done {
				c.canSave()
			}
			break
		}
	}
	c.m.release(c)
}

// settled tells that there is nothing left to save: it is stored, somebody
// else ended the message, or the conversation was purged.
func settled(err error) bool {
	return err == nil || errors.Is(err, store.ErrNotStreaming) || errors.Is(err, store.ErrNotFound)
}

// commit appends a piece to the journal, with what could not be appended
// before. It belongs to the pacing goroutine.
func (t *turn) commit(ctx context.Context, piece []byte) {
	t.unsaved = append(t.unsaved, piece...)
	if len(t.unsaved) == 0 {
		return
	}
	now := t.c.m.opt.Now()
	if t.trouble && now.Sub(t.lastTry) < trySaving {
		return
	}
	t.lastTry = now
	err := t.c.db.AppendJournal(ctx, t.id, t.seq, [][]byte{slices.Clip(t.unsaved)})
	switch {
	case err == nil:
		t.seq++
		t.unsaved, t.tried = nil, 0
		if t.trouble {
			t.c.canSave()
		}
		t.trouble = false
	case errors.Is(err, store.ErrExists):
		t.seq++ // the attempt before did store it; what came since goes behind it
		t.unsaved, t.tried = t.unsaved[t.tried:], 0
	case settled(err), ctx.Err() != nil:
		t.unsaved, t.tried = nil, 0
	default:
		t.trouble, t.tried = true, len(t.unsaved)
		t.c.cannotSave(err)
	}
}
