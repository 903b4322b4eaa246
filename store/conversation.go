package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Conversation is one tree of messages, without the messages.
type Conversation struct {
	ID          string          // given by the caller, never changed
	Title       string          // may be empty
	TitleSource string          // who gave the title; the caller's word
	Params      json.RawMessage // of the next turn; opaque
	View        json.RawMessage // where the reader was; opaque
	Leaf        int64           // message that ends the branch shown, 0 when there is none
	Model       string          // of the newest turn
	Messages    int             // all of the tree; kept by the store
	CostMicros  int64           // of all messages, micro-dollars; kept by the store
	Pinned      bool
	Archived    bool
	Tags        []string
	CreatedAt   time.Time
	UpdatedAt   time.Time // of the newest turn; renaming or reading does not change it
	DeletedAt   time.Time // zero unless deleted
}

// Filter chooses conversations for a list. The zero value means all that are
// neither archived nor deleted.
type Filter struct {
	Title    string // every word must occur in the title, in any case
	Archived bool   // the archived ones instead
	Deleted  bool   // the deleted ones instead, archived or not, last deleted first
	Limit    int    // 0 means no limit
	Offset   int
}

// ConversationPatch changes the fields that are not nil.
type ConversationPatch struct {
	Title, TitleSource *string
	Params, View       *json.RawMessage
	Leaf               *int64
	Model              *string
	Pinned, Archived   *bool
	Tags               *[]string
}

const conversationColumns = `id, title, title_source, params, view, leaf, model, messages, cost,
	pinned, archived, tags, created, updated, deleted`

func scanConversation(scan func(...any) error) (c Conversation, err error) {
	var tags []byte
	err = scan(&c.ID, &c.Title, &c.TitleSource, opaque[json.RawMessage]{&c.Params}, opaque[json.RawMessage]{&c.View},
		&c.Leaf, &c.Model, &c.Messages, &c.CostMicros, &c.Pinned, &c.Archived, opaque[[]byte]{&tags},
		instant{&c.CreatedAt}, instant{&c.UpdatedAt}, instant{&c.DeletedAt})
	if err == nil && tags != nil {
		err = json.Unmarshal(tags, &c.Tags)
	}
	return c, err
}

