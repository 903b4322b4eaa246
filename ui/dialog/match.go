package dialog

import (
	"strings"

	"github.com/sahilm/fuzzy"
)

// matching adds the rows that pass a filter to hits: those that hold all its
// words, the best places first, and only where there are none those that hold
// its letters in order.
func matching(rows []row, query string, hits []hit) []hit {
	words := strings.Fields(strings.ToLower(query))
	var by [elsewhere + 1][]hit
	for i, r := range rows {
		if p, found, ok := holds(r, words); ok {
			by[p] = append(by[p], hit{i, found})
		}
	}
	for _, some := range by {
		hits = append(hits, some...)
	}
	if len(hits) > 0 {
		return hits
	}
	for _, m := range fuzzy.FindFrom(strings.Join(words, ""), source(rows)) {
		hits = append(hits, hit{m.Index, m.MatchedIndexes})
	}
	return hits
}

// place tells where in a row the first word was found; the lower, the better.
type place int

const (
	atStart place = iota
	atWord
	inText
	elsewhere
)

// holds reports whether a row holds all the words, where the first of them is,
// and which bytes of its text they take.
func holds(r row, words []string) (p place, found []int, ok bool) {
	text := strings.ToLower(r.text)
	also := ""
	p = elsewhere
	for i, w := range words {
		at := strings.Index(text, w)
		if at < 0 {
			if also == "" {
				also = strings.ToLower(r.also)
			}
			if !strings.Contains(also, w) {
				return 0, nil, false
			}
			continue
		}
		if i == 0 {
			p = placeOf(text, at)
		}
		for j := range w {
			if len(text) == len(r.text) { // else lower case moved the bytes
				found = append(found, at+j)
			}
		}
	}
	return p, found, true
}

func placeOf(text string, at int) place {
	switch {
	case at == 0:
		return atStart
	case strings.ContainsRune(" -/_.(", rune(text[at-1])):
		return atWord
	}
	return inText
}

// source lets the filter look at text and also.
type source []row

func (s source) Len() int            { return len(s) }
func (s source) String(i int) string { return s[i].text + " " + s[i].also }
