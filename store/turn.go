package store

import (
	"context"
	"errors"
	"fmt"
)

// Turn is what BeginTurn commits.
type Turn struct {
	Conversation string
	// User is the message that was typed; nil for a retry or a continuation.
	User *Message
	// Assistant is the empty message that the answer will fill. Its State is
	// set to streaming and its Owner to this DB when it names none; with a User
	// that is its parent. It may be nil to store only what was typed.
	Assistant *Message
	// ClearDraftOf is the draft that became this turn, or nil.
	ClearDraftOf *DraftKey
	// Dequeue is the queue item that became this turn, or 0. When it is gone,
	// because another process sent it, nothing is stored and the kind is ErrNotFound.
	Dequeue int64
}

// BeginTurn stores a turn before its request leaves: the messages, the new
// leaf, the conversation's model, and the end of its draft and queue item, in
// one transaction that is on the disk when it returns. It claims the owner's lock.
func (db *DB) BeginTurn(ctx context.Context, turn Turn) (userID, assistantID int64, err error) {
	if turn.User == nil && turn.Assistant == nil {
		return 0, 0, db.fail("begin turn", errors.New("a turn needs a message"))
	}
	if turn.Assistant != nil {
		if err := db.ClaimOwner(ctx); err != nil {
			return 0, 0, err
		}
	}
	err = db.write(ctx, "begin turn in "+turn.Conversation, func(t *tx) (err error) {
		userID, assistantID, err = t.insertTurn(turn, db.owner)
		if err != nil {
			return err
		}
		if turn.ClearDraftOf != nil {
			key := turn.ClearDraftOf.orOf(turn.Conversation, db.owner)
			if err := t.deleteDraft(key); err != nil {
				return err
			}
		}
		if turn.Dequeue != 0 {
			if err := t.deleteQueueItem(turn.Dequeue, turn.Conversation); err != nil {
				return fmt.Errorf("queue item %d: %w", turn.Dequeue, err)
			}
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	return userID, assistantID, nil
}

// insertTurn adds the messages and makes the last one the leaf.
func (t *tx) insertTurn(turn Turn, owner string) (userID, assistantID int64, err error) {
	leaf, model := int64(0), ""
	if turn.User != nil {
		user := *turn.User
		user.Conversation = turn.Conversation
		if userID, err = t.insertMessage(&user); err != nil {
			return 0, 0, fmt.Errorf("user message: %w", err)
		}
		leaf, model = userID, user.Model
	}
	if turn.Assistant != nil {
		answer := *turn.Assistant
		answer.Conversation, answer.State = turn.Conversation, StateStreaming
		if answer.Owner == "" {
			answer.Owner = owner
		}
		if userID != 0 {
			answer.Parent = userID
		}
		if assistantID, err = t.insertMessage(&answer); err != nil {
			return 0, 0, fmt.Errorf("assistant message: %w", err)
		}
		leaf, model = assistantID, answer.Model
	}
	err = t.execOne(`
		UPDATE conversation SET leaf = ?, model = coalesce(nullif(?, ''), model) WHERE id = ?`,
		leaf, model, turn.Conversation)
	return userID, assistantID, err
}

// FinishMessage ends a stream: it stores what the message says and how it
// ended, removes its journal and owner, and adds its cost to the conversation,
// in one transaction that is on the disk when it returns. Model, Params and
// Meta that are empty stay as BeginTurn stored them; DoneAt of zero is now.
//
// State must be another than streaming. A message that is finished already is
// ErrNotStreaming and stays as it is, so of two processes that both find a dead
// owner's stream the first one's word holds.
func (db *DB) FinishMessage(ctx context.Context, m Message) error {
	op := fmt.Sprintf("finish message %d", m.ID)
	if m.State == "" || m.State == StateStreaming {
		return db.fail(op, fmt.Errorf("%q is no state of a finished message", m.State))
	}
	return db.write(ctx, op, func(t *tx) error {
		conversation, before, err := t.streaming(m.ID)
		if err != nil {
			return err
		}
		if err := t.fold(m); err != nil {
			return err
		}
		return t.execOne(`UPDATE conversation SET cost = cost + ?, updated = max(updated, ?) WHERE id = ?`,
			m.CostMicros-before, t.orNow(m.DoneAt), conversation)
	})
}

// fold replaces the journal of a message by its content.
func (t *tx) fold(m Message) error {
	err := t.execOne(`
		UPDATE message SET state = ?, owner = '', stop_reason = ?, request_id = ?, cost = ?, price_date = ?, done = ?,
			usage = ?, failure = ?, text = ?, blocks = ?,
			model  = coalesce(nullif(?, ''), model),
			params = coalesce(nullif(?, ''), params),
			meta   = coalesce(nullif(?, ''), meta)
		WHERE id = ?`,
		m.State, m.StopReason, m.RequestID, m.CostMicros, m.PriceDate, t.orNow(m.DoneAt),
		string(m.Usage), string(m.Failure), m.Text, string(m.Blocks),
		m.Model, string(m.Params), string(m.Meta), m.ID)
	if err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM journal WHERE message = ?`, m.ID)
	return err
}

// streaming tells the conversation and cost so far of a message that is not finished.
func (t *tx) streaming(id int64) (conversation string, cost int64, err error) {
	var state string
	err = t.row(`SELECT conversation, state, cost FROM message WHERE id = ?`, id).Scan(&conversation, &state, &cost)
	if err == nil && state != StateStreaming {
		err = fmt.Errorf("%w: it is %q", ErrNotStreaming, state)
	}
	return conversation, cost, err
}
