package ui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/dialog"
	"parlor/ui/term"
)

// effect makes a command of work that ends in a result. The work gets the
// program's context, takes only values and never touches the model.
func (m *Model) effect(work func(ctx context.Context) result) tea.Cmd {
	ctx := m.ctx
	m.effects++
	return func() (msg tea.Msg) {
		defer func() {
			if c := caught(recover(), "working beside the screen"); c != nil {
				msg = crashMsg{c}
			}
		}()
		return finished{work(ctx)}
	}
}

// finished is the result of an effect; it counts it off.
type finished struct{ result }

func (f finished) apply(m *Model) tea.Cmd {
	m.effects--
	return f.result.apply(m)
}

// historySize is how many earlier prompts the composer can walk.
const historySize = 500

// openManager opens the database and with it the conversation to start with.
func (m *Model) openManager(open func(context.Context) (*session.Manager, error)) tea.Cmd {
	start := m.opts.Start
	return m.effect(func(ctx context.Context) result {
		manager, err := open(ctx)
		if err != nil {
			return managerMsg{err: err}
		}
		msg := managerMsg{manager: manager}
		msg.conv, msg.convErr = startConversation(ctx, manager, start)
		if msg.convErr == nil {
			msg.draft = readDraft(ctx, msg.conv)
		}
		if h, err := manager.History(ctx, historySize); err == nil {
			msg.history = h
		}
		if name, ok, err := manager.Setting(ctx, themeSetting); err == nil && ok {
			msg.theme = name
		}
		if start.Mode == New {
			msg.broken = interrupted(ctx, manager)
		}
		return msg
	})
}

// startConversation opens what the program was started for.
func startConversation(ctx context.Context, m *session.Manager, s Start) (*session.Conversation, error) {
	switch {
	case s.Private:
		return m.NewPrivate(ctx, session.Params{})
	case s.Mode == Resume:
		return m.Open(ctx, s.ID)
	case s.Mode == Last:
		id, err := m.Last(ctx)
		if errors.Is(err, session.ErrNotFound) {
			return m.New(ctx, session.Params{})
		}
		if err != nil {
			return nil, err
		}
		return m.Open(ctx, id)
	}
	return m.New(ctx, session.Params{})
}

// interrupted lists the conversations whose last answer a crash cut off.
func interrupted(ctx context.Context, m *session.Manager) []session.Summary {
	cut, err := m.Interrupted(ctx)
	if err != nil {
		return nil
	}
	return cut
}

// offer is a sentence about answers that were cut off.
func offer(cut []session.Summary) string {
	title := term.Sanitize(cut[0].Title)
	if len(cut) == 1 {
		return fmt.Sprintf("An answer in %q was interrupted; what came is kept. /continue goes there and on.", title)
	}
	return fmt.Sprintf("%d answers were interrupted, the last in %q; what came is kept. /continue goes there and on, /open shows all.", len(cut), title)
}

// readDraft reads what the composer held; a draft that cannot be read is no
// reason not to open the conversation.
func readDraft(ctx context.Context, c *session.Conversation) draft {
	var d draft
	all, err := c.Drafts(ctx)
	if err != nil {
		return d
	}
	for _, one := range all {
		switch {
		case d.body == nil:
			d.edit, d.body = one.Edit, one.Body
		case one.Edit == 0:
			d.aside = one.Body
		}
	}
	return d
}

// openConversation opens a conversation, or begins one.
func (m *Model) openConversation(t target) tea.Cmd {
	manager := m.manager
	return m.effect(func(ctx context.Context) result {
		var msg openedMsg
		switch {
		case t.id != "":
			msg.conv, msg.err = manager.Open(ctx, t.id)
		case t.private:
			msg.conv, msg.err = manager.NewPrivate(ctx, session.Params{})
		default:
			msg.conv, msg.err = manager.New(ctx, session.Params{})
		}
		if msg.err == nil {
			msg.draft = readDraft(ctx, msg.conv)
		}
		msg.goOn = t.goOn
		return msg
	})
}

// closeConversation lets go of a conversation that is no longer shown; a turn
// that runs in it goes on.
func (m *Model) closeConversation(c *session.Conversation) tea.Cmd {
	return m.inOrder(func(context.Context) result {
		if err := c.Close(); err != nil {
			return failed("The conversation was left with an error", err)
		}
		return done(nil)
	})
}

