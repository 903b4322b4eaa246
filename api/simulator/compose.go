package simulator

import (
	"encoding/json"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
)

// turn is a message as the replies see it.
type turn struct{ role, text string }

// chat is what a reply may be made from: the request, and nothing that is not in it.
type chat struct {
	q      *request
	system string
	// turns are user and assistant turns, same roles merged; the last is the user's.
	turns []turn
	// prefill is the beginning of the answer that the request gives, empty if it gives none.
	prefill string
}

// reply is what the simulator says, and how fast.
type reply struct {
	text  string
	speed float64
	// small is talk that needs no thought.
	small bool
}

func newChat(q *request) *chat {
	c := &chat{q: q, system: joinText(q.system)}
	for _, m := range q.messages {
		text := m.text()
		switch n := len(c.turns); {
		case m.role == "system":
			c.system = strings.TrimSpace(c.system + "\n" + text)
		case n > 0 && c.turns[n-1].role == m.role:
			c.turns[n-1].text += "\n" + text
		default:
			c.turns = append(c.turns, turn{m.role, text})
		}
	}
	if n := len(c.turns); n > 1 && c.turns[n-1].role == "assistant" {
		c.prefill, c.turns = c.turns[n-1].text, c.turns[:n-1]
	}
	return c
}

// prompt is what the user said last.
func (c *chat) prompt() string {
	if len(c.turns) == 0 {
		return ""
	}
	return c.turns[len(c.turns)-1].text
}

// users are the texts of the user, oldest first.
func (c *chat) users() []string {
	var texts []string
	for _, t := range c.turns {
		if t.role == "user" {
			texts = append(texts, t.text)
		}
	}
	return texts
}

// hash is a number that depends on everything that was said, on the seed and on salt.
func (c *chat) hash(seed uint64, salt string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.FormatUint(seed, 10) + "\x00" + salt + "\x00" + c.system))
	for _, t := range c.turns {
		_, _ = h.Write([]byte("\x00" + t.role + "\x00" + t.text))
	}
	// FNV's low bits are weak in short texts; folding mixes the high ones in.
	sum := h.Sum64()
	return sum ^ sum>>29 ^ sum>>47
}

// compose makes the simulator's own answer to a request.
func (s *Simulator) compose(q *request) *plan {
	c := newChat(q)
	switch {
	case q.format != nil:
		return &plan{Script: Script{Text: fillSchema(q.format, c.title(s.replies()))}}
	case c.wantsTitle():
		return &plan{Script: Script{Text: c.title(s.replies())}}
	}
	key := c.hash(s.opt.Seed, "")
	words := wordsOf(c.prompt())
	if p := s.trouble(c, words, key); p != nil {
		return p
	}
	r, ok := s.goOn(c)
	if !ok {
		r = s.replies().answer(c, s.opt.Seed, s.seen.count(key))
	}
	p := &plan{Script: Script{Text: r.text}, speed: r.speed}
	p.Thinking = s.replies().think(c, r.small, s.opt.Seed)
	breakMidway(p, words, q.stream)
	return p
}

// trouble plays what goes wrong on demand, nil if nothing is to.
func (s *Simulator) trouble(c *chat, words wordSet, key uint64) *plan {
	again := func(status int, wait, message string) *plan {
		if s.seen.count(key^uint64(status))%2 == 1 {
			return nil // the second attempt goes through
		}
		return &plan{Script: Script{Status: status, Message: message, Header: http.Header{"Retry-After": {wait}}}}
	}
	switch {
	case words.has("overload"):
		return again(statusOverloaded, "1", "Overloaded")
	case words.has("rate") && words.has("limit") && words.has("me"):
		return again(http.StatusTooManyRequests, "2", "This request would exceed your organization's rate limit of 4,000 requests per minute. (Simulated.)")
	case words.has("refuse"):
		return s.refuse(c, words)
	}
	return nil
}

// refuse declines, after half an answer if the prompt says so.
func (s *Simulator) refuse(c *chat, words wordSet) *plan {
	p := &plan{Script: Script{StopReason: "refusal"}}
	p.StopDetails = json.RawMessage(`{"type":"refusal","category":"general_harms","explanation":"The prompt asked for a refusal, and this is what one looks like. Nothing you wrote was held against you."}`)
	if words.has("midway") || words.has("halfway") {
		text := s.replies().answer(c, s.opt.Seed, 0).text
		pieces := cut(text, 0)
		p.Text = strings.Join(pieces[:len(pieces)/3+1], "")
	}
	return p
}

// breakMidway lets the stream fail in the middle if the prompt says so.
func breakMidway(p *plan, words wordSet, stream bool) {
	if !words.has("midway") {
		return
	}
	middle := AfterDeltas(len(cut(p.Thinking, 0)) + len(cut(p.Text, 0))/2)
	if !stream {
		middle = AfterBytes(len(p.Text) / 2)
	}
	switch {
	case words.has("break") && stream:
		p.ErrorEventAfter = middle
	case words.has("break"):
		p.Status, p.Message = statusOverloaded, "Overloaded"
	case words.has("reset"):
		p.ResetAfter = middle
	case words.has("cut"), words.has("truncate"):
		p.TruncateAfter = middle
	case words.has("hang"), words.has("stall"):
		p.StallAfter = middle
	}
}
