package paste

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
)

// TestTheDecoderAgrees puts the Reader where the program puts it: on a file
// that is waited for, in front of the real decoder.
func TestTheDecoderAgrees(t *testing.T) {
	const s, e = startMarker, endMarker
	odd := "caf\xe9\x00 \x1b[<0;1;1M \x1b]0;x\a \xff" + strings.Repeat("line\r\n", 2000)
	tests := []struct {
		name   string
		stream string
		want   []event
	}{
		{"between keys", "ab" + s + odd + e + "cd", []event{{false, "ab"}, {true, odd}, {false, "cd"}}},
		{"one after the other", s + "1" + e + s + e + s + "\xff" + e, []event{{true, "1"}, {true, ""}, {true, "\xff"}}},
		{"a start within", s + "1" + s + "2" + e, []event{{true, "1" + s + "2"}}},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 2, 3, 4, 5, 7, 4096} {
			t.Run(fmt.Sprint(tt.name, " in pieces of ", size), func(t *testing.T) {
				if got := decode(t, tt.stream, size); !slices.Equal(got, tt.want) {
					t.Errorf("got  %.300v\nwant %.300v", got, tt.want)
				}
			})
		}
	}
}

// pieces is a file that gives few bytes a read.
type pieces struct {
	*os.File
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.File.Read(b[:min(p.size, len(b))]) }

// decode writes a stream to a pipe that the decoder reads through a Reader in
// pieces of that size, followed by a key that ends it.
func decode(t *testing.T, stream string, size int) []event {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r := New(pieces{in, size})
	r.now = func() time.Time { return time.Time{} }
	cancelable, err := uv.NewCancelReader(r)
	if err != nil {
		t.Fatal(err)
	}
	decoded := make(chan uv.Event)
	done := make(chan error, 1)
	decoder := uv.NewTerminalReader(cancelable, "xterm-256color")
	decoder.EscTimeout = time.Minute // cuts are not about time here
	go func() { done <- decoder.StreamEvents(context.Background(), decoded) }()
	go func() {
		if _, err := out.WriteString(stream + "\x04"); err != nil {
			t.Error(err)
		}
	}()
	var events []event
	for ev := range decoded {
		switch ev := ev.(type) {
		case uv.PasteStartEvent, uv.PasteEndEvent:
			continue
		case uv.PasteEvent:
			events = append(events, event{true, r.Take(ev.Content)})
			continue
		case uv.KeyPressEvent:
			if ev.Code != 'd' || ev.Mod != uv.ModCtrl {
				events = append(events, event{false, ev.Text})
				continue
			}
		default:
			t.Errorf("unexpected %T %v", ev, ev)
			continue
		}
		break
	}
	if !cancelable.Cancel() {
		t.Error("reading cannot be cancelled")
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	_, _, _ = cancelable.Close(), r.Close(), out.Close()
	return merged(events)
}
