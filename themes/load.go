package themes

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxFile is the size in bytes above which a file in the themes folder is no theme.
const maxFile = 1 << 20

// Load reads every *.toml file at the top of fsys, sorted by name. A file that cannot be
// read or gives no theme is a problem and the others go on. A nil fsys, or one whose
// folder does not exist, has no themes and no problems.
func Load(fsys fs.FS) ([]Theme, []Problem) {
	if fsys == nil {
		return nil, nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, []Problem{{File: ".", Message: "the themes folder cannot be read: " + reason(err), Fatal: true}}
	}
	var themes []Theme
	var problems []Problem
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".toml") {
			continue
		}
		t, ok, ps := loadFile(fsys, e.Name())
		problems = append(problems, ps...)
		if ok {
			themes = append(themes, t)
		}
	}
	return themes, problems
}

// LoadDir is [Load] on a folder of the file system; problems and sources carry the full
// path. An empty name is no folder.
func LoadDir(dir string) ([]Theme, []Problem) {
	if dir == "" {
		return nil, nil
	}
	themes, problems := Load(os.DirFS(dir))
	for i := range themes {
		themes[i].Source = within(dir, themes[i].Source)
	}
	return themes, inside(dir, problems)
}

// All returns the themes that come with parlor and those of the folder dir. One of the
// user's that has the name of one of parlor's stands in its place.
func All(dir string) ([]Theme, []Problem) {
	all := Builtin()
	own, problems := LoadDir(dir)
	for _, t := range own {
		if i := slices.IndexFunc(all, func(b Theme) bool { return b.Name == t.Name }); i >= 0 {
			all[i] = t
			continue
		}
		all = append(all, t)
	}
	return all, problems
}

// Pick finds one theme by name, in the folder dir and then among those that come with
// parlor, and reads no other. An unknown or unusable one gives the default theme and a
// problem; "" is the default theme.
func Pick(name, dir string) (Theme, []Problem) {
	if name == "" {
		name = DefaultName
	}
	var problems []Problem
	if dir != "" && !strings.ContainsAny(name, `/\`) {
		t, ok, ps := loadFile(os.DirFS(dir), name+".toml")
		problems = inside(dir, ps)
		if ok {
			t.Source = within(dir, t.Source)
			return t, problems
		}
	}
	if t, ok := Find(name); ok {
		return t, problems
	}
	if len(problems) == 0 {
		problems = append(problems, unknownTheme(name))
	}
	return Default(), problems
}

// unknownTheme says that no theme has the name, and which one may be meant.
func unknownTheme(name string) Problem {
	fix := "parlor themes lists those there are"
	if near, ok := Nearest(name, Names()); ok {
		fix = fmt.Sprintf("did you mean %q? ", near) + fix
	}
	return Problem{Message: fmt.Sprintf("there is no theme %s", quoted(name)), Fix: fix, Fatal: true}
}

// loadFile reads one file; one that does not exist is neither theme nor problem.
func loadFile(fsys fs.FS, name string) (Theme, bool, []Problem) {
	info, err := fs.Stat(fsys, name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return Theme{}, false, nil
	}
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxFile) {
		return Theme{}, false, []Problem{{File: name, Message: "not a file of at most 1 MB", Fix: "move it out of the themes folder", Fatal: true}}
	}
	var data []byte
	if err == nil {
		data, err = fs.ReadFile(fsys, name)
	}
	if err != nil {
		return Theme{}, false, []Problem{{File: name, Message: "cannot be read: " + reason(err), Fix: "check the file's permissions", Fatal: true}}
	}
	return Parse(name, data)
}

// reason is what the operating system said, without the path in front of it.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// inside puts dir in front of the problems' files.
func inside(dir string, problems []Problem) []Problem {
	for i := range problems {
		problems[i].File = within(dir, problems[i].File)
	}
	return problems
}

// within is the path of a file of the folder dir.
func within(dir, file string) string {
	if file == "" || file == "." {
		return dir
	}
	return filepath.Join(dir, file)
}
