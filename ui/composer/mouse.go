package composer

import (
	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
)

// click puts the caret where the user clicked, takes a menu's item, or opens
// the chip clicked when the caret is already there.
func (c *Composer) click(m tea.Mouse) (acts []action.Action) {
	if m.Button != tea.MouseLeft || m.Y < 0 {
		return nil
	}
	over, rows := c.rows()
	if m.Y < over {
		return c.clickMenu(m.Y, over)
	}
	c.draw()
	s := c.top
	for i := 0; i < min(m.Y-over, rows-1); i++ {
		next, ok := c.buf.step(s, 1, c.wrapWidth())
		if !ok {
			break
		}
		s = next
	}
	w := c.wrapWidth()
	at := pos{s.line, c.buf.lines[s.line].colAt(s.row, m.X-c.margin(), w)}
	a, onChip := c.buf.at(at)
	if onChip = onChip && a.chip != nil; onChip && at == c.buf.caret {
		return c.openChip()
	}
	c.settle()
	c.buf.move(at)
	c.frame.stale = true
	return nil
}

// clickMenu takes the item in a row of the menu.
func (c *Composer) clickMenu(y, rows int) []action.Action {
	s := &c.slash
	if !s.open() {
		return nil
	}
	first := max(0, min(s.at-rows/2, len(s.items)-rows))
	return c.choose(s.items[first+y])
}

// wheel moves by rows, as the arrows do, but not into the history.
func (c *Composer) wheel(m tea.Mouse) {
	step := map[tea.MouseButton]int{tea.MouseWheelUp: -1, tea.MouseWheelDown: 1}[m.Button]
	if step == 0 {
		return
	}
	c.settle()
	c.buf.vertical(step, c.wrapWidth())
	c.frame.stale = true
}
