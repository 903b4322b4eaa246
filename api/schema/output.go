package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"parlor/api"
)

// Why a message is no answer of the wanted shape, for errors.Is. They come as
// an *AnswerError.
var (
	// ErrRefused means that the model declined.
	ErrRefused = errors.New("the model declined to answer")
	// ErrCut means that the answer was longer than MaxTokens or than the context
	// of the model, so that its JSON is not whole.
	ErrCut = errors.New("the answer was cut")
	// ErrUnfinished means that the turn goes on: it waits for the results of
	// tools, or was paused.
	ErrUnfinished = errors.New("the turn is not finished")
	// ErrNotJSON means that the text is not one JSON value, as it happens with
	// servers that ignore the format.
	ErrNotJSON = errors.New("the answer is not JSON")
	// ErrMismatch means that the JSON does not fit the type.
	ErrMismatch = errors.New("the answer does not fit")
)

// AnswerError is returned by Decode. The message has all there is to know
// about what was answered instead.
type AnswerError struct {
	Kind    error // one of the kinds above
	Message *api.Message
	Err     error // more about it, or nil
}

func (e *AnswerError) Error() string {
	var s strings.Builder
	s.WriteString("schema: " + e.Kind.Error())
	if e.Err != nil {
		s.WriteString(": " + e.Err.Error())
	}
	if e.Message != nil && e.Message.RequestID != "" {
		s.WriteString(" (request " + e.Message.RequestID + ")")
	}
	return s.String()
}

// Is reports whether target is the Kind.
func (e *AnswerError) Is(target error) bool { return target == e.Kind }

// Unwrap returns Err.
func (e *AnswerError) Unwrap() error { return e.Err }

// Output returns the setting that makes the API answer with JSON that Decode
// reads into a T. Effort may be set in it. The format works neither with
// citations nor with a begun answer (prefill). The errors are those of For and
// Strict.
//
// Source: Anthropic docs, "Structured outputs".
func Output[T any]() (*api.OutputConfig, error) {
	inferred, err := For[T]()
	if err != nil {
		return nil, err
	}
	strict, err := Strict(inferred)
	if err != nil {
		return nil, err
	}
	return &api.OutputConfig{Format: api.JSONSchemaFormat(strict)}, nil
}

// Decode reads the text of an answer into a T. It looks at the text after the
// last block of another type, and at all of the text if that is no JSON.
//
// An answer that was cut is an error even where its text happens to be JSON.
// Errors are *AnswerError values, or an *Error when T has no schema.
func Decode[T any](message *api.Message) (T, error) {
	var none T
	fail := func(kind, err error) (T, error) {
		return none, &AnswerError{Kind: kind, Message: message, Err: err}
	}
	reader, err := NewReader[T]()
	if err != nil {
		return none, err
	}
	if message == nil {
		return fail(ErrUnfinished, errors.New("there is no message"))
	}
	if kind, err := stopped(message); kind != nil {
		return fail(kind, err)
	}
	raw, err := answerJSON(message)
	if err != nil {
		return fail(ErrNotJSON, err)
	}
	value, err := reader.Read(raw)
	if err != nil {
		return fail(ErrMismatch, err)
	}
	return value, nil
}

// stopped says what a stop reason has against the message being an answer. A
// reason that is not known, or missing, has nothing against it.
func stopped(m *api.Message) (kind, err error) {
	switch m.StopReason {
	case api.StopRefusal:
		if d := m.StopDetails; d != nil && (d.Category != "" || d.Explanation != "") {
			return ErrRefused, errors.New(strings.Trim(d.Category+": "+d.Explanation, ": "))
		}
		return ErrRefused, nil
	case api.StopMaxTokens, api.StopContextWindow:
		return ErrCut, fmt.Errorf("it stopped with %s after %d tokens", m.StopReason, m.Usage.OutputTokens)
	case api.StopToolUse, api.StopPauseTurn, api.StopCompaction:
		return ErrUnfinished, fmt.Errorf("it stopped with %s", m.StopReason)
	}
	return nil, nil
}

func answerJSON(m *api.Message) (json.RawMessage, error) {
	last := ""
	for i := len(m.Content) - 1; i >= 0 && m.Content[i].Type == api.BlockText; i-- {
		last = m.Content[i].Text() + last
	}
	for _, candidate := range []string{last, m.Text()} {
		if raw := bytes.TrimSpace([]byte(candidate)); json.Valid(raw) {
			return raw, nil
		}
	}
	if last == "" {
		return nil, errors.New("it has no text")
	}
	var value json.RawMessage
	return nil, fmt.Errorf("%w; it begins with %q", json.Unmarshal([]byte(last), &value), cut(last, 60))
}
