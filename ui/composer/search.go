package composer

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/action"
)

// search is Ctrl+R at work: a query and the entries of the history that hold it.
type search struct {
	query []atom
	hits  []int // into the history, newest first
	at    int   // which of hits is shown
	saved memory
}

// startSearch begins a search, or goes to the next older hit of the one at work.
func (c *Composer) startSearch() []action.Action {
	if len(c.walk.entries) == 0 {
		return nil
	}
	c.slash.close()
	c.search = &search{saved: c.buf.remember()}
	c.find()
	return nil
}

// find looks for the query and shows the newest hit.
func (c *Composer) find() {
	s := c.search
	text := strings.ToLower(text(s.query))
	s.hits, s.at = nil, 0
	if text != "" {
		for i, entry := range c.walk.entries {
			if strings.Contains(strings.ToLower(entry), text) {
				s.hits = append(s.hits, i)
			}
		}
	}
	c.showHit()
}

// showHit puts the hit into the buffer, or the draft where there is none.
func (c *Composer) showHit() {
	s := c.search
	if len(s.hits) == 0 {
		c.buf.recall(s.saved)
	} else {
		c.load(session.Outgoing{Text: c.walk.entries[s.hits[s.at]]})
		c.buf.move(c.buf.start())
	}
	c.frame.stale = true
}

// searchKey handles a key while a search is at work, and reports whether the
// key was the search's own. Others end it and are then handled as usual.
func (c *Composer) searchKey(msg tea.KeyPressMsg) bool {
	s := c.search
	switch msg.Keystroke() {
	case "ctrl+r", "up", "ctrl+p":
		s.at = min(s.at+1, max(len(s.hits)-1, 0))
		c.showHit()
	case "ctrl+s", "down", "ctrl+n":
		s.at = max(s.at-1, 0)
		c.showHit()
	case "backspace", "ctrl+h":
		s.query = s.query[:max(len(s.query)-1, 0)]
		c.find()
	case "esc", "ctrl+g", "ctrl+c":
		c.buf.recall(s.saved)
		c.search = nil
		c.frame.stale = true
	case "enter", "tab":
		c.takeHit()
	default:
		if msg.Text == "" {
			c.takeHit()
			return false
		}
		c.searchFor(msg.Text)
	}
	return true
}

// searchFor adds text to the query.
func (c *Composer) searchFor(more string) {
	line, _, _ := strings.Cut(more, "\n")
	c.search.query = segment(text(c.search.query) + line)
	c.find()
}

// takeHit ends the search and keeps what it shows, as one step of undo.
func (c *Composer) takeHit() {
	s := c.search
	c.search = nil
	found := c.buf.remember()
	c.buf.recall(s.saved)
	if len(s.hits) > 0 {
		c.before(editSet)
		c.buf.recall(found)
		c.buf.move(c.buf.end())
	}
	c.edited()
	c.slash.close()
	c.settle()
}

// text joins atoms.
func text(atoms []atom) string {
	var b strings.Builder
	for _, a := range atoms {
		b.WriteString(a.s)
	}
	return b.String()
}

// found is the range of the match in the hit shown, for highlighting: the
// first line that holds the query.
func (c *Composer) found() (pos, int) {
	s := c.search
	if s == nil || len(s.hits) == 0 || len(s.query) == 0 {
		return pos{}, 0
	}
	same := func(a, b atom) bool { return strings.EqualFold(a.s, b.s) }
	for i, l := range c.buf.lines {
		for j := 0; j+len(s.query) <= len(l.atoms); j++ {
			if slices.EqualFunc(l.atoms[j:j+len(s.query)], s.query, same) {
				return pos{i, j}, len(s.query)
			}
		}
	}
	return pos{}, 0
}
