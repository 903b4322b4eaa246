package term_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"parlor/ui/term"
)

func TestSanitize(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"plain":                 {"Hello, world.\n\tIndented", "Hello, world.\n\tIndented"},
		"letters of the world":  {"Größe 端末 한국어 العربية हिन्दी ไทย עברית", "Größe 端末 한국어 العربية हिन्दी ไทย עברית"},
		"emoji":                 {"🚀 ✅ ☀️ #️⃣ 👍🏽 🇩🇪", "🚀 ✅ ☀️ #️⃣ 👍🏽 🇩🇪"},
		"joined emoji":          {"👩‍💻 👨‍👩‍👧 🏳️‍🌈 ❤️‍🔥", "👩‍💻 👨‍👩‍👧 🏳️‍🌈 ❤️‍🔥"},
		"flag of a region":      {"🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f!", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f!"},
		"persian":               {"می\u200cخواهم", "می\u200cخواهم"},
		"hindi":                 {"क्\u200dष", "क्\u200dष"},
		"accents":               {"é ậ", "é ậ"},
		"escape":                {"\x1b[31mred", "␛[31mred"},
		"clipboard":             {"\x1b]52;c;AAAA\a", "␛]52;c;AAAA␇"},
		"c1":                    {"a\u009b31m\u0085", "a⟪U+009B⟫31m⟪U+0085⟫"},
		"c1 as a byte":          {"a\x9bb", "a\ufffdb"},
		"device control":        {"\x1bPq#0\x1b\\", "␛Pq#0␛\\"},
		"nul, bell, delete":     {"\x00\a\x7f\b", "␀␇␡␈"},
		"line ends":             {"a\r\nb\rc\r", "a\nb␍c␍"},
		"override":              {"user\u202egnp.exe\u202c", "user⟪RLO⟫gnp.exe⟪PDF⟫"},
		"isolates":              {"\u2066a\u2069", "⟪LRI⟫a⟪PDI⟫"},
		"direction marks":       {"a\u200eb\u200fc", "a⟪LRM⟫b⟪RLM⟫c"},
		"zero width":            {"pay\u200bpal\u2060.com\ufeff", "pay⟪ZWSP⟫pal⟪U+2060⟫.com⟪BOM⟫"},
		"joiner without use":    {"pay\u200dpal a\u200c", "pay⟪ZWJ⟫pal a⟪ZWNJ⟫"},
		"joiner at the end":     {"👩\u200d", "👩⟪ZWJ⟫"},
		"soft hyphen":           {"a\u00adb", "a⟪SHY⟫b"},
		"selector without use":  {"a\ufe0fb", "a⟪U+FE0F⟫b"},
		"bytes in selectors":    {"☀\ufe0f\ufe01\U000e0100", "☀\ufe0f⟪U+FE01⟫⟪U+E0100⟫"},
		"words in tags":         {"hi\U000e0068\U000e0069", "hi⟪U+E0068⟫⟪U+E0069⟫"},
		"blank letters":         {"a\u3164\u115f", "a⟪U+3164⟫⟪U+115F⟫"},
		"separators":            {"a\u2028b\u2029", "a⟪U+2028⟫b⟪U+2029⟫"},
		"not a character":       {"\ufffe", "⟪U+FFFE⟫"},
		"bad bytes":             {"a\xff\xc3(\xe2\x82", "a\ufffd\ufffd(\ufffd\ufffd"},
		"replacement character": {"a\ufffdb", "a\ufffdb"},
		"too many marks":        {"e" + strings.Repeat("\u0301", 50) + "x", "e" + strings.Repeat("\u0301", 6) + "⟪…⟫x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := term.Sanitize(c.in); got != c.want {
				t.Errorf("Sanitize(%q)\ngot  %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

// What comes out does not depend on how the text was cut, not even within a character.
func TestSanitizerCutAnywhere(t *testing.T) {
	t.Parallel()
	text := "a\x1b[0m\r\n端末\u200b👩\u200d💻 می\u200cخواهم e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 \xe2\x82 \u202eb\r"
	want := term.Sanitize(text)
	for step := 1; step < len(text); step++ {
		var z term.Sanitizer
		var b strings.Builder
		for at := 0; at < len(text); at += step {
			b.WriteString(z.Write(text[at:min(at+step, len(text))]))
		}
		b.WriteString(z.Close())
		if b.String() != want {
			t.Fatalf("in pieces of %d: %q, want %q", step, b.String(), want)
		}
		if again := z.Write("a") + z.Close(); again != "a" {
			t.Fatalf("after Close: %q", again)
		}
	}
}

func TestSanitizeCleanTextWithoutAllocation(t *testing.T) {
	text := strings.Repeat("The server holds the stream. 端末の描画 🚀 é\n", 100)
	if n := testing.AllocsPerRun(20, func() { term.Sanitize(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzSanitize(f *testing.F) {
	for _, s := range []string{
		"plain", "\x1b]52;c;AA==\a", "\u202e\u2066\u200b", "👩\u200d💻", "می\u200cخواهم", "\xe2\x82", "\r\n\r",
		"e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "☀\ufe0f\ufe0f",
	} {
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, s string, step uint8) {
		got := term.Sanitize(s)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for _, r := range got {
			joining := r == '\u200c' || r == '\u200d' || r >= 0xe0020 && r <= 0xe007f
			if r != '\n' && r != '\t' && !joining && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || invisible(r)) {
				t.Fatalf("%U in %q of %q", r, got, s)
			}
		}
		if again := term.Sanitize(got); again != got {
			t.Fatalf("twice: %q, then %q", got, again)
		}
		var z term.Sanitizer
		var b strings.Builder
		for rest := s; rest != ""; {
			n := min(int(step%7)+1, len(rest))
			b.WriteString(z.Write(rest[:n]))
			rest = rest[n:]
		}
		if b.WriteString(z.Close()); b.String() != got {
			t.Fatalf("in pieces: %q, whole: %q", b.String(), got)
		}
	})
}

// invisible tells some characters that have no look of their own.
func invisible(r rune) bool {
	return r == 0x200b || r >= 0x2060 && r <= 0x2064 || r == 0xfeff || r == 0xad || r == 0x2028 || r == 0x2029 || r == 0x3164
}

func BenchmarkSanitize(b *testing.B) {
	text := strings.Repeat("The server holds the stream. 端末の描画 🚀 é\n", 700)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		term.Sanitize(text)
	}
}
