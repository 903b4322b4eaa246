package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// frames reads everything and writes each event as name|data.
func frames(r io.Reader) (list []string, err error) {
	s := newSSEReader(r)
	for {
		name, data, err := s.next()
		if err != nil {
			return list, err
		}
		list = append(list, string(name)+"|"+string(data))
	}
}

func TestSSEFraming(t *testing.T) {
	cases := []struct {
		name, input string
		want        []string
	}{
		{"LF", "event: a\ndata: 1\n\n", []string{"a|1"}},
		{"CRLF", "event: a\r\ndata: 1\r\n\r\n", []string{"a|1"}},
		{"CR", "event: a\rdata: 1\r\r", []string{"a|1"}},
		{"mixed line ends", "event: a\r\ndata: 1\n\revent: b\rdata: 2\n\n", []string{"a|1", "b|2"}},
		{"byte order mark", "\xEF\xBB\xBFdata: 1\n\n", []string{"|1"}},
		{"a mark later is text", "data: \xEF\xBB\xBF1\n\n", []string{"|\xEF\xBB\xBF1"}},
		{"half a mark is text", "\xEF\xBBdata: 1\n\ndata: 2\n\n", []string{"|2"}},
		{"comments", ": hi\n\n:\ndata: 1\n: there\n\n", []string{"|1"}},
		{"several data lines", "data: 1\ndata:\ndata: 2\n\n", []string{"|1\n\n2"}},
		{"one space is dropped", "data:  1\ndata:2\n\n", []string{"| 1\n2"}},
		{"the last name counts", "event: a\nevent: b\ndata: 1\n\n", []string{"b|1"}},
		{"id and retry are ignored", "id: 7\nretry: 9\ndata: 1\nfoo: bar\nbaz\n\n", []string{"|1"}},
		{"an event without data", "event: a\n\n", []string{"a|"}},
		{"data without a colon", "data\n\n", []string{"|"}},
		{"blank lines", "\n\r\n\r\ndata: 1\n\n\n\n", []string{"|1"}},
		{"the last event needs its blank line", "data: 1\n\ndata: 2\n", []string{"|1"}},
		{"the last line needs its end", "data: 1\n\ndata: 2", []string{"|1"}},
		{"empty", "", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for name, reader := range map[string]io.Reader{
				"whole":       strings.NewReader(c.input),
				"byte a time": iotest.OneByteReader(strings.NewReader(c.input)),
				"data + EOF":  iotest.DataErrReader(strings.NewReader(c.input)),
			} {
				got, err := frames(reader)
				if !slices.Equal(got, c.want) || !errors.Is(err, io.EOF) {
					t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
				}
			}
		})
	}
}

func TestSSELongLines(t *testing.T) {
	long := strings.Repeat("x", 2<<20)
	input := "data: 1\n\ndata: " + long + "\n\ndata: 2\n\n"
	got, err := frames(iotest.HalfReader(strings.NewReader(input)))
	if want := []string{"|1", "|" + long, "|2"}; !slices.Equal(got, want) || !errors.Is(err, io.EOF) {
		t.Errorf("got %d events, %v", len(got), err)
	}
}

func TestSSEMemoryIsGivenBackAfterALongLine(t *testing.T) {
	input := "data: " + strings.Repeat("x", 4<<20) + "\n\n" + strings.Repeat("data: y\n\n", 20000)
	s := newSSEReader(strings.NewReader(input))
	for {
		if _, _, err := s.next(); err != nil {
			break
		}
	}
	if len(s.buf) > 1<<20 || cap(s.data) > 1<<20 {
		t.Errorf("still holding %d and %d bytes", len(s.buf), cap(s.data))
	}
}

// endless gives b for ever.
type endless byte

func (b endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

func TestSSERefusesEndlessLinesAndEvents(t *testing.T) {
	if _, err := frames(endless('x')); !errors.Is(err, errFrameTooLong) {
		t.Errorf("an endless line: %v", err)
	}
	line := "data: " + strings.Repeat("x", 1<<20) + "\n"
	if _, err := frames(strings.NewReader(strings.Repeat(line, 40))); !errors.Is(err, errFrameTooLong) {
		t.Errorf("an endless event: %v", err)
	}
}

// stuck never gives anything, nor an end.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestSSEReaderErrors(t *testing.T) {
	broken := errors.New("broken")
	r := io.MultiReader(strings.NewReader("data: 1\n\ndata: 2\n"), iotest.ErrReader(broken))
	got, err := frames(r)
	if !slices.Equal(got, []string{"|1"}) || !errors.Is(err, broken) {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := frames(stuck{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that is stuck: %v", err)
	}
}

// chunkReader hands out pieces of the sizes that cuts say, in turn.
type chunkReader struct {
	data, cuts []byte
	n          int
}

func (r *chunkReader) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	size := len(r.data)
	if len(r.cuts) > 0 {
		size = int(r.cuts[r.n%len(r.cuts)])%7 + 1
		r.n++
	}
	n := copy(p, r.data[:min(size, len(r.data))])
	r.data = r.data[n:]
	return n, nil
}

// FuzzSSE holds that events do not depend on how the bytes arrive, and that
// line ends are interchangeable.
func FuzzSSE(f *testing.F) {
	for _, seed := range []string{
		"event: a\ndata: 1\n\n", "event: a\r\ndata: 1\r\n\r\n", "data: 1\r\rdata: 2\r\r",
		"\xEF\xBB\xBFdata: 1\n\n", ": c\ndata\n\n", "data: 1\ndata: 2\n\n\r\n",
	} {
		f.Add([]byte(seed), []byte{0, 3, 1})
	}
	f.Fuzz(func(t *testing.T, input, cuts []byte) {
		whole, _ := frames(bytes.NewReader(input))
		cut, _ := frames(&chunkReader{data: input, cuts: append(slices.Clone(cuts), 0)})
		if !slices.Equal(whole, cut) {
			t.Fatalf("in one piece %q, cut %q", whole, cut)
		}
		for _, event := range whole {
			if strings.ContainsRune(event, '\r') {
				t.Fatalf("a line end within a line: %q", event)
			}
		}
		if !bytes.ContainsRune(input, '\r') {
			crlf, _ := frames(bytes.NewReader(bytes.ReplaceAll(input, []byte("\n"), []byte("\r\n"))))
			if !slices.Equal(whole, crlf) {
				t.Fatalf("LF %q, CRLF %q", whole, crlf)
			}
		}
	})
}

func BenchmarkSSE(b *testing.B) {
	var input bytes.Buffer
	const events = 1000
	for i := range events {
		fmt.Fprintf(&input, "event: content_block_delta\ndata: {\"index\":0,\"text\":\"token %d\"}\n\n", i)
	}
	b.SetBytes(int64(input.Len()))
	for b.Loop() {
		if list, _ := countFrames(bytes.NewReader(input.Bytes())); list != events {
			b.Fatal(list)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*events), "ns/event")
}

func countFrames(r io.Reader) (n int, err error) {
	s := newSSEReader(r)
	for {
		if _, _, err := s.next(); err != nil {
			return n, err
		}
		n++
	}
}
