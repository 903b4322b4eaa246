package dialog

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/ui/styles"
)

const (
	maxWidth  = 80
	maxHeight = 24
)

// base is what all dialogs share: styles, keys, and the size last drawn for,
// which a click is understood by.
type base struct {
	st            *styles.Styles
	keys          map[verb][]string
	width, height int
}

func newBase(st *styles.Styles) base {
	return base{st: st, keys: keymap(nil), width: maxWidth, height: maxHeight}
}

// SetStyles sets how the dialog is drawn.
func (b *base) SetStyles(st *styles.Styles) { b.st = st }

func (b *base) bind(keys map[verb][]string) { b.keys = keys }

// seen remembers the size of the screen.
func (b *base) seen(width, height int) { b.width, b.height = width, height }

// frame is the measure of a box: the text inside it is cells wide and rows high.
type frame struct {
	width, height int // outside
	pad           int // blank cells at either side
	gap           int // blank rows between head, body and foot
}

// measure finds the largest box for a screen, no wider than want.
func measure(width, height, want int) frame {
	f := frame{width: min(width, want, maxWidth), height: min(height, maxHeight), pad: 1}
	if width >= want+4 || width >= 64 {
		f.width = min(f.width, width-4)
	}
	if height >= 18 {
		f.height, f.gap = min(f.height, height-2), 1
	}
	if f.width < 20 {
		f.pad = 0
	}
	return f
}

// cells is the width of the text.
func (f frame) cells() int { return max(f.width-2-2*f.pad, 0) }

// rows is how many rows of text there is place for.
func (f frame) rows() int { return max(f.height-2, 0) }

// box frames lines of at most the frame's cells. The title stands in the upper
// edge. A box too small for a frame is not drawn.
func (b *base) box(f frame, title string, lines []string) string {
	if f.width < 4 || f.height < 3 {
		return fit(title, f.width)
	}
	lines = lines[:min(len(lines), f.rows())]
	title = ansi.Truncate(title, max(f.width-6, 0), "…")
	edge := b.st.DialogFrame.Render
	var s strings.Builder
	s.WriteString(edge("╭ ") + b.st.DialogTitle.Render(title) +
		edge(" "+strings.Repeat("─", max(f.width-4-ansi.StringWidth(title), 0))+"╮"))
	side, pad := edge("│"), strings.Repeat(" ", f.pad)
	for _, l := range lines {
		s.WriteString("\n" + side + pad + fit(l, f.cells()) + pad + side)
	}
	s.WriteString("\n" + edge("╰"+strings.Repeat("─", f.width-2)+"╯"))
	return s.String()
}

// corner is where the text of a box begins.
func (f frame) corner() (x, y int) { return 1 + f.pad, 1 }

// fit makes styled text exactly that many cells wide.
func fit(s string, cells int) string {
	if w := ansi.StringWidth(s); w > cells {
		s = ansi.Truncate(s, cells, "…")
	}
	return s + strings.Repeat(" ", max(cells-ansi.StringWidth(s), 0))
}

// ends puts one text at the left and one at the right of a row; the right one
// gives way.
func ends(left, right string, cells int) string {
	room := cells - ansi.StringWidth(left) - 2
	if room < ansi.StringWidth(right) {
		return fit(left, cells)
	}
	return fit(left, cells-ansi.StringWidth(right)) + right
}

// hint is a key and what it does, for the foot of a box.
type hint struct{ key, does string }

// cells is the width of a hint.
func (h hint) cells() int { return ansi.StringWidth(h.key) + 1 + ansi.StringWidth(h.does) }

// hintGap stands between two hints.
const hintGap = "   "

// hints draws as many hints as fit: the first ones, and the way out before those
// in the middle.
func (b *base) hints(cells int, all ...hint) string {
	fit := slices.Clone(all)
	for n := len(fit); n > 0 && hintCells(fit) > cells; n = len(fit) {
		if drop := n - 2; drop > 0 && fit[n-1].key == "esc" {
			fit = slices.Delete(fit, drop, n-1)
		} else {
			fit = fit[:n-1]
		}
	}
	drawn := make([]string, len(fit))
	for i, h := range fit {
		drawn[i] = b.st.Key.Render(h.key) + " " + b.st.Hint.Render(h.does)
	}
	return strings.Join(drawn, hintGap)
}

// hintCells is the width of hints beside each other.
func hintCells(all []hint) int {
	n := len(hintGap) * (len(all) - 1)
	for _, h := range all {
		n += h.cells()
	}
	return n
}

// caret is a cursor in the theme's colour; nil where the box has no place for it.
func (b *base) caret(f frame, x, y int) *tea.Cursor {
	if x >= f.width-1 || y >= f.height-1 {
		return nil
	}
	c := tea.NewCursor(x, y)
	c.Color = b.st.Cursor
	return c
}

// paint draws text in a style; empty text stays empty.
func paint(st lipgloss.Style, s string) string {
	if s == "" {
		return ""
	}
	return st.Render(s)
}
