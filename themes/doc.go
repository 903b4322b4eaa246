// Package themes holds parlor's colour themes as data, and reads, checks and finds
// them.
//
// A theme is a TOML file: a title, and a dark and a light variant (or the name of the
// one it lacks), each giving a colour to every [Role]. The themes that come with parlor
// are embedded and read one at a time, when they are asked for; a user's own themes are
// files in a folder, and a mistake in one of them is a [Problem] with its line and the
// way to mend it, never a failure.
//
// The package is a leaf. It must not know how a colour becomes an escape sequence, what
// Lip Gloss or Glamour are, or where the configuration folder is.
package themes
