package dialog

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/action"
	"parlor/ui/styles"
)

// Supports tells whether the model of p takes a parameter: "temperature",
// "effort", "thinking" or "max_tokens". It must answer from memory.
type Supports func(p session.Params, param string) session.Support

// The rows of the sheet.
const (
	rowModel = iota
	rowTemperature
	rowEffort
	rowThinking
	rowMaxTokens
	rowSystem
	rowCount
)

// Params is the sheet of one conversation's parameters. Every change is
// returned at once; there is nothing to save.
type Params struct {
	base
	p        session.Params
	supports Supports
	at       int
	typing   *field // set while a value is typed
	wrong    string // what is wrong with it
	note     string
}

// NewParams shows p.
func NewParams(p session.Params, supports Supports, st *styles.Styles) *Params {
	return &Params{base: newBase(st), p: p, supports: supports}
}

// ID names the dialog.
func (s *Params) ID() string { return "params" }

// SetParams shows other parameters, after something else changed them.
func (s *Params) SetParams(p session.Params) { s.p = p }

// Select puts the cursor on the row of a parameter, named as Supports names it;
// "" leaves it where it is.
func (s *Params) Select(name string) {
	for row := range rowCount {
		if name != "" && param(row) == name {
			s.at = row
		}
	}
}

// SetNote sets the sentence at the foot, such as what the change costs.
func (s *Params) SetNote(sentence string) { s.note = sentence }

// param is the name a row's parameter is asked about by; "" for rows that are
// always open.
func param(row int) string {
	return map[int]string{
		rowTemperature: "temperature", rowEffort: "effort", rowThinking: "thinking", rowMaxTokens: "max_tokens",
	}[row]
}

// support is what the model says to a row.
func (s *Params) support(row int) session.Support {
	name := param(row)
	if name == "" || s.supports == nil {
		return session.Support{OK: true}
	}
	return s.supports(s.p, name)
}

// open reports whether a row can be changed: it is taken, or another value of
// it would be.
func (s *Params) open(row int) bool {
	sup := s.support(row)
	return sup.OK || len(sup.Choices) > 0
}

// Update moves between rows and changes them.
func (s *Params) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if s.typing != nil {
			return nil, s.typeKey(msg)
		}
		return nil, s.key(msg)
	case tea.PasteMsg:
		if s.typing != nil {
			s.typing.insert(msg.Content)
		}
	case tea.MouseClickMsg:
		return nil, s.click(msg.Mouse())
	case tea.MouseWheelMsg:
		return nil, s.wheel(msg.Mouse())
	}
	return nil, nil
}

// key handles a key while nothing is typed.
func (s *Params) key(msg tea.KeyPressMsg) []action.Action {
	s.wrong = ""
	switch s.is(msg, vClose, vAccept, vUp, vDown, vFirst, vLast, vLess, vMore, vUnset, vSwitch) {
	case vClose:
		return one(Close, "")
	case vUp:
		s.at = (s.at + rowCount - 1) % rowCount
	case vDown, vSwitch:
		s.at = (s.at + 1) % rowCount
	case vFirst:
		s.at = 0
	case vLast:
		s.at = rowCount - 1
	case vLess:
		return s.step(-1)
	case vMore:
		return s.step(1)
	case vUnset:
		return s.unset()
	case vAccept:
		return s.accept()
	default:
		if msg.Text >= "0" && msg.Text <= "9" {
			s.startTyping("")
			s.typeKey(msg)
		}
	}
	return nil
}

// change returns the sheet's parameters as they are now.
func (s *Params) change() []action.Action {
	return []action.Action{{ID: SetParams, Value: s.p}}
}

// step changes the selected row by one notch.
func (s *Params) step(by int) []action.Action {
	if !s.open(s.at) {
		return nil
	}
	old := s.p
	switch s.at {
	case rowTemperature:
		s.p.Temperature = stepTemperature(s.p.Temperature, by)
	case rowEffort:
		sup := s.support(rowEffort)
		s.p.Effort = stepChoice(sup.Choices, s.p.Effort, sup.Default, by)
	case rowThinking:
		s.p.Thinking.Mode = stepChoice(s.support(rowThinking).Choices, s.p.Thinking.Mode, "", by)
		if s.p.Thinking.Mode == "budget" && s.p.Thinking.Budget == 0 {
			s.p.Thinking.Budget = defaultBudget
		}
		if s.p.Thinking.Mode != "budget" {
			s.p.Thinking.Budget = 0
		}
	case rowMaxTokens:
		s.p.MaxTokens = stepTokens(s.p.MaxTokens, by)
	}
	if same(old, s.p) {
		return nil
	}
	return s.change()
}

// unset puts the selected row back to the model's default.
func (s *Params) unset() []action.Action {
	old := s.p
	switch s.at {
	case rowTemperature:
		s.p.Temperature = nil
	case rowEffort:
		s.p.Effort = ""
	case rowThinking:
		s.p.Thinking = session.Thinking{}
	case rowMaxTokens:
		s.p.MaxTokens = 0
	}
	if same(old, s.p) {
		return nil
	}
	return s.change()
}

// same compares the parameters the sheet changes.
func same(a, b session.Params) bool {
	equal := a.Temperature == nil && b.Temperature == nil ||
		a.Temperature != nil && b.Temperature != nil && *a.Temperature == *b.Temperature
	return equal && a.Effort == b.Effort && a.Thinking == b.Thinking && a.MaxTokens == b.MaxTokens
}

// accept opens what stands behind the selected row.
func (s *Params) accept() []action.Action {
	switch {
	case s.at == rowModel:
		return append(one(Close, ""), action.Action{ID: PickModel})
	case s.at == rowSystem:
		return append(one(Close, ""), action.Action{ID: EditSystem})
	case !s.open(s.at):
		return nil
	case s.at == rowEffort:
		return s.step(1)
	}
	s.startTyping(s.typed())
	return nil
}

// stepTemperature goes from unset over 0 to 1 in tenths.
func stepTemperature(t *float64, by int) *float64 {
	if t == nil {
		if by < 0 {
			return nil
		}
		return new(float64)
	}
	tenths := int(*t*10+0.5) + by
	if tenths < 0 {
		return nil
	}
	v := float64(min(tenths, 10)) / 10
	return &v
}

// stepChoice goes from unset (the default) through the choices.
func stepChoice(choices []string, value, standard string, by int) string {
	at := slices.Index(choices, value)
	if value == "" {
		at = slices.Index(choices, standard)
		if at < 0 && by < 0 {
			return ""
		}
	}
	at += by
	if at < 0 || len(choices) == 0 {
		return ""
	}
	return choices[min(at, len(choices)-1)]
}

// stepTokens goes through round numbers.
func stepTokens(n, by int) int {
	stops := []int{1024, 2048, 4096, 8192, 16_000, 32_000, 64_000, 128_000}
	if n == 0 {
		n = session.DefaultMaxTokens
	}
	if by < 0 {
		for _, stop := range slices.Backward(stops) {
			if stop < n {
				return stop
			}
		}
		return n
	}
	for _, stop := range stops {
		if stop > n {
			return stop
		}
	}
	return n
}
