package themes

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"
)

// Parse reads one theme file. The theme's name is the file's name without ".toml".
//
// ok is false when the file gives no usable theme: it is not TOML, or has no variant.
// Every other mistake is put right and told in problems: a colour that is missing or
// wrong is taken from the theme the file names as its base ([DefaultName] if none).
// So a theme that Parse returns always has a colour for every role of its variants.
func Parse(file string, data []byte) (t Theme, ok bool, problems []Problem) {
	r := reader{file: file, data: data}
	var doc map[string]any
	if err := toml.Unmarshal(data, &doc); err != nil {
		r.syntax(err)
		return Theme{}, false, r.problems
	}
	t = r.theme(doc)
	if t.Dark == nil && t.Light == nil {
		r.add(Problem{
			Message: "the theme has no colours",
			Fix:     "add a [dark] table, a [light] table, or both",
			Fatal:   true,
		})
		return Theme{}, false, r.problems
	}
	return t, true, r.problems
}

// reader reads one file and collects what is wrong with it.
type reader struct {
	file     string
	data     []byte
	base     string // the base theme's name
	explicit bool   // the file names its base, so leaving roles out is meant
	problems []Problem
}

// add notes a problem and finds its line from its key.
func (r *reader) add(p Problem) {
	p.File = r.file
	if p.Line == 0 && p.Key != "" {
		p.Line = lineOf(r.data, p.Key)
	}
	r.problems = append(r.problems, p)
}

// syntax notes that the file is not TOML.
func (r *reader) syntax(err error) {
	p := Problem{
		Message: strings.TrimPrefix(err.Error(), "toml: "),
		Fix:     "correct the line; the theme is left out until then",
		Fatal:   true,
	}
	var at *toml.DecodeError
	if errors.As(err, &at) {
		p.Line, _ = at.Position()
		p.Key = strings.Join(at.Key(), ".")
	}
	r.add(p)
}

// theme reads the whole document.
func (r *reader) theme(doc map[string]any) Theme {
	t := Theme{Name: strings.TrimSuffix(path.Base(r.file), ".toml"), Source: r.file}
	t.Title = r.line(doc, "title")
	if t.Title == "" {
		t.Title = t.Name
	}
	t.About, t.Author, t.Lacks = r.line(doc, "about"), r.line(doc, "author"), r.line(doc, "lacks")
	r.readBase(doc)
	t.Dark, t.Light = r.variant(doc, "dark"), r.variant(doc, "light")
	r.lacks(&t)
	r.unknown(doc, "", []string{"title", "about", "author", "base", "lacks", "dark", "light"})
	return t
}

// readBase finds which theme fills what the file leaves out.
func (r *reader) readBase(doc map[string]any) {
	r.base = r.line(doc, "base")
	switch {
	case r.base == "":
		r.base = DefaultName
	case !slices.Contains(Names(), r.base):
		r.add(Problem{
			Key: "base", Message: fmt.Sprintf("there is no theme %q to build on", r.base),
			Fix: "name one that comes with parlor: " + strings.Join(Names(), ", "),
		})
		r.base = DefaultName
	default:
		r.explicit = true
	}
}

// line reads a string of one line, "" if it is absent or wrong.
func (r *reader) line(doc map[string]any, key string) string {
	val, there := doc[key]
	if !there {
		return ""
	}
	s, ok := val.(string)
	if !ok || strings.ContainsFunc(s, unicode.IsControl) {
		r.add(Problem{Key: key, Message: "not a line of text", Fix: `write it as ` + key + ` = "..."`})
		return ""
	}
	return s
}

// lacks settles which variant the theme does without.
func (r *reader) lacks(t *Theme) {
	missing := ""
	switch {
	case t.Dark == nil && t.Light == nil:
		return
	case t.Dark == nil:
		missing = "dark"
	case t.Light == nil:
		missing = "light"
	}
	switch {
	case t.Lacks == missing:
	case missing == "":
		r.add(Problem{Key: "lacks", Message: fmt.Sprintf("the theme has both variants but says it lacks %q", t.Lacks), Fix: "remove the line"})
	default:
		r.add(Problem{
			Key: "lacks", Message: "the theme has no [" + missing + "] table",
			Fix: `add one, or say lacks = "` + missing + `"`,
		})
	}
	t.Lacks = missing
}

// unknown notes every key of a table that is not a known one.
func (r *reader) unknown(table map[string]any, prefix string, known []string) {
	for _, key := range sortedKeys(table) {
		if slices.Contains(known, key) {
			continue
		}
		fix := "remove the line"
		if near, ok := Nearest(key, known); ok {
			fix = fmt.Sprintf("did you mean %q?", near)
		}
		r.add(Problem{Key: prefix + key, Message: "unknown key", Fix: fix})
	}
}
