package markdown

import (
	"strings"
	"testing"
)

// shapes are texts of any length whose parts do not differ, so that twice the text is twice
// the work if no work is done twice.
var shapes = map[string]func(n int) string{
	"plain": func(n int) string {
		return repeat(n, "", "While the server holds the stream the client waits before it reads the next frame of the answer. ", "")
	},
	"lines": func(n int) string {
		return repeat(n, "", "The server holds a *stream* while the `client()` waits.\n", "")
	},
	"paragraphs": func(n int) string {
		return repeat(n, "", "The **server** holds the stream, and see [the guide](https://example.com/guide) for it.\n\n", "")
	},
	"code": func(n int) string {
		return repeat(n, "```go\n", "\tif err := ctx.Err(); err != nil { // the deadline\n", "```\n")
	},
	"list": func(n int) string {
		return repeat(n, "", "- The **server** holds the stream while `it` waits\n", "")
	},
	"loose list": func(n int) string {
		return repeat(n, "", "1. The server holds the *stream*\n\n", "")
	},
	"nested list": func(n int) string {
		return repeat(n, "- all of it\n", "  - The server holds\n    - the stream and `waits`\n      1. for the client\n", "")
	},
	"table": func(n int) string {
		return repeat(n, "| Name | Cost | Note |\n|---|---:|---|\n", "| `server` | 12.50 ms | holds the stream while it waits |\n", "")
	},
	"quote": func(n int) string {
		return repeat(n, "", "> The server holds the *stream*.\n>\n", "")
	},
	"one line of code": func(n int) string {
		return repeat(n, "```js\n", "let x = f(1, 'two') || {}; ", "\n```\n")
	},
	"html": func(n int) string {
		return repeat(n, "<div>\n", "<p>The server holds the stream</p>\n", "</div>\n")
	},
	"headings": func(n int) string {
		return repeat(n, "", "## The server holds\n", "")
	},
}

func repeat(n int, head, part, tail string) string {
	return head + strings.Repeat(part, n/len(part)) + tail
}

// stream sets a text in frames of 160 bytes, as 40 tokens make, and shows the end of it in
// each: the work done until the end.
func stream(st *Style, text string) Stats {
	d := st.NewDocument(100)
	before := st.lexers.lexed
	for at := 0; at < len(text); {
		at = min(at+160, len(text))
		d.SetText(text[:at])
		n := len(d.Units())
		d.Render(min(d.Changed(), n-1), n)
	}
	s := d.Stats()
	s.Lexed -= before
	return s
}

// Twice the text must not be more than 2.3 times the work, whatever is long in it.
func TestWorkGrowsWithTheText(t *testing.T) {
	const size = 24 << 10
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			once, twice := stream(testStyle(), shape(size)), stream(testStyle(), shape(2*size))
			for what, pair := range map[string][2]int{
				"bytes scanned":  {once.Scanned, twice.Scanned},
				"bytes parsed":   {once.Inline, twice.Inline},
				"bytes lexed":    {once.Lexed, twice.Lexed},
				"units rendered": {once.Units, twice.Units},
				"bytes rendered": {once.Rendered, twice.Rendered},
			} {
				if float64(pair[1]) > 2.3*float64(pair[0])+100 {
					t.Errorf("%s: %d, then %d", what, pair[0], pair[1])
				}
			}
			t.Logf("%+v", twice)
		})
	}
}
