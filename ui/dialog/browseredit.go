package dialog

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/session"
	"parlor/ui/action"
)

// find returns the list that holds a conversation, and where.
func (b *Browser) find(id string) (*[]entry, int) {
	for _, in := range []*[]entry{&b.pages, &b.found} {
		if i := slices.IndexFunc(*in, func(e entry) bool { return e.sum.ID == id }); i >= 0 {
			return in, i
		}
	}
	return nil, -1
}

// summary is the selected conversation.
func (b *Browser) summary() (session.Summary, bool) {
	in, i := b.find(b.selected().key)
	if in == nil {
		return session.Summary{}, false
	}
	return (*in)[i].sum, true
}

// startRename turns the selected row into a field.
func (b *Browser) startRename() {
	if s, ok := b.summary(); ok {
		b.inline = &field{}
		b.inline.set(clean(s.Title))
		b.hints = []hint{{"enter", "rename"}, {"esc", "leave as it was"}}
	}
}

// renaming handles input while a row is a field.
func (b *Browser) renaming(msg tea.Msg) []action.Action {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		b.inline.insert(msg.Content)
	case tea.KeyPressMsg:
		switch b.is(msg, vAccept, vClose) {
		case vAccept:
			title := clean(b.inline.text)
			b.endRename()
			return b.rename(title)
		case vClose:
			b.endRename()
		default:
			b.inline.key(msg)
		}
	}
	return nil
}

func (b *Browser) endRename() {
	b.inline = nil
	b.hints = []hint{{"enter", "open"}, {"ctrl+r", "rename"}, {"del", "delete"}}
}

// rename gives the selected conversation a title; an empty one leaves the old.
func (b *Browser) rename(title string) []action.Action {
	in, i := b.find(b.selected().key)
	if in == nil || title == "" || title == clean((*in)[i].sum.Title) {
		return nil
	}
	e := &(*in)[i]
	e.sum.Title = title
	e.row = b.row(e.sum)
	b.refresh()
	return []action.Action{{ID: RenameConversation, Arg: title, Value: e.sum.ID}}
}

// remove deletes the selected conversation and says how to get it back.
func (b *Browser) remove() []action.Action {
	in, i := b.find(b.selected().key)
	if in == nil {
		return nil
	}
	at, e := b.at, (*in)[i]
	b.deleted = append(b.deleted, gone{e, i})
	*in = slices.Delete(*in, i, i+1)
	b.refresh()
	b.at = max(min(at, len(b.hits)-1), 0)
	b.note = fmt.Sprintf("Deleted. %s brings back %s.", b.undoKey(), ansi.Truncate(titleOf(e.sum), 40, "…"))
	return one(DeleteConversation, e.sum.ID)
}

// Deleted tells of a conversation that was deleted before the browser was
// opened: its undo key brings that back too. Tell the latest last.
func (b *Browser) Deleted(s session.Summary) {
	b.deleted = append(b.deleted, gone{entry{s, b.row(s)}, 0})
}

// undoKey is the key to name for the undo.
func (b *Browser) undoKey() string {
	if keys := b.keys[vUndo]; len(keys) > 0 {
		return keys[0]
	}
	return "/open"
}

// undo brings back what was deleted last.
func (b *Browser) undo() []action.Action {
	n := len(b.deleted)
	if n == 0 {
		return nil
	}
	last := b.deleted[n-1]
	b.deleted = b.deleted[:n-1]
	b.pages = slices.Insert(b.pages, min(last.at, len(b.pages)), last.entry)
	b.refresh()
	b.choose(last.sum.ID)
	b.note = ""
	return one(RestoreConversation, last.sum.ID)
}

// wants claims the undo key once there is something to undo.
func (b *Browser) wants(msg tea.KeyPressMsg) bool {
	return len(b.deleted) > 0 && b.is(msg, vUndo) == vUndo
}
