package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
	"parlor/ui/dialog"
)

// Update routes a message to the one place that handles it and then puts the
// frame together. It does no work itself. A panic in it ends the program in
// good order.
func (m *Model) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	defer func() {
		if c := caught(recover(), fmt.Sprintf("handling %T", msg)); c != nil {
			m.crash, cmd = c, tea.Quit
		}
	}()
	cmd = m.route(msg)
	cmd = tea.Batch(cmd, m.settle())
	m.compose()
	return m, cmd
}

// route is the switch over everything that can arrive.
func (m *Model) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
	case tea.KeyPressMsg:
		return m.pressed(msg)
	case tea.PasteMsg:
		return m.pasted(msg)
	case tea.MouseWheelMsg:
		return m.wheeled(msg)
	case tea.MouseClickMsg:
		return m.clicked(msg)
	case tea.BackgroundColorMsg:
		m.background(msg)
	case tea.ColorProfileMsg:
		m.profile(msg)
	case tea.KeyboardEnhancementsMsg:
		m.shiftRet = msg.SupportsKeyDisambiguation()
	case tea.InterruptMsg:
		return m.perform(action.Action{ID: actInterrupt})
	case frameMsg:
		return m.framed(msg)
	case tickMsg:
		return m.ticked()
	case saveTickMsg:
		return m.saveDue()
	case result:
		return msg.apply(m)
	}
	return nil
}

// settle does what follows from any message: sizes, what the renderer should
// prepare, drafts to keep, the spinner's next tick.
func (m *Model) settle() tea.Cmd {
	m.relayout()
	m.wantLines()
	return tea.Batch(m.scheduleSave(), m.scheduleTick())
}

// pressed finds what a key means: a dialog's business, an action, or text.
func (m *Model) pressed(msg tea.KeyPressMsg) tea.Cmd {
	if m.dialogs.Len() > 0 {
		return m.dialogKey(msg)
	}
	contexts := []action.Context{action.Composer, action.Global}
	if m.transcript.Focused() {
		contexts = []action.Context{action.Transcript, action.Global}
	}
	if !m.transcript.Focused() && m.composer.Claims(msg) {
		return m.composerMsg(msg)
	}
	if id, ok := m.keys.find(msg, contexts...); ok && m.do[id] != nil {
		return m.perform(action.Action{ID: id, Arg: digit(msg)})
	}
	if m.transcript.Focused() {
		if msg.Text == "" {
			return nil
		}
		m.focusComposer() // whoever types wants to write
	}
	return m.composerMsg(msg)
}

// dialogKey gives a key to the open dialog; only quitting and suspending go
// past it, and only where the dialog has no use for the key itself.
func (m *Model) dialogKey(msg tea.KeyPressMsg) tea.Cmd {
	if m.undoes(msg) {
		return m.perform(action.Action{ID: actRestore})
	}
	if id, ok := m.keys.find(msg, action.Global); ok && (id == actSuspend || id == actQuit || id == actInterrupt) && !m.dialogs.Wants(msg) {
		return m.perform(action.Action{ID: id})
	}
	cmd, acts := m.dialogs.Update(msg)
	return tea.Batch(cmd, m.performAll(acts))
}

// undoes reports whether Ctrl+Z in a newly opened browser means the deletion
// that came before it.
func (m *Model) undoes(msg tea.KeyPressMsg) bool {
	_, browsing := m.dialogs.Top().(*dialog.Browser)
	return browsing && m.deleted != "" && msg.String() == "ctrl+z" && !m.dialogs.Wants(msg)
}

// composerMsg gives a message to the composer and does what it asks for.
func (m *Model) composerMsg(msg tea.Msg) tea.Cmd {
	cmd, acts := m.composer.Update(msg)
	return tea.Batch(cmd, m.performAll(acts))
}

// pasted gives a paste to whoever has the cursor, with the bytes that it came
// with. It is never taken for keys.
func (m *Model) pasted(msg tea.PasteMsg) tea.Cmd {
	msg.Content = m.pastes.Take(msg.Content)
	if m.dialogs.Len() > 0 {
		cmd, acts := m.dialogs.Update(msg)
		return tea.Batch(cmd, m.performAll(acts))
	}
	m.focusComposer()
	return m.composerMsg(msg)
}

// digit is the number key that was pressed, for actions that count.
func digit(msg tea.KeyPressMsg) string {
	if len(msg.Text) == 1 && msg.Text[0] >= '1' && msg.Text[0] <= '9' {
		return msg.Text
	}
	return ""
}
