package fallback

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"parlor/api"
)

// maxFrame bounds one event.
const maxFrame = 32 << 20

var errFrameTooLong = errors.New("fallback: an event is longer than 32 MiB")

// frame is an event of a stream as it came: all of its lines, each with a LF at
// its end, and the empty one that closes it. A comment in front of an event is
// a frame of its own, so that it need not wait. It is valid until the next one.
type frame struct {
	raw        []byte
	name, data []byte
	hasData    bool
}

// usualStart is how the API begins nearly all events of a stream. They are not
// looked into any further, as only their index matters.
const usualStart = `{"type":"content_block_delta","index":`

// usualIndex returns where the index of a usual event is.
func (f *frame) usualIndex() (span, bool) {
	if !bytes.HasPrefix(f.data, []byte(usualStart)) {
		return span{}, false
	}
	at := span{len(usualStart), len(usualStart)}
	for at.end < len(f.data) && f.data[at.end] >= '0' && f.data[at.end] <= '9' {
		at.end++
	}
	return at, at.end < len(f.data) && f.data[at.end] == ','
}

// index returns the index of a content block event, and where it is.
func (f *frame) index() (n int, at span, ok bool) {
	at, ok = f.usualIndex()
	if !ok {
		for _, m := range members(f.data) {
			if m.key == "index" {
				at = m.value
			}
		}
	}
	n, ok = index(f.data[at.start:at.end])
	return n, at, ok
}

// typeOf returns the type of the event in f: "" if there is none, and "unknown"
// for data that is no JSON object.
func typeOf(f *frame) string {
	if _, usual := f.usualIndex(); usual && string(f.name) == api.EventContentBlockDelta {
		return api.EventContentBlockDelta
	}
	switch {
	case !f.hasData && len(f.name) == 0:
		return ""
	case string(f.name) == api.EventError, string(f.name) == api.EventPing:
		return string(f.name)
	case !isObject(f.data) || !json.Valid(f.data):
		return "unknown"
	}
	if kind := text(f.data, "type"); kind != "" {
		return kind
	}
	return string(f.name)
}

// with returns the text of f with other data; lines of other kinds stay.
func (f *frame) with(data []byte) []byte {
	out := make([]byte, 0, len(f.raw)+len(data))
	written := false
	for line := range bytes.Lines(f.raw) {
		switch field, _, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(":")); {
		case string(field) != "data":
			out = append(out, line...)
		case !written:
			out, written = appendData(out, data), true
		}
	}
	return out
}

func appendData(out, data []byte) []byte {
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		out = append(append(append(out, "data: "...), line...), '\n')
	}
	return out
}

// event writes an event of our own.
func event(name string, data []byte) []byte {
	return append(appendData([]byte("event: "+name+"\n"), data), '\n')
}

// frames splits a stream into frames. Where it was cut into reads makes no
// difference, nor whether its lines end with LF, CRLF or CR.
type frames struct {
	r      io.Reader
	buf    []byte // read, but not looked at
	line   []byte // the line that is being read
	frame  frame
	skipLF bool // the last line ended with CR
	begun  bool // past the place of a byte order mark
}

func newFrames(r io.Reader) *frames { return &frames{r: r} }

// next returns the next frame. At the end it returns the error of the reader
// and, as a frame without data, what came of one that was not closed.
func (s *frames) next() (*frame, error) {
	s.frame = frame{raw: s.frame.raw[:0], name: s.frame.name[:0], data: s.frame.data[:0]}
	for {
		ended, err := s.readLine()
		if err == nil && len(s.frame.raw) > maxFrame {
			err = errFrameTooLong
		}
		if err != nil {
			s.frame = frame{raw: append(s.frame.raw, s.line...)}
			s.line = s.line[:0]
			return &s.frame, err
		}
		if !ended {
			continue
		}
		alone := len(s.frame.raw) == 0
		line := s.line
		s.frame.raw = append(append(s.frame.raw, line...), '\n')
		s.frame.field(line)
		s.line = s.line[:0]
		if len(line) == 0 || alone && line[0] == ':' {
			return &s.frame, nil
		}
	}
}

func (f *frame) field(line []byte) {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "event":
		f.name = append(f.name[:0], value...)
	case "data":
		if f.hasData {
			f.data = append(f.data, '\n')
		}
		f.data, f.hasData = append(f.data, value...), true
	}
}

// readLine adds what is there to the line. True means that the line is whole.
func (s *frames) readLine() (bool, error) {
	if len(s.buf) == 0 {
		if err := s.fill(); err != nil {
			return false, err
		}
	}
	if s.skipLF {
		s.skipLF = false
		s.buf = bytes.TrimPrefix(s.buf, []byte("\n"))
	}
	at := bytes.IndexByte(s.buf, '\n')
	if cr := bytes.IndexByte(s.buf[:max(at, 0)], '\r'); cr >= 0 {
		at = cr
	}
	if at < 0 {
		at = bytes.IndexByte(s.buf, '\r')
	}
	if at < 0 {
		s.line = append(s.line, s.buf...)
		s.buf = s.buf[:0]
		if len(s.line) > maxFrame {
			return false, errFrameTooLong
		}
		return false, nil
	}
	s.line = append(s.line, s.buf[:at]...)
	s.skipLF = s.buf[at] == '\r'
	s.buf = s.buf[at+1:]
	if !s.begun {
		s.begun = true
		s.line = bytes.TrimPrefix(s.line, []byte("\xEF\xBB\xBF"))
	}
	return true, nil
}

// fill reads more. An error waits until everything before it is used up.
func (s *frames) fill() error {
	const attempts = 100 // a reader that never gives anything is broken
	space := s.buf[:0:cap(s.buf)]
	if cap(space) < 4<<10 {
		space = make([]byte, 0, 16<<10)
	}
	for range attempts {
		n, err := s.r.Read(space[:cap(space)])
		if n > 0 {
			s.buf = space[:n]
			if err != nil {
				s.r = failing{err}
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}
