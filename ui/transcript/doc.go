// Package transcript shows the branch of a conversation: a scrolling column of
// messages that follows a growing answer or holds still at the line one reads.
//
// It has two halves. [Renderer] lives in a goroutine of its own, owns the
// markdown documents and turns messages into [Item] values: flat lists of units
// with ready lines. [Transcript] lives on the program's loop, keeps the items
// it was given and puts the visible rows together. A position is an anchor
// (message, unit, row within the unit), never a row number, so nothing that
// happens above the window moves what is in it.
//
// It knows nothing of the composer, the dialogs, keys or the database.
package transcript
