package session_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/api"
	"parlor/api/simulator"
	"parlor/session"
)

func TestAnOverloadIsRetriedWithACountdown(t *testing.T) {
	for _, status := range []int{429, 529} {
		w := newWorld(t)
		w.sim.Push(simulator.Script{Status: status, Header: http.Header{"Retry-After": {"30"}}})
		w.sim.Push(simulator.Script{Text: "Here I am."})
		c := w.new()
		_, err := c.Send(context.Background(), session.Outgoing{Text: "Hello?"})
		noError(t, err)
		s := until(t, c, "the countdown", func(s session.Snapshot) bool { return s.Turn.Phase == session.Retrying })
		if r := s.Turn.Retry; r.Attempt != 2 || r.Max != 3 || r.Until.Sub(w.clock.Now()) != 30*time.Second || r.Reason == "" {
			t.Errorf("retry: %+v", r)
		}
		w.untilMoving(c, 30*time.Second, "the answer", idle)
		if got := textOf(lastOf(t, c)); got != "Here I am." {
			t.Errorf("answer %q", got)
		}
	}
}

func TestEscGivesUpAWaitForAnotherAttempt(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Status: 529, Times: -1})
	c := w.new()
	_, err := c.Send(context.Background(), session.Outgoing{Text: "Hello?"})
	noError(t, err)
	until(t, c, "the countdown", func(s session.Snapshot) bool { return s.Turn.Phase == session.Retrying })
	c.Stop()
	settle(t, c)
	if m := lastOf(t, c); m.State != session.Stopped || len(m.Parts) != 0 {
		t.Errorf("%s", m.State)
	}
}

func TestALongWaitIsReportedWithItsTime(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Status: 429, Header: http.Header{"Retry-After": {"1800"}, "Anthropic-Ratelimit-Output-Tokens-Remaining": {"0"}}})
	c := w.new()
	m := say(t, c, "Hello?")
	f := m.Failure
	if m.State != session.Failed || f == nil || f.Kind != "rate_limit" || f.Status != 429 || f.RetryAt.Sub(w.clock.Now()) != 30*time.Minute {
		t.Fatalf("%+v", f)
	}
	if !strings.Contains(f.Message, "(output tokens)") || f.Hint != "Try again at 09:30, in 30 min." || f.RequestID == "" {
		t.Errorf("%+v", f)
	}
	if all := messagesOf(t, c); textOf(all[0]) != "Hello?" || all[0].State != session.Complete {
		t.Error("the prompt is gone")
	}
	noError(t, c.Retry(context.Background(), 0))
	settle(t, c)
	if m := lastOf(t, c); m.State != session.Complete || m.Siblings != 1 {
		t.Errorf("after the retry: %+v", m)
	}
}

func TestAStreamThatBreaksKeepsWhatCame(t *testing.T) {
	for name, test := range map[string]struct {
		script simulator.Script
		kind   string
	}{
		"overloaded": {simulator.Script{ErrorEventAfter: simulator.AfterDeltas(2)}, "overloaded"},
		"reset":      {simulator.Script{ResetAfter: simulator.AfterDeltas(2)}, "network"},
		"truncated":  {simulator.Script{TruncateAfter: simulator.AfterDeltas(2)}, "network"},
		"stalled":    {simulator.Script{StallAfter: simulator.AfterDeltas(2)}, "timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.client.Timeouts.Stall = 150 * time.Millisecond
			test.script.Deltas = []string{"one ", "two ", "three "}
			w.sim.Push(test.script)
			c := w.new()
			m := say(t, c, "Count.")
			if m.State != session.Interrupted || textOf(m) != "one two " || !m.CanContinue {
				t.Fatalf("%s %q", m.State, textOf(m))
			}
			if m.Failure == nil || m.Failure.Kind != test.kind || !strings.HasPrefix(m.Failure.Message, "The answer broke off: ") {
				t.Errorf("%+v", m.Failure)
			}
			if len(raw(w)) != 1 {
				t.Error("a broken stream was sent again by itself")
			}
			w.sim.Push(simulator.Script{Text: "three."})
			noError(t, c.Continue(context.Background(), m.ID))
			settle(t, c)
			if m := lastOf(t, c); m.State != session.Complete || textOf(m) != "one two three." || m.Failure != nil {
				t.Errorf("continued: %s %q", m.State, textOf(m))
			}
		})
	}
}

func TestFailuresSayWhatHappenedAndWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		model        string
		script       *simulator.Script
		change       func(*api.Client)
		kind         string
		says, advice string
	}{
		"bad key": {
			change: func(c *api.Client) { c.APIKey = "wrong-key-0000-1234" }, kind: "authentication",
			says: "(ending in 1234)", advice: "/login",
		},
		"no key":        {change: func(c *api.Client) { c.APIKey = "" }, kind: "authentication", says: "no API key", advice: "ANTHROPIC_API_KEY"},
		"unknown model": {model: "claude-nonsense", kind: "not_found", says: "no model claude-nonsense", advice: "/model"},
		"retired model": {model: "claude-opus-4-1", kind: "not_found", says: "any more", advice: "/model claude-opus-5-5"},
		"not the API": {
			script: &simulator.Script{RawBody: []byte("<html>Log in</html>"), ContentType: "text/html"}, kind: "decode",
			says: "<html>Log in", advice: "base URL",
		},
		"too long": {
			script: &simulator.Script{Status: 400, ErrorType: "invalid_request_error", Message: "prompt is too long: 210000 tokens > 200000 maximum"},
			kind:   "context_length", says: "210000 tokens", advice: "larger window",
		},
		"refused": {
			script: &simulator.Script{Status: 400, ErrorType: "invalid_request_error", Message: "Your credit balance is too low."},
			kind:   "invalid_request", says: "credit balance is too low", advice: "retry",
		},
		"nobody listens": {change: func(c *api.Client) { c.BaseURL = "http://127.0.0.1:1" }, kind: "network", says: "refused the connection", advice: "base URL"},
		"server error":   {script: &simulator.Script{Status: 500, Times: -1}, kind: "server", says: "status 500", advice: "Retry"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if test.change != nil {
				test.change(w.client)
			}
			if test.script != nil {
				w.sim.Push(*test.script)
			}
			c := w.new(session.Params{Model: cmpOr(test.model, sonnet)})
			m := w.ask(c, "Hello?")
			f := m.Failure
			if m.State != session.Failed || f == nil || f.Kind != test.kind {
				t.Fatalf("%s %+v", m.State, f)
			}
			if !strings.Contains(f.Message, test.says) || !strings.Contains(f.Hint, test.advice) || !strings.HasSuffix(f.Message, ".") {
				t.Errorf("%q %q", f.Message, f.Hint)
			}
			if strings.Contains(f.Message+f.Hint+f.Detail, "sk-ant-api03-test") {
				t.Error("the key is shown")
			}
		})
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestOneRefusedParameterIsLeftOutAndRemembered(t *testing.T) {
	w := newWorld(t)
	const refuses = "temperature: Extra inputs are not permitted"
	hot := regexp.MustCompile(`"temperature"`)
	w.sim.Push(simulator.Script{
		Times: -1, SkipChecks: true, Status: 400, ErrorType: "invalid_request_error", Message: refuses,
		Match: simulator.Match{Func: func(r simulator.Recorded) bool { return hot.Match(r.Body) }},
	})
	w.sim.Push(simulator.Script{Times: -1, SkipChecks: true, Text: "Fine."})
	temperature := 0.7
	p := session.Params{Model: "local-llama", Temperature: &temperature, Effort: "low"}
	c := w.new(p)
	m := say(t, c, "Hello?")
	if m.State != session.Complete || len(raw(w)) != 2 {
		t.Fatalf("%s after %d requests: %+v", m.State, len(raw(w)), m.Failure)
	}
	if !slices.Contains(m.Notes, "temperature 0.7 not sent: refused by this server for this model") {
		t.Errorf("notes %q", m.Notes)
	}
	if notices := c.Snapshot().Notices; len(notices) != 1 || !strings.Contains(notices[0].Text, "refused temperature") {
		t.Errorf("notices %+v", notices)
	}
	if second := body(t, w, 1); second["output_config"] == nil || second["temperature"] != nil {
		t.Errorf("more or less than the one was left out: %v", second)
	}
	w.restart()
	c = w.open(c.ID())
	say(t, c, "Again?")
	if len(raw(w)) != 3 {
		t.Error("the refusal was not remembered")
	}
	if s := w.m.Supports(p, "temperature"); s.OK {
		t.Error("the screen does not know it")
	}
	if s := w.m.Supports(session.Params{Model: "other", Temperature: &temperature}, "temperature"); !s.OK {
		t.Error("another model is thought to refuse it too")
	}
}

