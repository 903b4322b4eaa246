package ui

import (
	"os"
	"os/exec"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
	"parlor/ui/composer"
)

// openEditor hands the composer's text to the user's editor.
func (m *Model) openEditor() tea.Cmd {
	return m.edited("parlor-*.md", m.composer.Value().Text, func(m *Model, text string) tea.Cmd {
		m.composer.SetText(text)
		return nil
	})
}

// editPaste hands the content of a chip to the user's editor.
func (m *Model) editPaste(a action.Action) tea.Cmd {
	p, ok := a.Value.(composer.Paste)
	if !ok {
		return nil
	}
	return m.edited("parlor-paste-*.txt", p.Text, func(m *Model, text string) tea.Cmd {
		if !m.composer.ReplacePaste(p.Number, text) {
			m.composer.Insert(text)
		}
		return nil
	})
}

// editSystem hands the system prompt to the user's editor.
func (m *Model) editSystem() tea.Cmd {
	if !m.showing() {
		m.say("The conversation is still being opened.")
		return nil
	}
	return m.edited("parlor-system-*.md", m.snap.Params.System, func(m *Model, text string) tea.Cmd {
		p := m.snap.Params
		if p.System == text {
			m.say("The system prompt stays as it was.")
			return nil
		}
		if p.System = text; text == "" {
			return m.change(p, "No system prompt from the next answer on.")
		}
		return m.change(p, "System prompt set from the next answer on.")
	})
}

// fileMsg is a file ready to be edited.
type fileMsg struct {
	path string
	then func(*Model, string) tea.Cmd
}

// apply runs the editor on the file. The terminal is the editor's until it
// ends.
func (msg fileMsg) apply(m *Model) tea.Cmd {
	argv := append(m.editorCommand(), msg.path)
	cmd := exec.CommandContext(m.ctx, argv[0], argv[1:]...)
	if m.pastes != nil {
		// The program's own input is no *os.File and would reach the editor
		// through a pipe; editors want the terminal.
		cmd.Stdin = os.Stdin
	}
	return tea.ExecProcess(cmd, func(err error) tea.Msg { return readBack(msg, argv[0], err) })
}

// edited writes text to a file that only the user can read, runs the editor
// and gives what came of it to then.
func (m *Model) edited(pattern, text string, then func(*Model, string) tea.Cmd) tea.Cmd {
	return func() tea.Msg {
		f, err := os.CreateTemp("", pattern)
		if err != nil {
			return failed("No file to edit", err)
		}
		_, err = f.WriteString(text)
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			return failed("No file to edit", err)
		}
		return fileMsg{f.Name(), then}
	}
}

// readBack reads the file after the editor ended. When that fails the file
// stays, so that nothing written is lost.
func readBack(msg fileMsg, editor string, err error) tea.Msg {
	if err != nil {
		return failed("The editor "+editor+" did not end well; your text is in "+msg.path, err)
	}
	b, err := os.ReadFile(msg.path)
	if err != nil {
		return failed("The edited text cannot be read", err)
	}
	if err := os.Remove(msg.path); err != nil {
		return failed("The edited file stays behind", err)
	}
	return done(func(m *Model) tea.Cmd { return msg.then(m, strings.TrimRight(string(b), "\n")) })
}

// editorCommand is the user's editor with its arguments.
func (m *Model) editorCommand() []string {
	env := lookup(m.opts.Environ)
	for _, s := range []string{m.cfg.Editor, env("VISUAL"), env("EDITOR")} {
		if f := strings.Fields(s); len(f) > 0 {
			return f
		}
	}
	return []string{"vi"}
}
