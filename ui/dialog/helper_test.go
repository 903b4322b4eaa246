package dialog

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/session"
	"parlor/themes"
	"parlor/ui/action"
	"parlor/ui/styles"
)

func look(dark bool) *styles.Styles {
	return styles.New(themes.Default(), dark, styles.Options{})
}

// driver works with a dialog as a user would, and reads the screen.
type driver struct {
	t *testing.T
	Dialog
	width, height int
	acts          []action.Action // of the last message that returned any
	last          []action.Action // of the last message
}

func drive(t *testing.T, d Dialog) *driver {
	t.Helper()
	dr := &driver{t: t, Dialog: d, width: 80, height: 24}
	dr.screen()
	return dr
}

// keyOf makes a key press of its name: "a", "ctrl+a", "esc".
func keyOf(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "backspace": tea.KeyBackspace,
		"delete": tea.KeyDelete, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	}
	mods := map[string]tea.KeyMod{"ctrl": tea.ModCtrl, "alt": tea.ModAlt, "shift": tea.ModShift}
	var k tea.KeyPressMsg
	for {
		mod, rest, ok := strings.Cut(name, "+")
		if !ok || mods[mod] == 0 {
			break
		}
		k.Mod |= mods[mod]
		name = rest
	}
	if code, ok := codes[name]; ok {
		k.Code = code
		return k
	}
	k.Code = []rune(name)[0]
	if k.Mod == 0 {
		k.Text = name
	}
	return k
}

func (d *driver) send(msg tea.Msg) *driver {
	d.t.Helper()
	_, d.last = d.Update(msg)
	if len(d.last) > 0 {
		d.acts = d.last
	}
	d.screen()
	return d
}

func (d *driver) press(names ...string) *driver {
	d.t.Helper()
	for _, n := range names {
		d.send(keyOf(n))
	}
	return d
}

