package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"parlor/store"
)

func TestQueueIsServedInOrder(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	talk(t, db, "b")
	var items []int64
	for _, body := range []string{`"one"`, `"two"`, `"three"`} {
		items = append(items, must(db.Enqueue(ctx, store.QueueItem{Conversation: "a", Body: json.RawMessage(body)}))(t))
	}
	must(db.Enqueue(ctx, store.QueueItem{Conversation: "b", Body: json.RawMessage(`"other"`)}))(t)
	list := func() string {
		var out []string
		for _, item := range must(db.Queue(ctx, "a"))(t) {
			equal(t, "conversation", item.Conversation, "a")
			out = append(out, string(item.Body))
		}
		return strings.Join(out, " ")
	}
	equal(t, "queue", list(), `"one" "two" "three"`)
	ok(t, db.DeleteQueueItem(ctx, items[0]))
	equal(t, "queue", list(), `"two" "three"`)

	wantKind(t, db.DeleteQueueItem(ctx, items[0]), store.ErrNotFound)
	_, err := db.Enqueue(ctx, store.QueueItem{Conversation: "nobody", Body: json.RawMessage(`1`)})
	wantKind(t, err, store.ErrNotFound)
}

func TestHistoryHasEachPromptOnce(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	list := func(limit int) string { return strings.Join(must(db.History(ctx, limit))(t), ",") }
	for _, text := range []string{"a", "b", "", "c", "a"} {
		ok(t, db.AddHistory(ctx, text))
	}
	equal(t, "newest first", list(0), "a,c,b")
	equal(t, "limited", list(2), "a,c")

	for i := range 1005 {
		ok(t, db.AddHistory(ctx, fmt.Sprint(i)))
	}
	all := must(db.History(ctx, 0))(t)
	equal(t, "bounded", len(all), 1000)
	equal(t, "newest", all[0], "1004")
	equal(t, "oldest", all[999], "5")
}

func TestSettings(t *testing.T) {
	db := openNew(t)
	_, found, err := db.Setting(t.Context(), "theme")
	ok(t, err)
	equal(t, "found", found, false)
	for _, value := range []string{"dark", "", "light"} {
		ok(t, db.SetSetting(t.Context(), "theme", value))
		got, found, err := db.Setting(t.Context(), "theme")
		ok(t, err)
		equal(t, "found", found, true)
		equal(t, "value", got, value)
	}
}

func TestAttachmentIsStoredOnce(t *testing.T) {
	db := openNew(t)
	for _, data := range [][]byte{bytes.Repeat([]byte{0, 1, 255}, 1<<20), {}, nil} {
		sha := must(db.PutAttachment(t.Context(), "image/png", data))(t)
		again := must(db.PutAttachment(t.Context(), "text/plain", data))(t)
		equal(t, "name", again, sha)
		a := must(db.Attachment(t.Context(), sha))(t)
		equal(t, "type", a.MediaType, "image/png")
		equal(t, "hash", a.SHA256, sha)
		equal(t, "content", bytes.Equal(a.Content, data), true)
		equal(t, "created", a.CreatedAt.IsZero(), false)
	}
	_, err := db.Attachment(t.Context(), "00")
	wantKind(t, err, store.ErrNotFound)
}