func TestALooseServerIsUnderstood(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{
		MessageID: "chatcmpl-1", Thinking: "Hm.", Text: "Hello from llama.", SkipChecks: true,
		OmitFields: []string{"usage", "signature_delta", "signature", "stop_details", "message_stop", "ping"},
	})
	w.sim.Push(simulator.Script{Text: "Still here.", SkipChecks: true})
	notFound := simulator.Script{Status: 404, RawBody: []byte("404 page not found"), ContentType: "text/plain", Times: -1}
	notFound.Match.Path = "/v1/models"
	w.sim.Push(notFound)
	c := w.new(session.Params{Model: "llama3"})
	m := say(t, c, "Hello?")
	if m.State != session.Complete || textOf(m) != "Hello from llama." || m.CostKnown || c.Snapshot().CostKnown {
		t.Fatalf("%s %q %+v", m.State, textOf(m), m.Failure)
	}
	if m := say(t, c, "Still?"); m.State != session.Complete {
		t.Errorf("%+v", m.Failure)
	}
	if strings.Contains(string(raw(w)[1]), "thinking") {
		t.Error("thinking without a signature was sent back")
	}
	models, err := w.m.Models(context.Background())
	noError(t, err)
	if len(models) < 5 {
		t.Errorf("%d models of the catalogue", len(models))
	}
}

func TestPromptsThatCannotBeSentAreRefusedInASentence(t *testing.T) {
	w := newWorld(t)
	c := w.new()
	for text, want := range map[string]string{
		"caf\xe9 au lait":                 "The message is not valid UTF-8 at byte 3.",
		strings.Repeat("a", 33<<20):       "The message has 33.0 MB; a request takes 32 MB.",
		" \n\t":                           session.ErrNothing.Error(),
		"\uFFFD is a character, \xff not": "The message is not valid UTF-8 at byte 20.",
	} {
		if _, err := c.Send(context.Background(), session.Outgoing{Text: text}); err == nil || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if _, err := w.m.Last(context.Background()); err == nil {
		t.Error("something was stored")
	}
}

func TestALongPromptIsSentAndTooLongOnesAreNot(t *testing.T) {
	w := newWorld(t)
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		requests++
		if n, _ := io.Copy(io.Discard, r.Body); n < 10<<20 {
			t.Errorf("%d bytes arrived", n)
		}
		out.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(out, `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Long."}}`+"\n\n"+
			`data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}`+"\n\n"+`data: {"type":"message_stop"}`+"\n\n")
	}))
	defer server.Close()
	w.client.BaseURL = server.URL
	c := w.new()
	if m := say(t, c, strings.Repeat("long ", 2<<20)); m.State != session.Complete { // 10 MB
		t.Fatalf("%+v", m.Failure)
	}
	if _, err := c.Send(context.Background(), session.Outgoing{Text: strings.Repeat("b", 25<<20)}); err != nil {
		t.Fatal(err)
	}
	settle(t, c)
	if m := lastOf(t, c); m.Failure == nil || m.Failure.Kind != "too_large" || requests != 1 {
		t.Errorf("together they are too large: %+v", m.Failure)
	}
}

func TestARefusalIsLearnedOnlyIfLeavingItOutHelped(t *testing.T) {
	hot := regexp.MustCompile(`"temperature"`)
	temperature := 0.7
	p := session.Params{Model: "local-llama", Temperature: &temperature}
	for name, test := range map[string]struct {
		second simulator.Script
		learns bool
	}{
		"overloaded":           {simulator.Script{Status: 529, Times: 3, SkipChecks: true}, false},
		"refused again":        {simulator.Script{Status: 400, Times: 3, SkipChecks: true, Message: "no"}, false},
		"broken before a word": {simulator.Script{Text: "Fine.", SkipChecks: true, ResetAfter: simulator.AfterBytes(0)}, false},
		"broken after a word":  {simulator.Script{Deltas: []string{"Fi", "ne."}, SkipChecks: true, ResetAfter: simulator.AfterDeltas(1)}, true},
		"answered":             {simulator.Script{Text: "Fine.", SkipChecks: true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.sim.Push(simulator.Script{
				Times: -1, SkipChecks: true, Status: 400, ErrorType: "invalid_request_error", Message: "temperature: Extra inputs are not permitted",
				Match: simulator.Match{Func: func(r simulator.Recorded) bool { return hot.Match(r.Body) }},
			})
			w.sim.Push(test.second)
			c := w.new(p)
			_, err := c.Send(context.Background(), session.Outgoing{Text: "Hello?"})
			noError(t, err)
			w.untilMoving(c, 30*time.Second, "the end", idle)
			if learned := !w.m.Supports(p, "temperature").OK; learned != test.learns {
				t.Errorf("learned: %v", learned)
			}
			if told := len(c.Snapshot().Notices) == 1; told != test.learns {
				t.Errorf("notices %+v", c.Snapshot().Notices)
			}
		})
	}
}
