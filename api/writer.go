package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
)

var errNotValid = errors.New("is not valid JSON")

// objectWriter appends the members of one JSON object in call order.
type objectWriter struct {
	dst []byte
	err error // the first value that could not be written
}

func beginObject(dst []byte) *objectWriter {
	return &objectWriter{dst: append(dst, '{')}
}

// value writes v with encoding/json unless it is a nil pointer.
func (w *objectWriter) value(key string, v any) {
	if reflect.ValueOf(v).IsNil() {
		return
	}
	w.key(key)
	w.append(key, v)
}

// list writes n values, if there are any, as an array.
func (w *objectWriter) list(key string, n int, at func(int) any) {
	if n == 0 {
		return
	}
	w.key(key)
	w.dst = append(w.dst, '[')
	for i := range n {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.append(fmt.Sprintf("%s[%d]", key, i), at(i))
	}
	w.dst = append(w.dst, ']')
}

func (w *objectWriter) append(key string, v any) {
	dst, err := appendValue(w.dst, v)
	if err != nil {
		w.fail(key, err)
	}
	w.dst = dst
}

func (w *objectWriter) key(key string) {
	if w.dst[len(w.dst)-1] != '{' {
		w.dst = append(w.dst, ',')
	}
	w.dst = appendString(w.dst, key)
	w.dst = append(w.dst, ':')
}

func (w *objectWriter) raw(key string, value []byte) {
	if len(value) > 0 {
		w.key(key)
		w.dst = append(w.dst, value...)
	}
}

// json writes a value that a caller gave, if there is one, verbatim.
func (w *objectWriter) json(key string, value json.RawMessage) {
	if len(value) > 0 && !json.Valid(value) {
		w.fail(key, errNotValid)
		return
	}
	w.raw(key, value)
}

// examples writes the input examples of a tool, if there are any.
func (w *objectWriter) examples(values []json.RawMessage) {
	const key = "input_examples"
	for i, value := range values {
		if !json.Valid(value) {
			w.fail(fmt.Sprintf("%s[%d]", key, i), errNotValid)
			return
		}
	}
	if len(values) > 0 {
		w.raw(key, appendArray(nil, values))
	}
}

// extra writes members that have no name here, in the order of their keys.
func (w *objectWriter) extra(members map[string]json.RawMessage) {
	if len(members) == 0 {
		return
	}
	taken := parseObject(append(bytes.Clone(w.dst), '}'))
	for _, key := range slices.Sorted(maps.Keys(members)) {
		value := members[key]
		switch _, twice := taken[key]; {
		case twice:
			w.fail(key, errors.New("is in Extra, and set"))
		case !json.Valid(value):
			w.fail(key, errNotValid)
		}
		w.raw(key, value)
	}
}

// fail keeps the first error.
func (w *objectWriter) fail(key string, err error) {
	if w.err == nil {
		w.err = fieldError(key, err)
	}
}

// fieldError says which field err is about: the one it names, within field.
func fieldError(field string, err error) error {
	var inner *FieldError
	if errors.As(err, &inner) {
		field, err = field+"."+inner.Field, inner.Err
	}
	return &FieldError{Field: field, Err: err}
}

func (w *objectWriter) str(key, value string) {
	if value != "" {
		w.key(key)
		w.dst = appendString(w.dst, value)
	}
}

func (w *objectWriter) int(key string, value int64) {
	w.key(key)
	w.dst = strconv.AppendInt(w.dst, value, 10)
}

// text writes a string that means something when it is empty, too.
func (w *objectWriter) text(key, value string) {
	w.key(key)
	w.dst = appendString(w.dst, value)
}

// count writes a number that means nothing when it is 0.
func (w *objectWriter) count(key string, value int) {
	if value != 0 {
		w.int(key, int64(value))
	}
}

func (w *objectWriter) optInt(key string, value *int) {
	if value != nil {
		w.int(key, int64(*value))
	}
}

func (w *objectWriter) bool(key string, value bool) {
	w.key(key)
	w.dst = strconv.AppendBool(w.dst, value)
}

// flag writes true, and nothing for false.
func (w *objectWriter) flag(key string, value bool) {
	if value {
		w.bool(key, true)
	}
}

func (w *objectWriter) optBool(key string, value *bool) {
	if value != nil {
		w.bool(key, *value)
	}
}

func (w *objectWriter) float(key string, value *float64) {
	if value != nil {
		w.key(key)
		w.dst = strconv.AppendFloat(w.dst, *value, 'f', -1, 64)
	}
}

func (w *objectWriter) strings(key string, values []string) {
	if values == nil {
		return
	}
	w.key(key)
	w.dst = append(w.dst, '[')
	for i, v := range values {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.dst = appendString(w.dst, v)
	}
	w.dst = append(w.dst, ']')
}

// blocks writes a list of blocks, of which none may be empty.
func (w *objectWriter) blocks(key string, blocks []Block) {
	if err := checkBlocks(key, blocks); err != nil {
		w.err = err
		return
	}
	w.raw(key, appendBlocks(nil, blocks))
}

// done ends the object and returns it, or the first error.
func (w *objectWriter) done() ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	return w.end(), nil
}

// block ends the object of a content block. One that cannot be written is the
// zero Block, which no request takes.
func (w *objectWriter) block(blockType string) Block {
	if w.err != nil {
		return Block{}
	}
	return Block{Type: blockType, Raw: w.end()}
}

func (w *objectWriter) end() []byte { return append(w.dst, '}') }
