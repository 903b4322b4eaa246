package transcript

import (
	"strings"

	"charm.land/lipgloss/v2"

	"parlor/session"
	"parlor/ui/markdown"
	"parlor/ui/styles"
	"parlor/ui/term"
)

// entry is the renderer's side of one message: its documents and the item made
// of them.
type entry struct {
	msg   *session.Message
	parts []*part
	open  bool // thinking and pastes are shown in full
	head  head
	item  *Item
	used  uint64 // when it was last looked at, for eviction
}

// part is the document of one part of a message.
type part struct {
	kind   Kind
	doc    document
	clean  term.Sanitizer
	raw    int             // bytes of the part's text that went through clean
	text   strings.Builder // what came out
	closed bool            // clean holds nothing back any more
}

// feed brings the document to the part's present text. Text normally grows, so
// only what is new is sanitised; a text that shrank or changed starts afresh.
func (p *part) feed(raw string, done bool) {
	if len(raw) < p.raw || p.closed && len(raw) != p.raw {
		p.raw, p.clean, p.closed = 0, term.Sanitizer{}, false
		p.text.Reset()
	}
	if len(raw) > p.raw {
		p.text.WriteString(p.clean.Write(raw[p.raw:]))
		p.raw = len(raw)
	}
	if done && !p.closed {
		p.text.WriteString(p.clean.Close())
		p.closed = true
	}
	p.doc.SetText(p.text.String())
	p.doc.SetFinal(done)
}

// restyle draws the part in another theme from now on.
func (p *part) restyle(r *Renderer) {
	switch doc := p.doc.(type) {
	case *markdown.Document:
		doc.SetStyle(r.md)
	case *plain:
		doc.Restyle(r.st)
	}
}

// update brings the entry to a new version of its message.
func (r *Renderer) update(e *entry, msg *session.Message) {
	e.msg = msg
	if msg.Role == "user" {
		r.updateUser(e)
		return
	}
	kept := e.parts
	e.parts = e.parts[:0]
	for i, p := range msg.Parts {
		kind := KindText
		if p.Kind == session.PartThinking {
			kind = KindThinking
		}
		var at *part
		if i < len(kept) && kept[i].kind == kind {
			at = kept[i]
		} else {
			at = &part{kind: kind, doc: r.document(p.Kind)}
		}
		e.parts = append(e.parts, at)
		if kind == KindThinking && !e.open {
			continue // folded thinking is one line and costs no document
		}
		at.feed(p.Text, p.Done || msg.State != session.Streaming)
	}
}

// document makes the empty document a kind of part is drawn with.
func (r *Renderer) document(kind session.PartKind) document {
	switch kind {
	case session.PartText:
		return r.md.NewDocument(r.width)
	case session.PartThinking:
		return newPlain(r.st, r.width, func(st *styles.Styles) lipgloss.Style { return st.Thinking })
	default:
		return newPlain(r.st, r.width, func(st *styles.Styles) lipgloss.Style { return st.Muted })
	}
}

// updateUser shows what the user typed as it was typed, with pastes as chips
// until the message is opened.
func (r *Renderer) updateUser(e *entry) {
	p := &part{kind: KindText, doc: newPlain(r.st, r.width, func(st *styles.Styles) lipgloss.Style { return st.Text })}
	var raw string
	for _, mp := range e.msg.Parts {
		raw += mp.Text
	}
	if !e.open {
		raw = withChips(raw, e.msg.Pastes)
	}
	p.feed(strings.TrimRight(raw, "\n"), true)
	e.parts = []*part{p}
}

// build makes the item of an entry from its documents.
func (r *Renderer) build(e *entry) *Item {
	it := &Item{ID: e.msg.ID, Message: e.msg, Width: r.width}
	r.line(it, KindHeader, r.headOf(e))
	for i, p := range e.parts {
		if p.kind == KindThinking {
			it.Folded = true
			r.line(it, KindThinking, r.thought(e.msg.Parts[i], e.open))
			if !e.open {
				continue
			}
		}
		for at, u := range p.doc.Units() {
			it.Units = append(it.Units, Unit{Unit: u, Kind: p.kind, part: i, at: at})
			if at == 0 && len(it.Units) > 1 && i > 0 {
				it.Units[len(it.Units)-1].Gap = 1
			}
		}
	}
	it.Folded = it.Folded || len(e.msg.Pastes) > 0
	r.closing(it, e.msg)
	if len(it.Units) > 0 {
		it.Units[0].Gap = 1
	}
	it.count()
	return it
}

// head is the drawn header of a message and what it was drawn from: a growing
// answer keeps its own.
type head struct {
	model             string
	sibling, siblings int
	width             int
	style             uint64
	text              string
}

// headOf draws the header unless nothing in it changed.
func (r *Renderer) headOf(e *entry) string {
	now := head{e.msg.Model, e.msg.Sibling, e.msg.Siblings, r.width, r.st.Generation, e.head.text}
	if now != e.head || e.head.text == "" {
		now.text = r.header(e.msg)
		e.head = now
	}
	return e.head.text
}

// line adds a unit of ready lines that belongs to no document.
func (r *Renderer) line(it *Item, kind Kind, lines ...string) {
	u := Unit{Kind: kind, part: -1}
	for _, l := range lines {
		if l != "" {
			u.Lines = append(u.Lines, markdown.Line{Text: l})
		}
	}
	if len(u.Lines) > 0 {
		it.Units = append(it.Units, u)
	}
}

// fill renders a range of units of an item that was not published yet.
func (e *entry) fill(from, to int) {
	for i := max(from, 0); i < min(to, len(e.item.Units)); i++ {
		u := &e.item.Units[i]
		if u.part < 0 || u.Lines != nil {
			continue
		}
		doc := e.parts[u.part].doc
		doc.Render(u.at, u.at+1)
		u.Lines = doc.Units()[u.at].Lines
	}
}
