package styles

import (
	"fmt"
	"hash/fnv"
	"image/color"
	"strconv"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/themes"
)

// parseColor turns a theme's notation into a colour; nil for the terminal's default.
func parseColor(s string) color.Color {
	if s == "" {
		return nil
	}
	return lipgloss.Color(colorCode(s))
}

// colorCode is a theme's notation as Lip Gloss spells it: "#rrggbb" or "N".
func colorCode(s string) string {
	if n, ok := themes.ParseANSI(s); ok {
		return strconv.Itoa(n)
	}
	return s
}

// codeBackground is the theme's background of code, moved to the terminal's own
// background where that is known: by as much, in each of red, green and blue, as the
// theme has it away from the background it was made for.
func (s *Styles) codeBackground(terminal color.Color) color.Color {
	code := s.Color(themes.CodeBackground)
	if terminal == nil || code == nil || s.Background == nil || s.Paint || isBright(terminal) == s.Dark {
		return code
	}
	shift := func(at, from, to uint32) uint8 {
		return uint8(min(max(int(at>>8)+int(to>>8)-int(from>>8), 0), 255)) //nolint:gosec // within a byte
	}
	tr, tg, tb, _ := terminal.RGBA()
	br, bg, bb, _ := s.Background.RGBA()
	cr, cg, cb, _ := code.RGBA()
	return color.RGBA{R: shift(tr, br, cr), G: shift(tg, bg, cg), B: shift(tb, bb, cb), A: 0xff}
}

// isBright reports whether a background is a light one.
func isBright(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return themes.RGB{R: float64(r) / 0xffff, G: float64(g) / 0xffff, B: float64(b) / 0xffff}.Luminance() > 0.18
}

// colorName is a colour as Lip Gloss reads it, "" for none.
func colorName(c color.Color) string {
	if c == nil {
		return ""
	}
	if n, ok := c.(ansi.BasicColor); ok {
		return strconv.Itoa(int(n))
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
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
		write(colorName(s.CodeBG))
		write(s.variant.Background)
		for _, r := range themes.Roles() {
			write(s.variant.Color(r))
		}
	}
	return h.Sum64()
}
