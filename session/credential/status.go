package credential

import (
	"context"
	"errors"
	"fmt"

	"parlor/api"
)

// Step is one source in the order they are asked.
type Step struct {
	Source string // "ANTHROPIC_API_KEY", "keyring", "fallback profile"
	Found  bool
	Used   bool   // this is the one requests are sent with
	Detail string // last four characters, or why there is nothing; never a secret
	Err    error  // the source should have a credential and fails
}

// Status looks at every source for the server at baseURL. What costs something,
// the keyring and key_command, is asked only when nothing stands above it.
func (s *Store) Status(ctx context.Context, baseURL string) []Step {
	origin, err := Origin(baseURL)
	if err != nil {
		return []Step{{Source: "base URL", Err: err}}
	}
	env := s.environment()
	var steps []Step
	done := false
	add := func(step Step) {
		step.Used = step.Found && !done
		// A source that fails stops the search as it does for a request.
		done = done || step.Found || step.Err != nil
		steps = append(steps, step)
	}
	add(s.variable(envKey, api.KindAPIKey))
	add(s.variable(envToken, api.KindAuthToken))
	add(asked(ctx, "profile "+quoted(s.getenv(envProfile), envProfile), api.NamedProfile{Environment: env}, baseURL))
	for _, own := range s.ownSteps(ctx, origin) {
		add(own(done))
	}
	add(asked(ctx, "federation", api.Federation{Environment: env}, baseURL))
	add(asked(ctx, "profile "+quoted(env.ActiveProfile(), ""), bound{api.FallbackProfile{Environment: env}}, baseURL))
	return steps
}

func quoted(name, fallback string) string {
	if name == "" {
		return "from " + fallback
	}
	return fmt.Sprintf("%q", name)
}

func (s *Store) variable(name string, kind api.CredentialKind) Step {
	secret := s.getenv(name)
	if secret == "" {
		return Step{Source: name, Detail: "not set"}
	}
	return Step{Source: name, Found: true, Detail: tail(api.NewCredential(kind, secret, name))}
}

func asked(ctx context.Context, name string, source api.CredentialSource, baseURL string) Step {
	c, err := source.Credential(ctx, baseURL)
	var missed *api.NoCredentialError
	switch {
	case err == nil:
		return Step{Source: name, Found: true, Detail: tail(c)}
	case errors.As(err, &missed) && len(missed.Misses) > 0:
		return Step{Source: name, Detail: missed.Misses[0]}
	case errors.Is(err, api.ErrNoCredential):
		return Step{Source: name, Detail: "nothing"}
	}
	return Step{Source: name, Err: err}
}

func tail(c api.Credential) string {
	if last4 := c.Last4(); last4 != "" {
		return "…" + last4
	}
	return "****"
}

// ownSteps are parlor's own sources; each is told whether something above it is
// used already.
func (s *Store) ownSteps(ctx context.Context, origin string) []func(done bool) Step {
	return []func(bool) Step{
		func(done bool) Step { return s.keyringStep(ctx, origin, done) },
		func(done bool) Step { return s.commandStep(ctx, done) },
		func(bool) Step {
			step := Step{Source: SourceFile, Detail: "no key for " + origin}
			return s.tried(step, func() (string, error) { return s.fromFile(ctx, origin) })
		},
	}
}

func (s *Store) keyringStep(ctx context.Context, origin string, done bool) Step {
	step := Step{Source: SourceKeyring, Detail: "no key for " + origin}
	if s.StateDir == "" {
		return step
	}
	marks, err := readBook(s.marker(), false)
	if err != nil {
		return Step{Source: SourceKeyring, Err: err}
	}
	mark, marked := marks.Keys[origin]
	if !marked {
		return step
	}
	if done {
		return Step{Source: SourceKeyring, Found: true, Detail: mark + " (not asked)"}
	}
	return s.tried(step, func() (string, error) { return s.fromKeyring(ctx, origin) })
}

func (s *Store) commandStep(ctx context.Context, done bool) Step {
	step := Step{Source: SourceCommand, Detail: "not set"}
	if s.KeyCommand != "" && done {
		return Step{Source: SourceCommand, Found: true, Detail: "not run"}
	}
	return s.tried(step, func() (string, error) { return s.fromCommand(ctx, "") })
}

func (s *Store) tried(step Step, ask func() (string, error)) Step {
	key, err := ask()
	switch {
	case errors.Is(err, errNotFound):
		return step
	case err != nil:
		return Step{Source: step.Source, Err: err}
	}
	return Step{Source: step.Source, Found: true, Detail: Last4(key)}
}
