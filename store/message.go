package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// StateStreaming is the one message state that means something to the store:
// such a message has an owner and a journal and is not finished. The other
// states are the caller's words.
const StateStreaming = "streaming"

// Message is one node of a conversation's tree with all it says.
type Message struct {
	ID           int64
	Conversation string
	Parent       int64 // 0 for a root
	Continues    int64 // message that this one goes on with, or 0
	Role, State  string
	Model        string
	StopReason   string
	RequestID    string
	Owner        string          // who streams it; empty when finished
	Text         string          // plain text, derived from Blocks by the caller
	PriceDate    string          // of the prices that CostMicros was reckoned with
	Blocks       json.RawMessage // opaque, byte for byte; so are the next four
	Params       json.RawMessage // that made it
	Usage        json.RawMessage
	Failure      json.RawMessage
	Meta         json.RawMessage
	CostMicros   int64 // micro-dollars
	CreatedAt    time.Time
	DoneAt       time.Time // zero while streaming
}

// Node is what the shape of a tree needs of a message.
type Node struct {
	ID, Parent, Continues int64
	Role, State           string
	CreatedAt             time.Time
}

// Nodes lists all messages of a conversation in the order they were added,
// from an index and without reading their text. None is no error.
func (db *DB) Nodes(ctx context.Context, conversation string) (nodes []Node, err error) {
	err = db.read(ctx, "nodes of "+conversation, func(h *sql.DB) error {
		rows, err := h.QueryContext(ctx, nodesQuery, conversation)
		return each(rows, err, func(rows *sql.Rows) error {
			var n Node
			err := rows.Scan(&n.ID, &n.Parent, &n.Continues, &n.Role, &n.State, instant{&n.CreatedAt})
			nodes = append(nodes, n)
			return err
		})
	})
	return nodes, err
}

const nodesQuery = `
	SELECT id, parent, continues, role, state, created FROM message
	WHERE conversation = ? ORDER BY id`

// messageColumns are qualified because json_each has columns of the same names.
const messageColumns = `m.id, m.conversation, m.parent, m.continues, m.role, m.state, m.model, m.stop_reason,
	m.request_id, m.owner, m.cost, m.price_date, m.created, m.done, m.params, m.usage, m.failure, m.meta, m.text, m.blocks`

func scanMessage(rows *sql.Rows) (m Message, err error) {
	err = rows.Scan(&m.ID, &m.Conversation, &m.Parent, &m.Continues, &m.Role, &m.State, &m.Model, &m.StopReason,
		&m.RequestID, &m.Owner, &m.CostMicros, &m.PriceDate, instant{&m.CreatedAt}, instant{&m.DoneAt},
		opaque[json.RawMessage]{&m.Params}, opaque[json.RawMessage]{&m.Usage}, opaque[json.RawMessage]{&m.Failure},
		opaque[json.RawMessage]{&m.Meta}, &m.Text, opaque[json.RawMessage]{&m.Blocks})
	return m, err
}

// Messages reads messages in the order of ids. Those that are not there, or
// no longer, are left out.
func (db *DB) Messages(ctx context.Context, ids []int64) ([]Message, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, db.fail("messages", err)
	}
	return db.messages(ctx, "messages", `
		SELECT `+messageColumns+` FROM json_each(?) AS wanted JOIN message AS m ON m.id = wanted.value
		ORDER BY wanted.key`, string(list))
}

// Streaming lists the messages that are not finished, of one conversation or,
// when it is "", of all. OwnerAlive tells for each whether it still runs.
func (db *DB) Streaming(ctx context.Context, conversation string) ([]Message, error) {
	return db.messages(ctx, "streaming messages", `
		SELECT `+messageColumns+` FROM message AS m
		WHERE m.state = 'streaming' AND (? = '' OR m.conversation = ?) ORDER BY m.id`, conversation, conversation)
}

func (db *DB) messages(ctx context.Context, op, query string, args ...any) (list []Message, err error) {
	err = db.read(ctx, op, func(h *sql.DB) error {
		rows, err := h.QueryContext(ctx, query, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			m, err := scanMessage(rows)
			list = append(list, m)
			return err
		})
	})
	return list, err
}

// InsertMessages adds messages as they are, for imports and forks, and gives
// their ids in order. A negative Parent or Continues of -n means the n-th
// message of the same slice, counted from 1, which must stand before the one
// that names it. IDs are ignored; a CreatedAt of zero is now. The leaf stays
// where it is.
func (db *DB) InsertMessages(ctx context.Context, messages []Message) (ids []int64, err error) {
	err = db.write(ctx, "insert messages", func(t *tx) error {
		ids = make([]int64, 0, len(messages))
		for i := range messages {
			m := messages[i]
			var err error
			if m.Parent, err = given(m.Parent, ids); err != nil {
				return fmt.Errorf("parent of message %d: %w", i+1, err)
			}
			if m.Continues, err = given(m.Continues, ids); err != nil {
				return fmt.Errorf("continued by message %d: %w", i+1, err)
			}
			id, err := t.insertMessage(&m)
			if err != nil {
				return fmt.Errorf("message %d: %w", i+1, err)
			}
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// given turns a reference into the slice into the id that was given there.
func given(ref int64, ids []int64) (int64, error) {
	if ref >= 0 {
		return ref, nil
	}
	if -ref > int64(len(ids)) {
		return 0, ErrNotFound
	}
	return ids[-ref-1], nil
}

// insertMessage adds m, checks that what it refers to is of the same
// conversation, and counts it there.
func (t *tx) insertMessage(m *Message) (int64, error) {
	for _, ref := range []int64{m.Parent, m.Continues} {
		if err := t.belongs(ref, m.Conversation); err != nil {
			return 0, err
		}
	}
	created := t.orNow(m.CreatedAt)
	done := micros(m.DoneAt)
	if done == 0 && m.State != StateStreaming {
		done = created
	}
	id, err := t.insert(`
		INSERT INTO message (conversation, parent, continues, role, state, model, stop_reason, request_id, owner,
			cost, price_date, created, done, params, usage, failure, meta, text, blocks)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.Conversation, m.Parent, m.Continues, m.Role, m.State, m.Model, m.StopReason, m.RequestID, m.Owner,
		m.CostMicros, m.PriceDate, created, done, string(m.Params), string(m.Usage), string(m.Failure),
		string(m.Meta), m.Text, string(m.Blocks))
	if err != nil {
		return 0, err
	}
	return id, t.execOne(`
		UPDATE conversation SET messages = messages + 1, cost = cost + ?, updated = max(updated, ?)
		WHERE id = ?`, m.CostMicros, created, m.Conversation)
}

// belongs checks that a message, if there is one, is of that conversation.
func (t *tx) belongs(id int64, conversation string) error {
	if id == 0 {
		return nil
	}
	var one int
	err := t.row(`SELECT 1 FROM message WHERE conversation = ? AND id = ?`, conversation, id).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("message %d of this conversation: %w", id, ErrNotFound)
	}
	return err
}
