package themes

import "io/fs"

// Load reads every *.toml file at the top of fsys, sorted by name. A nil or absent
// folder has no themes and is no problem.
func Load(fsys fs.FS) ([]Theme, []Problem) {
	if fsys == nil {
		return nil, nil
	}
	names, err := fs.Glob(fsys, "*.toml")
	if err != nil {
		return nil, []Problem{{Message: err.Error()}}
	}
	var themes []Theme
	var problems []Problem
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, Problem{File: name, Message: err.Error(), Fatal: true})
			continue
		}
		t, ok, ps := Parse(name, data)
		problems = append(problems, ps...)
		if ok {
			themes = append(themes, t)
		}
	}
	return themes, problems
}
