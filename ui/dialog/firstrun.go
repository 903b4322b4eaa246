package dialog

import (
	"net/url"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
	"parlor/ui/styles"
)

// FirstRun is what a person without a key sees: three ways on.
type FirstRun struct {
	base
	at    int         // the selected way
	ask   *TextPrompt // set while a key or an address is typed
	wrong string
}

// way is one of the three.
type way struct{ title, about string }

func ways() []way {
	return []way{
		{"Paste an API key", "from console.anthropic.com; checked, then kept safe"},
		{"Use a server of your own", "a proxy, Ollama, llama.cpp, Bedrock, Vertex, Foundry"},
		{"Try the demo", "the whole program, with simulated answers; no key"},
	}
}

// NewFirstRun shows the three ways.
func NewFirstRun(st *styles.Styles) *FirstRun { return &FirstRun{base: newBase(st)} }

// ID names the dialog.
func (r *FirstRun) ID() string { return "first-run" }

// SetStyles sets how the dialog is drawn.
func (r *FirstRun) SetStyles(st *styles.Styles) {
	r.st = st
	if r.ask != nil {
		r.ask.SetStyles(st)
	}
}

// SetProblem shows why the way taken did not lead on. What was typed stays.
func (r *FirstRun) SetProblem(sentence string) {
	if r.ask != nil {
		r.ask.SetProblem(sentence)
		return
	}
	r.wrong = sentence
}

// layout draws the ways; first is the row of the first one, step the rows each takes.
func (r *FirstRun) layout(width, height int) (f frame, lines []string, first, step int) {
	f = measure(width, height, 68)
	for _, l := range wrapped("No API key is configured yet. Nothing has been sent anywhere.", f.cells()) {
		lines = append(lines, r.st.Muted.Render(l))
	}
	if f.gap > 0 {
		lines = append(lines, "")
	}
	first, step = len(lines), 1+f.gap
	for i, w := range ways() {
		st, mark := r.st.Text, "  "
		if i == r.at {
			st, mark = r.st.Selection, "▸ "
		}
		lines = append(lines, st.Render(fit(mark+w.title, f.cells())))
		if f.gap > 0 {
			lines = append(lines, r.st.Muted.Render(fit("  "+w.about, f.cells())))
		}
	}
	if f.gap == 0 {
		lines = append(lines, r.st.Muted.Render(fit(ways()[r.at].about, f.cells())))
	}
	for _, l := range wrapped(r.wrong, f.cells()) {
		lines = append(lines, r.st.Danger.Render(l))
	}
	if f.gap > 0 {
		lines = append(lines, "")
	}
	lines = append(lines, r.hints(f.cells(), hint{"enter", "go on"}, hint{"↑↓", "choose"}, hint{"esc", "look around"}))
	f.height = min(f.height, len(lines)+2)
	return f, lines, first, step
}

// View draws the ways, or what is asked for on the one taken.
func (r *FirstRun) View(width, height int) string {
	if r.ask != nil {
		return r.ask.View(width, height)
	}
	r.seen(width, height)
	f, lines, _, _ := r.layout(width, height)
	return r.box(f, "Welcome to parlor", lines)
}

// Cursor is in the field, while there is one.
func (r *FirstRun) Cursor(width, height int) *tea.Cursor {
	if r.ask != nil {
		return r.ask.Cursor(width, height)
	}
	return nil
}

// Update chooses a way and goes it.
func (r *FirstRun) Update(msg tea.Msg) (tea.Cmd, []action.Action) {
	if r.ask != nil {
		cmd, acts := r.ask.Update(msg)
		if len(acts) == 1 && acts[0].ID == Close {
			r.ask = nil // back to the ways
			return cmd, nil
		}
		return cmd, acts
	}
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return nil, r.key(msg)
	case tea.MouseClickMsg:
		return nil, r.click(msg.Mouse())
	}
	return nil, nil
}

func (r *FirstRun) key(msg tea.KeyPressMsg) []action.Action {
	n := len(ways())
	switch r.is(msg, vClose, vAccept, vUp, vDown, vSwitch) {
	case vClose:
		return one(Close, "")
	case vUp:
		r.at = (r.at + n - 1) % n
	case vDown, vSwitch:
		r.at = (r.at + 1) % n
	case vAccept:
		return r.take()
	}
	return nil
}

// click takes the way under the pointer.
func (r *FirstRun) click(m tea.Mouse) []action.Action {
	f, _, first, step := r.layout(r.width, r.height)
	_, y := f.corner()
	line := m.Y - y - first
	if line < 0 || line >= step*len(ways()) {
		return nil
	}
	r.at = line / step
	return r.take()
}

// take goes the selected way.
func (r *FirstRun) take() []action.Action {
	r.wrong = ""
	switch r.at {
	case 0:
		r.ask = NewTextPrompt(Prompt{
			Title: "API key", Masked: true, Does: "check and keep", Action: LoginKey, Check: checkKey,
			Hint: "Paste it here. It is checked with one request that costs nothing, then kept in the system's keyring.",
		}, r.st)
	case 1:
		r.ask = NewTextPrompt(Prompt{
			Title: "Server", Does: "use", Action: LoginURL, Check: checkURL,
			Hint: "The address of a server that speaks the Claude API, such as http://localhost:11434. What it needs for Bedrock, Vertex and Foundry stands in the README.",
		}, r.st)
	default:
		return one(StartDemo, "")
	}
	r.ask.keys = r.keys
	return nil
}

// checkKey says what cannot be a key.
func checkKey(s string) string {
	switch s = strings.TrimSpace(s); {
	case s == "":
		return "Paste a key first, or press Esc to go back."
	case strings.ContainsAny(s, " \t"):
		return "A key has no spaces; this looks like something else."
	}
	return ""
}

// checkURL says what cannot be a server's address.
func checkURL(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	switch {
	case s == "":
		return "Type an address first, or press Esc to go back."
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		return "An address begins with http:// or https://."
	case u.Host == "":
		return "The address names no host."
	case u.User != nil:
		return "Leave the password out of the address; it would be shown and logged."
	}
	return ""
}
