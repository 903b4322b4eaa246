package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mattn/go-sqlite3"

	"parlor/store"
)

// filled makes a closed database of some hundred pages.
func filled(t *testing.T) string {
	t.Helper()
	path := newPath(t)
	db := openAt(t, path)
	talk(t, db, "a")
	for i := range 100 {
		begin(t, db, "a", strings.Repeat(fmt.Sprint(i), 2000))
	}
	closeDB(t, db)
	return path
}

// Each file is refused with its kind and its path, and stays as it is.
func TestUnusableFilesAreNamedAndLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name  string
		kind  error
		spoil func(t *testing.T, path string)
	}{
		{"text", store.ErrNotDatabase, func(t *testing.T, path string) {
			ok(t, os.WriteFile(path, []byte(strings.Repeat("Dear diary, ", 500)), 0o600))
		}},
		{"a few bytes", store.ErrNotDatabase, func(t *testing.T, path string) {
			ok(t, os.WriteFile(path, []byte("SQLite f"), 0o600))
		}},
		{"another program's database", store.ErrNotDatabase, func(t *testing.T, path string) {
			ok(t, os.Remove(path))
			script(t, path, "CREATE TABLE bookmarks (url)")
		}},
		{"broken header", store.ErrNotDatabase, func(t *testing.T, path string) {
			overwrite(t, path, 0, bytes.Repeat([]byte{0xA5}, 100))
		}},
		{"broken schema", store.ErrCorrupt, func(t *testing.T, path string) {
			overwrite(t, path, 100, bytes.Repeat([]byte{0xA5}, 3000))
		}},
		{"cut short", store.ErrCorrupt, func(t *testing.T, path string) {
			ok(t, os.Truncate(path, must(os.Stat(path))(t).Size()/2))
		}},
		{"cut to nothing beside its log", store.ErrCorrupt, func(t *testing.T, path string) {
			ok(t, os.Truncate(path, 0))
			ok(t, os.WriteFile(path+"-wal", []byte("all that is left"), 0o600))
		}},
		{"gone beside its log", store.ErrCorrupt, func(t *testing.T, path string) {
			ok(t, os.Remove(path))
			ok(t, os.WriteFile(path+"-wal", []byte("all that is left"), 0o600))
		}},
		{"cut to nothing beside its backup", store.ErrCorrupt, func(t *testing.T, path string) {
			ok(t, os.Truncate(path, 0))
			ok(t, os.WriteFile(path+".backup-20260101T000000Z-v1", []byte("backup"), 0o600))
		}},
		{"a folder", store.ErrPermission, func(t *testing.T, path string) {
			ok(t, os.Remove(path))
			ok(t, os.Mkdir(path, 0o700))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filled(t)
			c.spoil(t, path)
			before := contents(t, path)
			_, err := store.Open(t.Context(), store.Options{Path: path})
			wantKind(t, err, c.kind)
			if !strings.Contains(err.Error(), path) {
				t.Errorf("%q does not name the file", err)
			}
			if after := contents(t, path); after != before {
				t.Errorf("the files changed from\n%.300q to\n%.300q", before, after)
			}
		})
	}
}

func overwrite(t *testing.T, path string, at int64, with []byte) {
	t.Helper()
	file := must(os.OpenFile(path, os.O_RDWR, 0))(t)
	_, err := file.WriteAt(with, at)
	ok(t, errors.Join(err, file.Close()))
}

// contents is all that lies in the database's folder, but for locks.
func contents(t *testing.T, path string) string {
	t.Helper()
	var all strings.Builder
	for _, entry := range must(os.ReadDir(filepath.Dir(path)))(t) {
		text, _ := os.ReadFile(filepath.Join(filepath.Dir(path), entry.Name())) // a folder has none
		if entry.Name() != "locks" {
			fmt.Fprintf(&all, "%s=%x;", entry.Name(), text)
		}
	}
	return all.String()
}

// Damage within a table does not keep the rest from being used; Check tells.
func TestCheckFindsDamageThatOpenDoesNotLookFor(t *testing.T) {
	path := filled(t)
	ok(t, openAt(t, path).Check(t.Context()))
	spoiled := filled(t)
	size := must(os.Stat(spoiled))(t).Size()
	overwrite(t, spoiled, size-3*4096, bytes.Repeat([]byte{0xA5}, 3*4096))
	db := openAt(t, spoiled)
	wantKind(t, db.Check(t.Context()), store.ErrCorrupt)
	must(db.Conversation(t.Context(), "a"))(t)
	err := db.Backup(t.Context(), filepath.Join(t.TempDir(), "copy"))
	wantKind(t, err, store.ErrCorrupt)
}

func TestPathsThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	ok(t, os.WriteFile(file, nil, 0o600))
	loop := filepath.Join(t.TempDir(), "loop")
	ok(t, os.Symlink(loop, loop))
	for name, path := range map[string]string{
		"under a file":       filepath.Join(file, "parlor.db"),
		"deep under it":      filepath.Join(file, "a", "b", "parlor.db"),
		"link to itself":     loop,
		"name beyond reason": filepath.Join(t.TempDir(), strings.Repeat("x", 300)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.Open(t.Context(), store.Options{Path: path})
			wantKind(t, err, store.ErrPermission)
			if !strings.Contains(err.Error(), filepath.Base(path)) {
				t.Errorf("%q does not name the path", err)
			}
		})
	}
}

// SQLite says "no such file" when the folder refused its log. The folder's own
// refusal is what the user has to know.
func TestRefusalOfTheFolderIsTheReason(t *testing.T) {
	cantOpen := sqlite3.Error{Code: sqlite3.ErrCantOpen, SystemErrno: syscall.ENOENT}
	file := filepath.Join(t.TempDir(), "file")
	ok(t, os.WriteFile(file, nil, 0o600))
	wantKind(t, store.Explain(filepath.Join(file, "parlor.db"), cantOpen), syscall.ENOTDIR)
	equal(t, "kind", store.KindOf(store.Explain(filepath.Join(file, "parlor.db"), cantOpen)), store.ErrPermission)
	wantKind(t, store.Explain(file, cantOpen), cantOpen)
	wantKind(t, store.Explain(file, store.ErrCorrupt), store.ErrCorrupt)
	equal(t, "nothing is left", len(must(os.ReadDir(filepath.Dir(file)))(t)), 1)
}

// A full disk refuses what does not fit, keeps all that was there, and takes
// more once there is room.
func TestFullDisk(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	_, answer := begin(t, db, "a", "x")
	ok(t, db.AppendJournal(ctx, answer, 0, [][]byte{[]byte("first")}))
	ok(t, db.Pragma(ctx, "max_page_count = 1")) // means: no more than there are
	big := []byte(strings.Repeat("x", 100_000))

	wantKind(t, db.AppendJournal(ctx, answer, 1, [][]byte{big}), store.ErrFull)
	_, _, err := db.BeginTurn(ctx, store.Turn{Conversation: "a", User: &store.Message{Role: "user", State: "done", Text: string(big)}})
	wantKind(t, err, store.ErrFull)
	wantKind(t, db.FinishMessage(ctx, store.Message{ID: answer, State: "done", Text: string(big)}), store.ErrFull)
	wantKind(t, db.SaveDraft(ctx, store.Draft{Conversation: "a", Body: json.RawMessage(big)}), store.ErrFull)
	equal(t, "messages", len(must(db.Nodes(ctx, "a"))(t)), 2)
	equal(t, "pieces", len(must(db.Journal(ctx, answer, 0))(t)), 1)
	equal(t, "streaming", len(must(db.Streaming(ctx, "a"))(t)), 1)

	ok(t, db.Pragma(ctx, "max_page_count = 1000000"))
	ok(t, db.AppendJournal(ctx, answer, 1, [][]byte{big}))
	ok(t, db.FinishMessage(ctx, store.Message{ID: answer, State: "done", Text: string(big)}))
	ok(t, db.Check(ctx))
}

func TestReadOnlyDatabaseSaysSoAndCanBeRead(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	_, answer := begin(t, db, "a", "x")
	ok(t, db.Pragma(ctx, "query_only = 1"))
	wantKind(t, db.AppendJournal(ctx, answer, 0, [][]byte{[]byte("x")}), store.ErrReadOnly)
	wantKind(t, db.FinishMessage(ctx, store.Message{ID: answer, State: "done"}), store.ErrReadOnly)
	wantKind(t, db.SetSetting(ctx, "a", "b"), store.ErrReadOnly)
	equal(t, "nodes", len(must(db.Nodes(ctx, "a"))(t)), 2)
}

