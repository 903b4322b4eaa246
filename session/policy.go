package session

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parlor/api"
	"parlor/api/catalog"
)

// facts are all that is known about what a model takes at one server.
type facts struct {
	caps
	refused      map[string]int // parameters the server refused for the model; for max_tokens the limit
	noSampling   bool           // the API version takes no sampling parameters
	noCache      bool           // the user wants no automatic caching
	dropThinking bool           // the server refused thinking of earlier turns
}

// caps are a model's abilities. Where known is false everything is sent and the
// server decides.
type caps struct {
	catalog.Model
	known bool
}

func capsOf(model string) caps {
	m, ok := catalog.Find(model)
	return caps{Model: m, known: ok}
}

// support tells whether param can be sent along with the rest of p. It is the
// one place that decides it, for the request and for the screen.
func (f facts) support(p Params, param string) Support {
	switch param {
	case "temperature", "top_p", "top_k":
		return f.samplingSupport(p, param)
	case "effort":
		return f.effort(p)
	case "thinking":
		return f.thinkingSupport(p)
	case "max_tokens":
		return f.maxTokens()
	}
	if _, refused := f.refused[param]; refused {
		return Support{Reason: refusedReason}
	}
	return Support{OK: true}
}

const (
	refusedReason = "refused by this server for this model"
	useEffort     = "use effort, or switch to sonnet-4-6"
	switchModel   = "switch to sonnet-4-6"
)

func (f facts) samplingSupport(p Params, param string) Support {
	instead := switchModel
	if len(f.Efforts) > 0 {
		instead = useEffort
	}
	_, refused := f.refused[param]
	switch {
	case f.noSampling:
		return Support{Reason: "not taken by this API version", Instead: "use API version 2023-06-01"}
	case f.known && f.Sampling == catalog.SamplingNone:
		return Support{Reason: "fixed by this model", Instead: instead}
	case refused:
		return Support{Reason: refusedReason, Instead: instead}
	case f.Sampling == catalog.SamplingOne && param == "top_p" && p.Temperature != nil:
		return Support{Reason: "this model takes temperature or top_p, not both", Instead: "unset temperature"}
	}
	if f.known && f.thinkingType(p) != "" && f.thinkingType(p) != "disabled" {
		return withThinking(p, param)
	}
	return Support{OK: true, Default: map[string]string{"temperature": "1"}[param]}
}

// withThinking is what holds while the model thinks.
func withThinking(p Params, param string) Support {
	switch {
	case param == "temperature" && (p.Temperature == nil || *p.Temperature != 1):
		return Support{Reason: "1 while thinking is on", Instead: "turn thinking off", Default: "1"}
	case param == "top_p" && (p.TopP == nil || *p.TopP < 0.95):
		return Support{Reason: "0.95 or more while thinking is on", Instead: "turn thinking off"}
	case param == "top_k":
		return Support{Reason: "not taken while thinking is on", Instead: "turn thinking off"}
	}
	return Support{OK: true}
}

func (f facts) effort(p Params) Support {
	s := Support{OK: true, Choices: f.Efforts, Default: f.DefaultEffort}
	_, refused := f.refused["effort"]
	switch {
	case f.known && len(f.Efforts) == 0:
		return Support{Reason: "not taken by this model", Instead: "set a thinking budget, or switch the model"}
	case refused:
		return Support{Reason: refusedReason}
	case !f.known:
		s.Choices = []string{"low", "medium", "high", "xhigh", "max"}
	case p.Effort != "" && !slices.Contains(f.Efforts, p.Effort):
		s.OK, s.Reason = false, "this model takes "+strings.Join(f.Efforts, ", ")
	}
	return s
}

func (f facts) thinkingSupport(p Params) Support {
	s := Support{OK: true, Choices: f.thinkingChoices(), Default: "off"}
	if f.thinksItself() {
		s.Default = "on"
	}
	_, refused := f.refused["thinking"]
	switch mode := p.Thinking.Mode; {
	case refused:
		return Support{Reason: refusedReason, Default: s.Default}
	case !f.known || mode == "":
	case mode == "adaptive" && !f.Thinking.Adaptive:
		s.OK, s.Reason, s.Instead = false, "this model thinks only with a budget", "set a budget"
	case mode == "budget" && !f.Thinking.Enabled:
		s.OK, s.Reason, s.Instead = false, "this model decides itself how long to think", "use effort"
	case mode == "off" && !f.canBeOff():
		s.OK, s.Reason, s.Instead = false, "this model always thinks", "use a lower effort"
	case mode == "off" && above(p.Effort, f.Thinking.DisabledMaxEffort):
		s.OK, s.Reason, s.Instead = false, "this model always thinks at effort "+p.Effort, "use effort "+f.Thinking.DisabledMaxEffort+" or lower"
	}
	return s
}

// thinksItself tells that the model thinks when the request says nothing.
func (f facts) thinksItself() bool { return f.Thinking.DefaultOn || f.Thinking.AlwaysOn }

// canBeOff tells that thinking before the answer can be avoided.
func (f facts) canBeOff() bool {
	return !f.thinksItself() || f.Thinking.Disabled || f.Thinking.BetweenTools
}

