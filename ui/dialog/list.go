package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// A row is one line of a list. Its texts are clean: safe and without breaks.
type row struct {
	key    string // what is returned for it
	text   string // at the left; what the filter looks at
	also   string // what the filter looks at too, without it being shown
	detail string // at the right, dim
	short  string // in place of detail where there is no room for it; may be ""
	about  string // a sentence in place of detail, which may be cut
	mark   bool   // the current one
	dim    bool   // may be taken, but better not
	group  string // heading above the first row of a group, while nothing is filtered
}

// A hit is a row that passes the filter, with the bytes of its text that matched.
type hit struct {
	row   int
	found []int
}

// list is rows to choose from with a filter over them.
type list struct {
	field field
	rows  []row
	hits  []hit
	at    int // the selected one of hits
	top   int // the first line shown; headings are lines too
	page  int // how many lines were shown last
	empty string
	total string // what the count is "of"; "" means the number of rows
	// free makes a row of what was typed, for a key that is not in the list;
	// nil where the list is all there is.
	free func(typed string) (row, bool)
	note string // shown in place of the foot once; a key clears it
}

// setRows replaces the rows and keeps the selection on the same key.
func (l *list) setRows(rows []row) {
	key := l.selected().key
	l.rows = rows
	l.filter()
	l.choose(key)
}

// choose puts the selection on a key, if it is there.
func (l *list) choose(key string) {
	for i, h := range l.hits {
		if l.rows[h.row].key == key {
			l.at = i
			return
		}
	}
}

// query is what the rows are filtered by.
func (l *list) query() string { return strings.TrimSpace(l.field.text) }

// filter finds the rows that match, best first, and selects the first.
func (l *list) filter() {
	l.rows = l.own()
	l.hits, l.at, l.top = l.hits[:0], 0, 0
	q := l.query()
	if q == "" {
		for i := range l.rows {
			l.hits = append(l.hits, hit{row: i})
		}
		return
	}
	l.hits = matching(l.rows, q, l.hits)
	if l.free != nil {
		if r, ok := l.free(q); ok {
			l.rows = append(l.rows, r)
			l.hits = append(l.hits, hit{row: len(l.rows) - 1})
		}
	}
}

// freeGroup is the group of the row made of what was typed.
const freeGroup = "\x00free"

// own is the rows without the one that was made of what was typed.
func (l *list) own() []row {
	if n := len(l.rows); n > 0 && l.rows[n-1].group == freeGroup {
		return l.rows[:n-1]
	}
	return l.rows
}

// selected is the selected row; a zero row where there is none.
func (l *list) selected() row {
	if l.at < 0 || l.at >= len(l.hits) {
		return row{}
	}
	return l.rows[l.hits[l.at].row]
}

// event is what came of a key or a click.
type event int

const (
	ignored  event = iota
	used           // nothing to tell
	moved          // another row is selected
	filtered       // the filter changed
	taken          // the selected row was taken
	left           // the user wants to leave
)

// key handles a key.
func (l *list) key(b *base, msg tea.KeyPressMsg) event {
	l.note = ""
	was := l.selected().key
	switch v := b.is(msg, vClose, vAccept, vUp, vDown, vPageUp, vPageDown, vFirst, vLast, vSwitch); v {
	case vClose:
		return left
	case vAccept:
		if len(l.hits) == 0 {
			return used
		}
		return taken
	case vUp, vDown, vPageUp, vPageDown, vFirst, vLast:
		l.move(v)
	case vSwitch:
		l.move(map[string]verb{"tab": vDown}[msg.Keystroke()])
	default:
		return l.edit(msg)
	}
	return l.movedFrom(was)
}

// edit gives a key to the filter.
func (l *list) edit(msg tea.KeyPressMsg) event {
	usedKey, changed := l.field.key(msg)
	switch {
	case changed:
		l.filter()
		return filtered
	case usedKey:
		return used
	}
	return ignored
}

// paste puts a paste into the filter.
func (l *list) paste(text string) event {
	l.field.insert(text)
	l.filter()
	return filtered
}

func (l *list) movedFrom(was string) event {
	if l.selected().key == was {
		return used
	}
	return moved
}

// move moves the selection; up from the first row goes to the last and back.
func (l *list) move(v verb) {
	n := len(l.hits)
	if n == 0 {
		return
	}
	switch v {
	case vUp:
		l.at = (l.at + n - 1) % n
	case vDown:
		l.at = (l.at + 1) % n
	case vPageUp:
		l.at = max(l.at-max(l.page-1, 1), 0)
	case vPageDown:
		l.at = min(l.at+max(l.page-1, 1), n-1)
	case vFirst:
		l.at = 0
	case vLast:
		l.at = n - 1
	case vNone: // shift+tab
		l.move(vUp)
	}
}

// wheel moves the selection by a few rows, without going round.
func (l *list) wheel(m tea.Mouse) event {
	const rows = 3
	was := l.selected().key
	switch m.Button {
	case tea.MouseWheelUp:
		l.at = max(l.at-rows, 0)
	case tea.MouseWheelDown:
		l.at = max(min(l.at+rows, len(l.hits)-1), 0)
	default:
		return ignored
	}
	return l.movedFrom(was)
}

// lines is what a list shows: indexes of hits, and -1 before which a heading stands.
func (l *list) lines() []int {
	grouped := l.query() == ""
	var lines []int
	group := ""
	for i, h := range l.hits {
		if g := l.rows[h.row].group; grouped && g != group && g != freeGroup {
			group = g
			lines = append(lines, -1)
		}
		lines = append(lines, i)
	}
	return lines
}
