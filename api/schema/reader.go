package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/google/jsonschema-go/jsonschema"
)

// Reader reads what a model wrote for a T, and checks it first. It is safe for
// concurrent use.
type Reader[T any] struct {
	schema   json.RawMessage
	resolved *jsonschema.Resolved
}

// NewReader prepares reading values of a type. The errors are those of For.
func NewReader[T any]() (*Reader[T], error) {
	t := reflect.TypeFor[T]()
	s, err := infer(t)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, &Error{At: typeName(t), Err: err}
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		return nil, &Error{At: typeName(t), Err: err}
	}
	return &Reader[T]{raw, resolved}, nil
}

// Schema returns the schema that For returns for the type. Do not change it.
func (r *Reader[T]) Schema() json.RawMessage { return r.schema }

// Read checks raw against the schema and reads it. The error names the place
// within the value and what is wrong there, in words a model can act on.
func (r *Reader[T]) Read(raw json.RawMessage) (T, error) {
	var value, none T
	if r == nil || r.resolved == nil {
		return none, errors.New("schema: a Reader is made by NewReader")
	}
	var decoded any
	if err := json.Unmarshal(raw, &decoded); err != nil {
		return none, brief(err)
	}
	if err := r.resolved.Validate(decoded); err != nil {
		return none, invalid(err)
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return none, brief(err)
	}
	return value, nil
}

// invalid replaces the chain "validating root: validating /properties/x: ..."
// by the innermost place and reason. Values in it may be long.
func invalid(err error) error {
	place := ""
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		prefix, wraps := strings.CutSuffix(err.Error(), ": "+inner.Error())
		path, ok := strings.CutPrefix(prefix, "validating ")
		if !wraps || !ok {
			break
		}
		place, err = path, inner
	}
	reason := cut(strings.ReplaceAll(err.Error(), "<invalid reflect.Value>", "null"), maxReason)
	if place == "" || place == "root" {
		return errors.New(reason)
	}
	return fmt.Errorf("at %s: %s", readable(place), reason)
}

// brief shortens an error that quotes a long value.
func brief(err error) error {
	if text := err.Error(); len(text) > maxReason {
		return errors.New(cut(text, maxReason))
	}
	return err
}

// maxReason bounds what an error says, in bytes.
const maxReason = 500

// readable turns the pointer to a subschema into the place in a value.
func readable(pointer string) string {
	place := strings.ReplaceAll(pointer, "/properties/", ".")
	place = strings.ReplaceAll(place, "/items", "[]")
	place = strings.ReplaceAll(place, "/additionalProperties", "{}")
	return strings.TrimPrefix(place, ".")
}

// cut shortens s to at most n bytes, between two characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "..."
}
