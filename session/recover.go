package session

import (
	"context"
	"errors"
	"fmt"

	"parlor/api"
	"parlor/store"
)

// recover ends the streams whose process died, in one conversation or, with
// "", in all: what is in the journal becomes the answer. It returns the
// streams of other processes that live.
func (m *Manager) recover(ctx context.Context, db *store.DB, conversation string) (live []store.Message, err error) {
	rows, err := db.Streaming(ctx, conversation)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		switch {
		case row.Owner == db.Owner(): // runs here, or waits to be saved
		case db.OwnerAlive(row.Owner):
			live = append(live, row)
		default:
			if err := m.salvage(ctx, db, row); err != nil {
				return live, fmt.Errorf("recover message %d: %w", row.ID, err)
			}
		}
	}
	return live, nil
}

// salvage folds the journal of a dead process into its message.
func (m *Manager) salvage(ctx context.Context, db *store.DB, row store.Message) error {
	pieces, err := db.Journal(ctx, row.ID, 0)
	if err != nil {
		return err
	}
	r := replayer{acc: &api.Accumulator{}}
	r.add(pieces)
	answer := r.acc.Message()
	end := ending{state: Interrupted, failure: &Failure{
		Kind: "interrupted", Message: "parlor ended while this answer arrived; everything that was shown is here.", Hint: interruptedHint,
	}}
	if answer.StopReason != "" { // only the last commit was missing
		end = judgeWhole(answer, true)
	}
	old := decodeBody(row)
	row.State = string(end.state)
	row.Blocks, row.Text, row.StopReason = encodeBlocks(answer.Content), plainText(answer.Content), answer.StopReason
	row.Usage = encode(answer.Usage)
	if answer.Usage.InputTokens > 0 || answer.Usage.OutputTokens > 0 {
		row.CostMicros, row.PriceDate = price(answer.Model, old.params.Model, answer.Usage)
	}
	if answer.Model != "" {
		row.Model = answer.Model
	}
	row.Meta = encode(meta{Notes: end.notes, Blocked: end.blocked})
	if end.failure != nil {
		row.Failure = encode(end.failure)
	}
	row.DoneAt = m.opt.Now()
	err = db.FinishMessage(ctx, row)
	if errors.Is(err, store.ErrNotStreaming) || errors.Is(err, store.ErrNotFound) {
		return nil // another process was faster
	}
	return err
}

// recentlyUsed is among how many conversations Interrupted looks.
const recentlyUsed = 50

// Interrupted lists the conversations, newest first, whose last message was
// cut off, for the offer to go on with them. It first recovers what processes
// left that died.
func (m *Manager) Interrupted(ctx context.Context) ([]Summary, error) {
	if _, err := m.recover(ctx, m.opt.Store, ""); err != nil {
		return nil, err
	}
	rows, err := m.opt.Store.Conversations(ctx, store.Filter{Limit: recentlyUsed})
	if err != nil {
		return nil, fmt.Errorf("look for interrupted answers: %w", err)
	}
	leaves := make([]int64, 0, len(rows))
	for _, row := range rows {
		leaves = append(leaves, row.Leaf)
	}
	messages, err := m.opt.Store.Messages(ctx, leaves)
	if err != nil {
		return nil, fmt.Errorf("look for interrupted answers: %w", err)
	}
	cut := map[string]bool{}
	for _, message := range messages {
		cut[message.Conversation] = message.State == string(Interrupted)
	}
	var list []Summary
	for _, row := range rows {
		if cut[row.ID] {
			list = append(list, summaryOf(row))
		}
	}
	return list, nil
}
