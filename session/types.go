package session

import (
	"encoding/json"
	"time"

	"parlor/api"
)

// State says how a message stands. The values are stored as they are written
// here and appear in JSON output.
type State string

// The states of a message.
const (
	Complete    State = "complete"    // ended by the model or sent by the user
	Streaming   State = "streaming"   // a turn is producing it now, here or in another process
	Stopped     State = "stopped"     // the user stopped it; what had come is kept
	Interrupted State = "interrupted" // a crash, the network or the end of the program cut it off
	Refused     State = "refused"     // the model declined (stop reason refusal)
	Failed      State = "failed"      // no answer came; Failure says why
)

// Thinking chooses how the model thinks before it answers.
type Thinking struct {
	Mode   string `json:"mode,omitempty"`   // "" is the model's own way; "adaptive", "budget" or "off"
	Budget int    `json:"budget,omitempty"` // tokens, for mode "budget"; at least 1,024
}

// Params are the settings that produce an answer. They belong to the
// conversation, may change at any turn, and every answer keeps the ones that
// made it. A nil pointer, empty string or zero means: not sent.
type Params struct {
	Model         string   `json:"model"`
	Temperature   *float64 `json:"temperature,omitempty"`
	TopP          *float64 `json:"top_p,omitempty"`
	TopK          *int     `json:"top_k,omitempty"`
	MaxTokens     int      `json:"max_tokens,omitempty"` // 0 means DefaultMaxTokens
	StopSequences []string `json:"stop_sequences,omitempty"`
	Thinking      Thinking `json:"thinking,omitzero"`
	Effort        string   `json:"effort,omitempty"`
	System        string   `json:"system,omitempty"`
}

// DefaultMaxTokens is sent where Params.MaxTokens is zero.
const DefaultMaxTokens = 16000

// PartKind says what a part of a message shows.
type PartKind int

// The kinds of parts.
const (
	PartText     PartKind = iota // markdown
	PartThinking                 // the model's thinking, markdown
	PartTool                     // a tool call or result, one line
	PartOther                    // a block this version has no view for; Text names its type
)

// Part is the readable view of one content block. Text is exactly what the
// model or the user wrote: whoever draws it sanitises it first.
type Part struct {
	Kind     PartKind
	Text     string
	Done     bool
	Duration time.Duration // of thinking, where it was measured
	Tokens   int64         // of thinking, where the server told
}

// Paste is a piece of a user message that was pasted as a block: a byte range
// of the text of its first part.
type Paste struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Failure is why a message failed or broke off, ready to be shown. Kind is one
// of authentication, billing, permission, not_found, too_large, context_length,
// invalid_request, rate_limit, overloaded, server, conflict, timeout, network,
// decode (the server is not the API), interrupted (the program ended), error.
type Failure struct {
	Kind      string    `json:"kind"`
	Message   string    `json:"message"`              // one sentence: what happened
	Hint      string    `json:"hint,omitempty"`       // one sentence: what to do
	Status    int       `json:"status,omitempty"`     // of HTTP
	RequestID string    `json:"request_id,omitempty"` // as the server gave it
	RetryAt   time.Time `json:"retry_at,omitzero"`    // when the server said to try again
	Detail    string    `json:"detail,omitempty"`     // redacted technical text for the error view
}

// Message is an immutable view of one message as it is shown: a continued
// answer is one Message whose parts are joined, under the id of its first part.
type Message struct {
	ID            int64
	Parent        int64
	Version       uint64 // grows with every change; equal versions are equal messages
	Role          string // "user" or "assistant"
	State         State
	Parts         []Part
	Blocks        []api.Block // as on the wire; nil while streaming
	Pastes        []Paste     // user messages only
	Params        Params      // assistant messages: what produced it
	Model         string      // the model that answered, as the server named it
	StopReason    string
	Usage         api.Usage
	CostMicros    int64 // micro-dollars; 0 where no price is known
	CostKnown     bool
	FirstToken    time.Duration // from request to first text or thinking
	Elapsed       time.Duration // from request to end
	Failure       *Failure
	CanContinue   bool     // continue is offered
	Notes         []string // what parlor did differently: a parameter left out and why, ...
	CreatedAt     time.Time
	Siblings      int // how many alternatives stand at this place, itself included
	Sibling       int // 1-based place among them
	RequestID     string
	BlockedReason string // refusal category and explanation
}

