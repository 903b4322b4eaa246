package themes

import (
	"math"
	"strconv"
	"strings"
)

// RGB is a colour's red, green and blue, each from 0 to 1 as sRGB encodes them.
type RGB struct{ R, G, B float64 }

// ParseHex reads "#rrggbb" or "#rgb".
func ParseHex(s string) (RGB, bool) {
	digits, ok := strings.CutPrefix(s, "#")
	if !ok {
		return RGB{}, false
	}
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	if len(digits) != 6 {
		return RGB{}, false
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return RGB{}, false
	}
	return RGB{float64(n>>16) / 255, float64(n>>8&0xff) / 255, float64(n&0xff) / 255}, true
}

// ParseANSI reads "ansi:N" with N from 0 to 15 and returns N.
func ParseANSI(s string) (int, bool) {
	digits, ok := strings.CutPrefix(s, "ansi:")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil && n >= 0 && n <= 15 && digits == strconv.Itoa(n)
}

// validColor reports whether s is a colour a theme file may use.
func validColor(s string) bool {
	if s == "" {
		return true
	}
	_, hex := ParseHex(s)
	_, ansi := ParseANSI(s)
	return hex || ansi
}

// Luminance is the relative luminance WCAG 2 defines, 0 (black) to 1 (white).
func (c RGB) Luminance() float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// Contrast is the ratio WCAG 2 defines between two colours, 1 (none) to 21.
func Contrast(a, b RGB) float64 {
	la, lb := a.Luminance(), b.Luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// Lab is a colour in OKLab: L is lightness from 0 to 1, A runs from green to red and B
// from blue to yellow. Equal steps look about equally large.
type Lab struct{ L, A, B float64 }

// Lab converts the colour to OKLab.
func (c RGB) Lab() Lab {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return Lab{
		L: 0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		A: 1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		B: 0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

// Distance is how far apart two colours look; 0.02 is just visible side by side.
func (a Lab) Distance(b Lab) float64 {
	return math.Sqrt((a.L-b.L)*(a.L-b.L) + (a.A-b.A)*(a.A-b.A) + (a.B-b.B)*(a.B-b.B))
}

// linear undoes sRGB's gamma.
func linear(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}
