package api

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// maxContent bounds an answer that is not streamed.
const maxContent = 128 << 20

var (
	errEmptyBody   = errors.New("the body is empty")
	errNotAnObject = errors.New("the body is not a JSON object")
	errNotAStream  = errors.New("the body is not an event stream")
)

// body is the body of a response together with everything that ends with it.
// One owner closes it: accept on failure, then whoever got it from accept.
type body struct {
	resp    *http.Response
	info    *ResponseInfo
	reader  *bufio.Reader // decoded and watched
	zipped  bool          // it came compressed
	stall   *watchdog
	release func()
	secret  string          // of the request, not to be repeated in errors
	context context.Context // of the attempt; says why reading failed
	pace    time.Duration   // see WithPace
	closed  atomic.Bool
}

// Close ends the attempt and everything that waits for it. It may be called
// again.
func (b *body) Close() error {
	b.closed.Store(true)
	b.stall.stop()
	err := b.resp.Body.Close()
	b.release()
	return err
}

// Read reads decoded bytes. Trouble other than the end is a *TimeoutError or
// a *ConnError, or the error of the caller's context.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.readError(err)
	}
	return n, err
}

func (b *body) readError(err error) error {
	if b.closed.Load() {
		return http.ErrBodyReadAfterClose
	}
	if ended := b.context.Err(); ended != nil {
		return attemptError(b.context, ended)
	}
	return &ConnError{Op: "read", Host: b.info.Host, Err: scrubError(err, b.secret)}
}

// accept turns the response into an answer or an error, and closes the body
// unless it hands it over.
func (b *body) accept(want want) (_ *answer, err error) {
	defer func() {
		if err != nil {
			b.stall.stop()
			b.resp.Body.Close()
		}
	}()
	err = b.open(want)
	switch failed := b.info.Status < 200 || b.info.Status > 299; {
	case failed && err != nil: // what went wrong is the status; that its words are lost is not
		return nil, b.responseError(http.NoBody)
	case failed:
		return nil, b.responseError(b)
	case err != nil:
		return nil, err
	}
	switch want {
	case wantEvents:
		if err := b.checkStream(); err != nil {
			return nil, err
		}
		return &answer{info: b.info, body: b}, nil
	case wantBytes:
		return &answer{info: b.info, body: b}, nil
	}
	content, err := b.readContent()
	if err != nil {
		return nil, err
	}
	return &answer{info: b.info, content: content, body: b}, b.Close()
}

// open puts the watchdog and the decompression before the body.
func (b *body) open(want want) error {
	var source io.Reader = awaitedReader{b.resp.Body, b.stall}
	if b.pace > 0 {
		source = &pacedReader{Reader: source, ctx: b.context, pace: b.pace}
	}
	b.reader = bufio.NewReaderSize(source, 16<<10)
	encoding := strings.ToLower(b.resp.Header.Get("Content-Encoding"))
	switch encoding {
	case "", "identity":
		return nil
	case "gzip", "x-gzip":
	default:
		if want != wantBytes && b.looksPlain() {
			return nil
		}
		// What it begins with would tell nobody anything.
		return b.decodeErrorOf(fmt.Errorf("content encoding %q is unknown", encoding), nil)
	}
	// Some gateways leave the header and send plain bytes.
	if magic, _ := b.reader.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return nil
	}
	unzip, err := gzip.NewReader(b.reader)
	switch {
	case errors.Is(err, gzip.ErrHeader):
		return b.decodeError(err)
	case err != nil:
		return b.readError(err)
	}
	b.reader, b.zipped = bufio.NewReaderSize(unzip, 16<<10), true
	return nil
}

// looksPlain reports whether the body begins like JSON or like an event stream,
// as no compressed one is likely to.
func (b *body) looksPlain() bool {
	head, _ := b.reader.Peek(2)
	switch string(head) {
	case `{"`, "{}", "{\n", "{\r", "{ ", "ev", "da", "id", "re", ": ":
		return true
	}
	return false
}

// checkStream takes anything that looks like server-sent events, whatever its
// label, and nothing else. With the right label it does not wait for a byte.
func (b *body) checkStream() error {
	if mediaType, _, _ := mime.ParseMediaType(b.resp.Header.Get("Content-Type")); mediaType == "text/event-stream" {
		return nil
	}
	_, err := b.reader.Peek(1)
	switch {
	case errors.Is(err, io.EOF):
		return b.decodeError(errEmptyBody)
	case err != nil:
		return b.readError(err)
	}
	head, _ := b.reader.Peek(b.reader.Buffered())
	head = bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))
	for _, start := range []string{":", "event:", "data:", "id:", "retry:", "\n", "\r"} {
		if bytes.HasPrefix(head, []byte(start)) || bytes.HasPrefix([]byte(start), head) {
			return nil
		}
	}
	raw := b.readFailure(b)
	if isErrorEnvelope(raw) {
		return b.apiError(raw)
	}
	return b.decodeErrorOf(errNotAStream, raw)
}

// readContent returns the JSON object of an answer. The content type is not
// asked: loose servers send none or text/plain.
func (b *body) readContent() ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(b, maxContent+1))
	switch {
	case err != nil:
		return nil, err
	case len(raw) > maxContent:
		return nil, b.decodeErrorOf(errors.New("the body is too long"), raw)
	case len(bytes.TrimSpace(raw)) == 0:
		return nil, b.decodeError(errEmptyBody)
	}
	object, err := firstValue(raw)
	switch {
	case errors.Is(err, errTooManyParts):
		return nil, b.decodeErrorOf(err, raw)
	case err != nil:
		return nil, b.decodeErrorOf(fmt.Errorf("the body is not JSON: %w", err), raw)
	case isErrorEnvelope(object):
		return nil, b.apiError(object)
	case object[0] != '{' && object[0] != '[':
		return nil, b.decodeErrorOf(errNotAnObject, raw)
	}
	return object, nil
}

// isErrorEnvelope recognises an error that was sent with a good status.
func isErrorEnvelope(raw []byte) bool {
	o := splitObject(raw)
	kind := o.str("type")
	return o.has("error") && (kind == "error" || kind == "")
}

func (b *body) apiError(raw []byte) error { return b.responseError(bytes.NewReader(raw)) }

func (b *body) decodeError(cause error) error {
	head, _ := b.reader.Peek(b.reader.Buffered())
	return b.decodeErrorOf(cause, head)
}

func (b *body) decodeErrorOf(cause error, head []byte) error {
	return &DecodeError{
		Status:      b.info.Status,
		ContentType: b.resp.Header.Get("Content-Type"),
		Preview:     preview(b.scrub(head)),
		RequestID:   b.info.RequestID,
		Host:        b.info.Host,
		Err:         cause,
	}
}
