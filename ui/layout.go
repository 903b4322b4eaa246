package ui

import "parlor/ui/transcript"

// narrow and short are the sizes below which details are left out, in this
// order: margin, headers and footers, the title line, the rule above the
// composer.
const (
	wide      = 120 // the text column is centred in wider terminals
	narrow    = 60  // one column of margin
	tiny      = 44  // none
	short     = 8   // no title line
	shortRule = 11  // no rule above the composer
)

// rects is where everything stands on a screen, in rows and columns.
type rects struct {
	width, height int
	title         int // rows of the title line, 0 or 1
	transcript    transcript.Layout
	rule          int // rows of the rule above the composer, 0 or 1
	composerY     int
	composerX     int
	composer      int // rows
	status        int // rows, 0 or 1
}

// arrange divides a screen. It is pure: the same sizes give the same rectangles.
func arrange(width, height, textWidth, composerRows int) rects {
	r := rects{width: max(width, 1), height: max(height, 1)}
	if r.height >= short {
		r.title = 1
	}
	if r.height >= shortRule {
		r.rule = 1
	}
	if r.height >= 3 {
		r.status = 1
	}
	r.composer = min(composerRows, max(r.height/3, 1))
	left := r.height - r.title - r.rule - r.status - r.composer
	margin := 2
	switch {
	case r.width < tiny:
		margin = 0
	case r.width < narrow:
		margin = 1
	}
	gutter := transcript.GutterWidth(r.width)
	text := min(textWidth, r.width-2*margin-gutter)
	if r.width > wide {
		margin = max((r.width-text-gutter)/2, margin)
	}
	r.transcript = transcript.Layout{Width: r.width, Height: max(left, 0), Margin: margin, Text: max(text, 1)}
	r.composerX = margin
	r.composerY = r.title + max(left, 0) + r.rule
	return r
}

// composerWidth is the columns the composer has.
func (r rects) composerWidth() int {
	return max(min(r.transcript.Text+transcript.GutterWidth(r.width), r.width-r.composerX), 1)
}
