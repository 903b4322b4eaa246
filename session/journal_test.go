package session

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"parlor/api"
)

// streams are bodies of answers, from the ordinary to the odd.
func streams() map[string]string {
	return map[string]string{
		"ordinary": `{"type":"message_start","message":{"id":"msg_1","role":"assistant","model":"m","content":[],"usage":{"input_tokens":5,"output_tokens":1}}}
{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}
{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me "}}
{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"see."}}
{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"abc=="}}
{"type":"content_block_stop","index":0}
{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}
{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hel"}}
{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"lo <b> \"x\" \n 🦜"}}
{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"type":"char_location","cited_text":"x","document_index":0}}}
{"type":"content_block_stop","index":1}
{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}
{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}
{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}
{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1.50}"}}
{"type":"content_block_stop","index":2}
{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":31}}
{"type":"message_stop"}`,
		"halves and strangers": `{"type":"message_start","message":{"id":"chatcmpl-1","content":[]}}
{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"start "}}
{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\ud83e"}}
{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\udd9c!"}}
{"type":"content_block_delta","index":0,"delta":{"type":"sparkle_delta","glitter":3}}
{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\ud83e"}}
{"type":"content_block_stop","index":0}
{"type":"weather","temperature":3}
{"type":"content_block_start","index":1,"content_block":{"type":"hologram","depth":1.0}}
{"type":"content_block_stop","index":1}
{"type":"message_delta","delta":{"stop_reason":"bored","stop_details":{"type":"x","n":[1, 2]}},"usage":{"output_tokens":3}}
{"type":"message_stop"}`,
		"without a start": `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}
{"type":"message_delta","delta":{"stop_reason":"end_turn"}}
{"type":"message_stop"}`,
		"interleaved": `{"type":"message_start","message":{"id":"m","content":[]}}
{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}
{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}
{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a1 "}}
{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"b1 "}}
{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a2"}}
{"type":"message_delta","delta":{"stop_reason":"end_turn"}}
{"type":"message_stop"}`,
	}
}

func TestWhatTheJournalGivesBackIsWhatTheStreamGave(t *testing.T) {
	for name, lines := range streams() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(20) {
				rng := rand.New(rand.NewPCG(seed, 3))
				var j journal
				var direct api.Accumulator
				var pieces [][]byte
				for _, ev := range eventsOf(t, lines) {
					j.add(ev)
					direct.Add(ev)
					if rng.IntN(3) == 0 {
						pieces = append(pieces, j.take())
					}
				}
				pieces = append(pieces, j.take())
				r := replayer{acc: &api.Accumulator{}}
				r.add(pieces)
				if got, want := r.acc.Message().Raw, direct.Message().Raw; !bytes.Equal(got, want) {
					t.Fatalf("the journal gives\n%s\nthe stream gave\n%s", got, want)
				}
			}
		})
	}
}

func TestTheJournalGrowsWithTheTextNotWithTheDeltas(t *testing.T) {
	var j journal
	for range 10000 {
		j.add(api.Event{Type: api.EventContentBlockDelta, Delta: api.Delta{Type: api.DeltaText, Text: "ab"}})
	}
	if n := len(j.take()); n > 20200 {
		t.Errorf("20,000 bytes of text take %d bytes", n)
	}
}

// eventsOf reads lines as the client reads them from a server. Raw is copied.
func eventsOf(t *testing.T, lines string) (events []api.Event) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for line := range strings.SplitSeq(lines, "\n") {
			kind := line[len(`{"type":"`):]
			_, _ = w.Write([]byte("event: " + kind[:strings.IndexByte(kind, '"')] + "\ndata: " + line + "\n\n"))
		}
	}))
	defer srv.Close()
	client := &api.Client{APIKey: "k", BaseURL: srv.URL}
	defer client.Close()
	s, err := client.StreamMessage(context.Background(), &api.MessageRequest{Model: "m", MaxTokens: 1, Messages: []api.MessageParam{api.UserText("x")}})
	if err != nil {
		t.Fatal(err)
	}
	for ev, err := range s.Events() {
		if err != nil {
			t.Fatal(err)
		}
		ev.Raw, ev.Delta.Raw = bytes.Clone(ev.Raw), bytes.Clone(ev.Delta.Raw)
		events = append(events, ev)
	}
	return events
}

// FuzzReplay feeds the reader of journals anything, cut anywhere: it must not
// fail, and the cuts must not matter.
func FuzzReplay(f *testing.F) {
	for _, lines := range streams() {
		f.Add([]byte(lines+"\n"), 7)
	}
	f.Add([]byte("\n\nnull\n{}\n{\"type\":1}\n"), 1)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		whole := replayer{acc: &api.Accumulator{}}
		whole.add([][]byte{data})
		parts := replayer{acc: &api.Accumulator{}}
		parts.add(slices.Collect(slices.Chunk(data, 1+max(cut, 0)%64)))
		a, b := whole.acc.Message(), parts.acc.Message()
		if !bytes.Equal(a.Raw, b.Raw) {
			t.Fatalf("cut every %d bytes it becomes\n%s\nnot\n%s", cut, b.Raw, a.Raw)
		}
		partsOf(a.Content, meta{}, a.Usage)
	})
}
