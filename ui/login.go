package ui

import (
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/session/credential"
	"parlor/ui/action"
	"parlor/ui/dialog"
)

// welcome opens the first-run screen where nothing is configured, and tells of
// mistakes in the configuration.
func (m *Model) welcome() {
	if m.opts.FirstRun {
		m.push(dialog.NewFirstRun(m.st))
	}
	told := slices.Clone(m.mistakes)
	for _, p := range m.opts.Problems {
		told = append(told, p.Error())
	}
	told = append(told, m.keys.conflicts...)
	switch len(told) {
	case 0:
	case 1:
		m.warn(told[0])
	default:
		m.push(dialog.NewNotice("Configuration", strings.Join(told, "\n\n"), m.st))
	}
}

// askKey asks for an API key.
func (m *Model) askKey() {
	m.push(dialog.NewTextPrompt(dialog.Prompt{
		Title: "API key", Does: "check and keep", Hint: "It is checked with one request that costs nothing and kept in the system's keyring.",
		Masked: true, Action: actLoginKey,
	}, m.st))
}

// login checks and stores a key.
func (m *Model) login(a action.Action) tea.Cmd {
	key := strings.TrimSpace(a.Arg)
	if key == "" || m.opts.Login == nil {
		return nil
	}
	return m.saveKey(key, m.opts.Login.SaveKey)
}

// saveKey checks and stores a key in one of the places there are. Where no
// keyring answers it asks whether a file will do.
func (m *Model) saveKey(key string, save func(context.Context, string) (string, error)) tea.Cmd {
	m.say("Checking the key.")
	return m.effect(func(ctx context.Context) result {
		where, err := save(ctx, key)
		if errors.Is(err, credential.ErrNoKeyring) {
			return done(func(m *Model) tea.Cmd { m.offerFile(key); return nil })
		}
		if err != nil {
			return refused("The key is not stored", err)
		}
		return done(func(m *Model) tea.Cmd {
			m.dialogs.Clear()
			m.say("Signed in; the key is kept in " + where + ".")
			return nil
		})
	})
}

// offerFile asks for consent to keep the key in a file.
func (m *Model) offerFile(key string) {
	m.note = note{}
	m.push(dialog.NewConfirm(dialog.Question{
		Title: "No keyring answers here",
		Text: "The key can be kept in a file that only you can read. Or set key_command in config.toml to a command that prints it, " +
			"such as pass or op.",
		Yes: "Keep it in a file", No: "Do not keep it",
		Action: action.Action{ID: actLoginFile, Value: key},
	}, m.st))
}

// refused tells why what was typed into a dialog was not taken, in the dialog,
// where it can be mended.
func refused(what string, err error) done {
	return func(m *Model) tea.Cmd {
		why := sentence(what, err)
		if d, ok := m.dialogs.Top().(interface{ SetProblem(string) }); ok {
			d.SetProblem(why)
			m.note = note{}
			return nil
		}
		m.warn(why)
		return nil
	}
}

// loginURL points parlor at a server.
func (m *Model) loginURL(a action.Action) tea.Cmd {
	url := strings.TrimSpace(a.Arg)
	if url == "" || m.opts.Login == nil {
		return nil
	}
	in := m.opts.Login
	return m.effect(func(ctx context.Context) result {
		if err := in.SaveBaseURL(ctx, url); err != nil {
			return refused("The server is not set", err)
		}
		return done(func(m *Model) tea.Cmd {
			m.dialogs.Clear()
			m.say("Talking to " + url + " from now on.")
			return nil
		})
	})
}

// logout forgets the stored key.
func (m *Model) logout() tea.Cmd {
	if m.opts.Login == nil {
		return nil
	}
	in := m.opts.Login
	return m.effect(func(ctx context.Context) result {
		what, err := in.Logout(ctx)
		if err != nil {
			return failed("Nothing was forgotten", err)
		}
		return said(what)
	})
}

// startDemo goes on with the simulator in place of the API.
func (m *Model) startDemo() tea.Cmd {
	if m.opts.OpenDemo == nil {
		return nil
	}
	m.dialogs.Clear()
	m.opening = true
	m.opts.Simulated = true
	return tea.Sequence(m.closeManager(), m.openManager(m.opts.OpenDemo))
}

// closeManager ends the work on the database that was open.
func (m *Model) closeManager() tea.Cmd {
	old := m.manager
	if old == nil {
		return nil
	}
	m.source = m.renderer.Show(nil)
	m.manager, m.conv = nil, nil
	return m.effect(func(ctx context.Context) result {
		if err := old.Close(ctx); err != nil {
			return failed("The database was left with an error", err)
		}
		return done(nil)
	})
}
