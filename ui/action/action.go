// Package action names everything a user can do in parlor's screen. Keys, slash
// commands, the palette, help and the manual are made from the one table here.
// It is a leaf: it knows no component and carries no behaviour.
package action

// ID names an action. IDs are what keys.toml binds.
type ID string

// Action is a request that a component hands upward: do ID, with Arg as the
// user typed it (a slash command's rest) or Value where a component has more
// to say than a string.
type Action struct {
	ID    ID
	Arg   string
	Value any
}

// Context says where a key binding applies.
type Context string

// The contexts, innermost first: a dialog's keys win over the transcript's,
// these over the composer's, these over the global ones.
const (
	Dialog     Context = "dialog"     // a list or sheet is open
	Transcript Context = "transcript" // the transcript has the focus
	Composer   Context = "composer"   // the composer has the focus
	Global     Context = "global"     // everywhere
)

// Info describes an action: one row of the table.
type Info struct {
	ID      ID
	Title   string   // sentence case, for palette and help
	Slash   string   // slash command without the slash, "" for none
	Args    string   // what the slash command takes, for completion: "[model]"
	Keys    []string // default keys as Bubble Tea's Keystroke spells them
	Context Context
	Group   string // heading in help
	Hidden  bool   // not offered in the palette (cursor movement and the like)
}
