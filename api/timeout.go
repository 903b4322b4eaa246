package api

import (
	"io"
	"sync"
	"time"
)

// Timeouts of one attempt. Zero means the default, negative none.
type Timeouts struct {
	// Connect bounds resolving, connecting and the TLS handshake each;
	// 5 seconds by default. It works with the built-in transport only.
	Connect time.Duration
	// Headers bounds the time from the end of the upload to the headers of the
	// answer, and standstill within the upload; 10 minutes by default.
	Headers time.Duration
	// Stall bounds silence within an answer, while it is read: any byte resets
	// it, pings included; 90 seconds by default.
	Stall time.Duration
	// Total bounds a whole attempt; 10 minutes by default for requests that are
	// not streamed. A stream, an upload and a download are bounded only when
	// Total is set.
	Total time.Duration
}

const (
	defaultConnectTimeout = 5 * time.Second
	defaultHeadersTimeout = 10 * time.Minute
	defaultStallTimeout   = 90 * time.Second
	defaultTotalTimeout   = 10 * time.Minute
)

// override returns t with the fields of o that are set.
func (t Timeouts) override(o Timeouts) Timeouts {
	set := func(to *time.Duration, value time.Duration) {
		if value != 0 {
			*to = value
		}
	}
	set(&t.Connect, o.Connect)
	set(&t.Headers, o.Headers)
	set(&t.Stall, o.Stall)
	set(&t.Total, o.Total)
	return t
}

// withDefaults fills zero fields; what stays zero or below means none.
func (t Timeouts) withDefaults(stream bool) Timeouts {
	defaults := Timeouts{
		Connect: defaultConnectTimeout,
		Headers: defaultHeadersTimeout,
		Stall:   defaultStallTimeout,
		Total:   defaultTotalTimeout,
	}
	if stream {
		defaults.Total = 0
	}
	return defaults.override(t)
}

// watchdog calls fire unless it is fed for d. A nil watchdog never barks.
type watchdog struct {
	d       time.Duration
	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
}

func newWatchdog(d time.Duration, fire func()) *watchdog {
	if d <= 0 {
		return nil
	}
	return &watchdog{d: d, timer: time.AfterFunc(d, fire)}
}

// feed starts the time anew.
func (w *watchdog) feed() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.stopped {
		w.timer.Reset(w.d)
	}
}

// pause keeps the watchdog quiet until it is fed again.
func (w *watchdog) pause() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Stop()
}

// shorten lets the watchdog bark after d from the next feeding on, if it would
// later.
func (w *watchdog) shorten(d time.Duration) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.d = min(w.d, d)
}

func (w *watchdog) stop() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	w.timer.Stop()
}

// fedReader feeds a watchdog with every byte that is read.
type fedReader struct {
	r   io.Reader
	dog *watchdog
}

func (r fedReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if n > 0 {
		r.dog.feed()
	}
	return n, err
}

// awaitedReader lets a watchdog watch each read, and only while it waits: that
// a reader takes its time is no silence of the server.
type awaitedReader struct {
	r   io.Reader
	dog *watchdog
}

func (r awaitedReader) Read(p []byte) (int, error) {
	r.dog.feed()
	n, err := r.r.Read(p)
	r.dog.pause()
	return n, err
}