// awaitFrame waits for the renderer.
func (m *Model) awaitFrame() tea.Cmd {
	r, ctx := m.renderer, m.ctx
	return func() tea.Msg {
		f, ok := r.Next(ctx)
		if !ok {
			return nil
		}
		return frameMsg{f}
	}
}

// wantLines asks the renderer for what the window lacks, once.
func (m *Model) wantLines() {
	w, missing := m.transcript.Wants()
	if missing && !sameWant(w, m.wanted) {
		m.wanted = w
		m.renderer.Want(w)
	} else if !missing {
		m.wanted.Messages, m.wanted.Units = nil, nil
	}
}

// sendCmd sends a message, or an edited one as a sibling.
func (m *Model) sendCmd(out session.Outgoing, edit int64) tea.Cmd {
	c := m.conv
	return m.inOrder(func(ctx context.Context) result {
		var err error
		queued := false
		if edit != 0 {
			err = c.Edit(ctx, edit, out)
		} else {
			queued, err = c.Send(ctx, out)
		}
		switch {
		case err != nil:
			return giveBack(c, out, edit, err)
		case queued:
			return done(func(m *Model) tea.Cmd {
				m.say("Queued; it goes out when the answer is complete" + m.keyHint(actUnqueue, ", %s takes it back") + ".")
				return nil
			})
		}
		return done(func(m *Model) tea.Cmd { m.remember(out.Text); return nil })
	})
}

// giveBack brings back what could not be sent: nothing typed is ever lost.
func giveBack(c *session.Conversation, out session.Outgoing, edit int64, err error) result {
	return done(func(m *Model) tea.Cmd {
		why := sentence("Not sent", err)
		switch {
		case m.conv == c && m.composer.Empty():
			m.composer.SetValue(out)
			m.writing.editing = edit
		case m.keepApart(c, out.Text):
			why += " Up in the empty composer brings it back."
		}
		m.warn(why)
		return nil
	})
}

// keepApart puts a text of c before the earlier prompts, where the composer
// cannot take it. What was written in private never leaves its conversation.
func (m *Model) keepApart(c *session.Conversation, text string) bool {
	if m.conv != c && c.Private() {
		return false
	}
	m.remember(text)
	return true
}

// turnCmd runs a method of the conversation on a message.
func (m *Model) turnCmd(what string, id int64, f func(*session.Conversation, context.Context, int64) error) tea.Cmd {
	c := m.conv
	m.transcript.Bottom()
	return m.inOrder(func(ctx context.Context) result {
		if err := f(c, ctx, id); err != nil {
			return failed("Cannot "+what, err)
		}
		return done(nil)
	})
}

// stopCmd stops the turn; saving what came may take a moment.
func (m *Model) stopCmd() tea.Cmd {
	c := m.conv
	return m.effect(func(context.Context) result { c.Stop(); return done(nil) })
}

// paramsCmd sets the parameters of the next request.
func (m *Model) paramsCmd(p session.Params, text string) tea.Cmd {
	c := m.conv
	return m.inOrder(func(ctx context.Context) result {
		if err := c.SetParams(ctx, p); err != nil {
			return failed("The parameters stay as they were", err)
		}
		return said(text)
	})
}

// unqueueCmd takes a queued message back into the composer.
func (m *Model) unqueueCmd(id int64) tea.Cmd {
	c := m.conv
	return m.inOrder(func(ctx context.Context) result {
		out, err := c.Unqueue(ctx, id)
		if err != nil {
			return failed("The message stays queued", err)
		}
		return done(func(m *Model) tea.Cmd {
			switch {
			case m.conv != c:
				m.keepApart(c, out.Text)
			case m.composer.Empty():
				m.composer.SetValue(out)
			default:
				m.composer.Insert("\n" + out.Text)
			}
			return nil
		})
	})
}

// modelsCmd asks for the models and opens the picker.
func (m *Model) modelsCmd() tea.Cmd {
	manager, current := m.manager, m.snap.Params.Model
	return m.effect(func(ctx context.Context) result {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		models, err := manager.Models(ctx)
		return done(func(m *Model) tea.Cmd {
			if err != nil {
				m.warn("The server does not list its models (" + err.Error() + "); these are the ones parlor knows.")
			}
			m.push(dialog.NewModelPicker(models, current, m.st))
			return nil
		})
	})
}
