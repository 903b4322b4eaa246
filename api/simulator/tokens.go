package simulator

import "unicode/utf8"

// weight measures text in quarter tokens of the older tokenizer: a byte is one, but a CJK rune or an emoji is a whole
// token (four).
func weight(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			n++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if wide(r) {
			n += 4
		} else {
			n += size
		}
		i += size
	}
	return n
}

// wide says whether a rune counts as a whole token.
func wide(r rune) bool {
	return r >= 0x1100 && r <= 0x11ff || r >= 0x2e80 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7ff ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xff00 && r <= 0xffef || r >= 0x1f000
}

// tokens turns a weight into tokens of this model, rounded up.
func (m *modelFacts) tokens(weight int) int {
	return (weight*m.TokenPercent + 399) / 400
}

// count is the number of tokens of a text for this model.
func (m *modelFacts) count(s string) int { return m.tokens(weight(s)) }
