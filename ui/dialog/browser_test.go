package dialog

import (
	"fmt"
	"testing"

	"parlor/session"
	"parlor/ui/action"
)

func TestBrowser(t *testing.T) {
	b := NewBrowser(summaries(), false, today(), look(true))
	d := drive(t, b)
	d.shows("▸ * Lifetimes in Rust", "opus-5-5", "$0.18", "today 10:30", "12 Nov", "yesterday", "20 Nov 2025", "Untitled  (private)", "$12.34")
	d.typ("arena").shows("▸ Arena allocators", "1 of 5").press("enter").did(act(OpenConversation, "c2"))
}

func TestBrowserRenames(t *testing.T) {
	d := drive(t, NewBrowser(summaries(), false, today(), look(true)))
	d.press("down", "ctrl+r").shows("› Arena allocators", "enter rename").caretAt(20, 4)
	d.press("ctrl+w").typ("pools").press("enter").did(action.Action{ID: RenameConversation, Arg: "Arena pools", Value: "c2"})
	d.shows("▸ Arena pools", "ctrl+r rename")
	d.press("ctrl+r").typ("!").press("esc").did().shows("▸ Arena pools").hides("!")
	d.press("ctrl+r", "ctrl+u", "enter").did().shows("▸ Arena pools")
}

func TestBrowserDeletesAndUndoes(t *testing.T) {
	b := NewBrowser(summaries(), false, today(), look(true))
	var s Stack
	s.Push(b)
	d := drive(t, b)
	undo := keyOf("ctrl+z")
	if s.Wants(undo) {
		t.Fatal("wants the undo key before anything was deleted")
	}
	d.press("down", "delete").did(act(DeleteConversation, "c2")).hides("▸ Arena").shows("Deleted. ctrl+z brings back Arena allocators.", "▸ 漢字")
	d.press("delete").did(act(DeleteConversation, "c3"))
	if !s.Wants(undo) {
		t.Fatal("does not want the undo key")
	}
	d.press("ctrl+z").did(act(RestoreConversation, "c3")).shows("▸ 漢字").hides("Deleted")
	d.press("alt+z").did(act(RestoreConversation, "c2")).shows("▸ Arena allocators").press("ctrl+z").did()
	d.press("delete", "delete", "delete", "delete", "delete").shows("No conversations yet.").press("delete", "ctrl+r", "enter").did()
}

func TestBrowserBringsBackWhatWasDeletedBefore(t *testing.T) {
	b := NewBrowser(summaries()[1:], false, today(), look(true))
	b.Deleted(summaries()[0])
	var s Stack
	s.Push(b)
	if !s.Wants(keyOf("ctrl+z")) {
		t.Fatal("leaves the undo key to whoever suspends the program")
	}
	d := drive(t, b)
	d.hides("Lifetimes in Rust").press("ctrl+z").did(act(RestoreConversation, summaries()[0].ID)).shows("Lifetimes in Rust")
}

// page makes summaries n to m.
func page(from, to int) []session.Summary {
	var all []session.Summary
	for i := from; i < to; i++ {
		all = append(all, session.Summary{ID: fmt.Sprint(i), Title: fmt.Sprintf("Talk %03d", i)})
	}
	return all
}

func TestBrowserReadsOnWhenNeeded(t *testing.T) {
	b := NewBrowser(page(0, 100), true, today(), look(true))
	d := drive(t, b)
	d.shows("100+").press("pgdown").did().press("ctrl+end").did(action.Action{ID: MoreConversations, Value: 100})
	d.press("up").did() // one request at a time
	if acts := b.Extend(page(90, 150), true); acts != nil {
		t.Fatalf("wants more at once: %+v", acts)
	}
	d.shows("▸ Talk 098", "150+").press("ctrl+end").shows("▸ Talk 149").did(action.Action{ID: MoreConversations, Value: 150})
	b.Extend(page(150, 160), false)
	d.press("ctrl+end").did().shows("▸ Talk 159", "160").hides("160+")
}

func TestBrowserFilterLooksBeyondThePages(t *testing.T) {
	b := NewBrowser(page(0, 10), true, today(), look(true))
	d := drive(t, b)
	d.typ("8").did(action.Action{ID: MoreConversations, Arg: "8", Value: 0})
	d.typ("1").did()
	acts := b.Extend([]session.Summary{{ID: "8", Title: "Talk 008"}, {ID: "81", Title: "Talk 081"}}, false)
	if len(acts) != 1 || acts[0].Arg != "81" {
		t.Fatalf("the filter moved on, but the browser wants %+v", acts)
	}
	d.shows("▸ Talk 081", "1 of 11+")
	if acts := b.Extend(nil, false); acts != nil {
		t.Fatalf("wants %+v", acts)
	}
	d.press("backspace").did().press("backspace").did(action.Action{ID: MoreConversations, Value: 10})
	b.Extend(page(10, 100), false)
	d.press("ctrl+end").shows("▸ Talk 099", "100").hides("100+")
}
