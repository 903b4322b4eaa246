package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
)

// keymap finds the action of a key. It is built once from the table of actions,
// the preset and the user's keys.toml; nothing else compares key names.
type keymap struct {
	bound     map[action.Context]map[string]action.ID
	keys      map[action.ID][]string // for help, palette and hints
	conflicts []string               // sentences for the user
}

// newKeymap lays the preset and then the user's bindings over the defaults.
func newKeymap(infos []action.Info, preset string, user map[string][]string) *keymap {
	k := &keymap{bound: map[action.Context]map[string]action.ID{}, keys: map[action.ID][]string{}}
	known := map[action.ID]bool{}
	over := presets()[preset]
	for i := range infos {
		info := &infos[i]
		known[info.ID] = true
		if p, ok := over[info.ID]; ok {
			info.Keys = p
		}
		if u, ok := user[string(info.ID)]; ok {
			info.Keys = u
		}
		k.keys[info.ID] = info.Keys
	}
	k.yield(infos, user)
	for _, info := range infos {
		if info.Context == action.Dialog {
			continue // dialogs find their own keys; different ones share them
		}
		_, chosen := user[string(info.ID)]
		k.bind(info, chosen)
	}
	for id := range user {
		if !known[action.ID(id)] {
			k.conflicts = append(k.conflicts, fmt.Sprintf("%q names no action; parlor's actions are listed by /keys.", id))
		}
	}
	slices.Sort(k.conflicts)
	return k
}

// yield takes from the composer's own keys those that the table gives to the
// whole program, unless the user bound them: Ctrl+N is a new conversation, not
// a row down.
func (k *keymap) yield(infos []action.Info, user map[string][]string) {
	global := map[string]bool{}
	for _, info := range infos {
		if info.Context == action.Global {
			for _, key := range info.Keys {
				global[spell(key)] = true
			}
		}
	}
	for i := range infos {
		info := &infos[i]
		if _, chosen := user[string(info.ID)]; chosen || info.Context != action.Composer {
			continue
		}
		info.Keys = slices.DeleteFunc(slices.Clone(info.Keys), func(key string) bool { return global[spell(key)] })
		k.keys[info.ID] = info.Keys
	}
}

// bind enters an action's keys. Where two actions of one context want the same
// key the user's choice wins and both are named; keys that the table itself
// shares between contexts are no conflict, the inner context wins.
func (k *keymap) bind(info action.Info, chosen bool) {
	m := k.bound[info.Context]
	if m == nil {
		m = map[string]action.ID{}
		k.bound[info.Context] = m
	}
	for _, key := range info.Keys {
		key = spell(key)
		if other, taken := m[key]; taken && other != info.ID {
			k.conflicts = append(k.conflicts, fmt.Sprintf("%s is bound to both %q and %q; it does the latter.",
				key, loser(chosen, other, info.ID), winner(chosen, other, info.ID)))
			if !chosen {
				continue
			}
		}
		m[key] = info.ID
	}
}

func winner(chosen bool, first, second action.ID) action.ID {
	if chosen {
		return second
	}
	return first
}

func loser(chosen bool, first, second action.ID) action.ID { return winner(!chosen, first, second) }

// spell brings the usual ways to write a key to Bubble Tea's.
func spell(key string) string {
	if len([]rune(key)) == 1 {
		return key
	}
	key = strings.ToLower(key)
	for from, to := range map[string]string{
		"page_up": "pgup", "pageup": "pgup", "page_down": "pgdown", "pagedown": "pgdown",
		"return": "enter", "escape": "esc", "control+": "ctrl+", "c-": "ctrl+", "m-": "alt+", "option+": "alt+",
	} {
		key = strings.Replace(key, from, to, 1)
	}
	return key
}

// find returns the action of a key in the first of the contexts that has one.
func (k *keymap) find(msg tea.KeyPressMsg, contexts ...action.Context) (action.ID, bool) {
	name := msg.String()
	for _, c := range contexts {
		if id, ok := k.bound[c][name]; ok {
			return id, true
		}
	}
	return "", false
}

// keyHint puts the key of an action into a clause, or says nothing where the
// action has no key.
func (m *Model) keyHint(id action.ID, clause string) string {
	keys := m.keys.keys[id]
	if len(keys) == 0 {
		return ""
	}
	return fmt.Sprintf(clause, titled(keys[0]))
}

// titled writes a key as sentences do: Alt+Q.
func titled(key string) string {
	parts := strings.Split(key, "+")
	for i, p := range parts {
		if p != "" {
			parts[i] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "+")
}

// presets are the bindings that differ from the table's own.
func presets() map[string]map[action.ID][]string {
	return map[string]map[action.ID][]string{
		"emacs": {
			actNew:      keys("alt+n"),
			actPalette:  keys("alt+x"),
			actPageUp:   keys("pgup", "alt+v"),
			actPageDown: keys("pgdown", "ctrl+v"),
			actCancel:   keys("esc", "alt+g"),
			actEditor:   keys("ctrl+x"),
		},
		"vim": {
			actFocus:    keys("tab", "ctrl+w"),
			actPageUp:   keys("pgup", "ctrl+b"),
			actPageDown: keys("pgdown", "ctrl+f"),
			actCompose:  keys("esc", "i", "a"),
			actDetails:  keys("D"),
		},
	}
}
