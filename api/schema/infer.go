package schema

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
)

// Reasons why a type or a schema cannot be used, for errors.Is. They come as an
// *Error, which says where.
var (
	// ErrRecursive means that a type or a schema contains itself, which neither
	// an inferred schema nor the API's structured output can express.
	ErrRecursive = errors.New("it contains itself")
	// ErrUnsupported means that there is no schema for it, or none within what
	// structured output knows.
	ErrUnsupported = errors.New("not supported")
)

// Error says what is wrong with a type or a schema.
type Error struct {
	// At is the place: a Go field as in Order.Items[].Price, or a JSON pointer
	// into a schema as in #/properties/items.
	At  string
	Err error
}

func (e *Error) Error() string { return "schema: at " + e.At + ": " + e.Err.Error() }

// Unwrap returns the cause, which is or wraps ErrRecursive or ErrUnsupported
// unless the schema is malformed.
func (e *Error) Unwrap() error { return e.Err }

func unsupported(at, format string, args ...any) error {
	return &Error{At: at, Err: fmt.Errorf("%w: %s", ErrUnsupported, fmt.Sprintf(format, args...))}
}

// Schemer is implemented by types that tell their schema themselves. The method
// is called on a zero value and returns an object with a "type" and without
// "$ref".
type Schemer interface {
	JSONSchema() json.RawMessage
}

// For returns the JSON schema of what encoding/json reads into a T. The same
// type always gives the same bytes.
//
// It fails with an *Error for types that contain themselves (ErrRecursive), and
// (ErrUnsupported) for those no schema can describe: channels, functions,
// interfaces with methods, types with an UnmarshalJSON of their own that are no
// Schemer, fields with the json option "string", embedded fields that
// encoding/json does not flatten.
func For[T any]() (json.RawMessage, error) {
	reader, err := NewReader[T]()
	if err != nil {
		return nil, err
	}
	return reader.schema, nil
}

func infer(t reflect.Type) (*jsonschema.Schema, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	w := walker{known: map[reflect.Type]*jsonschema.Schema{}, open: map[reflect.Type]bool{}}
	if err := w.walk(t, typeName(t)); err != nil {
		return nil, err
	}
	s, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: w.known})
	if err != nil {
		return nil, unsupported(typeName(t), "%v", err)
	}
	neverNull(s)
	return s, nil
}

func typeName(t reflect.Type) string {
	if t.Name() != "" {
		return t.Name()
	}
	return t.String()
}

// neverNull makes arrays of the slices, which the inference lets be null since
// encoding/json writes nil ones so. Here the schema says what is to be read.
func neverNull(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if s.Items != nil && len(s.Types) == 2 && s.Types[0] == "null" && s.Types[1] == "array" {
		s.Type, s.Types = "array", nil
	}
	neverNull(s.Items)
	neverNull(s.AdditionalProperties)
	for _, property := range s.Properties {
		neverNull(property)
	}
}

// walker looks at a type before its schema is inferred. It collects what the
// inference would get wrong, and refuses with a place what it cannot do.
type walker struct {
	known map[reflect.Type]*jsonschema.Schema
	open  map[reflect.Type]bool // named types around the current one
}

func (w *walker) walk(t reflect.Type, at string) error {
	pointer := t.Kind() == reflect.Pointer
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if _, ok := w.known[t]; !ok {
		own, err := ownSchema(t, at)
		if err != nil {
			return err
		}
		if own != nil {
			w.known[t] = own
		}
	}
	if own, ok := w.known[t]; ok {
		if pointer && own.Type == "" && own.Types == nil { // the inference would allow only null
			return unsupported(at, "a pointer to %s, which can be null by itself", t)
		}
		return nil
	}
	if w.open[t] {
		return &Error{At: at, Err: fmt.Errorf("type %s: %w", t, ErrRecursive)}
	}
	if t.Name() != "" {
		w.open[t] = true
		defer delete(w.open, t)
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return w.walk(t.Elem(), at+"[]")
	case reflect.Map:
		return w.walk(t.Elem(), at+"{}")
	case reflect.Struct:
		return w.fields(t, at)
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return unsupported(at, "nothing can be read into interface %s", t)
		}
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return unsupported(at, "type %s", t)
	}
	return nil
}

func (w *walker) fields(t reflect.Type, at string) error {
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		at := at + "." + field.Name
		switch {
		case name == "-" && options == "":
			continue
		case field.Anonymous:
			if !flattened(field, name) {
				return unsupported(at, "an embedded field that is not flattened; give it a name")
			}
			continue
		case !field.IsExported():
			continue
		case hasOption(options, "string"):
			return unsupported(at, `the json option "string"`)
		}
		if err := w.walk(field.Type, at); err != nil {
			return err
		}
	}
	return nil
}

func hasOption(options, want string) bool {
	for option := range strings.SplitSeq(options, ",") {
		if option == want {
			return true
		}
	}
	return false
}

// flattened reports whether encoding/json treats the members of an embedded
// field as those of the struct around it.
func flattened(field reflect.StructField, name string) bool {
	t := field.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return name == "" && t.Kind() == reflect.Struct
}

// ownSchema returns the schema of a type whose JSON does not follow from its
// kind, nil for all others.
func ownSchema(t reflect.Type, at string) (*jsonschema.Schema, error) {
	value := reflect.New(t).Interface()
	if schemer, ok := value.(Schemer); ok {
		return told(schemer.JSONSchema(), at)
	}
	switch value.(type) {
	case *time.Time:
		return &jsonschema.Schema{Type: "string", Format: "date-time"}, nil
	case *json.RawMessage:
		return &jsonschema.Schema{}, nil
	case *json.Number:
		return &jsonschema.Schema{Type: "number"}, nil
	case *big.Int:
		return &jsonschema.Schema{Type: "integer"}, nil
	}
	if _, ok := value.(encoding.TextUnmarshaler); ok {
		return &jsonschema.Schema{Type: "string"}, nil
	}
	if _, ok := value.(json.Unmarshaler); ok {
		return nil, unsupported(at, "type %s reads its JSON itself and needs a method JSONSchema", t)
	}
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		return &jsonschema.Schema{Type: "string", ContentEncoding: "base64"}, nil
	}
	return nil, nil
}

// told reads what a Schemer says.
func told(raw json.RawMessage, at string) (*jsonschema.Schema, error) {
	s := &jsonschema.Schema{}
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, &Error{At: at, Err: fmt.Errorf("method JSONSchema: %w", err)}
	}
	if s.Type == "" && s.Types == nil {
		return nil, unsupported(at, `method JSONSchema returns no "type"`)
	}
	if bytes.Contains(raw, []byte(`"$dynamicRef"`)) || bytes.Contains(raw, []byte(`"$ref"`)) {
		return nil, unsupported(at, "method JSONSchema returns a reference, which would lead elsewhere in the schema around it")
	}
	return s, nil
}
