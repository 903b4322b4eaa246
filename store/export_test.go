package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// KindOf lets a table test go through every code.
func KindOf(err error) error { return kindOf(err) }

// Explain is what Open makes of a failure to open an existing file.
func Explain(path string, err error) error { return explain(path, err) }

// OpenWith opens a database as a later version of this program would, whose
// schema has further migrations.
func OpenWith(ctx context.Context, o Options, further ...string) (*DB, error) {
	steps := embedded()
	for _, script := range further {
		steps = append(steps, migration{name: "further.sql", sql: script})
	}
	return open(ctx, o, steps)
}

// SchemaVersion is the newest version this program knows.
func SchemaVersion() int { return len(embedded()) }

// Pragma changes both writing connections, to make them fail as a full or
// read-only disk would.
func (db *DB) Pragma(ctx context.Context, pragma string) error {
	_, err1 := db.writer.ExecContext(ctx, "PRAGMA "+pragma)
	_, err2 := db.journal.ExecContext(ctx, "PRAGMA "+pragma)
	return errors.Join(err1, err2)
}

// PragmaValues asks every kind of connection.
func (db *DB) PragmaValues(ctx context.Context, pragma string) (values []string, err error) {
	for _, h := range []*sql.DB{db.writer, db.journal, db.readers, db.watch} {
		var value string
		if err := h.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&value); err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

// ListPlan and NodesPlan tell how SQLite goes about the two lists that must
// not read what they do not show.
func (db *DB) ListPlan(ctx context.Context, f Filter) (string, error) {
	query, args := f.query()
	return db.plan(ctx, query, args...)
}

func (db *DB) NodesPlan(ctx context.Context) (string, error) {
	return db.plan(ctx, nodesQuery, "any")
}

func (db *DB) plan(ctx context.Context, query string, args ...any) (string, error) {
	var plan []string
	rows, err := db.readers.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var id, parent, unused int
		var detail string
		err := rows.Scan(&id, &parent, &unused, &detail)
		plan = append(plan, detail)
		return err
	})
	return strings.Join(plan, "\n"), err
}
