package api

import "unicode/utf8"

// token is the inside of a JSON string. Plain means it needs no decoding.
type token struct {
	raw   []byte
	plain bool
}

// scanner reads the few shapes of JSON that decodeDelta knows. Its methods
// report false for anything else, valid or not.
type scanner struct {
	data  []byte
	at    int
	parts int // members and elements so far, see maxParts
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
	if s.at < len(s.data) && s.data[s.at] == c {
		s.at++
		return true
	}
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
	rest := s.data[s.at:]
	plain, ascii := true, true
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		switch {
		case c == '"':
			s.at += i + 1
			raw := rest[:i]
			return token{raw, plain && (ascii || utf8.Valid(raw))}, true
		case c == '\\':
			plain = false
			size := escapeSize(rest[i:])
			if size == 0 {
				return token{}, false
			}
			i += size - 1
		case c >= utf8.RuneSelf:
			ascii = false
		case c < ' ':
			return token{}, false
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
