package simulator

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// containerTime is how long a container lives; how long real ones do is not confirmed.
const containerTime = 30 * 24 * time.Hour

// runCode runs code in a container that is not there.
func (m *composer) runCode(k call) []part {
	m.p.container = m.container()
	if k.name == "text_editor_code_execution" {
		return m.editFile(k)
	}
	code := m.code()
	input := map[string]string{"command": code}
	if k.name == "code_execution" {
		input = map[string]string{"code": code}
	}
	var given any = input
	if k.input != nil {
		given = k.input
	}
	id := m.serverUse(k.name, given)
	kind := k.name + "_tool_result"
	if failure := m.failure(k, kind+"_error"); failure != "" {
		m.serverResult(kind, id, map[string]string{"type": kind + "_error", "error_code": failure}, false)
		return []part{written("The code could not be run: " + failure + ".")}
	}
	out, status := m.run(code)
	stderr := ""
	if status != 0 {
		stderr = "exit status " + strconv.Itoa(status) + "\n"
	}
	m.serverResult(kind, id, codeResult(k.name, out, stderr, status, m.files()), false)
	return m.aboutBlock(m.p.parts[len(m.p.parts)-1].whole)
}

// files are the ids of the files that the code makes: one, if the prompt wants one. It can be downloaded.
func (m *composer) files() []string {
	words := wordsOf(m.c.prompt())
	if !words.has("file") || !words.any("make", "create", "write", "save") {
		return nil
	}
	return []string{m.s.PutFile("result.txt", "text/plain", []byte("This file is about "+m.topic()+".\n"))}
}

// codeResult is the result of code; files are ids of what it wrote.
func codeResult(name, stdout, stderr string, status int, files []string) map[string]any {
	outputs := make([]any, 0, len(files))
	for _, id := range files {
		outputs = append(outputs, map[string]string{"type": name + "_output", "file_id": id})
	}
	return map[string]any{"type": name + "_result", "stdout": stdout, "stderr": stderr, "return_code": status, "content": outputs}
}

// code is the code that the prompt gives: in a fence, between backticks, or none of it.
func (m *composer) code() string {
	text := m.c.prompt()
	if f := regexp.MustCompile("(?s)```[a-z]*\n(.*?)```").FindStringSubmatch(text); f != nil {
		return f[1]
	}
	if f := regexp.MustCompile("`([^`\n]+)`").FindStringSubmatch(text); f != nil {
		return f[1]
	}
	return "echo " + m.topic()
}

// run plays what the code does: it echoes, prints and exits.
func (m *composer) run(code string) (out string, status int) {
	for line := range strings.Lines(code) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "echo "); ok {
			out += strings.Trim(text, `"'`) + "\n"
		}
		if f := regexp.MustCompile(`^print\((.*)\)$`).FindStringSubmatch(line); f != nil {
			text := strings.Trim(f[1], `"'`)
			if sum, ok := m.s.replies().sum(&chat{turns: []turn{{role: "user", text: text}}}, wordSet{}, nil); ok {
				if _, value, found := strings.Cut(sum.text, "**"); found {
					text = strings.TrimSuffix(value, "**")
				}
			}
			out += text + "\n"
		}
		if f := regexp.MustCompile(`^(?:sys\.)?exit[ (](\d{1,3})\)?$`).FindStringSubmatch(line); f != nil {
			status, _ = strconv.Atoi(f[1])
			return out, status
		}
	}
	return out, 0
}

// editFile views, creates or changes a file in the container.
func (m *composer) editFile(k call) []part {
	words := wordsOf(m.c.prompt())
	path := regexp.MustCompile(`/[\w./-]+`).FindString(m.c.prompt())
	if path == "" {
		path = "/tmp/notes.txt"
	}
	kind := k.name + "_tool_result"
	text := "One line.\nAnother line.\n"
	input := map[string]any{"command": "view", "path": path}
	var content any = map[string]any{
		"type": "text_editor_code_execution_view_result", "file_type": "text", "content": text,
		"num_lines": 2, "start_line": 1, "total_lines": 2,
	}
	switch {
	case words.any("create", "write"):
		input = map[string]any{"command": "create", "path": path, "file_text": text}
		content = map[string]any{"type": "text_editor_code_execution_create_result", "is_file_update": false}
	case words.any("replace", "change", "edit"):
		input = map[string]any{"command": "str_replace", "path": path, "old_str": "One", "new_str": "First"}
		content = map[string]any{
			"type": "text_editor_code_execution_str_replace_result", "lines": []string{"-One line.", "+First line."},
			"old_start": 1, "old_lines": 1, "new_start": 1, "new_lines": 1,
		}
	}
	if code := m.failure(k, kind+"_error"); code != "" {
		content = map[string]any{"type": kind + "_error", "error_code": code, "error_message": nil}
	}
	var given any = input
	if k.input != nil {
		given = k.input
	}
	id := m.serverUse(k.name, given)
	m.serverResult(kind, id, content, false)
	return m.aboutBlock(m.p.parts[len(m.p.parts)-1].whole)
}

// container is the one that the request names, or a new one.
func (m *composer) container() json.RawMessage {
	id, named := m.q.fields.str("container")
	f, _ := object(m.q.fields["container"])
	if !named {
		if id, named = f.str("id"); !named {
			id = m.id("container_01")
		}
	}
	list, _ := array(f["skills"])
	skills := make([]any, 0, len(list))
	for _, raw := range list {
		s, _ := object(raw)
		version, _ := s.str("version")
		if version == "" || version == "latest" {
			version = "20251013"
		}
		skills = append(skills, map[string]any{"type": s["type"], "skill_id": s["skill_id"], "version": version})
	}
	c := map[string]any{"id": id, "expires_at": m.s.opt.Now().Add(containerTime).UTC().Format(time.RFC3339), "skills": nil}
	if len(skills) > 0 {
		c["skills"] = skills
	}
	return encode(c)
}

// caller is how code calls a tool that the model may not call itself; empty if it cannot.
func (k call) caller(q *request) string {
	for _, t := range q.offered {
		for _, caller := range k.tool.callers {
			if t.spec.Type == caller {
				return caller
			}
		}
	}
	return ""
}

// container checks the container that code shall run in.
func (c *checker) container() error {
	if !c.q.fields.has("container") {
		return nil
	}
	if _, ok := c.q.fields.str("container"); ok {
		return nil
	}
	f, ok := object(c.q.fields["container"])
	if !ok {
		return bad("container: Input should be a valid string or a valid dictionary")
	}
	if err := c.noExtra(f, "container.", "id", "skills"); err != nil {
		return err
	}
	list, ok := array(f["skills"])
	if f.has("skills") && !ok {
		return bad("container.skills: Input should be a valid list")
	}
	if len(list) > 8 && !c.lenient {
		return bad("container.skills: List should have at most 8 items after validation, not %d", len(list)) // not confirmed
	}
	for i, raw := range list {
		s, ok := object(raw)
		path := "container.skills." + strconv.Itoa(i)
		if !ok {
			return bad("%s: Input should be a valid dictionary", path)
		}
		kind, _ := s.str("type")
		if err := oneOf(path+".type", kind, "anthropic", "custom"); err != nil {
			return err
		}
		if id, _ := s.str("skill_id"); id == "" {
			return bad("%s.skill_id: Field required", path)
		}
		if err := c.noExtra(s, path+".", "type", "skill_id", "version"); err != nil {
			return err
		}
	}
	return nil
}
