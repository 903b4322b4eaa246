package store

import (
	"context"
	"database/sql"
	"fmt"
)

// AppendJournal keeps pieces of a running stream, the first under firstSeq and
// each next one under the next number. They survive this process when it
// returns; only a power loss within the next moments can take them. What is
// stored is never rewritten: a number that is taken is ErrExists and stores
// nothing. A finished message is ErrNotStreaming.
func (db *DB) AppendJournal(ctx context.Context, message int64, firstSeq int, pieces [][]byte) error {
	if len(pieces) == 0 {
		return nil
	}
	err := db.transact(ctx, db.journal, func(t *tx) error {
		if _, _, err := t.streaming(message); err != nil {
			return err
		}
		for i, piece := range pieces {
			if piece == nil {
				piece = []byte{} // nil would be NULL
			}
			_, err := t.exec(`INSERT INTO journal (message, seq, piece) VALUES (?, ?, ?)`, message, firstSeq+i, piece)
			if err != nil {
				return fmt.Errorf("piece %d: %w", firstSeq+i, err)
			}
		}
		return nil
	})
	return db.fail(fmt.Sprintf("append to the journal of message %d", message), err)
}

// Journal reads the pieces of a message from fromSeq on, in order. It is empty
// once the message is finished.
func (db *DB) Journal(ctx context.Context, message int64, fromSeq int) (pieces [][]byte, err error) {
	err = db.read(ctx, fmt.Sprintf("journal of message %d", message), func(h *sql.DB) error {
		rows, err := h.QueryContext(ctx, `SELECT piece FROM journal WHERE message = ? AND seq >= ? ORDER BY seq`, message, fromSeq)
		return each(rows, err, func(rows *sql.Rows) error {
			var piece []byte
			err := rows.Scan(&piece)
			pieces = append(pieces, piece)
			return err
		})
	})
	return pieces, err
}
