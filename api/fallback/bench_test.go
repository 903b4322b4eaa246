package fallback_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"parlor/api/fallback"
)

// BenchmarkStream reads 8,000 deltas through the middleware: as they are, and
// of a second model after a refusal that is gone on from.
func BenchmarkStream(b *testing.B) {
	var deltas strings.Builder
	for range 8000 {
		deltas.WriteString(sse(textDelta(0, "some text of an answer ")))
	}
	begin := func(hop string) string { return sse(startOf("msg_"+hop, "m"+hop), textStart(0)) + deltas.String() }
	accepted := begin("0") + sse(stopOf(0), ended("end_turn", "null", `"output_tokens":8000`), messageStop)
	declined := begin("0") + sse(refusing(`"t0"`, "true", ""), messageStop)
	for name, streams := range map[string][]string{"accepted": {accepted}, "declined": {declined, accepted}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(streams[0]) * len(streams)))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				next := roundTripper(func(*http.Request) (*http.Response, error) {
					n++
					return &http.Response{
						StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}},
						Body: io.NopCloser(strings.NewReader(streams[n-1])),
					}, nil
				})
				r, _ := http.NewRequestWithContext(b.Context(), http.MethodPost, "https://host/v1/messages?beta=true", strings.NewReader(streamed))
				r.Header.Set("Content-Type", "application/json")
				resp, err := fallback.Middleware(to("m1")...)(next).RoundTrip(r)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		})
	}
}
