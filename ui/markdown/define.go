package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// definition is a link reference definition like "[label]: https://example.com 'title'".
type definition struct {
	label string // normalised
	url   string
}

// definitions are what a paragraph begins with.
type definitions struct {
	lines int // how many lines they take
	list  []definition
}

// mayDefine tells a paragraph that could begin with link reference definitions.
func mayDefine(src string, l *leaf) bool {
	if l.cont || len(l.segs) == 0 || l.kind != paraLeaf && !l.setext {
		return false
	}
	g := l.segs[0]
	return g.end > g.start && src[g.start] == '['
}

// readDefinitions reads the link reference definitions that a paragraph begins with.
func (g *grammar) readDefinitions(src string, l *leaf) definitions {
	var b strings.Builder
	starts := make([]int, len(l.segs))
	for i, line := range l.segs {
		starts[i] = b.Len()
		b.WriteString(src[line.start:line.end])
		b.WriteByte('\n')
	}
	source := []byte(b.String())
	root := g.definitions().Parse(text.NewReader(source))
	out := definitions{lines: len(l.segs)}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.LinkReferenceDefinition:
			out.list = append(out.list, definition{
				label: util.ToLinkReference(n.Label),
				url:   string(n.Destination),
			})
		case *ast.Paragraph:
			out.lines--
			for at := n.Lines().At(0).Start; out.lines > 0 && starts[out.lines] > at; {
				out.lines--
			}
			return out
		}
	}
	return out
}
