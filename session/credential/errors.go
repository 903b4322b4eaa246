package credential

import "errors"

// The kinds of errors.
var (
	// ErrNoKeyring means that no keyring answers: there is none, it is locked,
	// or it did not answer in time.
	ErrNoKeyring = errors.New("no keyring answers here; use key_command in config.toml, or let parlor keep the key in a file only you can read (`parlor auth login --file`)")
	// ErrCommand means that key_command failed or printed no key.
	ErrCommand = errors.New("key_command gave no key")
	// ErrUnsafeFile means that others can read the file the key is kept in.
	ErrUnsafeFile = errors.New("others can read it; run chmod 600 on it")

	errEmpty    = errors.New("the key is empty")
	errShape    = errors.New("this is not a key: it holds spaces or characters that no key has")
	errNotFound = errors.New("no key is stored")
)
