package simulator_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parlor/api/simulator"
)

const (
	skillsPath = "/v1/skills"
	oldSkills  = "anthropic-beta: skills-2025-10-02"
)

// skill is a skill in either shape.
type skill struct {
	ID, Type      string
	DisplayName   string `json:"display_name"`
	LatestID      string `json:"latest_version_id"`
	Source        any
	CreatedAt     string `json:"created_at"`
	UpdatedAt     string `json:"updated_at"`
	DisplayTitle  string `json:"display_title"`
	LatestVersion string `json:"latest_version"`
}

// version is a version of a skill in either shape.
type version struct {
	ID, Type, Name, Description, Directory, Version string
	SkillID                                         string `json:"skill_id"`
	CreatedAt                                       string `json:"created_at"`
}

// skillMD is a SKILL.md with this name.
func skillMD(name string) string {
	return "---\nname: " + name + "\ndescription: Counts things.\n---\n# Count\n"
}

// skillFile is one of the files of a skill.
func skillFile(path, data string) part {
	return part{"files[]", `; filename="` + path + `"`, "text/markdown", data}
}

func skillForm(path string, parts ...part) *http.Request { return form(path, parts) }

func newSkill(t *testing.T, s http.Handler, name string, header ...string) skill {
	t.Helper()
	w := do(s, form(skillsPath, []part{skillFile(name+"/SKILL.md", skillMD(name))}, header...))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return decode[skill](t, w)
}

func TestASkillFromCreateToDelete(t *testing.T) {
	now := newClock()
	s := fresh(simulator.Options{Now: now.Now})
	w := do(s, skillForm(skillsPath,
		part{name: "display_name", data: "My Numbers"},
		skillFile("folder/SKILL.md", skillMD("numbers")), skillFile("folder/scripts/count.py", "print(1)")))
	sk := decode[skill](t, w)
	if w.Code != 200 || !strings.HasPrefix(sk.ID, "skill_") || sk.Type != "skill" || sk.DisplayName != "My Numbers" || sk.LatestID == "" ||
		sk.Source.(map[string]any)["type"] != "custom" || sk.CreatedAt != "2026-11-20T12:00:30.000000Z" || sk.UpdatedAt != sk.CreatedAt {
		t.Fatalf("created %s", w.Body)
	}
	one := skillsPath + "/" + sk.ID
	v := call[version](t, s, "GET", one+"/versions/"+sk.LatestID, "")
	if v.Type != "skill_version" || v.SkillID != sk.ID || v.Name != "numbers" || v.Description != "Counts things." || v.Directory != "" || v.Version != "" {
		t.Errorf("first version %+v", v)
	}
	now.pass(1e9)
	w = do(s, skillForm(one+"/versions", skillFile("numbers/SKILL.md", skillMD("numbers"))))
	second := decode[version](t, w)
	if w.Code != 200 || second.ID == v.ID {
		t.Fatalf("second version: %s", w.Body)
	}
	if sk := call[skill](t, s, "GET", one, ""); sk.LatestID != second.ID || sk.UpdatedAt != "2026-11-20T12:00:31.000000Z" {
		t.Errorf("after the second version %+v", sk)
	}
	if p := call[page](t, s, "GET", one+"/versions", ""); !slices.Equal(p.ids(), []string{second.ID, v.ID}) || p.NextPage != nil || p.HasMore != nil {
		t.Errorf("versions %+v", p)
	}
	p := call[page](t, s, "GET", one+"/versions?limit=1", "")
	if p = call[page](t, s, "GET", one+"/versions?limit=1&page="+*p.NextPage, ""); !slices.Equal(p.ids(), []string{v.ID}) || p.NextPage != nil {
		t.Errorf("second page of versions %+v", p)
	}
	if w := do(s, request("DELETE", one+"/versions/"+second.ID, "")); w.Body.String() != `{"id":"`+second.ID+`","type":"skill_version_deleted"}` {
		t.Errorf("deleted version: %s", w.Body)
	}
	refused(t, s, 404, second.ID, "GET", one+"/versions/"+second.ID, "")
	if sk := call[skill](t, s, "GET", one, ""); sk.LatestID != v.ID {
		t.Errorf("after the second version is gone %+v", sk)
	}
	refused(t, s, 400, "only version", "DELETE", one+"/versions/"+v.ID, "")
	if w := do(s, request("DELETE", one, "")); w.Body.String() != `{"id":"`+sk.ID+`","type":"skill_deleted"}` {
		t.Errorf("deleted: %s", w.Body)
	}
	refused(t, s, 404, sk.ID, "GET", one, "")
	refused(t, s, 404, sk.ID, "GET", one+"/versions", "")
}

