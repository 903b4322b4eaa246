package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
)

// errEnd ends an answer early: a fault did, or the client is gone.
var errEnd = errors.New("end of the answer")

// sink writes the body of an answer and lets the plan's faults happen at their byte or delta.
type sink struct {
	x *exchange
	p *plan

	buf []byte
	// written counts the bytes of the body that were sent, deltas the deltas that were written.
	written, deltas int
}

// begin sends status and headers.
func (s *sink) begin(contentType string) error {
	status := s.p.Status
	if status == 0 {
		status = http.StatusOK
	}
	if s.p.ContentType != "" {
		contentType = s.p.ContentType
	}
	if s.x.w.Header().Get("Content-Type") == "" {
		s.x.w.Header().Set("Content-Type", contentType)
	}
	s.x.w.WriteHeader(status)
	if err := s.faultAt(s.written, false); err != nil {
		return err
	}
	if s.p.FirstDelay <= 0 {
		return nil
	}
	s.push()
	if s.x.wait(s.p.FirstDelay) != nil {
		return errEnd
	}
	return nil
}

// write buffers data until the next flush.
func (s *sink) write(data []byte) { s.buf = append(s.buf, data...) }

// flush sends what is buffered, up to the next fault.
func (s *sink) flush() error {
	for len(s.buf) > 0 {
		n := len(s.buf)
		if s.p.SplitBytes > 0 {
			n = min(n, s.p.SplitBytes)
		}
		if at := s.nextFault(); at > s.written {
			n = min(n, at-s.written)
		}
		if s.x.r.Context().Err() != nil {
			return errEnd
		}
		if _, err := s.x.w.Write(s.buf[:n]); err != nil {
			return errEnd
		}
		s.buf = append(s.buf[:0], s.buf[n:]...)
		s.written += n
		if s.p.SplitBytes > 0 {
			s.push()
		}
		if err := s.faultAt(s.written, false); err != nil {
			return err
		}
	}
	s.push()
	return nil
}

// push makes the server send what was written.
func (s *sink) push() {
	// A ResponseWriter that cannot flush sends everything at the end, which is all one can ask of it.
	_ = http.NewResponseController(s.x.w).Flush()
}

// nextFault is the byte of the next fault, or -1.
func (s *sink) nextFault() int {
	next := -1
	for _, point := range []*Point{s.p.TruncateAfter, s.p.ResetAfter, s.p.StallAfter, s.p.ErrorEventAfter} {
		if point != nil && !point.byDelta && point.bytes > s.written && (next < 0 || point.bytes < next) {
			next = point.bytes
		}
	}
	return next
}

// faultAt lets a fault happen if it is due after n bytes or deltas.
func (s *sink) faultAt(n int, byDelta bool) error {
	due := func(point *Point) bool {
		return point != nil && point.byDelta == byDelta && (byDelta && point.deltas == n || !byDelta && point.bytes == n)
	}
	if due(s.p.StallAfter) {
		s.push()
		s.p.StallAfter = nil
		if err := s.stall(); err != nil {
			return err
		}
	}
	switch {
	case due(s.p.ErrorEventAfter):
		s.buf = appendEvent(s.buf[:0], "error", s.errorData())
		s.p.ErrorEventAfter = nil
		_ = s.flush()
		return errEnd
	case due(s.p.ResetAfter):
		s.push()
		s.reset()
		return errEnd
	case due(s.p.TruncateAfter):
		s.push()
		return errEnd
	}
	return nil
}

func (s *sink) stall() error {
	ctx := s.x.r.Context()
	if s.p.StallFor <= 0 {
		<-ctx.Done()
		return errEnd
	}
	if s.x.wait(s.p.StallFor) != nil {
		return errEnd
	}
	return nil
}

// reset closes the connection in the rude way, with a TCP reset where that is possible.
func (s *sink) reset() {
	conn, _, err := http.NewResponseController(s.x.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// errorData is the data of an error event.
func (s *sink) errorData() []byte {
	kind, message := s.p.ErrorType, s.p.Message
	if kind == "" {
		kind = "overloaded_error"
	}
	if message == "" {
		message = "Overloaded"
	}
	return s.omit(envelope(kind, message, s.x.id, s.p.ErrorDetails))
}

// errorBody answers with an error envelope.
func (s *sink) errorBody() {
	kind, message := s.p.ErrorType, s.p.Message
	if kind == "" {
		kind = errorKind(s.p.Status)
	}
	if message == "" {
		message = http.StatusText(s.p.Status)
		if s.p.Status == statusOverloaded {
			message = "Overloaded"
		}
	}
	if h := s.x.w.Header(); h.Get("X-Should-Retry") == "" {
		h.Set("X-Should-Retry", shouldRetry(s.p.Status))
	}
	if s.begin("application/json") != nil {
		return
	}
	s.write(s.omit(envelope(kind, message, s.x.id, s.p.ErrorDetails)))
	_ = s.flush()
}

// gate waits for what the script wants before a delta.
func (s *sink) gate(ctx context.Context) error {
	if s.p.Gate != nil {
		if err := s.flush(); err != nil {
			return err
		}
		select {
		case <-s.p.Gate:
		case <-ctx.Done():
			return errEnd
		}
	}
	if s.p.Delay > 0 && (s.flush() != nil || s.x.wait(s.p.Delay) != nil) {
		return errEnd
	}
	if ctx.Err() != nil {
		return errEnd
	}
	return nil
}

// omit leaves out the keys that the script wants left out.
func (s *sink) omit(data []byte) []byte {
	if len(s.p.OmitFields) == 0 {
		return data
	}
	var v any
	if json.Unmarshal(data, &v) != nil {
		return data
	}
	return encode(prune(v, s.p.OmitFields))
}

func prune(v any, names []string) any {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range names {
			delete(v, name)
		}
		for name := range v {
			v[name] = prune(v[name], names)
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i], names)
		}
	}
	return v
}
