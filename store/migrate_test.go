package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parlor/store"
)

// fixture builds the database that an older version left, from its dump.
func fixture(t *testing.T, dump string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parlor.db")
	script(t, path, string(must(os.ReadFile(filepath.Join("testdata", dump)))(t)))
	return path
}

// script runs SQL on a file past the store.
func script(t *testing.T, path, text string) {
	t.Helper()
	raw := must(sql.Open("sqlite3", path))(t)
	_, err := raw.ExecContext(t.Context(), text)
	ok(t, errors.Join(err, raw.Close()))
}

// query asks a file one thing past the store.
func query(t *testing.T, path, question string) (answer string) {
	t.Helper()
	raw := must(sql.Open("sqlite3", path))(t)
	err := raw.QueryRowContext(t.Context(), question).Scan(&answer)
	ok(t, errors.Join(err, raw.Close()))
	return answer
}

func TestVersion1OpensWithAllItHolds(t *testing.T) {
	db := openAt(t, fixture(t, "v1.sql"))
	ctx := t.Context()
	c := must(db.Conversation(ctx, "c1"))(t)
	equal(t, "title", c.Title, "Alice")
	equal(t, "params", string(c.Params), `{"temperature":0.5}`)
	equal(t, "view", string(c.View), `{"pin":true}`)
	equal(t, "cost", c.CostMicros, 42)
	equal(t, "found by title", ids(must(db.Conversations(ctx, store.Filter{Title: "ALI"}))(t)), "c1")
	equal(t, "nodes", len(must(db.Nodes(ctx, "c1"))(t)), 4)
	equal(t, "answer", must(db.Messages(ctx, []int64{2}))(t)[0].Text, "Hello Alice")

	// It was killed in the middle of an answer.
	m := must(db.Streaming(ctx, ""))(t)[0]
	equal(t, "owner lives", db.OwnerAlive(m.Owner), false)
	equal(t, "pieces", len(must(db.Journal(ctx, m.ID, 0))(t)), 2)
	equal(t, "draft", bodies(must(db.AdoptDrafts(ctx, "c1"))(t)), `"draft"`)
	equal(t, "queue", len(must(db.Queue(ctx, "c1"))(t)), 1)
	equal(t, "history", len(must(db.History(ctx, 0))(t)), 1)
	theme, _, err := db.Setting(ctx, "theme")
	ok(t, err)
	equal(t, "setting", theme, "dark")
	must(db.Attachment(ctx, "55d9067ef2bfacd4dc38ef7294695794ff61bba45f11b2f4d9b70515c57b2187"))(t)
	equal(t, "version", query(t, db.Path(), `PRAGMA user_version`), sprint(store.SchemaVersion()))
	equal(t, "log", query(t, db.Path(), `PRAGMA journal_mode`), "wal")
	ok(t, db.Check(ctx))
}

// A schema that was given to users is changed by a further migration, never by
// editing an old one: a fresh file and an old one must end up the same.
func TestFreshAndOldFilesHaveOneSchema(t *testing.T) {
	const schema = `SELECT group_concat(type || name || replace(replace(sql, ' ', ''), ';', ''), char(10))
		FROM (SELECT * FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name)`
	old, fresh := openAt(t, fixture(t, "v1.sql")), openNew(t)
	equal(t, "schema", query(t, fresh.Path(), schema), query(t, old.Path(), schema))
}

