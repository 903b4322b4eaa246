package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/dialog"
)

// interrupt clears the composer into the history; pressed again within two
// seconds, or with nothing to clear, it quits.
func (m *Model) interrupt() tea.Cmd {
	now := m.now()
	if m.dialogs.Len() > 0 {
		return m.closeDialog()
	}
	if !m.composer.Empty() {
		text, edit := m.composer.Value().Text, m.writing.editing
		m.composer.Clear()
		m.endEdit()
		m.leaving = now
		m.say("Cleared; Up brings it back. Ctrl+C again quits.")
		return tea.Batch(m.historyCmd(text), m.dropEdit(edit))
	}
	if now.Sub(m.leaving) < 2*time.Second {
		return m.quit()
	}
	m.leaving = now
	if m.running() {
		m.say("Ctrl+C again quits and keeps what came; Esc only stops the answer.")
	} else {
		m.say("Ctrl+C again quits.")
	}
	return nil
}

// cancel closes a dialog, leaves an edit, stops a turn, in this order. It never
// destroys a draft or the queue.
func (m *Model) cancel() tea.Cmd {
	switch {
	case m.dialogs.Len() > 0:
		return m.closeDialog()
	case m.running():
		return m.stop()
	case m.writing.editing != 0:
		drop := m.dropEdit(m.writing.editing)
		m.composer.Clear()
		m.endEdit()
		m.say("The message stays as it was.")
		return drop
	case m.transcript.Focused():
		m.focusComposer()
	case m.note.text != "":
		m.note = note{}
	}
	return nil
}

// quit ends the program. What must be kept is kept after the loop has ended.
func (m *Model) quit() tea.Cmd {
	return tea.Quit
}

// push opens a dialog.
func (m *Model) push(d dialog.Dialog) { m.dialogs.Push(d) }

// closeDialog closes the dialog on top; the theme picker's preview ends with it.
func (m *Model) closeDialog() tea.Cmd {
	m.dialogs.Pop()
	if m.look.preview != nil {
		m.look.preview = nil
		m.restyle()
	}
	return nil
}

// doctor runs the checks and shows them.
func (m *Model) doctor() tea.Cmd {
	if m.opts.Login == nil {
		return nil
	}
	m.say("Checking.")
	in := m.opts.Login
	return m.effect(func(ctx context.Context) result {
		report := in.Doctor(ctx)
		return done(func(m *Model) tea.Cmd {
			m.note = note{}
			m.push(dialog.NewNotice("Doctor", report, m.st))
			return nil
		})
	})
}

// showKeys lists the key map and its conflicts.
func (m *Model) showKeys() {
	if len(m.keys.conflicts) > 0 {
		m.push(dialog.NewNotice("Key conflicts", strings.Join(m.keys.conflicts, "\n\n"), m.st))
		return
	}
	said := "No two actions want the same key. Your own go into " + m.cfg.KeysFile + "."
	if !m.shiftRet {
		said += " This terminal cannot tell Shift+Enter from Enter; Alt+Enter, Ctrl+J and a trailing backslash break the line."
	}
	m.say(said)
	m.push(dialog.NewHelp(m.infos, m.st))
}

// details shows what there is to know about the marked message: its failure,
// or what produced it.
func (m *Model) details() {
	msg := m.transcript.Selected()
	if msg == nil {
		return
	}
	if msg.Failure != nil {
		m.push(dialog.NewErrorDetails(*msg.Failure, m.st))
		return
	}
	m.push(dialog.NewNotice("Message", messageFacts(msg), m.st))
}

// toggleMouse gives the mouse to the terminal for its own selection, or takes
// it back for scrolling and clicks.
func (m *Model) toggleMouse() {
	m.mouse = !m.mouse
	if m.mouse {
		m.say("The mouse scrolls and clicks here.")
	} else {
		m.say("The mouse is the terminal's: select and copy as usual." + m.keyHint(actMouse, " %s takes it back."))
	}
}
