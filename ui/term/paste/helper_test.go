package paste

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// chunk is what one read of the terminal finds, and the silence before it.
type chunk struct {
	after time.Duration
	text  string
}

// tty is a terminal that gives one chunk a read, or as much of it as is asked
// for, and io.EOF at the end.
type tty struct {
	chunks []chunk
	now    time.Time
	reads  int
}

func (t *tty) Read(p []byte) (int, error) {
	t.reads++
	if len(t.chunks) == 0 {
		return 0, io.EOF
	}
	c := &t.chunks[0]
	t.now = t.now.Add(c.after)
	n := copy(p, c.text)
	if c.after, c.text = 0, c.text[n:]; c.text == "" {
		t.chunks = t.chunks[1:]
	}
	return n, nil
}

func (t *tty) Write(p []byte) (int, error) { return len(p), nil }
func (t *tty) Close() error                { return nil }
func (t *tty) Fd() uintptr                 { return 0 }
func (t *tty) Name() string                { return "tty" }

// on is a Reader on those chunks.
func on(chunks ...chunk) (*Reader, *tty) {
	t := &tty{chunks: chunks, now: time.Unix(1e9, 0)}
	r := New(t)
	r.now = func() time.Time { return t.now }
	return r, t
}

// at are chunks that come without a pause.
func at(texts ...string) []chunk {
	var cs []chunk
	for _, s := range texts {
		cs = append(cs, chunk{text: s})
	}
	return cs
}

// drain reads everything, with a buffer of the size that the program uses.
func drain(t testing.TB, r *Reader) string {
	t.Helper()
	var out strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		out.Write(buf[:n])
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// event is keys or a paste.
type event struct {
	paste bool
	text  string
}

func (e event) String() string {
	if e.paste {
		return fmt.Sprintf("paste %q", e.text)
	}
	return fmt.Sprintf("keys %q", e.text)
}

// understand reads a stream as the decoder does: a start marker within a paste
// means nothing. What was pasted is fetched from r.
func understand(t testing.TB, r *Reader, s string) []event {
	t.Helper()
	var events []event
	for s != "" {
		keys, rest, found := strings.Cut(s, startMarker)
		if keys != "" {
			events = append(events, event{false, keys})
		}
		if !found {
			break
		}
		word, after, ended := strings.Cut(rest, endMarker)
		if !ended {
			t.Fatalf("a paste without an end: %q", s)
		}
		word = strings.ReplaceAll(word, startMarker, "")
		content := r.Take(word)
		if content == word {
			t.Fatalf("the word %q stands for nothing", word)
		}
		events = append(events, event{true, content})
		s = after
	}
	if len(r.kept) > 0 {
		t.Errorf("%d pastes were never handed over", len(r.kept))
	}
	return events
}
