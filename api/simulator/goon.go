package simulator

import (
	"strings"
	"unicode"
)

// variants is how many variants of a reply are tried to find the one that was interrupted.
const variants = 16

// goOn continues an interrupted answer: one that the request begins itself, or one that the user asks to continue.
// false means that the request is neither.
func (s *Simulator) goOn(c *chat) (reply, bool) {
	so, origin := c.prefill, *c
	for len(origin.turns) > 2 && asksToContinue(origin.prompt()) {
		n := len(origin.turns)
		so = origin.turns[n-2].text + so
		origin.turns = origin.turns[:n-2]
	}
	if so == "" {
		return reply{}, false
	}
	for v := range variants {
		r := s.replies().answer(&origin, s.opt.Seed, v)
		rest, ok := after(r.text, so)
		if !ok {
			continue
		}
		if rest == "" {
			rest = " And that was all of it."
		}
		r.text = rest
		return r, true
	}
	if c.prefill != "" {
		return reply{text: ", and so it went on, in a voice not quite its own: somebody else had begun this sentence, and the simulator is too polite to leave it unfinished."}, true
	}
	return reply{}, false
}

// asksToContinue recognises the ways to say it.
func asksToContinue(prompt string) bool {
	words := wordsOf(prompt)
	if len(words.list) == 0 || len(words.list) > 40 {
		return false
	}
	return words.list[0] == "continue" || words.phrase("please continue") || words.phrase("go on") || words.phrase("where you left off") || words.phrase("where you stopped")
}

// after returns what follows in text after the beginning, white space aside: it gets trimmed on the way.
func after(text, beginning string) (string, bool) {
	t := text
	for _, r := range beginning {
		if unicode.IsSpace(r) {
			continue
		}
		t = strings.TrimLeftFunc(t, unicode.IsSpace)
		rest, ok := strings.CutPrefix(t, string(r))
		if !ok {
			return "", false
		}
		t = rest
	}
	return t, true
}
