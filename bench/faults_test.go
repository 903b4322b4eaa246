package bench_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
)

// A stream that does not come to its end leaves what came, says why, sends nothing by
// itself, and can be continued to a whole answer.
func TestBrokenStreamsKeepWhatCame(t *testing.T) {
	for name, tt := range map[string]struct {
		fault func(*simulator.Script)
		says  string
	}{
		"overloaded": {func(s *simulator.Script) { s.ErrorEventAfter = simulator.AfterDeltas(2) }, "is overloaded"},
		"truncated":  {func(s *simulator.Script) { s.TruncateAfter = simulator.AfterDeltas(2) }, "ended the connection before the answer was complete"},
		"reset":      {func(s *simulator.Script) { s.ResetAfter = simulator.AfterDeltas(2) }, "closed the connection"},
		"silent":     {func(s *simulator.Script) { s.StallAfter = simulator.AfterDeltas(2) }, "for 1s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "timeouts.stall = '1s'")
			script := simulator.Script{Deltas: []string{"As far ", "as it came. ", "Never sent."}}
			tt.fault(&script)
			w.sim.Push(script)
			w.sim.Push(simulator.Script{Text: "And so it ended."})

			term := w.begin()
			say(t, term, "tell me a story")
			expect(t, term, "The answer broke off", tt.says, "interrupted · /continue goes on", "As far as it came.")
			lacks(t, term, "Never sent")
			if asked := w.asked(); len(asked) != 1 {
				t.Errorf("%d requests were sent, want one: nothing is replayed by itself", len(asked))
			}
			if m := w.kept().last(); m.State != "interrupted" || m.text() != "As far as it came. " || m.Failure == nil {
				t.Errorf("kept %+v", m)
			}

			say(t, term, "/continue")
			expect(t, term, "And so it ended.")
			gone(t, term, "interrupted")
			expect(t, term, "As far as it came.")
			quit(t, term)
			if m := w.kept().last(); m.State != "complete" || !strings.HasPrefix(m.text(), "As far as it came. ") || !strings.HasSuffix(m.text(), "And so it ended.") {
				t.Errorf("kept %+v", m)
			}
		})
	}
}

func TestRateLimitsAreWaitedForOrTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wait := func(seconds string) simulator.Script {
		return simulator.Script{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {seconds}}}
	}
	w.sim.Push(wait("2"))
	w.sim.Push(simulator.Script{Text: "Thank you for waiting."})
	w.sim.Push(wait("3600"))

	term := w.begin()
	say(t, term, "hello")
	begun := time.Now()
	expect(t, term, "try 2 of 3 in 2 s", "esc gives up", "try 2 of 3 in 1 s", "Thank you for waiting.")
	if waited := time.Since(begun); waited < 1500*time.Millisecond {
		t.Errorf("it waited %v, the server wanted 2 s", waited)
	}

	say(t, term, "hello again")
	expect(t, term, "Rate limited by 127.0.0.1", "Try again at", "/retry sends it again", "hello again")
	if asked := w.asked(); len(asked) != 3 {
		t.Errorf("%d requests were sent, want 3: an hour is not waited", len(asked))
	}
	say(t, term, "/retry")
	gone(t, term, "Rate limited")
	quit(t, term)
}

func TestEscGivesUpWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sim.Push(simulator.Script{Status: 529, Header: http.Header{"Retry-After": {"50"}}})
	term := w.begin()
	say(t, term, "hello")
	expect(t, term, "try 2 of 3 in 50 s")
	send(t, term, "\x1b")
	gone(t, term, "try 2 of 3")
	expect(t, term, "hello")
	quit(t, term)
	k := w.kept()
	if len(k.Messages) == 0 || k.Messages[0].text() != "hello" {
		t.Errorf("kept %+v", k.Messages)
	}
	if asked := w.asked(); len(asked) != 1 {
		t.Errorf("%d requests were sent, want one", len(asked))
	}
}

func TestARefusedKeyIsNamedAndNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.env = append(w.env, "ANTHROPIC_API_KEY=sk-ant-bad-secret-9876")
	term := w.begin()
	say(t, term, "hello")
	expect(t, term, "did not accept the key from ANTHROPIC_API_KEY (ending in 9876)", "/login", "/retry sends it again", "hello")
	lacks(t, term, "secret")
	if asked := w.asked(); len(asked) != 1 {
		t.Errorf("%d requests were sent, want one: a refused key is not tried again", len(asked))
	}
	quit(t, term)
	if k := w.kept(); k.Messages[0].text() != "hello" || k.last().State != "failed" {
		t.Errorf("kept %+v", k.Messages)
	}
}

func TestAServerThatGoesAwayIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"So far ", "so good. ", "Never sent."}, Gate: gate})
	term := w.begin()
	say(t, term, "tell me a story")
	release(t, gate, 2)
	expect(t, term, "So far so good.")
	_ = w.srv.Close() // it reports nothing
	expect(t, term, "The answer broke off", "interrupted · /continue goes on", "So far so good.")

	say(t, term, "are you there?")
	host := strings.TrimPrefix(w.srv.URL, "http://")
	expect(t, term, "try 2 of 3", host+" refused the connection", "/retry sends it again", "are you there?")
	quit(t, term)
	k := w.kept()
	if len(k.Messages) != 4 || k.Messages[1].State != "interrupted" || k.Messages[1].text() != "So far so good. " ||
		k.Messages[2].text() != "are you there?" || k.Messages[3].State != "failed" {
		t.Errorf("kept %+v", k.Messages)
	}
}

func TestAnUnknownModelIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	term := w.begin("--model", "claude-imaginary-9")
	say(t, term, "hello")
	expect(t, term, "has no model claude-imaginary-9", "/model", "hello")
	say(t, term, "/model claude-sonnet-4-6")
	expect(t, term, "sonnet-4-6")
	w.sim.Push(simulator.Script{Text: "Here I am."})
	say(t, term, "/retry")
	expect(t, term, "Here I am.")
	quit(t, term)
	if k := w.kept(); k.last().Model != "claude-sonnet-4-6" {
		t.Errorf("kept %+v", k.last())
	}
}
