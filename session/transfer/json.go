package transfer

import (
	"encoding/json"
	"io"
	"strconv"
	"time"

	"parlor/api"
	"parlor/session"
)

// Transcript is a conversation with the messages of its branch, oldest first.
type Transcript struct {
	Summary  session.Summary
	Params   session.Params
	Messages []*session.Message
}

// conversation is one conversation in JSON.
type conversation struct {
	ID        string          `json:"id"`
	Title     string          `json:"title"`
	Model     string          `json:"model"`
	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`
	Messages  int             `json:"messages"`
	CostUSD   json.Number     `json:"cost_usd"`
	Pinned    bool            `json:"pinned"`
	Archived  bool            `json:"archived"`
	Tags      []string        `json:"tags"`
	Params    *session.Params `json:"params,omitempty"` // only where one conversation is shown
}

// message is one message in JSON. What does not apply to its role is null.
type message struct {
	ID         int64            `json:"id"`
	ParentID   *int64           `json:"parent_id"`
	Role       string           `json:"role"`
	Model      *string          `json:"model"`
	State      session.State    `json:"state"`
	Content    []api.Block      `json:"content"`
	StopReason *string          `json:"stop_reason"`
	Usage      *api.Usage       `json:"usage"`    // null before the server counted
	CostUSD    *json.Number     `json:"cost_usd"` // null where no price is known
	CreatedAt  time.Time        `json:"created_at"`
	RequestID  string           `json:"request_id,omitempty"`
	Failure    *session.Failure `json:"failure,omitempty"`
	Notes      []string         `json:"notes,omitempty"`
}

// JSON writes a conversation as {"conversation": ..., "messages": [...]}.
func JSON(w io.Writer, t Transcript) error {
	c := conversationOf(t.Summary)
	c.Params = &t.Params
	messages := make([]message, len(t.Messages))
	for i, m := range t.Messages {
		messages[i] = messageOf(m)
	}
	return encode(w, struct {
		Conversation conversation `json:"conversation"`
		Messages     []message    `json:"messages"`
	}{c, messages})
}

// List writes conversations as an array.
func List(w io.Writer, list []session.Summary) error {
	out := make([]conversation, len(list))
	for i, s := range list {
		out[i] = conversationOf(s)
	}
	return encode(w, out)
}

// Summary writes one conversation without its messages.
func Summary(w io.Writer, s session.Summary) error { return encode(w, conversationOf(s)) }

// Turn writes the answer of one turn as {"conversation_id": ..., "message":
// ...}. An empty id, that of a turn that was not saved, is null.
func Turn(w io.Writer, id string, m *session.Message) error {
	return encode(w, turn{ConversationID: optional(id), Message: messageOf(m)})
}

type turn struct {
	ConversationID *string `json:"conversation_id"`
	Message        message `json:"message"`
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(Printable(w))
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func conversationOf(s session.Summary) conversation {
	tags := s.Tags
	if tags == nil {
		tags = []string{}
	}
	return conversation{
		ID: s.ID, Title: s.Title, Model: s.Model,
		CreatedAt: stamp(s.CreatedAt), UpdatedAt: stamp(s.UpdatedAt),
		Messages: s.Messages, CostUSD: dollars(s.CostMicros),
		Pinned: s.Pinned, Archived: s.Archived, Tags: tags,
	}
}

func messageOf(m *session.Message) message {
	out := message{
		ID: m.ID, Role: m.Role, State: m.State, Content: blocksOf(m),
		CreatedAt: stamp(m.CreatedAt), RequestID: m.RequestID, Failure: m.Failure, Notes: m.Notes,
	}
	if m.Parent != 0 {
		out.ParentID = &m.Parent
	}
	if m.Role != "assistant" {
		return out
	}
	out.Model, out.StopReason = optional(m.Model), optional(m.StopReason)
	if u := &m.Usage; u.InputTokens|u.OutputTokens|u.CacheReadInputTokens|u.CacheCreationInputTokens != 0 {
		out.Usage = u
	}
	if m.CostKnown {
		cost := dollars(m.CostMicros)
		out.CostUSD = &cost
	}
	return out
}

// blocksOf is a message's content on the wire. While it streams there is none
// yet, and what can be read of it stands in.
func blocksOf(m *session.Message) []api.Block {
	if m.Blocks != nil {
		return m.Blocks
	}
	blocks := []api.Block{}
	for _, p := range m.Parts {
		if p.Kind == session.PartText && p.Text != "" {
			blocks = append(blocks, api.NewText(p.Text))
		}
	}
	return blocks
}

// dollars writes micro-dollars exactly, without a float in between.
func dollars(micros int64) json.Number {
	sign := ""
	if micros < 0 {
		sign, micros = "-", -micros
	}
	text := strconv.FormatInt(micros/1_000_000, 10)
	if rest := micros % 1_000_000; rest != 0 {
		digits := strconv.FormatInt(rest+1_000_000, 10)[1:]
		for digits[len(digits)-1] == '0' {
			digits = digits[:len(digits)-1]
		}
		text += "." + digits
	}
	return json.Number(sign + text)
}

// stamp is a time as it is printed: UTC, to the millisecond.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
