// Package ui is parlor's screen: a Bubble Tea program over a
// [parlor/session.Manager]. One tea.Model routes messages; the transcript, the
// composer and the dialogs are plain structs with verbs that never import each
// other and speak upward only by returning actions.
//
// The package does no file, network or database work in Update or View. Every
// effect is a named method in cmds.go that returns a tea.Cmd, and markdown is
// rendered by the transcript's own goroutine. It must not know SQL, HTTP or
// flags; package cli hands it everything through [Options].
package ui
