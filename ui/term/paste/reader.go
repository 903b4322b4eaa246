package paste

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"time"
)

// The markers that a terminal puts around what is pasted.
const (
	startMarker = "\x1b[200~"
	endMarker   = "\x1b[201~"
)

const (
	// keyPrefix is how many bytes of the start marker are also a key.
	keyPrefix = 2
	// decoderPatience is how long the decoder waits for the rest of a sequence.
	decoderPatience = 50 * time.Millisecond
	// stall is the silence after which a short read is a key again.
	stall = 5 * time.Second
	// shortRead is more than one key or mouse report sends, and less than a
	// packet of a paste.
	shortRead = 64
	// maxPaste is the size of the pieces that larger pastes come in.
	maxPaste = 64 << 20
	// readSize is the most taken from the terminal at once.
	readSize = 1024
)

// File is what the program and its cancelable reader want of a terminal.
// *os.File is one.
type File interface {
	io.ReadWriteCloser
	Fd() uintptr
	Name() string
}

// A Reader is a terminal whose pastes are words that stand for their content.
// Read belongs to one goroutine at a time; Take may be called by any.
type Reader struct {
	tty   File
	now   func() time.Time
	limit int // bytes in one paste

	buf  []byte
	out  []byte // made and not yet read
	err  error  // comes after out
	last time.Time
	gap  time.Duration // between the last two reads

	matched int // bytes of the start marker that ended the last read
	passed  int // of these, how many the decoder has
	inside  bool
	body    []byte // the paste so far

	mu    sync.Mutex
	kept  map[string]string
	nonce string
	count uint64
}

// New returns a Reader on tty. Closing the Reader closes tty.
func New(tty File) *Reader {
	return &Reader{
		tty: tty, now: time.Now, limit: maxPaste, buf: make([]byte, readSize),
		kept: make(map[string]string), nonce: newNonce(),
	}
}

// Fd is the terminal's file descriptor.
func (r *Reader) Fd() uintptr { return r.tty.Fd() }

// Name is the terminal's file name.
func (r *Reader) Name() string { return r.tty.Name() }

// Write writes to the terminal.
func (r *Reader) Write(p []byte) (int, error) { return r.tty.Write(p) }

// Close closes the terminal.
func (r *Reader) Close() error { return r.tty.Close() }

// Read reads from the terminal once. It returns 0, nil when what it read
// belongs to a paste that goes on. Errors are the terminal's; at io.EOF an
// unfinished paste comes first.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(r.out) == 0 {
		if err := r.fill(len(p)); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// fill makes what the next reads return, if possible not more than room bytes.
func (r *Reader) fill(room int) error {
	if err := r.err; err != nil {
		r.err = nil
		return err
	}
	n, err := r.tty.Read(r.buf[:min(max(readFor(room), 1), len(r.buf))])
	r.out = r.out[:0]
	if n > 0 {
		now := r.now()
		r.gap, r.last = now.Sub(r.last), now
		r.take(r.buf[:n])
	}
	if errors.Is(err, io.EOF) {
		r.finish()
	}
	if len(r.out) > 0 {
		r.err, err = err, nil
	}
	return err
}

// readFor is how many bytes can be read so that what they become fits room.
// The worst are empty pastes, of which each becomes its markers and a word,
// after a paste that came before and a marker that was held.
func readFor(room int) int {
	const (
		markers = len(startMarker) + len(endMarker)
		whole   = markers + maxToken
		growth  = (whole + markers - 1) / markers
	)
	return (room - 2*whole - len(startMarker)) / growth
}

// take sorts what was read into keys and paste.
func (r *Reader) take(b []byte) {
	if r.inside && r.gap >= stall && r.isKey(b) {
		r.hand(r.body)
	}
	for len(b) > 0 {
		if r.inside {
			b = r.gather(b)
		} else {
			b = r.pass(b)
		}
	}
}

// isKey reports whether b, read after a long silence, is no part of the paste.
func (r *Reader) isKey(b []byte) bool {
	tail := r.body[max(0, len(r.body)-len(endMarker)+1):]
	return len(b) > 0 && len(b) <= shortRead && !bytes.Contains(append(bytes.Clone(tail), b...), []byte(endMarker))
}

// pass passes bytes on until a paste begins and returns what follows its
// start marker. It holds back what can only be the beginning of one.
func (r *Reader) pass(b []byte) []byte {
	for i, c := range b {
		if c != startMarker[r.matched] {
			r.release()
		}
		if c != startMarker[r.matched] {
			r.out = append(r.out, c)
			continue
		}
		if r.matched++; r.matched == len(startMarker) {
			r.begin()
			return b[i+1:]
		}
	}
	if r.matched <= keyPrefix || r.passed > 0 {
		r.out = append(r.out, startMarker[r.passed:r.matched]...)
		r.passed = r.matched
	}
	return nil
}

// release passes on what was held: it was no start marker.
func (r *Reader) release() {
	r.out = append(r.out, startMarker[r.passed:r.matched]...)
	r.matched, r.passed = 0, 0
}

// begin starts a paste.
func (r *Reader) begin() {
	if r.passed > 0 && r.gap < decoderPatience {
		r.out = append(r.out, startMarker[r.passed:]...)
	}
	r.matched, r.passed = 0, 0
	r.inside = true
}

// gather adds to the paste and returns what follows its end marker.
func (r *Reader) gather(b []byte) []byte {
	from := max(0, len(r.body)-len(endMarker)+1)
	r.body = append(r.body, b...)
	if i := bytes.Index(r.body[from:], []byte(endMarker)); i >= 0 {
		rest := len(r.body) - (from + i + len(endMarker))
		r.hand(r.body[:from+i])
		return b[len(b)-rest:]
	}
	if keep := len(r.body) - endBegun(r.body); keep >= r.limit {
		tail := bytes.Clone(r.body[keep:])
		r.hand(r.body[:keep])
		r.inside, r.body = true, tail
	}
	return nil
}

// endBegun is how many bytes at the end of b may begin the end marker.
func endBegun(b []byte) int {
	for n := min(len(endMarker)-1, len(b)); n > 0; n-- {
		if bytes.HasSuffix(b, []byte(endMarker[:n])) {
			return n
		}
	}
	return 0
}

// hand keeps content, passes its word on and ends the paste.
func (r *Reader) hand(content []byte) {
	r.out = append(r.out, startMarker...)
	r.out = append(r.out, r.keep(string(content))...)
	r.out = append(r.out, endMarker...)
	r.inside, r.body = false, nil
}

// finish gives out everything that waits for more, because no more will come.
func (r *Reader) finish() {
	if r.inside {
		r.hand(r.body)
	}
	r.release()
}
