package markdown

import (
	"regexp/syntax"
	"strings"
	"unicode"
)

// firsts is the set of ASCII characters a match can begin with.
type firsts [2]uint64

// anyFirst is the set of all characters.
func anyFirst() firsts { return firsts{^uint64(0), ^uint64(0)} }

// has tells whether a match can begin with r. Only ASCII is known.
func (f *firsts) has(r rune) bool {
	return r > unicode.MaxASCII || f[r>>6&1]&(1<<(r&63)) != 0
}

func (f *firsts) add(lo, hi rune) {
	for r := max(lo, 0); r <= min(hi, unicode.MaxASCII); r++ {
		f[r>>6] |= 1 << (r & 63)
	}
}

// firstsOf works out what a pattern's matches can begin with. A lexer tries thirty patterns
// at every token; nearly all of them can be left out by looking at one character. What
// cannot be told counts as any.
func firstsOf(pattern, flags string) firsts {
	pattern = withoutLooking(pattern)
	if flags != "" {
		pattern = "(?" + flags + ")(?:" + pattern + ")"
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return anyFirst() // things this syntax lacks
	}
	var f firsts
	if f.walk(re) {
		return anyFirst() // it matches nothing at all
	}
	return f
}

// walk adds what re can begin with and reports whether it can be empty.
func (f *firsts) walk(re *syntax.Regexp) (empty bool) {
	switch re.Op {
	case syntax.OpLiteral:
		f.add(re.Rune[0], re.Rune[0])
		if re.Flags&syntax.FoldCase != 0 {
			for r := unicode.SimpleFold(re.Rune[0]); r != re.Rune[0]; r = unicode.SimpleFold(r) {
				f.add(r, r)
			}
		}
		return false
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			f.add(re.Rune[i], re.Rune[i+1])
			if re.Rune[i] <= '\t' && re.Rune[i+1] >= '\t' {
				f.add('\v', '\v') // \s means more to chroma's engine
			}
		}
		return false
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		f.add(0, unicode.MaxASCII)
		return false
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !f.walk(sub) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			empty = f.walk(sub) || empty
		}
		return empty
	case syntax.OpStar, syntax.OpQuest:
		f.walk(re.Sub[0])
		return true
	case syntax.OpRepeat:
		return f.walk(re.Sub[0]) || re.Min == 0
	case syntax.OpCapture, syntax.OpPlus:
		return f.walk(re.Sub[0])
	}
	return true // positions and nothing
}

// withoutLooking leaves the look-around out of a pattern: what remains matches the same
// and more.
func withoutLooking(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); {
		n := piece(pattern[i:])
		p := pattern[i : i+n]
		i += n
		if !strings.HasPrefix(p, "(?=") && !strings.HasPrefix(p, "(?!") && !strings.HasPrefix(p, "(?<=") && !strings.HasPrefix(p, "(?<!") {
			b.WriteString(p)
			continue
		}
		for depth := 1; depth > 0 && i < len(pattern); i += piece(pattern[i:]) {
			switch pattern[i] {
			case '(':
				depth++
			case ')':
				depth--
			}
		}
		b.WriteString("(?:)")
	}
	return b.String()
}

// piece is the length of the escape, class, group opening or character a pattern begins with.
func piece(s string) int {
	switch {
	case s[0] == '\\':
		return min(2, len(s))
	case s[0] == '[':
		for i := 1; i < len(s); i++ {
			switch {
			case s[i] == '\\':
				i++
			case s[i] == ']' && i > 1 && s[i-1:i] != "^" || s[i] == ']' && i > 2:
				return i + 1
			}
		}
		return len(s)
	}
	for _, open := range []string{"(?<=", "(?<!", "(?=", "(?!"} {
		if strings.HasPrefix(s, open) {
			return len(open)
		}
	}
	return 1
}
