package store_test

import (
	"bytes"
	"testing"

	"parlor/store"
)

func TestJournalKeepsPiecesInOrder(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	_, answer := begin(t, db, "a", "x")
	other := openAt(t, db.Path())
	text := func(from int) string {
		return string(bytes.Join(must(other.Journal(ctx, answer, from))(t), []byte("|")))
	}
	equal(t, "before", text(0), "")
	ok(t, db.AppendJournal(ctx, answer, 0, [][]byte{[]byte("Hel"), []byte("lo, \xe4"), []byte("\xb8\x96")}))
	ok(t, db.AppendJournal(ctx, answer, 3, [][]byte{{}, nil, []byte("!")}))
	ok(t, db.AppendJournal(ctx, answer, 6, nil))
	equal(t, "all", text(0), "Hel|lo, \xe4|\xb8\x96|||!")
	equal(t, "what is new to a follower", text(5), "!")
	equal(t, "nothing new", text(6), "")
}

func TestJournalIsNeverRewritten(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	talk(t, db, "a")
	_, answer := begin(t, db, "a", "x")
	ok(t, db.AppendJournal(ctx, answer, 0, [][]byte{[]byte("a"), []byte("b")}))
	wantKind(t, db.AppendJournal(ctx, answer, 1, [][]byte{[]byte("X")}), store.ErrExists)
	// A batch of which one is taken goes in not at all.
	ok(t, db.AppendJournal(ctx, answer, 3, [][]byte{[]byte("d")}))
	wantKind(t, db.AppendJournal(ctx, answer, 2, [][]byte{[]byte("X"), []byte("Y")}), store.ErrExists)
	equal(t, "journal", string(bytes.Join(must(db.Journal(ctx, answer, 0))(t), nil)), "abd")
	wantKind(t, db.AppendJournal(ctx, 999, 0, [][]byte{[]byte("x")}), store.ErrNotFound)
}
