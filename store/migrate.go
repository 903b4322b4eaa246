package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema: the n-th of the list leads from
// user_version n-1 to n.
type migration struct {
	name string
	sql  string
}

func embedded() []migration { return readMigrations(migrationFiles) }

// readMigrations lists migrations/*.sql in the order of their names.
func readMigrations(files fs.FS) []migration {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern above is wrong
	}
	slices.Sort(names)
	steps := make([]migration, 0, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err) // the list above is wrong
		}
		steps = append(steps, migration{name: name, sql: string(text)})
	}
	return steps
}

// migrate takes the steps that are missing, each in a transaction of its own.
// The version is read again inside, so two processes can do this at once.
func (db *DB) migrate(ctx context.Context, steps []migration) error {
	for done := false; !done; {
		err := db.transact(ctx, db.writer, func(t *tx) (err error) {
			done, err = t.migrateOnce(steps)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// migrateOnce takes the next step, or says that there is none.
func (t *tx) migrateOnce(steps []migration) (done bool, err error) {
	var version int
	if err := t.row(`PRAGMA user_version`).Scan(&version); err != nil {
		return false, err
	}
	if version > len(steps) {
		return false, &NewerError{File: version, Known: len(steps)}
	}
	if version == len(steps) {
		return true, nil
	}
	step := steps[version]
	// A pragma takes no parameters.
	version++
	script := step.sql + fmt.Sprintf("\n;PRAGMA user_version = %d; PRAGMA application_id = %d;", version, applicationID)
	if _, err := t.exec(script); err != nil {
		return false, fmt.Errorf("migration %s: %w", step.name, err)
	}
	return version == len(steps), nil
}
