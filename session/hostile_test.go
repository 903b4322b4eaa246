package session_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"parlor/api/simulator"
)

func TestFailuresOfOddServersAreToldTruthfully(t *testing.T) {
	long := strings.Repeat("long 長い ", 500)
	for name, test := range map[string]struct {
		script simulator.Script
		says   []string // parts of the sentence or the advice
		not    string
	}{
		"413 for a small request": {
			script: simulator.Script{Status: 413, RawBody: []byte("<html>413</html>"), ContentType: "text/html"},
			says:   []string{"takes less"}, not: "32 MB",
		},
		"an unknown encoding": {
			script: simulator.Script{RawBody: []byte("\x8b\x00"), Header: http.Header{"Content-Encoding": {"br"}}},
			says:   []string{"content encoding", "br"}, not: "beginning with nothing",
		},
		"another protocol": {
			script: simulator.Script{RawBody: []byte("data: {\"choices\":[]}\n\n"), ContentType: "text/event-stream"},
			says:   []string{"did not answer as the Claude API does", "choices"},
		},
		"an error in a stream": {
			script: simulator.Script{ErrorEventAfter: simulator.AfterDeltas(1), ErrorType: "api_error", Message: "The engine died.", Deltas: []string{"a", "b"}},
			says:   []string{"engine died"}, not: "200",
		},
		"a wait of centuries": {
			script: simulator.Script{Status: 429, Header: http.Header{"Retry-After": {"99999999999999999999"}}},
			says:   []string{"2173"},
		},
		"a speech": {
			script: simulator.Script{Status: 400, ErrorType: "invalid_request_error", Message: long},
			says:   []string{"long 長い", "…"}, not: long[:2000],
		},
		"words that are cut": {
			script: simulator.Script{Status: 400, RawBody: []byte(strings.Repeat("A", 1000)), ContentType: "text/plain"},
			says:   []string{"AAA"}, not: "AA..",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.sim.Push(test.script)
			f := say(t, w.new(), "Hello?").Failure
			if f == nil {
				t.Fatal("no failure")
			}
			told := f.Message + " " + f.Hint
			for _, part := range test.says {
				if !strings.Contains(told, part) {
					t.Errorf("%q is missing in: %s", part, told)
				}
			}
			if test.not != "" && strings.Contains(told, test.not) {
				t.Errorf("%q is in: %s", test.not, told)
			}
			if utf8.RuneCountInString(told) > 800 {
				t.Errorf("a sentence of %d characters", utf8.RuneCountInString(told))
			}
		})
	}
}
