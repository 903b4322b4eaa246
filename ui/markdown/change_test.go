package markdown

import (
	"slices"
	"strings"
	"testing"
)

// rewritten tells which units were rendered anew by the step from one text to the next.
func rewritten(t *testing.T, before, after string) []int {
	t.Helper()
	d := testStyle().NewDocument(60)
	d.SetText(before)
	d.Render(0, len(d.Units()))
	old := slices.Clone(d.Units())
	d.Changed()
	d.SetText(after)
	var out []int
	for i, u := range d.Units() {
		if i >= len(old) || u.Lines == nil || &u.Lines[0] != &old[i].Lines[0] {
			out = append(out, i)
		}
	}
	if len(out) > 0 && d.Changed() > out[0] {
		t.Errorf("unit %d changed, Changed said otherwise", out[0])
	}
	return out
}

// What stands above the tail is rendered again only when Markdown says so.
func TestOnlyWhatChangedIsRendered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after string
		want          []int
	}{
		"a word":                {"one\n\ntwo\n\nthree", "one\n\ntwo\n\nthree more", []int{2}},
		"a paragraph":           {"one\n\ntwo\n", "one\n\ntwo\n\nthree", []int{2}},
		"an item":               {"- one\n- two\n", "- one\n- two\n- three", []int{2}},
		"a nested item":         {"- one\n  - two\n", "- one\n  - two\n  - three", []int{2}},
		"a list turns loose":    {"- one\n- two\n\n", "- one\n- two\n\n- three", []int{2}}, // the gaps change, the lines do not
		"loose in a quote":      {"a\n\n> - one\n> - two\n>\n", "a\n\n> - one\n> - two\n>\n> - three", []int{2, 3}},
		"a late definition":     {"[a]\n\n[b]\n\n[a] [b]\n\nplain\n\n", "[a]\n\n[b]\n\n[a] [b]\n\nplain\n\n[b]: /x\n", []int{1, 2}},
		"a definition grows":    {"[a]\n\nx\n\n[a]: /x", "[a]\n\nx\n\n[a]: /xy", []int{0}},
		"a definition is not":   {"[a]\n\nx\n\n[a]: /x", "[a]\n\nx\n\n[a]: /x y", []int{0, 2}},
		"the second counts not": {"[a]\n\n[a]: /x\n\n", "[a]\n\n[a]: /x\n\n[a]: /y\n", nil},
		"code":                  {"a\n\n```go\nx\n", "a\n\n```go\nx\ny\n", []int{1}},
		"the 17th line":         {"```\n" + strings.Repeat("x\n", 16), "```\n" + strings.Repeat("x\n", 16) + "y", []int{1}},
		"a row":                 {"| a | b |\n|---|---|\n" + strings.Repeat("| 1 | 2 |\n", 16), "| a | b |\n|---|---|\n" + strings.Repeat("| 1 | 2 |\n", 16) + "| 3 |", []int{1}},
		"a wider row":           {"| a | b |\n|---|---|\n" + strings.Repeat("| 1 | 2 |\n", 16), "| a | b |\n|---|---|\n" + strings.Repeat("| 1 | 2 |\n", 16) + "| 333 |", []int{0, 1}},
		"a heading after all":   {"a\n\nb\n", "a\n\nb\n---", []int{1}},
		"a table after all":     {"a\n\nb\nc | d\n", "a\n\nb\nc | d\n--|--", []int{1, 2}},
		"the same":              {"a\n\nb", "a\n\nb", nil},
		"another text":          {"a\n\nb", "c\n\nb", []int{0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := rewritten(t, c.before, c.after); !slices.Equal(got, c.want) {
				t.Errorf("units %v were rendered, want %v", got, c.want)
			}
		})
	}
}

// Published lines stay as they are, whatever becomes of the document.
func TestLinesAreImmutable(t *testing.T) {
	t.Parallel()
	for name, text := range corpus(t) {
		d := testStyle().NewDocument(50)
		type published struct {
			lines []Line
			copy  []Line
		}
		var all []published
		for at := 0; at < len(text); at += 9 {
			d.SetText(text[:at])
			d.Render(0, len(d.Units()))
			for _, u := range d.Units()[max(0, len(d.Units())-3):] {
				all = append(all, published{u.Lines, slices.Clone(u.Lines)})
			}
		}
		for _, p := range all {
			if !slices.Equal(p.lines, p.copy) {
				t.Fatalf("%s: %+v became %+v", name, p.copy, p.lines)
			}
		}
	}
}

// Nothing but what is asked for is rendered, in any order, with the same result.
func TestRenderOnDemand(t *testing.T) {
	t.Parallel()
	st := testStyle()
	for name, text := range corpus(t) {
		want := fresh(st, text, 60)
		d := st.NewDocument(60)
		d.SetText(text)
		if n := d.Stats().Inline; n > len(text)/4 { // setext headings, definitions and nothing else
			t.Errorf("%s: %d bytes read before anything was asked for", name, n)
		}
		for i := len(d.Units()) - 1; i >= 0; i-- {
			d.Render(i, i+1)
		}
		if diff := difference(d.Units(), want); diff != "" {
			t.Errorf("%s from the end: %s", name, diff)
		}
		d.SetFinal(true)
		d.Resize(30)
		d.Resize(60)
		d.Render(-5, len(want)+5)
		if diff := difference(d.Units(), want); diff != "" {
			t.Errorf("%s after resizing: %s", name, diff)
		}
	}
}

// Estimates are near enough for a scroll bar.
func TestEstimates(t *testing.T) {
	t.Parallel()
	for name, text := range corpus(t) {
		guess, rows := 0, 0
		for _, u := range fresh(testStyle(), text, 60) {
			guess += u.Estimate
			rows += len(u.Lines)
		}
		if guess < rows*7/10 || guess > rows*13/10 {
			t.Errorf("%s: %d rows estimated, %d rendered", name, guess, rows)
		}
	}
}
