package api

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"strings"
)

// eventCompletion is the type of the events that carry text completions.
const eventCompletion = "completion"

// CompletionStream is a text completion that is still being written. One
// goroutine reads it; Close may be called from any.
type CompletionStream struct {
	stream *Stream // the connection, and how it ends
	text   strings.Builder
	whole  Completion // without its text
}

func newCompletionStream(ctx context.Context, a *answer) *CompletionStream {
	return &CompletionStream{stream: newStream(ctx, a), whole: Completion{RequestID: a.info.RequestID}}
}

// Response returns what the headers told.
func (s *CompletionStream) Response() *ResponseInfo { return s.stream.Response() }

// Pieces reads the stream. The sequence ends after the piece that has a stop
// reason, with the end of the answer or a tenth of a second later; when the
// context is done (with its error); or with the error that broke the stream,
// which are those of Stream.Events. Leaving the loop early closes the stream.
func (s *CompletionStream) Pieces() iter.Seq2[Completion, error] {
	return func(yield func(Completion, error) bool) {
		for !s.stream.done {
			piece, more, err := s.next()
			if err != nil {
				s.stream.end(err)
				yield(Completion{}, err)
				return
			}
			if !more {
				break
			}
			if !yield(piece, nil) {
				if !s.stream.finished {
					s.stream.end(s.stream.broken(errClosed))
				}
				break
			}
		}
		s.stream.end(nil)
	}
}

// Final reads what is left of the stream and returns the whole completion. With
// an error it returns what came until then.
func (s *CompletionStream) Final() (*Completion, error) {
	for _, err := range s.Pieces() {
		if err != nil {
			break // the stream keeps it
		}
	}
	whole := s.whole
	whole.Text = s.text.String()
	if whole.Raw != nil {
		whole.Raw = setMember(whole.Raw, "completion", appendString(nil, whole.Text))
	}
	return &whole, s.stream.err
}

// Close ends the stream and frees the connection. It may be called again.
func (s *CompletionStream) Close() error { return s.stream.Close() }

// next returns the next piece; more is false at the regular end.
func (s *CompletionStream) next() (piece Completion, more bool, err error) {
	for {
		name, data, err := s.stream.frames.next()
		if err != nil {
			return Completion{}, false, s.stream.readError(err)
		}
		event, err := s.stream.decoder.decode(name, data)
		o := parseObject(event.Raw)
		if event.Type == "" && o.has("completion") {
			event.Type = eventCompletion
		}
		s.stream.typed = s.stream.typed || event.Type != ""
		s.stream.foreign = s.stream.foreign || event.Type == ""
		switch {
		case err != nil:
			return Completion{}, false, s.stream.broken(s.stream.body.decodeErrorOf(err, data))
		case event.Type == EventError:
			return Completion{}, false, s.stream.errorEvent(event)
		case event.Type == eventCompletion:
			piece := decodeCompletion(bytes.Clone(data), o)
			if text := o["completion"]; len(text) > 0 && text[0] == '"' {
				// Half a character at its end waits for the next piece.
				piece.Text = s.stream.decoder.text(0, eventCompletion, text[1:len(text)-1])
			}
			err := s.add(&piece)
			return piece, true, err
		}
	}
}

// add takes the next piece into the whole.
func (s *CompletionStream) add(piece *Completion) error {
	if piece.StopReason != "" {
		s.stream.finish(EventMessageStop)
		if len(s.stream.decoder.halves) > 0 {
			piece.Text += "\uFFFD"
		}
	}
	s.text.WriteString(piece.Text)
	if s.text.Len() > s.stream.limit {
		return s.stream.broken(s.stream.body.decodeErrorOf(errAnswerTooLong, nil))
	}
	before := s.whole
	piece.RequestID = before.RequestID
	s.whole = *piece
	s.whole.ID = cmp.Or(piece.ID, before.ID)
	s.whole.Model = cmp.Or(piece.Model, before.Model)
	s.whole.StopReason = cmp.Or(piece.StopReason, before.StopReason)
	s.whole.Stop = cmp.Or(piece.Stop, before.Stop)
	s.whole.LogID = cmp.Or(piece.LogID, before.LogID)
	return nil
}
