package ui

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/action"
	"parlor/ui/dialog"
	"parlor/ui/format"
)

// whenOpen lets an action wait until the conversation is open: what is typed
// right after the start counts.
func whenOpen(do performer) performer {
	return func(m *Model, a action.Action) tea.Cmd {
		if !m.showing() && m.opening {
			m.waiting = append(m.waiting, a)
			return nil
		}
		return do(m, a)
	}
}

func parameterPerformers() map[action.ID]performer {
	all := map[action.ID]performer{
		actModel:      (*Model).pickModel,
		actSetModel:   func(m *Model, a action.Action) tea.Cmd { m.dialogs.Pop(); return m.setModel(a.Arg) },
		actTemp:       (*Model).setTemperature,
		actEffort:     (*Model).setEffort,
		actThinking:   (*Model).setThinking,
		actMaxTokens:  (*Model).setMaxTokens,
		actSystem:     (*Model).setSystem,
		actSystemEdit: func(m *Model, _ action.Action) tea.Cmd { return m.editSystem() },
		actParams:     quietly(func(m *Model) { m.showParams("") }),
		actSetParams: func(m *Model, a action.Action) tea.Cmd {
			p, ok := a.Value.(session.Params)
			if !ok {
				return nil
			}
			return m.change(p, "")
		},
	}
	for id, do := range all {
		all[id] = whenOpen(do)
	}
	return all
}

// change makes p the parameters of the next request and says so.
func (m *Model) change(p session.Params, said string) tea.Cmd {
	if !m.showing() {
		m.say("The conversation is still being opened.")
		return nil
	}
	m.snap.Params = p // shown at once; the conversation confirms with its next snapshot
	return m.paramsCmd(p, said)
}

// pickModel opens the picker, or switches when a name was given.
func (m *Model) pickModel(a action.Action) tea.Cmd {
	if a.Arg != "" {
		return m.setModel(a.Arg)
	}
	if m.manager == nil {
		m.say("The models are known once the database is open.")
		return nil
	}
	return m.modelsCmd()
}

// setModel switches the model of the next request.
func (m *Model) setModel(name string) tea.Cmd {
	if !m.showing() {
		return m.change(session.Params{}, "")
	}
	id, known := m.manager.ResolveModel(name)
	p := m.snap.Params
	p.Model = id
	said := fmt.Sprintf("Next answer by %s.", format.Model(id))
	if !known {
		said = fmt.Sprintf("%s is not in parlor's catalogue; it is sent as it stands.", id)
	}
	if s := m.manager.Supports(p, "temperature"); p.Temperature != nil && !s.OK {
		said += fmt.Sprintf(" Temperature %s is kept for other models: %s.", number(*p.Temperature), s.Reason)
	}
	return m.change(p, said)
}

// setTemperature takes "0.7" or "off".
func (m *Model) setTemperature(a action.Action) tea.Cmd {
	p := m.snap.Params
	switch arg := strings.ToLower(a.Arg); arg {
	case "":
		m.showParams("temperature")
		return nil
	case "off", "default", "none":
		p.Temperature = nil
		return m.change(p, "Temperature is not sent; the model's default holds.")
	default:
		v, err := strconv.ParseFloat(strings.Replace(arg, ",", ".", 1), 64)
		if err != nil || v < 0 || v > 1 {
			return m.badArg("temp", a.Arg, "%q is no temperature: give a number from 0 to 1, or off.")
		}
		p.Temperature = &v
		return m.change(p, m.support(p, "temperature", "Temperature "+number(v)))
	}
}

// support says that a value holds for the next answer, or that this model does
// not take it and what to do instead.
func (m *Model) support(p session.Params, param, what string) string {
	if !m.showing() {
		return ""
	}
	s := m.manager.Supports(p, param)
	if s.OK {
		return what + " from the next answer on."
	}
	said := fmt.Sprintf("%s is kept but not sent: %s.", what, s.Reason)
	if s.Instead != "" {
		said += " Instead: " + s.Instead + "."
	}
	return said
}

// setEffort takes one of the model's efforts or "off".
func (m *Model) setEffort(a action.Action) tea.Cmd {
	p := m.snap.Params
	arg := strings.ToLower(a.Arg)
	switch arg {
	case "":
		m.showParams("effort")
		return nil
	case "off", "default", "none":
		p.Effort = ""
		return m.change(p, "Effort is not sent; the model's default holds.")
	case "low", "medium", "high", "xhigh", "max":
		p.Effort = arg
		return m.change(p, m.support(p, "effort", "Effort "+arg))
	}
	return m.badArg("effort", a.Arg, "%q is no effort: low, medium, high, xhigh, max or off.")
}

