package dialog

import (
	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
	"parlor/ui/styles"
)

// Dialog is one overlay. Update takes keys, pastes, clicks and the wheel; a
// click's position counts from the corner of the box that View drew last.
type Dialog interface {
	// ID names the kind of dialog: "palette", "models", ...
	ID() string
	Update(msg tea.Msg) (tea.Cmd, []action.Action)
	// View draws the framed box for a screen of that size: at most 80 by 24,
	// never larger than the screen.
	View(width, height int) string
	// Cursor is where the hardware cursor belongs in the box of that View; nil
	// where nothing is typed.
	Cursor(width, height int) *tea.Cursor
	SetStyles(st *styles.Styles)
}

// Stack is the open dialogs; the last one is worked with. The zero value is
// an empty stack.
type Stack struct {
	open  []Dialog
	quiet bool
	keys  map[verb][]string
}

// Push opens a dialog that the user asked for.
func (s *Stack) Push(d Dialog) {
	if k, ok := d.(interface{ bind(map[verb][]string) }); ok && s.keys != nil {
		k.bind(s.keys)
	}
	s.open = append(s.open, d)
	s.quiet = false
}

// PushQuiet opens a dialog that comes by itself. Keys that are already on
// their way are not meant for it: it takes none until Ready is called.
func (s *Stack) PushQuiet(d Dialog) {
	s.Push(d)
	s.quiet = true
}

// Ready ends the quiet period of the dialog on top.
func (s *Stack) Ready() { s.quiet = false }

// Quiet reports whether the dialog on top does not take input yet.
func (s *Stack) Quiet() bool { return s.quiet && len(s.open) > 0 }

// Pop closes the dialog on top and returns it; nil if there is none.
func (s *Stack) Pop() Dialog {
	d := s.Top()
	if d != nil {
		s.open = s.open[:len(s.open)-1]
		s.quiet = false
	}
	return d
}

// Top is the dialog that is worked with, or nil.
func (s *Stack) Top() Dialog {
	if len(s.open) == 0 {
		return nil
	}
	return s.open[len(s.open)-1]
}

// Len is the number of open dialogs.
func (s *Stack) Len() int { return len(s.open) }

// Clear closes all dialogs.
func (s *Stack) Clear() { s.open, s.quiet = nil, false }

// CloseFirstRun closes the first-run screen, wherever it is.
func (s *Stack) CloseFirstRun() {
	var kept []Dialog
	for _, d := range s.open {
		if _, first := d.(*FirstRun); !first {
			kept = append(kept, d)
		}
	}
	s.open = kept
}

// Update gives a message to the dialog on top. In a quiet period input is
// dropped.
func (s *Stack) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	d := s.Top()
	if d == nil || s.quiet && isInput(msg) {
		return nil, nil
	}
	return d.Update(msg)
}

func isInput(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyMsg, tea.PasteMsg, tea.MouseMsg:
		return true
	}
	return false
}

// Wants reports whether the dialog on top has a use of its own for a key that
// the program binds too, such as Ctrl+Z after a deletion in the browser.
func (s *Stack) Wants(msg tea.KeyPressMsg) bool {
	w, ok := s.Top().(interface{ wants(tea.KeyPressMsg) bool })
	return ok && !s.quiet && w.wants(msg)
}

// View draws the dialog on top; "" where there is none.
func (s *Stack) View(width, height int) string {
	if d := s.Top(); d != nil {
		return d.View(width, height)
	}
	return ""
}

// Cursor is the hardware cursor's place in the box, or nil.
func (s *Stack) Cursor(width, height int) *tea.Cursor {
	if d := s.Top(); d != nil {
		return d.Cursor(width, height)
	}
	return nil
}

// SetStyles passes new styles to all open dialogs.
func (s *Stack) SetStyles(st *styles.Styles) {
	for _, d := range s.open {
		d.SetStyles(st)
	}
}

// SetKeys rebinds the keys of dialogs opened from now on; see Actions for the
// ids. An action that is not in the map keeps its keys.
func (s *Stack) SetKeys(user map[action.ID][]string) { s.keys = keymap(user) }
