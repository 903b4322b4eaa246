package session_test

import (
	"context"
	"testing"

	"parlor/api/simulator"
	"parlor/session"
)

// answering sends a message whose answer has begun and waits at the gate.
func answering(t *testing.T, w *world, c *session.Conversation) (gate chan struct{}) {
	t.Helper()
	gate = make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"One, ", "two."}, Gate: gate})
	_, err := c.Send(context.Background(), session.Outgoing{Text: "First."})
	noError(t, err)
	gate <- struct{}{}
	until(t, c, "the first words", func(s session.Snapshot) bool { return s.Live != nil && textOf(s.Live) == "One, " })
	return gate
}

func TestANewMessageDoesNotOvertakeTheQueue(t *testing.T) {
	w := newWorld(t, func(w *world) { w.opt.TitleModel = haiku })
	ctx := context.Background()
	c := w.new()
	gate := answering(t, w, c)
	_, err := c.Send(ctx, session.Outgoing{Text: "Second."})
	noError(t, err)

	release := w.m.Stall() // the answer ends, and what follows from that waits
	close(gate)
	settle(t, c)
	sent := make(chan error)
	go func() {
		_, err := c.Send(ctx, session.Outgoing{Text: "Third."})
		sent <- err
	}()
	s := until(t, c, "the third message to be taken", func(s session.Snapshot) bool { return len(s.Queue) == 2 || !idle(s) })
	if len(s.Queue) != 2 {
		t.Errorf("the third message went out before the second, which is in the queue: %+v", s.Queue)
	}
	release()
	noError(t, <-sent)
	until(t, c, "everything to be sent", func(s session.Snapshot) bool { return idle(s) && len(s.Queue) == 0 && len(s.Path) == 6 })
	all := messagesOf(t, c)
	if textOf(all[2]) != "Second." || textOf(all[4]) != "Third." {
		t.Errorf("sent %q and then %q", textOf(all[2]), textOf(all[4]))
	}
}

func TestWithNothingQueuedAMessageGoesOutAtOnce(t *testing.T) {
	w := newWorld(t)
	c := w.new()
	gate := answering(t, w, c)
	release := c.Stall()
	close(gate)
	settle(t, c)
	release()
	queued, err := c.Send(context.Background(), session.Outgoing{Text: "Second."})
	noError(t, err)
	if queued {
		t.Error("queued behind nothing")
	}
	settle(t, c)
}

func TestAConversationThatIsAboutToSendIsNotForgotten(t *testing.T) {
	w := newWorld(t)
	c := w.new()
	gate := answering(t, w, c)
	_, err := c.Send(context.Background(), session.Outgoing{Text: "Second."})
	noError(t, err)
	release := c.Stall()
	close(gate)
	settle(t, c)
	noError(t, c.Close())
	again := w.open(c.ID())
	release()
	if again != c {
		t.Error("it was forgotten and read anew, beside the one that sends")
	}
	until(t, c, "everything to be sent", func(s session.Snapshot) bool { return idle(s) && len(s.Queue) == 0 && len(s.Path) == 4 })
}
