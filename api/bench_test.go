package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
)

// benchStream is a stream of n text deltas as a model writes them: some with
// line breaks and quotes, some beyond ASCII.
func benchStream(n int) []byte {
	texts := []string{"Hello", " there", ", this", " is a", `\n\n- \"item\"`, " größer", " 日本", " tokens."}
	var b bytes.Buffer
	b.WriteString("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[]}}\n\n")
	b.WriteString("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0," +
		"\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n")
	for i := range n {
		fmt.Fprintf(&b, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"+
			"\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n", texts[i%len(texts)])
	}
	b.WriteString("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n")
	b.WriteString("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
	return b.Bytes()
}

// newStreamOf returns a Stream over r without a network.
func newStreamOf(r io.Reader) *Stream {
	resp := &http.Response{
		StatusCode: 200, Body: io.NopCloser(r),
		Header: http.Header{"Content-Type": {"text/event-stream"}},
	}
	b := &body{resp: resp, info: &ResponseInfo{Status: 200}, release: func() {}, context: context.Background()}
	answer, err := b.accept(wantEvents)
	if err != nil {
		panic(err)
	}
	return newStream(context.Background(), answer)
}

// BenchmarkTextDelta measures what one text delta costs from bytes to
// accumulated message.
func BenchmarkTextDelta(b *testing.B) {
	const deltas = 10_000
	input := benchStream(deltas)
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		stream := newStreamOf(bytes.NewReader(input))
		for event, err := range stream.Events() {
			if err != nil {
				b.Fatal(err)
			}
			if event.Delta.Text != "" {
				n++
			}
		}
		if n != deltas || len(stream.Partial().Block(0).Text) == 0 {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*deltas), "ns/delta")
}

// TestTextDeltaAllocations holds the number that does not depend on the
// machine: a delta costs its string, and now and then a longer buffer.
func TestTextDeltaAllocations(t *testing.T) {
	const deltas = 10_000
	input := benchStream(deltas)
	perRun := testing.AllocsPerRun(5, func() {
		for _, err := range newStreamOf(bytes.NewReader(input)).Events() {
			if err != nil && !errors.Is(err, io.EOF) {
				t.Error(err)
			}
		}
	})
	if perDelta := perRun / deltas; perDelta > 1.5 {
		t.Errorf("%.2f allocations a delta, want 1.5 at most", perDelta)
	}
}
