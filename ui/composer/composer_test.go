package composer

import (
	"strings"
	"testing"

	"parlor/session"
	"parlor/ui/action"
)

func TestTypingAndSending(t *testing.T) {
	d := drive(t)
	d.shows("› Write to Claude").caretAt(2, 0)
	d.typ("hello, Claude").shows("› hello, Claude").caretAt(15, 0)
	d.press("enter")
	if got := d.sent(); got.Text != "hello, Claude" || got.Pastes != nil {
		t.Fatalf("sent %+v", got)
	}
	d.holds("hello, Claude") // it is the parent that clears, once it took the text
	d.Clear()
	d.shows("› Write to Claude")
	if !d.Empty() {
		t.Fatal("not empty after Clear")
	}
	d.press("ctrl+_").holds("hello, Claude")
}

func TestBlankIsNotSent(t *testing.T) {
	d := drive(t)
	d.press("enter").typ("  ").press("shift+enter", "enter")
	for _, a := range d.acts {
		if a.Value != nil {
			t.Fatalf("sent %+v", a)
		}
	}
}

func TestNewlineKeys(t *testing.T) {
	for _, key := range []string{"shift+enter", "alt+enter", "ctrl+j"} {
		d := drive(t)
		d.typ("a").press(key).typ("b").holds("a\nb").shows("› a\n  b").caretAt(3, 1)
	}
	d := drive(t)
	d.typ(`a\`).press("enter").typ("b").holds("a\nb")
	if len(d.acts) != 0 {
		t.Fatalf("a backslash before Enter sent the text: %+v", d.acts)
	}
	d.typ(`c:\`).press("left", "enter").holds("a\nbc:\\")
}

func TestEnterSwapped(t *testing.T) {
	d := drive(t)
	d.Composer = New(Options{})
	d.typ("a").press("enter").typ("b").holds("a\nb").press("ctrl+enter")
	if got := d.sent().Text; got != "a\nb" {
		t.Fatalf("sent %q", got)
	}
	d.press("alt+enter")
	if len(d.acts) != 2 {
		t.Fatalf("alt+enter did not send: %+v", d.acts)
	}
}

func TestMovingAndErasingGraphemes(t *testing.T) {
	d := drive(t)
	family, flag, accent := "👨‍👩‍👧", "🇩🇪", "e\u0301"
	d.Insert("a" + family + flag + accent + "漢")
	d.press("backspace", "backspace").holds("a" + family + flag)
	d.press("left").caretAt(5, 0).press("backspace").holds("a" + flag)
	d.press("left", "delete").holds(flag)
}

func TestHalvesFindEachOther(t *testing.T) {
	d := drive(t)
	d.typ("e\u0301x")
	d.caretAt(4, 0).press("left", "backspace").holds("x")
	d = drive(t)
	d.Insert("🇩")
	d.typ("🇪").press("backspace").holds("")
	d.Insert("🇩🇪🇫🇷")
	d.press("left", "left").send(keyOf("backspace"))
	d.holds("🇩🇪🇫🇷").typ("🇮").holds("🇮🇩🇪🇫🇷")
}

func TestMovingByWordsAndLines(t *testing.T) {
	tests := []struct {
		keys string
		want string // with a bar at the caret
	}{
		{"home", "|one two_2, three"},
		{"ctrl+a", "|one two_2, three"},
		{"alt+b", "one two_2, |three"},
		{"alt+b alt+b", "one |two_2, three"},
		{"home alt+f", "one| two_2, three"},
		{"home ctrl+right ctrl+right", "one two_2|, three"},
		{"home end", "one two_2, three|"},
		{"ctrl+w", "one two_2, |"},
		{"ctrl+w ctrl+w", "one |"},
		{"alt+b alt+backspace", "one |three"},
		{"home alt+d", "| two_2, three"},
		{"ctrl+u", "|"},
		{"alt+b ctrl+k", "one two_2, |"},
		{"ctrl+w ctrl+w home ctrl+y", "two_2, three|one "},
		{"ctrl+w left ctrl+w ctrl+y", "one two_2,| "},
		{"home ctrl+t", "|one two_2, three"},
		{"alt+b alt+b alt+f ctrl+t", "one two_,2| three"},
		{"ctrl+t", "one two_2, three|"},
		{"home right ctrl+t", "no|e two_2, three"},
	}
	for _, tt := range tests {
		t.Run(tt.keys, func(t *testing.T) {
			d := drive(t)
			d.typ("one two_2, three").press(strings.Fields(tt.keys)...)
			d.Insert("|")
			d.holds(tt.want)
		})
	}
}

func TestRowsAndGoalColumn(t *testing.T) {
	d := drive(t)
	d.SetSize(13, 8) // ten cells of text and one for the caret
	d.Insert("a long line of words\nx\nanother longer line")
	d.shows("› a long\n  line of\n  words\n  x\n  another\n  longer\n  line")
	d.press("up", "up").caretAt(6, 4)
	d.press("up").caretAt(3, 3)
	d.press("up").caretAt(6, 2)
	d.press("down", "down").caretAt(6, 4)
}

func TestGrowsThenScrolls(t *testing.T) {
	d := drive(t)
	d.SetSize(20, 4)
	for i := range 8 {
		if want := min(i+1, 4); d.Height() != want {
			t.Fatalf("height %d after %d lines, want %d", d.Height(), i+1, want)
		}
		d.typ(string(rune('a' + i))).press("ctrl+j")
	}
	d.shows("f\n  g\n  h\n").caretAt(2, 3)
	d.press("up", "up", "up", "up").shows("  e\n  f\n  g\n  h").caretAt(2, 0)
	d.press("ctrl+home").shows("› a\n  b\n  c\n  d").caretAt(2, 0)
}

func TestUndoAndRedo(t *testing.T) {
	d := drive(t)
	d.typ("one two").press("shift+enter").typ("three").press("ctrl+w")
	d.press("alt+z").holds("one two\nthree")
	d.press("alt+z").holds("one two\n")
	d.press("ctrl+_").holds("one two")
	d.press("ctrl+_").holds("one ")
	d.press("alt+z", "alt+z", "alt+z").holds("")
	d.press("alt+shift+z", "alt+shift+z").holds("one two")
	d.typ("!").press("alt+shift+z").holds("one two!")
}

func TestFocus(t *testing.T) {
	d := drive(t)
	d.typ("x").Blur()
	if d.Cursor() != nil || d.Focused() {
		t.Fatal("a caret without the focus")
	}
	d.Focus()
	d.caretAt(3, 0)
}

func TestChangedCountsEditsOnly(t *testing.T) {
	d := drive(t)
	d.typ("ab")
	n := d.Changed()
	d.press("left", "home", "end", "up")
	if d.Changed() != n {
		t.Fatal("moving counts as an edit")
	}
	d.press("end", "backspace")
	if d.Changed() == n {
		t.Fatal("erasing does not count as an edit")
	}
}

func TestKeysCanBeBound(t *testing.T) {
	d := drive(t)
	d.SetKeys(map[action.ID][]string{"composer.undo": {"f5"}, "composer.send": {}})
	d.typ("x").press("enter", "alt+z").holds("x")
	if len(d.acts) != 0 {
		t.Fatalf("unbound Enter sent: %+v", d.acts)
	}
	d.press("ctrl+a").caretAt(2, 0)
	for _, info := range Actions(true) {
		if info.ID == "" || info.Title == "" || info.Context != action.Composer {
			t.Errorf("%+v is not complete", info)
		}
	}
}

func TestTinySizes(t *testing.T) {
	for w := range 9 {
		for h := range 3 {
			d := drive(t)
			d.SetSize(w, h)
			d.typ("漢字 and more").paste(strings.Repeat("x\n", 20)).press("up", "left", "ctrl+j")
			d.SetCommands([]action.Info{{ID: "x", Slash: "model", Title: "Switch"}})
			d.SetValue(session.Outgoing{Text: "/m"})
			d.whole()
		}
	}
}

func TestControlCharactersAreSeenAndKept(t *testing.T) {
	d := drive(t)
	text := "a\x1b[31mb\x00\u202ec\r\nd\te\xff"
	d.paste(text).holds(text)
	for _, bad := range []string{"\x1b[31m", "\x00", "\u202e", "\r", "\t", "\xff"} {
		if strings.Contains(d.View(), bad) {
			t.Errorf("%q reaches the terminal", bad)
		}
	}
}
