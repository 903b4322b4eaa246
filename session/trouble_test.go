package session_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
	"parlor/session"
)

// refuseWrites makes the database refuse answers and their journal, as a full
// disk does, until the returned function is called.
func (w *world) refuseWrites() (undo func()) {
	w.t.Helper()
	raw, err := sql.Open("sqlite3", "file:"+w.path+"?_busy_timeout=5000")
	noError(w.t, err)
	for _, q := range []string{
		`CREATE TRIGGER no_journal BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'full'); END`,
		`CREATE TRIGGER no_answer BEFORE UPDATE OF state ON message BEGIN SELECT RAISE(ABORT, 'full'); END`,
	} {
		_, err := raw.Exec(q)
		noError(w.t, err)
	}
	w.t.Cleanup(func() { _ = raw.Close() })
	return func() {
		for _, q := range []string{`DROP TRIGGER no_journal`, `DROP TRIGGER no_answer`} {
			_, err := raw.Exec(q)
			noError(w.t, err)
		}
	}
}

func sticky(s session.Snapshot) bool {
	for _, n := range s.Notices {
		if n.Sticky && strings.HasPrefix(n.Text, "Not saved: ") {
			return true
		}
	}
	return false
}

func TestADatabaseThatTakesNothingLosesNothing(t *testing.T) {
	for _, during := range []bool{true, false} {
		w := newWorld(t)
		gate := make(chan struct{})
		w.sim.Push(simulator.Script{Deltas: []string{"One, ", "two, ", "three."}, Gate: gate})
		c := w.new()
		_, err := c.Send(context.Background(), session.Outgoing{Text: "Count."})
		noError(t, err)
		mend := w.refuseWrites()
		gate <- struct{}{}
		until(t, c, "the notice", sticky)
		until(t, c, "the text all the same", func(s session.Snapshot) bool { return textOf(s.Live) == "One, " })
		if during { // the disk has space again before the answer ends
			mend()
			w.clock.Advance(2 * time.Second)
			gate <- struct{}{}
			until(t, c, "the notice to go", func(s session.Snapshot) bool { return !sticky(s) })
		}
		close(gate)
		settle(t, c)
		if m := lastOf(t, c); m.State != session.Complete || textOf(m) != "One, two, three." {
			t.Fatalf("%s %q", m.State, textOf(m))
		}
		if !during {
			if !sticky(c.Snapshot()) {
				t.Error("the notice is gone and nothing is saved")
			}
			mend()
			w.untilMoving(c, time.Second, "the notice to go", func(s session.Snapshot) bool { return !sticky(s) })
		}
		if notices := c.Snapshot().Notices; notices[len(notices)-1].Text != "Saved again." {
			t.Errorf("notices %+v", notices)
		}
		w.restart()
		if m := lastOf(t, w.open(c.ID())); m.State != session.Complete || textOf(m) != "One, two, three." {
			t.Errorf("after the restart: %s %q", m.State, textOf(m))
		}
	}
}

func TestClosingSavesARunningAnswerWithinASecond(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Deltas: []string{"One, ", "two."}, StallAfter: simulator.AfterDeltas(1)})
	w.sim.Push(simulator.Script{Status: 529, Times: 3})
	streaming, waiting := w.new(), w.new()
	_, err := streaming.Send(context.Background(), session.Outgoing{Text: "Count."})
	noError(t, err)
	until(t, streaming, "the first words", func(s session.Snapshot) bool { return s.Live != nil && textOf(s.Live) != "" })
	_, err = waiting.Send(context.Background(), session.Outgoing{Text: "And you?"})
	noError(t, err)
	until(t, waiting, "the wait", func(s session.Snapshot) bool { return s.Turn.Phase == session.Retrying })
	began := time.Now()
	w.stop()
	if took := time.Since(began); took > time.Second {
		t.Errorf("closing took %s", took)
	}
	if _, err := streaming.Send(context.Background(), session.Outgoing{Text: "Still?"}); err == nil {
		t.Error("a closed session sends")
	}
	w.start()
	m := lastOf(t, w.open(streaming.ID()))
	if m.State != session.Interrupted || textOf(m) != "One, " || m.Failure.Message != "parlor was closed while this answer arrived." {
		t.Errorf("%s %q %+v", m.State, textOf(m), m.Failure)
	}
	list, err := w.m.Interrupted(context.Background())
	noError(t, err)
	if len(list) != 2 {
		t.Errorf("%d are offered", len(list))
	}
}

func TestAPrivateConversationCanBeDeletedWhileItAnswers(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Deltas: []string{"One, ", "two."}, StallAfter: simulator.AfterDeltas(1)})
	c, err := w.m.NewPrivate(context.Background(), session.Params{})
	noError(t, err)
	_, err = c.Send(context.Background(), session.Outgoing{Text: "Count."})
	noError(t, err)
	until(t, c, "the first words", func(s session.Snapshot) bool { return s.Live != nil && textOf(s.Live) != "" })
	noError(t, w.m.Delete(context.Background(), c.ID()))
	settle(t, c)
	if list, _ := w.m.List(context.Background(), session.Filter{}); len(list) != 0 {
		t.Errorf("list %+v", list)
	}
}
