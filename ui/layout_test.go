package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
	"parlor/ui/transcript"
)

func TestEverySizeIsDividedWithoutOverlap(t *testing.T) {
	for width := 1; width <= 220; width++ {
		for height := 1; height <= 60; height++ {
			for _, composer := range []int{1, 3, 40} {
				r := arrange(width, height, 100, composer)
				rows := r.title + r.transcript.Height + r.rule + r.composer + r.status
				if rows > max(height, r.composer+r.status) || r.transcript.Height < 0 {
					t.Fatalf("%dx%d, composer %d: %d rows for %d", width, height, composer, rows, height)
				}
				if height >= 3 && rows != height {
					t.Fatalf("%dx%d, composer %d: %d rows used", width, height, composer, rows)
				}
				if r.composer > max(height/3, 1) {
					t.Fatalf("%dx%d: the composer takes %d rows, more than a third", width, height, r.composer)
				}
				if w := r.transcript.Margin + transcript.GutterWidth(width) + r.transcript.Text; width >= 2 && w > width {
					t.Fatalf("%dx%d: the text column ends at %d", width, height, w)
				}
			}
		}
	}
}

func TestDetailsGoInOrderAsItGetsSmall(t *testing.T) {
	for _, c := range []struct {
		width, height       int
		margin, title, rule int
	}{
		{160, 40, 29, 1, 1}, // centred
		{120, 40, 2, 1, 1},
		{80, 24, 2, 1, 1},
		{58, 24, 1, 1, 1},
		{40, 12, 0, 1, 1},
		{40, 10, 0, 1, 0},
		{40, 7, 0, 0, 0},
	} {
		r := arrange(c.width, c.height, 100, 1)
		if r.transcript.Margin != c.margin || r.title != c.title || r.rule != c.rule {
			t.Errorf("%dx%d: margin %d, title %d, rule %d; want %d, %d, %d", c.width, c.height,
				r.transcript.Margin, r.title, r.rule, c.margin, c.title, c.rule)
		}
	}
}

func TestKeysMeanTheSameHoweverTheyAreWritten(t *testing.T) {
	for written, want := range map[string]string{
		"Ctrl+O": "ctrl+o", "control+o": "ctrl+o", "C-o": "ctrl+o", "PageUp": "pgup", "page_down": "pgdown",
		"Return": "enter", "Escape": "esc", "option+x": "alt+x", "J": "J", "?": "?",
	} {
		if got := spell(written); got != want {
			t.Errorf("spell(%q) = %q, want %q", written, got, want)
		}
	}
}

func TestTheUsersKeyWinsAndTheOtherActionLosesIt(t *testing.T) {
	infos := Actions()
	k := newKeymap(infos, "default", map[string][]string{"help": {"ctrl+o"}})
	press := tea.KeyPressMsg{Code: 'o', Mod: tea.ModCtrl}
	if id, _ := k.find(press, action.Global); id != actHelp {
		t.Errorf("ctrl+o does %q, want help", id)
	}
	if len(k.conflicts) != 1 {
		t.Errorf("conflicts %q, want the one", k.conflicts)
	}
	k = newKeymap(Actions(), "default", map[string][]string{"help": {}})
	if id, ok := k.find(tea.KeyPressMsg{Code: tea.KeyF1}, action.Global); ok {
		t.Errorf("f1 still does %q although its keys were taken away", id)
	}
}
