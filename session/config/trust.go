package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Trust is the record of the project files the user trusts. A file is trusted
// by its resolved absolute path together with the hash of its content, so that
// a changed file has to be trusted anew.
type Trust struct{ file string }

// TrustFile is the record kept in the state folder. "" trusts nothing.
func TrustFile(stateDir string) Trust {
	if stateDir == "" {
		return Trust{}
	}
	return Trust{filepath.Join(stateDir, "trust.json")}
}

type trustRecord struct {
	Version int               `json:"version"`
	Files   map[string]string `json:"files"` // resolved path -> hash of the content
}

// Trusted tells whether the user trusts this file with this content. Anything
// unclear, an unreadable record for one, is a no.
func (t Trust) Trusted(file string, content []byte) bool {
	path, err := resolve(file)
	if err != nil {
		return false
	}
	record, err := t.read()
	return err == nil && record.Files[path] == hash(content)
}

// Allow records that the user trusts the file as it is now.
func (t Trust) Allow(file string) error {
	content, err := readFile(file)
	if err != nil {
		return fmt.Errorf("trust %s: %w", file, err)
	}
	path, err := resolve(file)
	if err != nil {
		return fmt.Errorf("trust %s: %w", file, err)
	}
	return t.change(func(r *trustRecord) { r.Files[path] = hash(content) })
}

// Revoke forgets the file. It is no error if the file was never trusted or is
// gone.
func (t Trust) Revoke(file string) error {
	path, err := resolve(file)
	if err != nil {
		if path, err = filepath.Abs(file); err != nil {
			return fmt.Errorf("revoke trust of %s: %w", file, err)
		}
	}
	return t.change(func(r *trustRecord) { delete(r.Files, path) })
}

func (t Trust) read() (trustRecord, error) {
	record := trustRecord{Version: 1, Files: map[string]string{}}
	if t.file == "" {
		return record, errors.New("no state folder is known")
	}
	data, err := readFile(t.file)
	if errors.Is(err, fs.ErrNotExist) {
		return record, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &record)
	}
	if record.Files == nil {
		record.Files = map[string]string{}
	}
	return record, err
}

func (t Trust) change(edit func(*trustRecord)) error {
	record, err := t.read()
	if err != nil {
		return fmt.Errorf("read the record of trusted folders: %w", err)
	}
	edit(&record)
	data, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return fmt.Errorf("write the record of trusted folders: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(t.file), 0o700); err != nil {
		return fmt.Errorf("write the record of trusted folders: %w", err)
	}
	return replaceFile(t.file, append(data, '\n'), 0o600)
}

func resolve(file string) (string, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// replaceFile writes data beside name and renames it over, so that a reader
// sees the old content or the new and a crash leaves no half.
func replaceFile(name string, data []byte, mode os.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone after the rename
	_, err = tmp.Write(data)
	for _, step := range []func() error{
		func() error { return tmp.Chmod(mode) }, tmp.Sync, tmp.Close,
		func() error { return os.Rename(tmp.Name(), name) },
	} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		tmp.Close()
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
