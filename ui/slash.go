package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
)

// unknownCommand says what to do with a command nobody knows; the text stays in
// the composer.
func (m *Model) unknownCommand(a action.Action) tea.Cmd {
	m.warn(fmt.Sprintf("There is no command %s. Type / to see them, or put a space before it to send it as text.", a.Arg))
	return nil
}

// slashCommands are the actions that can be typed, for completion.
func (m *Model) slashCommands() []action.Info {
	var all []action.Info
	for _, info := range m.infos {
		if info.Slash != "" {
			all = append(all, info)
		}
	}
	return all
}

// visibleActions are what the palette offers.
func (m *Model) visibleActions() []action.Info {
	var all []action.Info
	for _, info := range m.infos {
		if !info.Hidden {
			all = append(all, info)
		}
	}
	return all
}

// isBlank reports whether a text has nothing to send.
func isBlank(s string) bool { return strings.TrimSpace(s) == "" }