// setThinking takes "adaptive", "off", "default" or a budget in tokens.
func (m *Model) setThinking(a action.Action) tea.Cmd {
	p := m.snap.Params
	arg := strings.ToLower(a.Arg)
	switch arg {
	case "":
		m.showParams("thinking")
		return nil
	case "default", "auto":
		p.Thinking = session.Thinking{}
		return m.change(p, "Thinking as the model does by itself, from the next answer on.")
	case "adaptive", "off":
		p.Thinking = session.Thinking{Mode: arg}
	default:
		n, err := strconv.Atoi(strings.ReplaceAll(arg, ",", ""))
		if err != nil || n < 1024 {
			return m.badArg("thinking", a.Arg, "%q is no way of thinking: adaptive, off, default, or a budget of at least 1,024 tokens.")
		}
		p.Thinking = session.Thinking{Mode: "budget", Budget: n}
		arg = format.Thousands(int64(n)) + " tokens"
	}
	return m.change(p, m.support(p, "thinking", "Thinking "+arg))
}

// setMaxTokens takes a number of tokens.
func (m *Model) setMaxTokens(a action.Action) tea.Cmd {
	if a.Arg == "" {
		m.showParams("max_tokens")
		return nil
	}
	n, err := strconv.Atoi(strings.NewReplacer(",", "", "_", "").Replace(a.Arg))
	if err != nil || n < 1 {
		return m.badArg("max-tokens", a.Arg, "%q is no number of tokens: give a whole number above 0.")
	}
	p := m.snap.Params
	p.MaxTokens = n
	said := m.support(p, "max_tokens", "At most "+format.Thousands(int64(n))+" tokens an answer")
	if limit := m.outputLimit(); limit > 0 && n > limit {
		said = fmt.Sprintf("%s tokens are kept; this model writes at most %s.", format.Thousands(int64(n)), format.Thousands(int64(limit)))
	}
	return m.change(p, said)
}

// badArg says what is wrong with what a command was given, and leaves it in the
// composer to be mended.
func (m *Model) badArg(command, arg, sentence string) tea.Cmd {
	m.warn(fmt.Sprintf(sentence, arg))
	if m.composer.Empty() {
		m.composer.SetText("/" + command + " " + arg)
	}
	return nil
}

// outputLimit is the most tokens the model writes, 0 where that is not known.
func (m *Model) outputLimit() int {
	if !m.showing() {
		return 0
	}
	return m.manager.Supports(m.snap.Params, "max_tokens").Limit
}

// setSystem takes the prompt itself, "off", or opens the editor.
func (m *Model) setSystem(a action.Action) tea.Cmd {
	p := m.snap.Params
	switch a.Arg {
	case "":
		return m.editSystem()
	case "off", "none":
		p.System = ""
		return m.change(p, "No system prompt from the next answer on.")
	}
	p.System = a.Arg
	return m.change(p, "System prompt set from the next answer on.")
}

// showParams opens the parameter sheet on the row of a parameter, "" for the
// first.
func (m *Model) showParams(param string) {
	if !m.showing() {
		m.say("The conversation is still being opened.")
		return
	}
	sheet := dialog.NewParams(m.snap.Params, m.manager.Supports, m.st)
	sheet.Select(param)
	m.push(sheet)
}

// showCost tells what the conversation cost and what the next send will.
func (m *Model) showCost() {
	s := m.snap
	var b strings.Builder
	fmt.Fprintf(&b, "%-16s %d\n", "messages", len(s.Path))
	if s.CostKnown {
		fmt.Fprintf(&b, "%-16s %s\n", "cost so far", format.Dollars(s.CostMicros))
	}
	if c := s.Context; c.Tokens > 0 {
		fmt.Fprintf(&b, "%-16s %s tokens", "context", format.Thousands(c.Tokens))
		if c.Window > 0 {
			fmt.Fprintf(&b, " of %s", format.Thousands(c.Window))
		}
		b.WriteByte('\n')
		if c.SendCold > 0 {
			fmt.Fprintf(&b, "%-16s %s with the cache, %s without\n", "the next send", format.Dollars(c.SendWarm), format.Dollars(c.SendCold))
		}
	}
	m.push(dialog.NewNotice("Cost", b.String(), m.st))
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