func TestBackupIsMadeBeforeMigrationAndOldOnesGo(t *testing.T) {
	path, clock := newPath(t), newClock()
	first := openWithClock(t, path, clock)
	talk(t, first, "a")
	equal(t, "no backup of nothing", len(must(first.BackupFiles())(t)), 0)
	closeDB(t, first)

	var steps []string
	for version := 2; version <= 5; version++ {
		steps = append(steps, "CREATE TABLE t"+sprint(version)+" (x); -- step")
		db := must(store.OpenWith(t.Context(), store.Options{Path: path, Now: clock.Now, Backups: 2}, steps...))(t)
		talk(t, db, "written by version "+sprint(version))
		backups := must(db.BackupFiles())(t)
		equal(t, "backups", len(backups), min(version-1, 2))
		newest := backups[0]
		equal(t, "version in the backup", query(t, newest, `PRAGMA user_version`), sprint(version-1))
		equal(t, "conversations in the backup", query(t, newest, `SELECT count(*) FROM conversation`), sprint(version-1))
		equal(t, "mode", mode(t, newest), 0o600)
		closeDB(t, db)

		again := must(store.OpenWith(t.Context(), store.Options{Path: path, Now: clock.Now, Backups: 2}, steps...))(t)
		equal(t, "no backup without a migration", must(again.BackupFiles())(t)[0], newest)
		closeDB(t, again)
	}
	parts := must(filepath.Glob(path + "*.part-*"))(t)
	equal(t, "unfinished backups", len(parts), 0)

	t.Run("a backup is a database", func(t *testing.T) {
		backups := must(filepath.Glob(path + ".backup-*"))(t)
		db := must(store.OpenWith(t.Context(), store.Options{Path: backups[0]}, steps...))(t)
		must(db.Conversation(t.Context(), "a"))(t)
		closeDB(t, db)
	})
}

func TestMigrationThatFailsChangesNothing(t *testing.T) {
	path := newPath(t)
	closeDB(t, openAt(t, path))
	_, err := store.OpenWith(t.Context(), store.Options{Path: path}, "CREATE TABLE good (x)", "CREATE TABLE half (x); CREATE TABLE setting (x)")
	if err == nil || !strings.Contains(err.Error(), "further.sql") {
		t.Fatalf("error %v does not name the migration", err)
	}
	// The one before it was a transaction of its own.
	equal(t, "version", query(t, path, `PRAGMA user_version`), sprint(store.SchemaVersion()+1))
	equal(t, "tables", query(t, path, `SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('good', 'half')`), "good")
}

func TestMigrationWithoutRoomForABackupIsNotBegun(t *testing.T) {
	path := newPath(t)
	closeDB(t, openAt(t, path))
	// A folder in the place of every possible backup is hard to arrange; a
	// context that ends is not, and fails the backup as well.
	ctx, cancel := context.WithCancel(t.Context())
	clock := newClock()
	_, err := store.OpenWith(ctx, store.Options{Path: path, Now: func() time.Time { cancel(); return clock.Now() }}, "CREATE TABLE t (x)")
	wantKind(t, err, context.Canceled)
	equal(t, "version", query(t, path, `PRAGMA user_version`), sprint(store.SchemaVersion()))
	equal(t, "left over", len(must(filepath.Glob(path+".backup*"))(t)), 0)
}

func TestNewerFileIsRefusedWithBothVersions(t *testing.T) {
	path := newPath(t)
	newer := must(store.OpenWith(t.Context(), store.Options{Path: path}, "CREATE TABLE t (x)", "CREATE TABLE u (x)"))(t)
	closeDB(t, newer)
	before := must(os.ReadFile(path))(t)

	_, err := store.Open(t.Context(), store.Options{Path: path})
	wantKind(t, err, store.ErrNewer)
	var versions *store.NewerError
	if !errors.As(err, &versions) {
		t.Fatalf("%v tells no versions", err)
	}
	equal(t, "of the file", versions.File, store.SchemaVersion()+2)
	equal(t, "known", versions.Known, store.SchemaVersion())
	if !strings.Contains(err.Error(), path) {
		t.Errorf("%q does not name the file", err)
	}
	equal(t, "file untouched", string(must(os.ReadFile(path))(t)) == string(before), true)
	equal(t, "backups", len(must(filepath.Glob(path+".backup*"))(t)), 0)
}

func TestBackupOnDemand(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	target := filepath.Join(t.TempDir(), "copy.db")
	ok(t, db.Backup(t.Context(), target))
	must(openAt(t, target).Conversation(t.Context(), "a"))(t)
	wantKind(t, db.Backup(t.Context(), target), store.ErrExists)
	wantKind(t, db.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "folder")), store.ErrNotFound)

	memory := must(store.Open(t.Context(), store.Options{Memory: true}))(t)
	defer closeDB(t, memory)
	talk(t, memory, "m")
	saved := filepath.Join(t.TempDir(), "saved.db")
	ok(t, memory.Backup(t.Context(), saved))
	must(openAt(t, saved).Conversation(t.Context(), "m"))(t)
}
