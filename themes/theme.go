package themes

import "strings"

// DefaultName is the theme used when none is chosen.
const DefaultName = "parlor"

// A Theme is one colour scheme. It is plain data and must not be changed once read:
// its variants are shared.
type Theme struct {
	Name   string // what the user types; the file's name without ".toml"
	Title  string // what lists show
	About  string // one line on its character
	Author string // optional
	Source string // file it was read from; "" for a theme that comes with parlor

	Dark  *Variant // nil when Lacks is "dark"
	Light *Variant // nil when Lacks is "light"
	Lacks string   // "", "dark" or "light": the variant the theme does without
}

// A Variant is a theme's set of colours for a dark or for a light terminal.
//
// A colour is "#rrggbb", or "ansi:N" for entry N (0 to 15) of the terminal's own
// palette, or "" for the terminal's default.
type Variant struct {
	Background string          // the background the colours were chosen against; "" means the terminal's own
	Colors     map[Role]string // one entry for every role
}

// Color returns the colour of a role, "" for the terminal's default.
func (v *Variant) Color(r Role) string {
	if v == nil {
		return ""
	}
	return v.Colors[r]
}

// Plain reports whether the variant uses no colour at all, so that bold, dim and
// underline must carry what colour would.
func (v *Variant) Plain() bool {
	for _, c := range v.Colors {
		if c != "" {
			return false
		}
	}
	return true
}

// Variant returns the variant for a dark or a light terminal, and whether what it
// returns is a dark one: a theme that lacks the wanted variant answers with the one it
// has, which then needs its own background painted to be readable.
func (t Theme) Variant(dark bool) (v *Variant, isDark bool) {
	switch {
	case dark && t.Dark != nil, !dark && t.Light == nil:
		return t.Dark, true
	default:
		return t.Light, false
	}
}

// Follows reports whether the theme takes its colours from the terminal: none of its
// colours is fixed.
func (t Theme) Follows() bool {
	for _, v := range []*Variant{t.Dark, t.Light} {
		if v == nil {
			continue
		}
		for _, c := range v.Colors {
			if strings.HasPrefix(c, "#") {
				return false
			}
		}
	}
	return true
}
