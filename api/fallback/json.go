package fallback

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// JSON is edited here as text: what an edit does not touch stays the same
// bytes, white space and the order of keys included. The prompt cache and the
// fallback credit both compare what was sent before. Everything below takes
// valid JSON, which whoever brings the text has checked.

// span is a part of a text.
type span struct{ start, end int }

// member is one member of an object: the whole of it and where its value is.
type member struct {
	span
	key   string
	value span
}

// members lists the members of an object, duplicates included; nothing for any
// other value.
func members(raw []byte) []member {
	at := skipSpace(raw, 0)
	if at == len(raw) || raw[at] != '{' {
		return nil
	}
	var list []member
	for at = skipSpace(raw, at+1); at < len(raw) && raw[at] != '}'; at = skipSpace(raw, at) {
		if raw[at] == ',' {
			at++
			continue
		}
		m := member{span: span{start: at}}
		at = skipValue(raw, at)
		m.key = unquote(raw[m.start:at])
		at = skipSpace(raw, skipSpace(raw, at)+1)
		m.value.start = at
		at = skipValue(raw, at)
		m.value.end, m.end = at, at
		list = append(list, m)
	}
	return list
}

// elements lists the elements of an array; nothing for any other value.
func elements(raw []byte) []span {
	at := skipSpace(raw, 0)
	if at == len(raw) || raw[at] != '[' {
		return nil
	}
	var list []span
	for at = skipSpace(raw, at+1); at < len(raw) && raw[at] != ']'; at = skipSpace(raw, at) {
		if raw[at] == ',' {
			at++
			continue
		}
		end := skipValue(raw, at)
		list = append(list, span{at, end})
		at = end
	}
	return list
}

func skipSpace(raw []byte, at int) int {
	for at < len(raw) && (raw[at] == ' ' || raw[at] == '\n' || raw[at] == '\t' || raw[at] == '\r') {
		at++
	}
	return at
}

// skipValue returns where the value that starts at at ends.
func skipValue(raw []byte, at int) int {
	depth := 0
	for at < len(raw) {
		switch raw[at] {
		case '"':
			at = skipString(raw, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		case ',', ':', ' ', '\n', '\t', '\r':
			at++
		default:
			for at < len(raw) && !bytes.ContainsRune([]byte(",:]} \n\t\r"), rune(raw[at])) {
				at++
			}
		}
		if depth == 0 {
			return at
		}
	}
	return at
}

func skipString(raw []byte, at int) int {
	for at++; at < len(raw); at++ {
		switch raw[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(raw)
}

// find returns the value at the end of a path of keys, nil if there is none. Of
// equal keys the last one counts.
func find(raw []byte, path ...string) []byte {
	for _, key := range path {
		var value []byte
		for _, m := range members(raw) {
			if m.key == key {
				value = raw[m.value.start:m.value.end]
			}
		}
		raw = value
	}
	return raw
}

// text is find for a string; "" for any other value.
func text(raw []byte, path ...string) string { return unquote(find(raw, path...)) }

func unquote(raw []byte) string {
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(inside(raw))
	}
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// inside returns what stands between the quotes of a string.
func inside(raw []byte) []byte { return raw[1 : len(raw)-1] }

func isNull(raw []byte) bool { return len(raw) == 0 || string(raw) == "null" }

func isObject(raw []byte) bool { return kind(raw) == '{' }

func isArray(raw []byte) bool { return kind(raw) == '[' }

// kind returns the character that a value begins with, 0 for no value.
func kind(raw []byte) byte {
	if at := skipSpace(raw, 0); at < len(raw) {
		return raw[at]
	}
	return 0
}

// index reads the place of a content block. False means none that makes sense.
func index(raw []byte) (int, bool) {
	const enough = 1 << 20
	n, err := strconv.Atoi(string(raw))
	return n, err == nil && n >= 0 && n < enough
}

// quote writes s as a JSON string, without the escapes that only HTML needs.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// edit sets a member of an object. A nil value takes it out.
type edit struct {
	key   string
	value []byte
}

// edited applies edits to an object. A member that is there keeps its place,
// of equal ones the last; others are added at the end, in the order of edits.
func edited(raw []byte, edits ...edit) []byte {
	list := members(raw)
	parts := make([]span, len(list))
	last := make(map[string]int, len(list))
	for i, m := range list {
		parts[i] = m.span
		last[m.key] = i
	}
	wanted := make(map[string][]byte, len(edits))
	var added [][]byte
	for _, e := range edits {
		wanted[e.key] = e.value
		if _, there := last[e.key]; !there && e.value != nil {
			added = append(added, append(append(quote(e.key), ':'), e.value...))
		}
	}
	return rebuilt(raw, parts, func(i int) []byte {
		m := list[i]
		value, edit := wanted[m.key]
		switch {
		case edit && value == nil:
			return nil
		case edit && last[m.key] == i:
			return append(bytes.Clone(raw[m.start:m.value.start]), value...)
		}
		return raw[m.start:m.end]
	}, added...)
}

// rebuilt writes a list (the members of an object, the elements of an array)
// anew. Part says what becomes of part i, nil takes it out; more comes after
// the last one.
func rebuilt(raw []byte, parts []span, part func(i int) []byte, more ...[]byte) []byte {
	start := skipSpace(raw, 0) + 1
	end := start
	if len(parts) > 0 {
		start, end = parts[0].start, parts[len(parts)-1].end
	}
	out := append(make([]byte, 0, len(raw)+256), raw[:start]...)
	empty := true
	for i, p := range parts {
		text := part(i)
		if text == nil {
			continue
		}
		if !empty {
			out = append(out, raw[parts[i-1].end:p.start]...)
		}
		out, empty = append(out, text...), false
	}
	for _, text := range more {
		if !empty {
			out = append(out, ',')
		}
		out, empty = append(out, text...), false
	}
	return append(out, raw[end:]...)
}

// appended adds elements to the end of an array.
func appended(raw []byte, more ...[]byte) []byte {
	parts := elements(raw)
	return rebuilt(raw, parts, func(i int) []byte { return raw[parts[i].start:parts[i].end] }, more...)
}

// prepended adds elements to the start of an array.
func prepended(raw []byte, more ...[]byte) []byte {
	at := skipSpace(raw, 0) + 1
	out := append([]byte(nil), raw[:at]...)
	out = append(out, bytes.Join(more, []byte(","))...)
	if rest := skipSpace(raw, at); len(more) > 0 && raw[rest] != ']' {
		out = append(out, ',')
	}
	return append(out, raw[at:]...)
}

// array writes values as an array.
func array(values [][]byte) []byte {
	return append(append([]byte{'['}, bytes.Join(values, []byte(","))...), ']')
}
