package session

import (
	"bytes"
	"encoding/json"
	"strconv"

	"parlor/api"
)

// journal collects what a stream brought since the last commit, as lines of
// events in the shape of the wire. Text that arrives in many small deltas of
// one block becomes one event, so that the journal grows with the text and not
// with the number of deltas.
type journal struct {
	lines []byte
	index int
	kind  string // delta type of the open run, "" if none is open
	run   []byte
}

// textField is the member that carries the text of a delta type; other types
// are kept as they came.
func textField(kind string) string {
	switch kind {
	case api.DeltaText:
		return "text"
	case api.DeltaThinking:
		return "thinking"
	case api.DeltaInputJSON:
		return "partial_json"
	}
	return ""
}

func (j *journal) add(ev api.Event) {
	if ev.Type == api.EventPing {
		return
	}
	if textField(ev.Delta.Type) == "" { // every event but a piece of text
		j.end()
		j.line(ev.Raw)
		return
	}
	if j.kind != ev.Delta.Type || j.index != ev.Index {
		j.end()
		j.kind, j.index = ev.Delta.Type, ev.Index
	}
	j.run = append(j.run, ev.Delta.Text...)
	if ev.Type != api.EventContentBlockDelta { // the end of a block may bring a last piece
		j.end()
		j.line(ev.Raw)
	}
}

// line adds one event. A line break can stand in JSON only between tokens,
// where a blank does as well.
func (j *journal) line(raw []byte) {
	if len(raw) == 0 {
		return
	}
	j.lines = append(j.lines, bytes.ReplaceAll(raw, []byte("\n"), []byte(" "))...)
	j.lines = append(j.lines, '\n')
}

// end writes the open run as one event.
func (j *journal) end() {
	if j.kind == "" || len(j.run) == 0 {
		j.kind, j.run = "", j.run[:0]
		return
	}
	text, _ := json.Marshal(string(j.run)) // a string always encodes
	j.lines = append(j.lines, `{"type":"content_block_delta","index":`...)
	j.lines = strconv.AppendInt(j.lines, int64(j.index), 10)
	j.lines = append(j.lines, `,"delta":{"type":"`+j.kind+`","`+textField(j.kind)+`":`...)
	j.lines = append(j.lines, text...)
	j.lines = append(j.lines, "}}\n"...)
	j.kind, j.run = "", j.run[:0]
}

// take returns everything since the last take, nil when there is nothing.
func (j *journal) take() []byte {
	j.end()
	lines := j.lines
	j.lines = nil
	return lines
}
