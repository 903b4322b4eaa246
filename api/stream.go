package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"slices"
	"sync"
	"time"
)

// Stream is an answer that is still being written. One goroutine reads it;
// Close may be called from any.
type Stream struct {
	ctx      context.Context // of the caller
	body     *body
	frames   *sseReader
	decoder  decoder
	whole    Accumulator
	err      error // why it ended, once done
	done     bool
	finished bool      // message_stop came
	typed    bool      // an event of the protocol came
	foreign  bool      // data came that is no event of the protocol
	limit    int       // of what is kept
	linger   *watchdog // ends the wait for what follows message_stop
	closing  sync.Once
	closed   chan struct{}
	closeErr error
}

// errClosed means that the caller closed the stream.
var errClosed = fmt.Errorf("the stream was closed: %w", net.ErrClosed)

func newStream(ctx context.Context, a *answer) *Stream {
	s := &Stream{ctx: ctx, body: a.body, frames: newSSEReader(a.body), limit: maxAnswer, closed: make(chan struct{})}
	s.whole.requestID = a.info.RequestID
	return s
}

// Response returns what the headers told.
func (s *Stream) Response() *ResponseInfo { return s.body.info }

// Events reads the stream. The sequence ends after message_stop, with the end of
// the answer or a tenth of a second later; when the context is done (with its
// error); or with the error that broke the stream:
//
//   - an *Error when the server reported one in the stream; its Status is 200;
//   - a *StreamError when it stopped before message_stop. It wraps
//     io.ErrUnexpectedEOF, or what interrupted it, net.ErrClosed if that was
//     Close or a loop left early; a *DecodeError if the answer
//     was not of this protocol or went on beyond 32 MiB. Its StopReason tells
//     whether the message is whole nevertheless.
//
// Leaving the loop early closes the stream.
func (s *Stream) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for !s.done {
			event, err := s.next()
			if err != nil {
				s.end(err)
				yield(event, err)
				return
			}
			if event.Type == "" { // the end
				break
			}
			if !yield(event, nil) {
				if !s.finished {
					s.end(s.broken(errClosed))
				}
				break
			}
		}
		s.end(nil)
	}
}

// Text reads the stream and gives the text in it, as it comes.
func (s *Stream) Text() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for event, err := range s.Events() {
			switch {
			case err != nil:
				yield("", err)
				return
			case event.Delta.Type == DeltaText && event.Delta.Text != "":
				if !yield(event.Delta.Text, nil) {
					return
				}
			}
		}
	}
}

// Final reads what is left of the stream and returns the message. With an
// error it returns what came until then.
func (s *Stream) Final() (*Message, error) {
	for _, err := range s.Events() {
		if err != nil {
			break // it is in s.err
		}
	}
	return s.whole.Message(), s.err
}

// Partial gives access to what came so far, without encoding it. It belongs to
// the goroutine that reads the stream.
func (s *Stream) Partial() *Accumulator { return &s.whole }

// Close ends the stream and frees the connection. It may be called again.
func (s *Stream) Close() error {
	s.closing.Do(func() {
		close(s.closed)
		s.closeErr = s.body.Close()
	})
	return s.closeErr
}

func (s *Stream) end(err error) {
	if !s.done {
		s.done, s.err = true, err
		if s.finished {
			s.drain()
		}
		s.linger.stop()
		s.Close()
	}
}

// next returns the next event, the zero Event at the regular end.
func (s *Stream) next() (Event, error) {
	for {
		name, data, err := s.frames.next()
		if err != nil {
			return Event{}, s.readError(err)
		}
		event, err := s.decoder.decode(name, data)
		s.typed = s.typed || event.Type != ""
		s.foreign = s.foreign || event.Type == ""
		switch {
		case err != nil && s.finished && len(name) == 0: // no event either
			continue
		case err != nil:
			return Event{}, s.broken(s.body.decodeErrorOf(err, data))
		case event.Type == "" || event.Type == EventPing:
			continue
		case event.Type == EventError:
			return event, s.errorEvent(event)
		}
		s.finish(event.Type)
		s.whole.Add(event)
		if s.whole.size > s.limit {
			return Event{}, s.broken(s.body.decodeErrorOf(errAnswerTooLong, nil))
		}
		if s.whole.stopReason != "" {
			s.body.stall.shorten(endPatience)
		}
		return event, nil
	}
}

// finish knows when the answer is whole. Nothing should follow; what does is
// not dropped, least of all an error. But it must come soon.
func (s *Stream) finish(eventType string) {
	const patience = 100 * time.Millisecond
	switch {
	case eventType == EventMessageStart: // the server begins anew
		s.linger.stop()
		s.finished, s.linger = false, nil
	case eventType == EventMessageStop && !s.finished:
		s.finished, s.linger = true, newWatchdog(patience, func() { s.Close() })
	}
}

// endPatience is how long message_stop may take after the stop reason. The
// answer is whole by then; it is not worth the patience of a silence within it.
const endPatience = 10 * time.Second

// maxAnswer bounds what is kept of one answer. A longer one could not be sent
// back either: the API takes requests of 32 MB.
const maxAnswer = 32 << 20

var errAnswerTooLong = errors.New("the answer is longer than 32 MiB")

// errorEvent turns an error event into an Error.
func (s *Stream) errorEvent(event Event) error {
	return s.body.apiError(append([]byte(nil), event.Raw...))
}

// readError says what the end of the input means. Nil is the regular end.
func (s *Stream) readError(err error) error {
	if s.finished {
		return nil
	}
	select {
	case <-s.closed:
		return s.broken(errClosed)
	default:
	}
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case errors.Is(err, io.EOF) && s.otherProtocol():
		return s.broken(s.body.decodeErrorOf(errNoEvents, s.frames.head))
	case errors.Is(err, io.EOF):
		return s.broken(io.ErrUnexpectedEOF)
	case errors.Is(err, errFrameTooLong):
		return s.broken(s.body.decodeErrorOf(err, nil))
	}
	return s.broken(err)
}

// errNoEvents means that a stream had the right label only.
var errNoEvents = fmt.Errorf("it holds no event of the API: %w", io.ErrUnexpectedEOF)

// otherProtocol reports whether what came was something else altogether, and
// not the beginning of an answer.
func (s *Stream) otherProtocol() bool {
	return !s.typed && (s.foreign || !beginsLikeEvents(s.frames.head))
}

// beginsLikeEvents reports whether head can be the start of an event stream,
// however short it was cut.
func beginsLikeEvents(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), "\r\n")
	return slices.ContainsFunc([]string{":", "event:", "data:", "id:", "retry:", "\xEF\xBB\xBF"}, func(start string) bool {
		return bytes.HasPrefix(head, []byte(start)) || bytes.HasPrefix([]byte(start), head)
	})
}

func (s *Stream) broken(err error) error {
	return &StreamError{
		Err: err, RequestID: s.body.info.RequestID, Host: s.body.info.Host, Bytes: s.frames.bytes,
		StopReason: s.whole.stopReason,
	}
}

// drain reads to the end of the body, which lets the connection be used again.
// It gives up soon: nothing worth having is there.
func (s *Stream) drain() {
	const enough = 64 << 10
	_, _ = io.CopyN(io.Discard, s.body, enough)
}
