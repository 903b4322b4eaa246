package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"syscall"
)

// The kinds of failure, for errors.Is.
var (
	// ErrNotFound means that the thing asked for, or referred to, is not there.
	ErrNotFound = errors.New("not found")
	// ErrExists means that the id, sequence number or file is already taken.
	ErrExists = errors.New("already exists")
	// ErrNotStreaming means that the message was finished, by whoever it was.
	ErrNotStreaming = errors.New("message is not streaming")
	// ErrNewer means that a newer parlor wrote the file; see NewerError.
	ErrNewer = errors.New("database is newer than this program")
	// ErrCorrupt means that the file is a database and damaged.
	ErrCorrupt = errors.New("database is damaged")
	// ErrNotDatabase means that the file is something else than a parlor database.
	ErrNotDatabase = errors.New("not a parlor database")
	// ErrBusy means that another process held the file for longer than the
	// busy timeout. Trying again later is right.
	ErrBusy = errors.New("database is locked by another process")
	// ErrFull means that the disk, the quota or the file's limit is full.
	ErrFull = errors.New("no space left for the database")
	// ErrReadOnly means that the file or its file system cannot be written.
	ErrReadOnly = errors.New("database cannot be written")
	// ErrPermission means that the path cannot be used: no permission, or
	// something that is not a folder or not a file is in the way.
	ErrPermission = errors.New("database cannot be opened")
	// ErrIO means that the operating system failed to read or write the file.
	ErrIO = errors.New("reading or writing the database failed")
	// ErrClosed means that Close was called before.
	ErrClosed = errors.New("database is closed")
)

// Error is what every method returns when it fails: what was tried, on which
// file, the kind (nil when there is none) and the cause.
type Error struct {
	Op   string // "begin turn", "open"
	Path string // of the database; empty for one in memory
	Kind error  // one of the Err values above, or nil
	Err  error
}

// Error puts operation, path, kind and cause into one sentence.
func (e *Error) Error() string {
	text := e.Op
	if e.Path != "" {
		text += " (" + e.Path + ")"
	}
	if e.Kind != nil && !errors.Is(e.Err, e.Kind) {
		text += ": " + e.Kind.Error()
	}
	return text + ": " + e.Err.Error()
}

// Unwrap gives errors.Is and errors.As the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Kind == nil {
		return []error{e.Err}
	}
	return []error{e.Kind, e.Err}
}

// NewerError says that the file has a schema this program does not know. It
// matches ErrNewer.
type NewerError struct {
	File, Known int // schema versions: of the file, and the newest known here
}

// Error names both versions.
func (e *NewerError) Error() string {
	return fmt.Sprintf("the file has schema version %d, this program knows up to %d", e.File, e.Known)
}

// Is makes a NewerError an ErrNewer.
func (e *NewerError) Is(target error) bool { return target == ErrNewer }

// fail wraps err, if there is one, with the operation and its kind.
func (db *DB) fail(op string, err error) error {
	return fail(op, db.path, err)
}

func fail(op, path string, err error) error {
	if err == nil {
		return nil
	}
	if e := (*Error)(nil); errors.As(err, &e) {
		return err
	}
	if err == sql.ErrNoRows { //nolint:errorlint // only the bare one has nothing to add
		err = ErrNotFound
	}
	return &Error{Op: op, Path: path, Kind: kindOf(err), Err: err}
}

// kindOf is the one place where failures of SQLite and of the operating system
// become kinds. It reads codes, never texts.
func kindOf(err error) error {
	for _, kind := range []error{
		ErrNotFound, ErrExists, ErrNotStreaming, ErrNewer, ErrCorrupt, ErrNotDatabase, ErrBusy,
		ErrFull, ErrReadOnly, ErrPermission, ErrIO, ErrClosed,
	} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	var errno syscall.Errno
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.As(err, &errno):
		return kindOfErrno(errno)
	}
	return kindOfDriver(err)
}

func kindOfErrno(errno syscall.Errno) error {
	switch errno {
	case syscall.ENOSPC, syscall.EDQUOT:
		return ErrFull
	case syscall.EROFS:
		return ErrReadOnly
	case syscall.EACCES, syscall.EPERM, syscall.ENOTDIR, syscall.EISDIR, syscall.ELOOP, syscall.ENAMETOOLONG:
		return ErrPermission
	case syscall.EEXIST:
		return ErrExists
	case syscall.ENOENT:
		return ErrNotFound
	case syscall.EIO:
		return ErrIO
	}
	return nil
}
