package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/dialog"
)

// pageSize is how many conversations the browser reads at a time.
const pageSize = 200

// listCmd reads a page of conversations into the browser, opening it for the
// first.
func (m *Model) listCmd(filter string, offset int) tea.Cmd {
	manager := m.manager
	if manager == nil {
		return nil
	}
	return m.effect(func(ctx context.Context) result {
		page, err := manager.List(ctx, session.Filter{Title: filter, Limit: pageSize, Offset: offset})
		if err != nil {
			return failed("The conversations cannot be listed", err)
		}
		return done(func(m *Model) tea.Cmd {
			more := len(page) == pageSize
			if b, ok := m.dialogs.Top().(*dialog.Browser); ok {
				return m.performAll(b.Extend(page, more))
			}
			m.push(dialog.NewBrowser(page, more, m.now(), m.st))
			return nil
		})
	})
}

// findCmd opens the one conversation a text matches, or the browser.
func (m *Model) findCmd(query string) tea.Cmd {
	manager := m.manager
	return m.effect(func(ctx context.Context) result {
		found, err := manager.Find(ctx, query)
		if err != nil {
			return failed("The conversations cannot be searched", err)
		}
		return done(func(m *Model) tea.Cmd {
			switch len(found) {
			case 0:
				m.warn(fmt.Sprintf("No conversation matches %q. /open shows them all.", query))
				return nil
			case 1:
				return m.leaveFor(target{id: found[0].ID})
			}
			m.push(dialog.NewBrowser(found, false, m.now(), m.st))
			return nil
		})
	})
}

// renameCmd renames a conversation.
func (m *Model) renameCmd(id, title string) tea.Cmd {
	manager, c := m.manager, m.conv
	return m.effect(func(ctx context.Context) result {
		err := error(nil)
		if c != nil && c.ID() == id {
			err = c.Rename(ctx, title)
		} else {
			err = manager.Rename(ctx, id, title)
		}
		if err != nil {
			return failed("The title stays as it was", err)
		}
		return said("Renamed to " + title + ".")
	})
}

// deleteCmd deletes a conversation, a private one for good. When it was the
// shown one, a new one takes its place.
func (m *Model) deleteCmd(id string) tea.Cmd {
	manager := m.manager
	return m.effect(func(ctx context.Context) result {
		private := manager.IsPrivate(id)
		if err := manager.Delete(ctx, id); err != nil {
			return failed("Nothing was deleted", err)
		}
		return done(func(m *Model) tea.Cmd {
			m.say("Deleted. /open and Ctrl+Z there bring it back.")
			if private {
				m.deleted = ""
				m.say("Deleted. It was private: nothing of it is left.")
			}
			if m.showing() && m.conv.ID() == id && !m.opening {
				m.opening = true
				return m.openConversation(target{})
			}
			return nil
		})
	})
}

// restoreCmd undoes a deletion.
func (m *Model) restoreCmd(id string) tea.Cmd {
	manager := m.manager
	return m.effect(func(ctx context.Context) result {
		if err := manager.Restore(ctx, id); err != nil {
			return failed("It stays deleted", err)
		}
		return done(func(m *Model) tea.Cmd {
			m.say("Restored.")
			if _, browsing := m.dialogs.Top().(*dialog.Browser); browsing {
				m.dialogs.Pop()
				return m.listCmd("", 0)
			}
			return nil
		})
	})
}
