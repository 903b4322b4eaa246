package markdown

import "strings"

// checkpoint is what a trial may change besides boxes.
type checkpoint struct {
	open       []*box
	leaves     int
	last       leaf
	tip        bool
	codes      int
	blank      bool
	blankQuote int
}

// touch is a box as it was before the trial.
type touch struct {
	box *box
	was box
}

// noSpread means that no list turned loose.
const noSpread = int(^uint(0) >> 1)

// try reads the unfinished last line.
func (s *scanner) try() {
	k := &s.saved
	k.open = append(k.open[:0], s.open...)
	k.leaves, k.tip, k.codes = len(s.leaves), s.tip, s.codes
	k.blank, k.blankQuote = s.blank, s.blankQuote
	if k.leaves > 0 {
		k.last = s.leaves[k.leaves-1]
	}
	s.trial = true
	s.line(s.pos, len(s.src))
	s.keepLong()
}

// longLine is how long an unfinished line must be to be read only once.
const longLine = 1 << 10

// keepLong ends the trial of a very long line that is plain text of a paragraph or of code
// by now, whatever follows. From here on the line grows in place.
func (s *scanner) keepLong() {
	if len(s.src)-s.pos < longLine || !s.tip {
		return
	}
	l := s.last()
	n := len(l.segs) - 1
	if n < 0 || l.segs[n].end != len(s.src) || l.kind != paraLeaf && l.kind != fenceLeaf {
		return
	}
	first := s.cur.at(s.cur.next)
	if strings.IndexByte("<|:-", first) >= 0 || l.kind == fenceLeaf && first == l.fence {
		return
	}
	s.trial, s.midLine = false, true
	s.touched = s.touched[:0]
	s.pos = len(s.src)
}

// growLong adds what is new of a long line. It reports whether the line ended.
func (s *scanner) growLong() bool {
	end, next := len(s.src), len(s.src)
	if n := strings.IndexByte(s.src[s.pos:], '\n'); n >= 0 {
		end, next = s.pos+n, s.pos+n+1
		s.midLine = false
	}
	s.scanned += end - s.pos
	s.pos = next
	if !s.midLine && s.src[end-1] == '\r' {
		end--
	}
	l := s.last()
	g := l.segs[len(l.segs)-1]
	l.segs = l.segs[:len(l.segs)-1]
	l.size -= g.end - g.start
	g.end = max(end, g.start)
	if l.kind == paraLeaf {
		s.put(g)
	} else {
		l.putLong(s.src, g)
		l.end = g.end
	}
	return !s.midLine
}

// rollback undoes the trial.
func (s *scanner) rollback() {
	if !s.trial {
		return
	}
	k := &s.saved
	s.trial = false
	s.open = append(s.open[:0], k.open...)
	s.leaves, s.tip, s.codes = s.leaves[:k.leaves], k.tip, k.codes
	s.blank, s.blankQuote = k.blank, k.blankQuote
	if k.leaves > 0 {
		s.leaves[k.leaves-1] = k.last
	}
	for i := len(s.touched) - 1; i >= 0; i-- {
		t := s.touched[i]
		if t.box.loose != t.was.loose && t.box.leaf >= 0 {
			s.spread = min(s.spread, t.box.leaf)
		}
		*t.box = t.was
	}
	s.touched = s.touched[:0]
}

// settled returns the first leaf that later text may change.
func (s *scanner) settled() int {
	n := len(s.leaves)
	if s.trial {
		n = s.saved.leaves
	}
	return max(n-1, 0)
}

// takeSpread returns the first leaf that lists turning loose (or tight again, when a trial
// was taken back) may have moved, and forgets it.
func (s *scanner) takeSpread() int {
	n := s.spread
	s.spread = noSpread
	return n
}

// touch says that a box is about to change.
func (s *scanner) touch(b *box) {
	if s.trial {
		s.touched = append(s.touched, touch{b, *b})
	}
}
