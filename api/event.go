package api

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Event types of a stream. Ping events are not reported.
const (
	EventMessageStart      = "message_start"
	EventContentBlockStart = "content_block_start"
	EventContentBlockDelta = "content_block_delta"
	EventContentBlockStop  = "content_block_stop"
	EventMessageDelta      = "message_delta"
	EventMessageStop       = "message_stop"
	EventError             = "error"
	EventPing              = "ping"
)

// Delta types.
const (
	DeltaText       = "text_delta"
	DeltaThinking   = "thinking_delta"
	DeltaSignature  = "signature_delta"
	DeltaInputJSON  = "input_json_delta"
	DeltaCitations  = "citations_delta"
	DeltaCompaction = "compaction_delta"
)

// Event is one event of a stream. Which fields are set follows from Type;
// unknown types have Type and Raw only.
type Event struct {
	Type string
	// Index says which block a content_block event belongs to; -1 when the
	// server did not say, which means the latest.
	Index int
	// Delta is the piece of a content_block_delta. A content_block_stop has one
	// too in a single case: half a character at the end of the block, whose
	// other half never came, arrives there as U+FFFD.
	Delta        Delta
	Block        Block    // of content_block_start, as it is at the start
	Message      *Message // of message_start: no content and no stop reason yet
	StopReason   string   // of message_delta
	StopSequence *string
	StopDetails  *StopDetails
	// Usage of a message_delta holds totals, not increments, and only what this
	// event names; Accumulator merges them with those of message_start.
	Usage *Usage
	// Raw is the event's data. It is valid until the next event.
	Raw []byte
}

// Delta is a piece of a content block.
type Delta struct {
	Type string
	// Text is the piece itself: text, thinking, signature or partial JSON
	// according to Type. A character whose two escapes were split over two
	// events arrives whole with the second.
	Text string
	// Raw is the delta object. It is valid until the next event.
	Raw json.RawMessage
}

// decoder turns the data of stream events into Events. It remembers halves of
// characters between the deltas of a block.
type decoder struct {
	halves  map[int]half // by block index
	scratch []byte
}

// half is a high surrogate at the end of a delta, waiting for its partner.
type half struct {
	deltaType string
	unit      uint16
}

var errNotJSON = errors.New("the data of an event is not valid JSON")

// decode returns an Event with an empty Type for data to be skipped: null, a
// list, an object without any type. Only invalid JSON is an error, and not in a
// ping, which says nothing whatever its data are.
func (d *decoder) decode(name, data []byte) (Event, error) {
	if string(name) == EventPing {
		return Event{Type: EventPing, Index: -1, Raw: data}, nil
	}
	if len(data) > 0 && data[0] != '{' {
		data = bytes.TrimSpace(data)
	}
	var e Event
	if string(name) != EventError && d.decodeDelta(data, &e) {
		return e, nil
	}
	o := parseObject(data)
	e = Event{Type: o.str("type"), Index: -1, Raw: data}
	switch {
	case string(name) == EventError:
		e.Type = EventError
		return e, nil
	case len(data) == 0, string(data) == "[DONE]": // the latter from other vendors' APIs
		return Event{}, nil
	case o == nil && !json.Valid(data):
		return e, errNotJSON
	case o == nil && isObject(data):
		return e, errTooManyParts
	case o == nil:
		return Event{}, nil
	case e.Type == "" && o.has("error"): // how other vendors' servers report one
		e.Type = EventError
		return e, nil
	case e.Type == "":
		e.Type = string(name)
	}
	d.fill(&e, o)
	return e, nil
}

// fill reads what belongs to the event's type.
func (d *decoder) fill(e *Event, o object) {
	if index, ok := o.int("index"); ok && index >= 0 {
		e.Index = int(index)
	}
	switch e.Type {
	case EventMessageStart:
		raw := o["message"]
		if !isObject(raw) {
			raw = json.RawMessage("{}")
		}
		e.Message = &Message{Raw: bytes.Clone(raw)}
		e.Message.decodeKeepRaw()
	case EventContentBlockStart:
		e.Block, _ = ParseBlock(o["content_block"])
	case EventContentBlockDelta:
		d.fillDelta(e, o["delta"])
	case EventContentBlockStop:
		if waiting, ok := d.halves[e.Index]; ok {
			delete(d.halves, e.Index)
			e.Delta = Delta{Type: waiting.deltaType, Text: "\uFFFD"}
		}
	case EventMessageDelta:
		delta := o.obj("delta")
		e.StopReason = delta.scalar("stop_reason")
		e.StopSequence = delta.optStr("stop_sequence")
		e.StopDetails = decodeStopDetails(delta["stop_details"])
		e.Usage = &Usage{}
		e.Usage.merge(o.obj("usage"))
	}
}

func (d *decoder) fillDelta(e *Event, raw json.RawMessage) {
	o := parseObject(raw)
	e.Delta = Delta{Type: o.str("type"), Raw: raw}
	switch text := o[deltaMember(e.Delta.Type)]; {
	case len(text) >= 2 && text[0] == '"':
		e.Delta.Text = d.text(e.Index, e.Delta.Type, text[1:len(text)-1])
	case string(text) != "null": // of another type; nothing of an answer gets lost
		e.Delta.Text = string(text)
	}
}

// deltaMember names the member that holds the piece, "" if there is none.
func deltaMember(deltaType string) string {
	switch deltaType {
	case DeltaText:
		return "text"
	case DeltaThinking:
		return "thinking"
	case DeltaSignature:
		return "signature"
	case DeltaInputJSON:
		return "partial_json"
	}
	return ""
}

// decodeKeepRaw fills m from its own Raw, with which its parts share memory.
func (m *Message) decodeKeepRaw() {
	raw := m.Raw
	m.decode(splitObject(raw))
	m.Raw = raw
}
