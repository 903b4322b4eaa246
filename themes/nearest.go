package themes

import "github.com/agnivade/levenshtein"

// Nearest returns the candidate that differs least from name, if any is near enough to
// be what was meant: a third of the name's letters may differ, and two in any name of four
// or more.
func Nearest(name string, candidates []string) (string, bool) {
	best, limit := "", max(2, len(name)/3)
	if len(name) < 4 {
		limit = 1
	}
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(name, c); d <= limit && (best == "" || d < levenshtein.ComputeDistance(name, best)) {
			best = c
		}
	}
	return best, best != ""
}
