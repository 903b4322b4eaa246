package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parlor/api"
)

// turn is one request and the answer to it. Two goroutines work on it: run
// reads the stream and never waits for anything else; pace commits what came
// to the journal and then shows it.
type turn struct {
	live // guarded by c.mu
	c    *Conversation

	ctx    context.Context
	cancel context.CancelCauseFunc
	client *api.Client
	params Params
	branch []int64 // the messages that the request is made of
	pauses int

	journal    journal // guarded by c.mu
	firstToken time.Duration
	requestID  string
	notes      []string
	incomplete bool // the stream lacked its end mark
	size       int  // of the request

	wake  chan struct{}      // something came; size one
	alarm chan time.Duration // another attempt after that wait; size one
	ended chan struct{}      // the stream is over
	gone  chan struct{}      // everything is done

	// of the pacing goroutine
	unsaved []byte
	tried   int // bytes of unsaved that the last attempt was to store
	seq     int
	trouble bool
	lastTry time.Time
}

func newTurn(c *Conversation, l live, p Params, branch []int64) *turn {
	t := &turn{
		live: l, c: c, client: c.m.Client(), params: p, branch: branch,
		wake: make(chan struct{}, 1), alarm: make(chan time.Duration, 1), ended: make(chan struct{}), gone: make(chan struct{}),
	}
	t.ctx, t.cancel = context.WithCancelCause(c.m.ctx)
	return t
}

// run is the life of a turn, from the request to what follows from the answer.
func (t *turn) run() {
	paced := make(chan struct{})
	go func() {
		defer close(paced)
		t.pace()
	}()
	err := t.ask()
	close(t.ended)
	<-paced
	t.finish(err)
	t.cancel(nil)
	close(t.gone)
	t.c.m.release(t.c)
}

// ask sends the request and reads the answer. One parameter that the server
// refuses is left out, once.
func (t *turn) ask() error {
	branch, err := t.bodies()
	if err != nil {
		return err
	}
	if t.client == nil {
		return api.ErrNoCredential
	}
	t.c.m.locate(t.ctx, t.client)
	f := t.c.m.facts(t.client, t.params.Model)
	err = t.try(branch, f)
	sent, ok := refusal{}, false
	if err != nil && t.live.acc.NumBlocks() == 0 {
		req, _ := buildRequest(branch, t.params, f)
		sent, ok = refusedParam(err, sentParams(req))
	}
	if !ok {
		return err
	}
	f.refused[sent.param], f.dropThinking = sent.limit, sent.param == thinkingBlocks
	err = t.try(branch, f)
	t.tellRefusal(sent, err)
	return err
}

// bodies reads what of the branch is not in memory. It is not kept: a long
// branch is needed for the moment of the request only.
func (t *turn) bodies() ([]*body, error) {
	known, missing := t.c.known(t.branch)
	rows, err := t.c.db.Messages(t.c.m.saving, missing)
	if err != nil {
		return nil, fmt.Errorf("read the conversation: %w", err)
	}
	for _, row := range rows {
		known[row.ID] = decodeForRequest(row)
	}
	branch := make([]*body, 0, len(t.branch))
	for _, id := range t.branch {
		if b := known[id]; b != nil {
			branch = append(branch, b)
		}
	}
	return branch, nil
}

// try makes the request from what is known and reads its stream to the end.
func (t *turn) try(branch []*body, f facts) error {
	req, notes := buildRequest(branch, t.params, f)
	t.notes, t.size = notes, size(req)
	if t.size > maxRequest {
		return fmt.Errorf("%w: %d bytes", api.ErrTooLarge, t.size)
	}
	t.phase(Connecting)
	stream, err := t.client.StreamMessage(t.ctx, req, api.OnRetry(t.retrying), api.WithPace(t.c.m.opt.ReadPace))
	if err != nil {
		return err
	}
	defer stream.Close()
	t.requestID = stream.Response().RequestID
	t.phase(Waiting)
	for ev, err := range stream.Events() {
		if t.incomplete = lacksOnlyEnd(err); t.incomplete {
			return nil
		}
		if err != nil {
			return err
		}
		t.add(ev)
	}
	return nil
}

