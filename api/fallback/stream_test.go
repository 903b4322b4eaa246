package fallback_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"parlor/api/fallback"
)

const streamed = `{"model":"m0","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"stream":true}`

// Ends of answers. Usage is small, so that it can be told apart.
func refusing(token, claim, usage string) string {
	return ended("refusal", `{"type":"refusal","category":"cyber","fallback_credit_token":`+token+`,"fallback_has_prefill_claim":`+claim+`}`, usage)
}

func iteration(kind, model, input, output string) string {
	return `{"type":"` + kind + `","input_tokens":` + input + `,"output_tokens":` + output +
		`,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":null,"model":"` + model + `"}`
}

// served1 is an answer of m1 in a stream.
func served1() string {
	return sse(startOf("msg_1", "m1"), textStart(0), textDelta(0, "two"), stopOf(0), ended("end_turn", "null", `"output_tokens":5`), messageStop)
}

// splices are streams of the upstream and what the caller gets.
func splices() map[string]struct {
	replies []reply
	models  []string
	bodies  []string
	want    string
	index   int // of the State afterwards
} {
	type splice = struct {
		replies []reply
		models  []string
		bodies  []string
		want    string
		index   int
	}
	const messages = `"max_tokens":9,"messages":[{"role":"user","content":"hi"}`
	m0 := startOf("msg_0", "m0")
	return map[string]splice{
		"an answer that is no refusal stays as it is": {
			replies: []reply{{body: ": hello\n\n" + sse(m0, textStart(0), ping, textDelta(0, "one")) + "id: 7\nretry: 5\n" +
				sse(stopOf(0), ended("end_turn", "null", `"output_tokens":2`)) + "event: new\ndata: {\"type\":\"new\"}\n\n" + sse(messageStop) + "\n:end"}},
			want: ": hello\n\n" + sse(m0, textStart(0), ping, textDelta(0, "one")) + "id: 7\nretry: 5\n" +
				sse(stopOf(0), ended("end_turn", "null", `"output_tokens":2`)) + "event: new\ndata: {\"type\":\"new\"}\n\n" + sse(messageStop) + "\n:end",
			index: -1,
		},
		"a refusal before any output": {
			replies: []reply{{body: sse(m0, refusing("null", "false", `"input_tokens":0,"output_tokens":0`), messageStop)}, {body: served1()}},
			bodies:  []string{`{"model":"m1",` + messages + `],"stream":true}`},
			want: sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0),
				textStart(1), textDelta(1, "two"), stopOf(1),
				ended("end_turn", "null", `"output_tokens":5,"iterations":[`+iteration("message", "m0", "0", "0")+`,`+iteration("fallback_message", "m1", "3", "5")+`]`),
				messageStop),
		},
		"a refusal in the middle, to begin anew": {
			replies: []reply{{body: sse(m0, textStart(0), textDelta(0, "one"), stopOf(0), textStart(1), refusing(`"t0"`, "false", `"output_tokens":2`), messageStop)}, {body: served1()}},
			bodies:  []string{`{"model":"m1",` + messages + `],"stream":true,"fallback_credit_token":{"token":"t0","mode":"best_effort"}}`},
			want: sse(m0, textStart(0), textDelta(0, "one"), stopOf(0), textStart(1), stopOf(1), fallbackBlock(2, "m0", "m1", `"cyber"`), stopOf(2),
				textStart(3), textDelta(3, "two"), stopOf(3),
				ended("end_turn", "null", `"output_tokens":5,"iterations":[`+iteration("message", "m0", "3", "2")+`,`+iteration("fallback_message", "m1", "3", "5")+`]`),
				messageStop),
		},
		"a refusal in the middle, to go on from": {
			replies: []reply{{body: sse(m0, textStart(0), textDelta(0, "one"), textDelta(0, " \n"), stopOf(0),
				`{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}`,
				refusing(`"t0"`, "true", `"output_tokens":2`), messageStop)}, {body: served1()}},
			bodies: []string{`{"model":"m1",` + messages + `,{"role":"assistant","content":[{"type":"text","text":"one"}]}],"stream":true,` +
				`"fallback_credit_token":{"token":"t0","mode":"best_effort"}}`},
			want: sse(m0, textStart(0), textDelta(0, "one"), textDelta(0, " \n"), stopOf(0),
				`{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}`, stopOf(1),
				fallbackBlock(2, "m0", "m1", `"cyber"`), stopOf(2), textStart(3), textDelta(3, "two"), stopOf(3),
				ended("end_turn", "null", `"output_tokens":5,"iterations":[`+iteration("message", "m0", "3", "2")+`,`+iteration("fallback_message", "m1", "3", "5")+`]`),
				messageStop),
		},
		"a refusal in the middle without a token stays": {
			replies: []reply{{body: sse(m0, textStart(0), textDelta(0, "one"), refusing("null", "false", `"output_tokens":2`), messageStop)}},
			want:    sse(m0, textStart(0), textDelta(0, "one"), refusing("null", "false", `"output_tokens":2`), messageStop),
			index:   -1,
		},
		"one model after the other": {
			replies: []reply{
				{body: sse(m0, refusing("null", "false", `"output_tokens":0`), messageStop)},
				{body: sse(startOf("msg_1", "m1"), textStart(0), textDelta(0, "a"), refusing(`"t1"`, "true", `"output_tokens":1`), messageStop)},
				{body: sse(startOf("msg_2", "m2"), textStart(0), textDelta(0, "b"), refusing(`"t2"`, "true", `"output_tokens":2`), messageStop)},
				{body: sse(startOf("msg_3", "m3"), textStart(0), textDelta(0, "c"), stopOf(0), ended("end_turn", "null", `"output_tokens":3`), messageStop)},
			},
			models: []string{"m1", "m2", "m3"},
			bodies: []string{
				`{"model":"m1",` + messages + `],"stream":true}`,
				`{"model":"m2",` + messages + `,{"role":"assistant","content":[{"type":"text","text":"a"}]}],"stream":true,"fallback_credit_token":{"token":"t1","mode":"best_effort"}}`,
				`{"model":"m3",` + messages + `,{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}],"stream":true,"fallback_credit_token":{"token":"t2","mode":"best_effort"}}`,
			},
			want: sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0), textStart(1), textDelta(1, "a"), stopOf(1),
				fallbackBlock(2, "m1", "m2", `"cyber"`), stopOf(2), textStart(3), textDelta(3, "b"), stopOf(3),
				fallbackBlock(4, "m2", "m3", `"cyber"`), stopOf(4), textStart(5), textDelta(5, "c"), stopOf(5),
				ended("end_turn", "null", `"output_tokens":3,"iterations":[`+iteration("message", "m0", "3", "0")+`,`+iteration("message", "m1", "3", "1")+`,`+
					iteration("message", "m2", "3", "2")+`,`+iteration("fallback_message", "m3", "3", "3")+`]`), messageStop),
			index: 2,
		},
		"everybody declines": {
			replies: []reply{
				{body: sse(m0, refusing(`"t0"`, "false", `"output_tokens":0`), messageStop)},
				{body: sse(startOf("msg_1", "m1"), textStart(0), textDelta(0, "a"), refusing(`"t1"`, "true", `"output_tokens":1`), messageStop)},
			},
			want: sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0), textStart(1), textDelta(1, "a"), stopOf(1),
				ended("refusal", `{"type":"refusal","category":"cyber","fallback_credit_token":"t1","fallback_has_prefill_claim":true,"recommended_model":null}`,
					`"output_tokens":1,"iterations":[`+iteration("message", "m0", "3", "0")+`,`+iteration("fallback_message", "m1", "3", "1")+`]`), messageStop),
			index: -1,
		},
		"a later model declines in the middle without a token": {
			replies: []reply{
				{body: sse(m0, refusing("null", "false", `"output_tokens":0`), messageStop)},
				{body: sse(startOf("msg_1", "m1"), textStart(0), ended("refusal", "null", `"output_tokens":1`), messageStop)},
			},
			models: []string{"m1", "m2"},
			want: sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0), textStart(1), stopOf(1),
				ended("refusal", "null", `"output_tokens":1,"iterations":[`+iteration("message", "m0", "3", "0")+`,`+iteration("fallback_message", "m1", "3", "1")+`]`), messageStop),
			index: -1,
		},
		"a start after a start": {
			replies: []reply{
				{body: sse(`{"type":"message_start","message":{"usage":{"input_tokens":7,"cache_read_input_tokens":9}}}`, m0, refusing("null", "false", `"output_tokens":0`), messageStop)},
				{body: sse(startOf("msg_1", "m1"), ended("end_turn", "null", `"output_tokens":1`), messageStop)},
			},
			want: sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0),
				ended("end_turn", "null", `"output_tokens":1,"iterations":[`+iteration("message", "m0", "3", "0")+`,`+iteration("fallback_message", "m1", "3", "1")+`]`), messageStop),
		},
		"runs that the server reported": {
			replies: []reply{
				{body: sse(m0, refusing("null", "false", `"output_tokens":0,"iterations":[{"type":"compaction","model":"x"},{"type":"fallback_message","n":1}]`), messageStop)},
				{body: sse(startOf("msg_1", "m1"), ended("end_turn", "null", `"output_tokens":1,"iterations":[{"type":"message"},{"type":"message","n":2},{"type":"advisor_message","model":"y"}]`), messageStop)},
			},
			want: sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0),
				ended("end_turn", "null", `"output_tokens":1,"iterations":[{"type":"compaction","model":"x"},{"type":"message","n":1,"model":"m0"},`+
					`{"type":"message","model":"m1"},{"type":"fallback_message","n":2,"model":"m1"},{"type":"advisor_message","model":"y"}]`), messageStop),
		},
		"transformations of a start that is left out": {
			replies: []reply{
				{body: sse(m0, textStart(0), refusing(`"t0"`, "false", `"output_tokens":0`), messageStop)},
				{body: sse(`{"type":"message_start","message":{"input_transformations":[{"n":1}]}}`, ended("end_turn", "null", `"input_tokens":1,"output_tokens":1`), messageStop)},
			},
			want: sse(m0, textStart(0), stopOf(0), fallbackBlock(1, "m0", "m1", `"cyber"`), stopOf(1),
				strings.TrimSuffix(ended("end_turn", "null", `"input_tokens":1,"output_tokens":1,"iterations":[`+iteration("message", "m0", "3", "0")+`,`+
					iteration("fallback_message", "m1", "1", "1")+`]`), "}")+`,"input_transformations":[{"n":1}]}`, messageStop),
		},
		"counts and transformations that are null": {
			replies: []reply{
				{body: sse(m0, textStart(0), refusing(`"t0"`, "false", `"input_tokens":null,"output_tokens":2,"iterations":null`), messageStop)},
				{body: sse(`{"type":"message_start","message":{"input_transformations":null}}`, ended("end_turn", "null", `"input_tokens":1,"output_tokens":1`), messageStop)},
			},
			want: sse(m0, textStart(0), stopOf(0), fallbackBlock(1, "m0", "m1", `"cyber"`), stopOf(1),
				ended("end_turn", "null", `"input_tokens":1,"output_tokens":1,"iterations":[`+iteration("message", "m0", "3", "2")+`,`+
					iteration("fallback_message", "m1", "1", "1")+`]`), messageStop),
		},
		"two ends, pings and events nobody knows": {
			replies: []reply{
				{body: sse(ping, m0, ping, refusing("null", "false", `"output_tokens":0`), messageStop)},
				{body: sse(ping, startOf("msg_1", "m1"), ping, textStart(0), `{"type":"new","index":0}`, textDelta(0, "x")) + ": comment\n\nevent: odd\ndata: {\"a\" : 1}\n\n" +
					sse(stopOf(0), `{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":1}}`, ended("end_turn", "null", `"output_tokens":2`), messageStop)},
			},
			want: sse(ping, ping, ping, ping, startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0), textStart(1), `{"type":"new","index":0}`, textDelta(1, "x")) +
				": comment\n\nevent: odd\ndata: {\"a\" : 1}\n\n" +
				sse(stopOf(1), `{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":1}}`,
					ended("end_turn", "null", `"output_tokens":2,"iterations":[`+iteration("message", "m0", "3", "0")+`,`+iteration("fallback_message", "m1", "3", "2")+`]`), messageStop),
		},
		"an error in the middle of a later stream": {
			replies: []reply{
				{body: sse(m0, refusing("null", "false", `"output_tokens":0`), messageStop)},
				{body: sse(startOf("msg_1", "m1"), `{"type":"error","error":{"type":"overloaded_error"}}`)},
			},
			want:  sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0), `{"type":"error","error":{"type":"overloaded_error"}}`),
			index: -1,
		},
		"a later stream that stops": {
			replies: []reply{
				{body: sse(m0, textStart(0), refusing(`"t0"`, "false", `"output_tokens":0`), messageStop)},
				{body: sse(startOf("msg_1", "m1"), textStart(0)) + "event: content_block_delta\ndata: {\"type\""},
			},
			want:  sse(m0, textStart(0), stopOf(0), fallbackBlock(1, "m0", "m1", `"cyber"`), stopOf(1), textStart(2)),
			index: -1,
		},
		"data in several lines": {
			replies: []reply{
				{body: sse(m0, refusing("null", "false", `"output_tokens":0`), messageStop)},
				{body: sse(startOf("msg_1", "m1")) + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\nid: 3\ndata:\"index\": 0,\ndata:  \"content_block\":{\"type\":\"new\"}}\n\n" +
					sse(stopOf(0), ended("end_turn", "null", `"output_tokens":2`), messageStop)},
			},
			want: sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0)) +
				"event: content_block_start\ndata: {\"type\":\"content_block_start\",\ndata: \"index\": 1,\ndata:  \"content_block\":{\"type\":\"new\"}}\nid: 3\n\n" +
				sse(stopOf(1), ended("end_turn", "null", `"output_tokens":2,"iterations":[`+iteration("message", "m0", "3", "0")+`,`+iteration("fallback_message", "m1", "3", "2")+`]`), messageStop),
		},
	}
}

