package credential

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// The names of parlor's own sources, as they are shown.
const (
	SourceKeyring = "keyring"
	SourceCommand = "key_command"
	SourceFile    = "file"
	// SourceNone is the source of the word "none", which is sent where a server
	// of the user's own is asked without any credential.
	SourceNone = "no credential"
)

// Place is where a key is kept.
type Place string

// The places [Store.Save] can keep a key in.
const (
	InKeyring Place = "keyring"
	InFile    Place = "file" // only with the user's consent
)

// Store knows parlor's own credentials. Set the fields before the first use and
// do not change them after. Its methods may be called from any goroutine; they
// touch files, the keyring and key_command, never the network.
type Store struct {
	StateDir   string              // holds the marker and the key file; "" for neither
	KeyCommand string              // shell command that prints the key; "" for none
	Getenv     func(string) string // nil: an empty environment
	Environ    []string            // for key_command; nil: the process environment
	Keyring    Keyring             // nil: the operating system's

	KeyringLimit time.Duration // 0 means 3 s
	CommandLimit time.Duration // 0 means 10 s

	mu    sync.Mutex
	cache map[string]found // by origin, so that nothing is asked twice
}

// found is a key and the source it came from.
type found struct{ key, source string }

func (s *Store) getenv(name string) string {
	if s.Getenv == nil {
		return ""
	}
	return s.Getenv(name)
}

func (s *Store) keyring() Keyring {
	if s.Keyring == nil {
		return systemKeyring{}
	}
	return s.Keyring
}

func (s *Store) keyringLimit() time.Duration {
	if s.KeyringLimit == 0 {
		return 3 * time.Second
	}
	return s.KeyringLimit
}

func (s *Store) commandLimit() time.Duration {
	if s.CommandLimit == 0 {
		return 10 * time.Second
	}
	return s.CommandLimit
}

// own looks through parlor's own sources for a key of the origin. A source that
// should have one and fails is an error, not a reason to use another: the user
// would not know whose key was used.
func (s *Store) own(ctx context.Context, origin string) (found, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.cache[origin]; ok {
		return f, nil
	}
	for _, source := range []struct {
		name string
		ask  func(context.Context, string) (string, error)
	}{
		{SourceKeyring, s.fromKeyring},
		{SourceCommand, s.fromCommand},
		{SourceFile, s.fromFile},
	} {
		key, err := source.ask(ctx, origin)
		if errors.Is(err, errNotFound) {
			continue
		}
		if err != nil {
			return found{}, err
		}
		if s.cache == nil {
			s.cache = map[string]found{}
		}
		s.cache[origin] = found{key, source.name}
		return s.cache[origin], nil
	}
	return found{}, errNotFound
}

func (s *Store) fromKeyring(ctx context.Context, origin string) (string, error) {
	if s.StateDir == "" {
		return "", errNotFound
	}
	// An unreadable marker counts as none: the keyring is not asked on a guess.
	marks, err := readBook(s.marker(), false)
	if _, marked := marks.Keys[origin]; err != nil || !marked {
		return "", errNotFound
	}
	return askKeyring(ctx, s.keyringLimit(), func() (string, error) {
		return s.keyring().Get(service, origin)
	})
}

func (s *Store) fromCommand(ctx context.Context, _ string) (string, error) {
	if s.KeyCommand == "" {
		return "", errNotFound
	}
	return s.runCommand(ctx)
}

func (s *Store) fromFile(_ context.Context, origin string) (string, error) {
	if s.StateDir == "" {
		return "", errNotFound
	}
	keys, err := readBook(s.secrets(), true)
	if err != nil {
		return "", err
	}
	key, ok := keys.Keys[origin]
	if !ok {
		return "", errNotFound
	}
	return clean(key)
}

// Save keeps a key for the server at baseURL and replaces the one kept before.
// Where no keyring answers the error is [ErrNoKeyring] and nothing is kept.
func (s *Store) Save(ctx context.Context, baseURL, key string, place Place) error {
	origin, err := Origin(baseURL)
	if err != nil {
		return err
	}
	if key, err = clean(key); err != nil {
		return err
	}
	if s.StateDir == "" {
		return errors.New("save the key: no state folder is known; set HOME or XDG_STATE_HOME")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cache, origin)
	if place == InFile {
		return edit(s.secrets(), true, func(b *book) { b.Keys[origin] = key })
	}
	_, err = askKeyring(ctx, s.keyringLimit(), func() (string, error) {
		return "", s.keyring().Set(service, origin, key)
	})
	if err != nil {
		return err
	}
	// The marker follows the key: a marker without a key costs a question, a
	// key without a marker would never be found.
	return edit(s.marker(), false, func(b *book) { b.Keys[origin] = Last4(key) })
}

// Delete forgets the keys kept for the server at baseURL and names the places
// they were removed from.
func (s *Store) Delete(ctx context.Context, baseURL string) ([]Place, error) {
	origin, err := Origin(baseURL)
	if err != nil || s.StateDir == "" {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cache, origin)
	var removed []Place
	marks, _ := readBook(s.marker(), false) // unreadable: nothing is marked
	if _, ok := marks.Keys[origin]; ok {
		_, err := askKeyring(ctx, s.keyringLimit(), func() (string, error) {
			return "", s.keyring().Delete(service, origin)
		})
		if err != nil && !errors.Is(err, errNotFound) {
			return removed, fmt.Errorf("the key is still in the keyring: %w", err)
		}
		if err := edit(s.marker(), false, func(b *book) { delete(b.Keys, origin) }); err != nil {
			return removed, err
		}
		removed = append(removed, InKeyring)
	}
	// A file that others can read still has to be removable.
	keys, err := readBook(s.secrets(), false)
	if _, ok := keys.Keys[origin]; ok || err != nil {
		delete(keys.Keys, origin)
		if err := writeBook(s.secrets(), keys); err != nil {
			return removed, err
		}
		removed = append(removed, InFile)
	}
	return removed, nil
}

// Configured tells without asking the keyring or running anything whether a key
// for baseURL can be expected from the environment or parlor's own sources.
func (s *Store) Configured(baseURL string) bool {
	for _, name := range []string{envKey, envToken, envProfile} {
		if s.getenv(name) != "" {
			return true
		}
	}
	if s.KeyCommand != "" {
		return true
	}
	origin, err := Origin(baseURL)
	if err != nil || s.StateDir == "" {
		return false
	}
	for _, path := range []string{s.marker(), s.secrets()} {
		b, _ := readBook(path, false) // unreadable: nothing can be expected
		if _, ok := b.Keys[origin]; ok {
			return true
		}
	}
	return false
}

// Forget drops what was looked up, so that the next request asks anew.
func (s *Store) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cache = nil
}

func edit(path string, private bool, change func(*book)) error {
	b, err := readBook(path, private)
	if err != nil {
		return err
	}
	change(&b)
	return writeBook(path, b)
}
