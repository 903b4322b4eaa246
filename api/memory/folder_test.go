package memory_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"parlor/api"
	"parlor/api/memory"
	"parlor/api/toolrunner"
)

// A conversation with the memory, from the first look to the tidying up.
func TestStoryOfAMemory(t *testing.T) {
	f, around := open(t)
	if got := must(t, f, view("/memories")); got != "/memories and what is in it, two levels deep:\n0B\t/memories\n" {
		t.Fatalf("an empty memory: %q", got)
	}
	must(t, f, create("/memories/people/anna.md", "# Anna\nlikes tea\nlives in Oslo\n"))
	must(t, f, create("/memories/todo.txt", "one\ntwo\nthree"))
	must(t, f, create("/memories/people/office/deep/boss.md", strings.Repeat("x", 1536)))

	want := "/memories and what is in it, two levels deep:\n" +
		"1.5K\t/memories\n" +
		"1.5K\t/memories/people/\n" +
		"31B\t/memories/people/anna.md\n" +
		"1.5K\t/memories/people/office/\n" +
		"13B\t/memories/todo.txt\n"
	for _, path := range []string{"/memories", "/memories/"} {
		if got := must(t, f, view(path)); got != want {
			t.Errorf("listing:\n%s\nwant:\n%s", got, want)
		}
	}
	if got, want := must(t, f, view("/memories/todo.txt")), "/memories/todo.txt, lines 1 to 3 of 3:\n     1\tone\n     2\ttwo\n     3\tthree\n"; got != want {
		t.Errorf("view: %q, want %q", got, want)
	}

	got := must(t, f, input{"command": "str_replace", "path": "/memories/people/anna.md", "old_str": "Oslo", "new_str": "Bergen"})
	if want := "/memories/people/anna.md was changed. Lines 1 to 3 are now:\n     1\t# Anna\n     2\tlikes tea\n     3\tlives in Bergen\n"; got != want {
		t.Errorf("str_replace: %q, want %q", got, want)
	}
	got = must(t, f, input{"command": "insert", "path": "/memories/todo.txt", "insert_line": 3, "insert_text": "four"})
	if want := "/memories/todo.txt was changed. Lines 1 to 4 are now:\n     1\tone\n     2\ttwo\n     3\tthree\n     4\tfour\n"; got != want {
		t.Errorf("insert: %q, want %q", got, want)
	}
	must(t, f, input{"command": "rename", "old_path": "/memories/people", "new_path": "/memories/archive/2026/people"})
	must(t, f, input{"command": "delete", "path": "/memories/todo.txt"})
	must(t, f, input{"command": "delete", "path": "/memories/archive/2026/people/office"})

	fileIs(t, filepath.Join(around, "memories/archive/2026/people/anna.md"), "# Anna\nlikes tea\nlives in Bergen\n")
	if got := must(t, f, view("/memories/archive")); strings.Contains(got, "work") || !strings.Contains(got, "/memories/archive/2026/people/\n") {
		t.Errorf("after tidying up: %q", got)
	}
}

func TestViewRange(t *testing.T) {
	f, _ := open(t)
	must(t, f, create("/memories/a", "1\n2\n3\n4\n"))
	tests := []struct {
		lines []int
		want  string // the numbers, or what the error says
	}{
		{nil, "1 2 3 4"},
		{[]int{2, 3}, "2 3"},
		{[]int{3, -1}, "3 4"},
		{[]int{4, 4}, "4"},
		{[]int{1, 99}, "1 2 3 4"},
		{[]int{0, 2}, "lines 1 to 4"},
		{[]int{5, 6}, "lines 1 to 4"},
		{[]int{3, 2}, "lines 1 to 4"},
		{[]int{-1, -1}, "lines 1 to 4"},
		{[]int{2}, "two numbers"},
	}
	for _, test := range tests {
		got, err := call(t, f, input{"command": "view", "path": "/memories/a", "view_range": test.lines})
		if err != nil {
			got = err.Error()
		} else {
			_, got, _ = strings.Cut(got, "\n")
			var numbers []string
			for line := range strings.Lines(got) {
				numbers = append(numbers, strings.Fields(line)[0])
			}
			got = strings.Join(numbers, " ")
		}
		if !strings.Contains(got, test.want) {
			t.Errorf("%v: %q, want %q", test.lines, got, test.want)
		}
	}
	must(t, f, create("/memories/empty", ""))
	if got := must(t, f, view("/memories/empty")); !strings.Contains(got, "empty") {
		t.Error(got)
	}
	if _, err := call(t, f, input{"command": "view", "path": "/memories", "view_range": []int{1, 2}}); err == nil {
		t.Error("a folder has lines")
	}
}

