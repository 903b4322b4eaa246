package store

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// Owner is the name of this opening of the database: random, never used again.
func (db *DB) Owner() string { return db.owner }

// ClaimOwner takes the lock that tells other processes that this owner lives;
// the system releases it when the process ends, however it ends. It must be
// held before the owner's name is written into a message; calling it again
// costs nothing. The lock is held until Close.
func (db *DB) ClaimOwner(ctx context.Context) error {
	leave, err := db.enter(ctx)
	if err != nil {
		return db.fail("claim owner", err)
	}
	defer leave()
	return db.fail("claim owner", db.claimOwner())
}

func (db *DB) claimOwner() error {
	if db.path == "" {
		return nil
	}
	db.claiming.Lock()
	defer db.claiming.Unlock()
	if db.lock != nil {
		return nil
	}
	if err := os.MkdirAll(db.lockFolder(), 0o700); err != nil {
		return err
	}
	lock, err := takeNew(db.lockPath(db.owner))
	if err != nil {
		return err
	}
	db.lock = lock
	return db.sweepLocks()
}

// takeNew locks a file of our own. Another process that sweeps may have locked
// and removed it between our creating and our locking it; then we would hold
// a lock that nobody can see, so we start again.
func takeNew(path string) (*flock.Flock, error) {
	for {
		lock := flock.New(path)
		if err := lock.Lock(); err != nil {
			return nil, err
		}
		ours, err := lock.Stat()
		if err != nil {
			return nil, errors.Join(err, lock.Unlock())
		}
		if there, err := os.Stat(path); err == nil && os.SameFile(ours, there) {
			return lock, nil
		}
		if err := lock.Unlock(); err != nil {
			return nil, err
		}
	}
}

// OwnerAlive tells whether the process that wrote under this name still lives.
// It is false only when its lock can be taken or is gone; the stale file is
// then removed. When in doubt it is true: a living stream must never be called
// interrupted.
func (db *DB) OwnerAlive(owner string) bool {
	if owner == db.owner {
		return true
	}
	// A name that is not one of ours was never claimed, and must not become a path.
	if _, err := hex.DecodeString(owner); err != nil || owner == "" || db.path == "" {
		return false
	}
	return alive(db.lockPath(owner))
}

// alive tries to take the lock without creating the file. Whoever takes it
// removes the file before letting go, so two that look at once agree: one
// takes it, the other finds it taken for that moment, or gone.
func alive(path string) bool {
	lock := flock.New(path, flock.SetFlag(os.O_RDWR))
	taken, err := lock.TryLock()
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil || !taken {
		return true
	}
	removeThenUnlock(lock)
	return false
}

// removeThenUnlock removes a file that we hold, so that nobody finds it
// unlocked. Where open files cannot be removed (Windows) it is done afterwards;
// names are never used twice, so nobody else's can be hit. A file that stays is
// swept by the next to claim.
func removeThenUnlock(lock *flock.Flock) {
	removed := os.Remove(lock.Path())
	_ = lock.Unlock() // can only fail to release what closing releases anyway
	if removed != nil {
		_ = os.Remove(lock.Path())
	}
}

// sweepLocks removes the files of owners that died without leaving a stream.
func (db *DB) sweepLocks() error {
	entries, err := os.ReadDir(db.lockFolder())
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if owner, ok := strings.CutSuffix(entry.Name(), ".lock"); ok {
			db.OwnerAlive(owner)
		}
	}
	return nil
}

// releaseOwner gives up the lock, if there is one.
func (db *DB) releaseOwner() {
	if db.lock != nil {
		removeThenUnlock(db.lock)
	}
}

func (db *DB) lockFolder() string { return filepath.Join(filepath.Dir(db.path), "locks") }

func (db *DB) lockPath(owner string) string {
	return filepath.Join(db.lockFolder(), owner+".lock")
}
