package ui

import (
	tea "charm.land/bubbletea/v2"

	"parlor/ui/transcript"
)

// wheelRows is how far one notch of the wheel scrolls.
const wheelRows = 3

// wheeled scrolls what is under the pointer.
func (m *Model) wheeled(msg tea.MouseWheelMsg) tea.Cmd {
	if m.dialogs.Len() > 0 {
		cmd, acts := m.dialogs.Update(msg)
		return tea.Batch(cmd, m.performAll(acts))
	}
	switch msg.Mouse().Button {
	case tea.MouseWheelUp:
		m.transcript.Scroll(-wheelRows)
	case tea.MouseWheelDown:
		m.transcript.Scroll(wheelRows)
	}
	return nil
}

// clicked marks a message, opens what is folded, or follows the end again.
func (m *Model) clicked(msg tea.MouseClickMsg) tea.Cmd {
	if m.dialogs.Len() > 0 {
		return m.dialogClick(msg)
	}
	if msg.Mouse().Button != tea.MouseLeft {
		return nil
	}
	x, y := msg.Mouse().X, msg.Mouse().Y-m.at.title
	if m.onPill(x, y) {
		m.transcript.Bottom()
		return nil
	}
	if y >= m.at.transcript.Height {
		m.focusComposer()
		mouse := msg.Mouse()
		mouse.X, mouse.Y = mouse.X-m.at.composerX, mouse.Y-m.at.composerY
		return m.composerMsg(tea.MouseClickMsg(mouse))
	}
	id, kind, ok := m.transcript.At(y)
	if !ok {
		return nil
	}
	if kind == transcript.KindThinking {
		m.renderer.Toggle(id)
		return nil
	}
	m.composer.Blur()
	m.transcript.Mark(id)
	m.transcript.Focus()
	return nil
}

// dialogClick moves the click into the dialog's own coordinates; a click beside
// it closes it.
func (m *Model) dialogClick(msg tea.MouseClickMsg) tea.Cmd {
	box := m.dialogBox()
	x, y := msg.Mouse().X-box.x, msg.Mouse().Y-box.y
	if x < 0 || y < 0 || x >= box.width || y >= box.height {
		return m.closeDialog()
	}
	mouse := msg.Mouse()
	mouse.X, mouse.Y = x, y
	cmd, acts := m.dialogs.Update(tea.MouseClickMsg(mouse))
	return tea.Batch(cmd, m.performAll(acts))
}
