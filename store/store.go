package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Options say where a database is. The zero value is not usable: it needs a
// Path, or Memory.
type Options struct {
	// Path of the database file. It and its folder are created when missing,
	// for the owner only.
	Path string
	// Memory keeps everything in memory and nothing on disk; Path is ignored.
	// It is for private conversations.
	Memory bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Logger gets what succeeds but is worth knowing (migrations, backups); nil
	// means nowhere. Failures are returned, not logged.
	Logger *slog.Logger
	// Backups is how many backups made before migrations are kept beside the
	// database; 0 means 3.
	Backups int
}

// DB is an open database, safe for concurrent use. Close it.
type DB struct {
	path    string
	now     func() time.Time
	log     *slog.Logger
	backups int
	owner   string

	handles
	writing chan struct{} // holds one token while a write of this process runs

	closing sync.RWMutex // held for reading by every running call
	closed  bool

	claiming sync.Mutex
	lock     *flock.Flock // our lock file, nil until it is claimed
}

// Open opens the database, creates it when it is missing, and migrates it when
// it is older than this program, after a verified backup. It checks no more of
// the content than tells whether this is a parlor database: see Check.
//
// A file on a read-only file system can be opened as long as another process
// keeps its log there; the first write then says ErrReadOnly, else Open does.
//
// Kinds of failure: ErrNewer, ErrCorrupt, ErrNotDatabase, ErrBusy, ErrFull,
// ErrReadOnly, ErrPermission. The file is left as it was.
func Open(ctx context.Context, o Options) (*DB, error) {
	return open(ctx, o, embedded())
}

func open(ctx context.Context, o Options, steps []migration) (*DB, error) {
	db, err := newDB(o)
	if err != nil {
		return nil, fail("open", o.Path, err)
	}
	if err := db.start(ctx, steps); err != nil {
		return nil, errors.Join(db.fail("open", err), db.handles.close())
	}
	return db, nil
}

func newDB(o Options) (*DB, error) {
	db := &DB{
		now: o.Now, log: o.Logger, backups: o.Backups,
		owner: newOwner(), writing: make(chan struct{}, 1),
	}
	if db.now == nil {
		db.now = time.Now
	}
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	if db.backups == 0 {
		db.backups = 3
	}
	if o.Memory {
		return db, nil
	}
	path, err := resolve(o.Path)
	db.path = path
	return db, err
}

// newOwner names this process, or rather this opening: two of one process are
// two owners.
func newOwner() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(id[:])
}

// Path is the database file with links resolved, or "" in memory.
func (db *DB) Path() string { return db.path }

// Close waits for running calls, empties the write-ahead log when this was the
// last process, and gives up the owner's lock. Calls made later fail with ErrClosed.
func (db *DB) Close() error {
	db.closing.Lock()
	defer db.closing.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	err := db.handles.close()
	db.releaseOwner()
	return db.fail("close", err)
}

// enter is the first thing every call does; leave must follow it.
func (db *DB) enter(ctx context.Context) (leave func(), err error) {
	db.closing.RLock()
	if err = ctx.Err(); err == nil && db.closed {
		err = ErrClosed
	}
	if err != nil {
		db.closing.RUnlock()
		return nil, err
	}
	return db.closing.RUnlock, nil
}

// DataVersion is a number that changes with every commit to the file by any
// process, this one included. It costs no disk access, so it can be polled
// while a foreign stream is followed. It means nothing beyond this DB, and in
// memory it never changes.
func (db *DB) DataVersion(ctx context.Context) (version int64, err error) {
	leave, err := db.enter(ctx)
	if err != nil {
		return 0, db.fail("data version", err)
	}
	defer leave()
	err = db.watch.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
	return version, db.fail("data version", err)
}
