package session_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"parlor/api/simulator"
	"parlor/session"
	"parlor/store"
)

func TestAliceIsRememberedAfterARestart(t *testing.T) {
	w := newWorld(t)
	temperature := 0.3
	c := w.new(session.Params{Model: sonnet, Temperature: &temperature, System: "Be brief."})
	if s := c.Snapshot(); len(s.Path) != 0 {
		t.Fatal("a new conversation has messages")
	}
	say(t, c, "My name is Alice.")
	noError(t, c.SetView(context.Background(), json.RawMessage(`{"top":7}`)))
	id := c.ID()

	w.restart()
	last, err := w.m.Last(context.Background())
	noError(t, err)
	if last != id {
		t.Fatalf("the last conversation is %s, want %s", last, id)
	}
	c = w.open(id)
	s := c.Snapshot()
	if s.Params.Model != sonnet || *s.Params.Temperature != 0.3 || s.Params.System != "Be brief." {
		t.Errorf("parameters did not come back: %+v", s.Params)
	}
	if string(s.View) != `{"top":7}` || s.Title != "My name is Alice." || len(s.Path) != 2 {
		t.Errorf("came back as %+v", s)
	}
	answer := say(t, c, "What is my name?")
	if !strings.Contains(textOf(answer), "Alice") {
		t.Errorf("the answer is %q", textOf(answer))
	}
	if answer.State != session.Complete || answer.CostMicros == 0 || answer.Usage.OutputTokens == 0 || answer.RequestID == "" {
		t.Errorf("the answer lacks its facts: %+v", answer)
	}
}

func TestAnEmptyStartLeavesNothingBehind(t *testing.T) {
	w := newWorld(t)
	c := w.new()
	noError(t, c.SetParams(context.Background(), session.Params{Model: opus}))
	noError(t, c.Close())
	w.restart()
	_, err := w.m.Last(context.Background())
	isError(t, err, store.ErrNotFound)
}

func TestChangingModelAndTemperatureChangesTheNextRequestAndNothingElse(t *testing.T) {
	w := newWorld(t)
	c := w.new(session.Params{Model: sonnet})
	say(t, c, "One.")
	p := c.Snapshot().Params
	cold := 0.0
	p.Temperature = &cold
	noError(t, c.SetParams(context.Background(), p))
	say(t, c, "Two.")
	p.Model = opus
	noError(t, c.SetParams(context.Background(), p))
	answer := say(t, c, "Three.")

	first, second, third := body(t, w, 0), body(t, w, 1), body(t, w, 2)
	if first["model"] != sonnet || first["temperature"] != nil {
		t.Errorf("first request: %v", first)
	}
	if second["model"] != sonnet || second["temperature"] != 0.0 {
		t.Errorf("second request: %v", second)
	}
	if third["model"] != opus || third["temperature"] != nil {
		t.Errorf("third request: %v", third)
	}
	if len(answer.Notes) != 1 || answer.Notes[0] != "temperature 0 not sent: fixed by this model" {
		t.Errorf("notes: %q", answer.Notes)
	}
	if all := messagesOf(t, c); all[1].Params.Model != sonnet || all[1].Params.Temperature != nil || all[5].Params.Model != opus {
		t.Error("messages do not remember what made them")
	}
	if s := w.m.Supports(p, "temperature"); s.OK || s.Reason != "fixed by this model" || s.Instead == "" {
		t.Errorf("support: %+v", s)
	}
}

// body is the n-th message request, decoded.
func body(t *testing.T, w *world, n int) map[string]any {
	t.Helper()
	var decoded map[string]any
	noError(t, json.Unmarshal(raw(w)[n], &decoded))
	return decoded
}

// raw are the bodies of the message requests.
func raw(w *world) (bodies [][]byte) {
	for _, r := range w.sim.Requests() {
		if r.Path == "/v1/messages" {
			bodies = append(bodies, r.Body)
		}
	}
	return bodies
}

func TestEachRequestBeginsWithTheOneBefore(t *testing.T) {
	for _, model := range []string{opus, sonnet, haiku} {
		t.Run(model, func(t *testing.T) {
			w := newWorld(t)
			c := w.new(session.Params{Model: model, System: "Answer in <b>markdown</b> & more."})
			for _, text := range []string{"Tell me about <code> & \"quotes\".", "日本語 and \u2028 🦜", "Think hard about a table.", "Thanks."} {
				if a := say(t, c, text); a.State != session.Complete {
					t.Fatalf("%s: %+v", a.State, a.Failure)
				}
			}
			bodies := raw(w)
			for i := 1; i < len(bodies); i++ {
				prefix := bytes.TrimSuffix(bodies[i-1], []byte("]}"))
				if !bytes.HasPrefix(bodies[i], prefix) {
					t.Errorf("request %d does not begin with the one before:\n%s\n%s", i, bodies[i-1], bodies[i])
				}
			}
		})
	}
}

func TestTheMessageIsStoredBeforeItsRequestLeaves(t *testing.T) {
	w := newWorld(t)
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"Hel", "lo."}, Gate: gate})
	c := w.new()
	_, err := c.Send(context.Background(), session.Outgoing{Text: "Are you there?"})
	noError(t, err)

	other, err := store.Open(context.Background(), store.Options{Path: w.path})
	noError(t, err)
	defer other.Close()
	nodes, err := other.Nodes(context.Background(), c.ID())
	noError(t, err)
	stored, err := other.Messages(context.Background(), []int64{nodes[0].ID, nodes[1].ID})
	noError(t, err)
	gate <- struct{}{}
	until(t, c, "the first delta", func(s session.Snapshot) bool { return s.Live != nil && textOf(s.Live) == "Hel" })
	pieces, err := other.Journal(context.Background(), nodes[1].ID, 0)
	noError(t, err)
	if !bytes.Contains(bytes.Join(pieces, nil), []byte(`"Hel"`)) {
		t.Errorf("what is shown is not in the journal: %q", pieces)
	}
	close(gate)
	settle(t, c)
	if stored[0].Text != "Are you there?" || stored[1].State != "streaming" || stored[1].Owner == "" {
		t.Errorf("stored while the server held the request: %+v", stored)
	}
	if got := textOf(lastOf(t, c)); got != "Hello." {
		t.Errorf("answer %q", got)
	}
}
