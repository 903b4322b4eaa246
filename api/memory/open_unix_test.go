//go:build unix

package memory

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// Between the look at a path and its opening, another process may put anything
// in its place.
func TestAPipeInPlaceOfAFileIsNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.read(place{shown: "/memories/pipe", rel: "pipe"}); !errors.Is(err, ErrPath) {
		t.Error(err)
	}
}
