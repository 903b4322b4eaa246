package store

import (
	"context"
	"database/sql"
	"errors"
)

// Setting reads a value; found is false when none was set.
func (db *DB) Setting(ctx context.Context, key string) (value string, found bool, err error) {
	err = db.read(ctx, "setting "+key, func(h *sql.DB) error {
		err := h.QueryRowContext(ctx, `SELECT value FROM setting WHERE key = ?`, key).Scan(&value)
		found = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, found, err
}

// SetSetting stores a value in place of the one there was.
func (db *DB) SetSetting(ctx context.Context, key, value string) error {
	return db.write(ctx, "set setting "+key, func(t *tx) error {
		_, err := t.exec(`
			INSERT INTO setting (key, value) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET value = excluded.value`, key, value)
		return err
	})
}
