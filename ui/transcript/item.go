package transcript

import (
	"parlor/session"
	"parlor/ui/markdown"
)

// Kind says what a unit belongs to, for drawing its gutter and for clicks.
type Kind int

// The kinds of units.
const (
	KindHeader   Kind = iota // who, when, which model
	KindText                 // what was said
	KindThinking             // the model's thinking, or the one line it folds to
	KindNote                 // what parlor has to say about the message
	KindFailure              // why there is no more
	KindFooter               // tokens, cost, speed
)

// Unit is a part of an item that is rendered and cached as one.
type Unit struct {
	markdown.Unit
	Kind Kind

	part int // which document of the entry it came from
	at   int // and which unit of that document
}

// rows is the height of the unit, estimated while it is not rendered.
func (u *Unit) rows() int {
	if u.Lines == nil {
		return u.Gap + max(u.Estimate, 1)
	}
	return u.Gap + len(u.Lines)
}

// Item is a message ready to be drawn. It is immutable: the renderer publishes
// a new one for every change.
type Item struct {
	ID      int64
	Message *session.Message
	Units   []Unit
	Folded  bool // it has something folded that opens
	Width   int  // the columns its lines were made for

	rows int
}

// count sums the rows once, when the item is published.
func (it *Item) count() {
	it.rows = 0
	for i := range it.Units {
		it.rows += it.Units[i].rows()
	}
}

// unloadedRows is the height assumed for a message that was not read yet.
const unloadedRows = 6

// Frame is what the renderer hands to the screen: everything that changed
// since the last one.
type Frame struct {
	Source   int // which Show this belongs to
	Snapshot session.Snapshot
	Items    []*Item
	Err      error
}

// UnitRange names units of a message that should have lines.
type UnitRange struct {
	ID       int64
	From, To int
}

// Want is what the screen needs to draw its window and a margin around it.
type Want struct {
	Messages []int64 // not loaded yet
	Units    []UnitRange
}

// empty reports whether nothing is wanted.
func (w Want) empty() bool { return len(w.Messages) == 0 && len(w.Units) == 0 }
