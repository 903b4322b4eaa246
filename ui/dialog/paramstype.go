package dialog

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/action"
)

const (
	defaultBudget = 4096 // tokens, when a budget is chosen without a number
	leastBudget   = 1024
)

// typed is the selected row's value as it would be typed.
func (s *Params) typed() string {
	switch s.at {
	case rowTemperature:
		if s.p.Temperature != nil {
			return number(*s.p.Temperature)
		}
	case rowThinking:
		if s.p.Thinking.Budget > 0 {
			return strconv.Itoa(s.p.Thinking.Budget)
		}
		return s.p.Thinking.Mode
	case rowMaxTokens:
		if s.p.MaxTokens > 0 {
			return strconv.Itoa(s.p.MaxTokens)
		}
	}
	return ""
}

// startTyping turns the selected row's value into a field.
func (s *Params) startTyping(text string) {
	if s.at == rowModel || s.at == rowSystem || s.at == rowEffort || !s.open(s.at) {
		return
	}
	s.typing = &field{}
	s.typing.set(text)
}

// typeKey handles a key while a value is typed.
func (s *Params) typeKey(msg tea.KeyPressMsg) []action.Action {
	if s.typing == nil {
		return nil
	}
	switch s.is(msg, vClose, vAccept, vUp, vDown, vSwitch) {
	case vClose:
		s.typing, s.wrong = nil, ""
		return nil
	case vAccept, vUp, vDown, vSwitch:
		return s.take()
	}
	if _, changed := s.typing.key(msg); changed {
		s.wrong = ""
	}
	return nil
}

// take makes the typed text the value, or says what is wrong with it.
func (s *Params) take() []action.Action {
	old := s.p
	text := strings.ToLower(strings.TrimSpace(s.typing.text))
	s.wrong = s.parse(text)
	if s.wrong != "" {
		return nil
	}
	s.typing = nil
	if same(old, s.p) {
		return nil
	}
	return s.change()
}

// parse reads a value; an empty one means unset.
func (s *Params) parse(text string) (wrong string) {
	digits := strings.NewReplacer(",", "", "_", "", " ", "").Replace(text)
	n, err := strconv.Atoi(digits)
	switch s.at {
	case rowTemperature:
		return s.parseTemperature(text)
	case rowMaxTokens:
		switch {
		case text == "":
			s.p.MaxTokens = 0
		case err != nil || n < 1:
			return "Max tokens is a whole number above 0."
		default:
			s.p.MaxTokens = n
		}
	case rowThinking:
		switch {
		case text == "" || text == "default":
			s.p.Thinking = session.Thinking{}
		case text == "adaptive" || text == "off":
			s.p.Thinking = session.Thinking{Mode: text}
		case err != nil || n < leastBudget:
			return fmt.Sprintf("Type adaptive, off, or a budget of at least %s tokens.", grouped(leastBudget))
		default:
			s.p.Thinking = session.Thinking{Mode: "budget", Budget: n}
		}
	}
	return ""
}

func (s *Params) parseTemperature(text string) (wrong string) {
	if text == "" || text == "off" {
		s.p.Temperature = nil
		return ""
	}
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || !(v >= 0 && v <= 1) {
		return "Temperature is a number from 0 to 1."
	}
	s.p.Temperature = &v
	return ""
}