func (d *driver) typ(text string) *driver {
	d.t.Helper()
	for _, r := range text {
		d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return d
}

func (d *driver) click(x, y int) *driver {
	d.t.Helper()
	return d.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
}

func (d *driver) wheel(b tea.MouseButton) *driver {
	d.t.Helper()
	return d.send(tea.MouseWheelMsg{Button: b})
}

// screen is the box without styles. It fails on a box that is not square, too
// large for the screen, or has its cursor outside.
func (d *driver) screen() string {
	d.t.Helper()
	view := d.View(d.width, d.height)
	rows := strings.Split(view, "\n")
	w := ansi.StringWidth(rows[0])
	if len(rows) > min(d.height, 24) || w > min(d.width, 80) {
		d.t.Fatalf("a box of %dx%d on a screen of %dx%d", w, len(rows), d.width, d.height)
	}
	for i, r := range rows {
		if ansi.StringWidth(r) != w {
			d.t.Fatalf("row %d is %d cells wide, not %d:\n%s", i, ansi.StringWidth(r), w, ansi.Strip(view))
		}
	}
	if c := d.Cursor(d.width, d.height); c != nil && (c.X < 0 || c.X >= w || c.Y < 0 || c.Y >= len(rows)) {
		d.t.Fatalf("the cursor is at %d,%d in a box of %dx%d", c.X, c.Y, w, len(rows))
	}
	return ansi.Strip(view)
}

func (d *driver) shows(want ...string) *driver {
	d.t.Helper()
	for _, w := range want {
		if !strings.Contains(d.screen(), w) {
			d.t.Fatalf("the screen does not show %q:\n%s", w, d.screen())
		}
	}
	return d
}

func (d *driver) hides(texts ...string) *driver {
	d.t.Helper()
	for _, text := range texts {
		if strings.Contains(d.screen(), text) {
			d.t.Fatalf("the screen shows %q:\n%s", text, d.screen())
		}
	}
	return d
}

// did checks the actions returned by the last message.
func (d *driver) did(want ...action.Action) *driver {
	d.t.Helper()
	if len(d.last) != len(want) {
		d.t.Fatalf("got %+v, want %+v", d.last, want)
	}
	for i := range want {
		if d.last[i].ID != want[i].ID || d.last[i].Arg != want[i].Arg || d.last[i].Value != want[i].Value {
			d.t.Fatalf("got %+v, want %+v", d.last, want)
		}
	}
	return d
}

func (d *driver) caretAt(x, y int) *driver {
	d.t.Helper()
	c := d.Cursor(d.width, d.height)
	if c == nil || c.X != x || c.Y != y {
		d.t.Fatalf("the caret is at %+v, want %d,%d:\n%s", c, x, y, d.screen())
	}
	return d
}

func act(id action.ID, arg string) action.Action { return action.Action{ID: id, Arg: arg} }

// today is the day of all tests.
func today() time.Time { return time.Date(2026, 11, 20, 14, 30, 0, 0, time.UTC) }

func summaries() []session.Summary {
	return []session.Summary{
		{ID: "c1", Title: "Lifetimes in Rust", Model: "claude-opus-5-5", CostMicros: 180_000, UpdatedAt: today().Add(-4 * time.Hour), Pinned: true},
		{ID: "c2", Title: "Arena allocators", Model: "claude-sonnet-5-5", CostMicros: 40_000, UpdatedAt: today().AddDate(0, 0, -8)},
		{ID: "c3", Title: "漢字の歴史 and a very long title that goes on and on until it cannot be shown whole", Model: "claude-haiku-5-5", CostMicros: 900, UpdatedAt: today().AddDate(0, 0, -1)},
		{ID: "c4", Title: "evil\x1b[31m\u202etitle\nsecond line", Model: "gpt", UpdatedAt: today().AddDate(-1, 0, 0)},
		{ID: "c5", Model: "claude-opus-5-5", CostMicros: 12_340_000, UpdatedAt: today().AddDate(0, -2, 0), Private: true},
	}
}

func models() []session.ModelInfo {
	return []session.ModelInfo{
		{ID: "claude-opus-5-5", Name: "Claude Opus 5.5", Context: 1_000_000, InPrice: 5_000_000, OutPrice: 25_000_000, Status: "current", Listed: true},
		{ID: "claude-sonnet-4-6", Name: "Claude Sonnet 4.6", Context: 200_000, InPrice: 3_000_000, OutPrice: 15_000_000, Temperature: true, Status: "legacy", Listed: true},
		{ID: "claude-haiku-5-5", Name: "Claude Haiku 5.5", Context: 200_000, InPrice: 1_000_000, OutPrice: 5_000_000, Status: "current", Listed: true},
		{ID: "claude-3-opus", Name: "Claude Opus 3", Context: 200_000, InPrice: 15_000_000, OutPrice: 75_000_000, Temperature: true, Status: "retired"},
		{ID: "llama-local", Status: "unknown", Listed: true},
	}
}

func infos() []action.Info {
	return []action.Info{
		{ID: "conversation.new", Title: "New conversation", Slash: "new", Keys: []string{"ctrl+n"}, Group: "Conversation"},
		{ID: "conversation.open", Title: "Open a conversation", Slash: "open", Args: "[title]", Keys: []string{"ctrl+o"}, Group: "Conversation"},
		{ID: "model", Title: "Switch the model", Slash: "model", Args: "[model]", Keys: []string{"ctrl+l"}, Group: "Parameters"},
		{ID: "temperature", Title: "Set the temperature", Slash: "temp", Group: "Parameters"},
		{ID: "message.copy", Title: "Copy a message as markdown", Slash: "copy", Keys: []string{"y"}, Group: "Message"},
		{ID: "scroll.down", Title: "Line down", Keys: []string{"j", "down"}, Group: "Moving", Hidden: true},
		{ID: "turn.stop", Title: "Stop the answer, keep what came", Group: "Message"},
	}
}
