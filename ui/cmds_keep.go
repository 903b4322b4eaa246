package ui

import (
	"context"
	"encoding/json"
	"time"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
)

// saveDelay is how long typing may go unsaved. A crash loses at most a second
// of it, so there is room for the write itself.
const saveDelay = 400 * time.Millisecond

// saveTickMsg tells that the draft should be saved now.
type saveTickMsg struct{}

// scheduleSave starts the clock when the composer's text is not in the
// database; further typing does not restart it.
func (m *Model) scheduleSave() tea.Cmd {
	if m.writing.savingTick || !m.showing() || m.composer.Changed() == m.writing.saved {
		return nil
	}
	m.writing.savingTick = true
	return m.after(saveDelay, saveTickMsg{})
}

// saveDue saves the draft.
func (m *Model) saveDue() tea.Cmd {
	m.writing.savingTick = false
	if !m.showing() || m.composer.Changed() == m.writing.saved {
		return nil
	}
	m.writing.saved = m.composer.Changed()
	c, edit, text := m.conv, m.writing.editing, m.composer.Draft()
	return m.inOrder(func(ctx context.Context) result {
		if err := c.SaveDraft(ctx, edit, text.Body()); err != nil {
			return failed("The draft is not saved", err)
		}
		return done(nil)
	})
}

// dropEdit forgets the draft of an edit that was given up.
func (m *Model) dropEdit(edit int64) tea.Cmd {
	if edit == 0 {
		return nil
	}
	return m.saveNow(edit, nil)
}

// saveNow saves a draft without waiting for a pause in the typing; an empty one
// is forgotten.
func (m *Model) saveNow(edit int64, body json.RawMessage) tea.Cmd {
	if !m.showing() {
		return nil
	}
	c := m.conv
	return m.inOrder(func(ctx context.Context) result {
		if err := c.SaveDraft(ctx, edit, body); err != nil {
			return failed("The draft is not saved", err)
		}
		return done(nil)
	})
}

// keepCmd saves draft and place of the shown conversation before it is left.
func (m *Model) keepCmd() tea.Cmd {
	if !m.showing() {
		return nil
	}
	keep := m.keeper()
	return m.inOrder(func(ctx context.Context) result {
		if err := keep(ctx); err != nil {
			return failed("The draft is not saved", err)
		}
		return done(nil)
	})
}

// keeper returns the work of saving what the screen knows of the shown
// conversation, for the end of the program too, when no command runs any more.
func (m *Model) keeper() func(context.Context) error {
	c, edit, text, view := m.conv, m.writing.editing, m.composer.Draft(), m.transcript.View()
	empty := len(m.snap.Path) == 0
	return func(ctx context.Context) error { return keep(ctx, c, edit, text.Body(), view, empty) }
}

func keep(ctx context.Context, c *session.Conversation, edit int64, body, view json.RawMessage, empty bool) error {
	if c == nil {
		return nil
	}
	if err := c.SaveDraft(ctx, edit, body); err != nil {
		return err
	}
	if empty {
		return nil
	}
	return c.SetView(ctx, view)
}

// remember puts a prompt before the others that Up walks through.
func (m *Model) remember(text string) {
	past := m.past()
	if len(past) > 0 && past[0] == text {
		return
	}
	past = append([]string{text}, past...)
	if m.snap.Private {
		m.writing.secret = past
	} else {
		m.writing.history = past
	}
	m.composer.SetHistory(past)
}

// past is the history of the shown conversation. A private one has its own,
// which ends with it.
func (m *Model) past() []string {
	if m.snap.Private {
		return m.writing.secret
	}
	return m.writing.history
}

// historyCmd remembers a text that was cleared without being sent.
func (m *Model) historyCmd(text string) tea.Cmd {
	m.remember(text)
	manager := m.manager
	if manager == nil || m.snap.Private {
		return nil
	}
	return m.effect(func(ctx context.Context) result {
		if err := manager.AddHistory(ctx, text); err != nil {
			return failed("The text is not in the history of the next start", err)
		}
		return done(nil)
	})
}
