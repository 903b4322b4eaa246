package transcript

// pos is a place in the flat sequence of rows: item in the path, unit in the
// item, row in the unit.
type pos struct{ item, unit, row int }

// units returns how many units the i-th message of the path has; a message not
// loaded counts as one of estimated height.
func (t *Transcript) units(i int) int {
	if it := t.items[t.path[i].ID]; it != nil {
		return len(it.Units)
	}
	return 1
}

// unitRows is the height of a unit.
func (t *Transcript) unitRows(item, unit int) int {
	if it := t.items[t.path[item].ID]; it != nil {
		return it.Units[unit].rows()
	}
	return unloadedRows
}

// end is the place just after the last row.
func (t *Transcript) end() pos { return pos{item: len(t.path)} }

// clamp makes a place valid after the items around it changed.
func (t *Transcript) clamp(p pos) pos {
	if p.item >= len(t.path) {
		return t.end()
	}
	if n := t.units(p.item); p.unit >= n {
		if n == 0 {
			return pos{item: p.item + 1}
		}
		return pos{p.item, n - 1, t.unitRows(p.item, n-1) - 1}
	}
	p.row = min(p.row, max(t.unitRows(p.item, p.unit)-1, 0))
	return p
}

// anchored turns the pinned anchor into a place.
func (t *Transcript) anchored() pos {
	i, ok := t.place[t.top.ID]
	if !ok {
		return t.end()
	}
	return t.clamp(pos{i, t.top.Unit, t.top.Row})
}

// up moves a place n rows towards the beginning, as far as there are rows.
func (t *Transcript) up(p pos, n int) pos {
	left := n
	for left > 0 {
		if p.row > 0 {
			step := min(left, p.row)
			p.row -= step
			left -= step
			continue
		}
		switch {
		case p.unit > 0:
			p.unit--
		case p.item > 0:
			p.item--
			if p.unit = t.units(p.item) - 1; p.unit < 0 {
				p.unit = 0
				continue
			}
		default:
			return p
		}
		p.row = t.unitRows(p.item, p.unit)
	}
	return p
}

// down moves a place n rows towards the end, as far as there are rows.
func (t *Transcript) down(p pos, n int) pos {
	for p.item < len(t.path) {
		if p.unit >= t.units(p.item) {
			p = pos{item: p.item + 1}
			continue
		}
		room := t.unitRows(p.item, p.unit) - p.row
		if n < room {
			p.row += n
			return p
		}
		n -= room
		p.row = 0
		p.unit++
	}
	return p
}

// topPos is the first visible row as things are now.
func (t *Transcript) topPos() pos {
	if t.pinned {
		return t.anchored()
	}
	return t.up(t.end(), t.layout.Height)
}

// Scroll moves the window n rows, down when positive. Reaching the end makes
// it follow again.
func (t *Transcript) Scroll(n int) {
	if len(t.path) == 0 || n == 0 {
		return
	}
	t.dirty = true
	p := t.topPos()
	if n < 0 {
		p = t.up(p, -n)
		if last := t.up(t.end(), t.layout.Height); !before(p, last) {
			t.pinned = false // everything fits
			return
		}
	} else {
		if !t.pinned {
			return
		}
		p = t.down(p, n)
	}
	t.pin(p)
}

// before reports whether a comes before b.
func before(a, b pos) bool {
	if a.item != b.item {
		return a.item < b.item
	}
	if a.unit != b.unit {
		return a.unit < b.unit
	}
	return a.row < b.row
}

// pin holds the window with p as its first row, or follows when that shows the
// end.
func (t *Transcript) pin(p pos) {
	t.dirty = true
	last := t.up(t.end(), t.layout.Height)
	if !before(p, last) || p.item >= len(t.path) {
		t.pinned = false
		return
	}
	t.pinned = true
	t.top = anchor{ID: t.path[p.item].ID, Unit: p.unit, Row: p.row}
}

// Page scrolls by windows, half ones for 0.5.
func (t *Transcript) Page(f float64) {
	n := int(f * float64(max(t.layout.Height-2, 1)))
	if n == 0 {
		n = 1
	}
	t.Scroll(n)
}

// Top goes to the first row.
func (t *Transcript) Top() {
	if len(t.path) > 0 {
		t.pin(pos{})
	}
}

// Bottom goes to the end and follows it.
func (t *Transcript) Bottom() {
	if t.pinned {
		t.pinned, t.dirty = false, true
	}
}

// SelectStep marks the message step places further and brings its beginning
// into view.
func (t *Transcript) SelectStep(step int) {
	if len(t.path) == 0 {
		return
	}
	i, ok := t.place[t.selected]
	if !ok {
		t.selectVisible()
		i = t.place[t.selected]
	}
	i = min(max(i+step, 0), len(t.path)-1)
	t.selected, t.dirty = t.path[i].ID, true
	t.reveal(i)
}

// reveal scrolls as little as shows the beginning of a message.
func (t *Transcript) reveal(i int) {
	for _, r := range t.shown {
		if r.id == t.path[i].ID && r.unit == 0 {
			return
		}
	}
	t.pin(pos{item: i})
}

// selectVisible marks the last message whose beginning or body is visible.
func (t *Transcript) selectVisible() {
	for i := len(t.shown) - 1; i >= 0; i-- {
		if t.shown[i].id != 0 {
			t.selected = t.shown[i].id
			return
		}
	}
	if n := len(t.path); n > 0 {
		t.selected = t.path[n-1].ID
	}
}

// At returns the message shown on a row of the window and the kind of its
// content there, for clicks.
func (t *Transcript) At(y int) (id int64, kind Kind, ok bool) {
	if y < 0 || y >= len(t.shown) || t.shown[y].id == 0 {
		return 0, 0, false
	}
	return t.shown[y].id, t.shown[y].kind, true
}

// Mark marks a message.
func (t *Transcript) Mark(id int64) {
	if _, ok := t.place[id]; ok {
		t.selected, t.dirty = id, true
	}
}
