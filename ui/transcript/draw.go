package transcript

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/session"
	"parlor/ui/styles"
)

// row is one line of the window and where it comes from.
type row struct {
	id   int64
	unit int
	kind Kind
	text string // without margin and gutter
	user bool
	gap  bool // belongs to no message: the space between them
	wide bool // made for a wider window: must be cut until it is made anew
}

// maxHeld is how many frames the window keeps old lines while new ones are
// being rendered, before it shows what it has.
const maxHeld = 4

// Draw returns the rows of the window from top to bottom, each a complete
// styled line without its newline. It costs what is visible, not what there is.
func (t *Transcript) Draw() []string {
	if !t.dirty && t.rows != nil {
		return t.rows
	}
	from := t.topPos()
	shown, missing := t.collect(from)
	if missing && t.rows != nil && t.held < maxHeld {
		t.held++
		return t.rows
	}
	t.held, t.dirty = 0, false
	t.shown = shown
	if t.focused && t.selected == 0 {
		t.selectVisible()
	}
	t.below = t.countBelow(from)
	t.rows = t.paint(shown)
	return t.rows
}

// collect gathers the visible rows and tells whether some are not rendered.
func (t *Transcript) collect(p pos) (rows []row, missing bool) {
	rows = make([]row, 0, t.layout.Height)
	for len(rows) < t.layout.Height && p.item < len(t.path) {
		ref := t.path[p.item]
		it := t.items[ref.ID]
		if it == nil {
			missing = true
			for n := unloadedRows - p.row; n > 0 && len(rows) < t.layout.Height; n-- {
				rows = append(rows, row{gap: true})
			}
			p = pos{item: p.item + 1}
			continue
		}
		for ; p.unit < len(it.Units) && len(rows) < t.layout.Height; p.unit, p.row = p.unit+1, 0 {
			u := &it.Units[p.unit]
			missing = missing || u.Lines == nil
			one := row{id: ref.ID, unit: p.unit, kind: u.Kind, user: ref.Role == "user", wide: it.Width > t.layout.Text}
			rows = appendUnit(rows, u, p, one, t.layout.Height)
		}
		p = pos{item: p.item + 1}
	}
	return rows, missing
}

// appendUnit adds the rows of a unit from row p.row on; like is what they have
// in common.
func appendUnit(rows []row, u *Unit, p pos, like row, limit int) []row {
	for r := p.row; r < u.rows() && len(rows) < limit; r++ {
		one := like
		if i := r - u.Gap; i >= 0 && i < len(u.Lines) {
			one.text = u.Lines[i].Text
		} else if i < 0 && p.unit == 0 {
			one.gap = true
		}
		rows = append(rows, one)
	}
	return rows
}

// Ready reports whether everything in the window is rendered as it should be.
func (t *Transcript) Ready() bool {
	rows, missing := t.collect(t.topPos())
	for _, r := range rows {
		it := t.items[r.id]
		if it == nil {
			continue
		}
		if it.Width != t.layout.Text || t.stale(it) {
			return false
		}
	}
	return !missing
}

// stale reports whether an item shows an older state of its message than the
// branch has. A growing answer is not: its newest state comes by itself.
func (t *Transcript) stale(it *Item) bool {
	i, ok := t.place[it.ID]
	return ok && it.Message.Version != t.path[i].Version && (it.Message.State != session.Streaming || !t.live)
}

// countBelow is the number of rows under the window. While following there are
// none.
func (t *Transcript) countBelow(from pos) int {
	if !t.pinned {
		return 0
	}
	p := t.down(from, t.layout.Height)
	n := 0
	for i := p.item; i < len(t.path); i++ {
		it := t.items[t.path[i].ID]
		switch {
		case it == nil:
			n += unloadedRows
		case i > p.item:
			n += it.rows
		default:
			for u := p.unit; u < len(it.Units); u++ {
				n += it.Units[u].rows()
			}
			n -= p.row
		}
	}
	return n
}

// paint puts margin and gutter before the rows.
func (t *Transcript) paint(shown []row) []string {
	margin := strings.Repeat(" ", t.layout.Margin)
	if t.bars == nil {
		t.bars = t.drawBars()
	}
	lines := make([]string, t.layout.Height)
	for i, r := range shown {
		if r.gap || r.id == 0 {
			continue
		}
		bar := t.bars[bar{user: r.user, note: r.kind == KindNote || r.kind == KindFailure || r.kind == KindFooter, marked: t.focused && r.id == t.selected}]
		if r.wide {
			r.text = ansi.Truncate(r.text, t.layout.Text, "")
		}
		lines[i] = margin + bar + r.text
	}
	return lines
}

// bar names one of the gutter's looks.
type bar struct{ user, note, marked bool }

// drawBars makes the gutter's looks, ready to be put before a line.
func (t *Transcript) drawBars() map[bar]string {
	all := make(map[bar]string, 8)
	for _, user := range []bool{false, true} {
		for _, note := range []bool{false, true} {
			for _, marked := range []bool{false, true} {
				st, glyph := t.st.ClaudeBar, styles.GutterClaude
				if user {
					st, glyph = t.st.UserBar, styles.GutterUser
				}
				if note {
					st = t.st.SystemBar
				}
				if marked {
					st, glyph = t.st.Accent2.Bold(true), "▌"
				}
				all[bar{user, note, marked}] = st.Render(glyph) + gutterSpace(t.layout)
			}
		}
	}
	return all
}

// gutterSpace is what stands between the bar and the text; on the narrowest
// terminals nothing does.
func gutterSpace(l Layout) string {
	if l.Width < 44 {
		return ""
	}
	return " "
}

// GutterWidth is the columns that bar and space take in a window of a width.
func GutterWidth(width int) int { return 1 + lipgloss.Width(gutterSpace(Layout{Width: width})) }

// Wants says what the renderer should prepare: everything in the window and a
// window's height around it that is not ready. It reports false when nothing
// is missing.
func (t *Transcript) Wants() (Want, bool) {
	if t.dirty || t.rows == nil {
		t.want = t.lacks()
	}
	return t.want, !t.want.empty()
}

// lacks looks through the window and its surroundings.
func (t *Transcript) lacks() Want {
	var w Want
	if len(t.path) == 0 {
		return w
	}
	p, left := t.up(t.topPos(), t.layout.Height), 3*t.layout.Height
	for left > 0 && p.item < len(t.path) {
		id := t.path[p.item].ID
		it := t.items[id]
		if it == nil || t.stale(it) || it.Width != t.layout.Text {
			w.Messages = append(w.Messages, id)
		}
		left -= w.lacking(it, p.unit, left)
		p = pos{item: p.item + 1}
	}
	return w
}

// lacking adds the units of an item from the given one on that have no lines,
// for at most so many rows, and returns how many rows it looked at.
func (w *Want) lacking(it *Item, unit, rows int) int {
	if it == nil {
		return unloadedRows
	}
	seen, lo, hi := 0, -1, -1
	for ; unit < len(it.Units) && seen < rows; unit++ {
		if it.Units[unit].Lines == nil {
			if lo < 0 {
				lo = unit
			}
			hi = unit + 1
		}
		seen += it.Units[unit].rows()
	}
	if lo >= 0 {
		w.Units = append(w.Units, UnitRange{ID: it.ID, From: lo, To: hi})
	}
	return seen
}
