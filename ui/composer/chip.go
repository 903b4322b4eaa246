package composer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"parlor/ui/action"
)

// What is larger than this, is folded into a chip when it is pasted.
const (
	chipLines   = 10
	chipColumns = 1000
)

// What is larger than this is never laid out as text, however it came: a chip
// of that size opens in the external editor instead of in place.
const (
	inlineBytes = 64 << 10
	inlineLines = 2000
	inlineLine  = 8 << 10
)

// Paste is a pasted block as it travels in an [EditPaste] action.
type Paste struct {
	Number int    // as the chip's label shows it
	Text   string // the bytes as they were pasted
}

// A chip is a paste that is shown as its label. It is never changed.
type chip struct {
	number int
	text   string
	label  string
}

func newChip(number int, text string) *chip {
	return &chip{number: number, text: text, label: fmt.Sprintf("[paste %d: %s]", number, sizeOf(text))}
}

func (c *chip) atom() atom {
	return atom{s: c.text, chip: c, cells: ansi.StringWidth(c.label)}
}

// sizeOf says how large a paste is, in the measure that made it a chip.
func sizeOf(text string) string {
	if n := countLines(text); n > chipLines {
		return thousands(n) + " lines"
	}
	if n := utf8.RuneCountInString(text); n > chipColumns {
		return thousands(n) + " characters"
	}
	if n := countLines(text); n != 1 {
		return thousands(n) + " lines"
	}
	return "1 line"
}

// countLines counts lines as a person does: a final line break ends the last
// line, it does not begin another.
func countLines(text string) int {
	n := strings.Count(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		n++
	}
	return n
}

// thousands writes n with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// folds reports whether a paste becomes a chip.
func folds(text string) bool {
	return countLines(text) > chipLines || widest(text) > chipColumns
}

// tooLarge reports whether text must not be laid out as text.
func tooLarge(text string) bool {
	return len(text) > inlineBytes || strings.Count(text, "\n") >= inlineLines ||
		len(text) > inlineLine && longest(text) > inlineLine
}

// widest is the number of characters of the widest line.
func widest(text string) int {
	if len(text) <= chipColumns {
		return len(text)
	}
	n := 0
	for part := range strings.SplitSeq(text, "\n") {
		n = max(n, utf8.RuneCountInString(part))
	}
	return n
}

// longest is the number of bytes of the longest line.
func longest(text string) int {
	n := 0
	for part := range strings.SplitSeq(text, "\n") {
		n = max(n, len(part))
	}
	return n
}

// nextNumber is the number the next chip gets.
func (c *Composer) nextNumber() int {
	n := 0
	c.buf.eachChip(func(_ pos, ch *chip) { n = max(n, ch.number) })
	return n + 1
}

// eachChip calls f for every chip with its place, first to last.
func (b *buffer) eachChip(f func(pos, *chip)) {
	for i, l := range b.lines {
		for j, a := range l.atoms {
			if a.chip != nil {
				f(pos{i, j}, a.chip)
			}
		}
	}
}

// paste inserts what was pasted. Terminals that send a carriage return for
// every line break of the clipboard (xterm, tmux) are undone; a text that has
// line feeds keeps every byte.
func (c *Composer) paste(text string) {
	if text == "" {
		return
	}
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	c.before(editPaste)
	if folds(text) || tooLarge(text) {
		c.buf.insert([][]atom{{newChip(c.nextNumber(), text).atom()}})
	} else {
		c.buf.insert(parse(text))
	}
	c.edited()
}

// chipAtCaret is the chip the caret touches: the one after it, else the one before.
func (c *Composer) chipAtCaret() (pos, *chip) {
	if a, ok := c.buf.at(c.buf.caret); ok && a.chip != nil {
		return c.buf.caret, a.chip
	}
	if p := c.buf.caret; p.col > 0 {
		p.col--
		if a, _ := c.buf.at(p); a.chip != nil {
			return p, a.chip
		}
	}
	return pos{}, nil
}

// openChip puts the text of the chip at the caret in its place, or asks for
// the external editor where the text is too large for that.
func (c *Composer) openChip() []action.Action {
	p, ch := c.chipAtCaret()
	if ch == nil {
		return nil
	}
	if tooLarge(ch.text) {
		return []action.Action{{ID: EditPaste, Value: Paste{Number: ch.number, Text: ch.text}}}
	}
	c.before(editPaste)
	end := c.buf.replace(p, pos{p.line, p.col + 1}, parse(ch.text))
	c.buf.move(c.buf.clamp(p))
	if c.buf.empty() {
		c.buf.move(end)
	}
	c.edited()
	return nil
}

// ReplacePaste puts text in place of what the paste of that number holds, as
// after an [EditPaste] action; an empty text removes the chip. It reports
// whether there was such a paste.
func (c *Composer) ReplacePaste(number int, text string) bool {
	var at pos
	var found *chip
	c.buf.eachChip(func(p pos, ch *chip) {
		if ch.number == number {
			at, found = p, ch
		}
	})
	if found == nil {
		return false
	}
	if found.text == text {
		return true
	}
	c.before(editPaste)
	var lines [][]atom
	if text != "" {
		lines = [][]atom{{newChip(number, text).atom()}}
	}
	caret := c.buf.caret
	end := c.buf.replace(at, pos{at.line, at.col + 1}, lines)
	if at.before(caret) {
		caret = end
	}
	c.buf.move(c.buf.clamp(caret))
	c.edited()
	return true
}
