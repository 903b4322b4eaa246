package composer

import (
	"slices"

	"parlor/ui/action"
)

// A verb is something a key does in the composer.
type verb struct {
	id    action.ID
	title string
	keys  []string
	do    func(*Composer) []action.Action
}

// plain makes a verb's function of one that asks for nothing.
func plain(f func(*Composer)) func(*Composer) []action.Action {
	return func(c *Composer) []action.Action {
		f(c)
		return nil
	}
}

// to makes a verb's function that moves the caret.
func to(where func(*buffer, pos) pos) func(*Composer) []action.Action {
	return plain(func(c *Composer) {
		c.settle()
		c.buf.move(where(&c.buf, c.buf.caret))
		c.frame.stale = true
	})
}

// erase and kill make verbs' functions that remove from the caret to a place;
// what was killed can be yanked.
func erase(where func(*buffer, pos) pos) func(*Composer) []action.Action {
	return plain(func(c *Composer) { c.remove(where(&c.buf, c.buf.caret), editErase) })
}

func kill(where func(*buffer, pos) pos) func(*Composer) []action.Action {
	return plain(func(c *Composer) { c.remove(where(&c.buf, c.buf.caret), editKill) })
}

// verbs is the table of keys. Enter stands for itself: what it does depends on
// Options.EnterSends.
func verbs(enterSends bool) []verb {
	sendKeys, newlineKeys := []string{"enter"}, []string{"shift+enter", "alt+enter", "ctrl+j"}
	if !enterSends {
		sendKeys, newlineKeys = []string{"ctrl+enter", "alt+enter"}, []string{"enter", "shift+enter", "ctrl+j"}
	}
	start := func(b *buffer, _ pos) pos { return b.start() }
	end := func(b *buffer, _ pos) pos { return b.end() }
	return []verb{
		{"composer.send", "Send the message", sendKeys, (*Composer).enter},
		{"composer.newline", "Break the line", newlineKeys, plain((*Composer).newline)},
		{"composer.up", "Row up, then older prompts", []string{"up", "ctrl+p"}, plain((*Composer).up)},
		{"composer.down", "Row down, then newer prompts", []string{"down", "ctrl+n"}, plain((*Composer).down)},
		{"composer.search", "Search older prompts", []string{"ctrl+r"}, (*Composer).startSearch},
		{"composer.open-paste", "Open the paste at the caret", []string{"tab", "alt+o"}, (*Composer).openChip},
		{"composer.left", "Left", []string{"left", "ctrl+b"}, to((*buffer).left)},
		{"composer.right", "Right", []string{"right", "ctrl+f"}, to((*buffer).right)},
		{"composer.word-left", "Word left", []string{"alt+b", "alt+left", "ctrl+left"}, to((*buffer).wordLeft)},
		{"composer.word-right", "Word right", []string{"alt+f", "alt+right", "ctrl+right"}, to((*buffer).wordRight)},
		{"composer.line-start", "Start of the line", []string{"home", "ctrl+a"}, to((*buffer).lineStart)},
		{"composer.line-end", "End of the line", []string{"end", "ctrl+e"}, to((*buffer).lineEnd)},
		{"composer.start", "Start of the text", []string{"ctrl+home", "alt+shift+,", "alt+<"}, to(start)},
		{"composer.end", "End of the text", []string{"ctrl+end", "alt+shift+.", "alt+>"}, to(end)},
		{"composer.erase-left", "Erase to the left", []string{"backspace", "shift+backspace", "ctrl+h"}, erase((*buffer).left)},
		{"composer.erase-right", "Erase to the right", []string{"delete", "ctrl+d"}, erase((*buffer).right)},
		{"composer.kill-word-left", "Cut the word to the left", []string{"alt+backspace", "ctrl+backspace"}, kill((*buffer).wordLeft)},
		{"composer.kill-blank-left", "Cut back to a blank", []string{"ctrl+w"}, kill((*buffer).blankLeft)},
		{"composer.kill-word-right", "Cut the word to the right", []string{"alt+d", "alt+delete", "ctrl+delete"}, kill((*buffer).wordRight)},
		{"composer.kill-line-left", "Cut to the start of the line", []string{"ctrl+u"}, kill(killLeft)},
		{"composer.kill-line-right", "Cut to the end of the line", []string{"ctrl+k"}, kill(killRight)},
		{"composer.yank", "Put back what was cut", []string{"ctrl+y"}, plain((*Composer).yank)},
		{"composer.transpose", "Swap two characters", []string{"ctrl+t"}, plain((*Composer).transpose)},
		{"composer.undo", "Undo", []string{"ctrl+_", "ctrl+shift+-", "ctrl+-", "alt+z"}, plain((*Composer).stepBack)},
		{"composer.redo", "Redo", []string{"alt+shift+z", "alt+y"}, plain((*Composer).stepForward)},
	}
}

// Actions describes the composer's own keys, for the action table: what can be
// bound, and how it is bound by default.
func Actions(enterSends bool) []action.Info {
	all := verbs(enterSends)
	infos := make([]action.Info, 0, len(all))
	for _, v := range all {
		infos = append(infos, action.Info{
			ID: v.id, Title: v.title, Keys: slices.Clone(v.keys),
			Context: action.Composer, Group: "Writing", Hidden: true,
		})
	}
	return infos
}

// SetKeys rebinds the composer's own keys. An action that is not in the map
// keeps its default keys; one with an empty list has none.
func (c *Composer) SetKeys(bindings map[action.ID][]string) {
	c.keys = map[string]func(*Composer) []action.Action{}
	for _, v := range verbs(c.opts.EnterSends) {
		if keys, ok := bindings[v.id]; ok {
			v.keys = keys
		}
		for _, k := range v.keys {
			c.keys[k] = v.do
		}
	}
}
