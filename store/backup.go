package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Backup writes a copy of the database to path, checks it, and only then gives
// it its name. The copy is compact: bytes of what was deleted are not in it.
// A file that is already there is ErrExists and stays.
func (db *DB) Backup(ctx context.Context, path string) error {
	leave, err := db.enter(ctx)
	if err != nil {
		return db.fail("backup", err)
	}
	defer leave()
	return db.fail("backup to "+path, db.backupTo(ctx, path))
}

func (db *DB) backupTo(ctx context.Context, path string) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%w: %s", ErrExists, path)
	}
	// VACUUM INTO fills an empty file, which we make so that only the owner can
	// read it.
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if err != nil {
		return err
	}
	part := file.Name()
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part))
		}
	}()
	err = db.vacuumInto(ctx, part)
	if err == nil {
		err = verify(ctx, part)
	}
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	// A link, unlike a rename, does not replace a file that came in between.
	if err := os.Link(part, path); err == nil {
		return os.Remove(part)
	}
	return os.Rename(part, path)
}

// vacuumInto copies over a connection of its own: it can take long, and the
// writer's would keep a finished answer waiting.
func (db *DB) vacuumInto(ctx context.Context, path string) (err error) {
	source := db.writer
	if db.path != "" {
		if source, err = openHandle(db.path, 1, "mode", "rw"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, source.Close()) }()
	}
	_, err = source.ExecContext(ctx, `VACUUM INTO ?`, path)
	return err
}

// verify opens a copy for reading and checks all of it.
func verify(ctx context.Context, path string) error {
	copied, err := openHandle(path, 1, "mode", "ro", "immutable", "1")
	if err != nil {
		return err
	}
	return errors.Join(check(ctx, copied), copied.Close())
}

// Check reads the whole database and reports what is damaged as ErrCorrupt.
// It takes seconds on a large file.
func (db *DB) Check(ctx context.Context) error {
	return db.read(ctx, "check", func(h *sql.DB) error { return check(ctx, h) })
}

func check(ctx context.Context, h *sql.DB) error {
	var found []string
	rows, err := h.QueryContext(ctx, `PRAGMA quick_check(5)`)
	err = each(rows, err, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		if line != "ok" {
			found = append(found, line)
		}
		return err
	})
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("%w: %s", ErrCorrupt, strings.Join(found, "; "))
	}
	return err
}

// backupBeforeMigration keeps the file as the older version wrote it, and
// drops the oldest of such backups.
func (db *DB) backupBeforeMigration(ctx context.Context, version int) error {
	path := fmt.Sprintf("%s.backup-%s-v%d", db.path, db.now().UTC().Format("20060102T150405.000000Z"), version)
	if err := db.backupTo(ctx, path); err != nil {
		return err
	}
	db.log.InfoContext(ctx, "database backed up before migration", "path", path, "version", version)
	files, err := backupFiles(db.path)
	for i := max(db.backups, 1); i < len(files) && err == nil; i++ {
		err = os.Remove(files[i])
	}
	return err
}

// BackupFiles lists the backups that were made beside the database, newest
// first. They hold what was in it then, purged conversations included.
func (db *DB) BackupFiles() ([]string, error) {
	if db.path == "" {
		return nil, nil
	}
	files, err := backupFiles(db.path)
	return files, db.fail("list backups", err)
}

func backupFiles(path string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	var files []string
	prefix := filepath.Base(path) + ".backup-"
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), prefix) && !strings.Contains(entry.Name(), ".part-") {
			files = append(files, filepath.Join(filepath.Dir(path), entry.Name()))
		}
	}
	slices.Sort(files) // the time in the name sorts
	slices.Reverse(files)
	return files, nil
}
