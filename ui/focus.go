package ui

import (
	tea "charm.land/bubbletea/v2"

	"parlor/session"
)

// lastUserMessage is the marked message if the user wrote it, else the last one
// the user wrote.
func (m *Model) lastUserMessage() *session.Message {
	return m.transcript.User()
}

func (m *Model) focusComposer() {
	m.transcript.Blur()
	m.composer.Focus()
}

func (m *Model) focusTranscript() {
	if m.transcript.Empty() {
		return
	}
	m.composer.Blur()
	m.transcript.Focus()
}

func (m *Model) switchFocus() {
	if m.transcript.Focused() {
		m.focusComposer()
	} else {
		m.focusTranscript()
	}
}

// leaveTranscript goes back to the composer; a running turn is stopped first,
// as Esc does everywhere.
func (m *Model) leaveTranscript() tea.Cmd {
	if m.running() {
		return m.stop()
	}
	m.focusComposer()
	return nil
}
