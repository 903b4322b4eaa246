package cli_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"parlor/api/simulator"
)

// talks are three conversations of a user who asked short questions.
func talks(t *testing.T) *shell {
	t.Helper()
	s := newShell(t)
	for _, turn := range []struct{ prompt, answer, title string }{
		{"Explain lifetimes", "A region of the program.", "Lifetimes in Rust"},
		{"What is an arena?", "Memory given back at once.", "Arena allocators"},
		{"And arenas in Go?", "Experimental.", "Arenas in Go"},
	} {
		s.sim.Push(simulator.Script{
			Text: turn.answer, MessageID: "msg_1", Usage: map[string]any{"input_tokens": 10, "output_tokens": 20},
		})
		s.run("-p", "--model", "claude-sonnet-4-6", turn.prompt).ok()
		s.run("rename", "--json", s.list()[0].ID, turn.title).ok()
	}
	return s
}

func TestListIsATable(t *testing.T) {
	s := talks(t)
	t.Setenv("TZ", "UTC")
	for _, tt := range []struct {
		terminal bool
		width    int
		line     string
	}{
		{false, 0, "talk3  Arenas in Go       sonnet-4-6  2         $0.0003  2026-11-20"},
		{true, 120, "talk3  Arenas in Go       sonnet-4-6  2         $0.0003  2026-11-20"},
		{true, 72, "talk3  Arenas in Go      sonnet-4-6  2         $0.0003  2026-11-20"},
		{true, 60, "talk3  Arenas in Go       2026-11-20"},
		{true, 40, "talk3  Arenas in Go     2026-11-20"},
	} {
		s.stdoutTerminal, s.width = tt.terminal, tt.width
		lines := strings.Split(s.run("list").ok(), "\n")
		if len(lines) != 5 || !strings.HasPrefix(lines[1], tt.line) {
			t.Errorf("width %d:\n%s", tt.width, strings.Join(lines, "\n"))
		}
		for _, line := range lines {
			if tt.terminal && ansi.StringWidth(line) > tt.width {
				t.Errorf("line is wider than %d: %q", tt.width, line)
			}
		}
	}
	s.stdoutTerminal = false
	if out := s.run("list", "arena").ok(); strings.Contains(out, "Lifetimes") || strings.Count(out, "\n") != 3 {
		t.Errorf("filtered:\n%s", out)
	}
	if r := s.run("list", "zzz"); r.ok() != "" || !strings.Contains(r.err, `No conversation here has "zzz" in its title.`) {
		t.Errorf("nothing found: %s", r.err)
	}
	if out := s.run("list", "-n", "1").ok(); strings.Count(out, "\n") != 2 {
		t.Errorf("limited:\n%s", out)
	}
}

func TestListJSON(t *testing.T) {
	s := talks(t)
	golden.RequireEqual(t, masked(s.run("list", "--json").ok()))
}

