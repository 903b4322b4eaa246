package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// Everything this package sends is written by hand instead of by json.Marshal,
// for two reasons: json.Marshal rewrites what a json.Marshaler returns
// (compacting it and escaping <, > and &), which would break "as it came", and
// the API's prompt cache rewards bytes that never change between turns.

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. Only what JSON requires is escaped;
// invalid UTF-8 becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(dst, s[start:i]...)
				dst = append(dst, "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	default:
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
	}
}

// appendBlocks appends blocks as a JSON array, each verbatim.
func appendBlocks(dst []byte, blocks []Block) []byte {
	dst = append(dst, '[')
	for i, b := range blocks {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, b.Raw...)
	}
	return append(dst, ']')
}

// appendArray appends values as a JSON array, each verbatim.
func appendArray(dst []byte, values []json.RawMessage) []byte {
	dst = append(dst, '[')
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, v...)
	}
	return append(dst, ']')
}

// appendValue appends v as encoding/json writes it, but without escaping <, >
// and &.
func appendValue(dst []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return dst, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// member is one key of a JSON object with its value, both verbatim.
type member struct {
	key   string
	value json.RawMessage
}

// members splits a valid JSON object in order, duplicates included. It returns
// nil for anything else.
func members(raw []byte) []member {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var list []member
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil
		}
		key, _ := t.(string)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil
		}
		list = append(list, member{key, value})
	}
	return list
}

// memberSet is a list of members in which each key has one place, found in time
// that does not grow with the list.
type memberSet struct {
	list []member
	at   map[string]int // nil while the list is short
}

// set replaces the value of key in its place, or appends it. It returns by how
// much the set grew.
func (s *memberSet) set(key string, value []byte) (grown int) {
	if i := s.find(key); i >= 0 {
		grown = len(value) - len(s.list[i].value)
		s.list[i].value = value
		return grown
	}
	if s.at != nil {
		s.at[key] = len(s.list)
	}
	s.list = append(s.list, member{key, value})
	return overhead + len(key) + len(value)
}

func (s *memberSet) find(key string) int {
	const short = 32
	if s.at == nil && len(s.list) <= short {
		return slices.IndexFunc(s.list, func(m member) bool { return m.key == key })
	}
	if s.at == nil {
		s.at = make(map[string]int, len(s.list))
		for i := len(s.list) - 1; i >= 0; i-- { // the first of equal ones stays
			s.at[s.list[i].key] = i
		}
	}
	if i, ok := s.at[key]; ok {
		return i
	}
	return -1
}

func writeMembers(list []member) []byte {
	w := beginObject(nil)
	for _, m := range list {
		w.raw(m.key, m.value)
	}
	return w.end()
}

// setMember returns raw with key set to value: in place if the key is there
// (the last one, where a server repeats it), else at the end.
func setMember(raw []byte, key string, value []byte) []byte {
	list := members(raw)
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].key == key {
			list[i].value = value
			return writeMembers(list)
		}
	}
	return writeMembers(append(list, member{key, value}))
}

// dropMember returns raw without key.
func dropMember(raw []byte, key string) []byte {
	list := members(raw)
	kept := list[:0]
	for _, m := range list {
		if m.key != key {
			kept = append(kept, m)
		}
	}
	if len(kept) == len(list) {
		return raw
	}
	return writeMembers(kept)
}
