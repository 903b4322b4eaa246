package ui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/session"
	"parlor/ui/format"
	"parlor/ui/term"
)

// spinnerEvery is the pace of the only thing that moves while one waits.
const spinnerEvery = 250 * time.Millisecond

// tickMsg moves the spinner, the seconds and the countdowns.
type tickMsg struct{}

// scheduleTick keeps one tick on its way while something on the screen changes
// with time alone, and none otherwise.
func (m *Model) scheduleTick() tea.Cmd {
	every := m.tickEvery()
	if m.ticking || every == 0 {
		return nil
	}
	m.ticking = true
	return m.after(every, tickMsg{})
}

// tickEvery is how soon the screen will be out of date, 0 for never.
func (m *Model) tickEvery() time.Duration {
	switch {
	case m.thinking() || m.snap.Turn.Phase == session.Connecting || m.snap.Turn.Phase == session.Waiting || m.snap.Turn.Phase == session.Retrying:
		return spinnerEvery
	case m.note.text != "" && !m.note.until.IsZero():
		return time.Second
	case m.snap.Turn.Phase == session.Idle && m.cacheLeft() > 0:
		return 15 * time.Second
	}
	return 0
}

// thinking reports whether the model thinks and has not begun to answer.
func (m *Model) thinking() bool {
	live := m.snap.Live
	if live == nil || m.snap.Turn.Phase != session.Answering {
		return false
	}
	for _, p := range live.Parts {
		if p.Kind != session.PartThinking {
			return false
		}
	}
	return true
}

// ticked lets time pass on the screen.
func (m *Model) ticked() tea.Cmd {
	m.ticking = false
	m.expireNote()
	return nil
}

// cacheLeft is how long the prompt cache still holds.
func (m *Model) cacheLeft() time.Duration {
	if m.snap.Context.CacheUntil.IsZero() {
		return 0
	}
	return max(m.snap.Context.CacheUntil.Sub(m.now()), 0)
}

// statusLine is the last row: what answers, how full it is, what it cost, and
// on the right what is going on. Parts fall away from the least important one
// until it fits.
func (m *Model) statusLine() string {
	width := m.at.width - 2*m.at.composerX
	right := m.activity()
	room := width - lipgloss.Width(right)
	if right != "" {
		room -= 2
	}
	parts := m.statusParts()
	for len(parts) > 1 && partsWidth(parts) > room {
		parts = dropLeast(parts)
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = p.text
	}
	left := ansi.Truncate(strings.Join(texts, "  "), max(room, 0), "…")
	gap := max(width-lipgloss.Width(left)-lipgloss.Width(right), 0)
	line := left + strings.Repeat(" ", gap) + right
	return strings.Repeat(" ", m.at.composerX) + ansi.Truncate(line, max(width, 0), "")
}

// part is a piece of the status line; those with the highest rank go first
// when it gets narrow.
type part struct {
	text string
	rank int
}

func partsWidth(parts []part) int {
	w := 2 * (len(parts) - 1)
	for _, p := range parts {
		w += lipgloss.Width(p.text)
	}
	return w
}

func dropLeast(parts []part) []part {
	worst := 0
	for i, p := range parts {
		if p.rank >= parts[worst].rank {
			worst = i
		}
	}
	return append(parts[:worst:worst], parts[worst+1:]...)
}

// statusParts are the pieces of the status line from left to right.
func (m *Model) statusParts() []part {
	var parts []part
	add := func(rank int, st lipgloss.Style, text string) {
		if text != "" {
			parts = append(parts, part{st.Render(text), rank})
		}
	}
	dim := m.st.Hint
	if m.opts.Simulated || m.snap.Simulated {
		add(0, m.st.Badge, "SIMULATED")
	}
	if m.snap.Private {
		add(1, m.st.Badge, "private")
	}
	add(2, dim, format.Model(term.Sanitize(m.snap.Params.Model)))
	add(5, dim, m.temperature())
	add(6, dim, m.effort())
	add(3, dim, m.contextBar())
	add(8, dim, m.cacheState())
	if m.snap.CostKnown && m.snap.CostMicros > 0 {
		add(4, dim, format.Dollars(m.snap.CostMicros))
	}
	if n := len(m.snap.Queue); n > 0 {
		add(1, m.st.Accent2, fmt.Sprintf("%d queued", n))
	}
	return parts
}

