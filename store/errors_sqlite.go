//go:build cgo

package store

import (
	"errors"

	"github.com/mattn/go-sqlite3"
)

// kindOfDriver is the part of kindOf that knows SQLite's codes. It is the only
// code that needs cgo to compile.
func kindOfDriver(cause error) error {
	var err sqlite3.Error
	if !errors.As(cause, &err) {
		return nil
	}
	switch err.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol:
		return ErrBusy
	case sqlite3.ErrFull:
		return ErrFull
	case sqlite3.ErrReadonly:
		return ErrReadOnly
	case sqlite3.ErrCorrupt, sqlite3.ErrFormat:
		return ErrCorrupt
	case sqlite3.ErrNotADB:
		return ErrNotDatabase
	case sqlite3.ErrPerm, sqlite3.ErrAuth:
		return ErrPermission
	case sqlite3.ErrCantOpen:
		if kind := kindOfErrno(err.SystemErrno); kind != nil {
			return kind
		}
		return ErrPermission
	case sqlite3.ErrIoErr:
		if kind := kindOfErrno(err.SystemErrno); kind != nil {
			return kind
		}
		return ErrIO
	case sqlite3.ErrConstraint:
		return kindOfConstraint(err.ExtendedCode)
	}
	return nil
}

// kindOfConstraint tells the two refusals apart that callers can cause: a key
// that is taken and a reference to nothing.
func kindOfConstraint(code sqlite3.ErrNoExtended) error {
	switch code {
	case sqlite3.ErrConstraintForeignKey:
		return ErrNotFound
	case sqlite3.ErrConstraintPrimaryKey, sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintRowID:
		return ErrExists
	}
	return nil
}
