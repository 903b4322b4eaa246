package themes

import "strconv"

// A Problem is one mistake in a user's theme file. The theme is used all the same
// unless the problem is fatal.
type Problem struct {
	File    string // path, "" when no file is to blame
	Line    int    // 1-based; 0 when the problem has no one place
	Key     string // "dark.text", "dark.syntax.keyword", "lacks"; "" when none is to blame
	Message string // what is wrong, one sentence without a full stop
	Fix     string // what to do about it, one sentence without a full stop
	Fatal   bool   // the file gave no theme
}

// String is the problem as one line: place, message, way out.
func (p Problem) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	if s != "" {
		s += ": "
	}
	if p.Key != "" {
		s += p.Key + ": "
	}
	s += p.Message
	if p.Fix != "" {
		s += "; " + p.Fix
	}
	return s
}
