package cli

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// table lays out rows in columns, two cells apart. The column named by flex is
// cut to fit into width where that is above zero; the last one is not padded.
func table(rows [][]string, flex, width int) string {
	widths := columnWidths(rows)
	if width > 0 && flex < len(widths) {
		total := 2 * (len(widths) - 1)
		for _, w := range widths {
			total += w
		}
		const least = 8
		if over := total - width; over > 0 {
			widths[flex] = max(widths[flex]-over, min(least, widths[flex]))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var out strings.Builder
		for i, cell := range row {
			if i == flex {
				cell = ansi.Truncate(cell, widths[i], "…")
			}
			out.WriteString(cell)
			if i < len(row)-1 {
				out.WriteString(strings.Repeat(" ", max(widths[i]-ansi.StringWidth(cell), 0)+2))
			}
		}
		b.WriteString(strings.TrimRight(out.String(), " ") + "\n")
	}
	return b.String()
}

func columnWidths(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	return widths
}

// one puts text on one line.
func one(text string) string { return strings.Join(strings.Fields(text), " ") }
