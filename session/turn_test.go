package session_test

import (
	"context"
	"encoding/json"
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
	"parlor/store"
)

// ask sends and waits until the turn ends, moving the clock when somebody waits.
func (w *world) ask(c *session.Conversation, text string) *session.Message {
	w.t.Helper()
	_, err := c.Send(context.Background(), session.Outgoing{Text: text})
	noError(w.t, err)
	w.untilMoving(c, 10*time.Second, "the end of the turn", idle)
	return lastOf(w.t, c)
}

func TestEscKeepsWhatCameAndTheQueue(t *testing.T) {
	w := newWorld(t)
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"It was a dark ", "and stormy night"}, Gate: gate})
	c := w.new()
	_, err := c.Send(context.Background(), session.Outgoing{Text: "Tell me a story."})
	noError(t, err)
	gate <- struct{}{}
	until(t, c, "the first words", func(s session.Snapshot) bool { return s.Turn.Phase == session.Answering && textOf(s.Live) != "" })
	queued, err := c.Send(context.Background(), session.Outgoing{Text: "Shorter."})
	noError(t, err)
	if !queued {
		t.Fatal("not queued while an answer arrives")
	}
	c.Stop()
	c.Stop()
	s := settle(t, c)
	if len(s.Queue) != 1 || s.Queue[0].Out.Text != "Shorter." {
		t.Errorf("queue: %+v", s.Queue)
	}
	m := lastOf(t, c)
	if m.State != session.Stopped || textOf(m) != "It was a dark " || !m.CanContinue {
		t.Errorf("%s %q", m.State, textOf(m))
	}
	w.restart()
	c = w.open(c.ID())
	if s := c.Snapshot(); len(s.Queue) != 1 {
		t.Error("the queue did not survive")
	}
	out, err := c.Unqueue(context.Background(), c.Snapshot().Queue[0].ID)
	noError(t, err)
	if out.Text != "Shorter." || len(c.Snapshot().Queue) != 0 {
		t.Errorf("unqueued %+v", out)
	}
}

func TestTheQueueIsSentOneAfterAnother(t *testing.T) {
	w := newWorld(t)
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Text: "first", Gate: gate})
	c := w.new()
	for _, text := range []string{"1", "2", "3"} {
		_, err := c.Send(context.Background(), session.Outgoing{Text: text})
		noError(t, err)
	}
	if n := len(c.Snapshot().Queue); n != 2 {
		t.Fatalf("%d in the queue", n)
	}
	close(gate)
	until(t, c, "all answers", func(s session.Snapshot) bool { return idle(s) && len(s.Path) == 6 })
	var said []string
	for _, m := range messagesOf(t, c) {
		if m.Role == "user" {
			said = append(said, textOf(m))
		}
	}
	if strings.Join(said, "") != "123" {
		t.Errorf("sent in the order %q", said)
	}
}

func TestRetryEditAndFlipKeepEveryBranch(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	for _, text := range []string{"red", "blue", "green", "good bye"} {
		w.sim.Push(simulator.Script{Text: text})
	}
	c := w.new()
	say(t, c, "A colour?")
	noError(t, c.Retry(ctx, 0))
	settle(t, c)
	m := lastOf(t, c)
	if textOf(m) != "blue" || m.Sibling != 2 || m.Siblings != 2 {
		t.Fatalf("after the retry: %q %d/%d", textOf(m), m.Sibling, m.Siblings)
	}
	say(t, c, "Another?") // green, below blue
	first := messagesOf(t, c)[0].ID
	noError(t, c.Edit(ctx, first, session.Outgoing{Text: "Say good bye."}))
	settle(t, c)
	if all := messagesOf(t, c); len(all) != 2 || textOf(all[1]) != "good bye" || all[0].Siblings != 2 {
		t.Fatalf("after the edit: %d messages", len(all))
	}
	noError(t, c.Flip(ctx, c.Snapshot().Path[0].ID, -1))
	all := messagesOf(t, c)
	if len(all) != 4 || textOf(all[3]) != "green" {
		t.Fatalf("flipping back shows %d messages, not the leaf last seen", len(all))
	}
	noError(t, c.Flip(ctx, all[1].ID, -1))
	if m := lastOf(t, c); textOf(m) != "red" {
		t.Errorf("the other answer is %q", textOf(m))
	}
	noError(t, c.Flip(ctx, c.Snapshot().Path[1].ID, -1)) // beyond the first: nothing
	w.restart()
	c = w.open(c.ID())
	if m := lastOf(t, c); textOf(m) != "red" {
		t.Errorf("after the restart the branch ends in %q", textOf(m))
	}
}