// temperature is the value that will be sent, or that the model fixes it.
func (m *Model) temperature() string {
	if m.manager == nil || m.snap.Params.Model == "" {
		return ""
	}
	t := m.snap.Params.Temperature
	if !m.manager.Supports(m.snap.Params, "temperature").OK {
		return "temp fixed"
	}
	if t == nil {
		return ""
	}
	return "temp " + number(*t)
}

func (m *Model) effort() string {
	e := m.snap.Params.Effort
	if e == "" || m.manager == nil || !m.manager.Supports(m.snap.Params, "effort").OK {
		return ""
	}
	return "effort " + e
}

// contextBar shows how full the model's window is; wide terminals get a bar,
// narrow ones the percentage.
func (m *Model) contextBar() string {
	c := m.snap.Context
	if c.Window == 0 || c.Tokens == 0 {
		return ""
	}
	percent := fmt.Sprintf("%d%%", c.Tokens*100/c.Window)
	if c.Tokens*100/c.Window == 0 {
		percent = "<1%"
	}
	if m.at.width < narrow {
		return percent
	}
	const cells = 8
	full := min(int((c.Tokens*cells+c.Window-1)/c.Window), cells)
	return "ctx " + strings.Repeat("▰", full) + strings.Repeat("▱", cells-full) + " " + percent
}

// cacheState counts down the prompt cache and says what sending costs with and
// without it. Minutes are enough: a clock that ticks would keep the terminal
// awake.
func (m *Model) cacheState() string {
	left, c := m.cacheLeft(), m.snap.Context
	if left == 0 {
		return ""
	}
	s := "cache <1 min"
	if mins := int(left.Minutes()); mins > 0 {
		s = fmt.Sprintf("cache %d min", mins)
	}
	if c.SendCold > 0 {
		s += fmt.Sprintf(" send %s cold %s", format.Dollars(c.SendWarm), format.Dollars(c.SendCold))
	}
	return s
}

// activity is what is going on, with the way out.
func (m *Model) activity() string {
	t := m.snap.Turn
	since := m.now().Sub(t.Since)
	switch t.Phase {
	case session.Connecting:
		return m.spin("connecting", since)
	case session.Waiting:
		return m.spin("waiting", since)
	case session.Retrying:
		return m.retrying()
	case session.Answering:
		if m.thinking() {
			return m.spin("thinking", since)
		}
		return m.st.Hint.Render("esc stops")
	case session.Following:
		return m.st.Hint.Render("answering in another parlor")
	}
	if m.opening {
		return m.st.Hint.Render("opening")
	}
	if m.transcript.Focused() {
		return m.st.Hint.Render("y copy  r retry  e edit  tab back")
	}
	return ""
}

// spin is the one moving cell, the reason, and the seconds once they are worth
// telling.
func (m *Model) spin(reason string, since time.Duration) string {
	frames := []rune("⠋⠙⠸⠴⠦⠇")
	s := m.st.Spinner.Render(string(frames[int(since/spinnerEvery)%len(frames)])) + " " + m.st.Hint.Render(reason)
	if since >= 3*time.Second {
		s += m.st.Hint.Render(fmt.Sprintf(" %d s", int(since.Seconds())))
	}
	return s + m.st.Hint.Render("  esc stops")
}

// retrying counts down to the next attempt.
func (m *Model) retrying() string {
	r := m.snap.Turn.Retry
	if r == nil {
		return m.spin("retrying", 0)
	}
	left := max(r.Until.Sub(m.now()), 0)
	return m.st.Warning.Render(fmt.Sprintf("%s · try %d of %d in %d s", term.Sanitize(r.Reason), r.Attempt, r.Max, int(left.Seconds()+0.99))) +
		m.st.Hint.Render("  esc gives up")
}
