package markdown

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// pieces are what random documents are made of: words and signs within lines, and what
// begins them.
var (
	inlinePieces = strings.Split("word|another|one two three|x|*|**|_|~~|~|`|``|[|]|](|(|)|](https://e.com/a)|[label]|![|<|>|<b>|</b>|<br>|$|$$|\\|\\*|&amp;|&|:|https://e.com/x?y=1|www.e.com|a@b.org|!|snake_case|\"|'|端末|。|🚀|é|.|,|-|–", "|")
	linePieces   = strings.Split("|- |* |1. |2) |> |>|  |    |\t|# |### |```|```go|~~~|---|===|\\|a\\|b\\||\\|-\\|-\\||\\|1\\|2\\||[label]: https://l.org|- [x] |<div>|<!--|-->|+ |   - |      ", "|")
)

func randomInline(r *rand.Rand, n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(strings.ReplaceAll(inlinePieces[r.IntN(len(inlinePieces))], "\\|", "|"))
		if r.IntN(3) > 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func randomDocument(r *rand.Rand, lines, longest int) string {
	var b strings.Builder
	for range lines {
		for range r.IntN(3) {
			b.WriteString(strings.ReplaceAll(linePieces[r.IntN(len(linePieces))], "\\|", "|"))
		}
		if r.IntN(4) > 0 {
			b.WriteString(randomInline(r, r.IntN(longest)+1))
		}
		b.WriteByte('\n')
		if r.IntN(3) == 0 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Random documents grow like any other, whatever their pieces add up to.
func TestRandomDocumentsGrow(t *testing.T) {
	st := testStyle()
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 7))
		text := randomDocument(r, 14, 60)
		grow(t, st, text, 5+r.IntN(90), func(int) int { return 1 + r.IntN(23) })
	}
}

// Long paragraphs are laid out from where they can be cut, which must not be seen.
func TestRandomParagraphsGrow(t *testing.T) {
	st := testStyle()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 11))
		var b strings.Builder
		for b.Len() < 2500 {
			b.WriteString(strings.Repeat("plain words and more of them ", r.IntN(16)))
			b.WriteString(randomInline(r, 30))
			if r.IntN(4) == 0 {
				b.WriteByte('\n')
			}
		}
		grow(t, st, b.String(), 20+r.IntN(80), func(int) int { return 1 + r.IntN(90) })
	}
}

// Paragraphs and lines without end are cut into units of bounded size.
func TestVeryLongLinesGrow(t *testing.T) {
	st := testStyle()
	for _, text := range []string{
		strings.Repeat("words without end ", 3000),
		strings.Repeat("x", 40000),
		strings.Repeat("端", 9000) + "\nthen\n",
		"intro\n" + strings.Repeat("some *words* and `code` ", 1500) + "\n\nafter",
		"```\n" + strings.Repeat("let x = 1; ", 2000) + "\nnext\n```\nafter",
		"- item " + strings.Repeat("words in an item ", 2000) + "\r\n- next",
		"> " + strings.Repeat("quoted ", 4000),
		"# " + strings.Repeat("heading ", 2000),
		"<div>" + strings.Repeat("html ", 4000),
	} {
		grow(t, st, text, 80, func(at int) int { return 700 + at%613 })
	}
}

// The blocks are the ones goldmark finds.
func TestBlocksAreGoldmarks(t *testing.T) {
	for name, text := range corpus(t) {
		for part := range strings.SplitSeq(text, "\n\n") {
			if got, want := outline(part), judge(part); got != want {
				t.Errorf("%s: %q\ngot  %s\nwant %s", name, part, got, want)
			}
		}
	}
}
