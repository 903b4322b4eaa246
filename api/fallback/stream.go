package fallback

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"

	"parlor/api"
)

// stream answers a request whose answer is streamed.
func (c *conversation) stream(start int) (*http.Response, error) {
	a := c.attempt(start)
	resp, err := c.send(c.request.Context(), a, "", nil)
	if err != nil || a.index+1 == len(c.chain) {
		return resp, err
	}
	source, ok := eventStream(resp)
	if !ok {
		return resp, nil
	}
	s := &splice{conversation: c, hop: newHop(a, source), body: resp.Body}
	s.ctx, s.cancel = context.WithCancel(c.request.Context())
	spliced := *resp
	spliced.Body = s
	spliced.ContentLength = -1
	spliced.Uncompressed = resp.Uncompressed || resp.Header.Get("Content-Encoding") != ""
	spliced.Header = resp.Header.Clone()
	spliced.Header.Del("Content-Length")
	spliced.Header.Del("Content-Encoding")
	return &spliced, nil
}

// eventStream returns the events of an answer. False means it has none.
func eventStream(resp *http.Response) (io.Reader, bool) {
	if resp.StatusCode != http.StatusOK || mediaType(resp) != "text/event-stream" {
		return nil, false
	}
	return decoded(resp, resp.Body)
}

// splice is the body of a streamed answer: the stream of the model that was
// asked first and, where one declines, that of the next in its place. Whoever
// reads it drives it; it has no goroutine of its own.
type splice struct {
	*conversation
	out   []byte
	given int   // how much of out was read
	err   error // what comes after out

	hop     *hop
	started []byte   // the latest message_start: its frame, until the message is opened
	opened  bool     // a message_start was passed on
	id      []byte   // of the message, a JSON string
	blocks  int      // how many began, which is the next index
	pending [][]byte // fallback blocks that wait for the message to be opened

	refused refusal  // the last one
	partial [][]byte // the content blocks to go on from
	own     int      // how many of them are of the hop that declined last
	runs    [][]byte // of the hops that declined, for usage.iterations

	ctx    context.Context // of the hops after the first
	cancel context.CancelFunc
	mu     sync.Mutex // guards what follows
	body   io.ReadCloser
	closed bool
}

// hop is one stream of the upstream.
type hop struct {
	*attempt
	frames     *frames
	again      bool   // not the first hop
	base       int    // what to add to its indexes
	open       []int  // indexes of blocks without their end, as passed on
	content    bool   // it had any
	ended      bool   // its stop reason was passed on
	record     record // of its content
	usage      usage
	transforms []byte // input_transformations of a message_start that was left out
}

func newHop(a *attempt, source io.Reader) *hop {
	return &hop{attempt: a, frames: newFrames(source), usage: usage{}}
}

var errClosed = errors.New("fallback: the stream was closed")

// Read gives what is there, and asks the next model when it is due.
func (s *splice) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for s.given == len(s.out) {
		if s.err != nil {
			return 0, s.err
		}
		s.out, s.given = s.out[:0], 0
		s.advance()
	}
	n := copy(p, s.out[s.given:])
	s.given += n
	return n, nil
}

// Close ends the hop that is running or just being opened.
func (s *splice) Close() error {
	s.mu.Lock()
	s.closed = true
	body := s.body
	s.mu.Unlock()
	s.cancel()
	return body.Close()
}

// end ends the stream with err after everything that was put out.
func (s *splice) end(err error) {
	s.err = err
	s.cancel()
}

// switchTo makes the next hop the one that runs. False means that the reader
// has gone.
func (s *splice) switchTo(body io.ReadCloser) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		body.Close()
		return false
	}
	s.body = body
	return true
}

// advance deals with one frame.
func (s *splice) advance() {
	f, err := s.hop.frames.next()
	if err != nil {
		s.openMessage()
		if !s.hop.again {
			s.out = append(s.out, f.raw...)
		}
		s.end(err)
		return
	}
	s.take(f, typeOf(f))
}

// take passes f on, with what the place it has in the whole asks for.
func (s *splice) take(f *frame, eventType string) {
	h := s.hop
	switch eventType {
	case "", api.EventPing: // neither has a place of its own, and a ping must not wait
		s.out = append(s.out, f.raw...)
	case api.EventMessageStart:
		s.messageStart(f)
	case api.EventContentBlockStart, api.EventContentBlockDelta, api.EventContentBlockStop:
		s.openMessage()
		h.content = true
		if h.index+1 < len(s.chain) {
			h.record.add(f.data)
		}
		s.block(f, eventType)
	case api.EventMessageDelta:
		h.usage.merge(find(f.data, "usage"))
		s.messageDelta(f)
	default:
		s.openMessage()
		s.out = append(s.out, f.raw...)
	}
}

// messageStart keeps the start of a message until it has content: if its model
// declines before, the message begins with the start of another one.
func (s *splice) messageStart(f *frame) {
	message := find(f.data, "message")
	clear(s.hop.usage) // the server begins anew
	s.hop.usage.merge(find(message, "usage"))
	if s.opened {
		if transforms := find(message, "input_transformations"); !isNull(transforms) {
			s.hop.transforms = slices.Clone(transforms)
		}
		return
	}
	id := find(message, "id")
	switch {
	case !s.hop.again:
		s.id = slices.Clone(id)
	case s.id != nil && isObject(message):
		s.started = f.with(edited(f.data, edit{"message", edited(message, edit{"id", s.id})}))
		return
	}
	s.started = slices.Clone(f.raw)
}

// openMessage passes the message_start on, and the seams before its content.
func (s *splice) openMessage() {
	if s.opened {
		return
	}
	s.opened = true
	s.out = append(s.out, s.started...)
	s.started = nil
	for _, block := range s.pending {
		s.seam(block)
	}
	s.pending = nil
	s.hop.base = s.blocks
}