// CreateConversation adds an empty conversation. Messages and CostMicros start
// at zero whatever c says; times that are zero are now. An id that is taken,
// also by a deleted conversation, is ErrExists.
func (db *DB) CreateConversation(ctx context.Context, c Conversation) error {
	tags, err := encodeTags(c.Tags)
	if err != nil {
		return db.fail("create conversation", err)
	}
	return db.write(ctx, "create conversation "+c.ID, func(t *tx) error {
		created := t.orNow(c.CreatedAt)
		updated := created
		if !c.UpdatedAt.IsZero() {
			updated = micros(c.UpdatedAt)
		}
		_, err := t.exec(`
			INSERT INTO conversation (id, title, title_folded, title_source, params, view, leaf, model,
				pinned, archived, tags, created, updated, deleted)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			c.ID, c.Title, strings.ToLower(c.Title), c.TitleSource, string(c.Params), string(c.View), c.Leaf, c.Model,
			c.Pinned, c.Archived, tags, created, updated, micros(c.DeletedAt))
		return err
	})
}

// encodeTags is a JSON array, or "" for none.
func encodeTags(tags []string) (string, error) {
	if len(tags) == 0 {
		return "", nil
	}
	text, err := json.Marshal(tags)
	return string(text), err
}

// Conversation finds one by its id, also when it is deleted.
func (db *DB) Conversation(ctx context.Context, id string) (c Conversation, err error) {
	err = db.read(ctx, "conversation "+id, func(h *sql.DB) (err error) {
		row := h.QueryRowContext(ctx, `SELECT `+conversationColumns+` FROM conversation WHERE id = ?`, id)
		c, err = scanConversation(row.Scan)
		return err
	})
	return c, err
}

// Conversations lists the pinned ones first, then by their newest turn, newest
// first. It reads an index and the rows it returns, no messages.
func (db *DB) Conversations(ctx context.Context, f Filter) (list []Conversation, err error) {
	query, args := f.query()
	err = db.read(ctx, "list conversations", func(h *sql.DB) error {
		rows, err := h.QueryContext(ctx, query, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			c, err := scanConversation(rows.Scan)
			list = append(list, c)
			return err
		})
	})
	return list, err
}

func (f Filter) query() (string, []any) {
	var q strings.Builder
	var args []any
	q.WriteString(`SELECT ` + conversationColumns + ` FROM conversation WHERE `)
	order := ` ORDER BY pinned DESC, updated DESC, id`
	if f.Deleted {
		q.WriteString(`deleted > 0`)
		order = ` ORDER BY deleted DESC`
	} else {
		q.WriteString(`deleted = 0 AND archived = ?`)
		args = append(args, f.Archived)
	}
	for _, word := range strings.Fields(strings.ToLower(f.Title)) {
		q.WriteString(` AND instr(title_folded, ?)`)
		args = append(args, word)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = -1
	}
	q.WriteString(order + ` LIMIT ? OFFSET ?`)
	return q.String(), append(args, limit, f.Offset)
}

// UpdateConversation changes what the patch names and leaves UpdatedAt alone.
func (db *DB) UpdateConversation(ctx context.Context, id string, p ConversationPatch) error {
	columns, args, err := p.assignments()
	if err != nil || len(columns) == 0 {
		return db.fail("update conversation "+id, err)
	}
	return db.write(ctx, "update conversation "+id, func(t *tx) error {
		return t.execOne(`UPDATE conversation SET `+strings.Join(columns, ", ")+` WHERE id = ?`, append(args, id)...)
	})
}

func (p ConversationPatch) assignments() (columns []string, args []any, err error) {
	set := func(column string, value any) {
		columns, args = append(columns, column+" = ?"), append(args, value)
	}
	if p.Title != nil {
		set("title", *p.Title)
		set("title_folded", strings.ToLower(*p.Title))
	}
	if p.TitleSource != nil {
		set("title_source", *p.TitleSource)
	}
	if p.Params != nil {
		set("params", string(*p.Params))
	}
	if p.View != nil {
		set("view", string(*p.View))
	}
	if p.Leaf != nil {
		set("leaf", *p.Leaf)
	}
	if p.Model != nil {
		set("model", *p.Model)
	}
	if p.Pinned != nil {
		set("pinned", *p.Pinned)
	}
	if p.Archived != nil {
		set("archived", *p.Archived)
	}
	if p.Tags != nil {
		var tags string
		tags, err = encodeTags(*p.Tags)
		set("tags", tags)
	}
	return columns, args, err
}

// DeleteConversation hides a conversation from lists; RestoreConversation
// brings it back whole. One that is deleted already stays so.
func (db *DB) DeleteConversation(ctx context.Context, id string) error {
	return db.write(ctx, "delete conversation "+id, func(t *tx) error {
		return t.execOne(`UPDATE conversation SET deleted = CASE deleted WHEN 0 THEN ? ELSE deleted END WHERE id = ?`, t.now, id)
	})
}

// RestoreConversation undoes DeleteConversation.
func (db *DB) RestoreConversation(ctx context.Context, id string) error {
	return db.write(ctx, "restore conversation "+id, func(t *tx) error {
		return t.execOne(`UPDATE conversation SET deleted = 0 WHERE id = ?`, id)
	})
}

// PurgeConversation removes a conversation, deleted before or not, with its
// messages, drafts, queue and the prompts in the history that were sent in it.
// The bytes are overwritten in the file and the write-ahead log is emptied.
// ErrBusy after that means: it is gone from the database, but another process
// is reading and keeps the log from being emptied; EmptyLog does that later.
// Backups keep what they have, see BackupFiles.
func (db *DB) PurgeConversation(ctx context.Context, id string) error {
	err := db.write(ctx, "purge conversation "+id, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM history WHERE text IN
			(SELECT text FROM message WHERE conversation = ? AND role = 'user')`, id); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM draft WHERE conversation = ?`, id); err != nil {
			return err
		}
		return t.execOne(`DELETE FROM conversation WHERE id = ?`, id)
	})
	if err != nil {
		return err
	}
	return db.EmptyLog(ctx)
}

// EmptyLog moves the write-ahead log into the file and cuts it to nothing, so
// that no removed byte is left in it. ErrBusy means that another process is
// still reading from it.
func (db *DB) EmptyLog(ctx context.Context) error {
	return db.fail("empty the write-ahead log", db.exclusively(ctx, func() error {
		var busy, pages, moved int
		err := db.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
		if err == nil && busy != 0 {
			err = fmt.Errorf("%w: %d of %d pages moved", ErrBusy, moved, pages)
		}
		return err
	}))
}
