package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"parlor/api"
	"parlor/session/config"
	"parlor/session/credential"
)

// login stores and forgets credentials for the screen and for `parlor auth`. It
// implements ui.Login.
type login struct{ h *house }

// checkWithin is how long the request that checks a key may take.
const checkWithin = 15 * time.Second

// SaveKey checks a key with one request that costs nothing and keeps it in the
// keyring. A server that cannot be reached does not hinder.
func (l *login) SaveKey(ctx context.Context, key string) (string, error) {
	return l.save(ctx, key, credential.InKeyring, true)
}

// SaveKeyInFile is SaveKey for where there is no keyring: with the user's
// consent the key goes into a file that only the user can read.
func (l *login) SaveKeyInFile(ctx context.Context, key string) (string, error) {
	return l.save(ctx, key, credential.InFile, true)
}

func (l *login) save(ctx context.Context, key string, place credential.Place, check bool) (string, error) {
	note := ""
	if check {
		var err error
		if note, err = l.check(ctx, key); err != nil {
			return "", err
		}
	}
	if err := l.h.creds.Save(ctx, l.h.baseURL(), key, place); err != nil {
		return "", err
	}
	where := "the keyring"
	if place == credential.InFile {
		where = "a file only you can read, in " + l.h.creds.StateDir
	}
	return where + note, nil
}

// check asks the server whether it takes the key. The note says why that could
// not be found out, if it could not.
func (l *login) check(ctx context.Context, key string) (note string, err error) {
	base := l.h.baseURL()
	client := l.h.client(base, nil)
	client.APIKey = strings.TrimSpace(key)
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	err = probe(ctx, client, resolve(l.h.cfg.Model))
	switch {
	case isAny(err, api.ErrAuthentication, api.ErrPermission):
		return "", worded{err, fmt.Sprintf("%s does not accept this key (it ends in %s); copy it again and check that it belongs to this server",
			hostOf(base), credential.Last4(client.APIKey))}
	case errors.Is(err, api.ErrNotFound):
		return ", unchecked: this server has no way to check it", nil
	case isAny(err, api.ErrConnection, api.ErrTimeout, context.DeadlineExceeded):
		return ", unchecked: " + hostOf(base) + " cannot be reached", nil
	case errors.Is(err, context.Canceled):
		return "", err
	}
	return "", nil // anything else came after the key was accepted
}

// probe asks for something cheap that needs a credential: the list of models,
// or the count of one word's tokens where a server has no list.
func probe(ctx context.Context, client *api.Client, model string) error {
	once := api.WithMaxRetries(0)
	for _, err := range client.Models(ctx, api.ModelListOptions{Limit: 1}, once) {
		if errors.Is(err, api.ErrNotFound) {
			break
		}
		return err
	}
	_, err := client.CountTokens(ctx, &api.MessageRequest{
		Model:    model,
		Messages: []api.MessageParam{{Role: "user", Content: []api.Block{api.NewText("Hello")}}},
	}, once)
	return err
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}

// SaveBaseURL writes the server's address into the user's configuration and
// uses it from the next request on. "" goes back to the API itself.
func (l *login) SaveBaseURL(_ context.Context, address string) error {
	address = strings.TrimSpace(address)
	if address != "" {
		if _, err := credential.Origin(address); err != nil {
			return err
		}
	}
	if err := config.Set(l.h.cfg.UserFile, "base_url", address); err != nil {
		return err
	}
	l.h.setBaseURL(address)
	return nil
}

// Logout forgets what was stored for the server.
func (l *login) Logout(ctx context.Context) (string, error) {
	base := l.h.baseURL()
	removed, err := l.h.creds.Delete(ctx, base)
	if err != nil {
		return "", err
	}
	if len(removed) == 0 {
		return "No key was stored for " + hostOf(base) + ".", nil
	}
	names := make([]string, len(removed))
	for i, place := range removed {
		names[i] = string(place)
	}
	return fmt.Sprintf("The key for %s is removed from the %s.", hostOf(base), strings.Join(names, " and the ")), nil
}

// Doctor runs all checks and returns them as a markdown list.
func (l *login) Doctor(ctx context.Context) string {
	var b strings.Builder
	for _, c := range l.h.examine(ctx, nil) {
		fmt.Fprintf(&b, "%-8s %s: %s\n", c.state, c.name, c.detail)
	}
	return b.String()
}
