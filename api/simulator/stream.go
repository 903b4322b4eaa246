package simulator

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// groupSize is how many deltas go into one flush when nobody waits for them.
const groupSize = 16

// message is the message object with these blocks; without a stop reason it is the one that a stream starts with.
func (a *answer) message(content [][]byte, stopReason *string, usage json.RawMessage) []byte {
	m := messageObject{
		ID: a.id, Type: "message", Role: "assistant", Model: a.model,
		Content:    append(append([]byte{'['}, bytes.Join(content, []byte{','})...), ']'),
		StopReason: stopReason, StopDetails: null(nil), Container: null(nil), Diagnostics: null(a.diagnostics), Usage: usage,
		InputTransformations: a.transformations,
	}
	if a.q.managed() {
		m.ContextManagement = null(nil)
	}
	if stopReason == nil {
		m.Model = a.opening
		told := maps.Clone(a.p.Fields)
		for _, name := range []string{"container", "context_management", "stop_reason", "stop_sequence", "stop_details"} {
			delete(told, name) // a stream tells these at its end
		}
		return overlay(encode(m), told)
	}
	m.StopSequence, m.StopDetails, m.Container = a.stopSequence, null(a.stopDetails), null(a.container)
	if a.q.managed() {
		m.ContextManagement = null(a.edits)
	}
	return overlay(encode(m), a.p.Fields)
}

// messageObject is a message as it is sent.
type messageObject struct {
	ID                   string          `json:"id"`
	Type                 string          `json:"type"`
	Role                 string          `json:"role"`
	Model                string          `json:"model"`
	Content              json.RawMessage `json:"content"`
	StopReason           *string         `json:"stop_reason"`
	StopSequence         *string         `json:"stop_sequence"`
	StopDetails          json.RawMessage `json:"stop_details"`
	Container            json.RawMessage `json:"container"`
	Diagnostics          json.RawMessage `json:"diagnostics"`
	Usage                json.RawMessage `json:"usage"`
	ContextManagement    json.RawMessage `json:"context_management,omitempty"`
	InputTransformations json.RawMessage `json:"input_transformations,omitempty"`
}

// null is raw, or null where there is nothing.
func null(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return json.RawMessage("null")
	}
	return raw
}

// content is the blocks of the answer as they are in one piece.
func (a *answer) content() [][]byte {
	content := make([][]byte, len(a.blocks))
	for i, b := range a.blocks {
		content[i] = b.whole
	}
	return content
}

// whole sends the answer in one piece, after the time it would have taken to write. It says whether all of it was sent.
func (s *sink) whole(a *answer) bool {
	pc := s.newPacer(a)
	if pc.first(nil) != nil || pc.after(float64(a.output), nil) != nil {
		return false
	}
	if s.begin("application/json") != nil {
		return false
	}
	s.write(s.omit(a.message(a.content(), &a.stopReason, a.usage(a.output, true))))
	return s.flush() == nil
}

// stream sends the answer as events. It says whether all of it was sent.
func (s *sink) stream(a *answer) bool {
	pc := s.newPacer(a)
	if s.begin("text/event-stream; charset=utf-8") != nil {
		return false
	}
	s.event("message_start", append(append([]byte(`{"type":"message_start","message":`),
		a.message(nil, nil, a.startUsage())...), '}'))
	if s.flush() != nil || pc.first(s) != nil {
		return false
	}
	if len(a.blocks) == 0 && s.deltaFault() != nil {
		return false
	}
	for i, b := range a.blocks {
		if s.block(i, b, pc, a) != nil {
			return false
		}
	}
	s.event("message_delta", a.messageDelta())
	if !s.p.DropMessageStop {
		s.event("message_stop", []byte(`{"type":"message_stop"}`))
	}
	return s.flush() == nil
}

