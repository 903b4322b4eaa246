package paste

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// scene is a stream of keys and pastes with what it must be understood as.
func scene(rng *rand.Rand) (stream string, want []event) {
	alphabet := []string{"\x1b", "[", "2", "0", "1", "~", "\r", "\n", "x", "\xff", "é", "\x1b[20", "\x1b[<0;1;1M"}
	text := func(not string) string {
		var b strings.Builder
		for range rng.IntN(12) {
			b.WriteString(alphabet[rng.IntN(len(alphabet))])
		}
		return strings.ReplaceAll(b.String(), not, "")
	}
	for range 1 + rng.IntN(4) {
		if keys := text(startMarker); keys != "" && !strings.Contains(keys, startMarker) {
			stream, want = stream+keys, append(want, event{false, keys})
		}
		if content := text(endMarker); !strings.Contains(content, endMarker) {
			if rng.IntN(8) == 0 {
				content = strings.Repeat(content, 500)
				content = strings.ReplaceAll(content, endMarker, "")
			}
			stream, want = stream+startMarker+content+endMarker, append(want, event{true, content})
		}
	}
	return stream, want
}

func TestAnyStreamCutAnywhere(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		stream, want := scene(rng)
		var chunks []chunk
		for s := stream; s != ""; {
			n := min(1+rng.IntN(1+rng.IntN(40)), len(s))
			chunks, s = append(chunks, chunk{text: s[:n]}), s[n:]
		}
		r, _ := on(chunks...)
		got := merged(understand(t, r, drain(t, r)))
		if want = merged(want); !slices.Equal(got, want) {
			t.Fatalf("stream %v\ngot  %v\nwant %v", chunks, got, want)
		}
	}
}

// merged joins keys that follow each other.
func merged(events []event) []event {
	var out []event
	for _, e := range events {
		if n := len(out); n > 0 && !e.paste && !out[n-1].paste {
			out[n-1].text += e.text
			continue
		}
		out = append(out, e)
	}
	return out
}

// FuzzPaste pastes any content between any keys, cut anywhere.
func FuzzPaste(f *testing.F) {
	f.Add([]byte("a"), []byte("hello\r"), []byte("b"), uint64(1))
	f.Add([]byte("\x1b"), []byte("caf\xe9\x1b[<0;1;1M"), []byte("\x1b[A"), uint64(2))
	f.Add([]byte("\x1b[20"), []byte(startMarker+"\x1b[20"), []byte("\x1b["), uint64(3))
	f.Fuzz(func(t *testing.T, before, content, after []byte, seed uint64) {
		stream := string(before) + startMarker + string(content) + endMarker + string(after)
		if strings.Index(stream, startMarker) != len(before) || strings.Contains(string(after), startMarker) ||
			strings.Index(stream[len(before):], endMarker) != len(startMarker)+len(content) || strings.Contains(string(before), endMarker) {
			t.Skip("holds a marker of its own")
		}
		rng := rand.New(rand.NewPCG(seed, 0))
		var chunks []chunk
		for s := stream; s != ""; {
			n := min(1+rng.IntN(64), len(s))
			chunks, s = append(chunks, chunk{text: s[:n]}), s[n:]
		}
		r, _ := on(chunks...)
		got := understand(t, r, drain(t, r))
		want := merged([]event{{false, string(before)}, {true, string(content)}, {false, string(after)}})
		want = slices.DeleteFunc(want, func(e event) bool { return !e.paste && e.text == "" })
		if got = merged(got); !slices.Equal(got, want) {
			t.Fatalf("stream %v\ngot  %v\nwant %v", chunks, got, want)
		}
	})
}
