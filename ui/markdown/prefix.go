package markdown

import (
	"strconv"
	"strings"
)

// listIndent is how far lists stand in from the text around them, where there is room.
const (
	listIndent = 2
	roomy      = 44 // cells from which on there is room
)

// margin is everything left of a leaf and above it.
type margin struct {
	prefix
	gapRow string // what stands left on a blank row above the leaf: the bars of quotes
	quoted bool   // the innermost container is a quote
	item   bool   // the leaf carries the mark of its item
	skip   int    // bytes of the leaf's first line that the margin shows, a task's box
}

// margin works out what stands left of leaf i.
func (d *Document) margin(i int) margin {
	l := &d.scan.leaves[i]
	var m margin
	if l.box == nil {
		return m
	}
	var path [16]*box
	boxes := path[:0]
	for b := l.box; b != nil; b = b.parent {
		boxes = append(boxes, b)
	}
	var first, rest strings.Builder
	lists := 0
	for k := len(boxes) - 1; k >= 0; k-- {
		b := boxes[k]
		switch {
		case b.kind == quoteBox:
			if d.fits(&m, 2) {
				first.WriteString(d.style.quote + " ")
				rest.WriteString(d.style.quote + " ")
				if b.leaf < i { // the quote began above, so its bar goes through the gap
					m.gapRow = strings.TrimRight(rest.String(), " ")
				}
			}
		case b.kind == listBox:
			if lists++; lists == 1 && d.width >= roomy && d.fits(&m, listIndent) {
				first.WriteString("  ")
				rest.WriteString("  ")
			}
		default:
			d.itemMargin(&m, &first, &rest, b, i, lists)
		}
	}
	m.first, m.rest = first.String(), rest.String()
	m.quoted = l.box.kind == quoteBox
	m.item = l.box.kind == itemBox && l.box.leaf == i
	return m
}

// fits reserves w cells, unless that would leave too little for the text.
func (d *Document) fits(m *margin, w int) bool {
	if m.width+w > d.width/2 && d.width-m.width-w < 12 {
		return false
	}
	m.width += w
	return true
}

// itemMargin adds the mark of an item on its first row and the room of it below.
func (d *Document) itemMargin(m *margin, first, rest *strings.Builder, b *box, i, depth int) {
	mark, w := d.style.bullets[min(depth-1, len(d.style.bullets)-1)], 1
	if b.parent.ordered {
		s := strconv.Itoa(b.number) + string(b.parent.marker)
		mark, w = d.style.number+s, len(s)
		if d.style.number != "" {
			mark += reset
		}
	}
	l := &d.scan.leaves[i]
	if b == l.box && b.leaf == i {
		if box, n := d.task(l); n > 0 {
			m.skip = n
			if b.parent.ordered {
				mark, w = mark+" "+box, w+2
			} else {
				mark = box
			}
		}
	}
	w++
	if !d.fits(m, w) {
		return
	}
	blank := strings.Repeat(" ", w)
	rest.WriteString(blank)
	if b.leaf == i {
		first.WriteString(mark + " ")
	} else {
		first.WriteString(blank)
	}
}

// task returns the box of a task item and the bytes that spell it, 0 if it is none.
func (d *Document) task(l *leaf) (box string, n int) {
	if l.kind != paraLeaf || len(l.segs) == 0 {
		return "", 0
	}
	s := d.scan.src[l.segs[0].start:l.segs[0].end]
	if len(s) < 5 || s[0] != '[' || s[2] != ']' || s[3] != ' ' {
		return "", 0
	}
	switch s[1] {
	case ' ':
		return d.style.open, 4
	case 'x', 'X':
		return d.style.ticked, 4
	}
	return "", 0
}

// gap counts the blank rows between leaf i and the one before.
func (d *Document) gap(i int) int {
	if i == 0 {
		return 0
	}
	a, b := &d.scan.leaves[i-1], &d.scan.leaves[i]
	if b.cont {
		return 0
	}
	if a.isCode() || b.isCode() || a.kind == tableLeaf || b.kind == tableLeaf {
		return 1
	}
	list := commonList(a.box, b.box)
	if list == nil || list.loose {
		return 1
	}
	return 0
}

// commonList returns the list whose spacing two leaves share: the one of the innermost
// container that holds both, if that is a list or an item.
func commonList(a, b *box) *box {
	for x := a; x != nil; x = x.parent {
		for y := b; y != nil; y = y.parent {
			if x != y {
				continue
			}
			switch x.kind {
			case listBox:
				return x
			case itemBox:
				return x.parent
			}
			return nil
		}
	}
	return nil
}