// above tells that effort is more than limit, if there is a limit.
func above(effort, limit string) bool {
	order := []string{"low", "medium", "high", "xhigh", "max"}
	return limit != "" && slices.Index(order, effort) > slices.Index(order, limit)
}

func (f facts) thinkingChoices() []string {
	if !f.known {
		return []string{"adaptive", "budget", "off"}
	}
	var choices []string
	if f.Thinking.Adaptive {
		choices = append(choices, "adaptive")
	}
	if f.Thinking.Enabled {
		choices = append(choices, "budget")
	}
	if f.canBeOff() {
		choices = append(choices, "off")
	}
	return choices
}

func (f facts) maxTokens() Support {
	s := Support{OK: true, Default: strconv.Itoa(min(DefaultMaxTokens, f.outputLimit()))}
	if limit := f.outputLimit(); limit < noLimit {
		s.Reason, s.Limit = fmt.Sprintf("up to %d", limit), limit
	}
	return s
}

const noLimit = 1 << 30

// outputLimit is the most tokens an answer may have.
func (f facts) outputLimit() int {
	limit := noLimit
	if f.MaxOutput > 0 {
		limit = f.MaxOutput
	}
	if learned := f.refused["max_tokens"]; learned > 0 {
		limit = min(limit, learned)
	}
	return limit
}

// thinkingType is the "type" that is sent for p, "" for nothing.
func (f facts) thinkingType(p Params) string {
	if _, refused := f.refused["thinking"]; refused {
		return ""
	}
	mode := p.Thinking.Mode
	if f.known && !f.thinkingSupport(p).OK {
		mode = ""
	}
	switch {
	case mode == "adaptive":
		return "adaptive"
	case mode == "budget":
		return "enabled"
	case mode == "off" && f.known && !f.thinksItself():
		return "" // off is what it does by itself
	case mode == "off" && f.known && !f.Thinking.Disabled:
		return "between_tools"
	case mode == "off":
		return "disabled"
	case f.thinksItself() && f.Thinking.Adaptive:
		return "adaptive" // what it does anyway, but so that the thinking can be shown
	}
	return ""
}

// applyParams fills the parameters of req and tells what of p was left out or
// changed, and why.
func applyParams(req *api.MessageRequest, p Params, f facts) (notes []string) {
	send := func(param, value string) bool {
		s := f.support(p, param)
		if !s.OK {
			notes = append(notes, fmt.Sprintf("%s %s not sent: %s", strings.ReplaceAll(param, "_tokens", " tokens"), value, s.Reason))
		}
		return s.OK
	}
	if p.Temperature != nil && send("temperature", number(*p.Temperature)) {
		req.Temperature = p.Temperature
	}
	if p.TopP != nil && send("top_p", number(*p.TopP)) {
		req.TopP = p.TopP
	}
	if p.TopK != nil && send("top_k", strconv.Itoa(*p.TopK)) {
		req.TopK = p.TopK
	}
	if p.Effort != "" && send("effort", p.Effort) {
		req.OutputConfig = &api.OutputConfig{Effort: p.Effort}
	}
	if len(p.StopSequences) > 0 && send("stop_sequences", strings.Join(p.StopSequences, ", ")) {
		req.StopSequences = p.StopSequences
	}
	if p.Thinking.Mode != "" {
		send("thinking", p.Thinking.Mode)
	}
	notes = append(notes, applyLimits(req, p, f)...)
	if _, refused := f.refused["cache_control"]; !f.noCache && !refused {
		req.CacheControl = &api.CacheControl{Type: "ephemeral"}
	}
	return notes
}

// applyLimits sets max tokens and thinking, which depend on each other.
func applyLimits(req *api.MessageRequest, p Params, f facts) (notes []string) {
	req.MaxTokens = p.maxTokens()
	if limit := f.outputLimit(); req.MaxTokens > limit {
		if p.MaxTokens > 0 {
			notes = append(notes, fmt.Sprintf("max tokens %d lowered to %d: the limit of this model", p.MaxTokens, limit))
		}
		req.MaxTokens = limit
	}
	kind := f.thinkingType(p)
	if kind == "" {
		return notes
	}
	req.Thinking = &api.Thinking{Type: kind}
	if kind == "enabled" {
		req.Thinking.BudgetTokens = p.Thinking.Budget
		if p.Thinking.Budget >= req.MaxTokens {
			if req.MaxTokens <= minBudget {
				req.Thinking = nil
				return append(notes, fmt.Sprintf("thinking budget %d not sent: it must be below max tokens %d", p.Thinking.Budget, req.MaxTokens))
			}
			req.Thinking.BudgetTokens = max(minBudget, req.MaxTokens-1)
			notes = append(notes, fmt.Sprintf("thinking budget %d lowered to %d: it must be below max tokens", p.Thinking.Budget, req.Thinking.BudgetTokens))
		}
	}
	_, noDisplay := f.refused["thinking.display"]
	if (kind == "adaptive" || kind == "enabled") && !noDisplay {
		req.Thinking.Display = "summarized"
	}
	return notes
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