func TestContinueGoesOnInTheSameMessage(t *testing.T) {
	for _, test := range []struct {
		model, role string
		messages    int
	}{
		{haiku, "assistant", 2}, // prefilled
		{opus, "user", 3},       // asked by a hidden message
	} {
		t.Run(test.model, func(t *testing.T) {
			w := newWorld(t)
			w.sim.Push(simulator.Script{Text: "```go\nfunc ma ", StopReason: "max_tokens"})
			w.sim.Push(simulator.Script{Thinking: map[bool]string{true: "Where was I?"}[test.model == opus], Text: "in() {}\n```"})
			w.sim.Push(simulator.Script{Text: "You are welcome."})
			c := w.new(session.Params{Model: test.model})
			if m := say(t, c, "Write a program."); !m.CanContinue || m.StopReason != "max_tokens" {
				t.Fatal("continue is not offered")
			}
			noError(t, c.Continue(context.Background(), 0))
			settle(t, c)
			s := c.Snapshot()
			m := lastOf(t, c)
			want := "```go\nfunc ma in() {}\n```"
			if test.model == haiku {
				want = "```go\nfunc main() {}\n```" // the space at the end was not sent
			}
			if len(s.Path) != 2 || textOf(m) != want || m.CanContinue || m.Siblings != 1 {
				t.Fatalf("%d messages, %q", len(s.Path), textOf(m))
			}
			if kinds := len(m.Parts); test.model == opus && kinds != 2 {
				t.Errorf("%d parts", kinds)
			}
			say(t, c, "Thanks.")
			sent := body(t, w, 1)["messages"].([]any)
			if len(sent) != test.messages || sent[len(sent)-1].(map[string]any)["role"] != test.role {
				t.Errorf("asked with %v", sent)
			}
			bodies := raw(w)
			for i := 1; i < len(bodies); i++ {
				if !strings.HasPrefix(string(bodies[i]), strings.TrimSuffix(string(bodies[i-1]), "]}")) {
					t.Errorf("request %d does not begin with the one before:\n%s\n%s", i, bodies[i-1], bodies[i])
				}
			}
			w.restart()
			c = w.open(c.ID())
			if all := messagesOf(t, c); len(all) != 4 || textOf(all[1]) != want {
				t.Errorf("after the restart: %d messages, %q", len(all), textOf(all[1]))
			}
		})
	}
}

