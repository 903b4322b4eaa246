package composer

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"parlor/ui/action"
)

// slash is the completion of commands: the menu over the text.
type slash struct {
	commands []action.Info // those with a slash name
	args     func(cmd, partial string) []string

	items  []item
	at     int    // the selected item; -1 for none
	inArgs bool   // the items are arguments of a command, not commands
	hushed string // the text for which Esc closed the menu
}

// An item is a row of the menu.
type item struct {
	text, detail string
	info         action.Info // of a command
}

func (s *slash) open() bool { return len(s.items) > 0 }

func (s *slash) close() { s.items = nil }

// SetCommands sets the actions that can be run as slash commands; those
// without a slash name are left out.
func (c *Composer) SetCommands(infos []action.Info) {
	c.slash.commands = nil
	for _, info := range infos {
		if info.Slash != "" {
			c.slash.commands = append(c.slash.commands, info)
		}
	}
	c.refreshSlash()
}

// SetArgCompletions sets who knows what may follow a command. It is called
// while the user types and must answer from memory.
func (c *Composer) SetArgCompletions(complete func(cmd, partial string) []string) {
	c.slash.args = complete
}

// command splits the text into a command's name and the rest, if it looks like
// a command: a slash, then letters and dashes.
func (c *Composer) command() (name, rest string, ok bool) {
	first := c.buf.lines[0].atoms
	if len(first) == 0 || first[0].chip != nil || first[0].s != "/" {
		return "", "", false
	}
	text := c.Value().Text[1:]
	i := strings.IndexAny(text, " \n")
	if i < 0 {
		i = len(text)
	}
	name = text[:i]
	for _, r := range name {
		if r != '-' && (r < 'a' || r > 'z') {
			return "", "", false
		}
	}
	return name, text[i:], true
}

// lookup finds a command by its name.
func (s *slash) lookup(name string) (action.Info, bool) {
	i := slices.IndexFunc(s.commands, func(info action.Info) bool { return info.Slash == name })
	if i < 0 {
		return action.Info{}, false
	}
	return s.commands[i], true
}

// refreshSlash opens, updates or closes the menu after a change of the text.
func (c *Composer) refreshSlash() {
	s := &c.slash
	s.items = nil
	if len(c.buf.lines) != 1 || len(s.commands) == 0 || c.search != nil {
		return
	}
	name, rest, ok := c.command()
	if !ok || "/"+name+rest == s.hushed {
		return
	}
	s.hushed = ""
	s.at, s.inArgs = 0, rest != ""
	if !s.inArgs {
		s.items = s.matching(name)
		return
	}
	info, known := s.lookup(name)
	if !known || s.args == nil || info.Args == "" {
		return
	}
	s.at = -1
	partial := strings.TrimLeft(rest, " ")
	for _, arg := range s.args(name, partial) {
		if arg != partial {
			s.items = append(s.items, item{text: arg})
		}
	}
}

// matching returns the commands for what was typed: those that begin with it,
// in the order of the table, else those that contain its letters.
func (s *slash) matching(name string) []item {
	var items []item
	names := make([]string, len(s.commands))
	for i, info := range s.commands {
		names[i] = info.Slash
		if strings.HasPrefix(info.Slash, name) {
			items = append(items, commandItem(info))
		}
	}
	slices.SortStableFunc(items, func(a, b item) int { return exactFirst(a, name) - exactFirst(b, name) })
	if len(items) > 0 {
		return items
	}
	for _, m := range fuzzy.Find(name, names) {
		items = append(items, commandItem(s.commands[m.Index]))
	}
	return items
}

func exactFirst(it item, name string) int {
	if it.info.Slash == name {
		return 0
	}
	return 1
}

func commandItem(info action.Info) item {
	text := "/" + info.Slash
	if info.Args != "" {
		text += " " + info.Args
	}
	return item{text: text, detail: info.Title, info: info}
}

// menuKey handles a key while the menu is open, and reports whether it was the
// menu's own.
func (c *Composer) menuKey(msg tea.KeyPressMsg) ([]action.Action, bool) {
	s := &c.slash
	switch msg.Keystroke() {
	case "up", "ctrl+p":
		s.at = (max(s.at, 0) + len(s.items) - 1) % len(s.items)
	case "down", "ctrl+n":
		s.at = (s.at + 1) % len(s.items)
	case "esc", "ctrl+c":
		name, rest, _ := c.command()
		s.hushed = "/" + name + rest
		s.close()
	case "tab":
		c.complete(s.items[max(s.at, 0)])
	case "enter":
		if s.at < 0 {
			return nil, false
		}
		return c.choose(s.items[s.at]), true
	default:
		return nil, false
	}
	c.frame.stale = true
	return nil, true
}

// complete writes an item into the text and goes on.
func (c *Composer) complete(it item) {
	name, _, _ := c.command()
	text := "/" + name + " " + it.text
	if !c.slash.inArgs {
		text = "/" + it.info.Slash
		if it.info.Args != "" {
			text += " "
		}
	}
	c.before(editSet)
	c.buf = newBuffer()
	c.buf.insert(parse(text))
	c.edited()
}

// choose runs an item, or completes a command that cannot do without an
// argument.
func (c *Composer) choose(it item) []action.Action {
	if c.slash.inArgs || strings.HasPrefix(it.info.Args, "<") {
		needs := !c.slash.inArgs
		c.complete(it)
		if needs {
			return nil
		}
		return c.send()
	}
	return c.run(it.info, "")
}

// run returns a command's action and takes its text away.
func (c *Composer) run(info action.Info, rest string) []action.Action {
	c.Clear()
	return []action.Action{{ID: info.ID, Arg: strings.TrimSpace(rest)}}
}

// send returns what Enter asks for: a command, or the message.
func (c *Composer) send() []action.Action {
	out := c.Value()
	if strings.TrimSpace(out.Text) == "" {
		return []action.Action{{ID: Send}} // the parent may have something waiting
	}
	name, rest, ok := c.command()
	if !ok || name == "" || len(c.slash.commands) == 0 {
		return []action.Action{{ID: Send, Value: out}}
	}
	if info, known := c.slash.lookup(name); known {
		return c.run(info, rest)
	}
	return []action.Action{{ID: UnknownCommand, Arg: "/" + name}}
}
