package simulator

import (
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// turn is what one side said in one go, as the replies see it. Last is the text
// of its last message that has any: a turn whose answer failed or was declined
// is still there, but not what is asked now.
type turn struct{ role, text, last string }

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
		if m.compacted() {
			c.turns = append(c.turns, turn{role: "user", text: summaryOf(m)})
		}
		switch n := len(c.turns); {
		case m.role == "system":
			c.system = strings.TrimSpace(c.system + "\n" + text)
		case n > 0 && c.turns[n-1].role == m.role:
			c.turns[n-1].text += "\n" + text
			if text != "" {
				c.turns[n-1].last = text
			}
		default:
			c.turns = append(c.turns, turn{m.role, text, text})
		}
	}
	if n := len(c.turns); n > 1 && c.turns[n-1].role == "assistant" {
		if c.prefill = c.turns[n-1].text; q.resumes() {
			c.prefill = ""
		}
		c.turns = c.turns[:n-1]
	}
	return c
}

// summaryOf is what a compaction made of the conversation.
func summaryOf(m message) string {
	text, _ := m.blocks[0].fields.str("content")
	return text
}

// prompt is what the user said last. Results of tools say nothing in that sense, and a summary only its end.
func (c *chat) prompt() string {
	for _, t := range slices.Backward(c.turns) {
		if t.role == "user" && t.text != "" {
			if t.last != "" {
				return t.last
			}
			if _, last, found := strings.Cut(t.text, lastMessageMark); found {
				return last
			}
			return t.text
		}
	}
	return ""
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
	if q.compaction != nil || q.pause {
		return q.composeCompaction()
	}
	c := newChat(q)
	p := s.composeChat(q, c)
	if q.summary != nil && p.Status == 0 {
		p.parts = append([]part{compactionPart(*q.summary)}, p.parts...)
		p.before = q.ran
	}
	return p
}

func (s *Simulator) composeChat(q *request, c *chat) *plan {
	words := wordsOf(c.prompt())
	if q.format == nil && !c.wantsTitle() {
		if p := s.trouble(words, c.hash(s.opt.Seed, "")); p != nil {
			return p
		}
	}
	if r := refusalAsked(c, words); r != nil && r.declines(q) && !c.wantsTitle() {
		return s.refuse(q, c, r, s.answer)
	}
	return s.answer(q)
}

// answer answers without declining.
func (s *Simulator) answer(q *request) *plan {
	c := newChat(q)
	p := &plan{parts: []part{}}
	m := &composer{s: s, q: q, c: c, p: p}
	m.listServers()
	switch {
	case m.toolAnswer():
		if q.format != nil && p.StopReason == "" && !m.calls() {
			m.dropTexts()
			m.say(written(s.structured(c)))
		}
	case q.format != nil:
		m.think(false)
		m.say(written(s.structured(c)))
	case c.wantsTitle():
		m.say(written(c.title(s.replies())))
	default:
		m.chat()
	}
	breakMidway(p, wordsOf(c.prompt()), q.stream)
	return p
}

// calls says whether the answer calls a tool of the caller's.
func (m *composer) calls() bool {
	return slices.ContainsFunc(m.p.parts, func(p part) bool { return p.kind == "tool_use" })
}

// dropTexts leaves only what is not text, where the text must be of another form.
func (m *composer) dropTexts() {
	m.p.parts = slices.DeleteFunc(m.p.parts, func(p part) bool { return p.kind == "text" })
}

// chat chats.
func (m *composer) chat() {
	s, c := m.s, m.c
	r, ok := s.goOn(c)
	if !ok {
		r = s.replies().answer(c, s.opt.Seed, s.seen.count(c.hash(s.opt.Seed, "")))
	}
	m.p.speed = r.speed
	if m.q.thinksNow(false) && !r.small || m.q.thinking.kind == "enabled" {
		m.think(false)
	}
	if cited := m.cited(m.q.sources()); len(cited) > 0 && !r.small {
		m.say(cited...)
		return
	}
	if r.text != "" {
		m.say(written(r.text))
	}
}

// trouble plays what goes wrong on demand, nil if nothing is to.
func (s *Simulator) trouble(words wordSet, key uint64) *plan {
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
	}
	return nil
}

// breakMidway lets the answer fail in the middle if the prompt says so.
func breakMidway(p *plan, words wordSet, stream bool) {
	if !words.has("midway") {
		return
	}
	switch {
	case words.has("break") && stream:
		p.midway = "break"
	case words.has("break"):
		p.Status, p.Message = statusOverloaded, "Overloaded"
	case words.has("reset"):
		p.midway = "reset"
	case words.any("cut", "truncate"):
		p.midway = "cut"
	case words.any("hang", "stall"):
		p.midway = "hang"
	}
}
