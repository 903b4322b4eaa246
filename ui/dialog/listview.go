package dialog

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/ui/action"
)

// picker is a dialog made of a list: its filter at the top, its rows, hints at
// the foot.
type picker struct {
	base
	list
	id, title string
	hints     []hint
	// inline, where set, is typed into in place of the selected row's text.
	inline *field
}

func newPicker(b base, id, title string, rows []row, empty string, hints ...hint) picker {
	p := picker{base: b, id: id, title: title, hints: hints}
	p.list.empty = empty
	p.list.rows = rows
	p.list.filter()
	return p
}

// ID names the dialog.
func (p *picker) ID() string { return p.id }

// frame measures the box: as high as all rows need, so that it keeps its size
// while the filter narrows them.
func (p *picker) frame(width, height int) frame {
	f := measure(width, height, maxWidth)
	rows := len(p.own())
	if p.free != nil {
		rows++
	}
	group := ""
	for _, r := range p.own() {
		if r.group != group {
			group = r.group
			rows++
		}
	}
	f.height = min(f.height, max(rows, 4)+4+2*f.gap)
	return f
}

// body is how many rows the list itself has.
func (p *picker) body(f frame) int { return max(f.rows()-2-2*f.gap, 0) }

// View draws the list.
func (p *picker) View(width, height int) string {
	p.seen(width, height)
	f := p.frame(width, height)
	gap := make([]string, f.gap)
	lines := append([]string{p.head(f)}, gap...)
	lines = append(lines, p.drawRows(f.cells(), p.body(f))...)
	lines = append(lines, gap...)
	foot := p.base.hints(f.cells(), p.hints...)
	if p.note != "" {
		foot = p.st.Warning.Render(ansi.Truncate(p.note, f.cells(), "…"))
	}
	return p.box(f, p.title, append(lines, foot))
}

// head is the filter and, at the right, how many rows it lets through.
func (p *picker) head(f frame) string {
	count := p.count()
	room := max(f.cells()-2-ansi.StringWidth(count)-2, 4)
	text, _ := p.list.field.view(room)
	if p.list.field.text == "" {
		text = p.st.Placeholder.Render(fit("type to filter", room))
	}
	return ends(p.st.Prompt.Render("›")+" "+text, p.st.Faint.Render(count), f.cells())
}

// count is "7 of 42", or "42" while nothing is filtered.
func (p *picker) count() string {
	all := grouped(len(p.own()))
	if p.total != "" {
		all = p.total
	}
	if p.query() == "" {
		return all
	}
	n := len(p.hits)
	if len(p.own()) != len(p.rows) {
		n--
	}
	return fmt.Sprintf("%s of %s", grouped(n), all)
}

// Cursor is in the filter, or in the row that is edited.
func (p *picker) Cursor(width, height int) *tea.Cursor {
	f := p.frame(width, height)
	x, y := f.corner()
	if p.inline == nil {
		_, at := p.list.field.view(max(f.cells()-2-ansi.StringWidth(p.count())-2, 4))
		return p.caret(f, x+2+at, y)
	}
	for i, hit := range p.window(p.body(f)) {
		if hit == p.at {
			_, at := p.inline.view(f.cells() - 2)
			return p.caret(f, x+2+at, y+1+f.gap+i)
		}
	}
	return nil
}

// window is the lines in view, scrolled so that the selection is among them.
func (p *picker) window(height int) []int {
	lines := p.lines()
	at := 0
	for i, hit := range lines {
		if hit == p.at {
			at = i
		}
	}
	first := at
	if at > 0 && lines[at-1] < 0 {
		first-- // a group's heading comes along with its first row
	}
	if height <= 0 {
		return nil
	}
	top := min(p.top, max(len(lines)-height, 0))
	if first < top {
		top = first
	}
	if at >= top+height {
		top = at - height + 1
	}
	p.top, p.page = top, height
	return lines[min(top, len(lines)):min(top+height, len(lines))]
}

// drawRows draws the lines in view, and blank ones after them.
func (p *picker) drawRows(cells, height int) []string {
	out := make([]string, 0, height)
	window := p.window(height)
	for i, hit := range window {
		if hit < 0 {
			next := p.rows[p.hits[p.hitAfter(window, i)].row]
			out = append(out, p.st.Heading.Render(fit(next.group, cells)))
			continue
		}
		out = append(out, p.drawRow(hit, cells))
	}
	if len(window) == 0 && height > 0 {
		sentence := p.empty
		if len(p.own()) > 0 {
			sentence = "Nothing matches."
		}
		for _, l := range wrapped(sentence, cells-2) {
			out = append(out, p.st.Muted.Render("  "+l))
		}
	}
	for len(out) < height {
		out = append(out, "")
	}
	return out[:height]
}