func TestShowJSON(t *testing.T) {
	s := talks(t)
	out := s.run("show", "--json", "talk1").ok()
	var shape struct {
		Conversation summary
		Messages     []struct {
			ID          int64  `json:"id"`
			ParentID    *int64 `json:"parent_id"`
			Role, State string
			Content     []json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(out), &shape); err != nil || len(shape.Messages) != 2 || shape.Messages[0].ParentID != nil {
		t.Errorf("%v, %+v", err, shape)
	}
	golden.RequireEqual(t, masked(requestID(out)))
}

// requestID replaces the server's random name of a request.
func requestID(out string) string {
	before, rest, ok := strings.Cut(out, `"request_id": "`)
	if !ok {
		return out
	}
	_, after, _ := strings.Cut(rest, `"`)
	return before + `"request_id": "REQUEST"` + after
}

func TestExport(t *testing.T) {
	s := talks(t)
	markdown := s.run("export", "Lifetimes in Rust").ok()
	golden.RequireEqual(t, []byte(strings.ReplaceAll(markdown, dateOf(markdown), "DATE")))

	if a, b := s.run("export", "--format", "json", "talk1").ok(), s.run("show", "--json", "talk1").ok(); a != b {
		t.Errorf("export as JSON and show --json differ:\n%s\n%s", a, b)
	}

	s.run("export", "talk1", "-o", "talk.md").ok()
	if written, err := os.ReadFile(s.path("work/talk.md")); err != nil || string(written) != markdown {
		t.Errorf("written: %s, %v", written, err)
	}
	s.run("export", "talk2", "-o", "talk.md").fails(2, s.path("work/talk.md")+" exists already; name another file, or replace it with --force.")
	s.run("export", "talk2", "-o", "talk.md", "--force").ok()
	if written, _ := os.ReadFile(s.path("work/talk.md")); !strings.Contains(string(written), "Arena allocators") {
		t.Errorf("--force did not replace it: %s", written)
	}
	s.run("export", "talk2", "-o", "no/such/folder.md").fails(1, s.path("work/no/such/folder.md")+" cannot be written: no such file or directory.")
}

func dateOf(markdown string) string {
	_, rest, _ := strings.Cut(markdown, "date: ")
	date, _, _ := strings.Cut(rest, "\n")
	return date
}

func TestWhatATerminalIsShownIsSafe(t *testing.T) {
	s := newShell(t, simulator.Script{Text: "an \x1b]0;evil\a answer"})
	s.run("-p", "hello").ok()
	s.run("rename", "talk1", "a \x1b[31mred title").ok()
	s.stdoutTerminal = true
	for _, args := range [][]string{{"list"}, {"show", "talk1"}, {"export", "talk1"}, {"rm", "talk1"}} {
		out := s.run(args...).ok()
		if strings.Contains(out, "\x1b]0") || strings.Contains(out, "\x1b[31mred") {
			t.Errorf("%v: %q", args, out)
		}
	}
}

func TestShowSetsMarkdownOnATerminal(t *testing.T) {
	s := talks(t)
	s.stdoutTerminal, s.env["NO_COLOR"] = true, "1"
	out := s.run("show", "talk1").ok()
	for _, want := range []string{"Lifetimes in Rust", "You", "Explain lifetimes", "Claude (claude-sonnet-4-6)", "A region of the program."} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

func TestDeleteAndUndo(t *testing.T) {
	s := talks(t)
	if out := s.run("rm", "talk1", "Arena allocators").ok(); strings.Count(out, "parlor rm --undo") != 2 {
		t.Errorf("rm: %s", out)
	}
	if list := s.list(); len(list) != 1 || list[0].ID != "talk3" {
		t.Errorf("left: %+v", list)
	}
	s.run("show", "talk1").fails(2, "No conversation matches \"talk1\"; `parlor list` shows all.")
	if out := s.run("list", "--deleted").ok(); !strings.Contains(out, "talk1") {
		t.Errorf("deleted: %s", out)
	}
	s.run("rm", "--undo", "lifetimes in rust").ok()
	if len(s.list()) != 2 {
		t.Errorf("not brought back")
	}
	s.run("rm", "--purge", "talk2").ok()
	s.run("rm", "--undo", "talk2").fails(2, "No deleted conversation matches \"talk2\"; `parlor list --deleted` shows all.")
	s.run("rm", "talk3", "nothing").fails(2, "No conversation matches \"nothing\"; `parlor list` shows all.")
	if len(s.list()) != 2 {
		t.Errorf("a mistake in the second name deleted the first")
	}
}

func TestRename(t *testing.T) {
	s := talks(t)
	if out := s.run("rename", "talk1", "A", " better ", "name").ok(); out != "Renamed to \"A better name\" (talk1)\n" {
		t.Errorf("rename: %s", out)
	}
	if out := s.run("show", "A better name").ok(); !strings.Contains(out, `title: "A better name"`) {
		t.Errorf("show: %s", out)
	}
	s.run("rename", "talk1", "  ").fails(2, "A title needs at least one readable word.")
}
