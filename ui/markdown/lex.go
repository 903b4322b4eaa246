package markdown

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/dlclark/regexp2/v2"
)

// lexicon holds the lexers of the languages seen so far. It belongs to one goroutine.
type lexicon struct {
	byName map[string]*lexer
	lexed  int // bytes
}

// maxLanguages bounds the lexicon; language names come from the text.
const maxLanguages = 200

func newLexicon() *lexicon { return &lexicon{byName: map[string]*lexer{}} }

// get returns the lexer of a language, nil if there is none.
func (x *lexicon) get(lang string) *lexer {
	lang = strings.ToLower(lang)
	if l, ok := x.byName[lang]; ok {
		return l
	}
	if lang == "" || len(lang) > 40 || len(x.byName) >= maxLanguages {
		return nil
	}
	l := newLexer(lang)
	x.byName[lang] = l
	return l
}

// lexer highlights one language line by line. Chroma's own lexers read a whole text from
// its start; this one drives their rules itself, so that what a line leaves open is a value
// that the next line begins with. It also skips the copies of every match that chroma
// makes for the few rules that need them.
type lexer struct {
	start    chroma.LexerState
	flags    string // of its patterns
	states   map[string][]*compiled
	compiled map[*chroma.CompiledRule]*compiled
	openers  []opener
}

// opener is a construct that chroma matches as a whole, over many lines.
type opener struct {
	open, close string
	kind        chroma.TokenType
}

// lexState is what a line leaves to the next one. The zero value is the beginning.
type lexState struct {
	stack   []string
	pending opener // a construct that was begun and not ended
}

// token is a piece of a line.
type token struct {
	kind chroma.TokenType
	end  int // byte of the line
}

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
	ok    bool // the expression could be compiled
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
// an expression try for ever.
const matchTimeout = 20 * time.Millisecond

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

// line highlights one line, given without its newline. Tokens are appended to out.
func (x *lexicon) line(l *lexer, s string, from lexState, out []token) ([]token, lexState) {
	x.lexed += len(s)
	at := 0
	if p := from.pending; p.close != "" {
		i := strings.Index(s, p.close)
		if i < 0 {
			return append(out, token{p.kind, len(s)}), from
		}
		at = i + len(p.close)
		out = append(out, token{p.kind, at})
		from.pending = opener{}
	}
	return l.run(s, at, from, out)
}

// run is chroma's LexerState.Iterator for one line, from byte at on.
func (l *lexer) run(s string, at int, from lexState, out []token) (_ []token, next lexState) {
	defer func() {
		if recover() != nil { // a rule of chroma that cannot stand to be cut into lines
			out, next = append(out, token{chroma.Text, len(s)}), lexState{}
		}
	}()
	st := l.start
	st.Text = append([]rune(s[at:]), '\n')
	st.Pos = 0
	st.Stack = []string{"root"}
	if len(from.stack) > 0 {
		st.Stack = slices.Clone(from.stack)
	}
	st.MutatorContext = map[any]any{}
	end, last := at, at // bytes done, and before the token at hand
	for steps := 0; st.Pos < len(st.Text) && len(st.Stack) > 0; steps++ {
		if steps > maxSteps {
			panic("too many steps") // recovered above
		}
		st.State = st.Stack[len(st.Stack)-1]
		begin := st.Pos
		index, rule, match := l.match(&st)
		if match == nil {
			if st.Text[st.Pos] == '\n' && st.State != "root" {
				st.Stack = []string{"root"}
				continue
			}
			st.Pos++
			end += runeBytes(st.Text[begin:st.Pos])
			out = push(out, chroma.Error, end)
			if p, at := l.opens(s, last, end, chroma.Error); p != nil {
				return l.leaveOpen(s, p, at, out, &st)
			}
			last = end
			continue
		}
		st.Rule = index
		st.Pos += match.RuneLength
		kind, simple := rule.Type.(chroma.TokenType)
		if !simple && rule.Type != nil || rule.Mutator != nil {
			setGroups(&st, match)
		}
		if rule.Mutator != nil {
			if err := rule.Mutator.Mutate(&st); err != nil {
				panic(err) // recovered above
			}
		}
		switch {
		case rule.Type == nil:
			end += runeBytes(st.Text[begin:st.Pos])
		case simple:
			end += runeBytes(st.Text[begin:st.Pos])
			out = push(out, kind, end)
		default:
			emitted := rule.Type.Emit(st.Groups, &st)
			for t := emitted(); t != chroma.EOF; t = emitted() {
				end += len(t.Value)
				out = push(out, t.Type, end)
			}
			kind = chroma.Text
		}
		if p, at := l.opens(s, last, end, kind); p != nil {
			return l.leaveOpen(s, p, at, out, &st)
		}
		last = end
	}
	return trim(out, len(s)), lexState{stack: settled(st.Stack)}
}

