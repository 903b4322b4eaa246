package themes

// Nearest returns the candidate that differs least from name, if any is near enough to
// be what was meant: a third of the name's letters may differ, and two in any name of four
// or more.
func Nearest(name string, candidates []string) (string, bool) {
	best, limit := "", max(2, len(name)/3)
	if len(name) < 4 {
		limit = 1
	}
	for _, c := range candidates {
		if d := edits(name, c); d <= limit && (best == "" || d < edits(name, best)) {
			best = c
		}
	}
	return best, best != ""
}

// edits counts the insertions, deletions and replacements that turn a into b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
