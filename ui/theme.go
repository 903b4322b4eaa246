package ui

import (
	"context"
	"fmt"
	"image/color"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"parlor/themes"
	"parlor/ui/action"
	"parlor/ui/dialog"
	"parlor/ui/styles"
)

// themeSetting is the key under which the picked theme is kept.
const themeSetting = "ui.theme"

// themeSource is all themes: parlor's own and the user's, once they were read.
type themeSource []themes.Theme

// find returns a theme by name.
func (s themeSource) find(name string) (themes.Theme, bool) {
	for _, t := range s {
		if t.Name == name {
			return t, true
		}
	}
	return themes.Find(name)
}

// look is what decides how everything is drawn: the theme, and what terminal
// and environment say.
type look struct {
	theme    themes.Theme
	preview  *themes.Theme // while the theme picker moves
	chosen   themeSource   // all themes, once they were read for the picker
	dark     bool
	noColor  bool
	ansi16   bool
	terminal color.Color // its background, nil until it told
}

// startTheme is the theme the configuration names, parlor's own or one of the
// user's: one small file is read.
func (m *Model) startTheme() themes.Theme {
	t, problems := themes.Pick(m.cfg.Theme, m.cfg.Dirs.Themes)
	for _, p := range problems {
		m.mistakes = append(m.mistakes, p.String())
	}
	return t
}

// styles builds the styles of the theme that shows now.
func (m *Model) styles() *styles.Styles {
	t := m.look.theme
	if m.look.preview != nil {
		t = *m.look.preview
	}
	return styles.New(t, m.look.dark, styles.Options{NoColor: m.look.noColor, ANSI16: m.look.ansi16, Terminal: m.look.terminal})
}

// colourless reads whether the environment forbids colour; what the terminal
// can show comes later, see profile.
func colourless(environ []string) bool {
	env := lookup(environ)
	return env("NO_COLOR") != "" || env("TERM") == "dumb"
}

// lookup makes a getenv of a list of assignments.
func lookup(environ []string) func(string) string {
	return func(name string) string {
		for _, kv := range environ {
			if v, ok := strings.CutPrefix(kv, name+"="); ok {
				return v
			}
		}
		return ""
	}
}

// askBackground asks the terminal for its background.
func (m *Model) askBackground() tea.Cmd { return tea.RequestBackgroundColor }

// background takes the terminal's answer: whether it is dark, and the very
// colour, so that code can lie one step from it.
func (m *Model) background(msg tea.BackgroundColorMsg) {
	m.look.terminal = msg.Color
	if m.cfg.Background != "dark" && m.cfg.Background != "light" {
		m.look.dark = msg.IsDark()
	}
	if m.styles().Generation != m.st.Generation {
		m.restyle()
	}
}

// profile takes what the terminal can show.
func (m *Model) profile(msg tea.ColorProfileMsg) {
	none := m.look.noColor || msg.Profile <= colorprofile.ASCII
	sixteen := msg.Profile == colorprofile.ANSI
	if none != m.look.noColor || sixteen != m.look.ansi16 {
		m.look.noColor, m.look.ansi16 = none, sixteen
		m.restyle()
	}
}

// useTheme switches to a theme by name.
func (m *Model) useTheme(name string) bool {
	t, ok := m.look.chosen.find(name)
	if !ok {
		return false
	}
	m.look.theme, m.look.preview = t, nil
	m.restyle()
	return true
}

// previewTheme shows a theme while the picker is on it.
func (m *Model) previewTheme(name string) {
	if t, ok := m.look.chosen.find(name); ok {
		m.look.preview = &t
		m.restyle()
	}
}

// pickTheme takes a name, or opens the picker.
func (m *Model) pickTheme(a action.Action) tea.Cmd {
	dir, name := m.cfg.Dirs.Themes, a.Arg
	return m.effect(func(context.Context) result {
		own, problems := themes.LoadDir(dir)
		return done(func(m *Model) tea.Cmd {
			m.look.chosen = append(themeSource(themes.Builtin()), own...)
			if len(problems) > 0 {
				m.warn(problems[0].String())
			}
			if name != "" {
				return m.setTheme(action.Action{ID: actSetTheme, Arg: name})
			}
			m.push(dialog.NewThemePicker(m.look.chosen, m.look.theme.Name, m.look.dark, m.st))
			return nil
		})
	})
}

// setTheme chooses a theme and keeps the choice for the next start.
func (m *Model) setTheme(a action.Action) tea.Cmd {
	if _, ok := m.dialogs.Top().(*dialog.ThemePicker); ok {
		m.dialogs.Pop()
	}
	if !m.useTheme(a.Arg) {
		m.warn(fmt.Sprintf("There is no theme %q. /theme shows them.", a.Arg))
		return nil
	}
	manager, name, title := m.manager, a.Arg, m.look.theme.Title
	if o := m.cfg.Origin("theme"); o.Kind != "default" {
		m.say(fmt.Sprintf("%s until you quit; %s sets %s.", title, o, m.cfg.Theme))
		return nil
	}
	if manager == nil {
		return nil
	}
	return m.effect(func(ctx context.Context) result {
		if err := manager.SetSetting(ctx, themeSetting, name); err != nil {
			return failed("The theme holds until you quit", err)
		}
		return said("Theme " + title + ".")
	})
}
