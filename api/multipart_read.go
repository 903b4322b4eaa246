package api

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// sourceError is trouble with what the caller gave to be sent, not with sending
// it. It is never retried.
type sourceError struct {
	name string
	err  error
}

func (e *sourceError) Error() string {
	if e.name == "" {
		return "api: content of the upload: " + e.err.Error()
	}
	return fmt.Sprintf("api: content of %q: %v", e.name, e.err)
}

func (e *sourceError) Unwrap() error { return e.err }

var (
	errUploadOver   = errors.New("api: the attempt is over")
	errSourceLonger = errors.New("is longer than it was when the upload began")
	errBadCount     = errors.New("its Read returned an impossible count")
)

// formReader reads a form from its first byte to its last.
type formReader struct {
	form    *form
	ctx     context.Context // ends with the attempt, and when the reader is closed
	cancel  context.CancelFunc
	index   int   // of the segment
	offset  int64 // in it
	started bool  // the source stands at its start
	pending pendingRead
}

// pendingRead is a read of a source that may block: what it reads into, and
// where it tells how it ended. After one that was given up on there is no other.
type pendingRead struct {
	buffer []byte
	done   chan struct{}
	n      int
	err    error
}

// Close ends a read that waits for the source. The source stays open.
func (r *formReader) Close() error {
	r.cancel()
	return nil
}

// Read holds the lock while a source is read: who takes the sources over waits
// for that.
func (r *formReader) Read(p []byte) (int, error) {
	r.form.mu.Lock()
	defer r.form.mu.Unlock()
	for {
		switch {
		case r.form.current != r || r.ctx.Err() != nil:
			return 0, errUploadOver
		case r.index == len(r.form.segments):
			return 0, io.EOF
		case len(p) == 0:
			return 0, nil
		}
		s := r.form.segments[r.index]
		if s.source == nil {
			n := copy(p, s.text[r.offset:])
			r.offset += int64(n)
			if r.offset == int64(len(s.text)) {
				r.next()
			}
			return n, nil
		}
		n, err := r.readSource(s.source, p)
		r.offset += int64(n)
		if err == io.EOF { //nolint:errorlint // of the source, see source.read
			r.next()
			err = nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (r *formReader) next() {
	r.index++
	r.offset, r.started = 0, false
}

// readSource reads as much of the source as was announced: one that turns out
// shorter or longer would not arrive whole. At its end it returns io.EOF.
func (r *formReader) readSource(s *source, p []byte) (int, error) {
	if s.seeker == nil {
		return r.patientRead(s, p)
	}
	if !r.started {
		if _, err := s.seeker.Seek(s.start, io.SeekStart); err != nil {
			return 0, &sourceError{s.name, err}
		}
		r.started = true
	}
	rest := s.size - r.offset
	if rest == 0 {
		n, err := s.read(make([]byte, 1))
		if n > 0 {
			err = &sourceError{s.name, errSourceLonger}
		}
		return 0, err
	}
	n, err := s.read(p[:min(int64(len(p)), rest)])
	if err == io.EOF && int64(n) < rest { //nolint:errorlint // see read
		err = &sourceError{s.name, io.ErrUnexpectedEOF}
	}
	return n, err
}

// read returns io.EOF itself at the end, as readers do, and any other error
// with the name of the source. A panic of the reader is such an error: it would
// happen on a goroutine of the transport, where its owner could not recover it.
func (s *source) read(p []byte) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			n, err = 0, &sourceError{s.name, fmt.Errorf("its Read panicked: %v", v)}
		}
	}()
	n, err = s.reader.Read(p)
	switch {
	case n < 0 || n > len(p):
		return 0, &sourceError{s.name, errBadCount}
	case err == nil || err == io.EOF: // a wrapped io.EOF is a failure
		return n, err
	}
	return n, &sourceError{s.name, err}
}

// patientRead reads from a reader that may block, a pipe or a connection,
// without outliving the attempt. The read it gives up on ends by itself.
func (r *formReader) patientRead(s *source, p []byte) (int, error) {
	read := &r.pending
	if read.buffer == nil {
		read.buffer, read.done = make([]byte, 32<<10), make(chan struct{}, 1)
	}
	buffer := read.buffer[:min(len(read.buffer), len(p))]
	go func() {
		read.n, read.err = s.read(buffer)
		read.done <- struct{}{}
	}()
	select {
	case <-read.done:
		return copy(p, buffer[:read.n]), read.err
	case <-r.ctx.Done():
		return 0, errUploadOver
	}
}
