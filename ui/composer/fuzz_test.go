package composer

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
)

// FuzzComposer plays keys and pastes: each byte of keys is a key, text is
// typed or pasted piece by piece. Nothing may panic or break the promises that
// flaw checks, and what is in the composer survives draft and value.
func FuzzComposer(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04"), "hello 漢字", uint8(80), uint8(8))
	f.Add([]byte("\x05\x06\x07\x20\x21\x22"), "e\u0301🇩🇪👨‍👩‍👧\r\n\xff", uint8(13), uint8(3))
	f.Add([]byte("\x30\x31\x32\x00\x33"), strings.Repeat("line\n", 14), uint8(40), uint8(4))
	f.Add([]byte("\x10\x11\x12\x13\x14\x15\x16\x17"), "/model son", uint8(5), uint8(1))
	names := []string{
		"left", "right", "up", "down", "home", "end", "ctrl+home", "ctrl+end", "alt+b", "alt+f",
		"backspace", "delete", "alt+backspace", "alt+d", "ctrl+w", "ctrl+u", "ctrl+k", "ctrl+y", "ctrl+t",
		"alt+z", "alt+shift+z", "enter", "ctrl+j", "tab", "esc", "ctrl+r", "ctrl+s", "space", "/", "\\",
	}
	f.Fuzz(func(t *testing.T, keys []byte, text string, width, height uint8) {
		keys, text = keys[:min(len(keys), 100)], text[:min(len(text), 1<<11)]
		c := New(Options{EnterSends: height%2 == 0})
		c.SetSize(int(width), int(height))
		c.SetHistory([]string{"older prompt", text, "/new"})
		c.SetCommands(commands())
		cut := 0
		for _, k := range keys {
			switch {
			case int(k) < len(names):
				c.Update(keyOf(names[k]))
			case k < 0x60:
				n := min(cut+int(k-0x20)/4+1, len(text))
				c.Update(tea.KeyPressMsg{Code: tea.KeyExtended, Text: text[cut:n]})
				cut = n
			case k < 0x80:
				c.Update(tea.PasteMsg{Content: text})
			default:
				c.Update(tea.MouseClickMsg{X: int(k & 15), Y: int(k>>4) & 3, Button: tea.MouseLeft})
			}
			if err := flaw(c); err != "" {
				t.Fatal(err)
			}
		}
		survives(t, c)
	})
}

// survives checks that draft and value bring back the same bytes.
func survives(t *testing.T, c *Composer) {
	t.Helper()
	out := c.Value()
	for i, p := range out.Pastes {
		if p.Start < 0 || p.End <= p.Start || p.End > len(out.Text) || i > 0 && p.Start < out.Pastes[i-1].End {
			t.Fatalf("paste %d is %+v of %d bytes", i, p, len(out.Text))
		}
	}
	again := New(Options{})
	again.SetBody(c.Body())
	if got := again.Value(); got.Text != out.Text || len(got.Pastes) != len(out.Pastes) {
		t.Fatalf("%q came back from the draft as %q", out.Text, got.Text)
	}
	again.SetValue(session.Outgoing{Text: out.Text, Pastes: out.Pastes})
	if got := again.Value(); got.Text != out.Text {
		t.Fatalf("%q came back from the value as %q", out.Text, got.Text)
	}
}
