package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// SkillFile is one file of a skill.
type SkillFile struct {
	// Path is where the file belongs: "weather/SKILL.md", "weather/fetch.py".
	// All files share the top directory, which has a SKILL.md. A path that is
	// empty, absolute, has a backslash, a control character or an empty or dot
	// segment, or is there twice, is a *FieldError.
	Path string
	// ContentType and Content are those of a FileUpload.
	ContentType string
	Content     io.Reader
}

// skillFiles adds the files of a skill under their whole paths.
func (f *form) skillFiles(files []SkillFile) error {
	const field = "files[]"
	if len(files) == 0 {
		return &FieldError{field, errors.New("is empty")}
	}
	seen := map[string]bool{}
	for _, file := range files {
		err := checkSkillPath(file.Path)
		if err == nil && seen[file.Path] {
			err = errors.New("is there twice")
		}
		if err != nil {
			return &FieldError{field, fmt.Errorf("path %q %w", file.Path, err)}
		}
		seen[file.Path] = true
		if err := f.file(field, file.Path, file.ContentType, file.Content); err != nil {
			return err
		}
	}
	return nil
}

func checkSkillPath(name string) error {
	control := func(r rune) bool { return r < ' ' || r == 0x7f }
	switch {
	case name == "":
		return errors.New("is empty")
	case path.IsAbs(name):
		return errors.New("is absolute")
	case strings.Contains(name, `\`):
		return errors.New("has a backslash")
	case strings.ContainsFunc(name, control):
		return errors.New("has a control character")
	case name == "." || !fs.ValidPath(name):
		return errors.New("has an empty or a dot segment, or is not UTF-8")
	}
	return nil
}

// SkillFiles reads the skill in the directory dir of fsys, sorted by path: all
// files, hidden ones included. Their paths begin with the last element of dir,
// which must hold a SKILL.md; a dir of "." must hold one directory, the skill,
// and nothing else. What is no regular file, a symbolic link for example, is
// refused: it might lead out of the skill.
//
// The files are held in memory; skills are small. Package os knows how to make
// an fs.FS of a directory, os.DirFS, and package zip of an archive.
func SkillFiles(fsys fs.FS, dir string) ([]SkillFile, error) {
	switch {
	case fsys == nil:
		return nil, &FieldError{"files[]", errors.New("there is no fs.FS to read them from")}
	case !fs.ValidPath(dir):
		return nil, &FieldError{"files[]", fmt.Errorf("%q is not a path of an fs.FS: no leading slash, no dots", dir)}
	}
	var files []SkillFile
	err := fs.WalkDir(fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("api: skill: %w", err)
		case entry.IsDir():
			return nil
		}
		file, err := skillFile(fsys, dir, name, entry)
		files = append(files, file)
		return err
	})
	if err == nil {
		err = checkSkill(dir, files)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, func(a, b SkillFile) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

func skillFile(fsys fs.FS, dir, name string, entry fs.DirEntry) (SkillFile, error) {
	if !entry.Type().IsRegular() {
		return SkillFile{}, &FieldError{"files[]", fmt.Errorf("%q is not a regular file", name)}
	}
	content, err := fs.ReadFile(fsys, name)
	if err != nil {
		return SkillFile{}, fmt.Errorf("api: skill: %w", err)
	}
	file := SkillFile{Path: name, Content: bytes.NewReader(content)}
	if parent := path.Dir(dir); parent != "." {
		file.Path = strings.TrimPrefix(name, parent+"/")
	}
	return file, nil
}

// checkSkill looks for the one top directory and its SKILL.md.
func checkSkill(dir string, files []SkillFile) error {
	var top string
	for _, file := range files {
		first, _, nested := strings.Cut(file.Path, "/")
		if !nested || top != "" && first != top {
			return &FieldError{"files[]", fmt.Errorf("%q is not in the one top directory of a skill", file.Path)}
		}
		top = first
	}
	if !slices.ContainsFunc(files, func(f SkillFile) bool { return f.Path == top+"/SKILL.md" }) {
		return &FieldError{"files[]", fmt.Errorf("%q has no SKILL.md", dir)}
	}
	return nil
}
