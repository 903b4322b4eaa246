package simulator

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
)

//go:embed replies/*.md lines/*.txt
var libraryFiles embed.FS

// library holds the replies and the patterns, read once.
type library struct {
	pieces []piece
	lines  map[string][]string
	// patterns find what the user said about themself and asks about it.
	patterns map[string]*regexp.Regexp
}

// piece is one embedded reply.
type piece struct {
	name string
	// words are what a prompt says to get this piece.
	words []string
	// pool says that it may also come unasked.
	pool bool
	body string
}

// loadLibrary reads the embedded files; they are part of the program, so a mistake in them is a panic.
func loadLibrary() *library {
	l := &library{lines: map[string][]string{}, patterns: patterns()}
	entries, err := libraryFiles.ReadDir("replies")
	if err != nil {
		panic(fmt.Sprintf("simulator: %v", err))
	}
	for _, e := range entries {
		l.pieces = append(l.pieces, parsePiece(e.Name(), read("replies/"+e.Name())))
	}
	for _, name := range []string{"openers", "bridges", "closers", "thinking", "greetings", "trivia"} {
		l.lines[name] = strings.Split(strings.TrimSpace(read("lines/"+name+".txt")), "\n")
	}
	return l
}

func read(name string) string {
	data, err := libraryFiles.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("simulator: %v", err))
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

// parsePiece reads the head of a reply file, "key: value" lines up to "---", and its body.
func parsePiece(name, text string) piece {
	head, body, found := strings.Cut(text, "\n---\n")
	if !found {
		panic("simulator: replies/" + name + " has no head")
	}
	p := piece{name: strings.TrimSuffix(name, ".md"), body: strings.TrimSpace(body)}
	for line := range strings.SplitSeq(head, "\n") {
		switch key, value, _ := strings.Cut(line, ":"); key {
		case "words":
			p.words = strings.Split(strings.TrimSpace(value), ", ")
		case "pool":
			p.pool = strings.TrimSpace(value) == "yes"
		}
	}
	return p
}

// score says how well a prompt fits: longer phrases count more.
func (p piece) score(words wordSet) int {
	n := 0
	for _, w := range p.words {
		if words.has(w) || strings.Contains(w, " ") && words.phrase(w) {
			n += 1 + strings.Count(w, " ")
		}
	}
	return n
}

// choose takes the piece that fits best, or any of the pool, and rather one that was not in this conversation yet.
func (l *library) choose(c *chat, rng *rand.Rand) (p piece, fits bool) {
	words := wordsOf(c.prompt())
	var best []piece
	top := 0
	for _, p := range l.pieces {
		switch n := p.score(words); {
		case n > top:
			top, best = n, append(best[:0], p)
		case n == top && n > 0:
			best = append(best, p)
		}
	}
	if top > 0 {
		return best[rng.IntN(len(best))], true
	}
	var fresh, pool []piece
	for _, p := range l.pieces {
		if !p.pool {
			continue
		}
		pool = append(pool, p)
		if !c.told(p) {
			fresh = append(fresh, p)
		}
	}
	if len(fresh) == 0 {
		fresh = pool
	}
	return fresh[rng.IntN(len(fresh))], false
}

// told says whether the piece was in the conversation lately.
func (c *chat) told(p piece) bool {
	mark := p.body[:min(40, len(p.body))]
	for _, t := range c.turns[max(0, len(c.turns)-40):] {
		if t.role == "assistant" && strings.Contains(t.text, mark) {
			return true
		}
	}
	return false
}

// line takes one of the named lines and fills in the topic.
func (l *library) line(name string, rng *rand.Rand, topic, model string) string {
	list := l.lines[name]
	text := list[rng.IntN(len(list))]
	return strings.NewReplacer("⟦topic⟧", topic, "⟦model⟧", model).Replace(text)
}
