package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"parlor/store"
)

// locks lists the lock files of owners beside a database.
func locks(t *testing.T, path string) []string {
	t.Helper()
	entries := must(os.ReadDir(filepath.Join(filepath.Dir(path), "locks")))(t)
	var names []string
	for _, entry := range entries {
		if entry.Name() != "setup.lock" {
			names = append(names, entry.Name())
		}
	}
	return names
}

func TestOwnerIsSeenToLiveUntilItCloses(t *testing.T) {
	path := newPath(t)
	me, other := openAt(t, path), openAt(t, path)
	if me.Owner() == other.Owner() {
		t.Fatal("two openings share a name")
	}
	equal(t, "nothing claimed yet", len(locks(t, path)), 0)
	ok(t, other.ClaimOwner(t.Context()))
	ok(t, other.ClaimOwner(t.Context())) // again costs nothing
	equal(t, "lock files", len(locks(t, path)), 1)
	equal(t, "other", me.OwnerAlive(other.Owner()), true)
	equal(t, "other again", me.OwnerAlive(other.Owner()), true)
	equal(t, "me, unclaimed", me.OwnerAlive(me.Owner()), true)
	closeDB(t, other)
	equal(t, "other after close", me.OwnerAlive(other.Owner()), false)
	equal(t, "lock files", len(locks(t, path)), 0)
}

func TestNamesThatWereNeverOwnersAreDead(t *testing.T) {
	db := openNew(t)
	ok(t, db.ClaimOwner(t.Context()))
	outside := filepath.Join(filepath.Dir(db.Path()), "precious.lock")
	ok(t, os.WriteFile(outside, []byte("x"), 0o600))
	for _, name := range []string{"", "00ff", "nobody", "../precious", "..", strings.Repeat("ab", 5000)} {
		if len(name) < 1000 {
			equal(t, name, db.OwnerAlive(name), false)
		} else {
			db.OwnerAlive(name) // must not panic
		}
	}
	must(os.Stat(outside))(t)
}

func TestStaleLocksAreSweptAndLivingOnesKept(t *testing.T) {
	path := newPath(t)
	living, db := openAt(t, path), openAt(t, path)
	ok(t, living.ClaimOwner(t.Context()))
	// What a process leaves that was killed.
	stale := filepath.Join(filepath.Dir(path), "locks", strings.Repeat("ab", 16)+".lock")
	ok(t, os.WriteFile(stale, nil, 0o600))
	ok(t, db.ClaimOwner(t.Context()))
	names := strings.Join(locks(t, path), " ")
	equal(t, "stale", strings.Contains(names, filepath.Base(stale)), false)
	equal(t, "living", strings.Contains(names, living.Owner()), true)
	equal(t, "own", strings.Contains(names, db.Owner()), true)
}

// Whoever claims while others sweep must end up with a lock that they see.
func TestClaimingAmongSweepersIsNeverLost(t *testing.T) {
	path := newPath(t)
	watcher := openAt(t, path)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				db, err := store.Open(t.Context(), store.Options{Path: path})
				if err != nil {
					t.Error(err)
					return
				}
				if err := db.ClaimOwner(t.Context()); err != nil {
					t.Error(err)
				}
				if !watcher.OwnerAlive(db.Owner()) {
					t.Error("a living owner was called dead")
				}
				closeDB(t, db)
			}
		})
	}
	wg.Wait()
	equal(t, "lock files left", len(locks(t, path)), 0)
}
