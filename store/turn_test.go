package store_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"parlor/store"
)

func TestTurnIsCommittedWholeBeforeItsRequest(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	ok(t, db.SaveDraft(ctx, store.Draft{Conversation: "a", Body: json.RawMessage(`"My name is Alice"`)}))
	item := must(db.Enqueue(ctx, store.QueueItem{Conversation: "a", Body: json.RawMessage(`"next"`)}))(t)

	user, answer, err := db.BeginTurn(ctx, store.Turn{
		Conversation: "a",
		User:         &store.Message{Role: "user", State: "done", Text: "My name is Alice", Blocks: json.RawMessage(`[{"type":"text"}]`)},
		Assistant:    &store.Message{Role: "assistant", Model: "claude-opus", Params: json.RawMessage(`{"temperature":0.5}`)},
		ClearDraftOf: &store.DraftKey{},
		Dequeue:      item,
	})
	ok(t, err)

	// What another process sees at this moment.
	other := openAt(t, db.Path())
	c := must(other.Conversation(ctx, "a"))(t)
	equal(t, "leaf", c.Leaf, answer)
	equal(t, "model", c.Model, "claude-opus")
	equal(t, "messages", c.Messages, 2)
	equal(t, "drafts", len(must(other.Drafts(ctx, "a"))(t)), 0)
	equal(t, "queue", len(must(other.Queue(ctx, "a"))(t)), 0)
	messages := must(other.Messages(ctx, []int64{answer, user}))(t)
	equal(t, "state", messages[0].State, store.StateStreaming)
	equal(t, "owner", messages[0].Owner, db.Owner())
	equal(t, "parent", messages[0].Parent, user)
	equal(t, "text", messages[1].Text, "My name is Alice")
	equal(t, "the owner is seen to live", other.OwnerAlive(messages[0].Owner), true)
	streaming := must(other.Streaming(ctx, ""))(t)
	equal(t, "streaming", len(streaming), 1)
	equal(t, "elsewhere", len(must(other.Streaming(ctx, "b"))(t)), 0)
}

func TestFinishedTurnHasItsContentCostAndNoJournal(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	_, answer, err := db.BeginTurn(ctx, store.Turn{
		Conversation: "a",
		User:         &store.Message{Role: "user", State: "done"},
		Assistant: &store.Message{
			Role: "assistant", Model: "asked-for", Params: json.RawMessage(`{"p":1}`), Meta: json.RawMessage(`{"m":1}`),
		},
	})
	ok(t, err)
	begun := must(db.Messages(ctx, []int64{answer}))(t)[0]
	ok(t, db.AppendJournal(ctx, answer, 0, [][]byte{[]byte("half")}))

	done := time.UnixMicro(1_800_000_000_000_000)
	ok(t, db.FinishMessage(ctx, store.Message{
		ID: answer, State: "done", Text: "whole", Blocks: json.RawMessage("[ 1.0, \"<b>\\u2028\" ]"), Usage: json.RawMessage(`{"u":1}`),
		Failure: json.RawMessage(`{"f":1}`), StopReason: "end_turn", RequestID: "req_1", CostMicros: 1234, PriceDate: "2026-11-01", DoneAt: done,
	}))
	want := begun
	want.State, want.Owner, want.Text, want.Blocks = "done", "", "whole", json.RawMessage("[ 1.0, \"<b>\\u2028\" ]")
	want.Usage, want.Failure = json.RawMessage(`{"u":1}`), json.RawMessage(`{"f":1}`)
	want.StopReason, want.RequestID, want.CostMicros, want.PriceDate, want.DoneAt = "end_turn", "req_1", 1234, "2026-11-01", done
	got := must(db.Messages(ctx, []int64{answer}))(t)[0]
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	equal(t, "journal", len(must(db.Journal(ctx, answer, 0))(t)), 0)
	equal(t, "streaming", len(must(db.Streaming(ctx, "a"))(t)), 0)
	c := must(db.Conversation(ctx, "a"))(t)
	equal(t, "cost", c.CostMicros, 1234)
	equal(t, "updated", c.UpdatedAt, done)

	t.Run("the first to finish has the last word", func(t *testing.T) {
		err := db.FinishMessage(ctx, store.Message{ID: answer, State: "interrupted", CostMicros: 1})
		wantKind(t, err, store.ErrNotStreaming)
		wantKind(t, db.AppendJournal(ctx, answer, 1, [][]byte{[]byte("late")}), store.ErrNotStreaming)
		equal(t, "text", must(db.Messages(ctx, []int64{answer}))(t)[0].Text, "whole")
		equal(t, "cost", must(db.Conversation(ctx, "a"))(t).CostMicros, 1234)
	})
	t.Run("an end is an end", func(t *testing.T) {
		_, second := begin(t, db, "a", "more")
		for _, state := range []string{"", store.StateStreaming} {
			if err := db.FinishMessage(ctx, store.Message{ID: second, State: state}); err == nil {
				t.Errorf("finished as %q", state)
			}
		}
		wantKind(t, db.FinishMessage(ctx, store.Message{ID: 999, State: "done"}), store.ErrNotFound)
	})
	t.Run("the answering model and other facts can be told at the end", func(t *testing.T) {
		_, third := begin(t, db, "a", "more")
		ok(t, db.FinishMessage(ctx, store.Message{ID: third, State: "done", Model: "answered", Params: json.RawMessage(`2`), Meta: json.RawMessage(`3`)}))
		m := must(db.Messages(ctx, []int64{third}))(t)[0]
		equal(t, "model", m.Model, "answered")
		equal(t, "params", string(m.Params), "2")
		equal(t, "meta", string(m.Meta), "3")
		equal(t, "conversation keeps what was asked for", must(db.Conversation(ctx, "a"))(t).Model, "claude-opus")
	})
}

