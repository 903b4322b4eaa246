// Package themes holds parlor's colour themes as data, and reads, checks and finds
// them.
//
// A theme is a TOML file: a title, and a dark and a light variant (or the name of the
// one it lacks), each giving a colour to every [Role]. The themes that come with parlor
// are embedded and read one at a time, when they are asked for; a user's own themes are
// files in a folder, and a mistake in one of them is a [Problem] with its line and the
// way to mend it, never a failure.
//
// A file of a user's may be short, for what it leaves out comes from its base:
//
//	title = "Mine"
//	base  = "fjord"          # one of parlor's; without it every role must be given
//	lacks = "light"          # because there is no [light] table
//
//	[dark]
//	background = "#101418"   # what the colours are chosen against
//	text       = "#dfe6ee"   # or "ansi:7" for the terminal's own, or "" for its default
//
//	[dark.syntax]
//	keyword = "#86aee8"
//
// The package is a leaf. It must not know how a colour becomes an escape sequence, what
// Lip Gloss or Glamour are, or where the configuration folder is.
package themes
