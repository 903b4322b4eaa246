package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// applicationID marks a SQLite file as ours ("parl"), so that another
// program's database is refused instead of filled with our tables.
const applicationID = 0x7061726c

// start makes the database ready. An existing and current file costs one
// connection and a few small reads, because it is on the way to the first frame.
func (db *DB) start(ctx context.Context, steps []migration) error {
	if db.path == "" {
		if err := db.openMemory(ctx); err != nil {
			return err
		}
		return db.migrate(ctx, steps)
	}
	exists, err := inspect(db.path)
	if err != nil {
		return err
	}
	if !exists {
		if err := os.MkdirAll(filepath.Dir(db.path), 0o700); err != nil {
			return err
		}
		return db.setUp(ctx, steps)
	}
	if err := db.openFile(db.path); err != nil {
		return err
	}
	have, err := db.condition(ctx, len(steps))
	if err != nil {
		return explain(db.path, err)
	}
	if have.version == len(steps) && have.wal {
		return nil
	}
	if err := db.handles.close(); err != nil {
		return err
	}
	return db.setUp(ctx, steps)
}

// explain finds out why SQLite could not open a file that exists. When it
// cannot create its log beside the file it reports its second attempt, which
// finds no such file, and not the first, which was refused.
func explain(path string, err error) error {
	if !errors.Is(kindOf(err), ErrNotFound) && !errors.Is(kindOf(err), ErrPermission) {
		return err
	}
	probe, refused := os.CreateTemp(filepath.Dir(path), ".probe-*")
	if refused != nil {
		return fmt.Errorf("%w (%w)", refused, err)
	}
	return errors.Join(err, probe.Close(), os.Remove(probe.Name()))
}

// setUp creates or migrates the file while no other process does. Migrations
// would bear company, each being a transaction that looks before it acts; the
// lock saves a second backup and SQLite's refusal to let two change to WAL.
func (db *DB) setUp(ctx context.Context, steps []migration) (err error) {
	if err := os.MkdirAll(db.lockFolder(), 0o700); err != nil {
		return err
	}
	lock := flock.New(filepath.Join(db.lockFolder(), "setup.lock"))
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()

	if err := create(db.path); err != nil {
		return err
	}
	if err := db.openFile(db.path); err != nil {
		return err
	}
	have, err := db.condition(ctx, len(steps))
	if err != nil {
		return err
	}
	if !have.wal {
		if err := db.changeToWAL(ctx); err != nil {
			return err
		}
	}
	if have.version > 0 && have.version < len(steps) {
		if err := db.backupBeforeMigration(ctx, have.version); err != nil {
			return fmt.Errorf("backup before migration: %w", err)
		}
	}
	return db.migrate(ctx, steps)
}

// changeToWAL is kept by the file, so it is no business of the DSN.
func (db *DB) changeToWAL(ctx context.Context) error {
	var mode string
	err := db.writer.QueryRowContext(ctx, `PRAGMA journal_mode = WAL`).Scan(&mode)
	if err == nil && mode != "wal" {
		db.log.WarnContext(ctx, "the file system of the database has no shared memory; other processes may have to wait",
			"path", db.path, "journal_mode", mode)
	}
	return err
}

// condition is what the file says about itself.
type condition struct {
	version int
	wal     bool
}

// condition reads the header and the schema. That finds a file that is no
// database, one whose header or schema is damaged, one that is shorter than
// it says, one of another program, and one of a newer parlor.
func (db *DB) condition(ctx context.Context, known int) (condition, error) {
	var have condition
	var id, tables int
	err := db.writer.QueryRowContext(ctx, `
		SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_user_version, pragma_application_id`).Scan(&have.version, &id, &tables)
	if err != nil {
		return have, err
	}
	if tables > 0 && id != applicationID {
		return have, fmt.Errorf("%w: an SQLite file of another program", ErrNotDatabase)
	}
	if have.version > known {
		return have, &NewerError{File: have.version, Known: known}
	}
	var mode string
	err = db.writer.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode)
	have.wal = mode == "wal"
	return have, err
}

// resolve makes the path absolute and follows links, as SQLite does, so that
// locks and backups lie beside the real file.
func resolve(path string) (string, error) {
	if path == "" {
		return "", errors.New("no path given for the database")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return path, err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(dir, filepath.Base(path)), nil
	}
	return path, nil
}

// inspect looks at the file without opening it: closing a descriptor would
// drop the locks that another DB of this process has on it (POSIX).
//
// A file that lost all its bytes looks to SQLite like a new one, and it would
// delete the write-ahead log beside it; what else lies there tells the difference.
func inspect(path string) (exists bool, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("%w: it is not a regular file", ErrPermission)
	default:
		if err := tighten(path, info); err != nil || info.Size() > 0 {
			return true, err
		}
	}
	if wal, err := os.Stat(path + "-wal"); err == nil && wal.Size() > 0 {
		return false, fmt.Errorf("%w: the file is empty or gone, its write-ahead log is not", ErrCorrupt)
	}
	if info != nil {
		if backups, err := backupFiles(path); err == nil && len(backups) > 0 {
			return false, fmt.Errorf("%w: the file is empty, its newest backup is %s", ErrCorrupt, backups[0])
		}
	}
	return false, nil
}

// tighten takes reading away from everybody but the owner; SQLite gives its
// other files the mode of the main one.
func tighten(path string, info fs.FileInfo) error {
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return os.Chmod(path, 0o600)
}

// create makes an empty file if there is none, since SQLite itself would make
// it readable for others.
func create(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}
