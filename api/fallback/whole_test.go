package fallback_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"parlor/api"
	"parlor/api/fallback"
)

func refusal(token, category string) string {
	return `{"content":[{"type":"text","text":"partly"}],"stop_reason":"refusal","stop_details":{"type":"refusal","category":` +
		category + `,"fallback_credit_token":` + token + `,"fallback_has_prefill_claim":true}}`
}

func TestAnAnswerThatIsNoRefusalStaysAsItIs(t *testing.T) {
	u := newUpstream(t, reply{body: " " + served + "\n", header: map[string]string{"Content-Length": "7"}})
	got := ask(t, u, request(t, plain), to("m1")...)
	equal(t, "request", u.got[0].Body, plain)
	equal(t, "answer", got.Body, " "+served+"\n")
	equal(t, "length", got.Header.Get("Content-Length"), "7")
}

func TestTheNextModelAnswers(t *testing.T) {
	u := newUpstream(t, reply{body: refusal(`"t0"`, `"cyber"`)}, reply{body: refusal(`null`, `null`)},
		reply{body: "{ \"id\":\"msg_2\", \"content\" : [ {\"type\":\"text\",\"text\":\"<\\u00e9>\"} ] ,\"stop_reason\":\"end_turn\" }"})
	var state fallback.State
	r := request(t, plain)
	got := ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), to("m1", "m2", "m3")...)
	equal(t, "answer", got.Body, "{ \"id\":\"msg_2\", \"content\" : ["+
		`{"type":"fallback","from":{"model":"m0"},"to":{"model":"m1"},"trigger":{"type":"refusal","category":"cyber"}},`+
		`{"type":"fallback","from":{"model":"m1"},"to":{"model":"m2"},"trigger":{"type":"refusal","category":null}},`+
		" {\"type\":\"text\",\"text\":\"<\\u00e9>\"} ] ,\"stop_reason\":\"end_turn\" }")
	equal(t, "length", got.Header.Get("Content-Length"), strconv.Itoa(len(got.Body)))
	if got.ContentLength != int64(len(got.Body)) || got.Header.Get("Request-Id") != "req_3" || got.Request != u.got[2].Request {
		t.Errorf("the headers are not of the answer: %v", got.Header)
	}
	if state.Index() != 1 {
		t.Errorf("the conversation goes on at %d", state.Index())
	}
}

func TestAnEmptyAnswerGetsItsBlockToo(t *testing.T) {
	u := newUpstream(t, reply{body: refusal(`null`, `"bio"`)}, reply{body: `{"content":[],"stop_reason":"max_tokens"}`})
	got := ask(t, u, request(t, plain), to("m1")...)
	equal(t, "answer", got.Body, `{"content":[{"type":"fallback","from":{"model":"m0"},"to":{"model":"m1"},`+
		`"trigger":{"type":"refusal","category":"bio"}}],"stop_reason":"max_tokens"}`)
}

func TestTheLastRefusalIsReturnedVerbatim(t *testing.T) {
	last := " " + refusal(`"t1"`, `"bio"`)
	u := newUpstream(t, reply{body: refusal(`"t0"`, `null`)}, reply{body: last})
	var state fallback.State
	r := request(t, plain)
	got := ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), to("m1")...)
	equal(t, "answer", got.Body, last)
	if state.Index() != -1 {
		t.Errorf("the conversation goes on at %d, where nobody accepted", state.Index())
	}
}