func TestStreamsAreSpliced(t *testing.T) {
	for name, test := range splices() {
		t.Run(name, func(t *testing.T) {
			if test.models == nil {
				test.models = []string{"m1"}
			}
			u := newUpstream(t, test.replies...)
			var state fallback.State
			r := request(t, streamed)
			got := ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), to(test.models...)...)
			equal(t, "stream", got.Body, test.want)
			if got.err != nil || got.ContentLength != -1 || got.Header.Get("Request-Id") != "req_1" {
				t.Errorf("got %v, %d bytes with %v", got.err, got.ContentLength, got.Header)
			}
			equal(t, "body", u.bodies()[0], streamed)
			if test.bodies != nil {
				equalAll(t, "body", u.bodies()[1:], test.bodies...)
			}
			if state.Index() != test.index {
				t.Errorf("the conversation goes on at %d", state.Index())
			}
		})
	}
}

func TestHowAStreamIsCutMakesNoDifference(t *testing.T) {
	for name, test := range splices() {
		t.Run(name, func(t *testing.T) {
			if test.models == nil {
				test.models = []string{"m1"}
			}
			check := func(read func(io.Reader) io.Reader, change func(string) string) {
				t.Helper()
				var replies []reply
				for _, answer := range test.replies {
					answer.read, answer.body = read, change(answer.body)
					answer.header = map[string]string{"Content-Type": "text/event-stream"}
					replies = append(replies, answer)
				}
				u := &upstream{t: t, replies: replies}
				if got := ask(t, u, request(t, streamed), to(test.models...)...); got.Body != test.want || u.open.Load() != 0 {
					t.Fatalf("got %s\nwant %s", got.Body, test.want)
				}
			}
			same := func(s string) string { return s }
			longest := 0
			for _, answer := range test.replies {
				longest = max(longest, len(answer.body))
			}
			for cut := range longest {
				check(func(r io.Reader) io.Reader {
					data, _ := io.ReadAll(r)
					return pieces(data, min(cut, len(data)))
				}, same)
			}
			check(iotest.OneByteReader, same)
			check(iotest.DataErrReader, same)
			for _, end := range []string{"\r\n", "\r"} {
				ends := func(s string) string { return strings.ReplaceAll(s, "\n", end) }
				check(iotest.HalfReader, ends)
				check(iotest.OneByteReader, ends)
			}
			check(iotest.OneByteReader, func(s string) string { return "\xEF\xBB\xBF" + s })
		})
	}
}

