package simulator

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
)

// groupSize is how many deltas go into one flush when nobody waits for them.
const groupSize = 16

// usage is the usage of a message; in message_delta it is the cumulative one.
type usage struct {
	InputTokens              int            `json:"input_tokens"`
	CacheCreationInputTokens int            `json:"cache_creation_input_tokens"`
	CacheReadInputTokens     int            `json:"cache_read_input_tokens"`
	CacheCreation            *cacheCreation `json:"cache_creation,omitempty"`
	OutputTokens             int            `json:"output_tokens"`
	ServerToolUse            *struct{}      `json:"server_tool_use"`
	OutputTokensDetails      *outputDetails `json:"output_tokens_details"`
	ServiceTier              string         `json:"service_tier,omitempty"`
}

type cacheCreation struct {
	Ephemeral5m int `json:"ephemeral_5m_input_tokens"`
	Ephemeral1h int `json:"ephemeral_1h_input_tokens"`
}

type outputDetails struct {
	ThinkingTokens int `json:"thinking_tokens"`
}

// usage is what the answer costs with that many output tokens. The start of a stream and a whole message tell more.
func (a *answer) usage(output int, full bool) json.RawMessage {
	u := usage{
		InputTokens: a.input.Input, CacheCreationInputTokens: a.input.Write5m + a.input.Write1h,
		CacheReadInputTokens: a.input.Read, OutputTokens: output,
	}
	if full {
		u.CacheCreation = &cacheCreation{a.input.Write5m, a.input.Write1h}
		u.ServiceTier = "standard"
	}
	if a.thinking > 0 && output > 1 {
		u.OutputTokensDetails = &outputDetails{a.thinking}
	}
	data := encode(u)
	if len(a.p.Usage) == 0 {
		return data
	}
	f, _ := object(data)
	for name, value := range a.p.Usage {
		if raw, err := json.Marshal(value); err == nil {
			f[name] = raw
		}
	}
	return encode(f)
}

// envelope is the message object with these blocks.
func (a *answer) message(content [][]byte, stopReason *string, usage json.RawMessage) []byte {
	blocks := append(append([]byte{'['}, bytes.Join(content, []byte{','})...), ']')
	var sequence *string
	details := json.RawMessage("null")
	if stopReason != nil {
		sequence = a.stopSequence
		if a.stopDetails != nil {
			details = a.stopDetails
		}
	}
	return encode(struct {
		ID           string          `json:"id"`
		Type         string          `json:"type"`
		Role         string          `json:"role"`
		Model        string          `json:"model"`
		Content      json.RawMessage `json:"content"`
		StopReason   *string         `json:"stop_reason"`
		StopSequence *string         `json:"stop_sequence"`
		StopDetails  json.RawMessage `json:"stop_details"`
		Container    *string         `json:"container"`
		Diagnostics  *string         `json:"diagnostics"`
		Usage        json.RawMessage `json:"usage"`
	}{a.id, "message", "assistant", a.model, blocks, stopReason, sequence, details, nil, nil, usage})
}

// whole sends the answer in one piece, after the time it would have taken to write.
func (s *sink) whole(a *answer) {
	pc := s.newPacer(a)
	if pc.first(nil) != nil || pc.after(float64(a.output), nil) != nil {
		return
	}
	var content [][]byte
	for _, b := range a.blocks {
		content = append(content, b.whole)
	}
	if s.begin("application/json") != nil {
		return
	}
	s.write(s.omit(a.message(content, &a.stopReason, a.usage(a.output, true))))
	_ = s.flush()
}

// stream sends the answer as events.
func (s *sink) stream(a *answer) {
	pc := s.newPacer(a)
	if s.begin("text/event-stream; charset=utf-8") != nil {
		return
	}
	s.event("message_start", append(append([]byte(`{"type":"message_start","message":`),
		a.message(nil, nil, a.usage(1, true))...), '}'))
	if s.flush() != nil || pc.first(s) != nil {
		return
	}
	for i, b := range a.blocks {
		if s.block(i, b, pc, a) != nil {
			return
		}
	}
	s.event("message_delta", a.messageDelta())
	if !s.p.DropMessageStop {
		s.event("message_stop", []byte(`{"type":"message_stop"}`))
	}
	_ = s.flush()
}

func (a *answer) messageDelta() []byte {
	type change struct {
		StopReason   string          `json:"stop_reason"`
		StopSequence *string         `json:"stop_sequence"`
		StopDetails  json.RawMessage `json:"stop_details"`
		Container    *string         `json:"container"`
	}
	details := a.stopDetails
	if details == nil {
		details = json.RawMessage("null")
	}
	return encode(struct {
		Type              string          `json:"type"`
		Delta             change          `json:"delta"`
		Usage             json.RawMessage `json:"usage"`
		ContextManagement *string         `json:"context_management"`
	}{"message_delta", change{a.stopReason, a.stopSequence, details, nil}, a.usage(a.output, false), nil})
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
		line = append(append(line, index...), `,"delta":{"type":"`...)
		line = append(append(append(line, d.kind...), `","`...), d.field...)
		line = append(appendString(append(line, `":`...), d.text), '}', '}')
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
