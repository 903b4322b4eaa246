package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"parlor/store"
)

func TestConversationComesBackAsItWasGiven(t *testing.T) {
	db := openNew(t)
	given := store.Conversation{
		ID: "c1", Title: "Über Go", TitleSource: "user", Params: json.RawMessage(`{"b": 1,  "a":2.50}`),
		View: json.RawMessage(`{"anchor":[1,2]}`), Model: "claude-opus", Pinned: true, Tags: []string{"work", "Go, \"quoted\""},
		CreatedAt: time.UnixMicro(1_700_000_000_000_001), UpdatedAt: time.UnixMicro(1_700_000_000_000_002),
	}
	ok(t, db.CreateConversation(t.Context(), given))
	got := must(db.Conversation(t.Context(), "c1"))(t)
	if !reflect.DeepEqual(got, given) {
		t.Errorf("got  %+v\nwant %+v", got, given)
	}

	t.Run("an id is taken once", func(t *testing.T) {
		err := db.CreateConversation(t.Context(), store.Conversation{ID: "c1", Title: "other"})
		wantKind(t, err, store.ErrExists)
		equal(t, "title", must(db.Conversation(t.Context(), "c1"))(t).Title, "Über Go")
	})
	t.Run("unknown", func(t *testing.T) {
		_, err := db.Conversation(t.Context(), "nobody")
		wantKind(t, err, store.ErrNotFound)
		wantKind(t, db.UpdateConversation(t.Context(), "nobody", store.ConversationPatch{Title: ptr("x")}), store.ErrNotFound)
		wantKind(t, db.DeleteConversation(t.Context(), "nobody"), store.ErrNotFound)
		wantKind(t, db.RestoreConversation(t.Context(), "nobody"), store.ErrNotFound)
		wantKind(t, db.PurgeConversation(t.Context(), "nobody"), store.ErrNotFound)
	})
}

func ptr[T any](v T) *T { return &v }

func TestPatchChangesOnlyWhatItNames(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	want := must(db.Conversation(t.Context(), "a"))(t)
	for _, step := range []struct {
		patch store.ConversationPatch
		apply func(*store.Conversation)
	}{
		{store.ConversationPatch{}, func(*store.Conversation) {}},
		{store.ConversationPatch{Title: ptr("New")}, func(c *store.Conversation) { c.Title = "New" }},
		{store.ConversationPatch{TitleSource: ptr("auto")}, func(c *store.Conversation) { c.TitleSource = "auto" }},
		{store.ConversationPatch{Params: ptr(json.RawMessage(`{"t":1}`))}, func(c *store.Conversation) { c.Params = json.RawMessage(`{"t":1}`) }},
		{store.ConversationPatch{View: ptr(json.RawMessage(`7`))}, func(c *store.Conversation) { c.View = json.RawMessage(`7`) }},
		{store.ConversationPatch{Leaf: ptr(int64(9)), Model: ptr("m")}, func(c *store.Conversation) { c.Leaf, c.Model = 9, "m" }},
		{store.ConversationPatch{Pinned: ptr(true)}, func(c *store.Conversation) { c.Pinned = true }},
		{store.ConversationPatch{Archived: ptr(true)}, func(c *store.Conversation) { c.Archived = true }},
		{store.ConversationPatch{Tags: ptr([]string{"x"})}, func(c *store.Conversation) { c.Tags = []string{"x"} }},
		{store.ConversationPatch{Tags: ptr([]string(nil)), Params: ptr(json.RawMessage(nil))}, func(c *store.Conversation) { c.Tags, c.Params = nil, nil }},
	} {
		ok(t, db.UpdateConversation(t.Context(), "a", step.patch))
		step.apply(&want)
		if got := must(db.Conversation(t.Context(), "a"))(t); !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}

func ids(list []store.Conversation) string {
	var out []string
	for _, c := range list {
		out = append(out, c.ID)
	}
	return strings.Join(out, " ")
}

func TestListPutsThePinnedThenTheNewestFirst(t *testing.T) {
	db := openNew(t)
	for _, c := range []store.Conversation{
		{ID: "old", Title: "Grüße aus KÖLN"},
		{ID: "pinned", Title: "groceries", Pinned: true},
		{ID: "away", Title: "archived", Archived: true},
		{ID: "mid", Title: "Go and SQLite"},
		{ID: "new", Title: "100%_sure"},
	} {
		ok(t, db.CreateConversation(t.Context(), c))
	}
	list := func(f store.Filter) string { return ids(must(db.Conversations(t.Context(), f))(t)) }
	equal(t, "all", list(store.Filter{}), "pinned new mid old")
	equal(t, "a page", list(store.Filter{Limit: 2, Offset: 1}), "new mid")
	equal(t, "archived", list(store.Filter{Archived: true}), "away")
	equal(t, "any case", list(store.Filter{Title: "grüsse köln"}), "")
	equal(t, "any case", list(store.Filter{Title: "köln GRÜ"}), "old")
	equal(t, "no wildcards", list(store.Filter{Title: "%_"}), "new")
	equal(t, "words in any order", list(store.Filter{Title: "sqlite  go"}), "mid")

	begin(t, db, "old", "again")
	equal(t, "a turn brings it up", list(store.Filter{}), "pinned old new mid")
	ok(t, db.UpdateConversation(t.Context(), "mid", store.ConversationPatch{Title: ptr("Renamed")}))
	equal(t, "a new name does not", list(store.Filter{}), "pinned old new mid")
	equal(t, "but is found", list(store.Filter{Title: "renamed"}), "mid")
}

func TestListsReadOnlyWhatTheyShow(t *testing.T) {
	db := openNew(t)
	for name, f := range map[string]store.Filter{
		"all": {Limit: 50}, "titles": {Title: "a b", Limit: 50}, "archived": {Archived: true}, "deleted": {Deleted: true},
	} {
		plan := must(db.ListPlan(t.Context(), f))(t)
		if strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "USING INDEX conversation_") {
			t.Errorf("%s is sorted or scanned:\n%s", name, plan)
		}
	}
	plan := must(db.NodesPlan(t.Context()))(t)
	if strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "USING COVERING INDEX message_tree") {
		t.Errorf("the tree is not read from its index:\n%s", plan)
	}
}

