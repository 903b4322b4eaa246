package dialog

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/ui/action"
	"parlor/ui/format"
	"parlor/ui/styles"
)

// ModelPicker chooses the model of the next answer.
type ModelPicker struct{ picker }

// NewModelPicker lists models in the order given and selects the current one.
// An id that is not in the list can be typed.
func NewModelPicker(models []session.ModelInfo, current string, st *styles.Styles) *ModelPicker {
	rows := make([]row, 0, len(models))
	ids := map[string]bool{}
	for _, m := range models {
		ids[m.ID] = true
		rows = append(rows, modelRow(m, m.ID == current))
	}
	p := &ModelPicker{newPicker(newBase(st), "models", "Model", rows, "No models are known. Type the id of one.",
		hint{"enter", "use"}, hint{"↑↓", "choose"}, hint{"esc", "close"})}
	p.free = func(typed string) (row, bool) {
		if ids[typed] || strings.Contains(typed, " ") {
			return row{}, false
		}
		return row{key: typed, text: "Use " + clean(typed), detail: "not in the list, sent as typed", short: "as typed", group: freeGroup}, true
	}
	p.choose(current)
	return p
}

// modelRow shows what matters in choosing: window, prices, temperature, status.
func modelRow(m session.ModelInfo, current bool) row {
	name := clean(m.Name)
	if name == "" {
		name = modelName(m.ID)
	}
	prices := ""
	if m.InPrice > 0 || m.OutPrice > 0 {
		prices = format.Price(m.InPrice) + " / " + format.Price(m.OutPrice)
	}
	temp := ""
	if m.Temperature {
		temp = "takes temperature"
	}
	return row{
		key: m.ID, text: name, also: m.ID, mark: current,
		detail: fmt.Sprintf("%5s  %-12s %-17s  %-10s", short(m.Context), prices, temp, modelStatus(m)),
		short:  fmt.Sprintf("%-8s", strings.ReplaceAll(prices, " ", "")),
		dim:    m.Status == "deprecated" || m.Status == "retired",
	}
}

// modelStatus is the status in one word, nothing for a current one.
func modelStatus(m session.ModelInfo) string {
	switch {
	case m.Status == "current" || m.Status == "unknown" || m.Status == "":
		if m.Listed || m.Status == "current" {
			return ""
		}
		return "unlisted"
	default:
		return clean(m.Status)
	}
}

// Update handles a message; the row taken becomes a SetModel.
func (p *ModelPicker) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	ev := p.update(msg)
	if ev == taken {
		return nil, one(SetModel, p.selected().key)
	}
	return nil, closing(ev)
}
