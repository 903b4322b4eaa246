package bench_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binaryVariable names the program that is tried. Where it is not set, the tests build
// one from the folder above and set it.
const binaryVariable = "BENCH_PARLOR"

func TestMain(m *testing.M) {
	os.Exit(withBinary(m.Run))
}

// withBinary builds the program once for all tests.
func withBinary(run func() int) int {
	if os.Getenv(binaryVariable) != "" {
		return run()
	}
	dir, err := os.MkdirTemp("", "parlor-bench-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	program := filepath.Join(dir, "parlor")
	cmd := exec.CommandContext(context.Background(), "go", "build", "-o", program, ".")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	out, err := cmd.CombinedOutput()
	if err == nil {
		err = os.Chmod(dir, 0o755) //nolint:gosec // a test runs it as another user
	}
	if err == nil {
		err = os.Setenv(binaryVariable, program)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return run()
}

// binary is the program that is tried.
func binary(t *testing.T) string {
	t.Helper()
	program, err := filepath.Abs(os.Getenv(binaryVariable))
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// home is the environment of a user who has nothing yet and no key.
func home(t *testing.T) []string {
	t.Helper()
	root := t.TempDir()
	env := []string{
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8",
		"PATH=" + os.Getenv("PATH"), "HOME=" + root,
	}
	for name, folder := range map[string]string{
		"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state",
		"XDG_CACHE_HOME": "cache", "XDG_RUNTIME_DIR": "run", "TMPDIR": "tmp",
	} {
		dir := filepath.Join(root, folder)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+dir)
	}
	return env
}
