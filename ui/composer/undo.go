package composer

import "slices"

// undoDepth is how many steps back are kept.
const undoDepth = 200

// An edit is a kind of change. Changes of the same kind in a row are undone together.
type edit int

const (
	editNone edit = iota
	editType
	editBlank // a blank typed: what follows it is a step of its own
	editErase
	editKill
	editPaste
	editSet
)

// A memory is a state of the buffer. Lines are shared: they never change.
type memory struct {
	lines []*line
	caret pos
}

func (b *buffer) remember() memory {
	return memory{slices.Clone(b.lines), b.caret}
}

func (b *buffer) recall(m memory) {
	b.lines = slices.Clone(m.lines)
	b.caret = b.clamp(m.caret)
	b.goal = -1
}

// history of edits: what undo goes back to and redo forward to.
type undo struct {
	past, future []memory
	last         edit
}

// before is called with the kind of a change before it is made.
func (c *Composer) before(kind edit) {
	u := &c.undo
	joins := kind == u.last && (kind == editType || kind == editErase || kind == editKill)
	joins = joins || kind == editBlank && u.last == editType
	u.last = kind
	u.future = nil
	if joins {
		return
	}
	if len(u.past) == undoDepth {
		u.past = slices.Delete(u.past, 0, 1)
	}
	u.past = append(u.past, c.buf.remember())
}

// settle ends a run of changes: the next one is a step of its own.
func (c *Composer) settle() { c.undo.last = editNone }

// stepBack undoes one step, stepForward does it again.
func (c *Composer) stepBack() { c.exchange(&c.undo.past, &c.undo.future) }

func (c *Composer) stepForward() { c.exchange(&c.undo.future, &c.undo.past) }

func (c *Composer) exchange(from, to *[]memory) {
	n := len(*from)
	if n == 0 {
		return
	}
	*to = append(*to, c.buf.remember())
	c.buf.recall((*from)[n-1])
	*from = (*from)[:n-1]
	c.undo.last = editNone
	c.edited()
}
