package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"parlor/api"
	"parlor/session"
	"parlor/store"
)

// worded is an error in words for people; what it is stays.
type worded struct {
	error
	text string
}

// Error is the words.
func (w worded) Error() string { return w.text }

// Unwrap gives what it is.
func (w worded) Unwrap() error { return w.error }

// sentence says what went wrong and what to do, on one line.
func sentence(err error) string {
	var told worded
	if errors.As(err, &told) {
		return full(told.text)
	}
	if text, ok := storeSentence(err); ok {
		return text
	}
	if text, ok := serverSentence(err); ok {
		return text
	}
	if errors.Is(err, context.Canceled) {
		return "Interrupted."
	}
	return full(err.Error())
}

// full makes a sentence of an error's words.
func full(text string) string {
	text = strings.TrimSpace(strings.Join(strings.Fields(text), " "))
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	// A path, a flag or a key keeps its spelling.
	if word, _, _ := strings.Cut(text, " "); !strings.ContainsAny(word, "/\\._-:\"") {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if !strings.ContainsAny(text[len(text)-1:], ".?!") {
		text += "."
	}
	return text
}

// storeSentence words what the database refused.
func storeSentence(err error) (string, bool) {
	var e *store.Error
	if !errors.As(err, &e) {
		return "", false
	}
	var newer *store.NewerError
	path := e.Path
	if path == "" {
		path = "in memory"
	}
	switch {
	case errors.As(err, &newer):
		return fmt.Sprintf("The database %s was written by a newer parlor (its version is %d, this program knows up to %d). Update parlor, or name another file with --db.", path, newer.File, newer.Known), true
	case errors.Is(err, store.ErrNotDatabase):
		return fmt.Sprintf("%s is not a parlor database. Name another file with --db.", path), true
	case errors.Is(err, store.ErrCorrupt):
		return fmt.Sprintf("The database %s is damaged. Backups stand beside it; `parlor doctor` says more.", path), true
	case errors.Is(err, store.ErrBusy):
		return fmt.Sprintf("The database %s is in use by another process. Try again in a moment.", path), true
	case errors.Is(err, store.ErrFull):
		return fmt.Sprintf("There is no space left for the database %s.", path), true
	case errors.Is(err, store.ErrReadOnly):
		return fmt.Sprintf("The database %s cannot be written%s. Change its permissions, or name another file with --db.", path, cause(err)), true
	case errors.Is(err, store.ErrPermission):
		return fmt.Sprintf("The database %s cannot be opened%s. Change its permissions, or name another file with --db.", path, cause(err)), true
	case errors.Is(err, store.ErrIO):
		return fmt.Sprintf("Reading or writing the database %s failed%s.", path, cause(err)), true
	}
	return "", false
}

// cause is what the file system said, where it did.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return " (" + pe.Op + " " + pe.Path + ": " + pe.Err.Error() + ")"
	}
	return ""
}

// serverSentence words what a request outside of a turn met.
func serverSentence(err error) (string, bool) {
	var (
		e    *api.Error
		conn *api.ConnError
		late *api.TimeoutError
	)
	switch {
	case errors.Is(err, api.ErrNoCredential):
		return "There is no API key. " + credentialHint, true
	case errors.As(err, &e):
		text := fmt.Sprintf("%s answered %d: %s", e.Host, e.Status, strings.TrimSuffix(e.Message, ".")) + "."
		if hint := hintFor(kindOf(err)); hint != "" {
			text += " " + hint
		}
		return text, true
	case errors.As(err, &late):
		return full(late.Error()) + " " + hintFor("network"), true
	case errors.As(err, &conn):
		return fmt.Sprintf("%s cannot be reached: %s. %s", conn.Host, strings.TrimSuffix(conn.Err.Error(), "."), hintFor("network")), true
	}
	return "", false
}

// kindOf is the kind of an error in the words of session.Failure.
func kindOf(err error) string {
	switch {
	case isAny(err, api.ErrAuthentication, api.ErrNoCredential):
		return "authentication"
	case errors.Is(err, api.ErrPermission):
		return "permission"
	case errors.Is(err, api.ErrBilling):
		return "billing"
	case errors.Is(err, api.ErrNotFound):
		return "not_found"
	case errors.Is(err, api.ErrRateLimit):
		return "rate_limit"
	case errors.Is(err, api.ErrOverloaded):
		return "overloaded"
	case isAny(err, api.ErrConnection, api.ErrTimeout):
		return "network"
	}
	return ""
}

const credentialHint = "Run `parlor auth login`, or set ANTHROPIC_API_KEY."

// hintFor is what to do on the command line about a kind of failure.
func hintFor(kind string) string {
	switch kind {
	case "authentication":
		return "`parlor auth status` shows where keys come from; `parlor auth login` stores one."
	case "permission":
		return "Use another key, or another model with --model."
	case "billing":
		return "Look at the billing page of that account."
	case "not_found":
		return "`parlor models` lists the models there are."
	case "context_length", "too_large":
		return "Send less, or begin a new conversation."
	case "network", "timeout", "decode":
		return "`parlor doctor` shows which step fails."
	}
	return ""
}

// turnSentence says how an answer ended that is not whole.
func turnSentence(m *session.Message) string {
	switch m.State {
	case session.Stopped:
		return "Interrupted; what had come is kept."
	case session.Refused:
		return m.BlockedReason
	case session.Complete, session.Streaming, session.Interrupted, session.Failed:
	}
	if m.Failure == nil {
		return "The answer broke off; what had come is kept."
	}
	text := m.Failure.Message
	if hint := turnHint(m); hint != "" {
		text += " " + hint
	}
	return text
}

func turnHint(m *session.Message) string {
	switch {
	case m.State == session.Interrupted:
		return "What came is kept; `parlor -c` goes on with it."
	case m.Failure.Kind == "rate_limit" || m.Failure.Kind == "overloaded" || m.Failure.Kind == "server":
		return m.Failure.Hint // it says when to try again, and names no command
	}
	return hintFor(m.Failure.Kind)
}
