package store_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parlor/store"
)

// TestMain lets the test binary play the other process (see process_test.go)
// and else watches for goroutines that outlive the tests.
func TestMain(m *testing.M) {
	if role := os.Getenv(childRole); role != "" {
		os.Exit(playChild(role))
	}
	goleak.VerifyTestMain(m)
}

// clock gives a later time at every look, so that order never depends on speed.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
}

func openAt(t testing.TB, path string) *store.DB {
	t.Helper()
	return openWithClock(t, path, newClock())
}

// openWithClock lets several DBs agree on what is later.
func openWithClock(t testing.TB, path string, c *clock) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: path, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeDB(t, db) })
	return db
}

// openNew opens a database of its own.
func openNew(t testing.TB) *store.DB {
	t.Helper()
	return openAt(t, newPath(t))
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "data", "parlor.db") }

func closeDB(t testing.TB, db *store.DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must gives the value of a call that has to succeed.
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		ok(t, err)
		return value
	}
}

func wantKind(t testing.TB, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("error %v, want kind %q", err, kind)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
}

func sprint(n int) string { return strconv.Itoa(n) }

// talk creates a conversation.
func talk(t testing.TB, db *store.DB, id string) {
	t.Helper()
	ok(t, db.CreateConversation(t.Context(), store.Conversation{ID: id, Title: "About " + id}))
}

// begin begins a turn with a user message and gives both ids.
func begin(t testing.TB, db *store.DB, conversation, text string) (user, answer int64) {
	t.Helper()
	user, answer, err := db.BeginTurn(t.Context(), store.Turn{
		Conversation: conversation,
		User:         &store.Message{Role: "user", State: "done", Text: text},
		Assistant:    &store.Message{Role: "assistant", Model: "claude-opus"},
	})
	ok(t, err)
	return user, answer
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	folder := filepath.Dir(db.Path())
	equal(t, "folder", mode(t, folder), 0o700)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		equal(t, "file "+suffix, mode(t, db.Path()+suffix), 0o600)
	}

	t.Run("a file that was opened to others is closed to them", func(t *testing.T) {
		path := newPath(t)
		closeDB(t, openAt(t, path))
		ok(t, os.Chmod(path, 0o644))
		openAt(t, path)
		equal(t, "file", mode(t, path), 0o600)
	})
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	return must(os.Stat(path))(t).Mode().Perm()
}

func TestEveryConnectionHasItsPragmas(t *testing.T) {
	db := openNew(t)
	// In the order writer, journal, readers, watch.
	for pragma, want := range map[string][4]string{
		"journal_mode":  {"wal", "wal", "wal", "wal"},
		"foreign_keys":  {"1", "1", "1", "1"},
		"busy_timeout":  {"5000", "5000", "5000", "5000"},
		"synchronous":   {"2", "1", "1", "1"}, // FULL for turns, NORMAL for the journal
		"secure_delete": {"1", "1", "0", "0"},
		"query_only":    {"0", "0", "1", "1"},
	} {
		got := must(db.PragmaValues(t.Context(), pragma))(t)
		equal(t, pragma, [4]string(got), want)
	}
}

