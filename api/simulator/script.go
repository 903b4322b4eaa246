package simulator

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Match says which request a [Script] is for. The zero value matches any POST to /v1/messages.
type Match struct {
	// Method is the HTTP method; empty means GET for /v1/models and below, POST for all others.
	Method string
	// Path is the exact URL path; empty means "/v1/messages".
	Path string
	// Model, if set, must match the request's model.
	Model *regexp.Regexp
	// Text, if set, must match the text of the last user message.
	Text *regexp.Regexp
	// Func, if set, must return true. The request it gets is complete.
	Func func(Recorded) bool
}

// Point is a place in an answer, counted from its start. Use [AfterBytes] and [AfterDeltas] to make one.
type Point struct {
	bytes, deltas int
	byDelta       bool
}

// AfterBytes is the place after n bytes of the HTTP body; zero is before the first byte of the body, with the status
// and the headers sent.
func AfterBytes(n int) *Point { return &Point{bytes: n} }

// AfterDeltas is the place after n content_block_delta events of a stream.
func AfterDeltas(n int) *Point { return &Point{deltas: n, byDelta: true} }

// Script is one scripted answer. The zero value answers with an empty message that ends its turn. Requests are checked
// before a script is consulted, unless SkipChecks is set, so a test learns of a bad request whatever it scripted.
//
// For an endpoint that does not answer with a message or a completion, a Status from 400 on or a RawBody replaces the
// answer, and the request has no effect. Any other script leaves the answer as it is and only delays, cuts, stalls or
// resets it; each line of JSON lines counts as a delta then.
//
// A script for /v1/messages also answers a request of a message batch that it matches, when the batch is processed: an
// error becomes an errored result. What happens on the way (delays, faults) does not happen there.
type Script struct {
	// Match says which request gets this answer.
	Match Match
	// Times is how many requests get it: 0 means one, negative means every matching request.
	Times int
	// SkipChecks lets a request through that the API would refuse.
	SkipChecks bool

	// Natural keeps the answer that would come without a script, to which only Header, Usage, MessageID, Model, Chunk,
	// the delays and the faults below are applied.
	Natural bool

	// Status is the HTTP status, 0 for 200. From 400 on the answer is an error envelope with ErrorType (empty: what the
	// status stands for), Message and ErrorDetails, unless RawBody is set.
	Status int
	// Header is added to the answer's headers, for example retry-after; a nil value removes a header.
	Header http.Header
	// ErrorType and Message are used by Status and by ErrorEventAfter. Empty means overloaded_error, "Overloaded" in
	// a stream.
	ErrorType, Message string
	// ErrorDetails is the envelope's error.details.
	ErrorDetails json.RawMessage

	// Thinking, if not empty, becomes a thinking block with a signature before the text.
	Thinking string
	// Text is the text of the answer.
	Text string
	// Deltas are the text deltas, exactly as they shall be cut; they replace Text.
	Deltas []string
	// Blocks are whole content blocks as JSON; they replace Thinking, Text and Deltas.
	Blocks []json.RawMessage
	// StopReason is "end_turn" if empty, "tool_use" if Blocks hold a tool_use block.
	StopReason string
	// StopSequence is the stop_sequence of the answer; empty means null.
	StopSequence string
	// StopDetails is the stop_details of the answer; nil means null.
	StopDetails json.RawMessage
	// Usage holds fields that replace those of the usage the simulator works out.
	Usage map[string]any
	// Fields holds further fields of the message object, or others in place of those it has, for example container and
	// context_management, which a stream tells in message_delta.
	Fields map[string]any
	// MessageID replaces the generated message id; Model replaces the model the answer names.
	MessageID, Model string

	// Chunk is the largest number of bytes in a delta, never cutting a rune; 0 means word by word.
	Chunk int
	// HeaderDelay is waited before the status and the headers, FirstDelay between them and the body, Delay before each
	// delta. They are waited whatever Options.Rate says, through Options.Sleep.
	HeaderDelay, FirstDelay, Delay time.Duration
	// Gate, if set, must yield one value before each delta (or be closed). A test that sends on an unbuffered Gate
	// knows that every delta before the one it releases has been flushed.
	Gate <-chan struct{}

	// TruncateAfter ends the body there as if it were complete.
	TruncateAfter *Point
	// ResetAfter resets the connection there.
	ResetAfter *Point
	// StallAfter falls silent there, without pings, for StallFor or (0) until the client is gone.
	StallAfter *Point
	// StallFor is how long StallAfter lasts.
	StallFor time.Duration
	// ErrorEventAfter sends an error event there, built from ErrorType and Message, and ends the stream.
	ErrorEventAfter *Point
	// DropMessageStop leaves out the message_stop event.
	DropMessageStop bool
	// OmitFields leaves things out of the answer: the name of an event or delta type ("ping", "signature_delta") leaves
	// out the events that carry it, any other name leaves out that key wherever it stands.
	OmitFields []string
	// SplitBytes writes and flushes the body in pieces of that many bytes, runes or not; 0 does not split.
	SplitBytes int

	// RawBody, if not nil, is sent as the body in place of anything above. With Gate or Delay it is released a frame
	// (up to a blank line) at a time, and each frame counts as a delta.
	RawBody []byte
	// ContentType replaces the content type of the answer.
	ContentType string
}

// queued is a script and how many more requests it answers; negative means without end.
type queued struct {
	script *Script
	left   int
}

// Push adds a script: the next matching request gets it. Scripts are tried in the order in which they were added.
func (s *Simulator) Push(sc Script) {
	left := sc.Times
	if left == 0 {
		left = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts = append(s.scripts, &queued{&sc, left})
}

// Pending is the number of scripts that still wait for a request.
func (s *Simulator) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.scripts)
}

// take returns the first script that matches and counts it down; nil means none. refused says that the request broke a
// rule, which only scripts that skip the checks forgive.
func (s *Simulator) take(rec Recorded, model, text string, refused bool) *Script {
	s.mu.Lock()
	candidates := slices.Clone(s.scripts)
	s.mu.Unlock()
	for _, q := range candidates {
		// Func is the caller's code and may call back into the simulator, so it runs without the lock.
		if (q.script.SkipChecks || !refused) && q.script.Match.matches(rec, model, text) && s.consume(q) {
			return q.script
		}
	}
	return nil
}

// consume counts a script down; false means that another request took the last one.
func (s *Simulator) consume(q *queued) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.scripts, q)
	if i < 0 {
		return false
	}
	if q.left--; q.left == 0 {
		s.scripts = slices.Delete(s.scripts, i, i+1)
	}
	return true
}

func (m Match) matches(rec Recorded, model, text string) bool {
	path, method := m.Path, m.Method
	if path == "" {
		path = pathMessages
	}
	if method == "" {
		method = http.MethodPost
		if path == pathModels || strings.HasPrefix(path, pathModels+"/") {
			method = http.MethodGet
		}
	}
	return rec.Path == path && rec.Method == method &&
		(m.Model == nil || m.Model.MatchString(model)) &&
		(m.Text == nil || m.Text.MatchString(text)) &&
		(m.Func == nil || m.Func(rec))
}
