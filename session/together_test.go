package session_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"parlor/session"
)

func TestCallsFromEverywhereLeaveAWholeConversation(t *testing.T) {
	w := newWorld(t)
	other := w.second()
	c := w.new()
	say(t, c, "Begin.")
	d := other.open(c.ID())
	var users sync.WaitGroup
	for n := range uint64(4) {
		users.Go(func() {
			rng := rand.New(rand.NewPCG(n, 5))
			for range 40 {
				if err := doAnything(rng, []*session.Conversation{c, d}[n%2]); err != nil {
					t.Error(err)
				}
				w.clock.Advance(1e9)
			}
		})
	}
	users.Wait()
	other.stop()
	w.restart()
	again := w.open(c.ID())
	list := messagesOf(t, again)
	for i, m := range list {
		if i > 0 && m.Role == list[i-1].Role && m.Role == "assistant" {
			t.Errorf("message %d follows one of its kind", i)
		}
		if m.State == session.Streaming {
			t.Errorf("message %d is still streaming", i)
		}
	}
}

// doAnything calls one of the methods. That something cannot be done now is no
// error.
func doAnything(rng *rand.Rand, c *session.Conversation) (err error) {
	ctx := context.Background()
	path := c.Snapshot().Path
	id := path[rng.IntN(len(path))].ID
	switch rng.IntN(9) {
	case 0, 1:
		_, err = c.Send(ctx, session.Outgoing{Text: fmt.Sprint("Message ", rng.IntN(1000))})
	case 2:
		err = c.Retry(ctx, id)
	case 3:
		err = c.Edit(ctx, id, session.Outgoing{Text: "Otherwise."})
	case 4:
		err = c.Flip(ctx, id, 1-2*rng.IntN(2))
	case 5:
		c.Stop()
	case 6:
		err = c.Continue(ctx, 0)
	case 7:
		err = c.SetParams(ctx, session.Params{Model: []string{opus, sonnet, haiku}[rng.IntN(3)]})
	case 8:
		if err = c.SaveDraft(ctx, 0, json.RawMessage(`"thinking"`)); err == nil {
			_, err = c.Messages(ctx, []int64{id})
		}
	}
	for _, fine := range []error{session.ErrBusy, session.ErrNoMessage, session.ErrNoContinue} {
		if errors.Is(err, fine) {
			return nil
		}
	}
	return err
}
