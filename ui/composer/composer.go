package composer

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
	"parlor/ui/styles"
)

// The actions a composer returns besides those of slash commands; see the
// package comment for what they carry.
const (
	Send           action.ID = "message.send"
	EditPaste      action.ID = "composer.paste"
	UnknownCommand action.ID = "slash.unknown"
)

// Options are what New needs to know.
type Options struct {
	// EnterSends makes Enter send and Alt+Enter, Shift+Enter and Ctrl+J break
	// the line. Without it Enter breaks the line, Ctrl+Enter and Alt+Enter send.
	EnterSends bool
	// Placeholder is shown while the composer is empty; "" for none.
	Placeholder string
}

// Composer is the editor. Make one with New; it is not safe for concurrent use.
type Composer struct {
	opts    Options
	keys    map[string]func(*Composer) []action.Action
	focused bool

	width, maxHeight int
	pens             pens

	buf     buffer
	undo    undo
	kill    [][]atom // what ctrl+y brings back
	changed uint64

	walk   walk
	search *search // nil unless Ctrl+R is at work
	slash  slash

	top   spot // the first row shown
	frame frame
}

// New returns an empty composer with the focus.
func New(opts Options) *Composer {
	c := &Composer{opts: opts, buf: newBuffer(), walk: walk{at: -1}, focused: true, width: 80, maxHeight: 8}
	c.SetKeys(nil)
	return c
}

// SetSize sets the width in cells and the most rows the composer may take, its
// completion menu included.
func (c *Composer) SetSize(width, maxHeight int) {
	c.width, c.maxHeight = max(width, 0), max(maxHeight, 1)
	c.frame.stale = true
}

// SetStyles sets how the composer is drawn. Without styles it is plain text.
func (c *Composer) SetStyles(st *styles.Styles) {
	c.pens = newPens(st)
	c.frame.stale = true
}

// SetPlaceholder sets what is shown while the composer is empty.
func (c *Composer) SetPlaceholder(text string) {
	c.opts.Placeholder = text
	c.frame.stale = true
}

// Focus shows the caret; Blur hides it and dims the prompt.
func (c *Composer) Focus() { c.focused, c.frame.stale = true, true }

// Blur is the opposite of Focus.
func (c *Composer) Blur() { c.focused, c.frame.stale = false, true }

// Focused reports whether the composer has the focus.
func (c *Composer) Focused() bool { return c.focused }

// Capturing reports whether a completion menu or a search is open, which wants
// Esc, Enter, Tab and the arrows before anybody else.
func (c *Composer) Capturing() bool { return c.search != nil || c.slash.open() }

// Claims reports whether the composer wants a key now before the program's key
// map sees it: the keys of an open menu, and those of a search together with
// whatever is typed into it.
func (c *Composer) Claims(msg tea.KeyPressMsg) bool {
	key := msg.Keystroke()
	switch {
	case c.search != nil:
		return msg.Text != "" || slices.Contains(searchKeys(), key)
	case c.slash.open():
		return slices.Contains(menuKeys(), key) && (key != "enter" || c.slash.at >= 0)
	}
	return false
}

func searchKeys() []string {
	return []string{"ctrl+r", "ctrl+s", "up", "down", "ctrl+p", "ctrl+n", "backspace", "ctrl+h", "esc", "ctrl+g", "ctrl+c", "enter", "tab"}
}

func menuKeys() []string {
	return []string{"up", "down", "ctrl+p", "ctrl+n", "esc", "ctrl+c", "tab", "enter"}
}

// Changed counts edits. A draft is worth saving when the number differs from
// the one at the last save.
func (c *Composer) Changed() uint64 { return c.changed }

// edited is called after every change of the text.
func (c *Composer) edited() {
	c.changed++
	c.frame.stale = true
	c.refreshSlash()
}

// leaveModes closes the menu and the search without touching the text.
func (c *Composer) leaveModes() {
	c.search = nil
	c.slash.close()
	c.settle()
	c.frame.stale = true
}
