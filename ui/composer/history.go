package composer

import "parlor/session"

// walk is the way through the prompt history. Every entry visited keeps what
// was made of it until the composer is cleared, the draft at -1 included.
type walk struct {
	entries []string // newest first
	at      int      // index of the entry shown; -1 for the draft
	kept    map[int]memory
}

// reset goes back to the draft and forgets changes to entries.
func (w *walk) reset() { w.at, w.kept = -1, nil }

// SetHistory sets the earlier prompts that Up and Ctrl+R go through, newest
// first. The slice is kept and must not be changed.
func (c *Composer) SetHistory(entries []string) {
	if c.walk.at >= 0 {
		c.walk.kept[c.walk.at] = c.buf.remember()
		c.buf.recall(c.walk.kept[-1])
	}
	c.walk = walk{entries: entries, at: -1}
	c.frame.stale = true
}

// older shows the entry before the one shown; newer the one after it, and the
// draft after the last.
func (c *Composer) older() bool { return c.visit(c.walk.at + 1) }

func (c *Composer) newer() bool { return c.visit(c.walk.at - 1) }

// visit shows an entry of the history, or the draft for -1.
func (c *Composer) visit(at int) bool {
	w := &c.walk
	if at < -1 || at >= len(w.entries) {
		return false
	}
	if w.kept == nil {
		w.kept = map[int]memory{}
	}
	w.kept[w.at] = c.buf.remember()
	back := at < w.at
	w.at = at
	c.undo = undo{}
	if m, ok := w.kept[at]; ok {
		c.buf.recall(m)
	} else {
		c.load(session.Outgoing{Text: w.entries[at]})
	}
	switch {
	case at < 0: // the draft's caret is where it was left
	case back:
		c.buf.move(c.buf.end())
	default:
		// The caret on the first row lets the next Up go on walking.
		c.buf.move(c.buf.lineEnd(c.buf.start()))
		if c.buf.vertical(-1, c.wrapWidth()) {
			c.buf.move(c.buf.start())
		}
	}
	c.edited()
	c.slash.close() // a recalled command must not trap the arrows in its menu
	return true
}
