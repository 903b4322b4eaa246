package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/action"
	"parlor/ui/composer"
	"parlor/ui/dialog"
)

// performer does one action. It changes the screen's own state and returns the
// effect, if there is one.
type performer func(*Model, action.Action) tea.Cmd

// perform does an action by its id.
func (m *Model) perform(a action.Action) tea.Cmd {
	if do, ok := m.do[a.ID]; ok {
		return do(m, a)
	}
	m.warn(fmt.Sprintf("%q is not an action of this version.", a.ID))
	return nil
}

// performAll does what a component asked for, in order.
func (m *Model) performAll(acts []action.Action) tea.Cmd {
	cmds := make([]tea.Cmd, 0, len(acts))
	for _, a := range acts {
		cmds = append(cmds, m.perform(a))
	}
	return tea.Batch(cmds...)
}

// plainly makes a performer of a method that needs no argument.
func plainly(f func(*Model) tea.Cmd) performer {
	return func(m *Model, _ action.Action) tea.Cmd { return f(m) }
}

// quietly makes a performer of a change that has no effect outside the screen.
func quietly(f func(*Model)) performer {
	return func(m *Model, _ action.Action) tea.Cmd { f(m); return nil }
}

// performers is the table of what each action does.
func performers() map[action.ID]performer {
	all := map[action.ID]performer{}
	for _, group := range []map[action.ID]performer{
		turnPerformers(), conversationPerformers(), parameterPerformers(), movePerformers(), programPerformers(),
	} {
		for id, do := range group {
			all[id] = do
		}
	}
	return all
}

func turnPerformers() map[action.ID]performer {
	return map[action.ID]performer{
		actSend:     (*Model).send,
		actStop:     plainly((*Model).stop),
		actRetry:    plainly((*Model).retry),
		actEdit:     plainly((*Model).edit),
		actContinue: plainly((*Model).goOn),
		actUnqueue:  plainly((*Model).unqueue),
		actCopy:     plainly((*Model).copyMessage),
		actCopyCode: (*Model).copyCode,
		actCopyText: func(m *Model, a action.Action) tea.Cmd { return m.copyText(a.Arg, "text") },
		actFold:     quietly((*Model).fold),
		actDetails:  quietly((*Model).details),
		actPrevSib:  func(m *Model, _ action.Action) tea.Cmd { return m.flip(-1) },
		actNextSib:  func(m *Model, _ action.Action) tea.Cmd { return m.flip(1) },
		actEditor:   plainly((*Model).openEditor),

		composer.EditPaste:      (*Model).editPaste,
		composer.UnknownCommand: (*Model).unknownCommand,
	}
}

func movePerformers() map[action.ID]performer {
	scroll := func(n int) performer { return quietly(func(m *Model) { m.transcript.Scroll(n) }) }
	page := func(f float64) performer { return quietly(func(m *Model) { m.transcript.Page(f) }) }
	step := func(n int) performer {
		return quietly(func(m *Model) { m.focusTranscript(); m.transcript.SelectStep(n) })
	}
	top, bottom := quietly(func(m *Model) { m.transcript.Top() }), quietly(func(m *Model) { m.transcript.Bottom() })
	return map[action.ID]performer{
		actLineUp: scroll(-1), actLineDown: scroll(1),
		actPageUp: page(-1), actPageDown: page(1),
		actHalfUp: page(-0.5), actHalfDown: page(0.5),
		actTop: top, actBottom: bottom, actFirst: top, actLast: bottom,
		actPrevMsg: step(-1), actNextMsg: step(1),
		actFocus:   quietly((*Model).switchFocus),
		actCompose: plainly((*Model).leaveTranscript),
	}
}

func programPerformers() map[action.ID]performer {
	return map[action.ID]performer{
		actCancel:    plainly((*Model).cancel),
		actInterrupt: plainly((*Model).interrupt),
		actQuit:      plainly((*Model).quit),
		actSuspend:   func(*Model, action.Action) tea.Cmd { return suspend() },
		actPalette:   quietly(func(m *Model) { m.push(dialog.NewPalette(m.visibleActions(), m.st)) }),
		actHelp:      quietly(func(m *Model) { m.push(dialog.NewHelp(m.infos, m.st)) }),
		actKeys:      quietly((*Model).showKeys),
		actRun: func(m *Model, a action.Action) tea.Cmd {
			m.dialogs.Pop()
			return m.perform(action.Action{ID: action.ID(a.Arg)})
		},
		actClose:    plainly((*Model).closeDialog),
		actTheme:    (*Model).pickTheme,
		actPreview:  func(m *Model, a action.Action) tea.Cmd { m.previewTheme(a.Arg); return nil },
		actSetTheme: (*Model).setTheme,
		actMouse:    quietly((*Model).toggleMouse),
		actLogin:    quietly((*Model).askKey),
		actLoginKey: (*Model).login,
		actLoginFile: func(m *Model, a action.Action) tea.Cmd {
			key, _ := a.Value.(string)
			return m.saveKey(key, m.opts.Login.SaveKeyInFile)
		},
		actLoginURL: (*Model).loginURL,
		actLogout:   plainly((*Model).logout),
		actDemo:     plainly((*Model).startDemo),
		actDoctor:   plainly((*Model).doctor),
		actCost:     quietly((*Model).showCost),
	}
}

