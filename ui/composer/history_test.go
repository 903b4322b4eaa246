package composer

import "testing"

func TestHistoryWalk(t *testing.T) {
	d := drive(t)
	d.SetHistory([]string{"newest", "two\nlines", "oldest"})
	d.typ("draft")
	d.press("up").shows("› newest").press("up").shows("› two\n  lines").caretAt(5, 0)
	d.press("up").shows("› oldest").press("up").shows("› oldest").caretAt(2, 0)
	d.press("down").shows("› two\n  lines").caretAt(7, 1)
	d.press("down").shows("› newest")
	d.typ("!").press("down").shows("› draft").caretAt(7, 0)
	d.press("up").shows("› newest!") // what was made of an entry is kept
	d.press("down", "down").shows("› draft").caretAt(7, 0)
}

func TestUpInsideTextMovesFirst(t *testing.T) {
	d := drive(t)
	d.SetHistory([]string{"old"})
	d.typ("a").press("ctrl+j").typ("b")
	d.press("up").shows("› a\n  b").press("up").shows("› old").press("down").shows("› a\n  b")
}

func TestNewHistoryKeepsTheDraft(t *testing.T) {
	d := drive(t)
	d.SetHistory([]string{"old"})
	d.typ("draft").press("up").shows("› old")
	d.SetHistory([]string{"new", "old"})
	d.shows("› draft").press("up").shows("› new")
}

func TestSearch(t *testing.T) {
	d := drive(t)
	d.SetHistory([]string{"fix the Parser", "write a haiku", "parse this: x"})
	d.typ("draft").press("ctrl+r").shows("search:", "type to search").caretAt(8, 0)
	if !d.Capturing() {
		t.Fatal("a search does not capture keys")
	}
	d.typ("pars").shows("search: pars", "1 of 2", "› fix the Parser")
	d.press("ctrl+r").shows("2 of 2", "› parse this: x").press("ctrl+r").shows("2 of 2")
	d.press("ctrl+s").shows("1 of 2").typ("zz").shows("no match", "› draft")
	d.press("backspace", "backspace").shows("› fix the Parser")
	d.press("esc").holds("draft").hides("search:")
	d.press("ctrl+r").typ("haiku").press("enter").holds("write a haiku").caretAt(15, 0)
	d.press("ctrl+_").holds("draft")
	if len(d.acts) != 0 {
		t.Fatalf("taking a hit did something: %+v", d.acts)
	}
	d.press("ctrl+r").typ("haiku").press("left").holds("write a haiku").caretAt(14, 0)
}

func TestSearchTakesPastesAndNoHistory(t *testing.T) {
	d := drive(t)
	d.press("ctrl+r")
	if d.Capturing() {
		t.Fatal("a search without anything to search")
	}
	d.SetHistory([]string{"a haiku"})
	d.press("ctrl+r").paste("hai\nku").shows("search: hai", "› a haiku")
}
