package api

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// text decodes the inside of a valid JSON string that belongs to the block at
// index. A high surrogate at its very end is held back for the next piece of
// that block; surrogates without a partner become U+FFFD.
func (d *decoder) text(index int, deltaType string, raw []byte) string {
	if len(raw) == 0 {
		return ""
	}
	high := d.halves[index].unit
	delete(d.halves, index)
	buf := d.scratch[:0]
	for len(raw) > 0 {
		if high != 0 {
			low, ok := hex4(raw)
			joined := utf16.DecodeRune(rune(high), rune(low))
			high = 0
			buf = utf8.AppendRune(buf, joined) // U+FFFD if it is no pair
			if ok && joined != utf8.RuneError {
				raw = raw[6:]
			}
			continue
		}
		if run := plainRun(raw); len(run) > 0 {
			buf = appendValid(buf, run)
			raw = raw[len(run):]
			continue
		}
		if unit, ok := hex4(raw); ok {
			raw = raw[6:]
			switch {
			case unit >= 0xD800 && unit < 0xDC00:
				high = unit
			default:
				buf = utf8.AppendRune(buf, rune(unit)) // a lone low one: U+FFFD
			}
			continue
		}
		buf = append(buf, unescape(raw[1]))
		raw = raw[2:]
	}
	switch {
	case high != 0 && len(d.halves) >= maxHalves:
		buf = utf8.AppendRune(buf, utf8.RuneError)
	case high != 0:
		if d.halves == nil {
			d.halves = map[int]half{}
		}
		d.halves[index] = half{deltaType, high}
	}
	d.scratch = buf
	return string(buf)
}

// maxHalves bounds how many blocks may wait for the rest of a character. No
// stream has as many blocks open at a time.
const maxHalves = 1000

// plainRun returns raw up to its first escape.
func plainRun(raw []byte) []byte {
	if i := bytes.IndexByte(raw, '\\'); i >= 0 {
		return raw[:i]
	}
	return raw
}

// appendValid appends raw with U+FFFD for each byte that is not UTF-8.
func appendValid(dst, raw []byte) []byte {
	if utf8.Valid(raw) {
		return append(dst, raw...)
	}
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		dst = utf8.AppendRune(dst, r)
		raw = raw[size:]
	}
	return dst
}

func unescape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
