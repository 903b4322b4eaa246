package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"parlor/store"
)

func summaryOf(row store.Conversation) Summary {
	return Summary{
		ID: row.ID, Title: row.Title, Model: row.Model, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
		Messages: row.Messages, CostMicros: row.CostMicros, Pinned: row.Pinned, Archived: row.Archived, Tags: row.Tags,
	}
}

// List lists conversations: open private ones first, then pinned ones, then
// by their newest turn.
func (m *Manager) List(ctx context.Context, f Filter) ([]Summary, error) {
	var list []Summary
	if f.Offset == 0 && !f.Archived && !f.Deleted {
		list = m.privateOnes(f.Title)
	}
	rows, err := m.opt.Store.Conversations(ctx, store.Filter{
		Title: f.Title, Limit: f.Limit, Offset: f.Offset, Archived: f.Archived, Deleted: f.Deleted,
	})
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	for _, row := range rows {
		list = append(list, summaryOf(row))
	}
	return list, nil
}

func (m *Manager) privateOnes(title string) (list []Summary) {
	m.mu.Lock()
	var open []*Conversation
	for _, c := range m.open {
		if c.private {
			open = append(open, c)
		}
	}
	m.mu.Unlock()
	for _, c := range open {
		if s := c.summary(); s.Messages > 0 && hasWords(s.Title, title) {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b Summary) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return list
}

func hasWords(text, words string) bool {
	text = strings.ToLower(text)
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// Last returns the id of the conversation that was used last. If there is none
// the error is store.ErrNotFound.
func (m *Manager) Last(ctx context.Context) (id string, err error) {
	rows, err := m.opt.Store.Conversations(ctx, store.Filter{})
	if err != nil {
		return "", fmt.Errorf("find the last conversation: %w", err)
	}
	if len(rows) == 0 {
		return "", fmt.Errorf("find the last conversation: %w", store.ErrNotFound)
	}
	last := slices.MaxFunc(rows, func(a, b store.Conversation) int { return a.UpdatedAt.Compare(b.UpdatedAt) })
	return last.ID, nil
}

// shortestID is how many characters of an id are enough to look for it.
const shortestID = 3

// Find looks a conversation up by what a person types: its id, the beginning
// of its id, its title, the beginning of its title, words of its title. The
// first of these that finds something counts; deleted ones are not found. None
// and many are no error: the caller says so.
func (m *Manager) Find(ctx context.Context, query string) ([]Summary, error) {
	query = strings.TrimSpace(query)
	if query == "" {
		return nil, nil
	}
	row, err := m.opt.Store.Conversation(ctx, query)
	switch {
	case err == nil && row.DeletedAt.IsZero():
		return []Summary{summaryOf(row)}, nil
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return nil, fmt.Errorf("find a conversation: %w", err)
	}
	all, err := m.List(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	lower := strings.ToLower(query)
	for _, fits := range []func(Summary) bool{
		func(s Summary) bool { return len(query) >= shortestID && strings.HasPrefix(s.ID, query) },
		func(s Summary) bool { return strings.ToLower(s.Title) == lower },
		func(s Summary) bool { return strings.HasPrefix(strings.ToLower(s.Title), lower) },
		func(s Summary) bool { return hasWords(s.Title, lower) },
	} {
		found := slices.DeleteFunc(slices.Clone(all), func(s Summary) bool { return !fits(s) })
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

// peek returns the conversation if it is in memory, without becoming a user
// of it.
func (m *Manager) peek(id string) *Conversation {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open[id]
}

// IsPrivate tells whether id is an open private conversation, which Restore
// cannot bring back.
func (m *Manager) IsPrivate(id string) bool {
	c := m.peek(id)
	return c != nil && c.private
}

// Rename gives a conversation a title; see Conversation.Rename.
func (m *Manager) Rename(ctx context.Context, id, title string) error {
	c := m.peek(id)
	if c == nil {
		c = newConversation(m, m.opt.Store, id, false)
		row, err := c.db.Conversation(ctx, id)
		if err != nil {
			return fmt.Errorf("rename: %w", err)
		}
		if err := c.reload(ctx, row); err != nil {
			return err
		}
	}
	return c.Rename(ctx, title)
}

// Delete hides a conversation from lists until Restore; a running answer is
// stopped. A private one is gone for good.
func (m *Manager) Delete(ctx context.Context, id string) error {
	c := m.peek(id)
	if c != nil {
		c.Stop()
		if c.private {
			return m.forget(c)
		}
		if !c.isStored() {
			return nil
		}
	}
	if err := m.opt.Store.DeleteConversation(ctx, id); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}

// forget drops a private conversation. Its database is closed when its turn
// has ended.
func (m *Manager) forget(c *Conversation) error {
	m.mu.Lock()
	delete(m.open, c.id)
	m.mu.Unlock()
	c.mu.Lock()
	t := c.turn
	c.mu.Unlock()
	if t == nil {
		return c.db.Close()
	}
	m.spawn(func() {
		<-t.gone
		_ = c.db.Close() // memory only: nothing can be lost
	})
	return nil
}

// Restore undoes Delete.
func (m *Manager) Restore(ctx context.Context, id string) error {
	if err := m.opt.Store.RestoreConversation(ctx, id); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

// Purge removes a conversation for good. Backups of the database keep what
// they have.
func (m *Manager) Purge(ctx context.Context, id string) error {
	if c := m.peek(id); c != nil {
		c.Stop()
		if c.private {
			return m.forget(c)
		}
	}
	if err := m.opt.Store.PurgeConversation(ctx, id); err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	return nil
}

// transcriptStep is how many messages are read at a time.
const transcriptStep = 200

// Transcript returns a conversation with all messages of its branch, for
// export and for printing.
func (m *Manager) Transcript(ctx context.Context, id string) (Summary, Params, []*Message, error) {
	c := m.peek(id)
	if c == nil {
		c = newConversation(m, m.opt.Store, id, false)
		if err := c.load(ctx); err != nil {
			return Summary{}, Params{}, nil, err
		}
	}
	s := c.Snapshot()
	ids := make([]int64, len(s.Path))
	for i, ref := range s.Path {
		ids[i] = ref.ID
	}
	messages := make([]*Message, 0, len(ids))
	for step := range slices.Chunk(ids, transcriptStep) {
		part, err := c.Messages(ctx, step)
		if err != nil {
			return Summary{}, Params{}, nil, err
		}
		messages = append(messages, part...)
	}
	return c.summary(), s.Params, messages, nil
}
