package cli

import (
	"context"
	"errors"

	"parlor/api"
	"parlor/session"
	"parlor/session/config"
	"parlor/session/credential"
)

// The exit codes, which scripts rely on.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitCredential  = 3
	exitBusy        = 4 // rate limited or overloaded
	exitNetwork     = 5
	exitRefused     = 6
	exitInterrupted = 130
)

// usageError is a mistake on the command line or in what was piped in.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return &usageError{err}
}

// turnError is an answer that is not whole. The message itself has been shown
// as far as it came.
type turnError struct{ message *session.Message }

func (e *turnError) Error() string { return turnSentence(e.message) }

// silent is an error that has been told already; only its exit code matters.
type silent struct{ error }

func (e silent) Unwrap() error { return e.error }

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	var (
		turn    *turnError
		bad     *usageError
		problem config.Problem
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &turn):
		return turnCode(turn.message)
	case errors.As(err, &bad), errors.As(err, &problem) && problem.Fatal:
		return exitUsage
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case isAny(err, api.ErrAuthentication, api.ErrPermission, api.ErrBilling, api.ErrNoCredential,
		credential.ErrNoKeyring, credential.ErrCommand, credential.ErrUnsafeFile):
		return exitCredential
	case isAny(err, api.ErrRateLimit, api.ErrOverloaded):
		return exitBusy
	case isAny(err, api.ErrTimeout, api.ErrConnection, context.DeadlineExceeded):
		return exitNetwork
	}
	return exitFailure
}

func isAny(err error, kinds ...error) bool {
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// turnCode goes by what the turn engine made of the error.
func turnCode(m *session.Message) int {
	switch m.State {
	case session.Complete, session.Streaming:
		return exitOK
	case session.Stopped:
		return exitInterrupted
	case session.Refused:
		return exitRefused
	case session.Interrupted, session.Failed:
	}
	if m.Failure == nil {
		return exitFailure
	}
	switch m.Failure.Kind {
	case "authentication", "permission", "billing":
		return exitCredential
	case "rate_limit", "overloaded":
		return exitBusy
	case "network", "timeout":
		return exitNetwork
	}
	return exitFailure
}
