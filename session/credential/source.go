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
		api.FallbackProfile{Environment: env},
	)
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