func TestStrangePathsWork(t *testing.T) {
	for _, name := range []string{"with space", "per%20cent", "question?mode=memory", "hash#tag", "ünï", "a'b\"c"} {
		path := filepath.Join(t.TempDir(), name, name+".db")
		db := openAt(t, path)
		talk(t, db, "a")
		equal(t, "path", db.Path(), path)
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestLinkLeadsToOneDatabase(t *testing.T) {
	path := newPath(t)
	first := openAt(t, path)
	talk(t, first, "a")
	link := filepath.Join(t.TempDir(), "link.db")
	ok(t, os.Symlink(path, link))

	second := openAt(t, link)
	equal(t, "path", second.Path(), path)
	ok(t, first.ClaimOwner(t.Context()))
	equal(t, "alive through the link", second.OwnerAlive(first.Owner()), true)
	must(second.Conversation(t.Context(), "a"))(t)
}

func TestAfterCloseEverythingSaysClosed(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	closeDB(t, db)
	ok(t, db.Close())
	ctx := t.Context()
	_, readErr := db.Conversations(ctx, store.Filter{})
	_, versionErr := db.DataVersion(ctx)
	for name, err := range map[string]error{
		"read": readErr, "version": versionErr, "write": db.DeleteConversation(ctx, "a"),
		"journal": db.AppendJournal(ctx, 1, 0, [][]byte{{1}}), "claim": db.ClaimOwner(ctx),
		"backup": db.Backup(ctx, filepath.Join(t.TempDir(), "b")), "check": db.Check(ctx),
	} {
		t.Run(name, func(t *testing.T) { wantKind(t, err, store.ErrClosed) })
	}
	if _, err := os.Stat(db.Path() + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the write-ahead log is left behind: %v", err)
	}
}

func TestCancelledCallerChangesNothing(t *testing.T) {
	db := openNew(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := db.CreateConversation(ctx, store.Conversation{ID: "a"})
	wantKind(t, err, context.Canceled)
	_, err = db.Conversation(t.Context(), "a")
	wantKind(t, err, store.ErrNotFound)
	_, err = db.Conversation(ctx, "a")
	wantKind(t, err, context.Canceled)
}

func TestMemoryLeavesNothingOnDisk(t *testing.T) {
	t.Chdir(t.TempDir())
	db := must(store.Open(t.Context(), store.Options{Memory: true, Path: "ignored.db"}))(t)
	defer closeDB(t, db)
	talk(t, db, "private")
	_, answer := begin(t, db, "private", "secret")
	ok(t, db.AppendJournal(t.Context(), answer, 0, [][]byte{[]byte("an"), []byte("swer")}))

	// A cancelled call must not cost the connection, which is the database.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantKind(t, db.DeleteConversation(ctx, "private"), context.Canceled)
	_, err := db.Nodes(ctx, "private")
	wantKind(t, err, context.Canceled)

	equal(t, "pieces", len(must(db.Journal(t.Context(), answer, 0))(t)), 2)
	ok(t, db.FinishMessage(t.Context(), store.Message{ID: answer, State: "done", Text: "answer"}))
	ok(t, db.SaveDraft(t.Context(), store.Draft{Conversation: "private", Body: []byte(`1`)}))
	equal(t, "drafts", len(must(db.Drafts(t.Context(), "private"))(t)), 1)
	equal(t, "own owner", db.OwnerAlive(db.Owner()), true)
	equal(t, "other owner", db.OwnerAlive("00ff"), false)
	equal(t, "path", db.Path(), "")
	must(db.DataVersion(t.Context()))(t)
	ok(t, db.Check(t.Context()))
	ok(t, db.PurgeConversation(t.Context(), "private"))

	equal(t, "files", len(must(os.ReadDir("."))(t)), 0)
}

func TestDataVersionFollowsEveryCommit(t *testing.T) {
	db := openNew(t)
	other := openAt(t, db.Path())
	seen := must(db.DataVersion(t.Context()))(t)
	moved := func(what string, want bool) {
		t.Helper()
		now := must(db.DataVersion(t.Context()))(t)
		equal(t, what, now != seen, want)
		seen = now
	}
	moved("nothing happened", false)
	talk(t, other, "a")
	moved("a foreign commit", true)
	_, answer := begin(t, db, "a", "x")
	moved("an own turn", true)
	ok(t, other.AppendJournal(t.Context(), answer, 0, [][]byte{[]byte("p")}))
	moved("a foreign piece", true)
	must(other.Nodes(t.Context(), "a"))(t)
	moved("foreign reading", false)
}

func TestOpenNeedsAPath(t *testing.T) {
	if _, err := store.Open(t.Context(), store.Options{}); err == nil {
		t.Fatal("opened nothing")
	}
}
