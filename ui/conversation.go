package ui

import (
	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/action"
	"parlor/ui/dialog"
)

func conversationPerformers() map[action.ID]performer {
	return map[action.ID]performer{
		actNew:     func(m *Model, _ action.Action) tea.Cmd { return m.leaveFor(target{}) },
		actPrivate: func(m *Model, _ action.Action) tea.Cmd { return m.leaveFor(target{private: true}) },
		actOpen:    (*Model).open,
		actRename:  (*Model).rename,
		actDelete:  (*Model).remove,
		actRestore: (*Model).restore,
		actMore: func(m *Model, a action.Action) tea.Cmd {
			page, _ := a.Value.(int)
			return m.listCmd(a.Arg, page)
		},
		actExport: func(m *Model, a action.Action) tea.Cmd {
			if !m.showing() {
				return nil
			}
			return m.exportCmd(a.Arg)
		},
	}
}

// target is the conversation to go to: an existing one by id, else a new one.
type target struct {
	id      string
	private bool
	goOn    bool // continue its last answer
}

// leaveFor keeps the draft and the place of the shown conversation and goes to
// another one.
func (m *Model) leaveFor(t target) tea.Cmd {
	if m.manager == nil {
		m.say("The database is still being opened.")
		return nil
	}
	if m.opening {
		return nil
	}
	m.opening = true
	m.writing.left = m.composer.Changed()
	return tea.Sequence(m.keepCmd(), m.openConversation(t))
}

// open goes to a conversation by id (from the browser) or by title, or shows
// the browser.
func (m *Model) open(a action.Action) tea.Cmd {
	if m.manager == nil {
		m.say("The database is still being opened.")
		return nil
	}
	if d := m.dialogs.Top(); d != nil && a.Arg != "" {
		m.dialogs.Clear()
		return m.leaveFor(target{id: a.Arg})
	}
	if a.Arg != "" {
		return m.findCmd(a.Arg)
	}
	return m.listCmd("", 0)
}

// rename takes the new title, or asks for it. From the browser the action
// carries the id as value.
func (m *Model) rename(a action.Action) tea.Cmd {
	id, _ := a.Value.(string)
	if id == "" && m.showing() {
		id = m.conv.ID()
	}
	if id == "" {
		return nil
	}
	if a.Arg == "" {
		m.push(dialog.NewTextPrompt(dialog.Prompt{Title: "Rename", Does: "rename", Text: m.snap.Title, Action: actRename}, m.st))
		return nil
	}
	if d, ok := m.dialogs.Top().(*dialog.TextPrompt); ok && d != nil {
		m.dialogs.Pop()
	}
	return m.renameCmd(id, a.Arg)
}

// remove deletes a conversation: the one named by the browser, else the shown
// one. It can be undone, unless the conversation is private.
func (m *Model) remove(a action.Action) tea.Cmd {
	id := a.Arg
	if id == "" && m.showing() {
		id = m.conv.ID()
	}
	if id == "" || m.manager == nil {
		return nil
	}
	if _, sure := a.Value.(bool); m.manager.IsPrivate(id) && !sure {
		m.push(dialog.NewConfirm(dialog.Question{
			Title: "Delete a private conversation", Text: "It is kept in memory only: this cannot be undone.", Yes: "Delete", Danger: true,
			Action: action.Action{ID: actDelete, Arg: id, Value: true},
		}, m.st))
		return nil
	}
	m.deleted = id
	return m.deleteCmd(id)
}

// restore brings a deleted conversation back.
func (m *Model) restore(a action.Action) tea.Cmd {
	id := a.Arg
	if id == "" {
		id = m.deleted
	}
	if id == "" || m.manager == nil {
		return nil
	}
	m.deleted = ""
	return m.restoreCmd(id)
}

// opened shows a conversation that was opened.
func (m *Model) opened(c *session.Conversation, draft draft) tea.Cmd {
	m.opening, m.openError = false, ""
	old := m.conv
	var late tea.Cmd
	if old != nil && m.composer.Changed() != m.writing.left {
		late = m.keepCmd() // typed while the other one was being opened
	}
	m.conv = c
	m.snap = c.Snapshot()
	m.seen = newest(m.snap.Notices)
	m.writing.aside, m.writing.secret = nil, nil
	m.composer.SetHistory(m.past())
	m.notices(m.snap.Notices)
	m.source = m.renderer.Show(c)
	m.wanted.Messages, m.wanted.Units = nil, nil
	m.transcript.Clear(m.snap.View)
	cmds := []tea.Cmd{late, m.putDraft(draft, old != nil || m.hold != nil)}
	m.broken = ""
	for _, a := range m.waiting {
		cmds = append(cmds, m.perform(a))
	}
	m.waiting = nil
	if old != nil && old != c {
		cmds = append(cmds, m.closeConversation(old))
	}
	if m.hold != nil {
		out := *m.hold
		m.hold = nil
		cmds = append(cmds, m.sendCmd(out, 0))
		m.writing.saved-- // sending removes the stored draft; what the composer has is another one
	}
	m.focusComposer()
	return tea.Batch(cmds...)
}

// putDraft brings back what was left in the composer. What was typed while the
// conversation was being opened stays, behind the draft, unless it is to be
// replaced.
func (m *Model) putDraft(d draft, replace bool) tea.Cmd {
	typed := m.composer.Value()
	switch {
	case replace || typed.Text == "":
		m.writing.editing, m.writing.aside = d.edit, d.aside
		m.composer.Clear()
		if len(d.body) > 0 {
			m.composer.SetBody(d.body)
		}
		m.writing.saved = m.composer.Changed()
	case len(d.body) > 0 && d.edit == 0:
		m.composer.SetBody(d.body)
		m.composer.Insert("\n" + typed.Text)
	case len(d.body) > 0: // a message was being edited; this is another one
		m.composer.SetBody(d.body)
		edited := m.composer.Value().Text
		if m.composer.SetValue(typed); len(d.aside) > 0 {
			m.composer.SetBody(d.aside)
			m.composer.Insert("\n" + typed.Text)
		}
		return tea.Batch(m.historyCmd(edited), m.dropEdit(d.edit))
	}
	return nil
}
