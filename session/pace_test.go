package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
	"parlor/session"
)

func TestTheFirstWordIsShownAtOnceAndTheRestInStrides(t *testing.T) {
	w := newWorld(t, func(w *world) { w.opt.FlushEvery = 80 * time.Millisecond; w.opt.PollEvery = -1 })
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"One, ", "two, ", "three, ", "four."}, Gate: gate})
	c := w.new()
	_, err := c.Send(context.Background(), session.Outgoing{Text: "Count."})
	noError(t, err)
	gate <- struct{}{}
	s := until(t, c, "the first word", func(s session.Snapshot) bool { return s.Live != nil && textOf(s.Live) != "" })
	gate <- struct{}{}
	gate <- struct{}{}
	gate <- struct{}{} // the second and the third have left the server
	if now := c.Snapshot(); textOf(now.Live) != "One, " || now.Version != s.Version {
		t.Errorf("shown before its time: %q", textOf(now.Live))
	}
	w.untilMoving(c, 80*time.Millisecond, "the next stride", func(s session.Snapshot) bool {
		return s.Live == nil || strings.HasPrefix(textOf(s.Live), "One, two, three")
	})
	close(gate)
	settle(t, c) // the end waits for no stride
	m := lastOf(t, c)
	if textOf(m) != "One, two, three, four." {
		t.Errorf("%q", textOf(m))
	}
}

func TestAReaderIsToldOnceHoweverMuchHappens(t *testing.T) {
	w := newWorld(t)
	c := w.new()
	say(t, c, "One.")
	say(t, c, "Two.")
	select {
	case <-c.Dirty():
	default:
	}
	select {
	case <-c.Dirty():
		t.Error("told twice")
	default:
	}
	before := c.Snapshot()
	if again := c.Snapshot(); again.Version != before.Version {
		t.Error("looking changes the version")
	}
	noError(t, c.SetParams(context.Background(), session.Params{Model: opus}))
	if after := c.Snapshot(); after.Version <= before.Version || after.Path[0] != before.Path[0] {
		t.Error("new parameters are a new version of the conversation, not of its messages")
	}
}

func TestVersionsOfMessagesTellWhatMustBeDrawnAgain(t *testing.T) {
	w := newWorld(t)
	c := w.new()
	say(t, c, "One.")
	say(t, c, "Two.")
	before := c.Snapshot().Path
	noError(t, c.Retry(context.Background(), 0))
	settle(t, c)
	after := c.Snapshot().Path
	for i := range 3 {
		if before[i] != after[i] {
			t.Errorf("message %d did not change: %+v %+v", i, before[i], after[i])
		}
	}
	if before[3].Version == after[3].Version || after[3].Siblings != 2 {
		t.Errorf("the new answer: %+v", after[3])
	}
	id := after[3].ID
	noError(t, c.Flip(context.Background(), id, -1))
	flipped := c.Snapshot().Path
	if flipped[3].ID != before[3].ID || flipped[3].Version <= before[3].Version || flipped[3].Sibling != 1 {
		t.Errorf("flipped: %+v", flipped[3])
	}
	list, err := c.Messages(context.Background(), []int64{flipped[3].ID, 999})
	noError(t, err)
	if len(list) != 1 || list[0].Version != flipped[3].Version {
		t.Errorf("%+v", list)
	}
}

func TestThePathStaysAPrefixOverARestartAndTheCacheIsKnown(t *testing.T) {
	w := newWorld(t)
	c := w.new(session.Params{Model: opus, System: "Be brief. " + strings.Repeat("Really. ", 600)})
	say(t, c, "Think about < & > and 日本語.")
	w.restart()
	c = w.open(c.ID())
	s := c.Snapshot()
	if s.Context.Window != 1000000 || s.Context.Tokens == 0 || s.Context.SendWarm >= s.Context.SendCold ||
		s.Context.CacheUntil.Sub(w.clock.Now()) != 5*time.Minute {
		t.Errorf("context %+v", s.Context)
	}
	m := say(t, c, "Go on.")
	if m.Usage.CacheReadInputTokens == 0 {
		t.Errorf("nothing came from the cache: %+v", m.Usage)
	}
	bodies := raw(w)
	if !strings.HasPrefix(string(bodies[1]), strings.TrimSuffix(string(bodies[0]), "]}")) {
		t.Errorf("the restart changed the request:\n%s\n%s", bodies[0], bodies[1])
	}
	if !strings.Contains(string(bodies[1]), `"type":"thinking"`) {
		t.Error("the thinking did not go back to the model that made it")
	}
	w.clock.Advance(6 * time.Minute)
	if s := c.Snapshot(); !s.Context.CacheUntil.IsZero() || s.Context.SendWarm != s.Context.SendCold {
		t.Errorf("the cache is over: %+v", s.Context)
	}
	p := s.Params
	p.Model = sonnet
	noError(t, c.SetParams(context.Background(), p))
	if s := c.Snapshot(); !s.Context.CacheUntil.IsZero() {
		t.Error("another model has no cache")
	}
}

