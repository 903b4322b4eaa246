package session

import (
	"bytes"
	"encoding/json"

	"parlor/api"
)

// replayer folds journal pieces back into an answer.
type replayer struct {
	acc  *api.Accumulator
	rest []byte // a line of which the end is in the next piece
}

// add takes the next pieces in order. A line that cannot be read is skipped:
// what comes after it is still worth having.
func (r *replayer) add(pieces [][]byte) {
	for _, piece := range pieces {
		data := append(r.rest, piece...)
		for {
			line, rest, ok := bytes.Cut(data, []byte("\n"))
			if !ok {
				break
			}
			data = rest
			if ev, ok := decodeEvent(line); ok {
				r.acc.Add(ev)
			}
		}
		r.rest = bytes.Clone(data)
	}
}

// wireEvent is the union of the events a journal holds. What else they carry,
// the Accumulator reads from Raw.
type wireEvent struct {
	Type         string          `json:"type"`
	Index        *int            `json:"index"`
	Message      *api.Message    `json:"message"`
	ContentBlock *api.Block      `json:"content_block"`
	Delta        json.RawMessage `json:"delta"`
}

// wireDelta is the union of what a delta may carry.
type wireDelta struct {
	Type        string `json:"type"`
	Text        string `json:"text"`
	Thinking    string `json:"thinking"`
	PartialJSON string `json:"partial_json"`
	Signature   string `json:"signature"`
	StopReason  string `json:"stop_reason"`
}

// decodeEvent reads one line of the journal.
func decodeEvent(line []byte) (ev api.Event, ok bool) {
	var w wireEvent
	if json.Unmarshal(line, &w) != nil || w.Type == "" {
		return api.Event{}, false
	}
	ev = api.Event{Type: w.Type, Index: -1, Message: w.Message, Raw: bytes.Clone(line)}
	if w.Index != nil {
		ev.Index = *w.Index
	}
	if w.ContentBlock != nil {
		ev.Block = *w.ContentBlock
	}
	var d wireDelta
	_ = json.Unmarshal(w.Delta, &d) // no delta, or one of another shape: nothing of it is known
	ev.StopReason = d.StopReason
	if d.Type != "" {
		ev.Delta = api.Delta{Type: d.Type, Text: d.Text + d.Thinking + d.PartialJSON + d.Signature, Raw: w.Delta}
	}
	return ev, w.Type != api.EventMessageStart || w.Message != nil
}
