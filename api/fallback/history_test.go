package fallback_test

import (
	"strings"
	"testing"

	"parlor/api/fallback"
)

func TestHistoryIsTrimmed(t *testing.T) {
	const (
		seam     = `{"type":"fallback","from":{"model":"m0"},"to":{"model":"m1"}}`
		hi       = `{"role":"user","content":"hi"}`
		more     = `{"role":"user","content":[{"type":"text","text":"\u006dore"}]}`
		text1    = `{"type":"text","text":"one \n"}`
		text2    = `{ "type" : "text","text":"two" }`
		thinking = `{"type":"thinking","thinking":"a","signature":"s"}`
		redacted = `{"type":"redacted_thinking","data":"x"}`
		call     = `{"type":"tool_use","id":"toolu_1","name":"f","input":{}}`
		search   = `{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}`
		found    = `{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]}`
		lost     = `{"type":"server_tool_use","id":"srvtoolu_2","name":"web_search","input":{}}`
		remote   = `{"type":"mcp_tool_use","id":"mcptoolu_1","name":"f","server_name":"s","input":{}}`
		said     = `{"type":"mcp_tool_result","tool_use_id":"mcptoolu_1","content":[]}`
		unknown  = `{"type":"something_new","id":"srvtoolu_2"}`
	)
	turn := func(blocks ...string) string {
		return `{"role":"assistant","content":[` + strings.Join(blocks, ",") + `]}`
	}
	for name, test := range map[string]struct{ given, want []string }{
		"a turn without a fallback stays": {
			[]string{hi, turn(thinking, text1, call), more}, []string{hi, turn(thinking, text1, call), more},
		},
		"what the model wrote that declined": {
			[]string{hi, turn(thinking, redacted, text1, `{"type":"connector_text"}`, call, unknown, seam, thinking, text2, call), more},
			[]string{hi, turn(text1, unknown, thinking, text2, call), more},
		},
		"server calls stay with their results": {
			[]string{hi, turn(search, found, lost, remote, said, text1, seam, lost, text2), more},
			[]string{hi, turn(search, found, remote, said, text1, lost, text2), more},
		},
		"the last of several counts": {
			[]string{hi, turn(seam, thinking, text1, seam, thinking, text2), more},
			[]string{hi, turn(text1, thinking, text2), more},
		},
		"a turn of which nothing is left": {
			[]string{hi, turn(thinking, seam), more}, []string{hi, more},
		},
		"only turns of the model": {
			[]string{`{"role":"user","content":[` + seam + `]}`}, []string{`{"role":"user","content":[` + seam + `]}`},
		},
		"the word alone says nothing": {
			[]string{`{"role":"assistant","content":"a \"fallback\""}`, turn(thinking, `{"type":"text","text":"fallback"}`), more},
			[]string{`{"role":"assistant","content":"a \"fallback\""}`, turn(thinking, `{"type":"text","text":"fallback"}`), more},
		},
		"white space around it stays": {
			[]string{"\n {\"content\" : [ " + text1 + " , " + seam + " , " + text2 + " ] , \"role\":\"assistant\"}\n", more},
			[]string{"\n {\"content\" : [ " + text1 + " , " + text2 + " ] , \"role\":\"assistant\"}\n", more},
		},
	} {
		t.Run(name, func(t *testing.T) {
			body := func(model string, messages []string) string {
				return `{"model":"` + model + `","messages":[` + strings.Join(messages, ",") + `], "max_tokens" :9}`
			}
			u := newUpstream(t, reply{body: refusal(`null`, `null`)}, reply{body: served}, reply{body: served})
			var state fallback.State
			for range 2 {
				r := request(t, body("m0", test.given))
				ask(t, u, r.WithContext(fallback.WithState(r.Context(), &state)), to("m1")...)
			}
			equalAll(t, "body", u.bodies(), body("m0", test.want), body("m1", test.want), body("m1", test.want))
		})
	}
}
