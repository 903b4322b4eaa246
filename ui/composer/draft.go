package composer

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Draft is the composer's content at one moment. It shares memory with the
// composer, which never changes what it shares, so that encoding a large one
// can be left to another goroutine.
type Draft struct {
	lines []*line
	caret pos
}

// draftPart is a stretch of text, or a paste. Bytes holds what JSON's strings
// cannot: text that is not UTF-8.
type draftPart struct {
	Paste int    `json:"paste,omitempty"` // number of the paste; 0 for text
	Text  string `json:"text,omitempty"`
	Bytes []byte `json:"bytes,omitempty"`
}

type draftBody struct {
	Parts []draftPart `json:"parts"`
	Caret int         `json:"caret"` // how many steps from the start
}

// Draft returns the content as it is now.
func (c *Composer) Draft() Draft {
	return Draft{slices.Clone(c.buf.lines), c.buf.caret}
}

// Body is the draft as JSON: text, chips and caret, byte for byte; nil where
// there is nothing to keep.
func (c *Composer) Body() json.RawMessage { return c.Draft().Body() }

// Body is the draft as JSON, nil for an empty one. It may be called from any
// goroutine.
func (d Draft) Body() json.RawMessage {
	body := draftBody{}
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			body.Parts = append(body.Parts, newPart(0, text.String()))
			text.Reset()
		}
	}
	for i, l := range d.lines {
		if i > 0 {
			text.WriteByte('\n')
		}
		if i < d.caret.line {
			body.Caret += len(l.atoms) + 1
		}
		for _, a := range l.atoms {
			if a.chip == nil {
				text.WriteString(a.s)
				continue
			}
			flush()
			body.Parts = append(body.Parts, newPart(a.chip.number, a.s))
		}
	}
	flush()
	body.Caret += d.caret.col
	if len(body.Parts) == 0 {
		return nil
	}
	out, err := json.Marshal(body)
	if err != nil {
		return nil // strings, bytes and numbers always encode
	}
	return out
}

func newPart(number int, text string) draftPart {
	if utf8.ValidString(text) {
		return draftPart{Paste: number, Text: text}
	}
	return draftPart{Paste: number, Bytes: []byte(text)}
}

// SetBody replaces the content by what Body returned earlier. Nil empties the
// composer; what cannot be read is taken as plain text, so that nothing is lost.
func (c *Composer) SetBody(raw json.RawMessage) {
	c.reset()
	defer c.edited()
	if len(raw) == 0 {
		return
	}
	var body draftBody
	if err := json.Unmarshal(raw, &body); err != nil {
		c.Insert(string(raw))
		c.undo = undo{}
		return
	}
	for _, p := range body.Parts {
		text := p.Text
		if text == "" {
			text = string(p.Bytes)
		}
		switch {
		case text == "":
		case p.Paste > 0:
			c.buf.insert([][]atom{{newChip(p.Paste, text).atom()}})
		case tooLarge(text):
			c.buf.insert([][]atom{{newChip(c.nextNumber(), text).atom()}})
		default:
			c.buf.insert(parse(text))
		}
	}
	c.buf.move(c.buf.steps(body.Caret))
}

// steps is the place n steps from the start.
func (b *buffer) steps(n int) pos {
	for i, l := range b.lines {
		if n <= len(l.atoms) {
			return pos{i, max(n, 0)}
		}
		n -= len(l.atoms) + 1
	}
	return b.end()
}
