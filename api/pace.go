package api

import (
	"context"
	"io"
	"time"
)

// unpacedReads are at the beginning of a stream: the first words are wanted at
// once.
const unpacedReads = 8

// slow is the rate in bytes a second below which a stream is worth resting in:
// some 800 events of a few letters each. A faster one is over soon.
const slow = 128 << 10

// blocked is how long a read takes at least that had to wait for the network.
const blocked = time.Millisecond

// pacedReader rests after each read of a slow stream that had to wait, so that the events of a
// slow stream are taken several at a time: most of what such a stream costs is
// waking up. A read that returns at once is followed by another one, so a
// backlog is never held up.
type pacedReader struct {
	io.Reader
	ctx   context.Context // ends the rest
	pace  time.Duration
	reads int
	rest  bool      // the last read had to wait, in a slow stream
	since time.Time // of the first read, or of the one after the last rest
	got   int       // bytes since then
}

// Read rests if it should, and reads.
func (r *pacedReader) Read(p []byte) (int, error) {
	if r.rest {
		timer := time.NewTimer(r.pace)
		select {
		case <-timer.C:
		case <-r.ctx.Done():
			timer.Stop()
		}
		r.since = time.Time{}
	}
	start := time.Now()
	n, err := r.Reader.Read(p)
	end := time.Now()
	if r.since.IsZero() {
		r.since, r.got = start, 0
	}
	r.reads++
	r.got += n
	r.rest = r.reads > unpacedReads && end.Sub(start) >= blocked && float64(r.got) < slow*end.Sub(r.since).Seconds()
	return n, err
}

// WithPace lets a stream be read from the network at most about once in d. An
// event may come later by d, and a stream of many small events costs a fraction
// of the CPU. A screen that is drawn ten times a second loses nothing by 60 ms.
// Zero, the default, reads every event as it comes.
func WithPace(d time.Duration) RequestOption {
	return func(o *requestOptions) { o.pace = d }
}
