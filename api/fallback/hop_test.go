package fallback_test

import (
	"io"
	"strings"
	"testing"

	"parlor/api/fallback"
)

// The refusal of m0 in the walks below, after "one", and bodies of the hops.
const (
	message0 = `{"role":"user","content":"hi"}`
	partial0 = `,{"role":"assistant","content":[{"type":"text","text":"one"}]}`
	token0   = `,"fallback_credit_token":{"token":"t0","mode":"best_effort"}`
)

func refusedMidway() reply {
	return reply{body: sse(startOf("msg_0", "m0"), textStart(0), textDelta(0, "one"), refusing(`"t0"`, "true", `"output_tokens":2`), messageStop)}
}

func hop(model, partial, token string) string {
	return `{"model":"` + model + `","max_tokens":9,"messages":[` + message0 + partial + `],"stream":true` + token + `}`
}

// refusedFor is what the caller gets of refusedMidway if nobody else answers.
func refusedFor(recommended string) string {
	return sse(startOf("msg_0", "m0"), textStart(0), textDelta(0, "one"), stopOf(0),
		ended("refusal", `{"type":"refusal","category":"cyber","fallback_credit_token":"t0","fallback_has_prefill_claim":true,"recommended_model":`+
			recommended+`}`, `"output_tokens":2`), messageStop)
}

func TestTheWayDownTheChain(t *testing.T) {
	ok := reply{body: served1()}
	for name, test := range map[string]struct {
		replies []reply // after that of m0
		models  []string
		bodies  []string
		want    string // "" means that the last reply is served
		index   int
	}{
		"an entry that cannot be asked costs nothing": {
			replies: []reply{{status: 500}, {err: io.ErrClosedPipe}, {status: 400}, {body: `{}`}, ok},
			models:  []string{"m1", "m2", "m3", "m4", "m5"},
			bodies: []string{
				hop("m1", partial0, token0), hop("m2", partial0, token0), hop("m3", partial0, token0),
				hop("m4", partial0, token0), hop("m5", partial0, token0),
			},
			index: 4,
		},
		"the last entry without the partial answer": {
			replies: []reply{{status: 400}, ok},
			models:  []string{"m1"},
			bodies:  []string{hop("m1", partial0, token0), hop("m1", "", token0)},
		},
		"and then without the token": {
			replies: []reply{{status: 400}, {status: 400}, ok},
			models:  []string{"m1"},
			bodies:  []string{hop("m1", partial0, token0), hop("m1", "", token0), hop("m1", "", "")},
		},
		"and then not at all": {
			replies: []reply{{status: 400}, {status: 400}, {status: 400}},
			models:  []string{"m1"},
			want:    refusedFor("null"),
			index:   -1,
		},
		"something else ends the attempts": {
			replies: []reply{{status: 400}, {status: 404}},
			models:  []string{"m1"},
			want:    refusedFor("null"),
			index:   -1,
		},
		"a 400 of an earlier entry does not count": {
			replies: []reply{{status: 400}, {status: 503}},
			models:  []string{"m1", "m2"},
			want:    refusedFor("null"),
			index:   -1,
		},
		"nobody answers": {
			replies: []reply{{err: io.ErrClosedPipe}, {body: "<html>"}},
			models:  []string{"m1", "m2"},
			want:    refusedFor("null"),
			index:   -1,
		},
		"a model without room is recommended": {
			replies: []reply{{status: 500}, {status: 429}},
			models:  []string{"m1", "m2"},
			want:    refusedFor(`"m2"`),
			index:   -1,
		},
		"also if it is not the last one": {
			replies: []reply{{status: 429}, {status: 500}},
			models:  []string{"m1", "m2"},
			want:    refusedFor(`"m1"`),
			index:   -1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t, append([]reply{refusedMidway()}, test.replies...)...)
			var state fallback.State
			r := request(t, streamed)
			got := ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), to(test.models...)...)
			want := test.want
			if want == "" {
				last := test.models[len(test.models)-1]
				want = sse(startOf("msg_0", "m0"), textStart(0), textDelta(0, "one"), stopOf(0), fallbackBlock(1, "m0", last, `"cyber"`), stopOf(1),
					textStart(2), textDelta(2, "two"), stopOf(2),
					ended("end_turn", "null", `"output_tokens":5,"iterations":[`+iteration("message", "m0", "3", "2")+`,`+
						iteration("fallback_message", last, "3", "5")+`]`), messageStop)
			}
			equal(t, "stream", got.Body, want)
			if err := checkStream(got.Body); err != nil || got.err != nil {
				t.Errorf("got %v, %v", err, got.err)
			}
			if test.bodies != nil {
				equalAll(t, "body", u.bodies()[1:], test.bodies...)
			}
			if state.Index() != test.index {
				t.Errorf("the conversation goes on at %d", state.Index())
			}
		})
	}
}

