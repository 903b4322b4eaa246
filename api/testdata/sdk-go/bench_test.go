package sdkgo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/option"

	"parlor/api"
)

const deltas = 8000

// answer is the stream of an answer of that many text deltas.
func answer(deltas int) []byte {
	var b bytes.Buffer
	event := func(name, data string) { fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", name, data) }
	event("message_start", `{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-test","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}`)
	event("content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`)
	pieces := []string{" the", " sea", ", **b", "lue**", "\n\n- ", "海", "func", "(x) ", "🌊", "\"q\":"}
	for i := range deltas {
		piece, _ := json.Marshal(pieces[i%len(pieces)])
		event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":`+string(piece)+`}}`)
	}
	event("content_block_stop", `{"type":"content_block_stop","index":0}`)
	event("message_delta", fmt.Sprintf(`{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":%d}}`, deltas))
	event("message_stop", `{"type":"message_stop"}`)
	return b.Bytes()
}

// memory answers each request with the same stream, without a network.
type memory []byte

func (m memory) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: 200, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"text/event-stream"}},
		Body:   io.NopCloser(bytes.NewReader(m)),
	}, nil
}

func ours(b *testing.B, stream []byte) {
	client := &api.Client{APIKey: "k", BaseURL: "http://in.memory", Transport: memory(stream)}
	request := &api.MessageRequest{Model: "claude-test", MaxTokens: 8192, Messages: []api.MessageParam{api.UserText("go")}}
	b.ReportAllocs()
	for b.Loop() {
		s, err := client.StreamMessage(context.Background(), request)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for event, err := range s.Events() {
			if err != nil {
				b.Fatal(err)
			}
			n += len(event.Delta.Text)
		}
		message, err := s.Final()
		if err != nil || n == 0 || len(message.Text()) != n {
			b.Fatal(err, n)
		}
	}
	perDelta(b)
}

func theirs(b *testing.B, stream []byte) {
	client := anthropic.NewClient(option.WithAPIKey("k"), option.WithHTTPClient(&http.Client{Transport: memory(stream)}))
	b.ReportAllocs()
	for b.Loop() {
		s := client.Messages.NewStreaming(context.Background(), ask("go"))
		var message anthropic.Message
		n := 0
		for s.Next() {
			event := s.Current()
			if err := message.Accumulate(event); err != nil {
				b.Fatal(err)
			}
			n += len(event.Delta.Text)
		}
		if s.Err() != nil || n == 0 || len(message.Content[0].Text) != n {
			b.Fatal(s.Err(), n)
		}
	}
	perDelta(b)
}

func perDelta(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/deltas, "ns/delta")
}

func BenchmarkParlor(b *testing.B) { ours(b, answer(deltas)) }
func BenchmarkSDK(b *testing.B)    { theirs(b, answer(deltas)) }

// TestTextDeltasCostAFifteenthOfTheSDK compares the two in one run: to decode
// and accumulate an answer of 8,000 text deltas.
func TestTextDeltasCostAFifteenthOfTheSDK(t *testing.T) {
	stream := answer(deltas)
	measure := func(f func(*testing.B, []byte)) testing.BenchmarkResult {
		return testing.Benchmark(func(b *testing.B) { f(b, stream) })
	}
	mine, sdk := measure(ours), measure(theirs)
	ratio := float64(sdk.NsPerOp()) / float64(mine.NsPerOp())
	allocs := float64(mine.AllocsPerOp()) / deltas
	t.Logf("a text delta: %.0f ns and %.2f allocations, the SDK %.0f ns and %.2f: %.1f times",
		mine.Extra["ns/delta"], allocs, sdk.Extra["ns/delta"], float64(sdk.AllocsPerOp())/deltas, ratio)
	if ratio < 15 {
		t.Errorf("only %.1f times as fast as the SDK, want 15", ratio)
	}
	if allocs > 2 {
		t.Errorf("%.2f allocations a delta, want 2 at most", allocs)
	}
}