func (a *answer) messageDelta() []byte {
	type change struct {
		StopReason   string          `json:"stop_reason"`
		StopSequence *string         `json:"stop_sequence"`
		StopDetails  json.RawMessage `json:"stop_details"`
		Container    json.RawMessage `json:"container"`
	}
	d := struct {
		Type                 string          `json:"type"`
		Delta                change          `json:"delta"`
		Usage                json.RawMessage `json:"usage"`
		ContextManagement    json.RawMessage `json:"context_management"`
		InputTransformations json.RawMessage `json:"input_transformations,omitempty"`
	}{
		"message_delta",
		change{a.stopReason, a.stopSequence, null(a.stopDetails), null(a.container)},
		a.usage(a.output, false), null(a.edits), nil,
	}
	if a.opening != a.model {
		d.InputTransformations = a.transformations // what the model that took over was shown
	}
	return encode(d)
}

// block sends one block: start, deltas, stop, and a ping after the first start.
func (s *sink) block(i int, b outBlock, pc *pacer, a *answer) error {
	index := strconv.Itoa(i)
	s.event("content_block_start", append(append([]byte(`{"type":"content_block_start","index":`+index+`,"content_block":`), b.start...), '}'))
	if i == 0 {
		s.ping()
		if err := s.deltaFault(); err != nil {
			return err
		}
	}
	var line []byte
	for n, d := range b.deltas {
		if err := s.gate(s.x.r.Context()); err != nil {
			return err
		}
		if err := pc.next(s, a.q.model, d); err != nil {
			return err
		}
		line = append(line[:0], `{"type":"content_block_delta","index":`...)
		line = append(d.appendTo(append(append(line, index...), `,"delta":`...)), '}')
		s.deltaEvent(d, line)
		if pc.paced || s.p.Gate != nil || n%groupSize == groupSize-1 {
			if err := s.flush(); err != nil {
				return err
			}
		}
		s.deltas++
		if err := s.deltaFault(); err != nil {
			return err
		}
	}
	s.event("content_block_stop", []byte(`{"type":"content_block_stop","index":`+index+`}`))
	return nil
}

// deltaFault lets a fault happen that is due at this delta, after everything before it was sent.
func (s *sink) deltaFault() error {
	for _, point := range []*Point{s.p.TruncateAfter, s.p.ResetAfter, s.p.StallAfter, s.p.ErrorEventAfter} {
		if point != nil && point.byDelta && point.deltas == s.deltas {
			if err := s.flush(); err != nil {
				return err
			}
			return s.faultAt(s.deltas, true)
		}
	}
	return nil
}

func (s *sink) ping() { s.event("ping", []byte(`{"type":"ping"}`)) }

func (s *sink) deltaEvent(d delta, data []byte) {
	if !slices.Contains(s.p.OmitFields, d.kind) {
		s.event("content_block_delta", data)
	}
}

func (s *sink) event(name string, data []byte) {
	if !slices.Contains(s.p.OmitFields, name) {
		s.buf = appendEvent(s.buf, name, s.omit(data))
	}
}

func appendEvent(dst []byte, name string, data []byte) []byte {
	dst = append(append(dst, "event: "...), name...)
	dst = append(append(dst, "\ndata: "...), data...)
	return append(dst, '\n', '\n')
}

// raw sends the script's own bytes, a frame at a time where something waits between them.
func (s *sink) raw(stream bool) {
	contentType := "application/json"
	if stream {
		contentType = "text/event-stream; charset=utf-8"
	}
	if s.begin(contentType) != nil {
		return
	}
	rest := s.p.RawBody
	if s.p.Gate == nil && s.p.Delay == 0 {
		s.write(rest)
		_ = s.flush()
		return
	}
	for len(rest) > 0 {
		n := len(rest)
		if i := bytes.Index(rest, []byte("\n\n")); i >= 0 {
			n = i + 2
		}
		if s.gate(s.x.r.Context()) != nil {
			return
		}
		s.write(rest[:n])
		rest = rest[n:]
		s.deltas++
		if s.flush() != nil || s.deltaFault() != nil {
			return
		}
	}
}
