package api

import (
	"bytes"
	"encoding/json"
	"errors"
)

// The results of a batch come by the gigabyte. What is split here is read once
// for each level, where encoding/json reads it several times, and not copied. It
// takes what encoding/json takes (a fuzz test holds them together).

// maxDepth is how deep encoding/json goes.
const maxDepth = 10_000

// maxParts bounds the members and elements of one text, at all depths together:
// three bytes of text become two hundred in memory. No answer comes near.
const maxParts = 1 << 20

var errTooManyParts = errors.New("its JSON has more than 1,048,576 members and elements")

// splitObject is parseObject without copies: the values share memory with raw.
func splitObject(raw []byte) object {
	s := scanner{data: raw}
	o := object{}
	if !s.object(1, func(key token, value []byte) { o[key.text()] = value }) || !s.end() {
		return nil
	}
	return o
}

// splitList returns the elements of a JSON array, which share memory with raw;
// false means it is none.
func splitList(raw []byte) ([]json.RawMessage, bool) {
	s := scanner{data: raw}
	var list []json.RawMessage
	if !s.array(1, func(value []byte) { list = append(list, value) }) || !s.end() {
		return nil, false
	}
	return list, true
}

// firstValue returns the value that raw begins with, which shares memory with
// raw. What follows it does not matter.
func firstValue(raw []byte) (json.RawMessage, error) {
	s := scanner{data: raw}
	if value, ok := s.value(0); ok {
		return value, nil
	}
	if s.parts > maxParts {
		return nil, errTooManyParts
	}
	var value json.RawMessage
	err := json.NewDecoder(bytes.NewReader(raw)).Decode(&value) // it knows the words for what is wrong
	return value, err
}

// text decodes the token.
func (t token) text() string {
	if t.plain {
		return string(t.raw)
	}
	return decodeString(append(append([]byte{'"'}, t.raw...), '"'))
}

// end reports whether nothing but white space is left.
func (s *scanner) end() bool {
	s.space()
	return s.at == len(s.data)
}

// object reads an object and gives its members to visit, which may be nil.
func (s *scanner) object(depth int, visit func(key token, value []byte)) bool {
	if depth > maxDepth || !s.eat('{') {
		return false
	}
	if s.eat('}') {
		return true
	}
	for {
		key, ok := s.str()
		if !ok || !s.eat(':') {
			return false
		}
		value, ok := s.value(depth)
		if !ok {
			return false
		}
		if s.parts++; s.parts > maxParts {
			return false
		}
		if visit != nil {
			visit(key, value)
		}
		if !s.eat(',') {
			return s.eat('}')
		}
	}
}

// array reads an array and gives its elements to visit, which may be nil.
func (s *scanner) array(depth int, visit func(value []byte)) bool {
	if depth > maxDepth || !s.eat('[') {
		return false
	}
	if s.eat(']') {
		return true
	}
	for {
		value, ok := s.value(depth)
		if !ok {
			return false
		}
		if s.parts++; s.parts > maxParts {
			return false
		}
		if visit != nil {
			visit(value)
		}
		if !s.eat(',') {
			return s.eat(']')
		}
	}
}

// value reads a value of any kind and returns it without the space around it.
func (s *scanner) value(depth int) (value []byte, ok bool) {
	s.space()
	if s.at == len(s.data) {
		return nil, false
	}
	start := s.at
	switch s.data[start] {
	case '{':
		ok = s.object(depth+1, nil)
	case '[':
		ok = s.array(depth+1, nil)
	case '"':
		_, ok = s.str()
	case 't':
		ok = s.word("true")
	case 'f':
		ok = s.word("false")
	case 'n':
		ok = s.word("null")
	default:
		ok = s.number()
	}
	return s.data[start:s.at:s.at], ok
}

func (s *scanner) word(w string) bool {
	if len(s.data)-s.at < len(w) || string(s.data[s.at:s.at+len(w)]) != w {
		return false
	}
	s.at += len(w)
	return true
}

// number reads -1, 0.5, 1e-9; no leading zero, no bare point.
func (s *scanner) number() bool {
	if s.at < len(s.data) && s.data[s.at] == '-' {
		s.at++
	}
	if s.at < len(s.data) && s.data[s.at] == '0' {
		s.at++
	} else if !s.digits() {
		return false
	}
	if s.at < len(s.data) && s.data[s.at] == '.' {
		s.at++
		if !s.digits() {
			return false
		}
	}
	if s.at < len(s.data) && s.data[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.data) && (s.data[s.at] == '+' || s.data[s.at] == '-') {
			s.at++
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}
