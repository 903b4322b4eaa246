package simulator

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// answer says something to the chat. The same chat, seed and variant give the same reply.
func (l *library) answer(c *chat, seed uint64, variant int) reply {
	rng := rand.New(rand.NewPCG(c.hash(seed, strconv.Itoa(variant)), 1))
	words := wordsOf(c.prompt())
	r, ok := l.recall(c)
	for _, try := range []func(*chat, wordSet, *rand.Rand) (reply, bool){l.report, l.identity, l.smallTalk, l.echo, l.sum, l.trivia} {
		if !ok {
			r, ok = try(c, words, rng)
		}
	}
	if !ok {
		r = l.tell(c, words, rng)
	}
	r.text = l.obey(c, r.text)
	r.speed = speed(words)
	return r
}

// speed is how fast the prompt wants it, where that is all it is about.
func speed(words wordSet) float64 {
	if len(words.list) > 12 {
		return 1
	}
	switch {
	case words.any("slow", "slowly", "langsam"):
		return 0.2
	case words.any("fast", "quick", "quickly", "schnell"):
		return 8
	}
	return 1
}

// tell takes a piece from the library, with an opening that takes up what the user said.
func (l *library) tell(c *chat, words wordSet, rng *rand.Rand) reply {
	about := topic(c.prompt())
	if about == "" {
		about = "nothing in particular"
	}
	model := c.q.model.DisplayName
	p, fits := l.choose(c, rng)
	parts := []string{}
	if !c.sober() {
		name := "bridges"
		if fits {
			name = "openers"
		}
		parts = append(parts, l.line(name, rng, about, model))
	}
	parts = append(parts, p.body)
	if words.any("long", "essay", "everything") && len(words.list) <= 12 {
		parts = append(parts, l.chapters(p, rng)...)
	} else if !c.sober() && rng.IntN(3) == 0 {
		parts = append(parts, l.line("closers", rng, about, model))
	}
	return reply{text: strings.Join(parts, "\n\n")}
}

// sober says that the user wants no flourish: a low temperature does that to a model.
func (c *chat) sober() bool {
	t, ok := c.q.sampling["temperature"]
	return ok && t <= 0.3
}

// chapters are five more pieces, for an answer of several thousand tokens.
func (l *library) chapters(not piece, rng *rand.Rand) []string {
	var parts []string
	for _, i := range rng.Perm(len(l.pieces)) {
		p := l.pieces[i]
		if !p.pool || p.name == not.name {
			continue
		}
		parts = append(parts, "---", p.body)
		if len(parts) == 10 {
			break
		}
	}
	return parts
}
