package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"
)

// Draft is what was typed and not sent. It belongs to a place (the end of a
// branch, or a message being edited) and to the process it was typed in, so
// that two windows on one conversation do not overwrite each other.
type Draft struct {
	Conversation string // "" for one that does not exist yet
	Leaf         int64  // end of the branch it would continue
	Edit         int64  // message it would replace, or 0
	Owner        string // "" means this DB
	Body         json.RawMessage
	UpdatedAt    time.Time // set by SaveDraft
}

// DraftKey names one draft.
type DraftKey struct {
	Conversation string // "" in Turn.ClearDraftOf means the turn's
	Leaf, Edit   int64
	Owner        string // "" means this DB
}

func (d Draft) key() DraftKey {
	return DraftKey{Conversation: d.Conversation, Leaf: d.Leaf, Edit: d.Edit, Owner: d.Owner}
}

func (k DraftKey) orOf(conversation, owner string) DraftKey {
	if k.Conversation == "" {
		k.Conversation = conversation
	}
	if k.Owner == "" {
		k.Owner = owner
	}
	return k
}

// SaveDraft stores a draft in place of the one with the same key; an empty
// body deletes it. It claims the owner's lock, so that others do not take the
// draft for an orphan while this process lives.
func (db *DB) SaveDraft(ctx context.Context, d Draft) error {
	if err := db.ClaimOwner(ctx); err != nil {
		return err
	}
	key := d.key().orOf("", db.owner)
	return db.write(ctx, "save draft", func(t *tx) error {
		if len(d.Body) == 0 {
			return t.deleteDraft(key)
		}
		_, err := t.exec(`
			INSERT INTO draft (conversation, leaf, edit, owner, updated, body) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET updated = excluded.updated, body = excluded.body`,
			key.Conversation, key.Leaf, key.Edit, key.Owner, t.now, string(d.Body))
		return err
	})
}

func (t *tx) deleteDraft(k DraftKey) error {
	_, err := t.exec(`DELETE FROM draft WHERE conversation = ? AND leaf = ? AND edit = ? AND owner = ?`,
		k.Conversation, k.Leaf, k.Edit, k.Owner)
	return err
}

const draftsQuery = `
	SELECT conversation, leaf, edit, owner, body, updated FROM draft
	WHERE conversation = ? ORDER BY owner <> ?, updated DESC, leaf, edit`

func scanDraft(rows *sql.Rows) (d Draft, err error) {
	err = rows.Scan(&d.Conversation, &d.Leaf, &d.Edit, &d.Owner, opaque[json.RawMessage]{&d.Body}, instant{&d.UpdatedAt})
	return d, err
}

// Drafts lists the drafts of a conversation: this DB's own first, then those
// whose owners died, each newest first. What another living process is typing
// is not listed.
func (db *DB) Drafts(ctx context.Context, conversation string) (drafts []Draft, err error) {
	err = db.read(ctx, "drafts of "+conversation, func(h *sql.DB) error {
		rows, err := h.QueryContext(ctx, draftsQuery, conversation, db.owner)
		return each(rows, err, func(rows *sql.Rows) error {
			d, err := scanDraft(rows)
			drafts = append(drafts, d)
			return err
		})
	})
	return slices.DeleteFunc(drafts, db.foreign), err
}

// foreign is a draft of another process that lives.
func (db *DB) foreign(d Draft) bool {
	return d.Owner != db.owner && db.OwnerAlive(d.Owner)
}

// AdoptDrafts makes the drafts of dead owners this DB's own and lists them. Where
// this DB has a draft at the same place, or a newer orphan was adopted there, an
// orphan stays what it is; nothing is overwritten.
func (db *DB) AdoptDrafts(ctx context.Context, conversation string) (adopted []Draft, err error) {
	if err := db.ClaimOwner(ctx); err != nil {
		return nil, err
	}
	err = db.write(ctx, "adopt drafts of "+conversation, func(t *tx) error {
		adopted = nil
		rows, err := t.sql.QueryContext(t.ctx, draftsQuery, conversation, db.owner)
		err = each(rows, err, func(rows *sql.Rows) error {
			d, err := scanDraft(rows)
			adopted = append(adopted, d)
			return err
		})
		if err != nil {
			return err
		}
		adopted = slices.DeleteFunc(adopted, func(d Draft) bool { return d.Owner == db.owner || db.OwnerAlive(d.Owner) })
		kept := adopted[:0]
		for _, d := range adopted {
			n, err := t.exec(`
				UPDATE OR IGNORE draft SET owner = ? WHERE conversation = ? AND leaf = ? AND edit = ? AND owner = ?`,
				db.owner, d.Conversation, d.Leaf, d.Edit, d.Owner)
			if err != nil {
				return err
			}
			if n > 0 {
				d.Owner = db.owner
				kept = append(kept, d)
			}
		}
		adopted = kept
		return nil
	})
	return adopted, err
}