// hitAfter is the hit whose heading the line is.
func (p *picker) hitAfter(window []int, line int) int {
	if line+1 < len(window) {
		return window[line+1]
	}
	for i, hit := range p.lines() {
		if i == p.top+line+1 {
			return hit
		}
	}
	return p.at
}

// drawRow draws one row: cursor, text with its matches, details.
func (p *picker) drawRow(hit, cells int) string {
	r := p.rows[p.hits[hit].row]
	text, match, detail := p.st.Text, p.st.Match, p.st.Muted
	cursor := "  "
	if r.dim {
		text = p.st.Faint
	}
	if hit == p.at {
		text, match, detail = p.st.Selection, p.st.SelectionMatch, p.st.SelectionMuted
		cursor = "▸ "
		if p.inline != nil {
			typed, _ := p.inline.view(cells - 2)
			return p.st.Prompt.Render("› ") + p.st.Text.Render(typed)
		}
	}
	right := p.detail(r, cells)
	room := cells - 2 - ansi.StringWidth(right)
	label := r.text
	if r.mark {
		label += " •"
	}
	body, w := highlighted(label, p.hits[hit].found, room, text, match)
	return paint(text, cursor) + body + paint(text, strings.Repeat(" ", max(room-w, 0))) + paint(detail, right)
}

// detail is the longest form of the details that leaves the text its place.
// Sentences begin in one column.
func (p *picker) detail(r row, cells int) string {
	if r.about != "" {
		if room := cells - 2 - p.widest() - 4; room >= 16 {
			return "  " + fit(r.about, room)
		}
		return ""
	}
	for _, d := range []string{r.detail, r.short} {
		w := ansi.StringWidth(d)
		if d != "" && cells-2-w-2 >= min(ansi.StringWidth(r.text)+2, max(cells/3, 14)) {
			return "  " + d
		}
	}
	return ""
}

// widest is the width of the widest text of the rows that have a sentence.
func (p *picker) widest() int {
	w := 0
	for _, r := range p.own() {
		if r.about != "" {
			w = max(w, ansi.StringWidth(r.text))
		}
	}
	return w
}

// highlighted draws text with the bytes that were found in another style, in
// at most that many cells, and says how many it took.
func highlighted(text string, found []int, cells int, plain, match lipgloss.Style) (string, int) {
	cut := ansi.Truncate(text, max(cells, 0), "…")
	kept := len(cut)
	if cut != text {
		kept -= len("…")
	}
	is := map[int]bool{}
	for _, i := range found {
		is[i] = true
	}
	var out, run strings.Builder
	inMatch := false
	flush := func() {
		st := plain
		if inMatch {
			st = match
		}
		out.WriteString(paint(st, run.String()))
		run.Reset()
	}
	for i := 0; i < len(cut); {
		g, _ := ansi.FirstGraphemeCluster(cut[i:], ansi.GraphemeWidth)
		n := max(len(g), 1)
		if now := i < kept && is[i]; now != inMatch {
			flush()
			inMatch = now
		}
		run.WriteString(cut[i : i+n])
		i += n
	}
	flush()
	return out.String(), ansi.StringWidth(cut)
}

// update handles what all lists handle alike.
func (p *picker) update(msg tea.Msg) event {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return p.key(&p.base, msg)
	case tea.PasteMsg:
		return p.paste(msg.Content)
	case tea.MouseWheelMsg:
		return p.wheel(msg.Mouse())
	case tea.MouseClickMsg:
		return p.click(msg.Mouse())
	}
	return ignored
}

// click takes the row under the pointer.
func (p *picker) click(m tea.Mouse) event {
	f := p.frame(p.width, p.height)
	_, y := f.corner()
	line := m.Y - y - 1 - f.gap
	window := p.window(p.body(f))
	if m.Button != tea.MouseLeft || line < 0 || line >= len(window) || window[line] < 0 {
		return used
	}
	p.at = window[line]
	return taken
}

// closing is the answer of a list to an event it does not treat specially.
func closing(ev event) []action.Action {
	if ev == left {
		return one(Close, "")
	}
	return nil
}