func TestATokenThatIsTurnedDownIsLeftOut(t *testing.T) {
	const bare = `{"model":"m1","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}`
	const redeeming = `{"model":"m1","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"fallback_credit_token":{"token":"t0","mode":"best_effort"}}`
	t.Run("and the request served", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`"t0"`, `null`)}, reply{status: 400, body: `{}`}, reply{body: served})
		got := ask(t, u, request(t, plain), to("m1")...)
		equalAll(t, "body", u.bodies(), plain, redeeming, bare)
		if !strings.Contains(got.Body, `"type":"fallback"`) {
			t.Errorf("got %s", got.Body)
		}
	})
	t.Run("and it was not the reason", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`"t0"`, `null`)}, reply{status: 400, body: `{}`}, reply{status: 400, body: `{"n":2}`})
		got := ask(t, u, request(t, plain), to("m1", "m2")...)
		if got.StatusCode != 400 || got.Body != `{"n":2}` {
			t.Errorf("got %d %s", got.StatusCode, got.Body)
		}
	})
	t.Run("and declined", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`"t0"`, `null`)}, reply{status: 400, body: `{}`},
			reply{body: refusal(`null`, `null`)}, reply{body: served})
		ask(t, u, request(t, plain), to("m1", "m2")...)
	})
	t.Run("only if there was one", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{status: 400, body: `{}`})
		if got := ask(t, u, request(t, plain), to("m1")...); got.StatusCode != 400 {
			t.Errorf("got %d", got.StatusCode)
		}
	})
}

