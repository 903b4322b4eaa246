package store_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"parlor/store"
)

func TestImportedTreeKeepsItsShape(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	root, _ := begin(t, db, "a", "root")
	at := time.UnixMicro(1_600_000_000_000_000)
	given := []store.Message{
		{Conversation: "a", Parent: root, Role: "user", State: "done", Text: "one", CreatedAt: at},
		{Conversation: "a", Parent: -1, Role: "assistant", State: "done", CostMicros: 5, CreatedAt: at, DoneAt: at.Add(time.Second)},
		{Conversation: "a", Parent: -1, Role: "assistant", State: "failed", CostMicros: 7, Failure: json.RawMessage(`{}`)},
		{Conversation: "a", Parent: -3, Continues: -3, Role: "assistant", State: "done"},
	}
	added := must(db.InsertMessages(ctx, given))(t)
	nodes := must(db.Nodes(ctx, "a"))(t)[2:]
	for i, want := range [][3]int64{{added[0], root, 0}, {added[1], added[0], 0}, {added[2], added[0], 0}, {added[3], added[2], added[2]}} {
		equal(t, "node", [3]int64{nodes[i].ID, nodes[i].Parent, nodes[i].Continues}, want)
	}
	c := must(db.Conversation(ctx, "a"))(t)
	equal(t, "messages", c.Messages, 6)
	equal(t, "cost", c.CostMicros, 12)
	equal(t, "leaf stays", c.Leaf != added[3], true)
	read := must(db.Messages(ctx, added))(t)
	equal(t, "created", read[0].CreatedAt, at)
	equal(t, "done with its creation", read[0].DoneAt, at)
	equal(t, "done when it says", read[1].DoneAt, at.Add(time.Second))

	t.Run("all or nothing", func(t *testing.T) {
		for _, ref := range []store.Message{{Parent: -3}, {Parent: -2}, {Continues: -9}, {Parent: 999}} {
			ref.Conversation, ref.Role, ref.State = "a", "user", "done"
			_, err := db.InsertMessages(ctx, []store.Message{{Conversation: "a", Role: "user", State: "done"}, ref})
			wantKind(t, err, store.ErrNotFound)
		}
		equal(t, "messages", must(db.Conversation(ctx, "a"))(t).Messages, 6)
		equal(t, "nodes", len(must(db.Nodes(ctx, "a"))(t)), 6)
	})
	t.Run("into nothing", func(t *testing.T) {
		_, err := db.InsertMessages(ctx, []store.Message{{Conversation: "nobody", Role: "user", State: "done"}})
		wantKind(t, err, store.ErrNotFound)
		equal(t, "none is none", len(must(db.InsertMessages(ctx, nil))(t)), 0)
	})
}

// What is opaque must come back byte for byte, whatever it is.
func TestContentComesBackByteForByte(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	for name, text := range map[string]string{
		"empty": "", "spaces in JSON": "{ \"a\" :1e3,\n\"a\":2 }", "escapes": `"\u003c\ud83d\ude00\/"`, "NUL": "a\x00b",
		"invalid UTF-8": "\xff\xfe\xc3", "emoji": "👩‍👩‍👧‍👦 漢字", "4 MB": strings.Repeat("0123456789abcdef", 1<<18), "looks like a number": "007",
	} {
		t.Run(name, func(t *testing.T) {
			m := store.Message{Conversation: "a", Role: "user", State: "done", Text: text}
			if text != "" {
				m.Blocks, m.Params, m.Usage, m.Failure, m.Meta = []byte(text), []byte(text), []byte(text), []byte(text), []byte(text)
			}
			id := must(db.InsertMessages(t.Context(), []store.Message{m}))(t)
			got := must(db.Messages(t.Context(), id))(t)[0]
			m.ID, m.CreatedAt, m.DoneAt = got.ID, got.CreatedAt, got.DoneAt
			if !reflect.DeepEqual(got, m) {
				t.Errorf("got %.200v", got)
			}
		})
	}
}

func TestMessagesComeInTheOrderAskedFor(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	one, two := begin(t, db, "a", "x")
	three, _ := begin(t, db, "a", "y")
	var got []int64
	for _, m := range must(db.Messages(t.Context(), []int64{three, one, 999, two}))(t) {
		got = append(got, m.ID)
	}
	if want := []int64{three, one, two}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	equal(t, "none asked for", len(must(db.Messages(t.Context(), nil))(t)), 0)
}

func TestIDOfAPurgedMessageIsNotGivenAgain(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	_, last := begin(t, db, "a", "x")
	ok(t, db.PurgeConversation(t.Context(), "a"))
	talk(t, db, "b")
	next, _ := begin(t, db, "b", "y")
	if next <= last {
		t.Errorf("message %d was given again as %d", last, next)
	}
	wantKind(t, db.AppendJournal(t.Context(), last, 0, [][]byte{[]byte("late")}), store.ErrNotFound)
}
