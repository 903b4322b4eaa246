package simulator

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The lengths in characters of what describes a skill.
const (
	maxSkillName        = 64
	maxSkillDescription = 1024
	maxDisplayName      = 255
)

// skillUpload reads the files of a skill out of the form; values are the other fields it may have.
func (x *exchange) skillUpload(values ...string) (*skillVersion, error) {
	if err := x.form.only(x.sim.opt.Lenient, "files[]", values...); err != nil {
		return nil, err
	}
	parts := x.form.files
	if len(parts) == 1 && strings.HasSuffix(strings.ToLower(parts[0].name), ".zip") {
		var err error
		if parts, err = unzip(parts[0].data); err != nil {
			return nil, err
		}
	}
	if len(parts) == 0 {
		return nil, bad("files: Field required")
	}
	v := &skillVersion{}
	for i, part := range parts {
		directory, rest, ok := strings.Cut(part.name, "/")
		if !ok || !goodPath(part.name) {
			return nil, bad("files.%d: %q is not a path in a top-level directory", i, part.name)
		}
		if i > 0 && directory != v.directory {
			return nil, bad("files: All files must be in the same top-level directory")
		}
		v.directory = directory
		if slices.ContainsFunc(v.files, func(f skillFile) bool { return f.path == rest }) {
			return nil, bad("files.%d: %q is there twice", i, part.name)
		}
		v.files = append(v.files, skillFile{rest, part.data})
	}
	i := slices.IndexFunc(v.files, func(f skillFile) bool { return f.path == "SKILL.md" })
	if i < 0 {
		return nil, bad("files: There must be a SKILL.md at the root of the top-level directory")
	}
	return v, v.describe(string(v.files[i].data))
}

// goodPath says whether a path stays where it begins.
func goodPath(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsAny(name, "\\\x00") && path.Clean("/"+name) == "/"+name
}

// unzip reads the files of a skill that was uploaded as an archive.
func unzip(data []byte) ([]formFile, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, bad("files: The zip archive cannot be read")
	}
	var parts []formFile
	left := int64(maxSkill)
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		r, err := entry.Open()
		if err != nil {
			return nil, bad("files: The zip archive cannot be read")
		}
		content, err := io.ReadAll(io.LimitReader(r, left+1))
		_ = r.Close()
		if left -= int64(len(content)); left < 0 {
			return nil, tooLarge(maxSkill)
		}
		if err != nil {
			return nil, bad("files: The zip archive cannot be read")
		}
		parts = append(parts, formFile{name: entry.Name, data: content})
	}
	return parts, nil
}

// describe takes name and description out of the front matter of SKILL.md, which must have both.
func (v *skillVersion) describe(text string) error {
	matter, ok := frontMatter(text)
	if !ok {
		return bad("SKILL.md must start with YAML frontmatter (---)")
	}
	v.name, v.description = matter["name"], matter["description"]
	switch {
	case v.name == "":
		return bad("SKILL.md: frontmatter must have a name")
	case len(v.name) > maxSkillName || strings.Trim(v.name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return bad("SKILL.md: name must have at most %d characters, lowercase letters, digits and hyphens only", maxSkillName)
	case strings.Contains(v.name, "anthropic") || strings.Contains(v.name, "claude"):
		return bad("SKILL.md: name must not contain a reserved word ('anthropic', 'claude')")
	case v.description == "":
		return bad("SKILL.md: frontmatter must have a description")
	case utf8.RuneCountInString(v.description) > maxSkillDescription:
		return bad("SKILL.md: description must have at most %d characters", maxSkillDescription)
	}
	return nil
}

// frontMatter reads the scalars at the top level of the YAML between the first two lines of "---".
func frontMatter(text string) (map[string]string, bool) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	end := 0
	if lines[0] == "---" {
		end = slices.Index(lines[1:], "---") + 1
	}
	if end <= 0 {
		return nil, false
	}
	matter, key := map[string]string{}, ""
	for _, line := range lines[1:end] {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			// A line of a folded or indented scalar.
			matter[key] = strings.TrimSpace(matter[key] + " " + strings.TrimSpace(line))
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, false
		}
		key, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch n := len(value); {
		case n > 0 && (value[0] == '|' || value[0] == '>'):
			value = ""
		case n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0]:
			value = value[1 : n-1]
		}
		matter[key] = value
	}
	return matter, true
}

// displayName is the label of a new skill: the field of that name, or the name in SKILL.md.
func (x *exchange) displayName(field, name string) (string, error) {
	display, there := x.form.value(field)
	if !there || display == "" {
		return name, nil
	}
	if utf8.RuneCountInString(display) > maxDisplayName {
		return "", bad("%s: String should have at most %d characters", field, maxDisplayName)
	}
	if strings.ContainsFunc(display, unicode.IsControl) {
		return "", bad("%s: must be a single line", field)
	}
	if field == "display_name" {
		return display, nil
	}
	x.sim.skills.mu.Lock()
	defer x.sim.skills.mu.Unlock()
	if slices.ContainsFunc(x.sim.skills.list, func(s *skill) bool { return s.source == sourceCustom && s.display == display }) {
		return "", bad("Skill cannot reuse an existing display_title: %s", display)
	}
	return display, nil
}
