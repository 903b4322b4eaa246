package api

import "bytes"

// Nearly every event of a stream is a content_block_delta with one string in
// it. decodeDelta reads exactly those without encoding/json; it takes members
// in any order and any white space, and leaves everything unusual to the
// general path, which gives the same result (a fuzz test holds them together).

// usualStart is how the API begins these events; to compare it is cheaper than
// to scan it.
const usualStart = `{"type":"content_block_delta"`

func (d *decoder) decodeDelta(data []byte, e *Event) bool {
	s := scanner{data: data}
	var piece token
	index, delta := -1, []byte(nil)
	typed, more := bytes.HasPrefix(data, []byte(usualStart)), true
	if typed {
		s.at = len(usualStart)
		more = s.next()
	} else if !s.begin() {
		return false
	}
	for ; more; more = s.next() {
		key, ok := s.key()
		if !ok {
			return false
		}
		switch string(key) {
		case "type":
			value, ok := s.str()
			typed = ok && string(value.raw) == EventContentBlockDelta
			if !typed {
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
	if !s.done() || !typed || delta == nil {
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