// lacksOnlyEnd tells a stream that broke off when the message in it was whole.
func lacksOnlyEnd(err error) bool {
	var broken *api.StreamError
	return errors.As(err, &broken) && broken.StopReason != "" && errors.Is(err, api.ErrConnection)
}

// tellRefusal says what was left out, and remembers it if that helped.
func (t *turn) tellRefusal(r refusal, err error) {
	if err != nil && t.live.acc.NumBlocks() == 0 {
		return // it did not help, as far as one can see: the second failure is what is told
	}
	text := fmt.Sprintf("%s refused %s; it was left out and the request sent again.", t.params.Model, r.param)
	if r.param == "max_tokens" {
		text = fmt.Sprintf("%s writes at most %d tokens; max tokens was lowered and the request sent again.", t.params.Model, r.limit)
	}
	t.c.notify("", Notice{Level: "warning", Text: text})
	if r.param == "cache_control" || r.param == "thinking.display" || r.param == thinkingBlocks {
		t.notes = append(t.notes, r.param+" not sent: "+refusedReason)
	}
	if !r.remember {
		return
	}
	if err := t.c.m.learn(t.c.m.saving, t.client, t.params.Model, r); err != nil {
		t.c.m.opt.Logger.Warn("not remembered what the model refuses", "error", err)
	}
}

func (t *turn) phase(p Phase) {
	t.c.change(func() { t.enter(p, t.c.m.opt.Now()) })
}

// retried ends the countdown. The client's own clock may have been faster, and
// the answer be there already.
func (t *turn) retried() {
	now := t.c.m.opt.Now()
	t.c.change(func() {
		if t.state.Phase == Retrying {
			t.enter(Connecting, now)
		}
	})
}

// retrying is told of each wait before another attempt.
func (t *turn) retrying(r api.Retry) {
	now := t.c.m.opt.Now()
	t.c.change(func() {
		t.enter(Retrying, now)
		t.state.Since = now
		t.state.Retry = &Retry{Attempt: r.Attempt + 1, Max: r.MaxAttempts, Until: now.Add(r.Wait), Reason: reason(r.Err)}
	})
	select {
	case t.alarm <- r.Wait:
	default:
	}
}

// reason is why an attempt failed, in a clause.
func reason(err error) string {
	for _, k := range []struct {
		kind   error
		clause string
	}{
		{api.ErrOverloaded, "overloaded"},
		{api.ErrRateLimit, "rate limited"},
		{api.ErrTimeout, "no answer"},
		{api.ErrConflict, "conflict"},
		{api.ErrServer, "server error"},
		{api.ErrConnection, "no connection"},
	} {
		if errors.Is(err, k.kind) {
			return k.clause
		}
	}
	return "failed"
}

// add folds an event in and returns at once. What begins a message or a block
// shows nothing yet and wakes nobody, so that the first text need not wait.
func (t *turn) add(ev api.Event) {
	now := t.c.m.opt.Now()
	t.c.mu.Lock()
	t.journal.add(ev)
	if t.live.add(ev, now) && t.state.Phase != Answering {
		t.enter(Answering, now)
		t.firstToken = now.Sub(t.state.Started)
	}
	t.c.mu.Unlock()
	if ev.Type == api.EventMessageStart || ev.Type == api.EventContentBlockStart {
		return
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// pace commits and shows what comes: the first piece at once, then at most
// every FlushEvery, and the rest when the stream is over.
func (t *turn) pace() {
	var due <-chan time.Time
	for {
		select {
		case <-t.wake:
			t.flush()
		case wait := <-t.alarm:
			due = t.c.m.opt.After(wait)
			continue
		case <-due:
			due = nil
			t.retried()
			continue
		case <-t.ended:
			t.flush()
			return
		}
		if t.c.m.opt.FlushEvery > 0 {
			select {
			case <-t.c.m.opt.After(t.c.m.opt.FlushEvery):
			case <-t.ended:
			}
		}
	}
}

// flush shows a version when it is in the journal, or when the user was told
// that it cannot be.
func (t *turn) flush() {
	t.c.mu.Lock()
	piece := t.journal.take()
	view := t.show(t.c.m.tick())
	view.FirstToken = t.firstToken
	t.c.mu.Unlock()
	t.commit(t.c.m.saving, piece)
	t.c.change(func() { t.view = view })
}
