package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// busyTimeout is how long SQLite waits for another process before ErrBusy.
const busyTimeout = "5000" // milliseconds

// handles are the connections. database/sql opens each at its first use.
type handles struct {
	// writer commits turns: synchronous=FULL, so a commit is on the disk.
	writer *sql.DB
	// journal commits pieces of a running stream with synchronous=NORMAL: no
	// fsync, the piece survives the process but not a power loss. It is a
	// connection of its own because the alternative, switching the pragma
	// around every append, would leave the wrong mode behind when a switch
	// fails, and a turn must never be committed without its fsync. The next
	// FULL commit syncs what the journal wrote before it.
	journal *sql.DB
	// readers never wait for a writer, nor it for them (WAL).
	readers *sql.DB
	// watch is asked for data_version only, whose values can be compared only
	// when they come from one connection.
	watch *sql.DB
}

const maxReaders = 3

func (h *handles) openFile(path string) error {
	var err [4]error
	h.writer, err[0] = openHandle(path, 1, "mode", "rw", "_txlock", "immediate", "_synchronous", "FULL", "_secure_delete", "on")
	h.journal, err[1] = openHandle(path, 1, "mode", "rw", "_txlock", "immediate", "_synchronous", "NORMAL", "_secure_delete", "on")
	// Not mode=ro: the first to come after a crash may have to write the index
	// of the write-ahead log, even to read.
	h.readers, err[2] = openHandle(path, maxReaders, "mode", "rw", "_query_only", "on")
	h.watch, err[3] = openHandle(path, 1, "mode", "rw", "_query_only", "on", "_cache_size", "8")
	return errors.Join(err[:]...)
}

// openMemory uses one connection for everything: a second one to ":memory:"
// would see an empty database of its own. What SQLite sorts stays in memory as
// well; it would go into a temporary file otherwise when there is much of it.
func (h *handles) openMemory(ctx context.Context) error {
	db, err := openHandle(":memory:", 1, "_txlock", "immediate")
	if err != nil {
		return err
	}
	*h = handles{writer: db, journal: db, readers: db, watch: db}
	_, err = db.ExecContext(ctx, `PRAGMA temp_store = MEMORY`)
	return err
}

// openHandle puts every pragma that belongs to a connection into the DSN, so
// that no connection of the pool can lack one. WAL belongs to the file and is
// set when that is created.
func openHandle(path string, conns int, settings ...string) (*sql.DB, error) {
	values := url.Values{"_busy_timeout": {busyTimeout}, "_foreign_keys": {"on"}, "_stmt_cache_size": {"64"}}
	for i := 0; i < len(settings); i += 2 {
		values.Set(settings[i], settings[i+1])
	}
	name := path
	if path != ":memory:" {
		name = fileURI(path)
	}
	db, err := sql.Open("sqlite3", name+"?"+values.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// fileURI escapes what SQLite would read as the end of the path (? and #) or
// as an escape (%).
func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/Users/...
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath()
}

// close closes the writer last: the last connection to go folds the
// write-ahead log into the file.
func (h *handles) close() error {
	var errs []error
	for _, handle := range []*sql.DB{h.watch, h.readers, h.journal, h.writer} {
		if handle != nil {
			errs = append(errs, handle.Close())
		}
	}
	return errors.Join(errs...)
}

// write runs fn in a transaction that is on the disk when write returns.
func (db *DB) write(ctx context.Context, op string, fn func(*tx) error) error {
	return db.fail(op, db.transact(ctx, db.writer, fn))
}

// transact runs fn in a transaction of one of the two writing connections.
//
// It waits for its turn as long as ctx allows. The transaction itself does not
// obey ctx: it takes milliseconds, half of it would be worth nothing, and
// database/sql throws away the connection of a cancelled transaction, which in
// memory is the database.
func (db *DB) transact(ctx context.Context, handle *sql.DB, fn func(*tx) error) error {
	return db.exclusively(ctx, func() error {
		whole := context.WithoutCancel(ctx)
		t, err := handle.BeginTx(whole, nil)
		if err != nil {
			return err
		}
		if err := fn(&tx{sql: t, ctx: whole, now: micros(db.now())}); err != nil {
			// SQLite has rolled back by itself after some errors, such as a full
			// disk; the first error is the one to know.
			_ = t.Rollback()
			return err
		}
		return t.Commit()
	})
}

// exclusively runs fn while nothing else of this process writes. SQLite allows
// one writer per file; queueing here instead of in its busy handler avoids that
// handler's sleeps between our own connections.
func (db *DB) exclusively(ctx context.Context, fn func() error) error {
	leave, err := db.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	select {
	case db.writing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-db.writing }()
	return fn()
}

// read runs fn on a connection that waits for no writer.
func (db *DB) read(ctx context.Context, op string, fn func(*sql.DB) error) error {
	leave, err := db.enter(ctx)
	if err != nil {
		return db.fail(op, err)
	}
	defer leave()
	return db.fail(op, fn(db.readers))
}

// each scans every row of a result and closes it.
func each(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close() // Err tells what Close would
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// tx is a running write transaction; now is the same for all that happens in it.
type tx struct {
	sql *sql.Tx
	ctx context.Context // of the call, without its cancellation; see transact
	now int64
}

// exec runs a statement and tells how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	result, err := t.sql.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// execOne runs a statement that must change a row; else what it names is not there.
func (t *tx) execOne(query string, args ...any) error {
	n, err := t.exec(query, args...)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// insert runs an INSERT and gives the new id.
func (t *tx) insert(query string, args ...any) (int64, error) {
	result, err := t.sql.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// row asks for one row; none is sql.ErrNoRows, whose kind is ErrNotFound.
func (t *tx) row(query string, args ...any) *sql.Row {
	return t.sql.QueryRowContext(t.ctx, query, args...)
}

// micros is how times are stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// orNow is a time given by the caller, or now when there is none.
func (t *tx) orNow(given time.Time) int64 {
	if given.IsZero() {
		return t.now
	}
	return given.UnixMicro()
}

// instant scans a stored time.
type instant struct{ t *time.Time }

// Scan implements sql.Scanner.
func (i instant) Scan(value any) error {
	*i.t = time.Time{}
	if micros, ok := value.(int64); ok && micros != 0 {
		*i.t = time.UnixMicro(micros)
	}
	return nil
}

// opaque scans stored JSON, nil when there is none.
type opaque[B ~[]byte] struct{ b *B }

// Scan implements sql.Scanner.
func (o opaque[B]) Scan(value any) error {
	*o.b = nil
	switch v := value.(type) {
	case string:
		if v != "" {
			*o.b = B(v)
		}
	case []byte:
		if len(v) > 0 {
			*o.b = append(B(nil), v...)
		}
	}
	return nil
}