func TestDataThatIsNoEventIsPassedOn(t *testing.T) {
	odd := "event: odd\ndata: no JSON\n\nevent: content_block_start\ndata: [1]\n\nevent: message_delta\ndata: 7\n\n" +
		"event: alone\n\ndata: {\"type\":7}\n\nevent: content_block_delta\ndata: {\"index\":-1}\n\n" +
		"event: content_block_stop\ndata: {\"index\":99999999999}\n\nevent: message_delta\ndata: {\"delta\":[],\"usage\":7}\n\n"
	first := sse(startOf("msg_0", "m0"), refusing("null", "false", ""), messageStop)
	for _, hop := range []string{odd, sse(`{"type":"message_start","message":7}`) + odd} {
		got := ask(t, newUpstream(t, reply{body: hop}), request(t, streamed), to("m1")...)
		equal(t, "first stream", got.Body, hop)
		got = ask(t, newUpstream(t, reply{body: first}, reply{body: hop}), request(t, streamed), to("m1")...)
		start := sse(startOf("msg_0", "m0"))
		if hop != odd {
			start = sse(`{"type":"message_start","message":7}`)
		}
		equal(t, "later stream", got.Body, start+sse(fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0))+odd)
	}
}

func TestACompressedStreamComesInTheClear(t *testing.T) {
	test := splices()["a refusal in the middle, to go on from"]
	var replies []reply
	for _, answer := range test.replies {
		answer.body = packed(answer.body)
		answer.header = map[string]string{"Content-Type": "text/event-stream", "Content-Encoding": "gzip", "Content-Length": "9"}
		replies = append(replies, answer)
	}
	got := ask(t, newUpstream(t, replies...), request(t, streamed), to("m1")...)
	equal(t, "stream", got.Body, test.want)
	if got.Header.Get("Content-Encoding") != "" || got.Header.Get("Content-Length") != "" || !got.Uncompressed {
		t.Errorf("the headers are %v", got.Header)
	}
}

