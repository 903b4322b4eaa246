package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Flush()                      {}

// BenchmarkDelta measures what one delta costs when nothing is waited for.
func BenchmarkDelta(b *testing.B) {
	const deltas = 10_000
	s := fresh(simulator.Options{Record: -1})
	s.Push(simulator.Script{Text: strings.Repeat("word ", deltas), Times: -1})
	payload := stream("", "hi")
	b.ReportAllocs()
	for b.Loop() {
		s.ServeHTTP(&discard{http.Header{}}, request("POST", "/v1/messages", payload))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/deltas, "ns/delta")
}

// BenchmarkNew measures what the demo pays at its start.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		simulator.New(simulator.Options{})
	}
}

// BenchmarkFirstReply adds what the first answer of its own costs.
func BenchmarkFirstReply(b *testing.B) {
	for b.Loop() {
		post(fresh(simulator.Options{}), hi(sonnet46, ""))
	}
}
