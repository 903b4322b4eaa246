package markdown

import (
	"fmt"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// byLine highlights a text line by line and spells it a token to a line.
func byLine(t *testing.T, lang, text string) string {
	t.Helper()
	x := newLexicon()
	l := x.get(lang)
	if l == nil {
		t.Fatalf("no lexer for %s", lang)
	}
	var b strings.Builder
	var state lexState
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		var tokens []token
		tokens, state = x.line(l, line, state, nil)
		at := 0
		for _, k := range tokens {
			if s := strings.TrimSpace(line[at:k.end]); s != "" {
				fmt.Fprintln(&b, k.kind, s)
			}
			at = k.end
		}
	}
	return b.String()
}

// atOnce does the same with chroma's own lexer over the whole text.
func atOnce(t *testing.T, lang, text string) string {
	t.Helper()
	it, err := lexers.Get(lang).Tokenise(nil, text)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	kind, line := chroma.EOFType, ""
	flush := func() {
		if s := strings.TrimSpace(line); s != "" {
			fmt.Fprintln(&b, kind, s)
		}
		line = ""
	}
	for _, tok := range it.Tokens() {
		for part := range strings.Lines(tok.Value) {
			if tok.Type != kind {
				flush()
			}
			kind = tok.Type
			line += part
			if strings.HasSuffix(part, "\n") {
				flush()
			}
		}
	}
	flush()
	return b.String()
}

// Line by line says what chroma says of the whole, also for what reaches over lines.
func TestLineByLineIsChroma(t *testing.T) {
	t.Parallel()
	for lang, text := range map[string]string{
		"go":         "package p\n\n// f does\nfunc f(x int) (string, error) {\n\treturn \"a\\n\" + 'b', nil // 世界\n}\n/* one */ var y = 0x1f\n",
		"python":     "class A(B):\n    \"\"\"Doc\n    string.\"\"\"\n    def f(self, x: int = 3) -> str:\n        return f\"{x!r} {self}\" + 'y'  # no\n\n@dec\nasync def g(): pass\n",
		"json":       "{\n  \"a\": [1, 2.5, null, true],\n  \"b\": {\"c\": \"d\"}\n}\n",
		"javascript": "const t = `a ${b +\n  c} d`;\nfunction f(x) { return x === 1 ? /re/g : null; } // e\n",
		"typescript": "interface A<T> { b?: string; c: T[] }\nexport const f = async (x: number): Promise<void> => { await g(x); };\n",
		"bash":       "for f in *.go; do\n  echo \"a $f ${x:-y}\" | grep -v 'z' # c\ndone\nif [ -f x ]; then exit 1; fi\n",
		"html":       "<!DOCTYPE html>\n<div class=\"a\"\n  id='b'>\n&amp; text\n</div>\n",
		"css":        "a:hover, .b {\n  color: #fff;\n  margin: 1px 2em;\n}\n",
		"rust":       "fn main() -> Result<(), Box<dyn Error>> {\n    let x: &'static str = \"a\";\n    println!(\"{}\", x); // c\n    Ok(())\n}\n",
		"java":       "public class A {\n  @Override public int f(String s) throws E { return s; }\n}\n",
		"c":          "#include <stdio.h>\nint main(void) {\n  printf(\"%d\\n\", 1); /* c */\n  return 0;\n}\n",
		"sql":        "SELECT a, count(*) FROM t WHERE b = 'x' -- c\nGROUP BY a;\n",
		"yaml":       "a:\n  - b: 1\n    c: \"d\"\n# e\n",
		"toml":       "[a]\nb = \"c\"\nd = [1, 2]\n",
		"diff":       "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n z\n",
		"ruby":       "def f(x)\n  puts \"a #{x}\" if x > 1\nend\n",
		"xml":        "<a b=\"c\">\n  <!-- d\n  e -->\n  <f/>\n</a>\n",
	} {
		if got, want := byLine(t, lang, text), atOnce(t, lang, text); got != want {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", lang, got, want)
		}
	}
}

