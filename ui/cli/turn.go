package cli

import (
	"context"
	"errors"
	"time"

	"parlor/session"
)

// teller prints one turn as it happens.
type teller interface {
	// start is told before anything is sent.
	start(id, model string) error
	// piece is what is new of a part.
	piece(kind session.PartKind, text string) error
	// retry and notice are told once each.
	retry(r session.Retry, wait time.Duration) error
	notice(n session.Notice) error
	// end is told last, with the message as it is kept.
	end(id string, m *session.Message) error
}

// stopWithin is how long an interrupted answer may take to be saved.
const stopWithin = time.Second

// turn sends text and tells how the answer comes, until it is whole, broken off
// or ctx ends; then what had come is kept. The error is a turnError where the
// message is not whole.
func (a *app) turn(ctx context.Context, c *session.Conversation, text string, t teller) error {
	before := c.Snapshot()
	if err := t.start(a.idOf(c), before.Params.Model); err != nil {
		return err
	}
	if _, err := c.Send(ctx, session.Outgoing{Text: text}); err != nil {
		return err
	}
	f := follower{t: t, now: a.env.now}
	for _, n := range before.Notices {
		f.seen = n.Seq
	}
	id, err := f.follow(ctx, c)
	if err != nil {
		return err
	}
	messages, err := c.Messages(context.WithoutCancel(ctx), []int64{id})
	if err != nil {
		return err
	}
	if len(messages) == 0 {
		return errors.New("the answer was deleted by another process")
	}
	m := messages[0]
	if err := errors.Join(f.parts(m), t.end(a.idOf(c), m)); err != nil {
		return err
	}
	if m.State != session.Complete {
		return &turnError{m}
	}
	return nil
}

// idOf is the conversation's id for those outside; one that is not kept has
// none.
func (a *app) idOf(c *session.Conversation) string {
	if a.opt.noSave || a.opt.private {
		return ""
	}
	return c.ID()
}

// follower remembers how much of a turn was told.
type follower struct {
	t     teller
	now   func() time.Time
	seen  uint64 // last notice told
	retry int    // last attempt told
	told  []int  // bytes told, by part
}

// follow tells what happens until the turn is over and returns the id of its
// message.
func (f *follower) follow(ctx context.Context, c *session.Conversation) (int64, error) {
	done, limit := ctx.Done(), (<-chan time.Time)(nil)
	for {
		s := c.Snapshot()
		if err := f.tell(s); err != nil {
			c.Stop()
			return 0, err
		}
		if s.Turn.Phase == session.Idle && len(s.Queue) == 0 {
			if len(s.Path) == 0 {
				return 0, errors.New("there is no answer")
			}
			return s.Path[len(s.Path)-1].ID, nil
		}
		select {
		case <-c.Dirty():
		case <-done:
			c.Stop()
			timer := time.NewTimer(stopWithin)
			defer timer.Stop()
			done, limit = nil, timer.C
		case <-limit:
			return 0, ctx.Err()
		}
	}
}

func (f *follower) tell(s session.Snapshot) error {
	for _, n := range s.Notices {
		if n.Seq > f.seen {
			f.seen = n.Seq
			if err := f.t.notice(n); err != nil {
				return err
			}
		}
	}
	if r := s.Turn.Retry; r != nil && r.Attempt != f.retry {
		f.retry = r.Attempt
		if err := f.t.retry(*r, max(r.Until.Sub(f.now()), 0)); err != nil {
			return err
		}
	}
	// What another process is streaming is not the answer to our prompt.
	if s.Live != nil && s.Turn.Phase != session.Following && s.Live.Role == "assistant" {
		return f.parts(s.Live)
	}
	return nil
}

// parts tells what is new of a message.
func (f *follower) parts(m *session.Message) error {
	for i, p := range m.Parts {
		if i == len(f.told) {
			f.told = append(f.told, 0)
		}
		if len(p.Text) <= f.told[i] {
			continue
		}
		fresh := p.Text[f.told[i]:]
		f.told[i] = len(p.Text)
		if err := f.t.piece(p.Kind, fresh); err != nil {
			return err
		}
	}
	return nil
}