// While another program holds the file, writing waits and then says so, and
// reading goes on.
func TestLockedForLong(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	ok(t, db.Pragma(ctx, "busy_timeout = 1"))
	raw := must(sql.Open("sqlite3", db.Path()+"?_txlock=immediate"))(t)
	hold := must(raw.BeginTx(ctx, nil))(t)
	wantKind(t, db.SetSetting(ctx, "a", "b"), store.ErrBusy)
	must(db.Conversation(ctx, "a"))(t)
	ok(t, hold.Rollback())
	ok(t, db.SetSetting(ctx, "a", "b"))

	// A reader elsewhere keeps the log from being emptied, not the purge.
	reading := must(raw.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}))(t)
	var n int
	ok(t, reading.QueryRowContext(ctx, `SELECT count(*) FROM message`).Scan(&n))
	ok(t, reading.Rollback())
	plain := must(sql.Open("sqlite3", db.Path()))(t)
	reader := must(plain.BeginTx(ctx, nil))(t)
	ok(t, reader.QueryRowContext(ctx, `SELECT count(*) FROM message`).Scan(&n))
	wantKind(t, db.PurgeConversation(ctx, "a"), store.ErrBusy)
	_, err := db.Conversation(ctx, "a")
	wantKind(t, err, store.ErrNotFound)
	ok(t, reader.Rollback())
	ok(t, db.EmptyLog(ctx))
	ok(t, errors.Join(raw.Close(), plain.Close()))
}

func TestKindsComeFromCodes(t *testing.T) {
	lite := func(code sqlite3.ErrNo, errno syscall.Errno) error {
		return fmt.Errorf("wrapped: %w", sqlite3.Error{Code: code, SystemErrno: errno})
	}
	constraint := func(code sqlite3.ErrNoExtended) error {
		return sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: code}
	}
	for _, c := range []struct {
		err, kind error
	}{
		{nil, nil},
		{errors.New("database is locked"), nil}, // a text is not a code
		{context.Canceled, nil},
		{context.DeadlineExceeded, nil},
		{sql.ErrNoRows, store.ErrNotFound},
		{fmt.Errorf("x: %w", store.ErrNotStreaming), store.ErrNotStreaming},
		{&store.NewerError{File: 9, Known: 1}, store.ErrNewer},
		{lite(sqlite3.ErrBusy, 0), store.ErrBusy},
		{lite(sqlite3.ErrLocked, 0), store.ErrBusy},
		{lite(sqlite3.ErrProtocol, 0), store.ErrBusy},
		{lite(sqlite3.ErrFull, 0), store.ErrFull},
		{lite(sqlite3.ErrReadonly, 0), store.ErrReadOnly},
		{lite(sqlite3.ErrCorrupt, 0), store.ErrCorrupt},
		{lite(sqlite3.ErrFormat, 0), store.ErrCorrupt},
		{lite(sqlite3.ErrNotADB, 0), store.ErrNotDatabase},
		{lite(sqlite3.ErrPerm, 0), store.ErrPermission},
		{lite(sqlite3.ErrAuth, 0), store.ErrPermission},
		{lite(sqlite3.ErrCantOpen, 0), store.ErrPermission},
		{lite(sqlite3.ErrCantOpen, syscall.EACCES), store.ErrPermission},
		{lite(sqlite3.ErrCantOpen, syscall.EROFS), store.ErrReadOnly},
		{lite(sqlite3.ErrIoErr, 0), store.ErrIO},
		{lite(sqlite3.ErrIoErr, syscall.EIO), store.ErrIO},
		{lite(sqlite3.ErrIoErr, syscall.ENOSPC), store.ErrFull},
		{lite(sqlite3.ErrIoErr, syscall.EDQUOT), store.ErrFull},
		{lite(sqlite3.ErrError, 0), nil},
		{constraint(sqlite3.ErrConstraintForeignKey), store.ErrNotFound},
		{constraint(sqlite3.ErrConstraintUnique), store.ErrExists},
		{constraint(sqlite3.ErrConstraintPrimaryKey), store.ErrExists},
		{constraint(sqlite3.ErrConstraintNotNull), nil},
		{&fs.PathError{Op: "mkdir", Path: "/x", Err: syscall.EROFS}, store.ErrReadOnly},
		{&fs.PathError{Op: "mkdir", Path: "/x", Err: syscall.EACCES}, store.ErrPermission},
		{&fs.PathError{Op: "open", Path: "/x", Err: syscall.ENOSPC}, store.ErrFull},
		{&fs.PathError{Op: "open", Path: "/x", Err: syscall.EINVAL}, nil},
	} {
		t.Run(fmt.Sprint(c.err), func(t *testing.T) { equal(t, "kind", store.KindOf(c.err), c.kind) })
	}
}

func TestErrorSaysWhatWhereAndWhy(t *testing.T) {
	db := openNew(t)
	_, err := db.Conversation(t.Context(), "nobody")
	var e *store.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T is no *store.Error", err)
	}
	equal(t, "path", e.Path, db.Path())
	equal(t, "operation", e.Op, "conversation nobody")
	equal(t, "text", err.Error(), "conversation nobody ("+db.Path()+"): not found")
}
