package credential

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// service is the name parlor's keys have in the keyring.
const service = "parlor"

// Keyring is the operating system's safe for secrets. A key that is not there
// is [keyring.ErrNotFound].
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// systemKeyring is the real one.
type systemKeyring struct{}

func (systemKeyring) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemKeyring) Set(service, user, secret string) error {
	return keyring.Set(service, user, secret)
}
func (systemKeyring) Delete(service, user string) error { return keyring.Delete(service, user) }

// askKeyring runs one call for at most limit. The keyring offers no way to give
// up a call: a goroutine that hangs in it ends with the process, and nothing of
// it is waited for after the limit.
func askKeyring(ctx context.Context, limit time.Duration, call func() (string, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type answer struct {
		secret string
		err    error
	}
	answers := make(chan answer, 1)
	go func() {
		secret, err := call()
		answers <- answer{secret, err}
	}()
	select {
	case a := <-answers:
		if errors.Is(a.err, keyring.ErrNotFound) {
			return "", errNotFound
		}
		if a.err != nil {
			return "", fmt.Errorf("%w (%w)", ErrNoKeyring, a.err)
		}
		return a.secret, nil
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return "", fmt.Errorf("%w (no answer within %s)", ErrNoKeyring, limit)
		}
		return "", ctx.Err()
	}
}