func TestSkillsInTheirOldShape(t *testing.T) {
	s := fresh(simulator.Options{})
	w := do(s, form(skillsPath, []part{{name: "display_title", data: "Numbers"}, skillFile("dir/SKILL.md", skillMD("numbers"))}, oldSkills))
	sk := decode[skill](t, w)
	if w.Code != 200 || sk.DisplayTitle != "Numbers" || sk.Source != "custom" || sk.LatestVersion == "" || sk.DisplayName != "" || sk.LatestID != "" {
		t.Fatalf("created %s", w.Body)
	}
	one := skillsPath + "/" + sk.ID
	v := call[version](t, s, "GET", one+"/versions/"+sk.LatestVersion, "", oldSkills)
	if v.Version != sk.LatestVersion || v.Directory != "dir" || v.ID == v.Version {
		t.Errorf("version %+v", v)
	}
	refused(t, s, 404, v.ID, "GET", one+"/versions/"+v.ID, "", oldSkills)
	refused(t, s, 404, v.Version, "GET", one+"/versions/"+v.Version, "")
	// Two versions in one instant have two numbers.
	next := decode[version](t, do(s, form(one+"/versions", []part{skillFile("dir/SKILL.md", skillMD("numbers"))}, oldSkills)))
	if next.Version <= v.Version {
		t.Errorf("version %s after %s", next.Version, v.Version)
	}
	if p := call[page](t, s, "GET", one+"/versions?limit=1", "", oldSkills); len(p.Data) != 1 || p.HasMore == nil || !*p.HasMore || p.NextPage == nil {
		t.Errorf("versions %+v", p)
	}
	if p := call[page](t, s, "GET", skillsPath, "", oldSkills); *p.HasMore || len(p.Data) != 5 {
		t.Errorf("skills %+v", p)
	}
	refused(t, s, 400, "between 1 and 100", "GET", skillsPath+"?limit=101", "", oldSkills)
	refusedForm(t, s, 400, "display_title: Numbers",
		form(skillsPath, []part{{name: "display_title", data: "Numbers"}, skillFile("a/SKILL.md", skillMD("a"))}, oldSkills))
	refusedForm(t, s, 400, "display_name: Extra inputs",
		form(skillsPath, []part{{name: "display_name", data: "X"}, skillFile("a/SKILL.md", skillMD("a"))}, oldSkills))

	refused(t, s, 400, "existing versions", "DELETE", one, "", oldSkills)
	for _, number := range []string{v.Version, next.Version} {
		if w := do(s, request("DELETE", one+"/versions/"+number, "", oldSkills)); w.Body.String() != `{"id":"`+number+`","type":"skill_version_deleted"}` {
			t.Errorf("deleted version: %s", w.Body)
		}
	}
	if w := do(s, request("GET", one, "", oldSkills)); !strings.Contains(w.Body.String(), `"latest_version":null`) {
		t.Errorf("without versions: %s", w.Body)
	}
	call[skill](t, s, "DELETE", one, "", oldSkills)
}

