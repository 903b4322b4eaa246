package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"parlor/store"
)

// BenchmarkOpen is on the way to the first frame.
func BenchmarkOpen(b *testing.B) {
	for _, messages := range []int{10, 10_000} {
		b.Run(fmt.Sprintf("messages=%d", messages), func(b *testing.B) {
			path := newPath(b)
			db := openAt(b, path)
			talk(b, db, "a")
			chain(b, db, "a", messages)
			ok(b, db.Close())
			for b.Loop() {
				db, err := store.Open(b.Context(), store.Options{Path: path})
				ok(b, err)
				b.StopTimer()
				ok(b, db.Close())
				b.StartTimer()
			}
		})
	}
}

// BenchmarkOpenAndList is opening and the two reads that show the last conversation.
func BenchmarkOpenAndList(b *testing.B) {
	path := newPath(b)
	db := openAt(b, path)
	talk(b, db, "a")
	chain(b, db, "a", 10)
	ok(b, db.Close())
	for b.Loop() {
		db, err := store.Open(b.Context(), store.Options{Path: path})
		ok(b, err)
		_, err = db.Conversations(b.Context(), store.Filter{Limit: 50})
		ok(b, err)
		_, err = db.Nodes(b.Context(), "a")
		ok(b, err)
		b.StopTimer()
		ok(b, db.Close())
		b.StartTimer()
	}
}

func BenchmarkBeginTurn(b *testing.B) {
	db := openNew(b)
	talk(b, db, "a")
	ok(b, db.ClaimOwner(b.Context()))
	for b.Loop() {
		begin(b, db, "a", "What is my name?")
	}
}

func BenchmarkFinishMessage(b *testing.B) {
	db := openNew(b)
	talk(b, db, "a")
	text := strings.Repeat("some words of an answer ", 400)
	pieces := bytes.SplitAfter([]byte(text), []byte(" "))
	for b.Loop() {
		b.StopTimer()
		_, answer := begin(b, db, "a", "x")
		ok(b, db.AppendJournal(b.Context(), answer, 0, pieces))
		b.StartTimer()
		ok(b, db.FinishMessage(b.Context(), store.Message{ID: answer, State: "done", Text: text, Blocks: json.RawMessage(text)}))
	}
}

// BenchmarkAppendJournal is paid once per frame of a running stream.
func BenchmarkAppendJournal(b *testing.B) {
	db := openNew(b)
	talk(b, db, "a")
	_, answer := begin(b, db, "a", "x")
	piece := [][]byte{[]byte(strings.Repeat("a piece ", 8))}
	for seq := 0; b.Loop(); seq++ {
		ok(b, db.AppendJournal(b.Context(), answer, seq, piece))
	}
}

// chain inserts messages of which each answers the one before, in the size of
// real ones.
func chain(b *testing.B, db *store.DB, conversation string, n int) (ids []int64) {
	b.Helper()
	text := strings.Repeat("some words of an answer ", 80)
	messages := make([]store.Message, n)
	for i := range messages {
		messages[i] = store.Message{
			Conversation: conversation, Parent: int64(-i), Role: "assistant", State: "done", Text: text, Blocks: json.RawMessage(text),
		}
	}
	ids, err := db.InsertMessages(b.Context(), messages)
	ok(b, err)
	return ids
}

func BenchmarkNodes(b *testing.B) {
	db := openNew(b)
	talk(b, db, "a")
	chain(b, db, "a", 10_000)
	for b.Loop() {
		nodes, err := db.Nodes(b.Context(), "a")
		ok(b, err)
		equal(b, "nodes", len(nodes), 10_000)
	}
}

func BenchmarkMessages(b *testing.B) {
	db := openNew(b)
	talk(b, db, "a")
	ids := chain(b, db, "a", 10_000)
	for b.Loop() {
		_, err := db.Messages(b.Context(), ids[9_950:])
		ok(b, err)
	}
}

func BenchmarkConversations(b *testing.B) {
	db := openNew(b)
	for i := range 10_000 {
		ok(b, db.CreateConversation(b.Context(), store.Conversation{ID: fmt.Sprint(i), Title: fmt.Sprint("Conversation number ", i)}))
	}
	for name, f := range map[string]store.Filter{
		"first page": {Limit: 50}, "rare title": {Title: "NUMBER 77", Limit: 50}, "no title": {Title: "nothing like it", Limit: 50},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := db.Conversations(b.Context(), f)
				ok(b, err)
			}
		})
	}
}
