package transfer

import (
	"encoding/json"
	"io"
	"time"

	"parlor/session"
)

// Stream writes one turn as it happens, one JSON object a line:
//
//	{"type":"start","conversation_id":"...","model":"..."}
//	{"type":"thinking","text":"..."}
//	{"type":"text","text":"..."}
//	{"type":"retry","attempt":2,"max":3,"wait_seconds":1.5,"reason":"overloaded"}
//	{"type":"notice","level":"info","text":"..."}
//	{"type":"message","conversation_id":"...","message":{...}}
//	{"type":"error","error":{...}}
//
// The texts of one type, joined, are the text of the message. The last line is
// "message", or "error" where there is no message to show.
type Stream struct{ e *json.Encoder }

// NewStream returns a stream that writes to w.
func NewStream(w io.Writer) *Stream {
	e := json.NewEncoder(Printable(w))
	e.SetEscapeHTML(false)
	return &Stream{e}
}

// Start says which conversation answers and which model is asked. An empty id
// is null.
func (s *Stream) Start(id, model string) error {
	return s.e.Encode(struct {
		Type           string  `json:"type"`
		ConversationID *string `json:"conversation_id"`
		Model          string  `json:"model"`
	}{"start", optional(id), model})
}

// Text writes the next piece of the answer.
func (s *Stream) Text(text string) error { return s.piece("text", text) }

// Thinking writes the next piece of the model's thinking.
func (s *Stream) Thinking(text string) error { return s.piece("thinking", text) }

func (s *Stream) piece(kind, text string) error {
	return s.e.Encode(struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}{kind, text})
}

// Retry says that another attempt follows after wait.
func (s *Stream) Retry(r session.Retry, wait time.Duration) error {
	return s.e.Encode(struct {
		Type    string  `json:"type"`
		Attempt int     `json:"attempt"`
		Max     int     `json:"max"`
		Wait    float64 `json:"wait_seconds"`
		Reason  string  `json:"reason"`
	}{"retry", r.Attempt, r.Max, wait.Round(100 * time.Millisecond).Seconds(), r.Reason})
}

// Notice passes on what the user should be told.
func (s *Stream) Notice(n session.Notice) error {
	return s.e.Encode(struct {
		Type  string `json:"type"`
		Level string `json:"level"`
		Text  string `json:"text"`
	}{"notice", n.Level, n.Text})
}

// Message ends the stream with the whole answer, complete or not.
func (s *Stream) Message(id string, m *session.Message) error {
	return s.e.Encode(struct {
		Type string `json:"type"`
		turn
	}{"message", turn{ConversationID: optional(id), Message: messageOf(m)}})
}

// Error ends a stream that has no message.
func (s *Stream) Error(f session.Failure) error {
	return s.e.Encode(struct {
		Type  string          `json:"type"`
		Error session.Failure `json:"error"`
	}{"error", f})
}
