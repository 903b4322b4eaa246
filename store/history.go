package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
)

// maxHistory is how many prompts are kept.
const maxHistory = 1000

// AddHistory puts a prompt at the top of the history. One that was there
// before moves up; the oldest beyond 1,000 are dropped. Empty text is ignored.
func (db *DB) AddHistory(ctx context.Context, text string) error {
	if text == "" {
		return nil
	}
	digest := sha256.Sum256([]byte(text))
	return db.write(ctx, "add to history", func(t *tx) error {
		// REPLACE gives a new id, which is what puts it on top.
		if _, err := t.exec(`INSERT OR REPLACE INTO history (digest, text) VALUES (?, ?)`, digest[:], text); err != nil {
			return err
		}
		_, err := t.exec(`
			DELETE FROM history WHERE id <= (SELECT id FROM history ORDER BY id DESC LIMIT 1 OFFSET ?)`, maxHistory)
		return err
	})
}

// History lists up to limit prompts, the newest first; 0 means all.
func (db *DB) History(ctx context.Context, limit int) (texts []string, err error) {
	if limit <= 0 {
		limit = -1
	}
	err = db.read(ctx, "history", func(h *sql.DB) error {
		rows, err := h.QueryContext(ctx, `SELECT text FROM history ORDER BY id DESC LIMIT ?`, limit)
		return each(rows, err, func(rows *sql.Rows) error {
			var text string
			err := rows.Scan(&text)
			texts = append(texts, text)
			return err
		})
	})
	return texts, err
}
