package markdown

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"parlor/themes"
	"parlor/ui/styles"
)

// testStyle is the default theme, dark.
func testStyle() *Style {
	return NewStyle(styles.New(themes.Default(), true, styles.Options{}))
}

// corpus returns the documents under testdata, by name.
func corpus(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("no documents in testdata", err)
	}
	out := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = string(b)
	}
	return out
}

// fresh renders a text from nothing.
func fresh(st *Style, text string, width int) []Unit {
	d := st.NewDocument(width)
	d.SetText(text)
	d.Render(0, len(d.Units()))
	return d.Units()
}

// difference says where two renderings differ, "" if nowhere.
func difference(got, want []Unit) string {
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) {
			return fmt.Sprintf("%d units, want %d\ngot  %+v\nwant %+v", len(got), len(want), got, want)
		}
		a, b := got[i], want[i]
		same := len(a.Lines) == len(b.Lines)
		for k := 0; same && k < len(a.Lines); k++ {
			same = a.Lines[k] == b.Lines[k]
		}
		a.Lines, b.Lines = nil, nil
		if !same || fmt.Sprint(a) != fmt.Sprint(b) {
			k := 0
			for k < min(len(got[i].Lines), len(want[i].Lines)) && got[i].Lines[k] == want[i].Lines[k] {
				k++
			}
			return fmt.Sprintf("unit %d from line %d on:\ngot  %+v\n%s\nwant %+v\n%s", i, k, a, shown(got[i], k), b, shown(want[i], k))
		}
	}
	return ""
}

// shown spells up to three lines of a unit from line k on.
func shown(u Unit, k int) string {
	var b strings.Builder
	for _, l := range u.Lines[k:min(k+3, len(u.Lines))] {
		fmt.Fprintf(&b, "  %q %d-%d %v\n", l.Text, l.Start, l.End, l.Soft)
	}
	return b.String()
}

// checkLines fails unless every line can be drawn alone within the width.
func checkLines(t testing.TB, units []Unit, width int, text string) {
	t.Helper()
	end := 0
	for i, u := range units {
		if u.Start < end || u.End < u.Start || u.End > len(text) || len(u.Lines) == 0 {
			t.Fatalf("unit %d: span %d-%d after %d, %d lines", i, u.Start, u.End, end, len(u.Lines))
		}
		end = u.End
		at := u.Start
		for _, l := range u.Lines {
			if w := ansi.StringWidth(l.Text); w > width {
				t.Fatalf("line of %d cells in %d: %q", w, width, l.Text)
			}
			if l.Start != at || l.End < l.Start {
				t.Fatalf("unit %d: line %d-%d after %d: %q", i, l.Start, l.End, at, l.Text)
			}
			at = l.End
			checkEscapes(t, l.Text)
		}
		if at != u.End {
			t.Fatalf("unit %d: lines end at %d, unit at %d", i, at, u.End)
		}
	}
}

// checkEscapes fails unless a line holds nothing but SGR and hyperlinks, all ended.
func checkEscapes(t testing.TB, line string) {
	t.Helper()
	styled, linked := false, false
	for rest := line; ; {
		i := strings.IndexFunc(rest, isControl)
		if i < 0 {
			break
		}
		rest = rest[i:]
		switch {
		case strings.HasPrefix(rest, "\x1b[") && strings.IndexByte(rest, 'm') > 0:
			n := strings.IndexByte(rest, 'm')
			if strings.Trim(rest[2:n], "0123456789;:") != "" {
				t.Fatalf("not SGR: %q", line)
			}
			styled = n > 2
			rest = rest[n+1:]
		case strings.HasPrefix(rest, "\x1b]8;;"):
			n := strings.Index(rest, "\x1b\\")
			if n < 0 {
				t.Fatalf("hyperlink without end: %q", line)
			}
			linked = n > 5
			if linked && !strings.HasPrefix(strings.ToLower(rest[5:]), "http") && !strings.HasPrefix(strings.ToLower(rest[5:]), "mailto:") {
				t.Fatalf("hyperlink to something else: %q", line)
			}
			rest = rest[n+2:]
		default:
			t.Fatalf("control character %q in %q", rest[0], line)
		}
	}
	if styled || linked {
		t.Fatalf("style or link goes on behind the line: %q", line)
	}
}

// grow sets a text piece by piece and compares with a fresh rendering after each.
func grow(t testing.TB, st *Style, text string, width int, cut func(at int) int) {
	t.Helper()
	d := st.NewDocument(width)
	var before []Unit
	for at := 0; at < len(text); {
		at = min(at+max(cut(at), 1), len(text))
		d.SetText(text[:at])
		checkUnchanged(t, before, d.Units(), d.Changed())
		d.Render(0, len(d.Units()))
		before = slices.Clone(d.Units())
		if diff := difference(d.Units(), fresh(st, text[:at], width)); diff != "" {
			t.Fatalf("after %q (%d bytes):\n%s", tailOf(text[:at]), at, diff)
		}
	}
	checkLines(t, d.Units(), width, text)
}

// checkUnchanged fails unless the units above the first changed one are the very same.
func checkUnchanged(t testing.TB, before, now []Unit, changed int) {
	t.Helper()
	if changed > len(now) {
		t.Fatalf("unit %d of %d changed", changed, len(now))
	}
	for i := range changed {
		if i >= len(before) || fmt.Sprint(before[i]) != fmt.Sprint(now[i]) || &before[i].Lines[0] != &now[i].Lines[0] {
			t.Fatalf("unit %d is said not to have changed, the first is %d", i, changed)
		}
	}
}

func tailOf(s string) string { return s[max(0, len(s)-120):] }

// Whatever the deltas are, what is shown is what the text alone says.
func TestGrowingEqualsFresh(t *testing.T) {
	st := testStyle()
	for name, text := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			grow(t, st, text, 80, func(int) int { return 1 })
			grow(t, st, text, 31, func(at int) int { return 1 + at*7%11 })
			grow(t, st, text, 7, func(at int) int { return 3 + at*5%29 })
		})
	}
}

func TestEveryWidth(t *testing.T) {
	st := testStyle()
	for name, text := range corpus(t) {
		d := st.NewDocument(1)
		d.SetText(text)
		for width := 1; width < 130; width++ {
			d.Resize(width)
			d.Render(0, len(d.Units()))
			checkLines(t, d.Units(), width, text)
			if diff := difference(d.Units(), fresh(st, text, width)); diff != "" {
				t.Fatalf("%s at %d cells: %s", name, width, diff)
			}
		}
	}
}
