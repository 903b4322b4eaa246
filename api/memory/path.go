package memory

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// top is what the model calls the folder.
	top = "/memories"
	// tempPrefix begins the names of files that are being written.
	tempPrefix = ".memory-being-written-"

	maxPath, maxName, maxDepth = 1024, 200, 16
)

// refusal is an error about a path, worded for the model.
type refusal string

func (r refusal) Error() string { return string(r) }

// Is makes the error one of kind ErrPath.
func (r refusal) Is(target error) bool { return target == ErrPath }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// place is a path as the model writes it, and as the folder has it.
type place struct {
	shown string // /memories/a/b, for what the model is told
	rel   string // a/b, or "."
}

// parse reads a path of the model. What it accepts cannot lead outside by the
// way it is written; links are another matter, see look.
func parse(text string) (place, error) {
	switch {
	case text == "":
		return place{}, refuse("The path is missing. Paths begin with %s", top)
	case len(text) > maxPath:
		return place{}, refuse("The path is longer than %d bytes. Use shorter names", maxPath)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || strings.Contains(text, `\`):
		return place{}, refuse("The path %q holds characters that are not allowed. Use letters, digits, spaces, '-', '_' and '.'", text)
	}
	rest, ok := strings.CutPrefix(text, top)
	if !ok || rest != "" && rest[0] != '/' {
		return place{}, refuse("The path %q is outside the memory. Every path begins with %s, as in %s/notes.md", text, top, top)
	}
	rel := strings.TrimSuffix(strings.TrimPrefix(rest, "/"), "/")
	if rel == "" {
		if len(rest) > 1 { // nothing but slashes
			return place{}, refuse("The path %q has an empty name in it. Write it with single slashes", text)
		}
		return place{shown: top, rel: "."}, nil
	}
	names := strings.Split(rel, "/")
	if len(names) > maxDepth {
		return place{}, refuse("The path %q is deeper than %d folders. Keep the memory flat", text, maxDepth)
	}
	for _, name := range names {
		if err := checkName(name, text); err != nil {
			return place{}, err
		}
	}
	if !filepath.IsLocal(filepath.FromSlash(rel)) {
		return place{}, refuse("The path %q holds a name that this computer keeps for itself. Use another one", text)
	}
	return place{shown: top + "/" + rel, rel: rel}, nil
}

func checkName(name, text string) error {
	switch {
	case name == "":
		return refuse("The path %q has an empty name in it. Write it with single slashes", text)
	case len(name) > maxName:
		return refuse("The path %q has a name of more than %d bytes. Use a shorter one", text, maxName)
	case strings.HasPrefix(name, tempPrefix):
		return refuse("The path %q holds a name that the memory keeps for itself. Use another one", text)
	case moves(name):
		return refuse("The path %q holds a name that stands for another folder. Write the whole path from %s on, without it", text, top)
	}
	return nil
}

// moves reports whether a name is "." or "..", or becomes that or several names
// where somebody decodes it.
func moves(name string) bool {
	for range 4 { // encoded over and over
		if name == "." || name == ".." || strings.ContainsAny(name, `/\`) {
			return true
		}
		decoded, err := url.PathUnescape(name)
		if err != nil || decoded == name {
			return false
		}
		name = decoded
	}
	return true
}

// look returns what is at a place: a file, a folder, or nil when nothing is
// there. Links and devices are refused, also on the way.
func (f *Folder) look(p place) (fs.FileInfo, error) {
	names := strings.Split(p.rel, "/")
	for i := range names {
		at := place{shown: top, rel: path.Join(names[:i+1]...)}
		if at.rel != "." {
			at.shown += "/" + at.rel
		}
		info, err := f.root.Lstat(at.rel)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, nil
		case err != nil:
			return nil, at.failed("look at", err)
		case info.Mode()&fs.ModeSymlink != 0:
			return nil, refuse("%s is a link, and the memory follows none. Use another path", at.shown)
		case !info.IsDir() && !info.Mode().IsRegular():
			return nil, refuse("%s is neither a file nor a folder, so it cannot be used. Use another path", at.shown)
		case i == len(names)-1:
			return info, nil
		case !info.IsDir():
			return nil, fmt.Errorf("%s is a file, so nothing can be below it", at.shown)
		}
	}
	return nil, nil
}

// find is look for what must be there.
func (f *Folder) find(text string) (place, fs.FileInfo, error) {
	p, err := parse(text)
	if err != nil {
		return p, nil, err
	}
	info, err := f.look(p)
	if err == nil && info == nil {
		err = fmt.Errorf("%s does not exist. View %s to see what does", p.shown, top)
	}
	return p, info, err
}

// findFile is find for files.
func (f *Folder) findFile(text string) (place, error) {
	p, info, err := f.find(text)
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder, and this command needs a file", p.shown)
	}
	return p, err
}

// failed words an error of the operating system without its paths.
func (p place) failed(verb string, err error) error {
	var inner *fs.PathError
	if errors.As(err, &inner) {
		err = inner.Err
	}
	return fmt.Errorf("it was not possible to %s %s: %w", verb, p.shown, err)
}