// What chroma matches as one piece over many lines is carried too, and known before it ends.
func TestOpenConstructs(t *testing.T) {
	t.Parallel()
	for lang, text := range map[string]string{
		"go":     "x := 1 /* a\nb\nc */ + 2\ny := `d\n  e` + z\n",
		"c":      "int x; /* a\nb */ int y;\n",
		"java":   "int x; /* a\nb */ int y;\n",
		"css":    "a { b: c }\n/* d\ne */\nf { g: h }\n",
		"kotlin": "val x = 1 /* a\nb */ + 2\n",
		"rust":   "let x = 1; /* a\nb */ let y = 2;\n",
		"js":     "let x = 1; /* a\nb */ let y = 2;\n",
		"ts":     "let x = 1; /* a\nb */ let y = 2;\n",
		"csharp": "int x; /* a\nb */ int y;\n",
		"swift":  "let x = 1 /* a\nb */\nlet y = 2\n",
		"scala":  "val x = 1 /* a\nb */\nval y = 2\n",
		"dart":   "int x; /* a\nb */ int y;\n",
		"sql":    "SELECT a /* b\nc */ FROM d;\n",
		"scss":   "a { b: c }\n/* d\ne */\nf { g: h }\n",
		"php":    "<?php\n$x = 1; /* a\nb */ $y = 2;\n",
	} {
		whole := atOnce(t, lang, text)
		if got := byLine(t, lang, text); strings.ReplaceAll(got, "\n", " ") == "" || !sameWords(got, whole) {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", lang, got, whole)
		}
	}
	open := byLine(t, "go", "x := 1 /* not\nended\n")
	if !strings.Contains(open, "CommentMultiline /* not") || !strings.Contains(open, "CommentMultiline ended") {
		t.Errorf("an open comment: %s", open)
	}
}

// sameWords compares spelled tokens, but for which kind of comment or string they are.
func sameWords(a, b string) bool {
	plain := func(s string) string {
		for _, k := range []string{"CommentMultiline", "CommentSpecial", "Comment"} {
			s = strings.ReplaceAll(s, k+" ", "Comment ")
		}
		return s
	}
	return plain(a) == plain(b)
}

// No language may bring the renderer down, whatever the code.
func TestEveryLanguageTakesAnything(t *testing.T) {
	t.Parallel()
	x := newLexicon()
	sample := []string{"", "#!/bin/x", "<a b='", "}}}}))) \"\"\" ''' `", "\\", "if x: y = (1, [2, {3", "end end end", "@@ -1 %{ <% %> $$ ${", "端末 🚀"}
	for _, lang := range []string{
		"go", "python", "json", "js", "ts", "tsx", "jsx", "rust", "bash", "html", "css", "scss", "c++", "c", "java", "kotlin", "swift",
		"php", "ruby", "perl", "lua", "sql", "yaml", "toml", "xml", "diff", "docker", "make", "haskell", "ocaml", "elixir", "erlang",
		"clojure", "scala", "dart", "r", "julia", "powershell", "ini", "nginx", "graphql", "proto", "tex", "vim", "zig", "nix", "svelte", "vue", "markdown",
	} {
		l := x.get(lang)
		if l == nil {
			continue
		}
		var state lexState
		for range 3 {
			for _, s := range sample {
				var tokens []token
				tokens, state = x.line(l, s, state, nil)
				for i, k := range tokens {
					if k.end > len(s) || i > 0 && k.end < tokens[i-1].end {
						t.Fatalf("%s: %+v in %q", lang, tokens, s)
					}
				}
			}
		}
		if len(state.stack) > maxDepth {
			t.Errorf("%s: %d states deep", lang, len(state.stack))
		}
	}
}

func TestFirsts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, flags string
		can, cannot    string
	}{
		{`abc|d`, "m", "ad", "bcx"},
		{`\d+(\.\d)?`, "m", "0 9", "a."},
		{`(?i)abc`, "", "aA", "b"},
		{`abc`, "i", "aA", "b"},
		{`(?<!x)y`, "m", "y", "xz"},
		{`(?=[(]a)\(`, "m", "(", "a"},
		{`x?y`, "m", "xy", "z"},
		{`[^a]`, "m", "b\n", "a"},
		{`^\s*#`, "m", " \t#", "a"},
		{`\b(if|of)\b`, "m", "io", "f"},
		{`a*`, "m", "ab", ""},
		{`(a)\1`, "m", "ab", ""},
		{`[]a]b`, "m", "]a", "b"},
	} {
		f := firstsOf(c.pattern, c.flags)
		for _, r := range strings.ReplaceAll(c.can, " ", "") {
			if !f.has(r) {
				t.Errorf("%q can begin with %q", c.pattern, r)
			}
		}
		for _, r := range c.cannot {
			if f.has(r) {
				t.Errorf("%q cannot begin with %q", c.pattern, r)
			}
		}
		if !f.has('端') {
			t.Errorf("%q: nothing is known beyond ASCII", c.pattern)
		}
	}
}
