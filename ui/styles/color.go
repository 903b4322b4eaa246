package styles

import (
	"hash/fnv"
	"image/color"
	"strconv"

	"charm.land/lipgloss/v2"

	"parlor/themes"
)

// parseColor turns a theme's notation into a colour; nil for the terminal's default.
func parseColor(s string) color.Color {
	if s == "" {
		return nil
	}
	return lipgloss.Color(colorCode(s))
}

// colorCode is a theme's notation as Lip Gloss and Glamour spell it: "#rrggbb" or "N".
func colorCode(s string) string {
	if n, ok := themes.ParseANSI(s); ok {
		return strconv.Itoa(n)
	}
	return s
}

// fingerprint is a number that two Styles share only if they draw alike.
func fingerprint(s *Styles) uint64 {
	h := fnv.New64a()
	write := func(text string) {
		_, _ = h.Write([]byte(text)) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	write(strconv.FormatBool(s.Dark))
	write(strconv.FormatBool(s.NoColor))
	if !s.NoColor {
		write(s.variant.Background)
		for _, r := range themes.Roles() {
			write(s.variant.Color(r))
		}
	}
	return h.Sum64()
}
