package fallback_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"parlor/api/fallback"
)

// fuzzRequest is a fast request, so that every way down the chain is open.
func fuzzRequest(t *testing.T) *http.Request {
	return request(t, strings.Replace(streamed, `"stream"`, `"speed":"fast","stream"`, 1))
}

// FuzzUpstream lets the upstream send any bytes: the stream must end, close
// everything, have one message_start at most, and not care how it was cut.
func FuzzUpstream(f *testing.F) {
	for _, test := range splices() {
		var bodies []string
		for _, answer := range test.replies {
			bodies = append(bodies, answer.body)
		}
		f.Add([]byte(strings.Join(bodies, "\xff")))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		var whole string
		for i, read := range []func(io.Reader) io.Reader{nil, iotest.OneByteReader} {
			u := &upstream{t: t}
			for _, body := range bytes.Split(input, []byte{0xff}) {
				u.replies = append(u.replies, reply{body: string(body), read: read, header: map[string]string{"Content-Type": "text/event-stream"}})
			}
			for len(u.replies) < 4 {
				u.replies = append(u.replies, reply{status: 400})
			}
			got := ask(t, u, fuzzRequest(t), to("m1")...)
			if got.err != nil || u.open.Load() != 0 {
				t.Fatalf("%v, %d bodies are open", got.err, u.open.Load())
			}
			if i == 0 {
				whole = got.Body
			} else if got.Body != whole {
				t.Fatalf("in one piece %q\nbyte by byte %q", whole, got.Body)
			}
		}
	})
}

// choices makes decisions of bytes.
type choices struct{ bytes []byte }

func (c *choices) of(n int) int {
	if len(c.bytes) == 0 {
		return 0
	}
	choice := int(c.bytes[0]) % n
	c.bytes = c.bytes[1:]
	return choice
}

// stream makes a stream that keeps the rules, up to where it may break off.
func (c *choices) stream(hop int) string {
	var events []string
	add := func(e ...string) { events = append(events, e...) }
	if c.of(4) == 1 {
		add(ping)
	}
	add(startOf(fmt.Sprintf("msg_%d", hop), fmt.Sprintf("m%d", hop)))
	open := -1
	for i := range c.of(4) {
		if open >= 0 {
			add(stopOf(open))
		}
		switch c.of(4) {
		case 0:
			add(textStart(i), textDelta(i, "a \n"))
		case 1:
			add(fmt.Sprintf(`{"type":"content_block_start","index":%d,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}`, i))
		case 2:
			add(fmt.Sprintf(`{"type":"content_block_start","index":%d,"content_block":{"type":"thinking","thinking":"","signature":""}}`, i), ping)
		case 3:
			add(textStart(i))
		}
		open = i
	}
	end := c.of(8)
	if open >= 0 && (end >= 4 || c.of(2) == 1) {
		add(stopOf(open))
	}
	switch end {
	case 0:
		add(refusing("null", "false", `"output_tokens":1`), messageStop)
	case 1:
		add(refusing(`"t"`, "true", ""), messageStop)
	case 2:
		add(refusing(`"t"`, "false", `"iterations":[{"type":"message"}]`))
	case 3: // it breaks off
	case 4:
		add(`{"type":"error","error":{"type":"overloaded_error"}}`)
	case 5:
		add(`{"type":"message_delta","delta":{"stop_reason":null},"usage":{}}`)
		fallthrough
	default:
		add(ended("end_turn", "null", `"output_tokens":2`), messageStop)
	}
	return sse(events...)
}

// FuzzSplice lets the models of a chain answer by the rules: what comes out
// keeps them too, and is whole if the last stream was.
func FuzzSplice(f *testing.F) {
	f.Add([]byte{0, 2, 0, 0, 1, 0, 0, 0, 1, 0, 7})
	f.Add([]byte{0, 1, 3, 2, 0, 1, 2, 5, 0, 0, 3, 0, 0, 1, 4, 6})
	f.Add(bytes.Repeat([]byte{1, 3, 2, 1}, 20))
	f.Fuzz(func(t *testing.T, input []byte) {
		c := &choices{input}
		u := &upstream{t: t, replies: []reply{{body: c.stream(0)}}}
		for hop := range 12 {
			next := reply{status: []int{400, 429, 529, 500}[c.of(4)]}
			switch c.of(4) {
			case 0:
				next = reply{err: io.ErrClosedPipe}
			case 1, 2:
				next = reply{body: c.stream(hop + 1)}
			}
			u.replies = append(u.replies, next)
		}
		var state fallback.State
		r := fuzzRequest(t)
		got := ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), to("m1", "m2", "m3")...)
		if got.err != nil || u.open.Load() != 0 {
			t.Fatalf("%v, %d bodies are open", got.err, u.open.Load())
		}
		last := u.replies[len(u.got)-1].body
		untouched := len(u.got) == 1 && got.Body == last // also with blocks that a refusal left open
		if err := checkStream(got.Body); err != nil && !untouched {
			t.Fatalf("%v\nin %s", err, got.Body)
		}
		if strings.HasSuffix(last, sse(messageStop)) != strings.HasSuffix(got.Body, sse(messageStop)) && last != "" {
			t.Fatalf("got %s\nof %s", got.Body, last)
		}
		if accepted := strings.Contains(got.Body, `"end_turn"`) && strings.Contains(got.Body, `"type":"fallback"`); accepted != (state.Index() >= 0) {
			t.Fatalf("the conversation goes on at %d after %s", state.Index(), got.Body)
		}
	})
}
