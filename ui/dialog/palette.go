package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
	"parlor/ui/styles"
)

// Palette offers all actions.
type Palette struct{ picker }

// NewPalette lists the actions that are not hidden, in the order given.
func NewPalette(infos []action.Info, st *styles.Styles) *Palette {
	var rows []row
	for _, info := range infos {
		if !info.Hidden {
			rows = append(rows, actionRow(info, ""))
		}
	}
	return &Palette{newPicker(newBase(st), "palette", "Commands", rows, "There are no commands.",
		hint{"enter", "run"}, hint{"↑↓", "choose"}, hint{"esc", "close"})}
}

// actionRow shows an action with its command and its first key.
func actionRow(info action.Info, group string) row {
	slash, key := "", ""
	if info.Slash != "" {
		slash = "/" + info.Slash
	}
	if len(info.Keys) > 0 {
		key = info.Keys[0]
	}
	return row{
		key: string(info.ID), text: info.Title, also: slash + " " + strings.Join(info.Keys, " "), group: group,
		detail: fit(slash, 12) + "  " + fit(key, 11), short: key,
	}
}

// Update handles a message; the row taken becomes a RunAction.
func (p *Palette) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	ev := p.update(msg)
	if ev == taken {
		return nil, one(RunAction, p.selected().key)
	}
	return nil, closing(ev)
}

// Help is the table of actions, by group.
type Help struct{ picker }

// NewHelp lists all actions that have a key or a command, hidden ones too.
func NewHelp(infos []action.Info, st *styles.Styles) *Help {
	byGroup := map[string][]row{}
	var order []string
	for _, info := range infos {
		if len(info.Keys) == 0 && info.Slash == "" {
			continue
		}
		if _, known := byGroup[info.Group]; !known {
			order = append(order, info.Group)
		}
		r := actionRow(info, info.Group)
		slash := ""
		if info.Slash != "" {
			slash = "/" + info.Slash + "  "
		}
		r.detail = slash + strings.Join(info.Keys, " ")
		byGroup[info.Group] = append(byGroup[info.Group], r)
	}
	var rows []row
	for _, g := range order {
		rows = append(rows, byGroup[g]...)
	}
	return &Help{newPicker(newBase(st), "help", "Help", rows, "There is nothing to tell.",
		hint{"enter", "run"}, hint{"pgdn", "more"}, hint{"esc", "close"})}
}

// Update handles a message; the row taken becomes a RunAction.
func (h *Help) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	ev := h.update(msg)
	if ev == taken {
		return nil, one(RunAction, h.selected().key)
	}
	return nil, closing(ev)
}
