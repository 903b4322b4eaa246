package store_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parlor/store"
)

func bodies(drafts []store.Draft) string {
	var out []string
	for _, d := range drafts {
		out = append(out, string(d.Body))
	}
	return strings.Join(out, " ")
}

func TestDraftBelongsToItsPlace(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	save := func(leaf, edit int64, body string) {
		ok(t, db.SaveDraft(ctx, store.Draft{Conversation: "a", Leaf: leaf, Edit: edit, Body: json.RawMessage(body)}))
	}
	list := func() string { return bodies(must(db.Drafts(ctx, "a"))(t)) }
	save(1, 0, `"branch one"`)
	save(2, 0, `"branch two"`)
	save(2, 7, `"editing 7"`)
	equal(t, "newest first", list(), `"editing 7" "branch two" "branch one"`)
	save(1, 0, `"changed"`)
	equal(t, "in place of the old", list(), `"changed" "editing 7" "branch two"`)
	save(2, 7, "")
	equal(t, "empty deletes", list(), `"changed" "branch two"`)
	equal(t, "elsewhere", len(must(db.Drafts(ctx, "b"))(t)), 0)
	equal(t, "owner", must(db.Drafts(ctx, "a"))(t)[0].Owner, db.Owner())

	ok(t, db.SaveDraft(ctx, store.Draft{Body: json.RawMessage(`"not begun yet"`)}))
	equal(t, "without a conversation", bodies(must(db.Drafts(ctx, ""))(t)), `"not begun yet"`)
}

func TestOrphanedDraftsAreAdoptedAndLivingOnesAreNot(t *testing.T) {
	ctx := t.Context()
	path, clock := newPath(t), newClock()
	living, dying := openWithClock(t, path, clock), openWithClock(t, path, clock)
	talk(t, living, "a")
	save := func(db *store.DB, leaf int64, body string) {
		ok(t, db.SaveDraft(ctx, store.Draft{Conversation: "a", Leaf: leaf, Body: json.RawMessage(body)}))
	}
	save(living, 1, `"typed elsewhere"`)
	save(dying, 1, `"left behind"`)
	save(dying, 2, `"also left"`)

	me := openWithClock(t, path, clock)
	save(me, 2, `"mine"`)
	equal(t, "both live", bodies(must(me.Drafts(ctx, "a"))(t)), `"mine"`)
	equal(t, "nothing to adopt", len(must(me.AdoptDrafts(ctx, "a"))(t)), 0)

	closeDB(t, dying)
	equal(t, "own first, then orphans", bodies(must(me.Drafts(ctx, "a"))(t)), `"mine" "also left" "left behind"`)
	adopted := must(me.AdoptDrafts(ctx, "a"))(t)
	equal(t, "adopted", bodies(adopted), `"left behind"`)
	equal(t, "owner", adopted[0].Owner, me.Owner())
	equal(t, "mine is not overwritten, the orphan not lost", bodies(must(me.Drafts(ctx, "a"))(t)), `"mine" "left behind" "also left"`)
	equal(t, "the living keeps its own", bodies(must(living.Drafts(ctx, "a"))(t)), `"typed elsewhere" "also left"`)
}
