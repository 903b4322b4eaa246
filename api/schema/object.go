package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
)

// member is one key of a JSON object with its value. Schemas are rewritten as
// lists of members, since the order of properties is the order in which the
// model writes them.
type member struct {
	key   string
	value json.RawMessage
}

var errNotAnObject = errors.New("not a JSON object")

// parse splits a JSON object in order. Of a key that is repeated, the last
// value counts, in the place of the first.
func parse(raw json.RawMessage) ([]member, error) {
	if !json.Valid(raw) {
		return nil, errors.New("not valid JSON")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errNotAnObject
	}
	var list []member
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		list = set(list, key, value)
	}
	return list, nil
}

func set(list []member, key string, value json.RawMessage) []member {
	if i := slices.IndexFunc(list, func(m member) bool { return m.key == key }); i >= 0 {
		list[i].value = value
		return list
	}
	return append(list, member{key, value})
}

// get returns nil when key is not there.
func get(list []member, key string) json.RawMessage {
	for _, m := range list {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

func object(list []member) json.RawMessage {
	out := []byte{'{'}
	for i, m := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, text(m.key)...), ':'), m.value...)
	}
	return append(out, '}')
}

func array(list []json.RawMessage) json.RawMessage {
	return append(append([]byte{'['}, bytes.Join(values(list), []byte{','})...), ']')
}

func values(list []json.RawMessage) [][]byte {
	out := make([][]byte, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// text writes a JSON string, leaving <, > and & as they are.
func text(s string) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string cannot fail
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func isObject(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) > 0 && raw[0] == '{'
}

func isArray(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) > 0 && raw[0] == '['
}
