package api

import (
	"bytes"
	"errors"
	"io"
)

// maxFrame bounds one line and the data of one event.
const maxFrame = 32 << 20

var errFrameTooLong = errors.New("an event is longer than 32 MiB")

// sseReader splits a byte stream into server-sent events. Lines end with LF,
// CRLF or CR; where the stream was cut into reads makes no difference.
type sseReader struct {
	r   io.Reader
	buf []byte
	// buf[start:end] is unread input, in which buf[start:seen] has no line end.
	start, seen, end int
	bytes            int64  // read so far
	skipLF           bool   // the last line ended with CR: a LF belongs to it
	begun            bool   // past the place where a byte order mark may stand
	err              error  // of r
	head             []byte // the first bytes, for a preview

	name, data []byte // of the frame being collected
	hasData    bool
}

func newSSEReader(r io.Reader) *sseReader {
	return &sseReader{r: r, buf: make([]byte, 16<<10)}
}

// next returns the next event's name and data, both valid until the following
// call. At the end of the input it returns the reader's error; an event whose
// closing blank line is missing is dropped, as the specification says.
func (s *sseReader) next() (name, data []byte, err error) {
	s.reset()
	for {
		line, err := s.line()
		if err != nil {
			return nil, nil, err
		}
		switch {
		case len(line) > 0:
			if err := s.field(line); err != nil {
				return nil, nil, err
			}
		case s.hasData || len(s.name) > 0:
			return s.name, s.data, nil
		}
	}
}

// reset forgets the last frame, and its memory if it was a giant.
func (s *sseReader) reset() {
	const keep = 1 << 20
	if cap(s.data) > keep {
		s.data = nil
	}
	s.name, s.data, s.hasData = s.name[:0], s.data[:0], false
}

func (s *sseReader) field(line []byte) error {
	name, value, _ := bytes.Cut(line, []byte(":"))
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	switch string(name) {
	case "event":
		s.name = append(s.name[:0], value...)
	case "data":
		if len(s.data)+len(value) >= maxFrame {
			return errFrameTooLong
		}
		if s.hasData {
			s.data = append(s.data, '\n')
		}
		s.data = append(s.data, value...)
		s.hasData = true
	}
	return nil // comments, id, retry and unknown fields mean nothing here
}

// line returns the next line without its end, valid until the next call.
func (s *sseReader) line() ([]byte, error) {
	for {
		if line, ok := s.cut(); ok {
			return line, nil
		}
		if s.err != nil {
			return nil, s.err
		}
		if s.end-s.start >= maxFrame {
			return nil, errFrameTooLong
		}
		s.fill()
	}
}

// cut takes a complete line from the buffer.
func (s *sseReader) cut() (line []byte, ok bool) {
	if s.skipLF && s.start < s.end {
		s.skipLF = false
		if s.buf[s.start] == '\n' {
			s.start++
		}
		s.seen = max(s.seen, s.start)
	}
	if !s.begun && !s.skipMark() {
		return nil, false
	}
	fresh := s.buf[s.seen:s.end]
	at := bytes.IndexByte(fresh, '\n')
	if at >= 0 {
		fresh = fresh[:at]
	}
	if cr := bytes.IndexByte(fresh, '\r'); cr >= 0 {
		at, s.skipLF = cr, true
	}
	if at < 0 {
		s.seen = s.end
		return nil, false
	}
	at += s.seen
	line = s.buf[s.start:at]
	s.start, s.seen = at+1, at+1
	return line, true
}

// skipMark steps over a UTF-8 byte order mark; false asks for more input.
func (s *sseReader) skipMark() bool {
	const mark = "\xEF\xBB\xBF"
	head := s.buf[s.start:s.end]
	if len(head) < len(mark) && s.err == nil && bytes.HasPrefix([]byte(mark), head) {
		return false
	}
	if bytes.HasPrefix(head, []byte(mark)) {
		s.start += len(mark)
		s.seen = max(s.seen, s.start)
	}
	s.begun = true
	return true
}

// fill reads once, making room first. The buffer grows by doubling and shrinks
// back when a giant line is done.
func (s *sseReader) fill() {
	const normal = 16 << 10
	held := s.end - s.start
	switch {
	case held > len(s.buf)/2:
		s.move(make([]byte, 2*len(s.buf)))
	case len(s.buf) > 64*normal && held < normal:
		s.move(make([]byte, normal))
	case s.start > 0 && (held == 0 || s.end == len(s.buf)):
		s.move(s.buf)
	}
	const attempts = 100 // like bufio: a reader that never gives anything is broken
	for range attempts {
		n, err := s.r.Read(s.buf[s.end:])
		if len(s.head) <= previewLength {
			s.head = append(s.head, s.buf[s.end:s.end+min(n, 2*previewLength)]...)
		}
		s.end += n
		s.bytes += int64(n)
		s.err = err
		if n > 0 || err != nil {
			return
		}
	}
	s.err = io.ErrNoProgress
}

func (s *sseReader) move(to []byte) {
	n := copy(to, s.buf[s.start:s.end])
	s.buf = to
	s.start, s.seen, s.end = 0, s.seen-s.start, n
}