func TestAnswersToAStreamRequestThatAreNoStreams(t *testing.T) {
	for name, answer := range map[string]reply{
		"a failure":              {status: 429, body: `{"busy":1}`},
		"a message":              {body: refusedBy0},
		"an unknown compression": {body: sse(startOf("msg_0", "m0")), header: map[string]string{"Content-Encoding": "zstd"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := ask(t, newUpstream(t, answer), request(t, streamed), to("m1")...)
			if got.Body != answer.body || got.ContentLength != int64(len(answer.body)) {
				t.Errorf("got %d %s", got.StatusCode, got.Body)
			}
		})
	}
	t.Run("no answer", func(t *testing.T) {
		u := newUpstream(t, reply{err: io.ErrClosedPipe})
		if err := failed(t, u, request(t, streamed), to("m1")...); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTroubleOfTheConnectionComesAfterWhatCame(t *testing.T) {
	m0 := startOf("msg_0", "m0")
	t.Run("in the first stream", func(t *testing.T) {
		u := newUpstream(t, reply{body: sse(m0) + "event: cont", broken: io.ErrUnexpectedEOF})
		got := ask(t, u, request(t, streamed), to("m1")...)
		if got.Body != sse(m0)+"event: cont" || !errors.Is(got.err, io.ErrUnexpectedEOF) {
			t.Errorf("got %q, %v", got.Body, got.err)
		}
	})
	t.Run("in a later one", func(t *testing.T) {
		u := newUpstream(t, reply{body: sse(m0, refusing("null", "false", ""), messageStop)},
			reply{body: sse(startOf("msg_1", "m1"), textStart(0)), broken: io.ErrUnexpectedEOF})
		got := ask(t, u, request(t, streamed), to("m1")...)
		want := sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0), textStart(1))
		if got.Body != want || !errors.Is(got.err, io.ErrUnexpectedEOF) {
			t.Errorf("got %q, %v", got.Body, got.err)
		}
	})
}

func TestAStateLeadsAStreamToo(t *testing.T) {
	var state fallback.State
	state.SetIndex(0)
	ctx := func() answered {
		u := newUpstream(t, reply{body: sse(startOf("msg_1", "m1"), refusing("null", "false", `"output_tokens":0`), messageStop)},
			reply{body: sse(startOf("msg_2", "m2"), ended("end_turn", "null", `"output_tokens":1`), messageStop)})
		r := request(t, streamed)
		return ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), to("m1", "m2")...)
	}
	equal(t, "stream", ctx().Body, sse(startOf("msg_1", "m2"), fallbackBlock(0, "m1", "m2", `"cyber"`), stopOf(0),
		ended("end_turn", "null", `"output_tokens":1,"iterations":[`+iteration("message", "m1", "3", "0")+`,`+iteration("fallback_message", "m2", "3", "1")+`]`), messageStop))
	if state.Index() != 1 {
		t.Errorf("the conversation goes on at %d", state.Index())
	}
	r := request(t, streamed)
	last := sse(startOf("msg_1", "m1"), refusing("null", "false", ""), messageStop)
	got := ask(t, newUpstream(t, reply{body: last}), r.WithContext(fallback.WithState(r.Context(), &state)), to("m1", "m2")...)
	equal(t, "the last entry", got.Body, last)
}
