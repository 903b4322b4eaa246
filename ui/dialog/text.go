package dialog

import (
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"parlor/ui/format"
	"parlor/ui/term"
)

// clean makes one safe line of a text from outside.
func clean(s string) string {
	return strings.Join(strings.Fields(term.Sanitize(s)), " ")
}

// wrapped cuts a text from outside into safe lines of at most that many cells.
func wrapped(s string, cells int) []string {
	s = strings.TrimRight(strings.ReplaceAll(term.Sanitize(s), "\t", "    "), "\n ")
	if s == "" {
		return nil
	}
	return strings.Split(ansi.Wrap(s, max(cells, 1), ""), "\n")
}

// grouped writes a number with commas.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// commas groups the digits of every long number in a sentence.
func commas(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if n, err := strconv.Atoi(s[i:j]); j-i > 4 && err == nil {
			b.WriteString(grouped(n))
		} else {
			b.WriteString(s[i:j])
		}
		if j < len(s) {
			b.WriteByte(s[j])
			j++
		}
		i = j
	}
	return b.String()
}

// short writes a number of tokens in a few cells: "200k", "1M".
func short(n int) string {
	switch {
	case n <= 0:
		return ""
	case n >= 1_000_000:
		return strconv.FormatFloat(float64(n/100_000)/10, 'f', -1, 64) + "M"
	case n >= 1000:
		return strconv.Itoa(n/1000) + "k"
	}
	return strconv.Itoa(n)
}

// dollars writes what something cost, nothing for nothing.
func dollars(micros int64) string {
	if micros == 0 {
		return ""
	}
	return format.Dollars(micros)
}

// when writes a time as one says it on the day now.
func when(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(now.Location())
	y, m, d := now.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	switch {
	case !t.Before(midnight):
		return "today " + t.Format("15:04")
	case !t.Before(midnight.AddDate(0, 0, -1)):
		return "yesterday"
	case t.Year() == y:
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

// number writes a parameter's value.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// modelName is a model's id as it is shown: without the maker's name.
func modelName(id string) string { return clean(strings.TrimPrefix(id, "claude-")) }
