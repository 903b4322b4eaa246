package dialog

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
)

// A verb is what a key means in a dialog.
type verb int

const (
	vNone verb = iota
	vClose
	vAccept
	vUp
	vDown
	vPageUp
	vPageDown
	vFirst
	vLast
	vLess
	vMore
	vUnset
	vRename
	vDelete
	vUndo
	vCopy
	vSwitch
	vYes
	vNo
)

// binding is a row of the table of dialog keys.
type binding struct {
	verb  verb
	id    action.ID
	title string
	keys  []string
}

// bindings is the table. Keys that write text count only where nothing is typed.
func bindings() []binding {
	return []binding{
		{vClose, Close, "Close", []string{"esc", "ctrl+c"}},
		{vAccept, "dialog.accept", "Take the selected row", []string{"enter"}},
		{vUp, "dialog.up", "Row up", []string{"up", "ctrl+p"}},
		{vDown, "dialog.down", "Row down", []string{"down", "ctrl+n"}},
		{vPageUp, "dialog.page-up", "Page up", []string{"pgup"}},
		{vPageDown, "dialog.page-down", "Page down", []string{"pgdown"}},
		{vFirst, "dialog.first", "First row", []string{"ctrl+home"}},
		{vLast, "dialog.last", "Last row", []string{"ctrl+end"}},
		{vLess, "dialog.less", "Less, or left", []string{"left"}},
		{vMore, "dialog.more", "More, or right", []string{"right"}},
		{vUnset, "dialog.unset", "Back to the default", []string{"backspace", "delete"}},
		{vRename, "dialog.rename", "Rename the selected row", []string{"ctrl+r"}},
		{vDelete, "dialog.delete", "Delete the selected row", []string{"delete", "ctrl+x"}},
		{vUndo, "dialog.undo", "Undo the deletion", []string{"ctrl+z", "alt+z", "ctrl+_"}},
		{vCopy, "dialog.copy", "Copy the text", []string{"c", "y"}},
		{vSwitch, "dialog.switch", "Next button", []string{"tab", "shift+tab"}},
		{vYes, "dialog.yes", "Yes", []string{"y"}},
		{vNo, "dialog.no", "No", []string{"n"}},
	}
}

// Actions describes the keys of dialogs, for the action table. The same key
// may mean different things in different dialogs.
func Actions() []action.Info {
	all := bindings()
	infos := make([]action.Info, 0, len(all))
	for _, b := range all {
		infos = append(infos, action.Info{
			ID: b.id, Title: b.title, Keys: slices.Clone(b.keys),
			Context: action.Dialog, Group: "Dialogs", Hidden: true,
		})
	}
	return infos
}

// keymap lays the user's bindings over the table. A key may have several
// verbs: each dialog asks for those it knows.
func keymap(user map[action.ID][]string) map[verb][]string {
	m := map[verb][]string{}
	for _, b := range bindings() {
		if keys, ok := user[b.id]; ok {
			b.keys = keys
		}
		m[b.verb] = b.keys
	}
	return m
}

// is reports whether a key means one of the verbs, and which.
func (b *base) is(msg tea.KeyPressMsg, verbs ...verb) verb {
	name := msg.Keystroke()
	for _, v := range verbs {
		if slices.Contains(b.keys[v], name) {
			return v
		}
	}
	return vNone
}
