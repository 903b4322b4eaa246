package session_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"parlor/session"
)

// drafts lists what Drafts returns, as "edit:body".
func drafts(t *testing.T, c *session.Conversation) string {
	t.Helper()
	list, err := c.Drafts(context.Background())
	noError(t, err)
	var out []string
	for _, d := range list {
		out = append(out, fmt.Sprintf("%d:%s", d.Edit, d.Body))
	}
	return strings.Join(out, " ")
}

func TestADraftSetAsideByAnEditSurvives(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.new()
	say(t, c, "First.")
	first := c.Snapshot().Path[0].ID
	save := func(edit int64, body string) {
		t.Helper()
		noError(t, c.SaveDraft(ctx, edit, json.RawMessage(body)))
	}
	expect := func(what, want string) {
		t.Helper()
		if got := drafts(t, c); got != want {
			t.Errorf("%s: drafts %q, want %q", what, got, want)
		}
	}
	save(0, `"abc"`)
	save(first, `"otherwise"`)
	both := fmt.Sprintf(`%d:"otherwise" 0:"abc"`, first)
	expect("while editing", both)

	w.restart()
	c = w.open(c.ID())
	expect("after a restart", both)
	if edit, body, err := c.Draft(ctx); err != nil || edit != first || string(body) != `"otherwise"` {
		t.Errorf("draft %d %s, %v", edit, body, err)
	}

	save(first, "")
	expect("the edit is emptied", `0:"abc"`)
	save(first, `"once more"`)
	noError(t, c.Edit(ctx, first, session.Outgoing{Text: "Otherwise."}))
	settle(t, c)
	expect("the edit is sent", `0:"abc"`)

	save(0, `"abcd"`)
	expect("the branch has another end", `0:"abcd"`)
	second := c.Snapshot().Path[0].ID
	save(second, `"again"`)
	say(t, c, "abcd")
	expect("the other one is sent", fmt.Sprintf(`%d:"again"`, second))
}

func TestSavingTheOrdinaryDraftEndsTheEdit(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.new()
	say(t, c, "First.")
	say(t, c, "Second.")
	path := c.Snapshot().Path
	first, second := path[0].ID, path[2].ID
	noError(t, c.SaveDraft(ctx, 0, json.RawMessage(`"abc"`)))
	noError(t, c.SaveDraft(ctx, first, json.RawMessage(`"one"`)))
	noError(t, c.SaveDraft(ctx, second, json.RawMessage(`"two"`)))
	if got, want := drafts(t, c), fmt.Sprintf(`%d:"two" 0:"abc"`, second); got != want {
		t.Errorf("another message is edited: %q, want %q", got, want)
	}
	noError(t, c.SaveDraft(ctx, 0, json.RawMessage(`"abc"`)))
	if got := drafts(t, c); got != `0:"abc"` {
		t.Errorf("the edit was given up: %q", got)
	}
	w.restart()
	if got := drafts(t, w.open(c.ID())); got != `0:"abc"` {
		t.Errorf("after a restart: %q", got)
	}
}