func TestRetryIsASiblingAndContinueGoesOn(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	user, first := begin(t, db, "a", "question")
	none, second, err := db.BeginTurn(t.Context(), store.Turn{
		Conversation: "a", Assistant: &store.Message{Role: "assistant", Parent: user},
	})
	ok(t, err)
	equal(t, "no user message", none, 0)
	_, third, err := db.BeginTurn(t.Context(), store.Turn{
		Conversation: "a", Assistant: &store.Message{Role: "assistant", Parent: second, Continues: second},
	})
	ok(t, err)
	typed, alone, err := db.BeginTurn(t.Context(), store.Turn{
		Conversation: "a", User: &store.Message{Role: "user", State: "done", Parent: third},
	})
	ok(t, err)
	equal(t, "no assistant message", alone, 0)

	type edge struct{ id, parent, continues int64 }
	var got []edge
	for _, n := range must(db.Nodes(t.Context(), "a"))(t) {
		got = append(got, edge{n.ID, n.Parent, n.Continues})
	}
	want := []edge{{user, 0, 0}, {first, user, 0}, {second, user, 0}, {third, second, second}, {typed, third, 0}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	equal(t, "leaf", must(db.Conversation(t.Context(), "a"))(t).Leaf, typed)
}

func TestTurnThatCannotBeStoredStoresNothing(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	talk(t, db, "b")
	foreign, _ := begin(t, db, "b", "elsewhere")
	item := must(db.Enqueue(t.Context(), store.QueueItem{Conversation: "b", Body: json.RawMessage(`1`)}))(t)
	before := must(db.Conversation(t.Context(), "a"))(t)
	question := &store.Message{Role: "user", State: "done"}
	for name, turn := range map[string]store.Turn{
		"no message":                   {Conversation: "a"},
		"unknown conversation":         {Conversation: "nobody", User: question},
		"unknown parent":               {Conversation: "a", User: &store.Message{Role: "user", State: "done", Parent: 999}},
		"parent elsewhere":             {Conversation: "a", Assistant: &store.Message{Role: "assistant", Parent: foreign}},
		"continues elsewhere":          {Conversation: "a", User: question, Assistant: &store.Message{Role: "assistant", Continues: foreign}},
		"queue item sent by another":   {Conversation: "a", User: question, Dequeue: 999},
		"queue item of another thread": {Conversation: "a", User: question, Dequeue: item},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := db.BeginTurn(t.Context(), turn)
			if name != "no message" {
				wantKind(t, err, store.ErrNotFound)
			} else if err == nil {
				t.Fatal("stored")
			}
			equal(t, "nodes", len(must(db.Nodes(t.Context(), "a"))(t)), 0)
			if after := must(db.Conversation(t.Context(), "a"))(t); !reflect.DeepEqual(after, before) {
				t.Errorf("changed to %+v", after)
			}
		})
	}
	equal(t, "queue", len(must(db.Queue(t.Context(), "b"))(t)), 1)
}
