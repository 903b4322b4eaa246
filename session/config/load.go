package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/agnivade/levenshtein"
)

// ProjectName is the file a folder may carry for the conversations started in it.
const ProjectName = ".parlor.toml"

// Sources is where settings come from. Everything is a field, so that nothing
// depends on the process it runs in.
type Sources struct {
	// Flags holds the flags that were given, by setting ("max_tokens"), and
	// "config" for the file itself.
	Flags  map[string]string
	Getenv func(string) string // nil: an empty environment
	Home   string              // the user's home folder
	Cwd    string              // the folder parlor is started in; "" reads no project file
	GOOS   string              // "linux", "darwin", "windows"
	// Trusted tells whether the user trusts this project file with this
	// content. nil asks the trust file in the state folder.
	Trusted func(file string, content []byte) bool
}

// Load reads all sources. The configuration is always usable; problems are in
// the order they were found. A fatal one means that the command line itself
// asks for something that cannot be had.
func Load(s Sources) (*Config, []Problem) {
	if s.Getenv == nil {
		s.Getenv = func(string) string { return "" }
	}
	l := loader{Sources: s, c: &Config{origins: map[string]Origin{}}, fields: fields()}
	l.locate()
	l.defaults()
	l.userFile()
	l.projectFile()
	l.environment()
	l.flags()
	l.keysFile()
	return l.c, l.problems
}

type loader struct {
	Sources
	c        *Config
	fields   []field
	problems []Problem
	named    bool // the user file was named by flag or variable
}

func (l *loader) report(p Problem) { l.problems = append(l.problems, p) }

// locate decides on the folders and the user's file.
func (l *loader) locate() {
	dirs, ok := dirsFor(l.GOOS, l.Home, l.Getenv)
	l.c.Dirs = dirs
	if !ok {
		l.report(Problem{
			File: "HOME", Message: "no home folder is known, so there is nowhere to keep anything",
			Fix: "set HOME, or XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_STATE_HOME", Fatal: true,
		})
	}
	l.c.UserFile = filepath.Join(dirs.Config, "config.toml")
	for _, named := range []string{l.Flags["config"], l.Getenv("PARLOR_CONFIG")} {
		if named != "" {
			l.named = true
			l.c.UserFile, _ = value{raw: named, base: l.Cwd, home: l.Home}.path()
			break
		}
	}
	l.c.KeysFile = filepath.Join(filepath.Dir(l.c.UserFile), "keys.toml")
}

func (l *loader) defaults() {
	for _, f := range l.fields {
		if f.def != "" {
			// The table's own defaults are valid; a test holds it to that.
			_ = f.set(l.c, value{raw: f.def, text: true})
		}
	}
	if l.c.Dirs.Data != "" {
		l.c.DB = filepath.Join(l.c.Dirs.Data, "parlor.db")
	}
}

func (l *loader) userFile() {
	name := l.c.UserFile
	data, err := readFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !l.named:
		return
	case err != nil:
		p := readProblem(name, err)
		if l.named {
			p.Fatal, p.Fix = true, "name another file with --config or PARLOR_CONFIG"
		}
		l.report(p)
		return
	}
	settings, problems := parse(name, data)
	l.problems = append(l.problems, problems...)
	for _, s := range settings {
		l.take(s, name, FromUser)
	}
}

func (l *loader) projectFile() {
	if l.Cwd == "" {
		return
	}
	name := filepath.Join(l.Cwd, ProjectName)
	if name == l.c.UserFile {
		return
	}
	data, err := readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		l.report(readProblem(name, err))
		return
	}
	l.c.ProjectFile = name
	settings, problems := parse(name, data)
	l.problems = append(l.problems, problems...)
	var refused []setting
	for _, s := range settings {
		if f := l.field(s.key); f == nil || f.project {
			l.take(s, name, FromProject)
			continue
		}
		refused = append(refused, s)
	}
	if len(refused) == 0 {
		return
	}
	if !l.trusts(name, data) {
		l.report(refusal(name, refused))
		return
	}
	for _, s := range refused {
		l.take(s, name, FromProject)
	}
}

func (l *loader) trusts(name string, data []byte) bool {
	if l.Trusted != nil {
		return l.Trusted(name, data)
	}
	return TrustFile(l.c.Dirs.State).Trusted(name, data)
}

// refusal is the one notice about all that a project file may not set.
func refusal(name string, refused []setting) Problem {
	keys := make([]string, len(refused))
	for i, s := range refused {
		keys[i] = fmt.Sprintf("%s (line %d)", s.key, s.line)
	}
	return Problem{
		File: name, Line: refused[0].line,
		Message: "this folder may not set " + strings.Join(keys, ", "),
		Fix:     "move it to your own config.toml, or run `parlor config trust` here if you trust this folder",
	}
}

func (l *loader) environment() {
	for _, f := range l.fields {
		if f.env == "" {
			continue
		}
		if text := l.Getenv(f.env); text != "" {
			l.assign(f, value{raw: text, text: true, base: l.Cwd, home: l.Home},
				Origin{FromEnv, f.env}, Problem{File: f.env, Fix: "unset it or correct it"})
		}
	}
}

func (l *loader) flags() {
	for _, f := range l.fields {
		text, given := l.Flags[f.key]
		if !given {
			continue
		}
		flag := "--" + f.flag
		if f.flag == "" {
			flag += strings.NewReplacer("_", "-", ".", "-").Replace(f.key)
		}
		l.assign(f, value{raw: text, text: true, base: l.Cwd, home: l.Home},
			Origin{FromFlag, flag}, Problem{File: flag, Fatal: true})
	}
}

// take applies one key of a file.
func (l *loader) take(s setting, file, kind string) {
	f := l.field(s.key)
	if f == nil {
		l.report(l.unknown(s, file))
		return
	}
	l.assign(*f, value{raw: s.raw, base: filepath.Dir(file), home: l.Home},
		Origin{kind, fmt.Sprintf("%s:%d", file, s.line)},
		Problem{File: file, Line: s.line, Key: s.key})
}

func (l *loader) assign(f field, v value, o Origin, p Problem) {
	err := f.set(l.c, v)
	if err == nil {
		l.c.origins[f.key] = o
		return
	}
	p.Message = err.Error()
	var bad *invalid
	if errors.As(err, &bad) && bad.fix != "" {
		p.Fix = bad.fix
	}
	l.report(p)
}

func (l *loader) field(key string) *field {
	for i := range l.fields {
		if l.fields[i].key == key {
			return &l.fields[i]
		}
	}
	return nil
}

// unknown words the problem of a key that nobody knows. A key that looks like a
// credential is told where credentials go; its value is never shown.
func (l *loader) unknown(s setting, file string) Problem {
	p := Problem{File: file, Line: s.line, Key: s.key, Message: "there is no such setting", Fix: "`parlor config` lists all"}
	switch s.key {
	case "api_key", "auth_token", "key", "token":
		p.Message = "credentials do not belong into this file"
		p.Fix = "remove the line and use `parlor auth login`, key_command or ANTHROPIC_API_KEY"
		return p
	}
	best, distance := "", 3
	for _, f := range l.fields {
		if d := levenshtein.ComputeDistance(s.key, f.key); d < distance {
			best, distance = f.key, d
		}
	}
	if best != "" {
		p.Fix = "did you mean " + best + "?"
	}
	return p
}
