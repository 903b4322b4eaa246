package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds one line of results.
const maxLine = 64 << 20

var (
	errLineTooLong = errors.New("it is longer than 64 MiB")
	errNotAResult  = errors.New("it is not the result of a batch")
)

// lineError says which line of the results is wrong, and how.
type lineError struct {
	number int // from 1
	err    error
	line   []byte // valid until the next call
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.number, e.err) }

func (e *lineError) Unwrap() error { return e.err }

// resultReader splits a byte stream into lines of JSON and those into results.
// Lines end with LF or CRLF, the last one may lack its end, blank ones mean
// nothing; where the stream was cut into reads makes no difference. It keeps
// one line at a time.
type resultReader struct {
	r       *bufio.Reader
	long    []byte // a line that r's buffer was too small for
	number  int    // of the last line, from 1
	results int    // so far
	bytes   int64  // taken so far
	limit   int    // of a line
}

func newResultReader(r io.Reader) *resultReader {
	return &resultReader{r: bufio.NewReaderSize(r, 64<<10), limit: maxLine}
}

// next returns the next result, which owns its memory. It returns io.EOF at the
// end, a *lineError that wraps io.ErrUnexpectedEOF if that is in the middle of a
// line, a *lineError for a line that is no result, or the error of the reader.
func (d *resultReader) next() (BatchResult, error) {
	for {
		line, err := d.line()
		if err != nil && !errors.Is(err, io.EOF) {
			return BatchResult{}, err
		}
		line = bytes.Trim(line, " \t\r\n")
		if len(line) == 0 {
			if err != nil {
				return BatchResult{}, io.EOF
			}
			continue
		}
		result, ok := decodeResult(bytes.Clone(line))
		if !ok {
			return BatchResult{}, &lineError{d.number, lineFault(line, err != nil), line}
		}
		d.results++
		return result, nil
	}
}

// line returns the next line, valid until the next call. With an error it
// returns what came before that.
func (d *resultReader) line() ([]byte, error) {
	const keep = 1 << 20
	if cap(d.long) > keep {
		d.long = nil
	}
	d.long = d.long[:0]
	d.number++
	for {
		piece, err := d.r.ReadSlice('\n')
		d.bytes += int64(len(piece))
		switch full := errors.Is(err, bufio.ErrBufferFull); {
		case len(d.long)+len(piece) > d.limit:
			return nil, &lineError{d.number, errLineTooLong, nil}
		case full || len(d.long) > 0:
			d.long = append(d.long, piece...)
			if full {
				continue
			}
			piece = d.long
		}
		if d.number == 1 {
			piece = bytes.TrimPrefix(piece, []byte("\xEF\xBB\xBF"))
		}
		return piece, err
	}
}

// lineFault says why a line is no result. Only the last line can be cut.
func lineFault(line []byte, last bool) error {
	var value json.RawMessage
	err := json.NewDecoder(bytes.NewReader(line)).Decode(&value)
	switch {
	case err == nil && json.Valid(line) && isObject(line) && splitObject(line) == nil:
		return errTooManyParts
	case err == nil && json.Valid(line):
		return errNotAResult
	case err == nil:
		return errors.New("something follows its JSON")
	case last && errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("its JSON is cut")
	}
	return fmt.Errorf("it is not JSON: %w", err)
}

// decodeResult reads one line, which the result keeps. False means it is none.
func decodeResult(line []byte) (BatchResult, bool) {
	o := splitObject(line)
	if !o.has("custom_id") && !o.has("result") {
		return BatchResult{}, false
	}
	r := BatchResult{CustomID: o.scalar("custom_id"), Raw: line}
	inner := splitObject(o["result"])
	r.Type = inner.str("type")
	if raw := inner["message"]; isObject(raw) || r.Type == ResultSucceeded {
		r.Message = &Message{Raw: raw}
		r.Message.decode(splitObject(raw))
		r.Message.Raw = raw
	}
	if inner.has("error") || r.Type == ResultErrored {
		r.Error = parseError(inner["error"])
	}
	return r, true
}
