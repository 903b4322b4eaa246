package composer

import "slices"

// pos is a place between two atoms.
type pos struct{ line, col int }

// before reports whether p comes before q.
func (p pos) before(q pos) bool {
	return p.line < q.line || p.line == q.line && p.col < q.col
}

// A line is the atoms between two line breaks. Its atoms are never changed
// once it is part of a buffer, so that undo can keep lines by reference; the
// layout is remembered for the width last asked for.
type line struct {
	atoms []atom
	width int
	rows  []int
}

// buffer is the text, the caret and the verbs that change them.
type buffer struct {
	lines []*line // never empty
	caret pos
	goal  int // cell column that moving up and down aims at; -1 where none
}

func newBuffer() buffer {
	return buffer{lines: []*line{{}}, goal: -1}
}

// empty reports whether there is nothing at all in the buffer.
func (b *buffer) empty() bool {
	return len(b.lines) == 1 && len(b.lines[0].atoms) == 0
}

// start and end are the outermost places.
func (b *buffer) start() pos { return pos{} }

func (b *buffer) end() pos {
	last := len(b.lines) - 1
	return pos{last, len(b.lines[last].atoms)}
}

// replace puts lines in place of what stands between from and to, and returns
// the place after them.
func (b *buffer) replace(from, to pos, lines [][]atom) pos {
	if len(lines) == 0 {
		lines = [][]atom{nil}
	}
	head := b.lines[from.line].atoms[:from.col]
	tail := b.lines[to.line].atoms[to.col:]
	if len(lines) == 1 {
		joint := from.col + len(lines[0])
		atoms, col := heal(slices.Concat(head, lines[0], tail), from.col, joint)
		b.splice(from.line, to.line, []*line{{atoms: atoms}})
		return pos{from.line, col}
	}
	fresh := make([]*line, len(lines))
	for i, atoms := range lines {
		fresh[i] = &line{atoms: atoms}
	}
	first, _ := heal(slices.Concat(head, lines[0]), from.col, from.col)
	fresh[0] = &line{atoms: first}
	last := len(lines) - 1
	atoms, col := heal(slices.Concat(lines[last], tail), len(lines[last]), len(lines[last]))
	fresh[last] = &line{atoms: atoms}
	b.splice(from.line, to.line, fresh)
	return pos{from.line + last, col}
}

// splice exchanges the lines first to last.
func (b *buffer) splice(first, last int, fresh []*line) {
	if first == last && len(fresh) == 1 {
		b.lines[first] = fresh[0]
		return
	}
	b.lines = slices.Replace(b.lines, first, last+1, fresh...)
}

// insert puts lines at the caret and the caret after them.
func (b *buffer) insert(lines [][]atom) {
	b.caret = b.replace(b.caret, b.caret, lines)
	b.goal = -1
}

// cut removes what stands between two places and returns it.
func (b *buffer) cut(from, to pos) [][]atom {
	if to.before(from) {
		from, to = to, from
	}
	gone := b.between(from, to)
	b.caret = b.replace(from, to, nil)
	b.goal = -1
	return gone
}

// between copies out what stands between two places.
func (b *buffer) between(from, to pos) [][]atom {
	if from.line == to.line {
		return [][]atom{slices.Clone(b.lines[from.line].atoms[from.col:to.col])}
	}
	out := [][]atom{slices.Clone(b.lines[from.line].atoms[from.col:])}
	for i := from.line + 1; i < to.line; i++ {
		out = append(out, b.lines[i].atoms)
	}
	return append(out, slices.Clone(b.lines[to.line].atoms[:to.col]))
}

// at returns the atom that starts at p, if p is not the end of a line.
func (b *buffer) at(p pos) (atom, bool) {
	atoms := b.lines[p.line].atoms
	if p.col >= len(atoms) {
		return atom{}, false
	}
	return atoms[p.col], true
}

// clamp moves p to the nearest place that exists.
func (b *buffer) clamp(p pos) pos {
	p.line = min(max(p.line, 0), len(b.lines)-1)
	p.col = min(max(p.col, 0), len(b.lines[p.line].atoms))
	return p
}