func TestSkillsEverybodyHas(t *testing.T) {
	s := fresh(simulator.Options{})
	mine := newSkill(t, s, "numbers").ID
	list := func(query string) page { return call[page](t, s, "GET", skillsPath+query, "") }
	if p := list(""); !slices.Equal(p.ids(), []string{mine, "pptx", "xlsx", "docx", "pdf"}) {
		t.Errorf("all: %v", p.ids())
	}
	if p := list("?source=custom"); !slices.Equal(p.ids(), []string{mine}) {
		t.Errorf("custom: %v", p.ids())
	}
	p := list("?source=anthropic&limit=3")
	if len(p.Data) != 3 {
		t.Errorf("anthropic: %v", p.ids())
	}
	if p = list("?source=anthropic&limit=3&page=" + *p.NextPage); !slices.Equal(p.ids(), []string{"pdf"}) || p.NextPage != nil {
		t.Errorf("anthropic, second page: %+v", p)
	}
	if p := list("?source=plugin"); len(p.Data) != 0 {
		t.Errorf("plugin: %v", p.ids())
	}
	refused(t, s, 400, "source", "GET", skillsPath+"?source=mine", "")
	sk := call[skill](t, s, "GET", skillsPath+"/pptx", "")
	if sk.Source.(map[string]any)["type"] != "anthropic" || sk.LatestID == "" {
		t.Errorf("pptx %+v", sk)
	}
	if v := call[version](t, s, "GET", skillsPath+"/pptx/versions/20251013", "", oldSkills); v.ID != sk.LatestID {
		t.Errorf("version of pptx %+v", v)
	}
	refused(t, s, 403, "read-only", "DELETE", skillsPath+"/pptx", "")
	refused(t, s, 403, "read-only", "GET", skillsPath+"/pptx/versions/"+sk.LatestID+"/content", "")
	refusedForm(t, s, 403, "read-only", skillForm(skillsPath+"/pptx/versions", skillFile("pptx/SKILL.md", skillMD("pptx"))))
}

func TestSkillsTheAPIRefuses(t *testing.T) {
	good := skillFile("a/SKILL.md", skillMD("a"))
	md := func(text string) []part { return []part{skillFile("a/SKILL.md", text)} }
	s := fresh(simulator.Options{})
	for _, test := range []struct {
		name  string
		parts []part
		want  string
	}{
		{"no files", []part{{name: "display_name", data: "x"}}, "files: Field required"},
		{"a text for a file", []part{{name: "files[]", data: "x"}}, "files[]: Input should be a valid file"},
		{"another field", []part{good, {name: "name", data: "x"}}, "name: Extra inputs"},
		{"a file of another name", []part{good, upload("a/x", "", "")}, "file: Extra inputs"},
		{"no folder", []part{skillFile("SKILL.md", skillMD("a"))}, "not a path in a top-level directory"},
		{"two folders", []part{good, skillFile("b/x", "")}, "same top-level directory"},
		{"a way out", []part{good, skillFile("a/../../etc/passwd", "")}, "not a path"},
		{"an absolute path", []part{skillFile("/a/SKILL.md", skillMD("a"))}, "not a path"},
		{"a file twice", []part{good, good}, "is there twice"},
		{"no SKILL.md", []part{skillFile("a/skill.md", skillMD("a"))}, "There must be a SKILL.md"},
		{"SKILL.md too deep", []part{skillFile("a/b/SKILL.md", skillMD("a"))}, "There must be a SKILL.md"},
		{"no front matter", md("# Hello"), "must start with YAML frontmatter"},
		{"endless front matter", md("---\nname: a\n"), "must start with YAML frontmatter"},
		{"no name", md("---\ndescription: x\n---\n"), "must have a name"},
		{"no description", md("---\nname: a\n---\n"), "must have a description"},
		{"an odd name", md(skillMD("A b")), "lowercase letters"},
		{"a reserved name", md(skillMD("my-claude")), "reserved word"},
		{"a long description", md("---\nname: a\ndescription: " + strings.Repeat("x", 1025) + "\n---\n"), "at most 1024"},
		{"a long label", []part{good, {name: "display_name", data: strings.Repeat("x", 256)}}, "at most 255"},
		{"a label of two lines", []part{good, {name: "display_name", data: "a\nb"}}, "single line"},
		{"no archive", []part{skillFile("a.zip", "PK")}, "zip archive cannot be read"},
	} {
		t.Run(test.name, func(t *testing.T) { refusedForm(t, s, 400, test.want, skillForm(skillsPath, test.parts...)) })
	}
	huge := skillForm(skillsPath, skillFile("a/big", strings.Repeat("x", 30<<20+1)))
	refusedForm(t, s, 413, "30 MB", huge)
	refusedForm(t, s, 400, "multipart/form-data", request("POST", skillsPath, "{}"))
	if p := call[page](t, s, "GET", skillsPath+"?source=custom", ""); len(p.Data) != 0 {
		t.Errorf("something was created: %v", p.ids())
	}
	sk := newSkill(t, s, "a")
	refusedForm(t, s, 400, `name in SKILL.md is "b"`, skillForm(skillsPath+"/"+sk.ID+"/versions", skillFile("b/SKILL.md", skillMD("b"))))
	refusedForm(t, s, 404, "skill_x", skillForm(skillsPath+"/skill_x/versions", good))
	refused(t, s, 404, "Not found", "GET", skillsPath+"/"+sk.ID+"/files", "")
}