func TestARefusalBeforeOutputIsReplayedWhole(t *testing.T) {
	const why = `{"type":"refusal","recommended_model":"m9"}`
	given := sse(startOf("msg_0", "m0"), ended("refusal", why, `"output_tokens":0`), messageStop)
	u := newUpstream(t, reply{body: given}, reply{status: 429})
	equal(t, "what the server recommends stays", ask(t, u, request(t, streamed), to("m1")...).Body, given)

	u = newUpstream(t, reply{body: sse(startOf("msg_0", "m0"), ended("refusal", "null", ""), messageStop)}, reply{status: 429})
	equal(t, "details are made", ask(t, u, request(t, streamed), to("m1")...).Body,
		sse(startOf("msg_0", "m0"), ended("refusal", `{"type":"refusal","recommended_model":"m1"}`, ""), messageStop))

	u = newUpstream(t, reply{body: sse(startOf("msg_0", "m0"), ended("refusal", "null", ""))}, reply{status: 500})
	equal(t, "or left alone", ask(t, u, request(t, streamed), to("m1")...).Body,
		sse(startOf("msg_0", "m0"), ended("refusal", "null", ""), messageStop))
}

func TestTheRefusalOfALaterModelIsReplayed(t *testing.T) {
	u := newUpstream(t,
		reply{body: sse(startOf("msg_0", "m0"), refusing("null", "false", `"output_tokens":0`), messageStop)},
		reply{body: sse(startOf("msg_1", "m1"), refusing("null", "false", `"output_tokens":1`), messageStop)},
		reply{status: 429})
	got := ask(t, u, request(t, streamed), to("m1", "m2")...)
	equal(t, "stream", got.Body, sse(startOf("msg_0", "m1"), fallbackBlock(0, "m0", "m1", `"cyber"`), stopOf(0),
		ended("refusal", `{"type":"refusal","category":"cyber","fallback_credit_token":null,"fallback_has_prefill_claim":false,"recommended_model":"m2"}`,
			`"output_tokens":1,"iterations":[`+iteration("message", "m0", "3", "0")+`,`+iteration("fallback_message", "m1", "3", "1")+`]`), messageStop))
}

// A partial answer that a hop was given belongs to the refusal of that hop too.
func TestAPartialAnswerOfAnEarlierHopStays(t *testing.T) {
	const partial1 = `,{"role":"assistant","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}]}`
	const token1 = `,"fallback_credit_token":{"token":"t1","mode":"best_effort"}`
	second := reply{body: sse(startOf("msg_1", "m1"), textStart(0), textDelta(0, "two"), refusing(`"t1"`, "true", ""), messageStop)}
	u := newUpstream(t, refusedMidway(), second, reply{status: 400}, reply{status: 400}, reply{body: served1()})
	ask(t, u, request(t, streamed), to("m1", "m2")...)
	equalAll(t, "body", u.bodies()[1:], hop("m1", partial0, token0),
		hop("m2", partial1, token1), hop("m2", partial0, token1), hop("m2", "", ""))

	free := reply{body: sse(startOf("msg_1", "m1"), refusing(`null`, "false", ""), messageStop)}
	u = newUpstream(t, refusedMidway(), free, reply{status: 400}, reply{body: served1()})
	ask(t, u, request(t, streamed), to("m1", "m2")...)
	equalAll(t, "body", u.bodies()[2:], hop("m2", partial0, ""), hop("m2", "", ""))
}

