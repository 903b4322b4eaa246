package transcript

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/session"
	"parlor/ui/format"
	"parlor/ui/term"
)

// detailWidth is the narrowest text column that has room for headers and
// footers; below it they are left out.
const detailWidth = 54

// header says who speaks, when, and which of the alternatives this is.
func (r *Renderer) header(m *session.Message) string {
	if r.width < detailWidth {
		if m.Siblings > 1 {
			return r.st.Muted.Render(sibling(m))
		}
		return ""
	}
	name := r.st.UserName.Render("you")
	if m.Role != "user" {
		name = r.st.ClaudeName.Render(format.Model(term.Sanitize(m.Model)))
	}
	rest := "  " + m.CreatedAt.Local().Format("15:04")
	if m.Siblings > 1 {
		rest += "  " + sibling(m)
	}
	return ansi.Truncate(name+r.st.Muted.Render(rest), r.width, "…")
}

// sibling is the mark of an alternative: ‹2/3›.
func sibling(m *session.Message) string {
	return fmt.Sprintf("‹%d/%d›", m.Sibling, m.Siblings)
}

// thought is the one line that thinking folds to.
func (r *Renderer) thought(p session.Part, open bool) string {
	s := "thinking"
	if p.Done {
		s = "thought"
		if p.Duration > 0 {
			s += " for " + format.Seconds(p.Duration)
		}
	}
	if p.Tokens > 0 {
		s += fmt.Sprintf(" · %s tokens", format.Thousands(p.Tokens))
	}
	hint := "(tab, space opens)"
	switch {
	case strings.TrimSpace(p.Text) == "" && p.Done:
		hint = ""
	case open:
		hint = "(tab, space folds)"
	}
	s = r.st.Thinking.Render(s)
	if gap := r.width - lipgloss.Width(s) - len(hint); gap > 1 {
		s += strings.Repeat(" ", gap) + r.st.Faint.Render(hint)
	}
	return s
}

// closing adds what stands under a message: notes, failure, footer, apart from
// the words by a blank row.
func (r *Renderer) closing(it *Item, m *session.Message) {
	words := len(it.Units)
	defer func() {
		if len(it.Units) > words && words > 1 {
			it.Units[words].Gap = 1
		}
	}()
	for _, n := range m.Notes {
		r.line(it, KindNote, r.wrapped(r.st.Muted, term.Sanitize(n))...)
	}
	if f := m.Failure; f != nil {
		lines := r.wrapped(r.st.Warning, term.Sanitize(f.Message))
		if f.Hint != "" {
			lines = append(lines, r.wrapped(r.st.Muted, term.Sanitize(f.Hint))...)
		}
		r.line(it, KindFailure, lines...)
	}
	if m.BlockedReason != "" {
		r.line(it, KindFailure, r.wrapped(r.st.Warning, term.Sanitize(m.BlockedReason))...)
	}
	if s := r.standing(m); s != "" {
		r.line(it, KindNote, r.wrapped(r.st.Muted, s)...)
	}
	if m.Role != "user" && m.State != session.Streaming && r.width >= detailWidth && r.footers {
		if f := Footer(m); f != "" {
			r.line(it, KindFooter, ansi.Truncate(r.st.Faint.Render(f), r.width, "…"))
		}
	}
}

// standing says how a message that did not end by itself stands and what can
// be done.
func (r *Renderer) standing(m *session.Message) string {
	var s string
	switch m.State {
	case session.Stopped:
		s = "stopped by you"
	case session.Interrupted:
		s = "interrupted"
	}
	if m.StopReason == "max_tokens" && m.State == session.Complete {
		s = "cut at the token limit"
	}
	switch {
	case s != "" && nothingSaid(m):
		s += " · /retry sends it again"
	case m.CanContinue && s != "":
		s += " · /continue goes on"
	case m.State == session.Failed:
		s = "/retry sends it again"
	}
	return s
}

// nothingSaid reports whether a message has no text to go on from.
func nothingSaid(m *session.Message) bool {
	for _, p := range m.Parts {
		if p.Kind == session.PartText && strings.TrimSpace(p.Text) != "" {
			return false
		}
	}
	return true
}

// wrapped renders a sentence over as many rows as it needs.
func (r *Renderer) wrapped(st lipgloss.Style, s string) []string {
	rows := strings.Split(ansi.Wrap(s, max(r.width, 1), ""), "\n")
	for i := range rows {
		rows[i] = st.Render(rows[i])
	}
	return rows
}

// Footer is the line under an answer: tokens, cost, time to the first token,
// tokens a second. It leaves out what is not known.
func Footer(m *session.Message) string {
	var parts []string
	// Before the end the server has told no more than the beginning's count.
	whole := m.State == session.Complete || m.State == session.Refused
	if n := m.Usage.OutputTokens; n == 1 && whole {
		parts = append(parts, "1 token")
	} else if n > 0 && whole {
		parts = append(parts, format.Thousands(n)+" tokens")
	}
	if m.CostKnown && whole {
		parts = append(parts, format.Dollars(m.CostMicros))
	}
	if m.FirstToken > 0 {
		parts = append(parts, "first "+format.Seconds(m.FirstToken))
	}
	if d := m.Elapsed - m.FirstToken; d > 50*time.Millisecond && m.Usage.OutputTokens > 0 && whole {
		parts = append(parts, fmt.Sprintf("%.0f tok/s", float64(m.Usage.OutputTokens)/d.Seconds()))
	}
	return strings.Join(parts, " · ")
}

// withChips replaces the pasted stretches of a user's text by their chips.
func withChips(text string, pastes []session.Paste) string {
	var b strings.Builder
	at := 0
	for i, p := range pastes {
		if p.Start < at || p.End > len(text) || p.End < p.Start {
			continue
		}
		b.WriteString(text[at:p.Start])
		lines := strings.Count(strings.TrimSuffix(text[p.Start:p.End], "\n"), "\n") + 1
		unit := "lines"
		if lines == 1 {
			unit = "line"
		}
		fmt.Fprintf(&b, "[paste %d: %d %s]", i+1, lines, unit)
		at = p.End
	}
	b.WriteString(text[at:])
	return b.String()
}
