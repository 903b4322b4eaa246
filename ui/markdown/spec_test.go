package markdown

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// outline spells the blocks of a text as this package sees them.
func outline(src string) string {
	d := testStyle().NewDocument(80)
	d.SetText(src)
	var b strings.Builder
	var open []*box
	for i := range d.scan.leaves {
		l := &d.scan.leaves[i]
		if d.views[i].hidden(l) {
			continue
		}
		var path []*box
		for x := l.box; x != nil; x = x.parent {
			path = append([]*box{x}, path...)
		}
		same := 0
		for same < len(open) && same < len(path) && open[same] == path[same] {
			same++
		}
		for range len(open) - same {
			b.WriteString(")")
		}
		for _, x := range path[same:] {
			switch x.kind {
			case quoteBox:
				b.WriteString(" quote(")
			case listBox:
				fmt.Fprintf(&b, " list%c%v(", x.marker, !x.loose)
			case itemBox:
				b.WriteString(" item(")
			}
		}
		open = path
		b.WriteString(d.outlineLeaf(i))
	}
	b.WriteString(strings.Repeat(")", len(open)))
	return strings.ReplaceAll(b.String(), "( ", "(")
}

// outlineLeaf spells one leaf.
func (d *Document) outlineLeaf(i int) string {
	l := &d.scan.leaves[i]
	body := func(from, to int) string {
		var b strings.Builder
		for _, g := range l.segs[from:to] {
			b.WriteString(strings.Repeat(" ", g.pad) + d.scan.src[g.start:g.end] + "\n")
		}
		return b.String()
	}
	prose := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	skip := d.views[i].defines.lines
	switch l.kind {
	case paraLeaf:
		if skip == len(l.segs) {
			return ""
		}
		return " p" + prose(body(skip, len(l.segs)))
	case headingLeaf:
		return fmt.Sprintf(" h%d%s", l.level, prose(body(skip, len(l.segs))))
	case fenceLeaf, indentLeaf:
		return fmt.Sprintf(" code%q", body(0, l.body()))
	case htmlLeaf:
		return " html" + prose(body(0, len(l.segs)))
	case ruleLeaf:
		return " rule"
	case tableLeaf:
		return " table" + fmt.Sprint(len(l.segs)-2)
	}
	return ""
}

// judge spells the blocks of a text as goldmark sees them.
func judge(src string) string {
	source := []byte(src)
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	var b strings.Builder
	var walk func(n ast.Node)
	lines := func(n ast.Node) string {
		var s strings.Builder
		for i := range n.Lines().Len() {
			g := n.Lines().At(i)
			s.Write(g.Value(source))
		}
		return s.String()
	}
	children := func(n ast.Node) {
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			walk(c)
		}
	}
	walk = func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Blockquote:
			b.WriteString(" quote(")
			children(n)
			b.WriteString(")")
		case *ast.List:
			fmt.Fprintf(&b, " list%c%v(", n.Marker, n.IsTight)
			children(n)
			b.WriteString(")")
		case *ast.ListItem:
			b.WriteString(" item(")
			children(n)
			b.WriteString(")")
		case *ast.Paragraph, *ast.TextBlock:
			b.WriteString(" p" + strings.Join(strings.Fields(lines(n)), " "))
		case *ast.Heading:
			fmt.Fprintf(&b, " h%d%s", n.Level, strings.Join(strings.Fields(lines(n)), " "))
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			s := lines(n)
			if s != "" && !strings.HasSuffix(s, "\n") {
				s += "\n"
			}
			fmt.Fprintf(&b, " code%q", s)
		case *ast.HTMLBlock:
			s := lines(n)
			if n.HasClosure() {
				s += string(n.ClosureLine.Value(source))
			}
			b.WriteString(" html" + strings.Join(strings.Fields(s), " "))
		case *ast.ThematicBreak:
			b.WriteString(" rule")
		case *east.Table:
			fmt.Fprintf(&b, " table%d", n.ChildCount()-1)
		case *ast.LinkReferenceDefinition:
		default:
			children(n)
		}
	}
	walk(root)
	return strings.ReplaceAll(b.String(), "( ", "(")
}

// emptyQuotes are the examples of CommonMark in which a quote holds nothing.
// goldmark has a block for it; a screen has nothing to show.
func emptyQuotes() []int { return []int{218, 239, 240} }

// TestSpecFile compares the blocks of CommonMark's own examples, which come with
// goldmark's source, with what goldmark makes of them.
func TestSpecFile(t *testing.T) {
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/yuin/goldmark").Output()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "_test", "spec.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Markdown string
		Example  int
		Section  string
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 600 {
		t.Fatalf("only %d examples", len(cases))
	}
	for _, c := range cases {
		got, want := outline(c.Markdown), judge(c.Markdown)
		if (got == want) == slices.Contains(emptyQuotes(), c.Example) {
			t.Errorf("%d %s\n%q\ngot  %s\nwant %s", c.Example, c.Section, c.Markdown, got, want)
		}
	}
}
