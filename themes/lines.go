package themes

import (
	"bytes"
	"strings"
)

// lineOf finds the 1-based line of a key such as "dark.syntax.keyword", and 0 if it is
// not written out in the file. It reads the file's lines, not its syntax: good enough to
// point at a place, and it never stands in for the parser.
func lineOf(data []byte, key string) int {
	table, last := "", key
	if i := strings.LastIndexByte(key, '.'); i >= 0 {
		table, last = key[:i], key[i+1:]
	}
	current, n := "", 0
	for line := range bytes.Lines(data) {
		n++
		text := strings.TrimSpace(string(line))
		if inner, ok := strings.CutPrefix(text, "["); ok {
			current = header(inner)
			if current == key {
				return n
			}
			continue
		}
		name, _, ok := strings.Cut(text, "=")
		if ok && current == table && strings.Trim(strings.TrimSpace(name), `"'`) == last {
			return n
		}
	}
	return 0
}

// header reads "dark.syntax" from what follows the bracket of "[dark.syntax] # why".
func header(inner string) string {
	name, _, _ := strings.Cut(inner, "]")
	return strings.ReplaceAll(strings.TrimSpace(name), " ", "")
}
