package bench_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"parlor/api/simulator"
)

// A mistake in a file is told in one sentence that names file and place; the program
// starts with the rest.
func TestMistakesInFilesAreToldAndWorkedAround(t *testing.T) {
	for name, tt := range map[string]struct {
		file, text string
		says       []string
	}{
		"a setting's value": {"config.toml", "temperature = 'hot'\ntitle_model = ''\n", []string{"config.toml:1: temperature:", "is not a number"}},
		"an unknown name":   {"config.toml", "title_model = ''\nthene = 'ink'\n", []string{"config.toml:2: thene:", "did you mean theme?"}},
		"no TOML at all":    {"config.toml", "title_model = ''\n= = =\n", []string{"config.toml:2:"}},
		"a key's value":     {"keys.toml", "help = 7\n", []string{"keys.toml:1:", "help"}},
		"an unknown action": {"keys.toml", "\"make.coffee\" = ['f5']\n", []string{`"make.coffee" names no action`}},
		"keys, no TOML":     {"keys.toml", "help = [\n", []string{"keys.toml:"}},
		"a theme's colour":  {"themes/mine.toml", "base = 'parlor'\nlacks = 'light'\n[dark]\ntext = 'reddish'\n", []string{"mine.toml", "reddish"}},
		"two at once":       {"config.toml", "title_model = ''\nthene = 'ink'\neffort = 'huge'\n", []string{"Configuration", "did you mean theme?", `"huge" is not`}},
		"a theme, no TOML":  {"themes/mine.toml", "name = \n", []string{"mine.toml:1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			path := w.write(tt.file, tt.text)
			if strings.HasPrefix(tt.file, "themes/") {
				w.env = append(w.env, "PARLOR_THEME=mine")
			}
			term := start(t, w.env, binary(t))
			if err := term.Await(patience, func(screen string) bool {
				return !slices.ContainsFunc(tt.says, func(say string) bool {
					return !strings.Contains(unwrapped(screen), unwrapped(say))
				})
			}); err != nil {
				t.Fatalf("%s is not told (%q): %v", path, tt.says, err)
			}
			w.sim.Push(simulator.Script{Text: "It works all the same."})
			if strings.Contains(term.Screen(), "esc close") { // several share a dialog
				send(t, term, "\x1b")
				gone(t, term, "esc close")
			}
			say(t, term, "hello")
			expect(t, term, "It works all the same.")
			quit(t, term)
		})
	}
}

// A database that cannot be opened is told at once, and what is typed stays.
func TestAFolderThatIsNoFolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := filepath.Join(w.dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(file, "parlor.db")
	r := w.run(nil, "--db", path, "-p", "hello")
	if r.code != 1 || r.out != "" || !strings.Contains(r.err, "The database "+path+" cannot be opened") || strings.Count(r.err, "\n") != 1 {
		t.Errorf("exit code %d, %q, %s", r.code, r.out, r.err)
	}

	term := start(t, w.env, binary(t), "--db", path)
	expect(t, term, "cannot be opened")
	say(t, term, "words that must not be lost")
	expect(t, term, "cannot be opened", "words that must not be lost")
	quit(t, term)
	orderly(t, term)
	if asked := w.asked(); len(asked) != 0 {
		t.Errorf("%d requests were sent although nothing can be kept", len(asked))
	}
}

// The same for a folder whose permissions do not allow it.
func TestAFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := w.variable("HOME")
	folder := filepath.Join(w.variable("XDG_DATA_HOME"), "parlor")
	if err := os.Mkdir(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	cmd := w.command(nil, "-p", "hello")
	cmd.Dir = root
	if os.Getuid() == 0 { // for whom permissions do not hold
		const nobody = 65534
		giveAway(t, root, nobody)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	out, err := cmd.CombinedOutput()
	if code := exitCode(t, err); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	for _, want := range []string{"The database " + filepath.Join(folder, "parlor.db") + " cannot be", "permission", "--db."} {
		if !strings.Contains(string(out), want) || strings.Count(string(out), "\n") != 1 {
			t.Errorf("it said %q, want %q in it", out, want)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// giveAway makes a folder of the test another user's.
func giveAway(t *testing.T, root string, user int) {
	t.Helper()
	for _, path := range []string{filepath.Dir(root), binary(t)} {
		if err := os.Chmod(path, 0o755); err != nil { //nolint:gosec // the other user must get there
			t.Fatal(err)
		}
	}
	if err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, user, user)
	}); err != nil {
		t.Fatal(err)
	}
}
