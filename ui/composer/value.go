package composer

import (
	"slices"
	"strings"

	"parlor/session"
)

// Value is the text with every paste at its place, byte for byte, and where
// the pastes are in it.
func (c *Composer) Value() session.Outgoing {
	size := 0
	c.buf.eachAtom(func(a atom) { size += len(a.s) })
	var b strings.Builder
	b.Grow(size + len(c.buf.lines))
	var out session.Outgoing
	for i, l := range c.buf.lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, a := range l.atoms {
			if a.chip != nil {
				out.Pastes = append(out.Pastes, session.Paste{Start: b.Len(), End: b.Len() + len(a.s)})
			}
			b.WriteString(a.s)
		}
	}
	out.Text = b.String()
	return out
}

// eachAtom calls f for every atom, first to last.
func (b *buffer) eachAtom(f func(atom)) {
	for _, l := range b.lines {
		for _, a := range l.atoms {
			f(a)
		}
	}
}

// SetValue replaces the text, puts the caret at its end and forgets what could
// be undone. Ranges in Pastes become chips; ranges that do not fit the text
// are ignored. Other text becomes a chip only if it is too large to lay out.
func (c *Composer) SetValue(out session.Outgoing) {
	c.reset()
	c.load(out)
	c.edited()
}

// SetText replaces the text as the user's editor returned it: chips whose
// bytes are still there, in the same order, stay chips. It can be undone.
func (c *Composer) SetText(text string) {
	out := session.Outgoing{Text: text}
	from := 0
	c.buf.eachChip(func(_ pos, ch *chip) {
		i := strings.Index(text[from:], ch.text)
		if i < 0 || ch.text == "" {
			return
		}
		out.Pastes = append(out.Pastes, session.Paste{Start: from + i, End: from + i + len(ch.text)})
		from += i + len(ch.text)
	})
	c.before(editSet)
	c.leaveModes()
	c.load(out)
	c.edited()
}

// Insert puts text at the caret as if it had been typed.
func (c *Composer) Insert(text string) {
	if text == "" {
		return
	}
	c.before(editPaste)
	if tooLarge(text) {
		c.buf.insert([][]atom{{newChip(c.nextNumber(), text).atom()}})
	} else {
		c.buf.insert(parse(text))
	}
	c.edited()
}

// load fills the buffer and puts the caret at the end.
func (c *Composer) load(out session.Outgoing) {
	c.buf = newBuffer()
	number, at := 0, 0
	put := func(text string, fold bool) {
		switch {
		case text == "":
		case fold || tooLarge(text):
			number++
			c.buf.insert([][]atom{{newChip(number, text).atom()}})
		default:
			c.buf.insert(parse(text))
		}
	}
	spans := slices.Clone(out.Pastes)
	slices.SortFunc(spans, func(a, b session.Paste) int { return a.Start - b.Start })
	for _, s := range spans {
		if s.Start < at || s.End <= s.Start || s.End > len(out.Text) {
			continue
		}
		put(out.Text[at:s.Start], false)
		put(out.Text[s.Start:s.End], true)
		at = s.End
	}
	put(out.Text[at:], false)
	c.buf.move(c.buf.end())
}

// Empty reports whether there is nothing in the composer, not even a blank.
func (c *Composer) Empty() bool { return c.buf.empty() }

// Clear empties the composer. What was in it can be brought back with undo.
func (c *Composer) Clear() {
	c.leaveModes()
	c.walk.reset()
	if !c.buf.empty() {
		c.before(editSet)
		c.buf = newBuffer()
	}
	c.edited()
}

// reset forgets the text, all modes and what could be undone.
func (c *Composer) reset() {
	c.leaveModes()
	c.walk.reset()
	c.undo = undo{}
	c.buf = newBuffer()
}
