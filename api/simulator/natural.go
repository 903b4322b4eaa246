package simulator

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
)

// natural is what an endpoint answers by itself, if it is not a message or a completion.
type natural struct {
	// status is 200 if 0, contentType JSON if empty.
	status      int
	contentType string
	header      http.Header
	// frames are the body, one below the other: a line each of JSON lines, otherwise one.
	frames [][]byte
}

// object200 is v as a JSON body.
func object200(v any) natural { return natural{frames: [][]byte{encode(v)}} }

// act carries out an accepted request.
type act func() (natural, error)

// reading is the act of a request that changes nothing.
func reading(n natural) act {
	return func() (natural, error) { return n, nil }
}

// check looks whether a request can be carried out, without any effect yet.
type check func() (act, error)

// answer checks the request, consults the scripts, and carries it out unless a script replaces that.
func (x *exchange) answer(check check) error {
	do, err := check()
	sc := x.sim.take(x.rec, "", "", err != nil)
	if sc != nil && !sc.Natural && (sc.Status >= 400 || sc.RawBody != nil) {
		x.play(&plan{Script: *sc, scripted: true}, nil)
		return nil
	}
	var n natural
	if err == nil {
		n, err = do()
	}
	if sc == nil {
		if err == nil {
			x.send(nil, n)
		}
		return err
	}
	if err != nil {
		n = x.failure(err)
	}
	x.send(&plan{Script: *sc, scripted: true}, n)
	return nil
}

// failure is an error as an answer that a script can cut.
func (x *exchange) failure(err error) natural {
	e := x.refusal(err)
	h := e.header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set("X-Should-Retry", shouldRetry(e.status))
	return natural{status: e.status, header: h, frames: [][]byte{envelope(e.kind, e.message, x.id, e.details)}}
}

// refusal is err as the API tells it; what is not meant for the client is an internal error.
func (x *exchange) refusal(err error) *apiError {
	var e *apiError
	if errors.As(err, &e) {
		return e
	}
	return &apiError{status: http.StatusInternalServerError, kind: "api_error", message: "Internal server error"}
}

// chunk is how much of a long body is written at once.
const chunk = 64 << 10

// send sends a natural answer, and lets happen to it what the script wants; p is nil if there is none.
func (x *exchange) send(p *plan, n natural) {
	if p == nil {
		p = &plan{}
	}
	p.ErrorEventAfter = nil // there are no events to put it between
	if p.Status == 0 {
		p.Status = n.status
	}
	h := x.w.Header()
	for name, values := range n.header {
		h[name] = values
	}
	if p.TruncateAfter == nil && len(p.OmitFields) == 0 {
		size := 0
		for _, frame := range n.frames {
			size += len(frame)
		}
		h.Set("Content-Length", strconv.Itoa(size))
	}
	if !x.open(p) {
		return
	}
	s := &sink{x: x, p: p}
	contentType := n.contentType
	if contentType == "" {
		contentType = "application/json"
	}
	if s.begin(contentType) != nil || s.deltaFault() != nil {
		return
	}
	for _, frame := range n.frames {
		if s.frame(s.omit(frame)) != nil {
			return
		}
	}
	_ = s.flush()
}

// frame sends one frame of a natural answer.
func (s *sink) frame(frame []byte) error {
	if s.p.Gate != nil || s.p.Delay > 0 {
		if err := s.gate(s.x.r.Context()); err != nil {
			return err
		}
	}
	for piece := range slices.Chunk(frame, chunk) {
		s.write(piece)
		if len(s.buf) >= chunk {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	s.deltas++
	return s.deltaFault()
}

// open waits for what the script wants before the headers and sets those it adds; false means that the client is gone.
func (x *exchange) open(p *plan) bool {
	if x.wait(p.HeaderDelay) != nil {
		return false
	}
	h := x.w.Header()
	for name, values := range p.Header {
		if h.Del(name); len(values) > 0 {
			for _, v := range values {
				h.Add(name, v)
			}
		}
	}
	return true
}

// over is a natural plan with what the script does to it.
func (sc *Script) over(p *plan) *plan {
	header := p.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	for name, values := range sc.Header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	p.Header = header
	p.Usage, p.Fields, p.MessageID, p.Model, p.Chunk = sc.Usage, sc.Fields, sc.MessageID, sc.Model, sc.Chunk
	p.HeaderDelay, p.FirstDelay, p.Delay, p.Gate = sc.HeaderDelay, sc.FirstDelay, sc.Delay, sc.Gate
	p.TruncateAfter, p.ResetAfter = sc.TruncateAfter, sc.ResetAfter
	p.StallAfter, p.StallFor, p.ErrorEventAfter = sc.StallAfter, sc.StallFor, sc.ErrorEventAfter
	p.DropMessageStop, p.OmitFields, p.SplitBytes = sc.DropMessageStop, sc.OmitFields, sc.SplitBytes
	p.ContentType, p.ErrorType, p.Message = sc.ContentType, sc.ErrorType, sc.Message
	return p
}
