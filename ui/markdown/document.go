package markdown

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"parlor/ui/styles"
)

// Document renders one text. It belongs to one goroutine.
type Document struct {
	style *Style
	width int
	text  string
	units []Unit
	dirty int
}

// Style holds what all documents of a theme share. It belongs to one goroutine.
type Style struct {
	styles *styles.Styles
}

// NewStyle derives a Style from a theme's styles.
func NewStyle(st *styles.Styles) *Style { return &Style{styles: st} }

// NewDocument returns an empty document of the given width in cells that shares the Style.
func (s *Style) NewDocument(width int) *Document { return &Document{style: s, width: width} }

// New returns an empty document of the given width in cells.
func New(st *styles.Styles, width int) *Document { return NewStyle(st).NewDocument(width) }

// SetText replaces the text. A text that extends the former one costs what was added.
func (d *Document) SetText(text string) {
	d.text, d.units, d.dirty = text, nil, 0
	start := 0
	for i, part := range strings.SplitAfter(text, "\n\n") {
		u := Unit{Start: start, End: start + len(part), Estimate: 1}
		if i > 0 {
			u.Gap = 1
		}
		start = u.End
		d.units = append(d.units, u)
	}
}

// SetFinal says that no more text will come.
func (d *Document) SetFinal(bool) {}

// Units returns the units. The slice must not be changed.
func (d *Document) Units() []Unit { return d.units }

// Changed returns the first unit that changed since the last call, or the number of units.
func (d *Document) Changed() int {
	first := d.dirty
	d.dirty = len(d.units)
	return first
}

// Render fills the lines of the units from (included) to (excluded).
func (d *Document) Render(from, to int) {
	for i := max(from, 0); i < min(to, len(d.units)); i++ {
		u := &d.units[i]
		wrapped := ansi.Wrap(strings.TrimSpace(d.text[u.Start:u.End]), max(d.width, 1), "")
		for l := range strings.SplitSeq(wrapped, "\n") {
			u.Lines = append(u.Lines, Line{Text: l, Start: u.Start, End: u.End})
		}
	}
}

// Resize sets the width in cells.
func (d *Document) Resize(width int) { d.width = width; d.SetText(d.text) }

// Restyle sets the styles.
func (d *Document) Restyle(st *styles.Styles) { d.style = NewStyle(st); d.SetText(d.text) }

// Code returns the code blocks of the document.
func (d *Document) Code() []CodeBlock { return nil }

// Render renders a whole text, gaps included as empty lines.
func Render(text string, st *styles.Styles, width int) []Line {
	d := New(st, width)
	d.SetText(text)
	d.Render(0, len(d.units))
	var lines []Line
	for _, u := range d.units {
		for range u.Gap {
			lines = append(lines, Line{Start: u.Start, End: u.Start})
		}
		lines = append(lines, u.Lines...)
	}
	return lines
}