func TestInsertKeepsLinesApart(t *testing.T) {
	tests := []struct {
		before string
		line   int
		text   string
		want   string
	}{
		{"", 0, "a", "a\n"},
		{"b\n", 0, "a", "a\nb\n"},
		{"a\nc\n", 1, "b\n", "a\nb\nc\n"},
		{"a", 1, "b", "a\nb\n"},
		{"a\n\n", 2, "b", "a\n\nb\n"},
		{"a\nd", 1, "b\nc", "a\nb\nc\nd"},
	}
	for _, test := range tests {
		f, around := open(t)
		must(t, f, create("/memories/f", test.before))
		must(t, f, input{"command": "insert", "path": "/memories/f", "insert_line": test.line, "insert_text": test.text})
		fileIs(t, filepath.Join(around, "memories/f"), test.want)
	}
}

// Every error tells the model what to do instead, and changes nothing.
func TestErrorsForTheModel(t *testing.T) {
	f, around := open(t)
	must(t, f, create("/memories/a/file", "x = 1\ny = 1\naaa"))
	tests := []struct {
		name string
		in   input
		says string
	}{
		{"no command", input{}, "only view, create"},
		{"unknown command", input{"command": "undo_edit", "path": "/memories/a"}, `"undo_edit"`},
		{"unknown and long", input{"command": strings.Repeat("undo", 1000)}, `undoundo", only view`},
		{"wrong type", input{"command": 3}, "does not fit"},
		{"long number", input{"command": "view", "insert_line": json.RawMessage(strings.Repeat("1", 4000))}, "does not fit"},
		{"no path", input{"command": "view"}, "missing"},
		{"nothing there", view("/memories/b"), "/memories/b does not exist. View /memories"},
		{"nothing below", view("/memories/b/c/d"), "does not exist"},
		{"below a file", view("/memories/a/file/c"), "/memories/a/file is a file"},
		{"create without text", input{"command": "create", "path": "/memories/n"}, "file_text is missing"},
		{"create over a file", create("/memories/a/file", "new"), "exists already"},
		{"create over a folder", create("/memories/a", "new"), "is a folder"},
		{"create the top", create("/memories", "new"), "is a folder"},
		{"create below a file", create("/memories/a/file/b", "new"), "is a file"},
		{"create what is no text", create("/memories/n", "a\x00b"), "not text"},
		{"replace in a folder", input{"command": "str_replace", "path": "/memories/a", "old_str": "x"}, "is a folder"},
		{"replace nothing", input{"command": "str_replace", "path": "/memories/a/file", "old_str": ""}, "old_str is missing"},
		{"replace what is not there", input{"command": "str_replace", "path": "/memories/a/file", "old_str": "z"}, "View the file"},
		{"replace what is there twice", input{"command": "str_replace", "path": "/memories/a/file", "old_str": " = 1"}, "2 times, beginning at the lines 1, 2"},
		{"replace what overlaps", input{"command": "str_replace", "path": "/memories/a/file", "old_str": "aa"}, "2 times"},
		{"insert nothing", input{"command": "insert", "path": "/memories/a/file", "insert_line": 1}, "missing"},
		{"insert nowhere", input{"command": "insert", "path": "/memories/a/file", "insert_text": "x"}, "missing"},
		{"insert too far", input{"command": "insert", "path": "/memories/a/file", "insert_line": 4, "insert_text": "x"}, "0 (before all) to 3"},
		{"insert before the beginning", input{"command": "insert", "path": "/memories/a/file", "insert_line": -1, "insert_text": "x"}, "0 (before all)"},
		{"delete nothing", input{"command": "delete", "path": "/memories/b"}, "does not exist"},
		{"delete the top", input{"command": "delete", "path": "/memories/"}, "cannot be deleted"},
		{"rename nothing", input{"command": "rename", "old_path": "/memories/b", "new_path": "/memories/c"}, "does not exist"},
		{"rename the top", input{"command": "rename", "old_path": "/memories", "new_path": "/memories/c"}, "cannot be renamed"},
		{"rename over something", input{"command": "rename", "old_path": "/memories/a/file", "new_path": "/memories/a"}, "exists already"},
		{"rename into itself", input{"command": "rename", "old_path": "/memories/a", "new_path": "/memories/a/b"}, "into itself"},
		{"rename below a file", input{"command": "rename", "old_path": "/memories/a", "new_path": "/memories/a/file/b"}, "is a file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := call(t, f, test.in)
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), around) || len(err.Error()) > 500 {
				t.Errorf("got %q, %v; want %q", got, err, test.says)
			}
		})
	}
	fileIs(t, filepath.Join(around, "memories/a/file"), "x = 1\ny = 1\naaa")
	if got := must(t, f, view("/memories")); strings.Count(got, "\n") != 4 {
		t.Errorf("something was made: %s", got)
	}
}

