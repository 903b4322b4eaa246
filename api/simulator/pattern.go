package simulator

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// matching makes a string that matches a regular expression; false means that it could not.
func (m *maker) matching(pattern string) (string, bool) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	m.expand(&b, tree.Simplify())
	re, err := regexp.Compile(pattern)
	return b.String(), err == nil && re.MatchString(b.String())
}

// expand writes something that matches one node of an expression. What only asserts (boundaries, anchors) writes
// nothing; matching looks afterwards whether that was enough.
func (m *maker) expand(b *strings.Builder, node *syntax.Regexp) {
	if b.Len() > 1000 {
		return
	}
	switch node.Op {
	case syntax.OpLiteral:
		for _, r := range node.Rune {
			b.WriteRune(r)
		}
	case syntax.OpCharClass:
		b.WriteRune(m.member(node.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteRune(rune('a' + m.rng.IntN(26)))
	case syntax.OpAlternate:
		m.expand(b, node.Sub[m.rng.IntN(len(node.Sub))])
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		least, most := repeats(node)
		for range least + m.rng.IntN(most-least+1) {
			m.expand(b, node.Sub[0])
		}
	default:
		for _, sub := range node.Sub {
			m.expand(b, sub)
		}
	}
}

// repeats is how often a repeated node may come, at most two more than it must.
func repeats(node *syntax.Regexp) (least, most int) {
	switch node.Op {
	case syntax.OpPlus:
		return 1, 3
	case syntax.OpQuest:
		return 0, 1
	case syntax.OpRepeat:
		least, most = node.Min, node.Min+2
		if node.Max >= 0 {
			most = min(most, node.Max)
		}
		return least, most
	}
	return 0, 2
}

// member takes a rune out of a class of ranges, a letter or a digit if there is one.
func (m *maker) member(ranges []rune) rune {
	in := func(r rune) bool {
		for i := 0; i+1 < len(ranges); i += 2 {
			if r >= ranges[i] && r <= ranges[i+1] {
				return true
			}
		}
		return false
	}
	var plain []rune
	for r := rune(' '); r < utf8.RuneSelf; r++ {
		if in(r) && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
			plain = append(plain, r)
		}
	}
	switch {
	case len(plain) > 0:
		return plain[m.rng.IntN(len(plain))]
	case len(ranges) > 0:
		return ranges[0]
	}
	return 'a'
}
