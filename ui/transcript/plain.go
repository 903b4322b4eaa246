package transcript

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/ui/markdown"
	"parlor/ui/styles"
)

// document is what a part of a message is rendered from: markdown, or text as
// it was typed.
type document interface {
	SetText(text string)
	SetFinal(final bool)
	Units() []markdown.Unit
	Render(from, to int)
	Resize(width int)
}

// plainGroup is how many source lines make a unit of plain text: few enough
// that a window costs little, many enough that a 100,000-line paste stays light.
const plainGroup = 32

// plain is text shown as it was typed, wrapped and with no markup. Units above
// the last are kept when text is appended.
type plain struct {
	text  string
	width int
	pick  func(*styles.Styles) lipgloss.Style
	style lipgloss.Style
	units []markdown.Unit
}

func newPlain(st *styles.Styles, width int, pick func(*styles.Styles) lipgloss.Style) *plain {
	return &plain{width: width, pick: pick, style: pick(st)}
}

// SetText replaces the text; where it extends the former one only the last unit
// is cut again.
func (p *plain) SetText(text string) {
	if text == p.text && p.units != nil {
		return
	}
	from := 0
	if n := len(p.units); n > 0 && strings.HasPrefix(text, p.text) {
		from = p.units[n-1].Start
		p.units = p.units[:n-1]
	} else {
		p.units = p.units[:0]
	}
	p.text = text
	for from < len(text) || len(p.units) == 0 {
		end := groupEnd(text, from)
		p.units = append(p.units, markdown.Unit{Start: from, End: end, Estimate: p.estimate(from, end)})
		if from = end; from == len(text) {
			break
		}
	}
}

// groupEnd is the end of the group of lines that starts at from.
func groupEnd(text string, from int) int {
	end := from
	for range plainGroup {
		i := strings.IndexByte(text[end:], '\n')
		if i < 0 {
			return len(text)
		}
		end += i + 1
	}
	return end
}

// estimate guesses the rows of a stretch without measuring its characters.
func (p *plain) estimate(from, end int) int {
	s := text(p.text[from:end])
	return strings.Count(s, "\n") + 1 + len(s)/max(p.width, 1)/2
}

// text drops the line break that ends a group: it separates, it is not a row.
func text(s string) string { return strings.TrimSuffix(s, "\n") }

// SetFinal does nothing: plain text has no open ends.
func (p *plain) SetFinal(bool) {}

// Units returns the units; read only.
func (p *plain) Units() []markdown.Unit { return p.units }

// Render fills the lines of the units from up to but not including to.
func (p *plain) Render(from, to int) {
	for i := max(from, 0); i < min(to, len(p.units)); i++ {
		u := &p.units[i]
		if u.Lines != nil {
			continue
		}
		at := u.Start
		u.Lines = []markdown.Line{}
		for _, source := range strings.Split(text(p.text[u.Start:u.End]), "\n") {
			u.Lines = p.wrap(u.Lines, source, at)
			at += len(source) + 1
		}
	}
}

// wrap appends the rows of one source line.
func (p *plain) wrap(lines []markdown.Line, source string, at int) []markdown.Line {
	expanded := strings.ReplaceAll(source, "\t", "    ")
	for i, row := range strings.Split(ansi.Wrap(expanded, p.width, ""), "\n") {
		lines = append(lines, markdown.Line{Text: p.style.Render(row), Start: at, End: at + len(source), Soft: i > 0})
	}
	return lines
}

// Resize drops what was wrapped for another width.
func (p *plain) Resize(width int) {
	if width == p.width {
		return
	}
	p.width = width
	p.forget()
}

// Restyle drops what was drawn in another theme.
func (p *plain) Restyle(st *styles.Styles) {
	p.style = p.pick(st)
	p.forget()
}

func (p *plain) forget() {
	for i := range p.units {
		p.units[i].Lines = nil
		p.units[i].Estimate = p.estimate(p.units[i].Start, p.units[i].End)
	}
}
