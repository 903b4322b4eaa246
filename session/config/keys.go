package config

import (
	"errors"
	"fmt"
	"io/fs"
)

// keysFile reads the user's own key bindings:
//
//	send        = "ctrl+s"
//	message.copy = ["y", "ctrl+y"]
//	quit        = []          # no key
//
// Which actions and keys exist is for the screen to judge.
func (l *loader) keysFile() {
	name := l.c.KeysFile
	data, err := readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		l.report(readProblem(name, err))
		return
	}
	settings, problems := parse(name, data)
	l.problems = append(l.problems, problems...)
	l.c.KeyBindings = make(map[string][]string, len(settings))
	l.c.KeyLines = make(map[string]int, len(settings))
	for _, s := range settings {
		keys, ok := keyList(s.raw)
		if !ok {
			l.report(Problem{
				File: name, Line: s.line, Key: s.key,
				Message: fmt.Sprintf("%s is not a key or a list of keys", quote(s.raw)),
				Fix:     `write it like ` + s.key + ` = ["ctrl+s"]`,
			})
			continue
		}
		l.c.KeyBindings[s.key] = keys
		l.c.KeyLines[s.key] = s.line
	}
}

func keyList(raw any) ([]string, bool) {
	switch raw := raw.(type) {
	case string:
		return []string{raw}, raw != ""
	case []any:
		keys := make([]string, 0, len(raw))
		for _, item := range raw {
			key, ok := item.(string)
			if !ok || key == "" {
				return nil, false
			}
			keys = append(keys, key)
		}
		return keys, true
	}
	return nil, false
}