func TestARefusalWithoutAClaimLeavesThePartialAnswerAsItWas(t *testing.T) {
	second := reply{body: sse(startOf("msg_1", "m1"), textStart(0), textDelta(0, "two"), refusing(`"t1"`, "false", ""), messageStop)}
	u := newUpstream(t, refusedMidway(), second, reply{status: 400}, reply{body: served1()})
	ask(t, u, request(t, streamed), to("m1", "m2")...)
	equalAll(t, "body", u.bodies()[2:], hop("m2", partial0, `,"fallback_credit_token":{"token":"t1","mode":"best_effort"}`), hop("m2", "", ""))
}

func TestSpeedInAStream(t *testing.T) {
	fast := strings.Replace(streamed, `"stream"`, `"speed":"fast","stream"`, 1)
	fastHop := func(model, partial, token string) string {
		return strings.Replace(hop(model, partial, token), `"stream"`, `"speed":"fast","stream"`, 1)
	}
	u := newUpstream(t, refusedMidway(), reply{status: 529}, reply{status: 400}, reply{body: served1()})
	ask(t, u, request(t, fast), to("m1")...)
	equalAll(t, "body", u.bodies()[1:], fastHop("m1", partial0, token0), hop("m1", partial0, token0), hop("m1", "", token0))

	u = newUpstream(t, refusedMidway(), reply{status: 429}, reply{status: 429}, reply{body: served1()})
	ask(t, u, request(t, fast), to("m1", "m2")...)
	equal(t, "the next entry is asked fast again", u.bodies()[3], fastHop("m2", partial0, token0))

	u = newUpstream(t, refusedMidway(), reply{status: 429})
	ask(t, u, request(t, fast), with("m1", map[string]string{"speed": `"fast"`}))
}

