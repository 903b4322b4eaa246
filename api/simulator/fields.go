package simulator

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// fields is a JSON object, decoded one level.
type fields map[string]json.RawMessage

// parseBody decodes the request body, which must be one JSON object.
func parseBody(body []byte) (fields, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, bad("The request body is empty")
	}
	if !json.Valid(body) {
		var v any
		err := json.Unmarshal(body, &v)
		return nil, bad("The request body is not valid JSON: %v", err)
	}
	f, ok := object(body)
	if !ok {
		return nil, bad("Input should be a valid dictionary")
	}
	return f, nil
}

// object decodes a JSON object; false means that raw is something else.
func object(raw json.RawMessage) (fields, bool) {
	if raw = bytes.TrimLeft(raw, " \t\r\n"); len(raw) == 0 || raw[0] != '{' {
		return nil, false
	}
	var f fields
	return f, json.Unmarshal(raw, &f) == nil
}

// array decodes a JSON array.
func array(raw json.RawMessage) ([]json.RawMessage, bool) {
	if raw = bytes.TrimLeft(raw, " \t\r\n"); len(raw) == 0 || raw[0] != '[' {
		return nil, false
	}
	var a []json.RawMessage
	return a, json.Unmarshal(raw, &a) == nil
}

// has says whether the field is there and not null.
func (f fields) has(name string) bool {
	raw, ok := f[name]
	return ok && string(raw) != "null"
}

// str decodes a string field; false means that it is missing or something else.
func (f fields) str(name string) (string, bool) {
	var s *string
	if err := json.Unmarshal(f[name], &s); err != nil || s == nil {
		return "", false
	}
	return *s, true
}

// integer decodes a whole number.
func (f fields) integer(name string) (int, bool) {
	var n *int
	if err := json.Unmarshal(f[name], &n); err != nil || n == nil {
		return 0, false
	}
	return *n, true
}

// number decodes a number.
func (f fields) number(name string) (float64, bool) {
	var n *float64
	if err := json.Unmarshal(f[name], &n); err != nil || n == nil {
		return 0, false
	}
	return *n, true
}

// boolean decodes true or false.
func (f fields) boolean(name string) (value, ok bool) {
	var b *bool
	if err := json.Unmarshal(f[name], &b); err != nil || b == nil {
		return false, false
	}
	return *b, true
}

// extra returns the first field, in alphabetical order, that is not among the allowed.
func (f fields) extra(allowed ...string) (string, bool) {
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !slices.Contains(allowed, name) {
			return name, true
		}
	}
	return "", false
}

// noExtra refuses fields that the API does not know, unless the simulator is lenient. path ends in a dot or is empty.
func (c *checker) noExtra(f fields, path string, allowed ...string) error {
	if name, found := f.extra(allowed...); found && !c.lenient {
		return bad("%s%s: Extra inputs are not permitted", path, name)
	}
	return nil
}

// oneOf checks an enumeration.
func oneOf(path, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	list := ""
	for i, a := range allowed {
		switch {
		case i > 0 && i == len(allowed)-1:
			list += " or "
		case i > 0:
			list += ", "
		}
		list += "'" + a + "'"
	}
	return bad("%s: Input should be %s", path, list)
}
