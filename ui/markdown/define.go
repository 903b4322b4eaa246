package markdown

import (
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
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

// definitionParser reads nothing but definitions. Goldmark's parsers do not change once built.
var definitionParser = sync.OnceValue(func() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 0)),
		parser.WithParagraphTransformers(util.Prioritized(parser.LinkReferenceParagraphTransformer, 0)),
	)
})

// readDefinitions reads the link reference definitions that a paragraph begins with.
func readDefinitions(src string, l *leaf) definitions {
	var b strings.Builder
	starts := make([]int, len(l.segs))
	for i, g := range l.segs {
		starts[i] = b.Len()
		b.WriteString(src[g.start:g.end])
		b.WriteByte('\n')
	}
	source := []byte(b.String())
	root := definitionParser().Parse(text.NewReader(source))
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
