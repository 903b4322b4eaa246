package session

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// ParamError says which parameter has a value that no model takes.
type ParamError struct {
	Param   string // "temperature", "max_tokens", ...
	Message string // one sentence
}

// Error is the sentence.
func (e *ParamError) Error() string { return e.Message }

// Validate checks the values themselves, not whether the model takes them. The
// error is a *ParamError.
func (p Params) Validate() error {
	bad := func(param, format string, args ...any) error {
		return &ParamError{Param: param, Message: fmt.Sprintf(format, args...)}
	}
	switch {
	case strings.TrimSpace(p.Model) == "":
		return bad("model", "No model is chosen.")
	case strings.ContainsFunc(p.Model, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }):
		return bad("model", "The model's name has characters that cannot be sent.")
	case p.Temperature != nil && !within(*p.Temperature, 0, 1):
		return bad("temperature", "Temperature is a number from 0 to 1, not %v.", *p.Temperature)
	case p.TopP != nil && !within(*p.TopP, 0, 1):
		return bad("top_p", "top_p is a number from 0 to 1, not %v.", *p.TopP)
	case p.TopK != nil && *p.TopK < 0:
		return bad("top_k", "top_k is 0 or more, not %d.", *p.TopK)
	case p.MaxTokens < 0:
		return bad("max_tokens", "Max tokens is 1 or more, not %d.", p.MaxTokens)
	case !slices.Contains([]string{"", "low", "medium", "high", "xhigh", "max"}, p.Effort):
		return bad("effort", "Effort is low, medium, high, xhigh or max, not %q.", p.Effort)
	case !slices.Contains([]string{"", "adaptive", "budget", "off"}, p.Thinking.Mode):
		return bad("thinking", "Thinking is adaptive, off or a budget, not %q.", p.Thinking.Mode)
	case p.Thinking.Mode == "budget" && p.Thinking.Budget < minBudget:
		return bad("thinking", "A thinking budget is at least %d tokens, not %d.", minBudget, p.Thinking.Budget)
	case !utf8.ValidString(p.System):
		return bad("system", "The system prompt is not valid UTF-8 at byte %d.", invalidAt(p.System))
	}
	for _, s := range p.StopSequences {
		if strings.TrimSpace(s) == "" || !utf8.ValidString(s) {
			return bad("stop_sequences", "A stop sequence must have visible characters.")
		}
	}
	return nil
}

// minBudget is the smallest thinking budget the API takes, in tokens.
const minBudget = 1024

func within(v, low, high float64) bool { return v >= low && v <= high }

// clone returns p without sharing memory with the caller.
func (p Params) clone() Params {
	p.Temperature, p.TopP, p.TopK = copied(p.Temperature), copied(p.TopP), copied(p.TopK)
	p.StopSequences = slices.Clone(p.StopSequences)
	return p
}

func copied[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}

// maxTokens is what is asked for, with the default in place of 0.
func (p Params) maxTokens() int {
	if p.MaxTokens == 0 {
		return DefaultMaxTokens
	}
	return p.MaxTokens
}