func TestDeletedComesBackWhole(t *testing.T) {
	db := openNew(t)
	talk(t, db, "a")
	talk(t, db, "b")
	begin(t, db, "a", "hello")
	before := must(db.Conversation(t.Context(), "a"))(t)

	ok(t, db.DeleteConversation(t.Context(), "a"))
	ok(t, db.DeleteConversation(t.Context(), "b"))
	deleted := must(db.Conversation(t.Context(), "a"))(t)
	ok(t, db.DeleteConversation(t.Context(), "a")) // again changes nothing
	equal(t, "time of deletion", must(db.Conversation(t.Context(), "a"))(t).DeletedAt, deleted.DeletedAt)
	equal(t, "list", ids(must(db.Conversations(t.Context(), store.Filter{}))(t)), "")
	equal(t, "deleted, last first", ids(must(db.Conversations(t.Context(), store.Filter{Deleted: true}))(t)), "b a")

	ok(t, db.RestoreConversation(t.Context(), "a"))
	if after := must(db.Conversation(t.Context(), "a"))(t); !reflect.DeepEqual(after, before) {
		t.Errorf("got  %+v\nwant %+v", after, before)
	}
	equal(t, "messages", len(must(db.Nodes(t.Context(), "a"))(t)), 2)
}

// The secret stands in every place that a conversation has, short and long,
// among enough neighbours that pages were split and merged before.
func TestPurgeLeavesNoByteBehind(t *testing.T) {
	db := openNew(t)
	secret := func(i int) string { return fmt.Sprintf("PURGE-ME-%d-%s", i, strings.Repeat("x", i*37%9000)) }
	for i := range 60 {
		id := fmt.Sprint("keep", i%7)
		if i < 7 {
			talk(t, db, id)
		}
		if i == 7 {
			talk(t, db, "secret")
			ok(t, db.UpdateConversation(t.Context(), "secret", store.ConversationPatch{
				Title: ptr("PURGE-ME title"), Params: ptr(json.RawMessage(`"PURGE-ME params"`)), Tags: ptr([]string{"PURGE-ME tag"}),
			}))
		}
		text := fmt.Sprint("keep me ", i)
		if i > 7 && i%2 == 0 {
			id, text = "secret", secret(i)
		}
		_, answer := begin(t, db, id, text)
		ok(t, db.AppendJournal(t.Context(), answer, 0, [][]byte{[]byte(text), []byte(text)}))
		if i%3 > 0 {
			ok(t, db.FinishMessage(t.Context(), store.Message{
				ID: answer, State: "done", Text: text + text, Blocks: json.RawMessage(`["` + text + `"]`),
			}))
		}
		ok(t, db.AddHistory(t.Context(), text))
		ok(t, db.SaveDraft(t.Context(), store.Draft{Conversation: id, Leaf: answer, Body: json.RawMessage(`"` + text + `"`)}))
		must(db.Enqueue(t.Context(), store.QueueItem{Conversation: id, Body: json.RawMessage(`"` + text + `"`)}))(t)
	}
	ok(t, db.PurgeConversation(t.Context(), "secret"))

	equal(t, "log", must(os.Stat(db.Path()+"-wal"))(t).Size(), 0)
	file := must(os.ReadFile(db.Path()))(t)
	if n := bytes.Count(file, []byte("PURGE-ME")); n > 0 {
		i := bytes.Index(file, []byte("PURGE-ME"))
		t.Errorf("%d remains, the first: %.60q", n, file[i:])
	}
	if !bytes.Contains(file, []byte("keep me 59")) {
		t.Error("what was to stay is gone")
	}
	_, err := db.Conversation(t.Context(), "secret")
	wantKind(t, err, store.ErrNotFound)
	equal(t, "nodes", len(must(db.Nodes(t.Context(), "secret"))(t)), 0)
	equal(t, "queue", len(must(db.Queue(t.Context(), "secret"))(t)), 0)
	equal(t, "drafts", len(must(db.Drafts(t.Context(), "secret"))(t)), 0)
	for _, text := range must(db.History(t.Context(), 0))(t) {
		if strings.Contains(text, "PURGE-ME") {
			t.Errorf("the history still has %.30q", text)
		}
	}
	ok(t, db.Check(t.Context()))
}
