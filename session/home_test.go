package session_test

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
	"parlor/session"
	"parlor/store"
)

func TestTheTitleComesFromAModelAndNeverReplacesTheUsers(t *testing.T) {
	titled := func(w *world) { w.opt.TitleModel = "claude-haiku-5-5" }
	t.Run("by the model", func(t *testing.T) {
		w := newWorld(t, titled)
		c := w.new()
		say(t, c, "please explain how the borrow checker of Rust works in detail")
		s := until(t, c, "the title", func(s session.Snapshot) bool { return !strings.HasPrefix(s.Title, "please explain how") })
		if s.Title == "" || strings.ContainsAny(s.Title, "\"\n") {
			t.Errorf("title %q", s.Title)
		}
		w.restart()
		if got := w.open(c.ID()).Snapshot().Title; got != s.Title {
			t.Errorf("stored as %q", got)
		}
	})
	t.Run("renamed meanwhile", func(t *testing.T) {
		w := newWorld(t, titled)
		gate := make(chan struct{})
		slow := simulator.Script{Text: "A model's title", Gate: gate}
		slow.Match.Model = regexp.MustCompile("haiku")
		w.sim.Push(slow)
		c := w.new()
		say(t, c, "Hello there")
		noError(t, c.Rename(context.Background(), "  Mine\n only "))
		close(gate)
		w.stop()
		w.start()
		if got := w.open(c.ID()).Snapshot().Title; got != "Mine only" {
			t.Errorf("title %q", got)
		}
	})
	t.Run("no such model", func(t *testing.T) {
		w := newWorld(t, func(w *world) { w.opt.TitleModel = "claude-nothing" })
		c := w.new()
		say(t, c, "Hello   there,\nfriend")
		if got := c.Snapshot().Title; got != "Hello there, friend" {
			t.Errorf("title %q", got)
		}
	})
}

func TestDraftsBelongToTheirProcessUntilItDies(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.new()
	noError(t, c.SaveDraft(ctx, 0, json.RawMessage(`"half a thou"`)))
	w.restart() // typed into a new conversation and left
	c = w.new()
	if _, body, err := c.Draft(ctx); err != nil || string(body) != `"half a thou"` {
		t.Fatalf("draft %s, %v", body, err)
	}
	say(t, c, "half a thought")
	if _, body, err := w.new().Draft(ctx); err != nil || body != nil {
		t.Errorf("the draft was sent and is still there: %s", body)
	}
	noError(t, c.SaveDraft(ctx, 0, json.RawMessage(`"one"`)))
	say(t, c, "two")
	noError(t, c.SaveDraft(ctx, 0, json.RawMessage(`"three"`)))
	first := c.Snapshot().Path[0].ID
	noError(t, c.SaveDraft(ctx, first, json.RawMessage(`"editing"`)))
	w.restart()
	c = w.open(c.ID())
	if edit, body, err := c.Draft(ctx); err != nil || edit != first || string(body) != `"editing"` {
		t.Errorf("draft %d %s, %v", edit, body, err)
	}
	noError(t, c.SaveDraft(ctx, 0, nil))
	if _, body, _ := c.Draft(ctx); body != nil {
		t.Errorf("forgotten and still there: %s", body)
	}
}

func TestAPrivateConversationNeverTouchesTheDisk(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c, err := w.m.NewPrivate(ctx, session.Params{})
	noError(t, err)
	say(t, c, "My name is Alice. Do not tell.")
	if got := textOf(say(t, c, "What is my name?")); !strings.Contains(got, "Alice") {
		t.Errorf("answer %q", got)
	}
	id := c.ID()
	noError(t, c.Close())
	list, err := w.m.List(ctx, session.Filter{})
	noError(t, err)
	if len(list) != 1 || !list[0].Private || list[0].ID != id {
		t.Fatalf("list %+v", list)
	}
	if c = w.open(id); len(c.Snapshot().Path) != 4 || !c.Snapshot().Private {
		t.Error("it cannot be come back to")
	}
	if history, _ := w.m.History(ctx, 10); len(history) != 0 {
		t.Errorf("history %q", history)
	}
	rows, err := w.db.Conversations(ctx, store.Filter{})
	noError(t, err)
	if len(rows) != 0 {
		t.Error("it is in the database")
	}
	w.restart()
	if _, err := w.m.Open(ctx, id); err == nil {
		t.Error("it outlived the process")
	}
}

func TestFindingListingAndDeleting(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	ids := map[string]string{}
	for _, title := range []string{"Go generics", "Go channels", "Bread"} {
		c := w.new()
		say(t, c, "Hello.")
		noError(t, c.Rename(ctx, title))
		ids[title] = c.ID()
		w.clock.Advance(time.Minute)
	}
	for query, want := range map[string]int{ids["Bread"]: 1, ids["Bread"][:5]: 1, "bread": 1, "go": 2, "generics go": 1, "nothing": 0, "": 0} {
		found, err := w.m.Find(ctx, query)
		noError(t, err)
		if len(found) != want {
			t.Errorf("%q finds %d, want %d", query, len(found), want)
		}
	}
	noError(t, w.m.Delete(ctx, ids["Bread"]))
	if list, _ := w.m.List(ctx, session.Filter{}); len(list) != 2 || list[0].Title != "Go channels" {
		t.Errorf("list %+v", list)
	}
	noError(t, w.m.Restore(ctx, ids["Bread"]))
	if last, _ := w.m.Last(ctx); last != ids["Bread"] {
		t.Error("not restored")
	}
	noError(t, w.m.Rename(ctx, ids["Bread"], "Rolls"))
	s, p, messages, err := w.m.Transcript(ctx, ids["Bread"])
	noError(t, err)
	if s.Title != "Rolls" || p.Model != sonnet || len(messages) != 2 || len(messages[1].Blocks) == 0 {
		t.Errorf("transcript %+v", s)
	}
	noError(t, w.m.Purge(ctx, ids["Go generics"]))
	_, _, _, err = w.m.Transcript(ctx, "nothing")
	isError(t, err, store.ErrNotFound)
}
