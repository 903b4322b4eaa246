package credential_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parlor/session/credential"
)

func TestKeyCommand(t *testing.T) {
	tests := []struct {
		name, command string
		want          string // of the error; "" for the key
	}{
		{"prints the key", "printf '%s\\n' " + secret, ""},
		{"fails", "echo 'vault is locked' >&2; exit 3", "key_command gave no key: exit status 3 (vault is locked)"},
		{"prints nothing", ":", "key_command gave no key: the key is empty"},
		{"prints a page", "echo a; echo b", "key_command gave no key: this is not a key: it holds spaces or characters that no key has"},
		{"hangs", "exec tail -f /dev/null", "key_command gave no key: it did not end within 50ms"},
		{"leaves a child with the pipe", "tail -f /dev/null & printf %s " + secret, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStore(t, newKeyring(), env{})
			s.Environ = []string{"PATH=" + os.Getenv("PATH")}
			s.KeyCommand = tt.command
			if tt.name == "hangs" {
				s.CommandLimit = 50 * time.Millisecond
			}
			got, err := used(t, s, apiURL)
			if tt.want == "" {
				if err != nil || got != "key_command WXYZ" {
					t.Fatalf("used %q, %v", got, err)
				}
				return
			}
			if !errors.Is(err, credential.ErrCommand) || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

func TestKeyCommandRunsOncePerProcess(t *testing.T) {
	s := newStore(t, newKeyring(), env{})
	log := filepath.Join(t.TempDir(), "runs")
	s.KeyCommand = "echo x >> '" + log + "'; echo " + secret
	for range 3 {
		if _, err := used(t, s, apiURL); err != nil {
			t.Fatal(err)
		}
	}
	s.Forget()
	if _, err := used(t, s, apiURL); err != nil {
		t.Fatal(err)
	}
	if runs, _ := os.ReadFile(log); string(runs) != "x\nx\n" {
		t.Errorf("ran %q", runs)
	}
}

func TestTheKeyFileIsTheUsersAlone(t *testing.T) {
	s := newStore(t, newKeyring(), env{})
	if err := s.Save(t.Context(), apiURL, secret, credential.InFile); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(t.Context(), "http://localhost:11434", other, credential.InFile); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.StateDir, "credentials.json")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	if dir, _ := os.Stat(s.StateDir); dir.Mode().Perm() != 0o700 {
		t.Errorf("folder has mode %v", dir.Mode())
	}
	if got, _ := used(t, again(s), "http://localhost:11434"); got != "file abcd" {
		t.Errorf("second key: %q", got)
	}

	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := used(t, again(s), apiURL); !errors.Is(err, credential.ErrUnsafeFile) {
		t.Errorf("a file that others can read: %v", err)
	}
	if _, err := s.Delete(t.Context(), apiURL); err != nil {
		t.Errorf("it cannot be removed either: %v", err)
	}
	if _, err := s.Delete(t.Context(), "http://localhost:11434"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the empty file stays: %v", err)
	}
}

func TestADamagedKeyFileIsNamedWithoutItsContent(t *testing.T) {
	s := newStore(t, newKeyring(), env{})
	if err := os.MkdirAll(s.StateDir, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.StateDir, "credentials.json")
	if err := os.WriteFile(file, []byte(`{"keys": "`+secret), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := used(t, s, apiURL)
	if err == nil || strings.Contains(err.Error(), "sk-ant") || !strings.Contains(err.Error(), file) {
		t.Errorf("error %v", err)
	}
	if removed, err := s.Delete(t.Context(), apiURL); err != nil || len(removed) != 1 {
		t.Errorf("logout: %v, %v", removed, err)
	}
}

func TestWhatIsNoKeyIsNotStored(t *testing.T) {
	s := newStore(t, newKeyring(), env{})
	for _, key := range []string{"", "   ", "two words", "line\nbreak", "schlüssel", "\x1b[31mred"} {
		if err := s.Save(t.Context(), apiURL, key, credential.InFile); err == nil {
			t.Errorf("%q was stored", key)
		}
	}
	for _, url := range []string{"", "example.com", "ftp://example.com", "https://"} {
		if err := s.Save(t.Context(), url, secret, credential.InFile); err == nil {
			t.Errorf("a key was stored for %q", url)
		}
	}
}