func TestWhatEachStopReasonDoes(t *testing.T) {
	for _, test := range []struct {
		name     string
		script   simulator.Script
		state    session.State
		goOn     bool
		note     string
		blocked  string
		sendable int // messages of the next request
	}{
		{"end_turn", simulator.Script{Text: "Yes."}, session.Complete, false, "", "", 3},
		{"stop_sequence", simulator.Script{Text: "Yes", StopReason: "stop_sequence", StopSequence: "."}, session.Complete, false, "", "", 3},
		{"max_tokens", simulator.Script{Text: "Ye", StopReason: "max_tokens"}, session.Complete, true, "", "", 3},
		{"context", simulator.Script{Text: "Ye", StopReason: "model_context_window_exceeded"}, session.Complete, false, "The context is full", "", 3},
		{
			"refusal",
			simulator.Script{StopReason: "refusal", StopDetails: json.RawMessage(`{"type":"refusal","category":"cyber","explanation":"This looks like malware."}`)},
			session.Refused, false, "", "cyber: This looks like malware.", 2,
		},
		{"refusal without details", simulator.Script{StopReason: "refusal"}, session.Refused, false, "", "", 2},
		{"unknown", simulator.Script{Text: "Hm", StopReason: "bored"}, session.Complete, false, "bored", "", 3},
		{"empty", simulator.Script{}, session.Complete, false, "The answer is empty.", "", 2},
		{"no end mark", simulator.Script{Text: "Yes.", DropMessageStop: true}, session.Complete, false, "end mark", "", 3},
		{
			"tool",
			simulator.Script{Blocks: []json.RawMessage{json.RawMessage(`{"type":"tool_use","id":"toolu_1","name":"rm","input":{"path":"/"}}`)}},
			session.Complete, false, "asked for a tool", "", 3,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.sim.Push(test.script)
			c := w.new()
			m := say(t, c, "Well?")
			if m.State != test.state || m.CanContinue != test.goOn || m.BlockedReason != test.blocked {
				t.Errorf("%s, continue %v, blocked %q, failure %+v", m.State, m.CanContinue, m.BlockedReason, m.Failure)
			}
			if notes := strings.Join(m.Notes, " "); !strings.Contains(notes, test.note) || test.note == "" && notes != "" {
				t.Errorf("notes %q", notes)
			}
			if next := say(t, c, "And now?"); next.State != session.Complete {
				t.Errorf("the next turn: %+v", next.Failure)
			}
			if n := len(body(t, w, 1)["messages"].([]any)); n != test.sendable {
				t.Errorf("the next request has %d messages: %s", n, raw(w)[1])
			}
		})
	}
}

func TestAPausedAnswerIsResumedByItselfFiveTimes(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Text: "more ", StopReason: "pause_turn", Times: -1, SkipChecks: true})
	c := w.new()
	_, err := c.Send(context.Background(), session.Outgoing{Text: "Search everything."})
	noError(t, err)
	until(t, c, "the last part", func(s session.Snapshot) bool {
		return idle(s) && len(s.Path) == 2 && len(raw(w)) == 6
	})
	m := lastOf(t, c)
	if got := textOf(m); got != strings.Repeat("more ", 6) || !m.CanContinue {
		t.Errorf("%q, continue %v", got, m.CanContinue)
	}
}

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
	isError(t, err, api.ErrNotFound)
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

func TestTheTitleComesFromAModelAndNeverReplacesTheUsers(t *testing.T) {
	titled := func(w *world) { w.opt.TitleModel = "claude-haiku-5-5" }
	t.Run("by the model", func(t *testing.T) {
		w := newWorld(t, titled)
		c := w.new()
		say(t, c, "please explain how the borrow checker of Rust works in detail")
		s := until(t, c, "the title", func(s session.Snapshot) bool { return !strings.HasPrefix(s.Title, "please explain how") })
		if s.Title == "" || strings.ContainsAny(s.Title, "\"\n") {
			t.Errorf("title %q", s.Title)
		}
		w.restart()
		if got := w.open(c.ID()).Snapshot().Title; got != s.Title {
			t.Errorf("stored as %q", got)
		}
	})
	t.Run("renamed meanwhile", func(t *testing.T) {
		w := newWorld(t, titled)
		gate := make(chan struct{})
		slow := simulator.Script{Text: "A model's title", Gate: gate}
		slow.Match.Model = regexp.MustCompile("haiku")
		w.sim.Push(slow)
		c := w.new()
		say(t, c, "Hello there")
		noError(t, c.Rename(context.Background(), "  Mine\n only "))
		close(gate)
		w.stop()
		w.start()
		if got := w.open(c.ID()).Snapshot().Title; got != "Mine only" {
			t.Errorf("title %q", got)
		}
	})
	t.Run("no such model", func(t *testing.T) {
		w := newWorld(t, func(w *world) { w.opt.TitleModel = "claude-nothing" })
		c := w.new()
		say(t, c, "Hello   there,\nfriend")
		if got := c.Snapshot().Title; got != "Hello there, friend" {
			t.Errorf("title %q", got)
		}
	})
}

