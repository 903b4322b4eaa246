package credential

import (
	"context"
	"errors"

	"parlor/api"
)

// The variables that stand above parlor's own sources.
const (
	envKey     = "ANTHROPIC_API_KEY"
	envToken   = "ANTHROPIC_AUTH_TOKEN"
	envProfile = "ANTHROPIC_PROFILE"
)

// Source is the whole chain for a client: environment, parlor's own, federation
// and fallback profile.
func (s *Store) Source() api.CredentialSource {
	env := s.environment()
	return api.Chain(
		api.EnvironmentKey{Environment: env},
		api.NamedProfile{Environment: env},
		s,
		api.Federation{Environment: env},
		bound{api.FallbackProfile{Environment: env}},
		keyless{},
	)
}

// bound gives the credential of a source only to the API itself and to the
// server the credential names: nobody asked for it to go anywhere else.
type bound struct{ api.CredentialSource }

// Credential implements [api.CredentialSource].
func (b bound) Credential(ctx context.Context, baseURL string) (api.Credential, error) {
	c, err := b.CredentialSource.Credential(ctx, baseURL)
	if err != nil || sameOrigin(baseURL, api.DefaultBaseURL) || sameOrigin(baseURL, c.BaseURL) {
		return c, err
	}
	return api.Credential{}, &api.NoCredentialError{Misses: []string{c.Source + " belongs to another server"}}
}

// keyless stands in at servers of the user's own that take any key, as those on
// the user's machine do. One that wants a key refuses this one and says so.
type keyless struct{}

// Credential implements [api.CredentialSource].
func (keyless) Credential(_ context.Context, baseURL string) (api.Credential, error) {
	if sameOrigin(baseURL, api.DefaultBaseURL) {
		return api.Credential{}, &api.NoCredentialError{}
	}
	return api.NewCredential(api.KindAPIKey, "none", SourceNone), nil
}

func sameOrigin(a, b string) bool {
	first, err := Origin(a)
	if err != nil {
		return false
	}
	second, err := Origin(b)
	return err == nil && first == second
}

func (s *Store) environment() api.Environment {
	return api.Environment{Getenv: s.getenv}
}

// Credential finds the key parlor itself keeps or is told how to get for the
// server at baseURL. It implements [api.CredentialSource].
func (s *Store) Credential(ctx context.Context, baseURL string) (api.Credential, error) {
	origin, err := Origin(baseURL)
	if err != nil {
		return api.Credential{}, err
	}
	f, err := s.own(ctx, origin)
	if errors.Is(err, errNotFound) {
		return api.Credential{}, &api.NoCredentialError{Misses: []string{
			"parlor has no key for " + origin + " (`parlor auth login` stores one)",
		}}
	}
	if err != nil {
		return api.Credential{}, err
	}
	return api.NewCredential(api.KindAPIKey, f.key, f.source), nil
}
