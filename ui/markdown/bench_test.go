package markdown

import (
	"strings"
	"testing"

	"charm.land/glamour/v2"
)

// The measuring answers: 8,000 tokens of 4 bytes, 40 tokens to a frame of 100 ms.
const (
	answerBytes = 32000
	frameBytes  = 160
)

// mixed is an answer of every kind of block, in the proportions models write them.
func mixed(n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString("## How the server holds it\n\n" +
			"While the **server** holds the stream, the `client()` waits for the [next frame](https://example.com/a?b=1), " +
			"reads it *at once* and writes what is new. 表示幅は二桁で数える。 Nothing is drawn twice 🚀, nothing is lost.\n\n" +
			"Then it goes on with plain words and more of them until the paragraph has come to its end at last.\n\n" +
			"1. **First part**: the server keeps the request until it is done.\n   - a nested thing that holds\n   - [x] `done` and gone\n" +
			"2. **Second part**: the client gives it back.\n\n" +
			"```go\n// wait for the stream\nfunc hold(ctx context.Context, buf []byte) (int, error) {\n\tfor i := 0; i < len(buf); i++ {\n" +
			"\t\tif err := ctx.Err(); err != nil {\n\t\t\treturn 0, fmt.Errorf(\"hold %d: %w\", i, err)\n\t\t}\n\t}\n\treturn 7, nil\n}\n```\n\n" +
			"| Part | Name | Cost | Note |\n| --- | :--- | ---: | :---: |\n| 1 | `hold` | 3.10 ms | 端末の描画 🚀 |\n| 2 | `give` | 12.00 ms | while it waits |\n\n" +
			"> The server holds what the client reads.\n\n" +
			"```python\nclass Server:\n    def __init__(self, size: int = 7) -> None:\n        self.items = [x ** 2 for x in range(99) if x % 3]\n```\n\n")
	}
	return b.String()[:n]
}

// BenchmarkStream renders answers as they come, the lines on a screen of 40 rows each frame.
func BenchmarkStream(b *testing.B) {
	bench := map[string]string{"mixed": mixed(answerBytes)}
	for name, shape := range shapes {
		bench[name] = shape(answerBytes)
	}
	st := testStyle()
	for name, text := range bench {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d := st.NewDocument(100)
				for at := 0; at < len(text); {
					at = min(at+frameBytes, len(text))
					d.SetText(text[:at])
					n, rows := len(d.Units()), 0
					for k := n - 1; k >= 0 && rows < 40; k-- {
						d.Render(k, k+1)
						rows += len(d.Units()[k].Lines)
					}
				}
			}
			perByte(b, len(text))
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/answer")
		})
	}
}

// BenchmarkFresh renders finished answers at once, all of them.
func BenchmarkFresh(b *testing.B) {
	bench := map[string]string{"mixed": mixed(answerBytes)}
	for name, shape := range shapes {
		bench[name] = shape(answerBytes)
	}
	st := testStyle()
	for name, text := range bench {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d := st.NewDocument(100)
				d.SetText(text)
				d.Render(0, len(d.Units()))
			}
			perByte(b, len(text))
		})
	}
}

// BenchmarkEnd shows the last screen of a finished answer, as opening a conversation does.
func BenchmarkEnd(b *testing.B) {
	text := mixed(answerBytes)
	st := testStyle()
	for b.Loop() {
		d := st.NewDocument(100)
		d.SetText(text)
		n := len(d.Units())
		d.Render(n-12, n)
	}
	perByte(b, len(text))
}

// BenchmarkGlamour renders the same answers with Glamour, for comparison.
func BenchmarkGlamour(b *testing.B) {
	for name, text := range map[string]string{
		"mixed": mixed(answerBytes), "paragraphs": shapes["paragraphs"](answerBytes), "list": shapes["list"](answerBytes),
	} {
		b.Run(name, func(b *testing.B) {
			r, err := glamour.NewTermRenderer(glamour.WithStandardStyle("dark"), glamour.WithWordWrap(100))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := r.Render(text); err != nil {
					b.Fatal(err)
				}
			}
			perByte(b, len(text))
		})
	}
}

func perByte(b *testing.B, bytes int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/float64(b.N)/float64(bytes), "us/byte")
}
