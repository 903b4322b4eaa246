// Package format writes amounts as one reads them: money, counts, durations,
// model names. Everything on the screen and in the commands' tables uses it, so
// that an amount looks the same everywhere. It is a leaf.
package format

import (
	"fmt"
	"strings"
	"time"
)

// Dollars writes micro-dollars with as many digits as say something.
func Dollars(micros int64) string {
	d := float64(micros) / 1e6
	switch {
	case micros == 0:
		return "$0"
	case d < 0.0095:
		return fmt.Sprintf("$%.4f", d)
	case d < 0.0995:
		return fmt.Sprintf("$%.3f", d)
	}
	return fmt.Sprintf("$%.2f", d)
}

// Price writes micro-dollars per million tokens: $3, $0.10.
func Price(micros int64) string {
	if micros%1_000_000 == 0 {
		return fmt.Sprintf("$%d", micros/1_000_000)
	}
	return fmt.Sprintf("$%.2f", float64(micros)/1e6)
}

// Thousands writes a count with separators: 1,204.
func Thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Seconds writes a duration as one reads it: 0.6 s, 12 s, 3 min.
func Seconds(d time.Duration) string {
	switch {
	case d < 9500*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f min", d.Minutes())
}

// Model is a model's id without the maker's name.
func Model(id string) string { return strings.TrimPrefix(id, "claude-") }
