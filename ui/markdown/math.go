package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// literal is text that is shown exactly as it was written.
type literal struct {
	ast.BaseInline
	segs []text.Segment
}

// Kind implements ast.Node. To goldmark a literal is as raw as HTML.
func (*literal) Kind() ast.NodeKind { return ast.KindRawHTML }

// Dump implements ast.Node.
func (l *literal) Dump(source []byte, level int) { ast.DumpHelper(l, source, level, nil, nil) }

// mathParser keeps LaTeX readable: $a_1 * b_2$, $$...$$, \(...\) and \[...\] stay as they
// are, because emphasis and escapes would eat half of their signs.
type mathParser struct{}

// Trigger implements parser.InlineParser.
func (mathParser) Trigger() []byte { return []byte{'$', '\\'} }

// Parse implements parser.InlineParser.
func (mathParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	switch {
	case bytes.HasPrefix(line, []byte("$$")):
		return literalUntil(block, 2, []byte("$$"))
	case bytes.HasPrefix(line, []byte(`\(`)):
		return literalUntil(block, 2, []byte(`\)`))
	case bytes.HasPrefix(line, []byte(`\[`)):
		return literalUntil(block, 2, []byte(`\]`))
	case line[0] == '$':
		if n := dollars(line); n > 0 {
			return literalUntil(block, n-1, []byte("$"))
		}
	}
	return nil
}

// dollars returns the length of the $...$ a line begins with, 0 for none. A price is not
// mathematics: no blank may stand inside the signs and no digit behind them.
func dollars(line []byte) int {
	if len(line) < 3 || util.IsSpace(line[1]) {
		return 0
	}
	for i := 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '$':
			if i == 1 || util.IsSpace(line[i-1]) || i+1 < len(line) && util.IsNumeric(line[i+1]) {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

// literalUntil takes everything up to the closing sign, which may stand lines below.
func literalUntil(block text.Reader, skip int, sign []byte) ast.Node {
	l, pos := block.Position()
	node := &literal{}
	for {
		line, g := block.PeekLine()
		if line == nil {
			block.SetPosition(l, pos)
			return nil
		}
		if len(line) > skip {
			if i := bytes.Index(line[skip:], sign); i >= 0 {
				n := skip + i + len(sign)
				node.segs = append(node.segs, g.WithStop(g.Start+n))
				block.Advance(n)
				return node
			}
		}
		skip = 0
		node.segs = append(node.segs, g)
		block.AdvanceLine()
	}
}
