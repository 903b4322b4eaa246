// Package styles turns a theme variant into everything that draws with it: Lip Gloss
// styles for the interface and escape sequences for highlighted code.
//
// A [Styles] is built once per theme change and is plain data afterwards, safe to share
// between goroutines. Where there is no colour (NO_COLOR, or a theme without any) bold,
// dim, underline and reverse carry the meaning instead.
//
// The package is a leaf of ui: it must not know messages, widgets, layout, or where the
// chosen theme is configured.
package styles
