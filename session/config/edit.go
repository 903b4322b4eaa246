package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Set writes one top-level text setting into the user's file and leaves every
// other byte of it alone. An empty value removes the setting. The file and its
// folder are made where they are missing. A file that is no valid TOML is not
// touched.
func Set(file, key, text string) error {
	data, err := readFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("change %s: %w", file, err)
	}
	var before map[string]any
	if err := toml.Unmarshal(data, &before); err != nil {
		return syntaxProblem(file, errorLine(err), err)
	}
	after := edited(string(data), key, text, lines(data)[key])
	var check map[string]any
	if err := toml.Unmarshal([]byte(after), &check); err != nil || !holds(check, key, text) {
		return Problem{File: file, Key: key, Message: "cannot be changed automatically", Fix: "set it by hand"}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("change %s: %w", file, err)
	}
	mode := os.FileMode(0o600)
	if info, err := os.Stat(file); err == nil {
		mode = info.Mode().Perm()
	}
	target := file
	if resolved, err := filepath.EvalSymlinks(file); err == nil {
		target = resolved // a file kept elsewhere and linked here stays a link
	}
	return replaceFile(target, []byte(after), mode)
}

// edited is the document with the setting's line replaced, added before the
// first table, or removed. at is its line, 0 where it is not set.
func edited(doc, key, text string, at int) string {
	line := ""
	if text != "" {
		quoted, _ := toml.Marshal(map[string]string{key: text}) // a map of strings always encodes
		line = string(quoted)
	}
	if at == 0 {
		return line + doc
	}
	var b strings.Builder
	n := 0
	for old := range strings.Lines(doc) {
		if n++; n == at {
			old = line
		}
		b.WriteString(old)
	}
	return b.String()
}

func holds(doc map[string]any, key, text string) bool {
	got, set := doc[key]
	if text == "" {
		return !set
	}
	return got == text
}