func TestModelsOfServerAndCatalogueAreMerged(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	own := simulator.Script{RawBody: []byte(`{"object":"list","data":[{"id":"llama3","object":"model"},{"id":"claude-opus-5-5"}]}`), ContentType: "application/json"}
	own.Match.Path = "/v1/models"
	w.sim.Push(own)
	models, err := w.m.Models(ctx)
	noError(t, err)
	if models[0].ID != "llama3" || !models[0].Listed || models[0].Status != "unknown" || !models[0].Temperature {
		t.Errorf("%+v", models[0])
	}
	if m := models[1]; m.ID != opus || !m.Listed || m.Temperature || m.Thinking != "always" || m.InPrice != 4000000 {
		t.Errorf("%+v", m)
	}
	if len(models) < 10 || models[2].Listed {
		t.Errorf("%d models", len(models))
	}
	n := len(w.sim.Requests())
	w.restart()
	_, err = w.m.Models(ctx)
	noError(t, err)
	if len(w.sim.Requests()) != n {
		t.Error("the list was not kept for a day")
	}
	w.clock.Advance(25 * time.Hour)
	_, err = w.m.Models(ctx)
	noError(t, err)
	if len(w.sim.Requests()) == n {
		t.Error("the list is kept for ever")
	}
	for typed, want := range map[string]string{"opus": opus, "sonnet 4.6": sonnet, " llama3 ": "llama3"} {
		if id, _ := w.m.ResolveModel(typed); id != want {
			t.Errorf("%q is %q", typed, id)
		}
	}
}

func TestAModelOnlyTheServerKnowsIsTreatedAsItSays(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	own := simulator.Script{ContentType: "application/json", RawBody: []byte(`{"data":[{"id":"claude-future-9","display_name":"Future",
		"max_input_tokens":300000,"max_tokens":5000,"capabilities":{"thinking":{"supported":true,"types":{"adaptive":{"supported":true}}},
		"effort":{"supported":true,"low":{"supported":true},"high":{"supported":true}}}}]}`)}
	own.Match.Path = "/v1/models"
	w.sim.Push(own)
	_, err := w.m.Models(ctx)
	noError(t, err)
	w.sim.Push(simulator.Script{SkipChecks: true, Text: "Hello."})
	w.restart() // the list is read back
	p := session.Params{Model: "claude-future-9", Effort: "max", MaxTokens: 9000}
	c := w.new(p)
	if s := w.m.Supports(p, "effort"); s.OK || len(s.Choices) != 2 {
		t.Errorf("effort: %+v", s)
	}
	m := say(t, c, "Hello?")
	sent := body(t, w, 0)
	if sent["output_config"] != nil || sent["max_tokens"] != 5000.0 || sent["thinking"] == nil || len(m.Notes) != 2 {
		t.Errorf("sent %v, notes %q", sent, m.Notes)
	}
	if s := c.Snapshot(); s.Context.Window != 300000 || s.Context.SendCold != 0 || m.CostKnown {
		t.Errorf("context %+v", s.Context)
	}
}

func TestAnotherClientTakesEffectWithTheNextRequest(t *testing.T) {
	w := newWorld(t)
	c := w.new()
	w.client.APIKey = "wrong-key-0000-1234"
	if m := say(t, c, "Hello?"); m.State != session.Failed {
		t.Fatal("a wrong key is accepted")
	}
	w.m.SetClient(newClient(w.server.URL, w.clock))
	noError(t, c.Retry(context.Background(), 0))
	if settle(t, c); lastOf(t, c).State != session.Complete {
		t.Errorf("%+v", lastOf(t, c).Failure)
	}
	w.m.SetClient(nil)
	if m := say(t, c, "And now?"); m.Failure == nil || m.Failure.Kind != "authentication" {
		t.Errorf("without a client: %+v", m.Failure)
	}
	w.m.SetClient(w.client)
}
