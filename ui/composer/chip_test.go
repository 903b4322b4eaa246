package composer

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"parlor/session"
)

func lines(n int) string { return strings.Repeat("line of a paste\n", n) }

func TestLargePasteBecomesAChip(t *testing.T) {
	tests := []struct{ name, text, label string }{
		{"eleven lines", lines(11), "[paste 1: 11 lines]"},
		{"no break at the end", lines(11) + "x", "[paste 1: 12 lines]"},
		{"ten lines", lines(10), ""},
		{"a wide line", strings.Repeat("ä", 1001), "[paste 1: 1,001 characters]"},
		{"not quite wide", strings.Repeat("ä", 1000), ""},
		{"terminal that sends carriage returns", strings.ReplaceAll(lines(12), "\n", "\r"), "[paste 1: 12 lines]"},
		{"very many", lines(100_000), "[paste 1: 100,000 lines]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := drive(t)
			d.paste(tt.text)
			if tt.label == "" {
				d.hides("[paste")
			} else {
				d.shows(tt.label)
			}
		})
	}
}

func TestChipIsOneUnit(t *testing.T) {
	d := drive(t)
	d.typ("see ").paste(lines(12)).typ(" and ").paste(lines(20))
	d.shows("› see [paste 1: 12 lines] and [paste 2: 20 lines]")
	d.caretAt(49, 0).press("left").caretAt(30, 0).press("alt+b", "alt+b").caretAt(6, 0)
	d.press("delete").shows("› see  and [paste 2: 20 lines]")
	d.press("ctrl+_").shows("[paste 1: 12 lines]")
	d.press("end", "backspace").shows("› see [paste 1: 12 lines] and").hides("[paste 2")
	d.press("enter")
	out := d.sent()
	want := []session.Paste{{Start: 4, End: 4 + 12*16}}
	if len(out.Pastes) != 1 || out.Pastes[0] != want[0] || out.Text != "see "+lines(12)+" and " {
		t.Fatalf("sent %+v", out)
	}
}

func TestChipOpensInPlace(t *testing.T) {
	d := drive(t)
	d.SetSize(40, 30)
	d.typ("a ").paste(lines(11)).press("tab")
	d.shows("› a line of a paste\n  line of a paste").hides("[paste").caretAt(4, 0)
	d.holds("a " + lines(11))
	d.press("alt+z").shows("[paste 1: 11 lines]").press("tab", "delete").holds("a " + lines(11)[1:])
}

func TestHugeChipGoesToTheEditor(t *testing.T) {
	d := drive(t)
	text := lines(50_000)
	d.typ("x").paste(text).press("tab")
	if len(d.acts) != 1 || d.acts[0].ID != EditPaste || d.acts[0].Value != (Paste{1, text}) {
		t.Fatalf("got %d actions", len(d.acts))
	}
	d.shows("[paste 1: 50,000 lines]")
	if !d.ReplacePaste(1, "short") || d.ReplacePaste(7, "") {
		t.Fatal("ReplacePaste found the wrong chips")
	}
	d.shows("› x[paste 1: 1 line]").holds("xshort")
	d.ReplacePaste(1, "")
	d.holds("x").caretAt(3, 0)
}

func TestPastesAreKeptByteForByte(t *testing.T) {
	texts := []string{
		strings.Repeat("windows\r\n", 312), "  \t\n\n\n" + lines(11) + "\n\n  ",
		strings.Repeat("\xff\xfe\n", 40), strings.Repeat("\x1b]52;c;eA==\x07\n", 20),
		strings.Repeat("e\u0301🇩🇪\u200d\n", 30), strings.Repeat("0123456789abcde\n", 10<<20/16),
		"small\r\nwindows", "\xf0\x9f", "\u202eabc\x00",
	}
	const alphabet = "\n\n\r\x1b\t ab\xff\xe2\x80\x8d🇩漢"
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		b := make([]byte, rnd.IntN(3000))
		for i := range b {
			b[i] = alphabet[rnd.IntN(len(alphabet))]
		}
		texts = append(texts, string(b))
	}
	for _, text := range texts {
		if !strings.Contains(text, "\n") {
			text = strings.ReplaceAll(text, "\r", "")
		}
		d := drive(t)
		d.typ("<>").press("left").paste(text)
		d.press("left", "right", "ctrl+_", "alt+shift+z")
		if d.Value().Text != "<"+text+">" {
			t.Fatalf("%.80q came back as %.80q", text, d.Value().Text)
		}
		again := drive(t)
		again.SetBody(d.Body())
		if again.Value().Text != "<"+text+">" {
			t.Fatalf("%.80q came back from the draft as %.80q", text, again.Value().Text)
		}
		again.SetValue(d.Value())
		if again.Value().Text != "<"+text+">" {
			t.Fatalf("%.80q came back from the value as %.80q", text, again.Value().Text)
		}
	}
}

func TestDraftRemembersChipsAndCaret(t *testing.T) {
	d := drive(t)
	if d.Body() != nil {
		t.Fatal("an empty composer has a draft")
	}
	d.typ("one").press("ctrl+j").paste(lines(12)).typ(" two").press("left", "left")
	again := drive(t)
	again.SetBody(d.Draft().Body())
	if again.screen() != d.screen() || *again.Cursor() != *d.Cursor() {
		t.Fatalf("got back\n%s\nof\n%s", again.screen(), d.screen())
	}
	again.SetBody(json.RawMessage(`{"parts":`))
	again.holds(`{"parts":`)
	again.SetBody(json.RawMessage(`{"parts":[{"text":"x"}],"caret":-7}`))
	again.holds("x").caretAt(2, 0)
	again.SetBody(nil)
	again.holds("")
}

func TestSetValueMakesChipsOfRanges(t *testing.T) {
	d := drive(t)
	d.SetValue(session.Outgoing{Text: "see abc now", Pastes: []session.Paste{{Start: 4, End: 7}, {Start: 6, End: 99}, {Start: -1, End: 2}}})
	d.shows("› see [paste 1: 1 line] now").holds("see abc now")
	d.press("ctrl+_").holds("see abc now") // nothing to undo
}

func TestEditorsTextKeepsChips(t *testing.T) {
	d := drive(t)
	d.typ("first ").paste(lines(12)).typ(" second")
	d.SetText("changed\n" + lines(12) + "!")
	d.shows("› changed\n  [paste 1: 12 lines]!").holds("changed\n" + lines(12) + "!")
	d.press("ctrl+_").shows("› first [paste 1: 12 lines] second")
	long := strings.Repeat("x\n", 5000)
	d.SetText(long)
	d.shows("[paste 1: 5,000 lines]").holds(long)
}
