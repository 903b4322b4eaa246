package markdown

import (
	"slices"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/dlclark/regexp2/v2"
)

// newLexer takes a language's rules from chroma, nil if it does not know it or the
// lexer is not made of rules.
func newLexer(lang string) *lexer {
	base, ok := lexers.Get(lang).(*chroma.RegexLexer)
	if !ok {
		return nil
	}
	raw, err := base.Rules()
	if err != nil {
		return nil
	}
	l := &lexer{
		flags:    "m",
		states:   map[string][]*compiled{},
		compiled: map[*chroma.CompiledRule]*compiled{},
		openers:  openersOf(base.Config().Name),
	}
	if base.Config().NotMultiline {
		l.flags = ""
	}
	if base.Config().CaseInsensitive {
		l.flags += "i"
	}
	if base.Config().DotAll {
		l.flags += "s"
	}
	rules := chroma.CompiledRules{}
	for state, list := range raw {
		for _, r := range list {
			rules[state] = append(rules[state], &chroma.CompiledRule{Rule: r})
		}
		rules[state] = slices.Clip(rules[state])
	}
	if !include(rules) {
		return nil
	}
	l.start = chroma.LexerState{Lexer: base, Registry: lexers.GlobalLexerRegistry, Rules: rules}
	return l
}

// include lets the rules that stand for others be replaced by those.
func include(rules chroma.CompiledRules) bool {
	const most = 10000 // a language that includes itself
	for range most {
		state, rule := including(rules)
		if rule < 0 {
			return true
		}
		m, ok := rules[state][rule].Mutator.(chroma.LexerMutator)
		if !ok || m.MutateLexer(rules, state, rule) != nil {
			return false
		}
		for state := range rules {
			rules[state] = slices.Clip(rules[state])
		}
	}
	return false
}

// including finds a rule that stands for others.
func including(rules chroma.CompiledRules) (state string, rule int) {
	for state, list := range rules {
		for i, r := range list {
			if _, ok := r.Mutator.(chroma.LexerMutator); ok {
				return state, i
			}
		}
	}
	return "", -1
}

// compiled is a rule made ready when it is first needed: most of a language's rules never are.
type compiled struct {
	first firsts
	ok    bool // the expression could be compiled and ends
	slow  int  // attempts that took too long
}

// ready makes a rule ready.
func (l *lexer) ready(r *chroma.CompiledRule) *compiled {
	c, ok := l.compiled[r]
	if !ok {
		c = &compiled{first: firstsOf(r.Pattern, l.flags), ok: true}
		l.compiled[r] = c
	}
	return c
}

// compile compiles a rule's expression the way chroma does.
func (l *lexer) compile(r *chroma.CompiledRule, c *compiled) bool {
	pattern := "(?:" + r.Pattern + ")"
	if l.flags != "" {
		pattern = "(?" + l.flags + ")" + pattern
	}
	re, err := regexp2.Compile(`\G` + pattern)
	if err != nil {
		c.ok = false
		return false
	}
	re.MatchTimeout = matchTimeout
	r.Regexp = re
	return true
}

// matchTimeout bounds one attempt: the text comes from outside and could be written to make
// an expression try for ever. It is far beyond what a busy or suspended machine explains,
// because what is shown must not depend on time; a rule that takes that long again and
// again is given up.
const (
	matchTimeout = time.Second
	mostTimeouts = 3
)

// openersOf returns the constructs of a language that reach over lines in one match.
func openersOf(name string) []opener {
	comment := opener{"/*", "*/", chroma.CommentMultiline}
	triple := opener{`"""`, `"""`, chroma.LiteralString}
	switch name {
	case "Go":
		return []opener{comment, {"`", "`", chroma.LiteralString}}
	case "Java", "Kotlin", "Scala", "Swift":
		return []opener{comment, triple}
	case "C", "C++", "C#", "JavaScript", "TypeScript", "Rust", "PHP", "CSS", "SCSS", "Less", "Dart", "SQL", "MySQL",
		"PostgreSQL SQL dialect", "Objective-C", "Groovy", "Zig", "Protocol Buffer", "GLSL", "HCL", "Terraform":
		return []opener{comment}
	case "Haskell":
		return []opener{{"{-", "-}", chroma.CommentMultiline}}
	case "Lua":
		return []opener{{"--[[", "]]", chroma.CommentMultiline}, {"[[", "]]", chroma.LiteralString}}
	case "OCaml", "FSharp":
		return []opener{{"(*", "*)", chroma.CommentMultiline}}
	}
	return nil
}
