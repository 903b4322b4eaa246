package markdown

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"parlor/themes"
	"parlor/ui/styles"
)

// screen is a rendering without its styles, a row to a line.
func screen(text string, width int) string {
	var b strings.Builder
	for _, l := range Render(text, styles.New(themes.Default(), true, styles.Options{}), width) {
		b.WriteString(strings.TrimRight(ansi.Strip(l.Text), " ") + "\n")
	}
	return b.String()
}

func TestLooks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		width    int
		in, want string
	}{
		"headings lose their signs":    {60, "# One\nTwo\n---\n### Three ###", "One\n\nTwo\n\nThree\n"},
		"words wrap":                   {20, "The server holds the stream while it waits.", "The server holds the\nstream while it\nwaits.\n"},
		"line ends stay":               {60, "Name: *Alice*\nAge: 5", "Name: Alice\nAge: 5\n"},
		"wide characters wrap":         {11, "端末の描画は差分。", "端末の描画\nは差分。\n"},
		"no row begins with a stop":    {10, "端末の描画。は", "端末の描\n画。は\n"},
		"long words are cut":           {10, "see abcdefghijklmnopq", "see\nabcdefghij\nklmnopq\n"},
		"bullets and numbers":          {60, "- one\n- two\n  - three\n    - four\n1. five\n2. six", "  • one\n  • two\n    ◦ three\n      ▪ four\n\n  1. five\n  2. six\n"},
		"only the first number counts": {60, "3. three\n1. four\n9. five", "  3. three\n  4. four\n  5. five\n"},
		"loose list":                   {60, "- one\n\n- two", "  • one\n\n  • two\n"},
		"tasks":                        {60, "- [ ] open\n- [x] done\n1. [x] both", "  □ open\n  ✓ done\n\n  1. ✓ both\n"},
		"items hang":                   {24, "- The server holds the stream", "• The server holds the\n  stream\n"},
		"code in an item":              {60, "- run\n  ```sh\n  make\n  ```\n- then", "  • run\n\n      sh  1\n     make\n\n  • then\n"},
		"quotes have bars":             {30, "> The server\n>\n> > holds it\n\nafter", "│ The server\n│\n│ │ holds it\n\nafter\n"},
		"rule":                         {12, "a\n\n***\n\nb", "a\n\n────────────\n\nb\n"},
		"code has a header":            {40, "```go title\nx := 1\n\ty\n```\n\n    z", "  go  1\n x := 1\n     y\n\n  code  2\n z\n"},
		"open fence":                   {40, "```py\nx = 1", "  py  1\n x = 1\n"},
		"long code wraps":              {12, "```\nabcdefghijklmnop\n```", "  code  1\n abcdefghijk\n↳lmnop\n"},
		"links":                        {60, "[guide](https://e.com/x) <https://e.com> [local](./x.md)", "guide https://e.com local (./x.md)\n"},
		"mathematics stays":            {60, `$a_1 * b_2$ and \(x_i\) and $$y*z*$$ for $5 or $6`, `$a_1 * b_2$ and \(x_i\) and $$y*z*$$ for $5 or $6` + "\n"},
		"escapes and entities":         {60, `\*a\* &lt;b&gt; &amp; &copy; &#x1b;[31m &zwj;`, "*a* <b> & © &#x1b;[31m &zwj;\n"},
		"breaks":                       {60, "one<br>two\\\nthree", "one\ntwo\nthree\n"},
		"html is shown":                {60, "<div>\n  <b>x</b>\n</div>", "<div>\n  <b>x</b>\n</div>\n"},
		"table": {
			40, "| Name | Cost |\n|:--|--:|\n| `a\\|b` | 3 ms |\n| 端末 | 12 ms |",
			"Name   Cost\n───────────\na|b    3 ms\n端末  12 ms\n",
		},
		"table too wide": {
			26, "| A | Note |\n|---|---|\n| x | holds the stream while it waits |",
			"A  Note\n──────────────────────────\nx  holds the stream while\n   it waits\n",
		},
		"table far too wide": {
			14, "| A | B | C | D |\n|---|---|---|---|\n| one | two | three | fourteen |",
			"A: one\n  B: two\n  C: three\n  D: fourteen\n",
		},
		"definitions are not shown": {40, "[a] b\n\n[a]: https://e.com", "a b\n"},
		"nothing":                   {40, "\n\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := screen(c.in, c.width); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// A link must not say one host and lead to another without telling.
func TestLinksTellWhereTheyLead(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"[https://bank.com](https://evil.com)":       "https://bank.com (evil.com)",
		"[www.bank.com/login](http://evil.com/x)":    "www.bank.com/login (evil.com)",
		"[bank.com](https://bank.com@evil.com)":      "bank.com (evil.com)",
		"[bank.com](https://www.bank.com/x)":         "bank.com",
		"[the bank](https://evil.com)":               "the bank",
		"[version 1.2.3](https://e.com)":             "version 1.2.3",
		"[x](https://b\u0430nk.com)":                 "x (b%D0%B0nk.com)",
		"[x](javascript:alert(1))":                   "x (javascript:alert(1))",
		"[x](file:///etc/passwd)":                    "x (file:///etc/passwd)",
		"[write](mailto:a@b.org)":                    "write",
		"[**https://bank.com** now](https://e.com/)": "https://bank.com now (e.com)",
	} {
		if got := strings.TrimSpace(screen(in, 80)); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

// Only addresses that cannot do harm become hyperlinks, and nothing in them can end the sequence.
func TestHyperlinks(t *testing.T) {
	t.Parallel()
	st := styles.New(themes.Default(), true, styles.Options{})
	for in, want := range map[string]string{
		"[x](https://e.com/a)":              "\x1b]8;;https://e.com/a\x1b\\",
		"[x](HTTP://e.com)":                 "\x1b]8;;HTTP://e.com\x1b\\",
		"[x](https://e.com/ä)":              "\x1b]8;;https://e.com/%C3%A4\x1b\\",
		"[x](<https://e.com/a b>)":          "\x1b]8;;https://e.com/a%20b\x1b\\",
		"https://e.com/x":                   "\x1b]8;;https://e.com/x\x1b\\",
		"a@b.org":                           "\x1b]8;;mailto:a@b.org\x1b\\",
		"[x](javascript:alert)":             "",
		"[x](data:text/html,x)":             "",
		"[x](vbscript:x)":                   "",
		"[x](./local)":                      "",
		"[x](https://e.com/&#x1b;\\\\&#7;)": "",
	} {
		line := Render(in, st, 80)[0].Text
		if want == "" && strings.Contains(line, "\x1b]8;") || !strings.Contains(line, want) {
			t.Errorf("%s: %q, want %q", in, line, want)
		}
		checkEscapes(t, line)
	}
}

// Without colours the signs of the source tell code from the rest.
func TestNoColor(t *testing.T) {
	t.Parallel()
	st := styles.New(themes.Default(), true, styles.Options{NoColor: true})
	got := Render("Call `f()` **now**", st, 40)[0].Text
	if want := "Call `f()` \x1b[1mnow\x1b[m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCodeBlocks(t *testing.T) {
	t.Parallel()
	d := New(styles.New(themes.Default(), true, styles.Options{}), 20)
	d.SetText("```go\nfunc f() {\n\tx()\n\n}\n```\n\n> - ~~~ {.py #id}\n>   y\n>   ~~~\n\n    in\n      dented\n\n\ntext\n```\nopen " + strings.Repeat("x", 1000))
	got := d.Code()
	want := []CodeBlock{
		{1, "go", "func f() {\n\tx()\n\n}\n"}, {2, ".py", "y\n"}, {3, "", "in\n  dented\n"}, {4, "", "open " + strings.Repeat("x", 1000) + "\n"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d blocks: %+v", len(got), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("block %d: %+v, want %+v", i+1, got[i], want[i])
		}
	}
	for _, u := range d.Units() {
		if (u.Code > 0) != (u.Kind == Code) {
			t.Errorf("%+v", u)
		}
	}
}

// The spans of lines give back the source, whatever became of its signs.
func TestSpansCoverTheSource(t *testing.T) {
	t.Parallel()
	text := "The **server** holds the [stream](https://e.com) while `it` waits for &amp; more."
	var b strings.Builder
	lines := Render(text, styles.New(themes.Default(), true, styles.Options{}), 20)
	for i, l := range lines {
		b.WriteString(text[l.Start:l.End])
		if l.Soft != (i < len(lines)-1) {
			t.Errorf("line %d: soft %v", i, l.Soft)
		}
	}
	if b.String() != text || len(lines) != 3 {
		t.Errorf("%d lines: %q", len(lines), b.String())
	}
	if got := text[lines[1].Start:lines[1].End]; got != "[stream](https://e.com) while `it` " {
		t.Errorf("second line %q", got)
	}
}