func TestLimits(t *testing.T) {
	f, around := open(t)
	f.MaxFile, f.MaxTotal, f.MaxFiles, f.MaxView = 100, 250, 4, 60
	must(t, f, create("/memories/a", strings.Repeat("a", 100)))
	must(t, f, create("/memories/b", strings.Repeat("line\n", 20)))

	refused := func(in input, says string) {
		t.Helper()
		if got, err := call(t, f, in); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %q, %v; want %q", in, got, err, says)
		}
	}
	refused(create("/memories/c", strings.Repeat("c", 101)), "a file may have 100")
	refused(create("/memories/c", strings.Repeat("c", 51)), "may have 250")
	refused(input{"command": "insert", "path": "/memories/a", "insert_line": 1, "insert_text": "b"}, "a file may have 100")
	must(t, f, input{"command": "str_replace", "path": "/memories/a", "old_str": strings.Repeat("a", 100), "new_str": "a"})
	must(t, f, create("/memories/c", strings.Repeat("c", 51)))
	must(t, f, create("/memories/d", ""))
	refused(create("/memories/e", ""), "4 files and folders")
	refused(input{"command": "rename", "old_path": "/memories/d", "new_path": "/memories/x/y/z/d"}, "4 files and folders")
	must(t, f, input{"command": "insert", "path": "/memories/d", "insert_line": 0, "insert_text": "still"})

	got := must(t, f, view("/memories/b"))
	if want := "     1\tline\n     2\tline\n     3\tline\n     4\tline\n     5\tline\n[Lines 6 to 20 are left out. Use view_range to see them.]\n"; !strings.HasSuffix(got, ":\n"+want) {
		t.Errorf("a long view: %q", got)
	}
	must(t, f, input{"command": "str_replace", "path": "/memories/a", "old_str": "a", "new_str": strings.Repeat("é", 45)})
	if got := must(t, f, view("/memories/a")); !strings.Contains(got, "rest of this line is left out") || len(got) > 150 {
		t.Errorf("a long line: %q", got)
	}
	if err := os.WriteFile(filepath.Join(around, "memories/big"), make([]byte, 101), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(view("/memories/big"), "larger than 100 bytes")

	must(t, f, input{"command": "delete", "path": "/memories/b"})
	must(t, f, input{"command": "delete", "path": "/memories/c"})
	must(t, f, create("/memories/deep/er", "x"))
	for range 20 {
		if _, err := call(t, f, input{"command": "rename", "old_path": "/memories/deep", "new_path": "/memories/deep2/deep"}); err != nil {
			break
		}
		_ = must(t, f, input{"command": "rename", "old_path": "/memories/deep2", "new_path": "/memories/deep"})
	}
	refused(view("/memories"+strings.Repeat("/d", 17)), "deeper")
}