func TestDraftsBelongToTheirProcessUntilItDies(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.new()
	noError(t, c.SaveDraft(ctx, 0, json.RawMessage(`"half a thou"`)))
	w.restart() // typed into a new conversation and left
	c = w.new()
	if _, body, err := c.Draft(ctx); err != nil || string(body) != `"half a thou"` {
		t.Fatalf("draft %s, %v", body, err)
	}
	say(t, c, "half a thought")
	if _, body, err := w.new().Draft(ctx); err != nil || body != nil {
		t.Errorf("the draft was sent and is still there: %s", body)
	}
	noError(t, c.SaveDraft(ctx, 0, json.RawMessage(`"one"`)))
	say(t, c, "two")
	noError(t, c.SaveDraft(ctx, 0, json.RawMessage(`"three"`)))
	first := c.Snapshot().Path[0].ID
	noError(t, c.SaveDraft(ctx, first, json.RawMessage(`"editing"`)))
	w.restart()
	c = w.open(c.ID())
	if edit, body, err := c.Draft(ctx); err != nil || edit != first || string(body) != `"editing"` {
		t.Errorf("draft %d %s, %v", edit, body, err)
	}
	noError(t, c.SaveDraft(ctx, 0, nil))
	if _, body, _ := c.Draft(ctx); body != nil {
		t.Errorf("forgotten and still there: %s", body)
	}
}

func TestAPrivateConversationNeverTouchesTheDisk(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c, err := w.m.NewPrivate(ctx, session.Params{})
	noError(t, err)
	say(t, c, "My name is Alice. Do not tell.")
	if got := textOf(say(t, c, "What is my name?")); !strings.Contains(got, "Alice") {
		t.Errorf("answer %q", got)
	}
	id := c.ID()
	noError(t, c.Close())
	list, err := w.m.List(ctx, session.Filter{})
	noError(t, err)
	if len(list) != 1 || !list[0].Private || list[0].ID != id {
		t.Fatalf("list %+v", list)
	}
	if c = w.open(id); len(c.Snapshot().Path) != 4 || !c.Snapshot().Private {
		t.Error("it cannot be come back to")
	}
	if history, _ := w.m.History(ctx, 10); len(history) != 0 {
		t.Errorf("history %q", history)
	}
	rows, err := w.db.Conversations(ctx, store.Filter{})
	noError(t, err)
	if len(rows) != 0 {
		t.Error("it is in the database")
	}
	w.restart()
	if _, err := w.m.Open(ctx, id); err == nil {
		t.Error("it outlived the process")
	}
}

func TestFindingListingAndDeleting(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	ids := map[string]string{}
	for _, title := range []string{"Go generics", "Go channels", "Bread"} {
		c := w.new()
		say(t, c, "Hello.")
		noError(t, c.Rename(ctx, title))
		ids[title] = c.ID()
		w.clock.Advance(time.Minute)
	}
	for query, want := range map[string]int{ids["Bread"]: 1, ids["Bread"][:5]: 1, "bread": 1, "go": 2, "generics go": 1, "nothing": 0, "": 0} {
		found, err := w.m.Find(ctx, query)
		noError(t, err)
		if len(found) != want {
			t.Errorf("%q finds %d, want %d", query, len(found), want)
		}
	}
	noError(t, w.m.Delete(ctx, ids["Bread"]))
	if list, _ := w.m.List(ctx, session.Filter{}); len(list) != 2 || list[0].Title != "Go channels" {
		t.Errorf("list %+v", list)
	}
	noError(t, w.m.Restore(ctx, ids["Bread"]))
	if last, _ := w.m.Last(ctx); last != ids["Bread"] {
		t.Error("not restored")
	}
	noError(t, w.m.Rename(ctx, ids["Bread"], "Rolls"))
	s, p, messages, err := w.m.Transcript(ctx, ids["Bread"])
	noError(t, err)
	if s.Title != "Rolls" || p.Model != sonnet || len(messages) != 2 || len(messages[1].Blocks) == 0 {
		t.Errorf("transcript %+v", s)
	}
	noError(t, w.m.Purge(ctx, ids["Go generics"]))
	_, _, _, err = w.m.Transcript(ctx, "nothing")
	isError(t, err, store.ErrNotFound)
}
