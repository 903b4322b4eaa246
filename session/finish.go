package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"parlor/api"
	"parlor/store"
)

// ending is how an answer ended.
type ending struct {
	state   State
	failure *Failure
	notes   []string
	blocked string
}

// maxPauses is how often a paused answer is resumed by itself.
const maxPauses = 5

// finish stores the answer, shows it and does what follows from it.
func (t *turn) finish(err error) {
	c, now := t.c, t.c.m.opt.Now()
	c.mu.Lock()
	answer := t.acc.Message()
	started := t.state.Started
	none := t.empty()
	c.mu.Unlock()
	end := t.judge(err, answer, none, now)
	row := t.row(answer, end, now.Sub(started), now)
	b := decodeBody(row)
	b.parent, b.created = t.branchEnd(), started
	c.saveFinished(row, b)
	c.mu.Lock()
	c.took(b)
	c.turn = nil
	next := t.next(end, b.stop)
	switch next {
	case resume:
		c.resuming = true
	case sendQueue:
		c.settling++
	}
	titles := c.wantTitle() && end.state == Complete && b.text() != ""
	c.titled = c.titled || titles
	c.mu.Unlock()
	c.signal()
	if titles {
		prompt := c.firstPrompt()
		c.m.spawn(func() { c.makeTitle(prompt, b.text()) })
	}
	switch next {
	case resume:
		t.resume(b.id)
	case sendQueue:
		c.settle(c.m.ctx, true)
	}
}

// sequel is what follows from an answer by itself.
type sequel int

const (
	nothing sequel = iota
	resume
	sendQueue
)

// next decides what follows from the answer.
func (t *turn) next(end ending, stopReason string) sequel {
	switch {
	case end.state != Complete || t.ctx.Err() != nil:
	case paused(stopReason) && t.pauses < maxPauses:
		return resume
	case ended(stopReason):
		return sendQueue
	}
	return nothing
}

// took adds a finished answer to what is shown. The caller holds mu.
func (c *Conversation) took(b *body) {
	if n := c.tree[b.id]; n != nil {
		n.state = b.state
	}
	c.bodies.put(b)
	c.cost += b.cost
	c.costKnown = c.costKnown && (b.priced || len(b.blocks) == 0)
	c.row.UpdatedAt = c.m.opt.Now()
	if b.usage.OutputTokens > 0 {
		c.last = lastRequest{usage: b.usage, model: b.params.Model, at: c.m.opt.Now()}
	}
	c.rebuild()
	c.changed(b.id)
}

// resume goes on with a paused answer, unless something else began meanwhile.
func (t *turn) resume(last int64) {
	c := t.c
	c.ops.Lock()
	defer c.ops.Unlock()
	err := c.start(c.m.ctx, step{parent: last, continues: t.base.ID, pauses: t.pauses + 1})
	if err == nil {
		return
	}
	c.change(func() { c.resuming = false })
	if !errors.Is(err, ErrBusy) && !errors.Is(err, ErrClosed) {
		c.notify("", Notice{Level: "error", Text: "The answer could not be resumed. Continue, or retry.", Detail: err.Error()})
	}
}

// ended tells that a complete answer came to its own end, so that what waits in
// the queue can go out.
func ended(stopReason string) bool {
	return stopReason != api.StopMaxTokens && stopReason != api.StopContextWindow && !paused(stopReason)
}

// judge tells what became of an answer.
func (t *turn) judge(err error, answer *api.Message, none bool, now time.Time) ending {
	if err == nil {
		return judgeWhole(answer, t.incomplete)
	}
	switch cause := context.Cause(t.ctx); {
	case errors.Is(cause, errStopped):
		return ending{state: Stopped}
	case errors.Is(cause, errClosing):
		return ending{state: Interrupted, failure: &Failure{
			Kind: "interrupted", Message: "parlor was closed while this answer arrived.", Hint: interruptedHint,
		}}
	}
	f := failer{ctx: t.c.m.saving, client: t.client, model: t.params.Model, now: now, broke: !none, size: t.size}.of(err)
	if f.RequestID == "" {
		f.RequestID = t.requestID
	}
	if none {
		return ending{state: Failed, failure: f}
	}
	return ending{state: Interrupted, failure: f}
}

const interruptedHint = "Continue, or retry."

// judgeWhole is for answers with a stop reason: what each of them means.
func judgeWhole(answer *api.Message, incomplete bool) ending {
	end := ending{state: Complete}
	switch answer.StopReason {
	case api.StopEndTurn, api.StopMaxTokens, api.StopSequence, api.StopPauseTurn, api.StopCompaction, "":
	case api.StopRefusal:
		end.state, end.blocked = Refused, refusalReason(answer.StopDetails)
	case api.StopContextWindow:
		end.notes = append(end.notes, "The context is full: the answer ends here. A model with a larger window can go on.")
	case api.StopToolUse:
		end.notes = append(end.notes, "The model asked for a tool, which was not carried out.")
	default:
		end.notes = append(end.notes, fmt.Sprintf("The answer ended for a reason this version does not know: %s.", answer.StopReason))
	}
	if incomplete {
		end.notes = append(end.notes, "The stream lacked its end mark; the answer is complete.")
	}
	if !slices.ContainsFunc(answer.Content, func(b api.Block) bool { return !blank(b) }) && end.state == Complete && !paused(answer.StopReason) {
		end.notes = append(end.notes, "The answer is empty.")
	}
	return end
}

func refusalReason(d *api.StopDetails) string {
	if d == nil {
		return "The model declined to answer."
	}
	why := strings.Join(strings.Fields(d.Explanation), " ")
	if category := strings.Join(strings.Fields(strings.ReplaceAll(d.Category, "_", " ")), " "); category != "" {
		return strings.TrimSpace("The model declined to answer (" + category + "). " + why)
	}
	return strings.TrimSpace("The model declined to answer. " + why)
}

// row is the answer as it is stored.
func (t *turn) row(answer *api.Message, end ending, elapsed time.Duration, now time.Time) store.Message {
	micros, date := price(answer.Model, t.params.Model, answer.Usage)
	if answer.Usage.OutputTokens == 0 && answer.Usage.InputTokens == 0 && answer.Usage.CacheReadInputTokens == 0 {
		micros, date = 0, "" // the server did not tell
	}
	m := meta{
		Notes: append(t.notes, end.notes...), FirstToken: t.firstToken, Elapsed: elapsed,
		Thought: t.thought, Blocked: end.blocked, Pauses: t.pauses,
	}
	row := store.Message{
		ID: t.id, Conversation: t.c.id, Role: roleAssistant, State: string(end.state),
		Model: answer.Model, StopReason: answer.StopReason, RequestID: t.requestID,
		Text: plainText(answer.Content), Blocks: encodeBlocks(answer.Content), Usage: encode(answer.Usage),
		Params: encode(t.params), Meta: encode(m), CostMicros: micros, PriceDate: date, DoneAt: now,
	}
	if row.Model == "" {
		row.Model = t.params.Model
	}
	if end.failure != nil {
		row.Failure = encode(end.failure)
	}
	return row
}

func (t *turn) branchEnd() int64 {
	if len(t.branch) == 0 {
		return 0
	}
	return t.branch[len(t.branch)-1]
}

// firstPrompt is the text that began the branch.
func (c *Conversation) firstPrompt() string {
	c.mu.Lock()
	var first int64
	if len(c.path) > 0 {
		first = c.path[0].ID
	}
	c.mu.Unlock()
	b, err := c.bodyOf(c.m.ctx, first)
	if err != nil {
		return ""
	}
	return b.text()
}

func (b *body) text() string { return plainText(b.blocks) }
