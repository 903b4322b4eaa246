package api

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// Nearly every event of a stream is a content_block_delta with one string in
// it. decodeDelta reads exactly those without encoding/json; it takes members
// in any order and any white space, and leaves everything unusual to the
// general path, which gives the same result (a fuzz test holds them together).

func (d *decoder) decodeDelta(data []byte, e *Event) bool {
	s := scanner{data: data}
	var piece token
	typeOK := false
	index, delta := -1, []byte(nil)
	if !s.begin() {
		return false
	}
	for more := true; more; more = s.next() {
		key, ok := s.key()
		if !ok {
			return false
		}
		switch string(key) {
		case "type":
			value, ok := s.str()
			typeOK = ok && string(value.raw) == EventContentBlockDelta
			if !typeOK {
				return false
			}
		case "index":
			if index, ok = s.index(); !ok {
				return false
			}
		case "delta":
			start := s.at
			if e.Delta.Type, piece, ok = s.delta(); !ok {
				return false
			}
			delta = data[start:s.at]
		default:
			return false
		}
	}
	if !s.done() || !typeOK || delta == nil {
		return false
	}
	e.Type, e.Index, e.Raw = EventContentBlockDelta, index, data
	e.Delta.Raw = delta
	if piece.plain && len(d.halves) == 0 {
		e.Delta.Text = string(piece.raw)
	} else {
		e.Delta.Text = d.text(index, e.Delta.Type, piece.raw)
	}
	return true
}

// token is the inside of a JSON string. Plain means it needs no decoding.
type token struct {
	raw   []byte
	plain bool
}

// scanner reads the few shapes of JSON that decodeDelta knows. Its methods
// report false for anything else, valid or not.
type scanner struct {
	data []byte
	at   int
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) eat(c byte) bool {
	s.space()
	if s.at < len(s.data) && s.data[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) begin() bool { return s.eat('{') }

// next steps over the comma between members; false means there is none, which
// done then checks to be the end.
func (s *scanner) next() bool { return s.eat(',') }

func (s *scanner) done() bool {
	if !s.eat('}') {
		return false
	}
	s.space()
	return s.at == len(s.data)
}

func (s *scanner) key() ([]byte, bool) {
	key, ok := s.str()
	ok = ok && key.plain && s.eat(':')
	s.space()
	return key.raw, ok
}

// str reads a string: valid JSON, or not at all.
func (s *scanner) str() (token, bool) {
	if !s.eat('"') {
		return token{}, false
	}
	start, plain, ascii := s.at, true, true
	for s.at < len(s.data) {
		switch c := s.data[s.at]; {
		case c == '"':
			raw := s.data[start:s.at]
			s.at++
			return token{raw, plain && (ascii || utf8.Valid(raw))}, true
		case c == '\\':
			plain = false
			size := escapeSize(s.data[s.at:])
			if size == 0 {
				return token{}, false
			}
			s.at += size
		case c < ' ':
			return token{}, false
		default:
			ascii = ascii && c < utf8.RuneSelf
			s.at++
		}
	}
	return token{}, false
}

// index reads a small whole number.
func (s *scanner) index() (n int, ok bool) {
	start := s.at
	for s.at < len(s.data) && s.at-start < 9 {
		c := s.data[s.at]
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
		s.at++
	}
	size := s.at - start
	leadingZero := size > 1 && s.data[start] == '0'
	follows := s.at < len(s.data) && (s.data[s.at] == ',' || s.data[s.at] == '}' || s.data[s.at] == ' ')
	return n, size > 0 && !leadingZero && follows
}

// delta reads {"type":T,M:"..."} where M is the member that goes with T.
func (s *scanner) delta() (deltaType string, piece token, ok bool) {
	var member string
	if !s.begin() {
		return "", token{}, false
	}
	for more := true; more; more = s.next() {
		key, ok := s.key()
		if !ok {
			return "", token{}, false
		}
		if string(key) == "type" {
			value, ok := s.str()
			if deltaType = knownDelta(value.raw); !ok || deltaType == "" {
				return "", token{}, false
			}
			continue
		}
		name := knownMember(key)
		if name == "" || member != "" && member != name {
			return "", token{}, false
		}
		member = name
		if piece, ok = s.str(); !ok {
			return "", token{}, false
		}
	}
	ok = s.eat('}') && deltaType != "" && member == deltaMember(deltaType)
	return deltaType, piece, ok
}

// knownDelta returns the constant equal to raw, so that nothing is allocated.
func knownDelta(raw []byte) string {
	switch string(raw) {
	case DeltaText:
		return DeltaText
	case DeltaThinking:
		return DeltaThinking
	case DeltaSignature:
		return DeltaSignature
	case DeltaInputJSON:
		return DeltaInputJSON
	}
	return ""
}

func knownMember(raw []byte) string {
	switch string(raw) {
	case "text":
		return "text"
	case "thinking":
		return "thinking"
	case "signature":
		return "signature"
	case "partial_json":
		return "partial_json"
	}
	return ""
}

// escapeSize returns the length of the escape sequence at the start of b, 0 if
// it is invalid.
func escapeSize(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(b); ok {
			return 6
		}
	}
	return 0
}

// hex4 reads the \uXXXX at the start of b.
func hex4(b []byte) (uint16, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var n uint16
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		n = n<<4 | uint16(c)
	}
	return n, true
}

// text decodes the inside of a valid JSON string that belongs to the block at
// index. A high surrogate at its very end is held back for the next piece of
// that block; surrogates without a partner become U+FFFD.
func (d *decoder) text(index int, deltaType string, raw []byte) string {
	if len(raw) == 0 {
		return ""
	}
	high := d.halves[index].unit
	delete(d.halves, index)
	buf := d.scratch[:0]
	for len(raw) > 0 {
		if high != 0 {
			low, ok := hex4(raw)
			joined := utf16.DecodeRune(rune(high), rune(low))
			high = 0
			buf = utf8.AppendRune(buf, joined) // U+FFFD if it is no pair
			if ok && joined != utf8.RuneError {
				raw = raw[6:]
			}
			continue
		}
		if run := plainRun(raw); len(run) > 0 {
			buf = appendValid(buf, run)
			raw = raw[len(run):]
			continue
		}
		if unit, ok := hex4(raw); ok {
			raw = raw[6:]
			switch {
			case unit >= 0xD800 && unit < 0xDC00:
				high = unit
			default:
				buf = utf8.AppendRune(buf, rune(unit)) // a lone low one: U+FFFD
			}
			continue
		}
		buf = append(buf, unescape(raw[1]))
		raw = raw[2:]
	}
	if high != 0 {
		if d.halves == nil {
			d.halves = map[int]half{}
		}
		d.halves[index] = half{deltaType, high}
	}
	d.scratch = buf
	return string(buf)
}

// plainRun returns raw up to its first escape.
func plainRun(raw []byte) []byte {
	if i := bytes.IndexByte(raw, '\\'); i >= 0 {
		return raw[:i]
	}
	return raw
}

// appendValid appends raw with U+FFFD for each byte that is not UTF-8.
func appendValid(dst, raw []byte) []byte {
	if utf8.Valid(raw) {
		return append(dst, raw...)
	}
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		dst = utf8.AppendRune(dst, r)
		raw = raw[size:]
	}
	return dst
}

func unescape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
