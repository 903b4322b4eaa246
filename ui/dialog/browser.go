package dialog

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/action"
	"parlor/ui/styles"
)

// nearEnd is how close to the last row the selection may come before more rows
// are asked for.
const nearEnd = 20

// Browser lists conversations to open, rename and delete.
type Browser struct {
	picker
	now     time.Time
	pages   []entry // read in the order of the store
	found   []entry // matched a filter and are not in pages yet
	deleted []gone
	more    bool // the store has rows that are not in pages
	pending *request
	asked   map[request]bool
}

// entry is a conversation and the row made of it, once.
type entry struct {
	sum session.Summary
	row row
}

// gone is a deleted conversation and where it stood.
type gone struct {
	entry
	at int
}

// request is a wish for more rows. One is out at a time.
type request struct {
	filter string
	offset int
}

// NewBrowser lists conversations in the order given. More says that there are
// further ones; the browser asks for them when it needs them. Now is what
// "today" means.
func NewBrowser(page []session.Summary, more bool, now time.Time, st *styles.Styles) *Browser {
	b := &Browser{now: now, more: more, asked: map[request]bool{}}
	b.picker = newPicker(newBase(st), "conversations", "Conversations", nil,
		"No conversations yet. What you write first becomes one.",
		hint{"enter", "open"}, hint{"ctrl+r", "rename"}, hint{"del", "delete"})
	for _, s := range page {
		b.pages = append(b.pages, entry{s, b.row(s)})
	}
	b.refresh()
	b.at = 0
	return b
}

// Extend gives the browser the rows it asked for with MoreConversations; more
// says that further ones follow. It returns what the browser wants next.
func (b *Browser) Extend(page []session.Summary, more bool) []action.Action {
	req := request{}
	if b.pending != nil {
		req = *b.pending
	}
	b.pending = nil
	known := map[string]bool{}
	for _, e := range b.pages {
		known[e.sum.ID] = true
	}
	for _, g := range b.deleted {
		known[g.sum.ID] = true
	}
	into := &b.pages
	if req.filter != "" {
		into = &b.found
		for _, e := range b.found {
			known[e.sum.ID] = true
		}
	} else {
		b.more = more
	}
	for _, s := range page {
		if !known[s.ID] {
			*into = append(*into, entry{s, b.row(s)})
			known[s.ID] = true
		}
	}
	b.refresh()
	return b.wantMore()
}

// refresh lays out the rows: the pages, and what a filter found beyond them.
func (b *Browser) refresh() {
	rows := make([]row, 0, len(b.pages)+len(b.found))
	known := map[string]bool{}
	for _, e := range b.pages {
		rows = append(rows, e.row)
		if len(b.found) > 0 {
			known[e.sum.ID] = true
		}
	}
	for _, e := range b.found {
		if !known[e.sum.ID] {
			rows = append(rows, e.row)
		}
	}
	b.total = ""
	if b.more {
		b.total = grouped(len(rows)) + "+"
	}
	b.setRows(rows)
}

// row shows one conversation.
func (b *Browser) row(s session.Summary) row {
	title := titleOf(s)
	switch {
	case s.Private:
		title += "  (private)"
	case s.Pinned:
		title = "* " + title
	}
	date := when(s.UpdatedAt, b.now)
	return row{
		key: s.ID, text: title, short: date,
		detail: fit(modelName(s.Model), 12) + fmt.Sprintf("  %7s  ", dollars(s.CostMicros)) + fit(date, 11),
	}
}

// titleOf is a conversation's title as it is shown.
func titleOf(s session.Summary) string {
	if title := clean(s.Title); title != "" {
		return title
	}
	return "Untitled"
}

// Update handles a message. A rename and a deletion show at once; should they
// fail, the parent tells the user.
func (b *Browser) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	if b.inline != nil {
		return nil, b.renaming(msg)
	}
	if key, ok := msg.(tea.KeyPressMsg); ok {
		switch b.is(key, vRename, vDelete, vUndo) {
		case vRename:
			b.startRename()
			return nil, nil
		case vDelete:
			return nil, b.remove()
		case vUndo:
			return nil, b.undo()
		}
	}
	ev := b.update(msg)
	if ev == taken {
		return nil, one(OpenConversation, b.selected().key)
	}
	return nil, append(closing(ev), b.wantMore()...)
}

// wantMore asks for more rows when the selection nears the last one, or when a
// filter looks at rows that are not all here.
func (b *Browser) wantMore() []action.Action {
	if !b.more || b.pending != nil {
		return nil
	}
	req := request{filter: b.query()}
	if req.filter == "" {
		if b.at < len(b.hits)-nearEnd {
			return nil
		}
		req.offset = len(b.pages)
	}
	if b.asked[req] {
		return nil
	}
	b.asked[req], b.pending = true, &req
	return []action.Action{{ID: MoreConversations, Arg: req.filter, Value: req.offset}}
}
