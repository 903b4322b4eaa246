package markdown

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
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

// reading is the highlighting of one line.
type reading struct {
	l   *lexer
	s   string
	st  chroma.LexerState
	out []token
	end int // bytes of s done
}

// run is chroma's LexerState.Iterator for one line, from byte at on.
func (l *lexer) run(s string, at int, from lexState, out []token) (tokens []token, next lexState) {
	defer func() {
		if recover() != nil { // a rule of chroma that cannot stand to be cut into lines
			tokens, next = append(out[:0], token{chroma.Text, len(s)}), lexState{}
		}
	}()
	r := reading{l: l, s: s, st: l.start, out: out, end: at}
	r.st.Text = append([]rune(s[at:]), '\n')
	r.st.Stack = []string{"root"}
	if len(from.stack) > 0 {
		r.st.Stack = slices.Clone(from.stack)
	}
	r.st.MutatorContext = map[any]any{}
	var here []string // the stack when the byte before was done
	before := -1
	for range maxSteps {
		if r.st.Pos >= len(r.st.Text) || len(r.st.Stack) == 0 {
			break
		}
		begin, depth := r.end, len(r.st.Stack)
		if before < begin {
			before, here = begin, append(here[:0], r.st.Stack...)
		}
		kind := r.step()
		if len(r.st.Stack) > depth {
			continue // what it opens is carried by its state
		}
		if p, at := l.opens(s, begin, r.end, kind); p != nil {
			return leaveOpen(s, p, at, r.out), lexState{stack: settled(here), pending: *p}
		}
	}
	return trim(r.out, len(s)), lexState{stack: settled(r.st.Stack)}
}

// step reads one token, or moves between states, and returns the token's kind.
func (r *reading) step() chroma.TokenType {
	st := &r.st
	st.State = st.Stack[len(st.Stack)-1]
	begin := st.Pos
	index, rule, match := r.l.match(st)
	if match == nil {
		if st.Text[st.Pos] == '\n' && st.State != "root" {
			st.Stack = []string{"root"}
			return chroma.Text
		}
		st.Pos++
		r.push(chroma.Error, runeBytes(st.Text[begin:st.Pos]))
		return chroma.Error
	}
	st.Rule = index
	st.Pos += match.RuneLength
	kind, simple := rule.Type.(chroma.TokenType)
	if !simple && rule.Type != nil || rule.Mutator != nil {
		setGroups(st, match)
	}
	if rule.Mutator != nil {
		if err := rule.Mutator.Mutate(st); err != nil {
			panic(err) // recovered in run
		}
	}
	switch {
	case rule.Type == nil:
		r.end += runeBytes(st.Text[begin:st.Pos])
	case simple:
		r.push(kind, runeBytes(st.Text[begin:st.Pos]))
		return kind
	default:
		emitted := rule.Type.Emit(st.Groups, st)
		for t := emitted(); t != chroma.EOF; t = emitted() {
			r.push(t.Type, len(t.Value))
		}
	}
	return chroma.Text
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
		if err != nil {
			c.slow++
			c.ok = c.slow < mostTimeouts
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

// push adds n bytes of a kind.
func (r *reading) push(kind chroma.TokenType, n int) {
	r.end += n
	if n == 0 {
		return
	}
	if k := len(r.out); k > 0 && r.out[k-1].kind == kind {
		r.out[k-1].end = r.end
		return
	}
	r.out = append(r.out, token{kind, r.end})
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
	if len(l.openers) == 0 || kind == chroma.Text {
		return nil, 0
	}
	end = min(end, len(s))
	if kind.InCategory(chroma.Comment) || kind.InSubCategory(chroma.LiteralString) {
		end = min(end, begin+1) // a sign within a comment or a string opens nothing
	}
	for at := begin; at < end; at++ {
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
func leaveOpen(s string, p *opener, at int, out []token) []token {
	n := 0
	for n < len(out) && out[n].end < at {
		n++
	}
	if n < len(out) && at > 0 {
		out[n].end = at
		n++
	}
	return append(out[:n], token{p.kind, len(s)})
}

// runeBytes is the length of runes as UTF-8.
func runeBytes(rs []rune) int {
	n := 0
	for _, r := range rs {
		n += max(utf8.RuneLen(r), 1)
	}
	return n
}