// What of a refused answer is sent back for going on from it.
func TestThePartialAnswer(t *testing.T) {
	start := func(index, block string) string {
		return `{"type":"content_block_start","index":` + index + `,"content_block":` + block + `}`
	}
	delta := func(index, d string) string {
		return `{"type":"content_block_delta","index":` + index + `,"delta":` + d + `}`
	}
	for name, test := range map[string]struct{ events, want []string }{
		"text as it was written": {
			[]string{start("0", `{"citations":null,"type":"text","text":"\u00e9"}`), delta("0", `{"type":"text_delta","text":"\ud83d"}`), delta("0", `{"type":"text_delta","text":"\ude00<"}`)},
			[]string{`{"citations":null,"type":"text","text":"\u00e9\ud83d\ude00<"}`},
		},
		"white space at the end, however it is written": {
			[]string{textStart(0), delta("0", `{"type":"text_delta","text":"a \\n"}`), stopOf(0), textStart(1), delta("1", `{"type":"text_delta","text":" b\\\u0020\n\t \u00a0\u2003"}`)},
			[]string{`{"type":"text","text":"a \\n"}`, `{"type":"text","text":" b\\"}`},
		},
		"text of which nothing is left": {
			[]string{textStart(0), textDelta(0, "a "), textStart(1), textDelta(1, " \n"), textStart(2)},
			[]string{`{"type":"text","text":"a"}`},
		},
		"thinking that is signed": {
			[]string{
				start("0", `{"type":"thinking","thinking":"","signature":""}`), delta("0", `{"type":"thinking_delta","thinking":"hm "}`),
				delta("0", `{"type":"signature_delta","signature":"s="}`), stopOf(0), start("1", `{"type":"redacted_thinking","data":"x"}`), stopOf(1), textStart(2), textDelta(2, "a"),
			},
			[]string{`{"type":"thinking","thinking":"hm ","signature":"s="}`, `{"type":"redacted_thinking","data":"x"}`, `{"type":"text","text":"a"}`},
		},
		"thinking that was cut": {
			[]string{textStart(0), textDelta(0, "a"), start("1", `{"type":"thinking","thinking":""}`), delta("1", `{"type":"thinking_delta","thinking":"hm"}`)},
			[]string{`{"type":"text","text":"a"}`},
		},
		"citations": {
			[]string{
				start("0", `{"type":"text","text":"","citations":null}`), delta("0", `{"type":"citations_delta","citation":{"n":1,"file_id":"f"}}`),
				delta("0", `{"type":"citations_delta","citation":{"n":2}}`), delta("0", `{"type":"text_delta","text":"a"}`),
			},
			[]string{`{"type":"text","text":"a","citations":[{"n":1},{"n":2}]}`},
		},
		"calls with their results": {
			[]string{
				start("0", `{"type":"server_tool_use","id":"s1","name":"web_search","input":{}}`), delta("0", `{"type":"input_json_delta","partial_json":""}`),
				delta("0", `{"type":"input_json_delta","partial_json":"{\"q\": 1"}`), delta("0", `{"type":"input_json_delta","partial_json":".0}"}`), stopOf(0),
				start("1", `{"type":"web_search_tool_result","tool_use_id":"s1","content":[]}`), stopOf(1),
				start("2", `{"type":"server_tool_use","id":"s2","name":"web_search","input":{}}`), delta("2", `{"type":"input_json_delta","partial_json":"{\"q\""}`),
			},
			[]string{`{"type":"server_tool_use","id":"s1","name":"web_search","input":{"q": 1.0}}`, `{"type":"web_search_tool_result","tool_use_id":"s1","content":[]}`},
		},
		"a summary": {
			[]string{start("0", `{"type":"compaction","content":null}`), delta("0", `{"type":"compaction_delta","content":"c","encrypted_content":"e"}`), stopOf(0), textStart(1), textDelta(1, "a")},
			[]string{`{"type":"compaction","content":"c","encrypted_content":"e"}`, `{"type":"text","text":"a"}`},
		},
		"blocks and deltas nobody knows": {
			[]string{start("0", `{"type":"new","a":[1]}`), delta("0", `{"type":"new_delta","a":2}`), delta("9", `{"type":"text_delta","text":"x"}`), start("1", `7`), textStart(2), textDelta(2, "a")},
			[]string{`{"type":"new","a":[1]}`, `{"type":"text","text":"a"}`},
		},
		"deltas that are broken": {
			[]string{textStart(0), textDelta(0, "a"), `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"b`, `{"type":"content_block_delta","index":0,`, `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"b\q"}}`, textDelta(0, "c")},
			[]string{`{"type":"text","text":"ac"}`},
		},
		"blocks that grow side by side": {
			[]string{textStart(0), textStart(1), textDelta(1, "b"), textDelta(0, "a"), textDelta(1, "B")},
			[]string{`{"type":"text","text":"a"}`, `{"type":"text","text":"bB"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			first := append([]string{startOf("msg_0", "m0")}, test.events...)
			u := newUpstream(t, reply{body: sse(append(first, refusing(`"t0"`, "true", ""), messageStop)...)}, reply{body: served1()})
			ask(t, u, request(t, streamed), to("m1")...)
			equal(t, "body", u.bodies()[1], hop("m1", `,{"role":"assistant","content":[`+strings.Join(test.want, ",")+`]}`, token0))
		})
	}
	t.Run("only calls that cannot be gone on from", func(t *testing.T) {
		u := newUpstream(t, reply{body: sse(startOf("msg_0", "m0"), start("0", `{"type":"tool_use","id":"t","name":"f","input":{}}`),
			refusing(`"t0"`, "true", ""), messageStop)}, reply{body: served1()})
		ask(t, u, request(t, streamed), to("m1")...)
		equal(t, "body", u.bodies()[1], hop("m1", "", token0))
	})
	t.Run("no claim without a token", func(t *testing.T) {
		u := newUpstream(t, reply{body: sse(startOf("msg_0", "m0"), refusing(`null`, "true", ""), messageStop)}, reply{body: served1()})
		ask(t, u, request(t, streamed), to("m1")...)
		equal(t, "body", u.bodies()[1], hop("m1", "", ""))
	})
}
