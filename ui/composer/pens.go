package composer

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"parlor/ui/styles"
)

// A pen writes in one style without the cost of Lip Gloss for every run.
type pen struct{ on, off string }

func newPen(st lipgloss.Style) pen {
	on, off, _ := strings.Cut(st.Render("x"), "x")
	return pen{on, off}
}

func (p pen) write(b *strings.Builder, s string) {
	b.WriteString(p.on)
	b.WriteString(s)
	b.WriteString(p.off)
}

// pens is the composer's part of the styles.
type pens struct {
	text, prompt, dimPrompt, faint, chip, odd, match pen
	item, itemDim, chosen, chosenDim                 pen
	cursor                                           func(*tea.Cursor)
}

func newPens(st *styles.Styles) pens {
	if st == nil {
		return pens{}
	}
	return pens{
		text: newPen(st.Text), prompt: newPen(st.Prompt), dimPrompt: newPen(st.Faint),
		faint: newPen(st.Placeholder), chip: newPen(st.Chip), odd: newPen(st.Warning),
		match: newPen(st.Match), item: newPen(st.Text), itemDim: newPen(st.Muted),
		chosen: newPen(st.Selection), chosenDim: newPen(st.SelectionMuted),
		cursor: func(c *tea.Cursor) { c.Color = st.Cursor },
	}
}
