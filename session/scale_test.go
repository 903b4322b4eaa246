package session

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"parlor/api"
	"parlor/store"
)

// long is a database with one conversation of n messages.
func long(tb testing.TB, n int) (*store.DB, string) {
	tb.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(tb.TempDir(), "parlor.db")})
	if err != nil {
		tb.Fatal(err)
	}
	if err := db.CreateConversation(ctx, store.Conversation{ID: "long", Title: "Long", Params: encode(Params{Model: opus})}); err != nil {
		tb.Fatal(err)
	}
	rows := make([]store.Message, n)
	for i := range rows {
		role := []string{"user", "assistant"}[i%2]
		text := fmt.Sprintf("Message %d. ", i)
		rows[i] = store.Message{
			Conversation: "long", Parent: int64(-i), Role: role, State: string(Complete), Text: text,
			Blocks: encodeBlocks([]api.Block{api.NewText(text)}),
		}
	}
	ids, err := db.InsertMessages(ctx, rows)
	if err != nil {
		tb.Fatal(err)
	}
	leaf := ids[len(ids)-1]
	if err := db.UpdateConversation(ctx, "long", store.ConversationPatch{Leaf: &leaf}); err != nil {
		tb.Fatal(err)
	}
	return db, "long"
}

func TestALongConversationIsOpenedWithoutReadingIt(t *testing.T) {
	ctx := context.Background()
	db, id := long(t, 10000)
	defer db.Close()
	m := NewManager(Options{Store: db, Defaults: Params{Model: opus}, PollEvery: -1})
	defer m.Close(ctx)
	c, err := m.Open(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Snapshot()
	if len(s.Path) != 10000 {
		t.Fatalf("%d messages on the branch", len(s.Path))
	}
	if n := c.bodies.order.Len(); n > tailSize {
		t.Errorf("%d texts were read", n)
	}
	middle := s.Path[5000].ID
	list, err := c.Messages(ctx, []int64{middle})
	if err != nil || len(list) != 1 || list[0].Parts[0].Text != "Message 5000. " {
		t.Errorf("the middle: %+v %v", list, err)
	}
	for i := 0; i < len(s.Path); i += 100 {
		var ids []int64
		for _, ref := range s.Path[i : i+100] {
			ids = append(ids, ref.ID)
		}
		if _, err := c.Messages(ctx, ids); err != nil {
			t.Fatal(err)
		}
	}
	if c.bodies.size > windowBytes {
		t.Errorf("%d bytes are kept", c.bodies.size)
	}
}

func TestASnapshotCostsTheSameForAnyLength(t *testing.T) {
	allocations := func(n int) float64 {
		db, id := long(t, n)
		defer db.Close()
		m := NewManager(Options{Store: db, Defaults: Params{Model: opus}, PollEvery: -1})
		defer m.Close(context.Background())
		c, err := m.Open(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		return testing.AllocsPerRun(100, func() { c.Snapshot() })
	}
	if short, long := allocations(10), allocations(2000); long > short {
		t.Errorf("%v allocations for 10 messages, %v for 2000", short, long)
	}
}

func BenchmarkOpen10000(b *testing.B) {
	ctx := context.Background()
	db, id := long(b, 10000)
	defer db.Close()
	for b.Loop() {
		m := NewManager(Options{Store: db, Defaults: Params{Model: opus}, PollEvery: -1})
		if _, err := m.Open(ctx, id); err != nil {
			b.Fatal(err)
		}
		_ = m.Close(ctx)
	}
}

func BenchmarkRequest10000(b *testing.B) {
	db, id := long(b, 10000)
	defer db.Close()
	nodes, err := db.Nodes(context.Background(), id)
	if err != nil {
		b.Fatal(err)
	}
	var ids []int64
	for _, n := range nodes {
		ids = append(ids, n.ID)
	}
	f := facts{caps: capsOf(opus)}
	for b.Loop() {
		rows, err := db.Messages(context.Background(), ids)
		if err != nil {
			b.Fatal(err)
		}
		var branch []*body
		for _, row := range rows {
			branch = append(branch, decodeForRequest(row))
		}
		buildRequest(branch, Params{Model: opus}, f)
	}
}
