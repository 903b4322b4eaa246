package simulator

import (
	"net/http"
	"slices"
	"time"
)

// Recorded is one request as it came in.
type Recorded struct {
	// Method and Path are the request line's, Query is the raw query without "?".
	Method, Path, Query string
	// Header holds the request headers, credentials included.
	Header http.Header
	// Body is the body, of which 32 MiB are kept, 1 MiB of an upload.
	Body []byte
	// Time is when the request had been read, by Options.Now.
	Time time.Time
}

// defaultRecord is how many requests are kept if Options.Record is 0.
const defaultRecord = 1024

// Requests returns the most recent requests, oldest first, those that were refused included. The caller must not
// change headers and bodies.
func (s *Simulator) Requests() []Recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.recorded)
}

func (s *Simulator) record(rec Recorded) {
	keep := s.opt.Record
	if keep == 0 {
		keep = defaultRecord
	}
	if keep < 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.recorded) >= keep {
		s.recorded = slices.Delete(s.recorded, 0, len(s.recorded)-keep+1)
	}
	s.recorded = append(s.recorded, rec)
}
