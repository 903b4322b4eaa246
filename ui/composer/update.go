package composer

import (
	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
)

// Update takes a key, a paste or a click; the position of a click counts from
// the composer's own corner. Everything else is ignored.
func (c *Composer) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return nil, c.press(msg)
	case tea.PasteMsg:
		c.takePaste(msg.Content)
	case tea.MouseClickMsg:
		return nil, c.click(msg.Mouse())
	case tea.MouseWheelMsg:
		c.wheel(msg.Mouse())
	}
	return nil, nil
}

// press handles a key: the search's, the menu's, a bound one, or text.
func (c *Composer) press(msg tea.KeyPressMsg) []action.Action {
	if c.search != nil && c.searchKey(msg) {
		return nil
	}
	if c.slash.open() {
		if acts, done := c.menuKey(msg); done {
			return acts
		}
	}
	if do, ok := c.keys[msg.Keystroke()]; ok {
		return do(c)
	}
	if msg.Text != "" {
		c.typed(msg.Text)
	}
	return nil
}

// takePaste gives a paste to whoever reads text now.
func (c *Composer) takePaste(content string) {
	if c.search != nil {
		c.searchFor(content)
		return
	}
	c.settle()
	c.paste(content)
	c.settle()
}

// typed inserts what a key wrote.
func (c *Composer) typed(s string) {
	kind := editType
	if s == " " {
		kind = editBlank
	}
	c.before(kind)
	c.buf.insert(parse(s))
	c.edited()
}

// enter sends, or breaks the line after a backslash.
func (c *Composer) enter() []action.Action {
	if p := c.buf.caret; p.col > 0 {
		if a := c.buf.lines[p.line].atoms[p.col-1]; a.chip == nil && a.s == `\` {
			c.before(editSet)
			c.buf.cut(pos{p.line, p.col - 1}, p)
			c.buf.insert([][]atom{nil, nil})
			c.edited()
			return nil
		}
	}
	return c.send()
}

func (c *Composer) newline() {
	c.settle()
	c.before(editBlank)
	c.settle()
	c.buf.insert([][]atom{nil, nil})
	c.edited()
}

// up and down move by a row; beyond the first and the last they walk the history.
func (c *Composer) up() {
	c.settle()
	if !c.buf.vertical(-1, c.wrapWidth()) && !c.older() {
		c.buf.move(c.buf.start())
	}
	c.frame.stale = true
}

func (c *Composer) down() {
	c.settle()
	if !c.buf.vertical(1, c.wrapWidth()) && !c.newer() {
		c.buf.move(c.buf.end())
	}
	c.frame.stale = true
}

// killLeft and killRight take the line break where nothing else is left to take.
func killLeft(b *buffer, p pos) pos {
	if p.col == 0 {
		return b.left(p)
	}
	return b.lineStart(p)
}

func killRight(b *buffer, p pos) pos {
	if p == b.lineEnd(p) {
		return b.right(p)
	}
	return b.lineEnd(p)
}

// remove takes out what stands between the caret and a place. Kills in a row
// add up, in the order of the text.
func (c *Composer) remove(other pos, kind edit) {
	if other == c.buf.caret {
		return
	}
	more := kind == editKill && c.undo.last == editKill
	c.before(kind)
	back := other.before(c.buf.caret)
	gone := c.buf.cut(c.buf.caret, other)
	switch {
	case kind != editKill:
	case more && back:
		c.kill = joinLines(gone, c.kill)
	case more:
		c.kill = joinLines(c.kill, gone)
	default:
		c.kill = gone
	}
	c.edited()
}

// joinLines puts b after a.
func joinLines(a, b [][]atom) [][]atom {
	buf := newBuffer()
	buf.insert(a)
	buf.insert(b)
	return buf.between(buf.start(), buf.end())
}

// yank inserts what was killed last.
func (c *Composer) yank() {
	if c.kill == nil {
		return
	}
	c.settle()
	c.before(editPaste)
	c.buf.insert(c.kill)
	c.settle()
	c.edited()
}

// transpose swaps the two atoms around the caret and moves over them.
func (c *Composer) transpose() {
	p := c.buf.caret
	atoms := c.buf.lines[p.line].atoms
	if len(atoms) < 2 || p.col == 0 {
		return
	}
	p.col = min(p.col, len(atoms)-1)
	c.settle()
	c.before(editSet)
	pair := [][]atom{{atoms[p.col], atoms[p.col-1]}}
	c.buf.move(c.buf.replace(pos{p.line, p.col - 1}, pos{p.line, p.col + 1}, pair))
	c.edited()
}
