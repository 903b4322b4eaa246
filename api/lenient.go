package api

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// Servers add fields, leave fields out, send null, or another type than the
// documentation says. Answers are therefore read member by member: what has
// the expected type is taken, everything else is as if it were absent.

// object is a JSON object whose values are still JSON.
type object map[string]json.RawMessage

// parseObject returns nil, on which every method works, when raw is no object.
// The values are copies.
func parseObject(raw []byte) object {
	if !isObject(raw) {
		return nil
	}
	return splitObject(bytes.Clone(raw))
}

func isObject(raw []byte) bool {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	return len(raw) > 0 && raw[0] == '{'
}

// has reports whether key is there and not null.
func (o object) has(key string) bool {
	v, ok := o[key]
	return ok && string(v) != "null"
}

func (o object) str(key string) string { return decodeString(o[key]) }

// scalar is str for what must not get lost: a number, true and false are taken
// as they look.
func (o object) scalar(key string) string {
	switch raw := o[key]; {
	case len(raw) == 0 || raw[0] == 'n' || raw[0] == '[' || raw[0] == '{':
		return ""
	case raw[0] == '"':
		return decodeString(raw)
	default:
		return string(raw)
	}
}

func (o object) obj(key string) object { return parseObject(o[key]) }

func (o object) bool(key string) bool { return string(o[key]) == "true" }

func (o object) list(key string) []json.RawMessage {
	list, _ := splitList(o[key])
	return list
}

// strings returns the strings of a list.
func (o object) strings(key string) []string {
	return each(o.list(key), func(raw json.RawMessage) string { return decodeString(raw) })
}

// each makes a view of every element of a list; nil of none.
func each[T any](list []json.RawMessage, view func(json.RawMessage) T) []T {
	if len(list) == 0 {
		return nil
	}
	views := make([]T, 0, len(list))
	for _, raw := range list {
		views = append(views, view(raw))
	}
	return views
}

// int reads a whole number: 3, 3.0, 3e2 and "3" are the same to it. What does
// not fit is clamped.
func (o object) int(key string) (int64, bool) {
	raw := strings.Trim(string(o[key]), `"`)
	if n, err := strconv.ParseInt(raw, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(raw, 64)
	switch {
	case err != nil || math.IsNaN(f):
		return 0, false
	case f >= math.MaxInt64:
		return math.MaxInt64, true
	case f <= math.MinInt64:
		return math.MinInt64, true
	}
	return int64(f), true
}

// setInt overwrites *to when key holds a size or limit; null, absence and what is
// negative leave it.
func (o object) setInt(key string, to *int64) {
	if n, ok := o.int(key); ok && n >= 0 {
		*to = n
	}
}

// setCount is setInt for numbers of tokens and calls. One that cannot be is as
// if it were absent: it would make sums and costs overflow.
func (o object) setCount(key string, to *int64) {
	if n, ok := o.int(key); ok && plausible(n) {
		*to = n
	}
}

// count reads a number of things, 0 if there is none.
func (o object) count(key string) int {
	var n int64
	o.setCount(key, &n)
	return int(n)
}

func plausible(count int64) bool { return count >= 0 && count <= 1<<32 }

func (o object) setStr(key string, to *string) {
	if s := o.str(key); s != "" {
		*to = s
	}
}

// optStr returns nil for null, absence and other types.
func (o object) optStr(key string) *string {
	raw := o[key]
	if len(raw) == 0 || raw[0] != '"' {
		return nil
	}
	s := decodeString(raw)
	return &s
}

// time reads RFC 3339 or seconds since 1970. The zero time means unknown, as is
// what no RFC 3339 can say: json.Marshal would fail for it.
func (o object) time(key string) time.Time {
	const year10000 = 253402300800
	if t, err := time.Parse(time.RFC3339, o.str(key)); err == nil {
		return t
	}
	if seconds, ok := o.int(key); ok && seconds > 0 && seconds < year10000 {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Time{}
}

// decodeString returns the value of a JSON string, and "" for anything else.
func decodeString(raw []byte) string {
	if len(raw) == 0 || raw[0] != '"' {
		return ""
	}
	quick := scanner{data: raw}
	if token, ok := quick.str(); ok && token.plain && quick.end() {
		return string(token.raw)
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
