package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// QueueItem is a prompt that waits for the running answer to end.
type QueueItem struct {
	ID           int64
	Conversation string
	Body         json.RawMessage
	CreatedAt    time.Time // zero at Enqueue means now
}

// Enqueue adds an item at the end of its conversation's queue and gives its id.
func (db *DB) Enqueue(ctx context.Context, item QueueItem) (id int64, err error) {
	err = db.write(ctx, "enqueue in "+item.Conversation, func(t *tx) (err error) {
		id, err = t.insert(`INSERT INTO queue (conversation, created, body) VALUES (?, ?, ?)`,
			item.Conversation, t.orNow(item.CreatedAt), string(item.Body))
		return err
	})
	return id, err
}

// Queue lists a conversation's items, the next one first.
func (db *DB) Queue(ctx context.Context, conversation string) (items []QueueItem, err error) {
	err = db.read(ctx, "queue of "+conversation, func(h *sql.DB) error {
		rows, err := h.QueryContext(ctx, `
			SELECT id, conversation, body, created FROM queue WHERE conversation = ? ORDER BY id`, conversation)
		return each(rows, err, func(rows *sql.Rows) error {
			var item QueueItem
			err := rows.Scan(&item.ID, &item.Conversation, opaque[json.RawMessage]{&item.Body}, instant{&item.CreatedAt})
			items = append(items, item)
			return err
		})
	})
	return items, err
}

// DeleteQueueItem takes an item out of its queue. One that is gone is ErrNotFound.
func (db *DB) DeleteQueueItem(ctx context.Context, id int64) error {
	return db.write(ctx, fmt.Sprintf("delete queue item %d", id), func(t *tx) error {
		return t.execOne(`DELETE FROM queue WHERE id = ?`, id)
	})
}

func (t *tx) deleteQueueItem(id int64, conversation string) error {
	return t.execOne(`DELETE FROM queue WHERE id = ? AND conversation = ?`, id, conversation)
}
