package memory_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"parlor/api"
	"parlor/api/memory"
)

// open returns a memory in a folder called memories, and the folder around it.
func open(t testing.TB) (f *memory.Folder, around string) {
	t.Helper()
	around = t.TempDir()
	f, err := memory.Open(filepath.Join(around, "memories"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, around
}

// input is the input of a call.
type input map[string]any

// call runs a command as the model would.
func call(t testing.TB, f *memory.Folder, in input) (string, error) {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := f.Call(t.Context(), api.ToolUse{ID: "toolu_1", Name: "memory", Input: raw})
	if err != nil {
		return "", err
	}
	if len(blocks) != 1 {
		t.Fatalf("%d blocks", len(blocks))
	}
	return blocks[0].Text(), nil
}

// must is call for what has to work.
func must(t testing.TB, f *memory.Folder, in input) string {
	t.Helper()
	text, err := call(t, f, in)
	if err != nil {
		t.Fatalf("%v: %v", in, err)
	}
	return text
}

func create(path, text string) input {
	return input{"command": "create", "path": path, "file_text": text}
}

func view(path string) input { return input{"command": "view", "path": path} }

func fileIs(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v; want %q", path, got, err, want)
	}
}
