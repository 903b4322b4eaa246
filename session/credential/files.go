package credential

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// The two files in the state folder. The marker holds no secret: it says for
// which origins the keyring has a key.
const (
	markerName = "keyring.json"
	secretName = "credentials.json"
)

// book is what both files hold: an entry by origin.
type book struct {
	Version int               `json:"version"`
	Keys    map[string]string `json:"keys"` // marker: how the key ends; secrets: the key
}

// readBook reads a file; a missing one is an empty book. private refuses a file
// that is a link or that others can read.
func readBook(path string, private bool) (book, error) {
	b := book{Version: 1, Keys: map[string]string{}}
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return b, fmt.Errorf("read %s: %w", path, err)
	}
	if private && (!info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0) {
		return b, fmt.Errorf("%s is not used: %w", path, ErrUnsafeFile)
	}
	f, err := os.Open(path)
	if err != nil {
		return b, fmt.Errorf("read %s: %w", path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err == nil && json.Unmarshal(data, &b) != nil {
		// The decoder's own words could quote the content.
		err = errors.New("it is damaged; `parlor auth logout` removes it")
	}
	if err != nil {
		return b, fmt.Errorf("read %s: %w", path, err)
	}
	if b.Keys == nil {
		b.Keys = map[string]string{}
	}
	return b, nil
}

// writeBook replaces a file as a whole, readable by the user alone. An empty
// book removes it.
func writeBook(path string, b book) error {
	if len(b.Keys) == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove %s: %w", path, err)
		}
		return nil
	}
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".credential-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone after the rename
	_, err = tmp.Write(append(data, '\n'))
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func (s *Store) marker() string  { return filepath.Join(s.StateDir, markerName) }
func (s *Store) secrets() string { return filepath.Join(s.StateDir, secretName) }
