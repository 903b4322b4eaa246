package session_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
	"parlor/session"
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
			session.Refused, false, "", "The model declined to answer (cyber). This looks like malware.", 2,
		},
		{"refusal without details", simulator.Script{StopReason: "refusal"}, session.Refused, false, "", "The model declined to answer.", 2},
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
