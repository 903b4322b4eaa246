package ui

import (
	"fmt"
	"strings"

	"parlor/session"
	"parlor/themes"
	"parlor/ui/format"
	"parlor/ui/term"
)

// messageFacts is what produced a message, a fact a line.
func messageFacts(msg *session.Message) string {
	var b strings.Builder
	fact := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-14s %s\n", name, term.Sanitize(value))
		}
	}
	fact("who", msg.Role)
	fact("when", msg.CreatedAt.Local().Format("2 January 2006, 15:04:05"))
	fact("state", string(msg.State))
	if msg.Role == "user" {
		return b.String()
	}
	fact("model", msg.Model)
	if t := msg.Params.Temperature; t != nil {
		fact("temperature", number(*t))
	}
	fact("effort", msg.Params.Effort)
	fact("thinking", msg.Params.Thinking.Mode)
	fact("system", msg.Params.System)
	fact("stop reason", msg.StopReason)
	u := msg.Usage
	fact("input", format.Thousands(u.InputTokens)+" tokens")
	fact("from cache", format.Thousands(u.CacheReadInputTokens)+" tokens")
	fact("to cache", format.Thousands(u.CacheCreationInputTokens)+" tokens")
	fact("output", format.Thousands(u.OutputTokens)+" tokens")
	if msg.CostKnown {
		fact("cost", format.Dollars(msg.CostMicros))
	}
	fact("request", msg.RequestID)
	for _, n := range msg.Notes {
		fact("note", n)
	}
	return b.String()
}

// completeArg proposes arguments of slash commands.
func (m *Model) completeArg(command, partial string) []string {
	var all []string
	switch command {
	case "model":
		all = []string{"opus", "sonnet", "haiku", "fable"}
	case "effort":
		if m.manager != nil {
			all = m.manager.Supports(m.snap.Params, "effort").Choices
		}
		all = append(all[:len(all):len(all)], "off")
	case "thinking":
		all = []string{"adaptive", "off", "default"}
	case "theme":
		all = themes.Names()
	case "temp":
		all = []string{"0", "0.3", "0.7", "1", "off"}
	}
	var fit []string
	for _, s := range all {
		if strings.HasPrefix(s, partial) {
			fit = append(fit, s)
		}
	}
	return fit
}
