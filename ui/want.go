package ui

import (
	"slices"

	"parlor/ui/transcript"
)

// sameWant reports whether the renderer was already asked for this.
func sameWant(a, b transcript.Want) bool {
	return slices.Equal(a.Messages, b.Messages) && slices.Equal(a.Units, b.Units)
}
