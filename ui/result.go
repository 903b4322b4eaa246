package ui

import (
	"encoding/json"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/transcript"
)

// result is the message an effect ends with: it changes the model in one small
// step and may ask for another effect.
type result interface {
	tea.Msg
	apply(m *Model) tea.Cmd
}

// done is a result made of a function, for effects whose outcome nobody else
// looks at.
type done func(m *Model) tea.Cmd

func (d done) apply(m *Model) tea.Cmd {
	if d == nil {
		return nil
	}
	return d(m)
}

// said tells the user that an effect worked.
func said(text string) done {
	return func(m *Model) tea.Cmd {
		if text != "" {
			m.say(text)
		}
		return nil
	}
}

// failed tells the user that it did not.
func failed(what string, err error) done {
	return func(m *Model) tea.Cmd {
		m.warn(sentence(what, err))
		return nil
	}
}

// sentence says what failed and why, and ends like one.
func sentence(what string, err error) string {
	s := what + ": " + err.Error()
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// frameMsg is what the renderer has ready.
type frameMsg struct{ transcript.Frame }

// framed takes a frame into the transcript.
func (m *Model) framed(f frameMsg) tea.Cmd {
	next := m.awaitFrame()
	if f.Source != m.source {
		return next
	}
	if f.Err != nil {
		m.warn(sentence("Messages could not be read", f.Err))
		again := done(func(m *Model) tea.Cmd { m.wanted = transcript.Want{}; return nil })
		next = tea.Batch(next, m.after(time.Second, again))
	}
	if begins(m.snap.Turn, f.Snapshot.Turn) && m.note.level == "info" {
		m.note = note{} // it was about something before
	}
	m.snap = f.Snapshot
	m.notices(m.snap.Notices)
	m.transcript.Apply(f.Frame)
	return next
}

// begins reports whether a new turn began between two snapshots.
func begins(before, after session.Turn) bool {
	return after.Phase != session.Idle && !after.Started.Equal(before.Started)
}

// draft is what a conversation's composer held.
type draft struct {
	edit  int64 // the message that was being edited, 0 for none
	body  json.RawMessage
	aside json.RawMessage // what was being written before the edit
}

// managerMsg is the database, opened.
type managerMsg struct {
	manager *session.Manager
	conv    *session.Conversation
	draft   draft
	history []string
	theme   string
	broken  []session.Summary // conversations with an interrupted answer
	err     error
	convErr error
}

func (msg managerMsg) apply(m *Model) tea.Cmd {
	m.opening = false
	if msg.err != nil {
		m.openError = "The database cannot be opened: " + msg.err.Error()
		m.warn(m.openError)
		m.note.until = m.now().AddDate(1, 0, 0)
		return nil
	}
	m.manager = msg.manager
	m.writing.history = msg.history
	m.composer.SetHistory(m.writing.history)
	m.composer.SetArgCompletions(m.completeArg)
	if msg.theme != "" && m.cfg.Origin("theme").Kind == "default" {
		m.useTheme(msg.theme)
	}
	if msg.convErr != nil {
		m.openError = msg.convErr.Error()
		m.warn(m.openError)
		return m.openConversation(target{})
	}
	cmd := m.opened(msg.conv, msg.draft)
	if len(msg.broken) > 0 {
		m.broken = msg.broken[0].ID
		m.say(offer(msg.broken))
	}
	return cmd
}

// openedMsg is another conversation, opened.
type openedMsg struct {
	conv  *session.Conversation
	draft draft
	goOn  bool
	err   error
}

func (msg openedMsg) apply(m *Model) tea.Cmd {
	m.opening = false
	if msg.err != nil {
		m.warn("The conversation cannot be opened: " + msg.err.Error())
		return nil
	}
	cmd := m.opened(msg.conv, msg.draft)
	if n := len(m.snap.Path); msg.goOn && n > 0 {
		return tea.Batch(cmd, m.turnCmd("continue", m.snap.Path[n-1].ID, (*session.Conversation).Continue))
	}
	return cmd
}
