package api

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipe gives what each read should return, and how long it has to wait for it.
type pipe struct {
	pieces []string
	waits  []time.Duration
}

func (p *pipe) Read(b []byte) (int, error) {
	if len(p.pieces) == 0 {
		return 0, io.EOF
	}
	<-time.After(p.waits[0])
	n := copy(b, p.pieces[0])
	p.pieces, p.waits = p.pieces[1:], p.waits[1:]
	return n, nil
}

func readAll(ctx context.Context, t *testing.T, p *pipe) time.Duration {
	t.Helper()
	start := time.Now()
	if _, err := io.ReadAll(&pacedReader{Reader: p, ctx: ctx, pace: 60 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	return time.Since(start)
}

func times(n int, wait time.Duration) *pipe {
	p := &pipe{}
	for range n {
		p.pieces, p.waits = append(p.pieces, "x"), append(p.waits, wait)
	}
	return p
}

func TestASlowStreamIsReadAtAPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if d := readAll(t.Context(), t, times(unpacedReads, 10*time.Millisecond)); d != unpacedReads*10*time.Millisecond {
			t.Errorf("the first reads took %v: they must not rest", d)
		}
		if d := readAll(t.Context(), t, times(unpacedReads+3, 10*time.Millisecond)); d != (unpacedReads+3)*10*time.Millisecond+3*60*time.Millisecond {
			t.Errorf("three more reads took %v in all: each should rest once", d)
		}
	})
}

func TestABacklogIsNeverHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if d := readAll(t.Context(), t, times(1000, 0)); d != 0 {
			t.Errorf("a thousand reads that wait for nothing took %v", d)
		}
	})
}

func TestAFastStreamIsNotPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := times(200, 2*time.Millisecond)
		for i := range p.pieces {
			p.pieces[i] = strings.Repeat("x", 500)
		}
		if d := readAll(t.Context(), t, p); d != 200*2*time.Millisecond {
			t.Errorf("250 KB a second took %v, want no rest", d)
		}
	})
}

func TestARestEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if d := readAll(ctx, t, times(unpacedReads+1, 10*time.Millisecond)); d > 100*time.Millisecond {
			t.Errorf("reading with a context that is done took %v", d)
		}
	})
}
