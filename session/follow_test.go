package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
	"parlor/session"
)

// second is another process on the same database and server.
func (w *world) second() *world {
	w.t.Helper()
	other := &world{t: w.t, clock: w.clock, sim: w.sim, server: w.server, path: w.path, opt: w.opt}
	other.start()
	w.t.Cleanup(other.stop)
	return other
}

func TestASecondProcessFollowsAndNeitherTouchesTheOthersStream(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Thinking: "Hm.", Deltas: []string{"One, ", "two, ", "three."}, Gate: gate})
	w.sim.Push(simulator.Script{Text: "Four."})
	c := w.new()
	_, err := c.Send(ctx, session.Outgoing{Text: "Count."})
	noError(t, err)
	for range 3 { // thinking, its signature, text
		gate <- struct{}{}
	}
	until(t, c, "the first words", func(s session.Snapshot) bool { return s.Live != nil && textOf(s.Live) == "One, " })

	other := w.second()
	if list, err := other.m.Interrupted(ctx); err != nil || len(list) != 0 {
		t.Fatalf("a running stream is taken for interrupted: %+v %v", list, err)
	}
	d := other.open(c.ID())
	s := d.Snapshot()
	if s.Turn.Phase != session.Following || textOf(s.Live) != "One, " || s.Live.State != session.Streaming {
		t.Fatalf("followed: %+v %+v", s.Turn, s.Live)
	}
	if err := d.Retry(ctx, 0); !errors.Is(err, session.ErrBusy) {
		t.Errorf("retry while following: %v", err)
	}
	gate <- struct{}{}
	other.untilMoving(d, 250*time.Millisecond, "the next words", func(s session.Snapshot) bool { return s.Live != nil && textOf(s.Live) == "One, two, " })
	queued, err := d.Send(ctx, session.Outgoing{Text: "Go on."})
	noError(t, err)
	if !queued {
		t.Error("sent into a running answer")
	}
	close(gate)
	other.untilMoving(d, 250*time.Millisecond, "the answer to the queued message", func(s session.Snapshot) bool {
		return idle(s) && len(s.Path) == 4
	})
	all := messagesOf(t, d)
	if textOf(all[1]) != "One, two, three." || all[1].State != session.Complete || textOf(all[3]) != "Four." {
		t.Errorf("in the end: %q %q", textOf(all[1]), textOf(all[3]))
	}
	w.untilMoving(c, time.Second, "the first process to see it", func(s session.Snapshot) bool {
		return idle(s) && len(s.Path) == 4
	})
	if a, b := textOf(lastOf(t, c)), textOf(lastOf(t, d)); a != b || !strings.Contains(a, "Four") {
		t.Errorf("the processes show %q and %q", a, b)
	}
	if n := len(raw(w)); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestAnotherProcessDoesNotTurnThePageHere(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.new()
	say(t, c, "One.")
	noError(t, c.Retry(ctx, 0))
	settle(t, c)
	second := lastOf(t, c).ID

	other := w.second()
	d := other.open(c.ID())
	noError(t, d.Flip(ctx, second, -1))
	noError(t, d.Rename(ctx, "Seen there"))
	s := w.untilMoving(c, time.Second, "the new title", func(s session.Snapshot) bool { return s.Title == "Seen there" })
	if s.Path[1].ID != second {
		t.Error("the branch changed under the reader's eyes")
	}
	say(t, d, "Two.") // on the other branch
	w.untilMoving(c, time.Second, "the new messages to be known", func(s session.Snapshot) bool { return s.CostMicros == d.Snapshot().CostMicros })
	if s := c.Snapshot(); s.Path[1].ID != second {
		t.Error("the branch changed under the reader's eyes")
	}
}

func TestAFollowerTakesOverWhenTheOwnerDies(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"One, ", "two."}, Gate: gate})
	other := w.second()
	c := other.new()
	_, err := c.Send(ctx, session.Outgoing{Text: "Count."})
	noError(t, err)
	gate <- struct{}{}
	until(t, c, "the first words", func(s session.Snapshot) bool { return s.Live != nil && textOf(s.Live) == "One, " })
	d := w.open(c.ID())
	noError(t, other.db.Close()) // its lock is free, as after kill -9; it can no longer write
	s := w.untilMoving(d, 250*time.Millisecond, "the end", idle)
	m := lastOf(t, d)
	if m.State != session.Interrupted || textOf(m) != "One, " || !m.CanContinue {
		t.Errorf("%s %q %+v", m.State, textOf(m), s.Turn)
	}
	close(gate)
}