func TestFrontMatterOfSkills(t *testing.T) {
	for want, text := range map[string]string{
		"Counts: one, two.":  "---\nname: a\ndescription: \"Counts: one, two.\"\nlicense: MIT\n---\n",
		"It's so.":           "---\r\n# a comment\r\nname: 'a'\r\n\r\ndescription: It's so.\r\n---\r\n",
		"Folded over lines.": "---\nname: a\ndescription: >-\n  Folded\n  over lines.\nmetadata:\n  version: 2\n---\n",
	} {
		s := fresh(simulator.Options{})
		sk := decode[skill](t, do(s, skillForm(skillsPath, skillFile("a/SKILL.md", text))))
		v := call[version](t, s, "GET", skillsPath+"/"+sk.ID+"/versions/"+sk.LatestID, "")
		if v.Description != want || sk.DisplayName != "a" {
			t.Errorf("%q became %q of %q", text, v.Description, sk.DisplayName)
		}
	}
}

func TestSkillsGoInAndOutAsArchives(t *testing.T) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, name := range []string{"dir/", "dir/SKILL.md", "dir/data/one.txt"} {
		f, _ := w.Create(name)
		if name == "dir/SKILL.md" {
			_, _ = io.WriteString(f, skillMD("numbers"))
		} else if name != "dir/" {
			_, _ = io.WriteString(f, "1")
		}
	}
	_ = w.Close()
	s := fresh(simulator.Options{})
	answer := do(s, skillForm(skillsPath, skillFile("numbers.zip", archive.String())))
	sk := decode[skill](t, answer)
	if answer.Code != 200 {
		t.Fatalf("status %d: %s", answer.Code, answer.Body)
	}
	answer = do(s, request("GET", skillsPath+"/"+sk.ID+"/versions/"+sk.LatestID+"/content", "", "accept: application/binary"))
	if h := answer.Header(); answer.Code != 200 || h.Get("Content-Type") != "application/zip" || !strings.Contains(h.Get("Content-Disposition"), "numbers.zip") {
		t.Fatalf("status %d, %v", answer.Code, h)
	}
	out, err := zip.NewReader(bytes.NewReader(answer.Body.Bytes()), int64(answer.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range out.File {
		names = append(names, f.Name)
		r, _ := f.Open()
		if data, err := io.ReadAll(r); err != nil || len(data) == 0 {
			t.Errorf("%s: %v, %q", f.Name, err, data)
		}
	}
	if !slices.Equal(names, []string{"numbers/SKILL.md", "numbers/data/one.txt"}) {
		t.Errorf("files %q", names)
	}
}

func TestContainersSpeakOfSkills(t *testing.T) {
	s := fresh(simulator.Options{})
	sk := newSkill(t, s, "numbers")
	ask := func(skill string) string { return hi(sonnet46, `,"container":{"skills":[`+skill+`]}`) }
	for _, good := range []string{
		`{"type":"anthropic","skill_id":"pptx","version":"latest"}`, `{"type":"anthropic","skill_id":"pdf","version":"20251013"}`,
		`{"type":"custom","skill_id":"` + sk.ID + `"}`, `{"type":"custom","skill_id":"` + sk.ID + `","version":"` + sk.LatestID + `"}`,
	} {
		if w := post(s, ask(good)); w.Code != 200 {
			t.Errorf("%s: %s", good, w.Body)
		}
	}
	refused(t, s, 404, "skill_gone", "POST", "/v1/messages", ask(`{"type":"custom","skill_id":"skill_gone"}`))
	refused(t, s, 404, "pptx", "POST", "/v1/messages", ask(`{"type":"custom","skill_id":"pptx"}`))
	refused(t, s, 404, "20250101", "POST", "/v1/messages", ask(`{"type":"anthropic","skill_id":"pptx","version":"20250101"}`))
	refused(t, s, 400, "container.skills.0.skill_id", "POST", "/v1/messages", ask(`{"type":"anthropic"}`))
}
