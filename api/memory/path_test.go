package memory_test

import (
	"errors"
	"strings"
	"testing"

	"parlor/api/memory"
)

func TestPathsThatAreRefused(t *testing.T) {
	f, around := open(t)
	must(t, f, create("/memories/a", "x"))
	paths := []string{
		"/", "/etc/passwd", "etc/passwd", "memories", "memories/a", "./memories/a", "//memories/a", "/memoriesx", "/memories.bak/a",
		"/Memories/a", " /memories/a", "file:///memories/a", "~/memories/a", "C:/memories/a", `C:\memories\a`, `\\host\memories\a`,
		"/memories/..", "/memories/../a", "/memories/../memories/a", "/memories/b/../a", "/memories/./a", "/memories/a/.", "/memories/a/..",
		"/memories//a", "/memories///", "/memories//", "/memories/a//b", "/memories//etc/passwd",
		"/memories/%2e%2e/a", "/memories/%2E%2e", "/memories/.%2e/a", "/memories/%2e", "/memories/..%2fa", "/memories/b%2fa", "/memories/%252e%252e/a",
		"/memories/%5c..%5ca", "/memories/%25252e%25252e", "/memories/%2525252525252525252e",
		`/memories/..\a`, `/memories\..\a`, "/memories/a\x00", "/memories/a\x00/../../b", "/memories/a\n", "/memories/\x1b[2J", "/memories/\u0085",
		"/memories/" + strings.Repeat("n", 201), "/memories/" + strings.Repeat("n/", 20) + "n", "/memories/" + strings.Repeat("n", 2000),
		"/memories/.memory-being-written-x", "",
	}
	for _, path := range paths {
		for _, in := range []input{
			view(path), create(path, "new"),
			{"command": "str_replace", "path": path, "old_str": "x", "new_str": "y"},
			{"command": "insert", "path": path, "insert_line": 0, "insert_text": "y"},
			{"command": "delete", "path": path},
			{"command": "rename", "old_path": path, "new_path": "/memories/new"},
			{"command": "rename", "old_path": "/memories/a", "new_path": path},
		} {
			got, err := call(t, f, in)
			if !errors.Is(err, memory.ErrPath) || strings.Contains(err.Error(), around) {
				t.Errorf("%v: %q, %v", in, got, err)
			}
		}
	}
	if got := must(t, f, view("/memories/a")); !strings.Contains(got, "1\tx") {
		t.Errorf("the file changed: %q", got)
	}
}

func TestPathsThatAreFine(t *testing.T) {
	f, _ := open(t)
	for _, path := range []string{
		"/memories/a.md", "/memories/...", "/memories/..a", "/memories/a..", "/memories/.hidden", "/memories/with space", "/memories/ünï/日本.md",
		"/memories/100%", "/memories/100%25 sure", "/memories/a%20b", "/memories/-rf", "/memories/$HOME", "/memories/a;b|c", "/memories/memories/memories",
		"/memories/~", "/memories/a:b",
	} {
		must(t, f, create(path, "x"))
		must(t, f, view(path))
		must(t, f, input{"command": "delete", "path": path + "/"})
	}
}
