package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"time"
)

// Attachment is a file that was sent, stored once however often it is used.
type Attachment struct {
	SHA256    string // of Content, hexadecimal; its name
	MediaType string
	Content   []byte
	CreatedAt time.Time
}

// PutAttachment stores data and gives its name. Data that is there already
// keeps the media type it came with first.
func (db *DB) PutAttachment(ctx context.Context, mediaType string, data []byte) (sha256Hex string, err error) {
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	if data == nil {
		data = []byte{} // nil would be NULL
	}
	return name, db.write(ctx, "put attachment", func(t *tx) error {
		_, err := t.exec(`
			INSERT INTO attachment (hash, media_type, size, created, content) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, name, mediaType, len(data), t.now, data)
		return err
	})
}

// Attachment reads one by its name.
func (db *DB) Attachment(ctx context.Context, sha string) (a Attachment, err error) {
	err = db.read(ctx, "attachment "+sha, func(h *sql.DB) error {
		return h.QueryRowContext(ctx, `SELECT hash, media_type, content, created FROM attachment WHERE hash = ?`, sha).
			Scan(&a.SHA256, &a.MediaType, &a.Content, instant{&a.CreatedAt})
	})
	return a, err
}
