package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// CredentialKind says how a Credential is sent.
type CredentialKind string

// Kinds of credentials.
const (
	KindAPIKey    CredentialKind = "api_key"    // X-Api-Key
	KindAuthToken CredentialKind = "auth_token" // Authorization: Bearer
	// KindOAuth is a token of a login: Authorization: Bearer, plus the beta
	// header that such tokens need.
	KindOAuth CredentialKind = "oauth"
)

// Credential is a key or token and where it came from. Printing and logging it
// shows the last four characters at most.
type Credential struct {
	Kind   CredentialKind
	Source string // for people: "ANTHROPIC_API_KEY", `profile "work"`
	// BaseURL is where the credential belongs, when its source says so. It is
	// used when neither the Client nor the environment names a base URL.
	BaseURL string
	// WorkspaceID is sent as anthropic-workspace-id when set.
	WorkspaceID string
	secret      string
}

// NewCredential returns a credential. Space around the secret is dropped.
func NewCredential(kind CredentialKind, secret, source string) Credential {
	return Credential{Kind: kind, Source: source, secret: strings.TrimSpace(secret)}
}

// Last4 returns the last four characters of the secret, enough for its owner
// to recognise it; "" when it is too short for that to be safe.
func (c Credential) Last4() string {
	const safe = 12
	if len(c.secret) < safe {
		return ""
	}
	return c.secret[len(c.secret)-4:]
}

// String describes the credential without its secret.
func (c Credential) String() string {
	if last4 := c.Last4(); last4 != "" {
		return fmt.Sprintf("%s from %s ending in %s", c.Kind, c.Source, last4)
	}
	return fmt.Sprintf("%s from %s", c.Kind, c.Source)
}

// GoString keeps %#v from showing the secret.
func (c Credential) GoString() string { return "api.Credential{" + c.String() + "}" }

// LogValue keeps package slog from showing the secret.
func (c Credential) LogValue() slog.Value { return slog.StringValue(c.String()) }

// CredentialSource finds the credential for requests to baseURL. It returns an
// error of kind ErrNoCredential when it has none; any other error stops the
// search. It must be safe for concurrent use, and is asked before each request,
// so an expensive source should remember.
type CredentialSource interface {
	Credential(ctx context.Context, baseURL string) (Credential, error)
}

// CredentialFunc is a function used as a CredentialSource.
type CredentialFunc func(ctx context.Context, baseURL string) (Credential, error)

// Credential calls f. A nil f has none to offer.
func (f CredentialFunc) Credential(ctx context.Context, baseURL string) (Credential, error) {
	if f == nil {
		return Credential{}, miss("a CredentialFunc is nil")
	}
	return f(ctx, baseURL)
}

// Chain asks sources one after the other, but for those that are nil. If none
// has a credential, the error is a *NoCredentialError with what each of them
// said.
func Chain(sources ...CredentialSource) CredentialSource {
	return CredentialFunc(func(ctx context.Context, baseURL string) (Credential, error) {
		var misses []string
		for _, source := range sources {
			if source == nil {
				continue
			}
			credential, err := source.Credential(ctx, baseURL)
			var missed *NoCredentialError
			switch {
			case err == nil:
				return credential, nil
			case errors.As(err, &missed):
				misses = append(misses, missed.Misses...)
			case errors.Is(err, ErrNoCredential):
				misses = append(misses, err.Error())
			default:
				return Credential{}, err
			}
		}
		return Credential{}, &NoCredentialError{Misses: misses}
	})
}

// NoCredentialError lists why each source had nothing.
type NoCredentialError struct {
	Misses []string // "ANTHROPIC_API_KEY is not set"
}

func (e *NoCredentialError) Error() string {
	if len(e.Misses) == 0 {
		return ErrNoCredential.Error()
	}
	return ErrNoCredential.Error() + ": " + strings.Join(e.Misses, "; ")
}

// Is makes the error one of kind ErrNoCredential.
func (e *NoCredentialError) Is(target error) bool { return target == ErrNoCredential }

func miss(format string, args ...any) error {
	return &NoCredentialError{Misses: []string{fmt.Sprintf(format, args...)}}
}

// DefaultCredentials is the chain of a Client without a source of its own:
// ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, the profile ANTHROPIC_PROFILE
// names, workload identity federation, the active or default profile.
func DefaultCredentials(env Environment) CredentialSource {
	return Chain(
		EnvironmentKey{env}, NamedProfile{env}, Federation{env}, FallbackProfile{env})
}

// EnvironmentKey finds ANTHROPIC_API_KEY, else ANTHROPIC_AUTH_TOKEN. Empty is
// the same as unset; only one of them is ever sent.
type EnvironmentKey struct{ Environment }

// Credential implements CredentialSource.
func (e EnvironmentKey) Credential(context.Context, string) (Credential, error) {
	if key := strings.TrimSpace(e.get("ANTHROPIC_API_KEY")); key != "" {
		return NewCredential(KindAPIKey, key, "ANTHROPIC_API_KEY"), nil
	}
	if token := strings.TrimSpace(e.get("ANTHROPIC_AUTH_TOKEN")); token != "" {
		return NewCredential(KindAuthToken, token, "ANTHROPIC_AUTH_TOKEN"), nil
	}
	return Credential{}, miss("neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN is set")
}

// Federation recognises workload identity federation in the environment. This
// client cannot exchange identity tokens: complete settings are an error that
// says so instead of a quiet search elsewhere.
type Federation struct{ Environment }

// Credential implements CredentialSource.
func (f Federation) Credential(context.Context, string) (Credential, error) {
	rule := f.get("ANTHROPIC_FEDERATION_RULE_ID")
	organization := f.get("ANTHROPIC_ORGANIZATION_ID")
	identity := f.get("ANTHROPIC_IDENTITY_TOKEN_FILE") + f.get("ANTHROPIC_IDENTITY_TOKEN")
	switch {
	case rule == "":
		return Credential{}, miss("ANTHROPIC_FEDERATION_RULE_ID is not set")
	case organization == "" || identity == "":
		return Credential{}, miss("workload identity federation is configured only in part" +
			" (it takes ANTHROPIC_FEDERATION_RULE_ID, ANTHROPIC_ORGANIZATION_ID and an identity token)")
	}
	return Credential{}, errors.New("workload identity federation (ANTHROPIC_FEDERATION_RULE_ID)" +
		" is not supported by this client: set ANTHROPIC_API_KEY or use a profile")
}