// send takes what the composer holds: a message, or an edited one. The composer
// is cleared only when it was taken.
func (m *Model) send(a action.Action) tea.Cmd {
	out, ok := a.Value.(session.Outgoing)
	if !ok {
		out = m.composer.Value()
	}
	if isBlank(out.Text) {
		return m.sendQueued()
	}
	if !m.showing() {
		if m.openError != "" {
			m.warn(m.openError)
			return nil
		}
		m.hold = &out
		m.say("Opening the conversation; the message goes out right after.")
		return nil
	}
	edit := m.writing.editing
	m.composer.Clear()
	m.endEdit()
	m.transcript.Bottom()
	return m.sendCmd(out, edit)
}

// sendQueued sends what an answer that did not end by itself left in the queue.
func (m *Model) sendQueued() tea.Cmd {
	if !m.showing() || m.running() || len(m.snap.Queue) == 0 {
		return nil
	}
	c := m.conv
	return m.effect(func(ctx context.Context) result {
		c.SendQueued(ctx)
		return done(nil)
	})
}

// stop ends the running turn and keeps what came.
func (m *Model) stop() tea.Cmd {
	if !m.running() {
		m.say("Nothing is running.")
		return nil
	}
	if n := len(m.snap.Queue); n > 0 {
		m.say("Stopped. What is queued stays queued: Enter sends it" + m.keyHint(actUnqueue, ", %s takes it back") + ".")
	}
	return m.stopCmd()
}

// retry asks for another answer to the marked message.
func (m *Model) retry() tea.Cmd {
	if msg := m.transcript.Selected(); m.showing() && msg != nil {
		return m.turnCmd("retry", msg.ID, (*session.Conversation).Retry)
	}
	m.say("There is no answer to ask for again.")
	return nil
}

// goOn continues an answer that broke off.
func (m *Model) goOn() tea.Cmd {
	if m.broken != "" && m.transcript.Empty() {
		return m.leaveFor(target{id: m.broken, goOn: true})
	}
	msg := m.transcript.Selected()
	if !m.showing() || msg == nil || !msg.CanContinue {
		m.say("This answer is complete; there is nothing to continue.")
		return nil
	}
	return m.turnCmd("continue", msg.ID, (*session.Conversation).Continue)
}

// edit puts a message of the user back into the composer; sending it makes a
// sibling.
func (m *Model) edit() tea.Cmd {
	msg := m.lastUserMessage()
	if msg == nil {
		m.say("There is no message of yours to edit.")
		return nil
	}
	var keep tea.Cmd
	if m.writing.editing == 0 && !m.composer.Empty() {
		m.writing.aside = m.composer.Body()
		keep = m.saveNow(0, m.writing.aside)
	}
	m.writing.editing = msg.ID
	var text string
	for _, p := range msg.Parts {
		text += p.Text
	}
	m.composer.SetValue(session.Outgoing{Text: text, Pastes: msg.Pastes})
	m.focusComposer()
	m.say("Editing; Enter sends it as an alternative, Esc leaves it as it was.")
	return keep
}

// endEdit goes back to what was being written before an earlier message was
// edited.
func (m *Model) endEdit() {
	m.writing.editing = 0
	if m.writing.aside != nil {
		m.composer.SetBody(m.writing.aside)
		m.writing.aside = nil
	}
}

// flip shows another alternative of the marked message.
func (m *Model) flip(step int) tea.Cmd {
	msg := m.transcript.Selected()
	if !m.showing() || msg == nil || msg.Siblings < 2 {
		m.say("This message has no alternatives; /retry asks for another answer.")
		return nil
	}
	return m.turnCmd("flip", msg.ID, func(c *session.Conversation, ctx context.Context, id int64) error {
		return c.Flip(ctx, id, step)
	})
}

// unqueue takes the last queued message back into the composer.
func (m *Model) unqueue() tea.Cmd {
	if n := len(m.snap.Queue); m.showing() && n > 0 {
		return m.unqueueCmd(m.snap.Queue[n-1].ID)
	}
	m.say("No message is queued.")
	return nil
}

// fold opens or folds the thinking and pastes of the marked message.
func (m *Model) fold() {
	if msg := m.transcript.Selected(); msg != nil {
		m.renderer.Toggle(msg.ID)
	}
}
