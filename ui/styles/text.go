package styles

import (
	"image/color"

	"charm.land/lipgloss/v2"

	"parlor/themes"
)

// fg is a style with a role's colour and nothing else.
func (s *Styles) fg(r themes.Role) lipgloss.Style {
	st := lipgloss.NewStyle()
	if c := s.Color(r); c != nil {
		st = st.Foreground(c)
	}
	return st
}

// onColor adds a background, unless there is none.
func onColor(st lipgloss.Style, c color.Color) lipgloss.Style {
	if c != nil {
		st = st.Background(c)
	}
	return st
}

// dim is a role that recedes: by its colour where there is one, else by the dim attribute.
func (s *Styles) dim(r themes.Role) lipgloss.Style {
	return s.fg(r).Faint(s.Color(r) == nil)
}

// loud is a role that must not be missed: bold where there is no colour to say so.
func (s *Styles) loud(r themes.Role) lipgloss.Style {
	return s.fg(r).Bold(s.NoColor)
}

// buildText fills what a message is drawn with.
func (s *Styles) buildText() {
	s.Text = s.fg(themes.Text)
	s.Strong = s.fg(themes.Text).Bold(true)
	s.Muted = s.dim(themes.Muted)
	s.Faint = s.dim(themes.Faint)

	s.UserBar = s.loud(themes.AccentUser)
	s.ClaudeBar = s.fg(themes.AccentClaude)
	s.SystemBar = s.dim(themes.Faint)
	s.UserName = s.fg(themes.AccentUser).Bold(true)
	s.ClaudeName = s.fg(themes.AccentClaude).Bold(true)
	s.Thinking = s.dim(themes.Muted).Italic(true)

	s.Heading = s.fg(themes.Heading).Bold(true)
	s.Quote = s.fg(themes.Quote).Italic(true)
	s.QuoteBar = s.dim(themes.Faint)
	s.Link = s.fg(themes.Link).Underline(true)
	s.TableHeader = s.fg(themes.Text).Bold(true)
	s.TableRule = s.dim(themes.Rule)

	s.CodeBackground = onColor(s.fg(themes.Text), s.CodeBG)
	s.CodeHeader = onColor(s.dim(themes.Muted), s.CodeBG)
	s.CodeInline = onColor(s.fg(themes.Accent2), s.CodeBG)
}

// buildChrome fills what everything around the messages is drawn with.
func (s *Styles) buildChrome() {
	s.Accent2 = s.fg(themes.Accent2)
	s.Success = s.fg(themes.Success)
	s.Warning = s.loud(themes.Warning)
	s.Danger = s.loud(themes.Danger)
	s.Rule = s.dim(themes.Rule)

	s.Match = s.fg(themes.Match).Bold(true).Underline(s.NoColor)
	s.buildSelection()

	s.DialogFrame = s.dim(themes.Rule)
	s.DialogTitle = s.fg(themes.Heading).Bold(true)
	s.Backdrop = s.fg(themes.Faint).Faint(s.Color(themes.Faint) == nil)

	s.Prompt = s.fg(themes.AccentUser).Bold(true)
	s.Placeholder = s.dim(themes.Faint)
	s.Chip = s.fg(themes.Accent2).Underline(s.NoColor)

	s.Key = s.loud(themes.Text)
	s.Hint = s.dim(themes.Muted)
	s.Pill = onColor(s.fg(themes.AccentClaude), s.Color(themes.Selection)).Bold(true).Reverse(s.NoColor)
	s.Badge = s.fg(themes.Warning).Bold(true)
	s.Spinner = s.fg(themes.AccentClaude)
}

// buildSelection fills the selected row: another background where the theme has one,
// else the terminal's colours reversed.
func (s *Styles) buildSelection() {
	bg := s.Color(themes.Selection)
	if bg == nil {
		s.Selection = lipgloss.NewStyle().Reverse(true)
		s.SelectionMuted = s.Selection
		s.SelectionMatch = s.Selection.Bold(true).Underline(true)
		return
	}
	s.Selection = onColor(s.fg(themes.Text), bg)
	s.SelectionMuted = onColor(s.fg(themes.Muted), bg)
	s.SelectionMatch = onColor(s.fg(themes.Match).Bold(true), bg)
}
