package themes

import (
	"bytes"
	"errors"
	"path"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// file is a theme file as TOML has it.
type file struct {
	Title  string         `toml:"title"`
	About  string         `toml:"about"`
	Author string         `toml:"author"`
	Base   string         `toml:"base"`
	Lacks  string         `toml:"lacks"`
	Dark   map[string]any `toml:"dark"`
	Light  map[string]any `toml:"light"`
}

// Parse reads one theme file. The theme's name is the file's name without ".toml". ok is
// false when the file gives no usable theme; otherwise every mistake in it has been
// replaced by the base theme's colour, and problems say which they were.
func Parse(name string, data []byte) (t Theme, ok bool, problems []Problem) {
	var f file
	if err := toml.NewDecoder(bytes.NewReader(data)).Decode(&f); err != nil {
		return Theme{}, false, []Problem{syntaxProblem(name, err)}
	}
	t = Theme{
		Name:  strings.TrimSuffix(path.Base(name), ".toml"),
		Title: f.Title, About: f.About, Author: f.Author, Source: name, Lacks: f.Lacks,
	}
	t.Dark, t.Light = variant(f.Dark), variant(f.Light)
	return t, true, nil
}

func variant(table map[string]any) *Variant {
	if table == nil {
		return nil
	}
	v := &Variant{Colors: make(map[Role]string, 28)}
	for key, val := range table {
		switch val := val.(type) {
		case string:
			if key == "background" {
				v.Background = val
				continue
			}
			v.Colors[Role(key)] = val
		case map[string]any:
			for k, c := range val {
				if s, ok := c.(string); ok {
					v.Colors[Role(k)] = s
				}
			}
		}
	}
	return v
}

func syntaxProblem(name string, err error) Problem {
	p := Problem{File: name, Message: err.Error(), Fatal: true}
	var de *toml.DecodeError
	if errors.As(err, &de) {
		p.Line, _ = de.Position()
		p.Key = strings.Join(de.Key(), ".")
	}
	return p
}
