package composer

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/session"
	"parlor/ui/action"
)

// driver types and presses keys as a user would, and reads the screen.
type driver struct {
	t *testing.T
	*Composer
	acts []action.Action // all that were returned so far
}

func drive(t *testing.T) *driver {
	t.Helper()
	return &driver{t: t, Composer: New(Options{EnterSends: true, Placeholder: "Write to Claude"})}
}

// keyOf makes a key press of its name: "a", "ctrl+a", "shift+enter".
func keyOf(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "backspace": tea.KeyBackspace,
		"delete": tea.KeyDelete, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "space": ' ', "pgup": tea.KeyPgUp,
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
	} else {
		k.Code = []rune(name)[0]
	}
	if k.Mod == 0 && (codes[name] == 0 || name == "space") {
		k.Text = string(k.Code)
	}
	return k
}

func (d *driver) send(msg tea.Msg) *driver {
	d.t.Helper()
	_, acts := d.Update(msg)
	d.acts = append(d.acts, acts...)
	d.whole()
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

func (d *driver) paste(text string) *driver {
	d.t.Helper()
	return d.send(tea.PasteMsg{Content: text})
}

// screen is the view without styles and without blanks at the end of rows.
func (d *driver) screen() string {
	rows := strings.Split(ansi.Strip(d.View()), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " ")
	}
	return strings.Join(rows, "\n")
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

func (d *driver) hides(text string) *driver {
	d.t.Helper()
	if strings.Contains(d.screen(), text) {
		d.t.Fatalf("the screen shows %q:\n%s", text, d.screen())
	}
	return d
}

func (d *driver) holds(want string) *driver {
	d.t.Helper()
	if got := d.Value().Text; got != want {
		d.t.Fatalf("the text is %q, want %q", got, want)
	}
	return d
}

func (d *driver) caretAt(x, y int) *driver {
	d.t.Helper()
	c := d.Cursor()
	if c == nil || c.X != x || c.Y != y {
		d.t.Fatalf("the caret is at %+v, want %d,%d:\n%s", c, x, y, d.screen())
	}
	return d
}

func (d *driver) sent() session.Outgoing {
	d.t.Helper()
	if len(d.acts) == 0 || d.acts[len(d.acts)-1].ID != Send {
		d.t.Fatalf("nothing was sent: %+v", d.acts)
	}
	return d.acts[len(d.acts)-1].Value.(session.Outgoing)
}

// whole fails when the view is not Height rows of exactly the width, the caret
// is outside, or a line's atoms are not the graphemes of its text.
func (d *driver) whole() {
	d.t.Helper()
	if err := flaw(d.Composer); err != "" {
		d.t.Fatalf("%s\n%q", err, d.View())
	}
}
