package cli

import (
	"context"

	"parlor/session"
	"parlor/store"
)

// borrowed opens a conversation as -c or -r ask for, but on a copy in memory:
// what is said in it leaves nothing behind.
func (a *app) borrowed(ctx context.Context) (*session.Conversation, error) {
	m, err := a.house.open(ctx)
	if err != nil {
		return nil, err
	}
	id, err := a.wanted(ctx, m)
	if err != nil {
		return nil, err
	}
	from := a.house.database[a.house.databasePath(a.opt.demo)]
	a.house.forget = true
	a.house.database = map[string]*store.DB{}
	if m, err = a.house.open(ctx); err != nil {
		return nil, err
	}
	to := a.house.database[a.house.databasePath(a.opt.demo)]
	if err := copyConversation(ctx, from, to, id); err != nil {
		return nil, err
	}
	c, err := m.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	return c, a.applyFlags(ctx, c)
}

// copyConversation copies one conversation with its whole tree.
func copyConversation(ctx context.Context, from, to *store.DB, id string) error {
	row, err := from.Conversation(ctx, id)
	if err != nil {
		return err
	}
	nodes, err := from.Nodes(ctx, id)
	if err != nil {
		return err
	}
	ids := make([]int64, len(nodes))
	for i, n := range nodes {
		ids[i] = n.ID
	}
	messages, err := from.Messages(ctx, ids)
	if err != nil {
		return err
	}
	place := map[int64]int64{} // old id -> minus its place, which is how the store is told
	kept := messages[:0]
	for _, m := range messages {
		if m.State == string(session.Streaming) {
			continue // another process is at it
		}
		place[m.ID] = -int64(len(kept) + 1)
		m.Parent, m.Continues = place[m.Parent], place[m.Continues]
		kept = append(kept, m)
	}
	leaf := row.Leaf
	row.Leaf = 0
	if err := to.CreateConversation(ctx, row); err != nil {
		return err
	}
	fresh, err := to.InsertMessages(ctx, kept)
	if err != nil {
		return err
	}
	if at := place[leaf]; at != 0 {
		return to.UpdateConversation(ctx, id, store.ConversationPatch{Leaf: &fresh[-at-1]})
	}
	return nil
}
