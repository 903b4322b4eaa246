package dialog

import (
	tea "charm.land/bubbletea/v2"

	"parlor/themes"
	"parlor/ui/action"
	"parlor/ui/styles"
)

// ThemePicker chooses a theme; the screen shows the one the cursor is on.
type ThemePicker struct{ picker }

// NewThemePicker lists themes in the order given and selects the current one.
// Dark says which variant the terminal asks for: a theme that lacks it says so.
func NewThemePicker(all []themes.Theme, current string, dark bool, st *styles.Styles) *ThemePicker {
	rows := make([]row, 0, len(all))
	for _, t := range all {
		r := row{key: t.Name, text: clean(t.Title), also: t.Name, about: clean(t.About), mark: t.Name == current}
		if r.text == "" {
			r.text = clean(t.Name)
		}
		if dark && t.Lacks == "dark" {
			r.about = "light only"
		}
		if !dark && t.Lacks == "light" {
			r.about = "dark only"
		}
		rows = append(rows, r)
	}
	p := &ThemePicker{newPicker(newBase(st), "themes", "Theme", rows, "There are no themes.",
		hint{"enter", "use"}, hint{"↑↓", "look"}, hint{"esc", "leave as it was"})}
	p.choose(current)
	return p
}

// Update handles a message: PreviewTheme when another row is selected,
// SetTheme when it is taken. On Close the parent ends the preview.
func (p *ThemePicker) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	was := p.selected().key
	switch ev := p.update(msg); ev {
	case taken:
		return nil, one(SetTheme, p.selected().key)
	case moved, filtered:
		if now := p.selected().key; now != "" && now != was {
			return nil, one(PreviewTheme, now)
		}
		return nil, nil
	default:
		return nil, closing(ev)
	}
}
