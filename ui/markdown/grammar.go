package markdown

import (
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// grammar holds goldmark's parsers, built when they are first needed.
type grammar struct {
	inlines parser.Parser
	defines parser.Parser
}

// inline is the parser of the markup within one paragraph.
func (g *grammar) inline() parser.Parser {
	if g.inlines == nil {
		g.inlines = parser.NewParser(
			parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 0)),
			parser.WithInlineParsers(parser.DefaultInlineParsers()...),
			parser.WithInlineParsers(
				util.Prioritized(mathParser{}, 50),
				util.Prioritized(extension.NewStrikethroughParser(), 500),
				util.Prioritized(extension.NewLinkifyParser(), 999),
			),
		)
	}
	return g.inlines
}

// definitions is a parser that reads nothing but link reference definitions.
func (g *grammar) definitions() parser.Parser {
	if g.defines == nil {
		g.defines = parser.NewParser(
			parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 0)),
			parser.WithParagraphTransformers(util.Prioritized(parser.LinkReferenceParagraphTransformer, 0)),
		)
	}
	return g.defines
}
