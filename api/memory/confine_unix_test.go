//go:build unix

package memory_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"parlor/api/memory"
)

const secret = "the secret outside"

// trap puts secrets around a memory, and ways to them into it.
func trap(t testing.TB, around string) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	inside := filepath.Join(around, "memories")
	check(os.MkdirAll(filepath.Join(around, "dir/sub"), 0o700))
	for _, name := range []string{"secret", "dir/secret", "dir/sub/secret", "memories-secret"} {
		check(os.WriteFile(filepath.Join(around, name), []byte(secret), 0o600))
	}
	check(os.MkdirAll(filepath.Join(inside, "real"), 0o700))
	check(os.WriteFile(filepath.Join(inside, "real/file"), []byte("inside\n"), 0o600))
	for name, target := range map[string]string{
		"link": "../secret", "dirlink": "../dir", "abs": filepath.Join(around, "secret"), "absdir": filepath.Join(around, "dir"),
		"self": "self", "up": "..", "inner": "real/file", "innerdir": "real", "real/out": "../../dir", "gone": "../not-there", "root": "/",
	} {
		check(os.Symlink(target, filepath.Join(inside, name)))
	}
	check(syscall.Mkfifo(filepath.Join(inside, "pipe"), 0o600))
}

// outside describes everything around the memory.
func outside(t testing.TB, around string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(around, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == filepath.Join(around, "memories") {
			return filepath.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&all, "%s %v", path, info.Mode())
		if !d.IsDir() {
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&all, " %v %q", info.ModTime(), raw)
		}
		all.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestLinksAndDevicesAreRefused(t *testing.T) {
	f, around := open(t)
	trap(t, around)
	before := outside(t, around)
	for _, path := range []string{
		"link", "dirlink", "dirlink/secret", "dirlink/new", "abs", "absdir/secret", "self", "self/x", "up", "up/secret", "inner",
		"innerdir/file", "real/out/secret", "gone", "root", "root/etc/passwd", "pipe",
	} {
		path = "/memories/" + path
		for _, in := range []input{
			view(path), create(path, "new"),
			{"command": "str_replace", "path": path, "old_str": "secret", "new_str": "y"},
			{"command": "insert", "path": path, "insert_line": 0, "insert_text": "y"},
			{"command": "delete", "path": path},
			{"command": "rename", "old_path": path, "new_path": "/memories/new"},
			{"command": "rename", "old_path": "/memories/real", "new_path": path},
		} {
			if got, err := call(t, f, in); !errors.Is(err, memory.ErrPath) || strings.Contains(err.Error(), around) {
				t.Errorf("%v: %q, %v", in, got, err)
			}
		}
	}
	if got := must(t, f, view("/memories")); got != "/memories and what is in it, two levels deep:\n7B\t/memories\n7B\t/memories/real/\n7B\t/memories/real/file\n" {
		t.Errorf("listing: %q", got)
	}
	must(t, f, input{"command": "delete", "path": "/memories/real"}) // with a link in it
	if after := outside(t, around); after != before {
		t.Errorf("outside changed from\n%s\nto\n%s", before, after)
	}
}

// Whatever commands come in whatever order, nothing outside the folder is read
// or changed.
func TestNothingOutsideIsEverTouched(t *testing.T) {
	f, around := open(t)
	trap(t, around)
	before := outside(t, around)
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	good := func() string {
		return "/memories/" + pick("real", "real/file", "a", "b", "a/b", "b/a", "a/file", "b/file")
	}
	bad := func() string {
		path := pick("/memories", "/memories", "/memories", "", "/", "..", around, around+"/memories")
		for range random.IntN(5) {
			path += pick("/", "/", "/", "//", `\`, "%2f") + pick("real", "file", "link", "dirlink", "absdir", "up", "root", "innerdir", "secret", "dir",
				"a", "b", "..", ".", "%2e%2e", "pipe", "self", "memories", "new\x00", "gone", "out")
		}
		return path
	}
	path := func() string {
		if random.IntN(2) == 0 {
			return good()
		}
		return bad()
	}
	text := func() string { return pick("", "x", "inside", "line\nline\n", secret[:3], "\n") }
	worked := 0
	for i := range 2000 {
		in := input{
			"command": pick("view", "create", "str_replace", "insert", "delete", "rename"),
			"path":    path(), "old_path": path(), "new_path": path(), "file_text": text(), "old_str": text(), "new_str": text(),
			"insert_line": random.IntN(3), "insert_text": text(),
		}
		got, err := call(t, f, in)
		if err == nil {
			worked++
		}
		if strings.Contains(got+fmt.Sprint(err), secret) {
			t.Fatalf("%v tells the secret: %q, %v", in, got, err)
		}
		if i%100 == 99 && outside(t, around) != before {
			t.Fatalf("something outside changed within a hundred commands up to %v", in)
		}
	}
	if worked < 150 {
		t.Errorf("only %d of the commands worked", worked)
	}
}

func FuzzNothingOutsideIsEverTouched(f *testing.F) {
	f.Add("view", "/memories/up/secret", "/memories/x", "text", 0)
	f.Add("rename", "/memories/real", "/memories/dirlink/x", "", 1)
	f.Add("create", "/memories/%2e%2e/secret", "", "text", -1)
	folder, around := open(f)
	trap(f, around)
	before := outside(f, around)
	f.Fuzz(func(t *testing.T, command, path, other, text string, line int) {
		got, err := call(t, folder, input{
			"command": command, "path": path, "old_path": path, "new_path": other, "file_text": text, "old_str": text, "new_str": other,
			"insert_line": line, "insert_text": text, "view_range": []int{line, -1},
		})
		if strings.Contains(got+fmt.Sprint(err), secret) || outside(t, around) != before {
			t.Errorf("%q %q %q %q: %q, %v", command, path, other, text, got, err)
		}
	})
}