// Ref names one visible message of the branch without its content.
type Ref struct {
	ID                int64
	Version           uint64
	Role              string
	Sibling, Siblings int
}

// Phase is what a conversation's turn is doing.
type Phase int

// The phases of a turn.
const (
	Idle       Phase = iota
	Connecting       // request not yet answered
	Retrying         // waiting before another attempt; Turn.Retry is set
	Waiting          // stream open, nothing readable yet
	Answering        // text or thinking arrives
	Following        // another process streams; we read along
)

// Retry describes the wait before the next attempt.
type Retry struct {
	Attempt, Max int // the attempt that comes next, of how many in all
	Until        time.Time
	Reason       string // one short clause, e.g. "overloaded"
}

// Turn is the running turn, zero when idle.
type Turn struct {
	Phase   Phase
	Since   time.Time // start of the phase
	Started time.Time // start of the turn
	Retry   *Retry
}

// Queued is a message that waits for the running turn to end.
type Queued struct {
	ID  int64
	Out Outgoing
}

// Outgoing is what the user sends.
type Outgoing struct {
	Text   string  `json:"text"`
	Pastes []Paste `json:"pastes,omitempty"`
}

// Notice is something the user should be told once, such as a parameter that
// was dropped or a database that cannot be written. Seq grows; a reader shows
// those above the last it has shown.
type Notice struct {
	Seq    uint64
	Level  string // "info", "warning", "error"
	Text   string
	Detail string
	Sticky bool // stays until resolved (out of disk, ...)
}

// Snapshot is all of a conversation a screen needs for a frame. Taking one
// costs nothing that grows with the conversation: slices are shared and never
// modified after they were handed out.
type Snapshot struct {
	Version    uint64 // grows with every change
	ID         string
	Title      string
	Private    bool
	Simulated  bool
	Params     Params
	Path       []Ref    // the branch from first to last visible message
	Live       *Message // the last message of Path while a turn is running or followed; its Version grows, that of its Ref waits for the end
	Turn       Turn
	Queue      []Queued
	Notices    []Notice
	CostMicros int64
	CostKnown  bool
	Context    Context
	View       json.RawMessage // the screen's own saved state (scroll position)
}

// Context tells how full the model's window is and what the cache holds.
type Context struct {
	Tokens     int64     // of the last request and its answer
	Window     int64     // 0 where the model is unknown
	CacheUntil time.Time // zero: nothing cached
	SendWarm   int64     // micro-dollars the next request's input costs now
	SendCold   int64     // and without the cache
}

// Summary is one line of a list of conversations.
type Summary struct {
	ID         string
	Title      string
	Model      string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	Messages   int
	CostMicros int64
	Pinned     bool
	Archived   bool
	Tags       []string
	Private    bool
}

// Support tells whether a model takes a parameter.
type Support struct {
	OK      bool
	Reason  string   // one clause for the screen: "fixed by this model"
	Instead string   // what to do instead: "use effort", "switch to sonnet-4-6"
	Choices []string // allowed values where they are few (effort, thinking)
	Default string
	Limit   int // the largest value, for max_tokens; 0 where it is not known
}

// ModelInfo is a model as the picker shows it: the catalogue's facts merged
// with what the server lists.
type ModelInfo struct {
	ID, Name      string
	Context       int
	MaxOutput     int
	InPrice       int64 // micro-dollars per million tokens; 0 unknown
	OutPrice      int64
	Temperature   bool
	Efforts       []string
	DefaultEffort string
	Thinking      string // "always", "adaptive", "budget", "off", "unknown"
	Status        string // current, legacy, deprecated, retired, unknown
	Successor     string
	Listed        bool // the server lists it
}
