package composer

// left is the place one atom before p; line breaks count as one.
func (b *buffer) left(p pos) pos {
	switch {
	case p.col > 0:
		p.col--
	case p.line > 0:
		p.line--
		p.col = len(b.lines[p.line].atoms)
	}
	return p
}

// right is the place one atom after p.
func (b *buffer) right(p pos) pos {
	switch {
	case p.col < len(b.lines[p.line].atoms):
		p.col++
	case p.line < len(b.lines)-1:
		p = pos{p.line + 1, 0}
	}
	return p
}

// wordLeft is the start of the word before p. A chip is a word.
func (b *buffer) wordLeft(p pos) pos {
	return b.backOver(p, func(a atom) bool { return a.word() })
}

// blankLeft is the start of the run without blanks before p, as a shell's ctrl+w.
func (b *buffer) blankLeft(p pos) pos {
	return b.backOver(p, func(a atom) bool { return !a.blank() && a.chip == nil })
}

// backOver goes left to the first atom of the kind, and on to the first of its run.
func (b *buffer) backOver(p pos, kind func(atom) bool) pos {
	for p != b.start() {
		q := b.left(p)
		a, ok := b.at(q)
		p = q
		if ok && a.chip != nil {
			return p
		}
		if ok && kind(a) {
			break
		}
	}
	for p.col > 0 {
		a := b.lines[p.line].atoms[p.col-1]
		if !kind(a) {
			break
		}
		p.col--
	}
	return p
}

// wordRight is the end of the word after p. A chip is a word.
func (b *buffer) wordRight(p pos) pos {
	for p != b.end() {
		a, ok := b.at(p)
		if ok && a.word() {
			break
		}
		p = b.right(p)
		if ok && a.chip != nil {
			return p
		}
	}
	for {
		a, ok := b.at(p)
		if !ok || !a.word() {
			return p
		}
		p.col++
	}
}

// lineStart and lineEnd are the ends of p's line, not of its row on the screen.
func (b *buffer) lineStart(p pos) pos { return pos{p.line, 0} }

func (b *buffer) lineEnd(p pos) pos { return pos{p.line, len(b.lines[p.line].atoms)} }

// move puts the caret at p and forgets the column aimed at.
func (b *buffer) move(p pos) {
	b.caret = p
	b.goal = -1
}

// vertical moves the caret by one row on the screen, keeping its column as far
// as the rows allow, and reports whether there was a row to go to.
func (b *buffer) vertical(step, width int) bool {
	l := b.lines[b.caret.line]
	row := l.rowOf(b.caret.col, width)
	if b.goal < 0 {
		b.goal = l.cellsBetween(l.layout(width)[row], b.caret.col, width)
	}
	at, row := b.caret.line, row+step
	switch {
	case row < 0 && at == 0:
		return false
	case row < 0:
		at--
		row = len(b.lines[at].layout(width)) - 1
	case row >= len(l.layout(width)) && at == len(b.lines)-1:
		return false
	case row >= len(l.layout(width)):
		at++
		row = 0
	}
	b.caret = pos{at, b.lines[at].colAt(row, b.goal, width)}
	return true
}