// maxSteps bounds the work on one line: rules that match nothing can go in circles.
const maxSteps = 8 * maxCodeLine

// maxDepth bounds the nesting that is carried from line to line.
const maxDepth = 64

// settled is a stack as it is kept.
func settled(stack []string) []string {
	if len(stack) == 0 || len(stack) > maxDepth || len(stack) == 1 && stack[0] == "root" {
		return nil
	}
	return stack
}

// match finds the first rule of the state that matches here.
func (l *lexer) match(st *chroma.LexerState) (int, *chroma.CompiledRule, *regexp2.Match) {
	rules := st.Rules[st.State]
	known, ok := l.states[st.State]
	if !ok {
		for _, rule := range rules {
			known = append(known, l.ready(rule))
		}
		l.states[st.State] = known
	}
	for i, rule := range rules {
		c := known[i]
		if !c.ok || !c.first.has(st.Text[st.Pos]) || rule.Regexp == nil && !l.compile(rule, c) {
			continue
		}
		m, err := rule.Regexp.FindRunesMatchStartingAt(st.Text, st.Pos)
		if err == nil && m != nil && m.RuneIndex == st.Pos {
			return i, rule, m
		}
	}
	return 0, nil, nil
}

// setGroups fills in what emitters and mutators look at.
func setGroups(st *chroma.LexerState, m *regexp2.Match) {
	st.Groups, st.NamedGroups = nil, map[string]string{}
	for _, g := range m.Groups() {
		st.NamedGroups[g.Name] = g.String()
		st.Groups = append(st.Groups, g.String())
	}
}

// push appends a token or lengthens the last one.
func push(out []token, kind chroma.TokenType, end int) []token {
	if n := len(out); n > 0 && out[n-1].kind == kind {
		out[n-1].end = end
		return out
	}
	return append(out, token{kind, end})
}

// trim cuts tokens off behind the line's end, where the lexer saw a newline.
func trim(out []token, end int) []token {
	for i := range out {
		out[i].end = min(out[i].end, end)
	}
	return out
}

// opens tells whether the token from byte begin to end holds the sign of a construct that is
// not ended on its line, and where. Chroma would have taken it as one token otherwise.
func (l *lexer) opens(s string, begin, end int, kind chroma.TokenType) (*opener, int) {
	if len(l.openers) == 0 || kind == chroma.Text || kind.InCategory(chroma.Comment) || kind.InSubCategory(chroma.LiteralString) {
		return nil, 0
	}
	for at := begin; at < min(end, len(s)); at++ {
		for i := range l.openers {
			p := &l.openers[i]
			if strings.HasPrefix(s[at:], p.open) && !strings.Contains(s[at+len(p.open):], p.close) {
				return p, at
			}
		}
	}
	return nil, 0
}

// leaveOpen makes the line from byte at on part of an open construct.
func (l *lexer) leaveOpen(s string, p *opener, at int, out []token, st *chroma.LexerState) ([]token, lexState) {
	for len(out) > 0 && out[len(out)-1].end > at {
		if len(out) == 1 && at > 0 || len(out) > 1 && out[len(out)-2].end < at {
			out[len(out)-1].end = at
			break
		}
		out = out[:len(out)-1]
	}
	return append(out, token{p.kind, len(s)}), lexState{stack: settled(st.Stack), pending: *p}
}

// runeBytes is the length of runes as UTF-8.
func runeBytes(rs []rune) int {
	n := 0
	for _, r := range rs {
		n += max(utf8.RuneLen(r), 1)
	}
	return n
}
