package simulator

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// thinksNow says whether this request makes the model think before its answer; after says that the answer goes on after
// tools. Manual thinking does so only with its beta.
func (q *request) thinksNow(after bool) bool {
	switch q.thinking.kind {
	case "adaptive":
		return true
	case "enabled":
		return !after || q.beta("interleaved-thinking-")
	case "between_tools":
		return after
	case "":
		return q.model.ThinkingDefault
	}
	return false
}

// think makes the summarized thinking, "" if there is none. A model that decides for itself does not think about a
// greeting.
func (l *library) think(c *chat, small bool, seed uint64) string {
	if c.prefill != "" || small && c.q.thinking.kind != "enabled" {
		return ""
	}
	sentences := map[string]int{"low": 2, "medium": 4, "high": 6, "xhigh": 9, "max": 12}
	effort := c.q.currentEffort()
	if effort == "" {
		effort = c.q.model.DefaultEffort
	}
	n := sentences[effort]
	if n == 0 {
		n = 5
	}
	rng := rand.New(rand.NewPCG(c.hash(seed, "thinking"), 2))
	about := topic(c.prompt())
	var b strings.Builder
	b.WriteString("The user wants to know about “" + about + "”.")
	budget := c.q.maxTokens / 2
	if c.q.thinking.budget > 0 {
		budget = min(budget, c.q.thinking.budget)
	}
	lines := l.lines["thinking"]
	for i, at := range rng.Perm(len(lines)) {
		sentence := strings.ReplaceAll(lines[at], "⟦topic⟧", about)
		if i >= n || c.q.model.count(b.String()+sentence) > budget {
			break
		}
		if i%4 == 3 {
			b.WriteString("\n\n" + sentence)
		} else {
			b.WriteString(" " + sentence)
		}
	}
	return b.String()
}

// currentEffort is the effort in force: that of the last system message that sets one, or the request's.
func (q *request) currentEffort() string {
	for _, m := range slices.Backward(q.messages) {
		if m.effort != "" {
			return m.effort
		}
	}
	return q.effort
}