func TestOnlyRefusalsLeadToAnotherModel(t *testing.T) {
	for name, answer := range map[string]reply{
		"an error":                  {status: 529, body: `{"type":"error","error":{"type":"overloaded_error"}}`},
		"an error like a refusal":   {status: 500, body: refusedBy0},
		"another good status":       {status: 202, body: refusedBy0},
		"a redirect":                {status: 307, header: map[string]string{"Location": "/x"}},
		"HTML":                      {body: `<html>`},
		"nothing":                   {body: ``},
		"cut JSON":                  {body: refusedBy0[:40]},
		"more than one value":       {body: refusedBy0 + served},
		"no content":                {body: `{"stop_reason":"refusal"}`},
		"a list":                    {body: `["stop_reason","refusal"]`},
		"an unknown compression":    {body: refusedBy0, header: map[string]string{"Content-Encoding": "br"}},
		"gzip that is broken":       {body: "\x1f\x8b" + refusedBy0, header: map[string]string{"Content-Encoding": "gzip"}},
		"events":                    {body: "event: x\ndata: {}\n\n"},
		"the word in another place": {body: `{"content":[{"stop_reason":"refusal"}],"stop_reason":"end_turn","x":{"stop_reason":"refusal"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t, answer)
			got := ask(t, u, request(t, plain), to("m1")...)
			if got.Body != answer.body || got.err != nil || got.StatusCode != max(answer.status, 200) {
				t.Errorf("got %d %q, %v", got.StatusCode, got.Body, got.err)
			}
		})
	}
}

func TestTroubleOfALaterHopSurfaces(t *testing.T) {
	t.Run("a failure", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{status: 429, body: `{"busy":1}`, header: map[string]string{"Retry-After": "7"}})
		got := ask(t, u, request(t, plain), to("m1", "m2")...)
		if got.StatusCode != 429 || got.Body != `{"busy":1}` || got.Header.Get("Retry-After") != "7" {
			t.Errorf("got %d %s with %v", got.StatusCode, got.Body, got.Header)
		}
	})
	t.Run("no answer", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{err: io.ErrClosedPipe})
		if err := failed(t, u, request(t, plain), to("m1", "m2")...); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("an answer that breaks off", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{body: served[:50], broken: io.ErrUnexpectedEOF})
		got := ask(t, u, request(t, plain), to("m1", "m2")...)
		if got.Body != served[:50] || !errors.Is(got.err, io.ErrUnexpectedEOF) {
			t.Errorf("got %q, %v", got.Body, got.err)
		}
	})
	t.Run("something else than a message", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{body: `{"type":"error"}`})
		if got := ask(t, u, request(t, plain), to("m1", "m2")...); got.Body != `{"type":"error"}` {
			t.Errorf("got %q", got.Body)
		}
	})
}

func TestARefusalThatBreaksOffIsNone(t *testing.T) {
	u := newUpstream(t, reply{body: refusedBy0, broken: iotest.ErrTimeout})
	got := ask(t, u, request(t, plain), to("m1")...)
	if got.Body != refusedBy0 || !errors.Is(got.err, iotest.ErrTimeout) {
		t.Errorf("got %q, %v", got.Body, got.err)
	}
}

func packed(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

// It could not be sent back either.
func TestAnAnswerTooLongToLookIntoStaysAsItIs(t *testing.T) {
	long := `{"content":[{"type":"text","text":"` + strings.Repeat("long ", 7<<20) + `"}],"stop_reason":"refusal"}`
	u := newUpstream(t, reply{body: refusal(`null`, `"bio"`)}, reply{body: long})
	if got := ask(t, u, request(t, plain), to("m1", "m2")...); got.Body != long || got.err != nil {
		t.Errorf("got %d bytes of %d, %v", len(got.Body), len(long), got.err)
	}
}

func TestCompressedAnswers(t *testing.T) {
	gzipped := map[string]string{"Content-Encoding": "gzip", "Content-Length": "1"}
	t.Run("stay compressed when nothing changes", func(t *testing.T) {
		u := newUpstream(t, reply{body: packed(served), header: gzipped})
		got := ask(t, u, request(t, plain), to("m1")...)
		if got.Body != packed(served) || got.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("got %q with %v", got.Body, got.Header)
		}
	})
	t.Run("come in the clear with their block", func(t *testing.T) {
		u := newUpstream(t, reply{body: packed(refusal(`null`, `null`)), header: gzipped}, reply{body: packed(served), header: gzipped})
		got := ask(t, u, request(t, plain), to("m1")...)
		if !strings.Contains(got.Body, `[{"type":"fallback"`) || got.Header.Get("Content-Encoding") != "" ||
			got.Header.Get("Content-Length") != strconv.Itoa(len(got.Body)) {
			t.Errorf("got %q with %v", got.Body, got.Header)
		}
	})
	t.Run("stay as they are as the last refusal", func(t *testing.T) {
		last := packed(refusal(`null`, `"bio"`))
		u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{body: last, header: gzipped})
		if got := ask(t, u, request(t, plain), to("m1")...); got.Body != last || got.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("got %q with %v", got.Body, got.Header)
		}
	})
	t.Run("may be plain in spite of their label", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`null`, `null`), header: gzipped}, reply{body: served})
		ask(t, u, request(t, plain), to("m1")...)
	})
}

func TestTheStateLeadsTheNextTurn(t *testing.T) {
	const thinking = `{"model":"m0","thinking":{"type":"between_tools"},"max_tokens":9,"messages":[]}`
	var state fallback.State
	state.SetIndex(0)
	u := newUpstream(t, reply{body: served}, reply{body: refusal(`"t1"`, `null`)}, reply{body: served}, reply{body: refusal(`null`, `null`)})
	chain := to("m1", "m2")
	turn := func() answered {
		r := request(t, thinking)
		return ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), chain...)
	}
	if got := turn(); got.Body != served || state.Index() != 0 {
		t.Errorf("at entry 0: got %s, now at %d", got.Body, state.Index())
	}
	if got := turn(); !strings.Contains(got.Body, `"from":{"model":"m1"},"to":{"model":"m2"}`) || state.Index() != 1 {
		t.Errorf("at entry 1: got %s, now at %d", got.Body, state.Index())
	}
	if got := turn(); got.Body != refusal(`null`, `null`) || state.Index() != 1 {
		t.Errorf("at the end: got %s, now at %d", got.Body, state.Index())
	}
	const rest = `"thinking":{"type":"disabled"},"max_tokens":9,"messages":[]`
	equalAll(t, "body", u.bodies(), `{"model":"m1",`+rest+`}`, `{"model":"m1",`+rest+`}`,
		`{"model":"m2",`+rest+`,"fallback_credit_token":{"token":"t1","mode":"best_effort"}}`, `{"model":"m2",`+rest+`}`)
}

func TestWithoutAStateEachRequestStartsAtItsOwnModel(t *testing.T) {
	u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{body: served}, reply{body: served})
	ask(t, u, request(t, plain), to("m1")...)
	r := request(t, plain)
	ask(t, u, r.WithContext(fallback.WithState(r.Context(), nil)), to("m1")...)
	equal(t, "body", u.bodies()[2], plain)
}

func TestAStateIsSafeToShare(t *testing.T) {
	var state fallback.State
	var wait sync.WaitGroup
	for n := range 4 {
		wait.Go(func() {
			replies := []reply{{body: refusal(`null`, `null`)}, {body: served}}
			if n > 0 {
				replies = []reply{{body: refusal(`null`, `null`)}, {body: refusal(`null`, `null`)}, {body: served}}
			}
			u := &upstream{t: t, replies: replies}
			r := request(t, plain)
			other := fallback.Middleware(to("m1", "m2")...)(u)
			resp, err := other.RoundTrip(r.WithContext(fallback.WithState(r.Context(), &state)))
			if err == nil {
				resp.Body.Close()
			}
		})
	}
	wait.Wait()
	if state.Index() != 0 && state.Index() != 1 {
		t.Errorf("at %d", state.Index())
	}
	state.SetIndex(-7)
	if state.Index() != -1 {
		t.Errorf("at %d", state.Index())
	}
}

func TestAStateDoesNotGoBackToAModelThatDeclined(t *testing.T) {
	var state fallback.State
	u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{body: served, read: func(r io.Reader) io.Reader {
		state.SetIndex(1) // another request of the conversation is further down
		return r
	}})
	r := request(t, plain)
	ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), to("m1", "m2")...)
	if state.Index() != 1 {
		t.Errorf("at %d", state.Index())
	}
}

func TestMistakesAreToldBeforeAnythingIsSent(t *testing.T) {
	at := func(i int) *fallback.State {
		var s fallback.State
		s.SetIndex(i)
		return &s
	}
	for name, test := range map[string]struct {
		body  string
		chain []api.Fallback
		state *fallback.State
		field string
	}{
		"both chains":              {`{"model":"m0","max_tokens":9,"messages":[],"fallbacks":"default"}`, to("m1"), nil, "fallbacks"},
		"both, streamed":           {`{"model":"m0","stream":true,"max_tokens":9,"messages":[],"fallbacks":[]}`, to("m1"), nil, "fallbacks"},
		"a state beyond the chain": {plain, to("m1", "m2"), at(2), "fallbacks"},
		"no model":                 {plain, to("m1", ""), nil, "fallbacks[1].model"},
		"broken overrides":         {plain, []api.Fallback{with("m1", map[string]string{"thinking": "{"})}, nil, "fallbacks[0].thinking"},
		"overrides of white space": {plain, []api.Fallback{with("m1", map[string]string{"thinking": " "})}, nil, "fallbacks[0].thinking"},
		"the model twice":          {plain, []api.Fallback{with("m1", map[string]string{"model": `"m2"`})}, nil, "fallbacks[0].model"},
		"other messages":           {plain, []api.Fallback{with("m1", map[string]string{"messages": `[]`})}, nil, "fallbacks[0].messages"},
		"another way to answer":    {plain, []api.Fallback{with("m1", map[string]string{"stream": `true`})}, nil, "fallbacks[0].stream"},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			r := request(t, test.body)
			body := &tracked{Reader: r.Body, close: func() {}}
			r.Body = body
			err := failed(t, u, r.WithContext(fallback.WithState(r.Context(), test.state)), test.chain...)
			var field *api.FieldError
			if !errors.As(err, &field) || field.Field != test.field || !errors.Is(err, api.ErrInvalidRequest) {
				t.Errorf("got %v", err)
			}
			if !body.closed {
				t.Error("the body of the request was not closed")
			}
		})
	}
	t.Run("a chain that is wrong does not concern other requests", func(t *testing.T) {
		u := newUpstream(t, reply{body: served})
		r := request(t, plain)
		r.URL.RawQuery = ""
		ask(t, u, r, to("")...)
	})
}

func TestABodyThatCannotBeReadFailsTheRequest(t *testing.T) {
	r := request(t, plain)
	r.Body = io.NopCloser(iotest.ErrReader(iotest.ErrTimeout))
	if err := failed(t, newUpstream(t), r, to("m1")...); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

func TestSpeedIsLeftOutWhereThereIsNoRoomForFastRequests(t *testing.T) {
	const fast = `{"model":"m0","speed":"fast","max_tokens":9,"messages":[]}`
	const bare = `{"model":"m1","max_tokens":9,"messages":[]}`
	const fast1 = `{"model":"m1","speed":"fast","max_tokens":9,"messages":[]}`
	const token = `,"fallback_credit_token":{"token":"t0","mode":"best_effort"}}`
	for _, status := range []int{429, 529} {
		busy := reply{status: status, body: fmt.Sprint(status)}
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			u := newUpstream(t, reply{body: refusal(`null`, `null`)}, busy, reply{body: served})
			ask(t, u, request(t, fast), to("m1")...)
			equalAll(t, "body", u.bodies(), fast, fast1, bare)
		})
		t.Run("twice "+fmt.Sprint(status), func(t *testing.T) {
			u := newUpstream(t, reply{body: refusal(`null`, `null`)}, busy, busy)
			if got := ask(t, u, request(t, fast), to("m1", "m2")...); got.StatusCode != status {
				t.Errorf("got %d", got.StatusCode)
			}
		})
		t.Run("with a token "+fmt.Sprint(status), func(t *testing.T) {
			u := newUpstream(t, reply{body: refusal(`"t0"`, `null`)}, busy, reply{status: 400}, reply{body: served})
			ask(t, u, request(t, fast), to("m1")...)
			equalAll(t, "body", u.bodies(), fast, fast1[:len(fast1)-1]+token, bare[:len(bare)-1]+token, bare)
		})
		t.Run("not for the model of the request "+fmt.Sprint(status), func(t *testing.T) {
			u := newUpstream(t, busy)
			ask(t, u, request(t, fast), to("m1")...)
		})
		t.Run("for the model of a State "+fmt.Sprint(status), func(t *testing.T) {
			var state fallback.State
			state.SetIndex(0)
			u := newUpstream(t, busy, reply{body: served})
			r := request(t, fast)
			ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), to("m1")...)
			equalAll(t, "body", u.bodies(), fast1, bare)
		})
		t.Run("not if the entry speaks of speed "+fmt.Sprint(status), func(t *testing.T) {
			u := newUpstream(t, reply{body: refusal(`null`, `null`)}, busy)
			ask(t, u, request(t, fast), with("m1", map[string]string{"speed": `"fast"`}))
		})
		t.Run("not of a request that is not fast "+fmt.Sprint(status), func(t *testing.T) {
			u := newUpstream(t, reply{body: refusal(`null`, `null`)}, busy)
			ask(t, u, request(t, strings.Replace(fast, `"fast"`, `"standard"`, 1)), to("m1")...)
		})
	}
	t.Run("not for another failure", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{status: http.StatusServiceUnavailable})
		ask(t, u, request(t, fast), to("m1")...)
	})
	t.Run("for each entry anew", func(t *testing.T) {
		u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{status: 429}, reply{body: refusal(`null`, `null`)}, reply{body: served})
		ask(t, u, request(t, fast), to("m1", "m2")...)
		equal(t, "body", u.bodies()[3], strings.Replace(fast, "m0", "m2", 1))
	})
}