func TestNothingGrowsWithoutBound(t *testing.T) {
	f, around := open(t)
	must(t, f, create("/memories/a/f", "x"))
	moves := 0
	for range 40 {
		if _, err := call(t, f, input{"command": "rename", "old_path": "/memories/a", "new_path": "/memories/b/a"}); err != nil {
			break
		}
		must(t, f, input{"command": "rename", "old_path": "/memories/b", "new_path": "/memories/a"})
		moves++
	}
	if moves == 0 || moves > 16 {
		t.Errorf("folders were nested %d times", moves)
	}
	for i := range 600 {
		name := filepath.Join(around, "memories", "n"+strings.Repeat("n", i%100)+string(rune('a'+i/100)))
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := must(t, f, view("/memories")); strings.Count(got, "\n") > 502 || !strings.Contains(got, "left out") {
		t.Errorf("a listing of %d lines", strings.Count(got, "\n"))
	}
}

// A reader never sees half a file, and no edit of many is lost.
func TestConcurrentCalls(t *testing.T) {
	f, around := open(t)
	must(t, f, create("/memories/log", ""))
	const writers, each = 8, 10
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				must(t, f, input{"command": "insert", "path": "/memories/log", "insert_line": 0, "insert_text": "0123456789"})
				must(t, f, view("/memories"))
			}
		})
	}
	stop := make(chan struct{})
	torn := make(chan string, 1)
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			raw, err := os.ReadFile(filepath.Join(around, "memories/log"))
			if err != nil || strings.Trim(strings.ReplaceAll(string(raw), "0123456789\n", ""), "") != "" {
				select {
				case torn <- string(raw):
				default:
				}
			}
		}
	})
	wg.Wait()
	close(stop)
	reader.Wait()
	select {
	case got := <-torn:
		t.Errorf("a half written file was seen: %q", got)
	default:
	}
	fileIs(t, filepath.Join(around, "memories/log"), strings.Repeat("0123456789\n", writers*each))
	left, err := os.ReadDir(filepath.Join(around, "memories"))
	if err != nil || len(left) != 1 {
		t.Errorf("files of writing are left: %v, %v", left, err)
	}
}

func TestFolderIsATool(t *testing.T) {
	f, _ := open(t)
	var tool toolrunner.Sequential = f
	if !tool.Sequential() {
		t.Error("calls of a turn would overlap")
	}
	raw, err := f.Definition().MarshalJSON()
	if err != nil || string(raw) != `{"type":"memory_20250818","name":"memory"}` || f.Name() != "memory" {
		t.Errorf("%s, %v", raw, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Call(ctx, api.ToolUse{Input: []byte(`{"command":"view","path":"/memories"}`)}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is done: %v", err)
	}
	f.Close()
	if _, err := call(t, f, view("/memories")); err == nil {
		t.Error("a closed folder answers")
	}
}

// What is left of an Open whose error nobody looked at.
func TestAFolderThatWasNotOpened(t *testing.T) {
	for _, f := range []*memory.Folder{nil, {}} {
		if _, err := call(t, f, input{"command": "view", "path": "/memories"}); err == nil {
			t.Error("it can be read")
		}
		if err := f.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	}
}

func TestOpenFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below")} {
		if f, err := memory.Open(path); err == nil {
			f.Close()
			t.Errorf("%s is open", path)
		}
	}
}
