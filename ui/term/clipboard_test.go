package term_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"parlor/ui/term"
)

func env(vars map[string]string) func(string) string {
	return func(k string) string { return vars[k] }
}

func TestClipboardFindsTheTool(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		goos      string
		env       map[string]string
		installed string
		broken    string
		want      string
	}{
		"mac":                   {"darwin", nil, "pbcopy", "", "pbcopy"},
		"mac from afar":         {"darwin", map[string]string{"SSH_TTY": "/dev/ttys1"}, "pbcopy", "", ""},
		"wayland":               {"linux", map[string]string{"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "wl-copy xclip", "", "wl-copy"},
		"wayland without tool":  {"linux", map[string]string{"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "xsel", "", "xsel"},
		"wayland tool broken":   {"linux", map[string]string{"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "wl-copy xclip", "wl-copy", "xclip"},
		"x11":                   {"linux", map[string]string{"DISPLAY": ":0"}, "xclip xsel", "", "xclip"},
		"no display":            {"linux", nil, "xclip xsel wl-copy", "", ""},
		"display over ssh":      {"linux", map[string]string{"DISPLAY": "localhost:10", "SSH_CONNECTION": "x"}, "xclip", "", "xclip"},
		"windows":               {"windows", nil, "powershell.exe clip.exe", "", "powershell.exe"},
		"linux within windows":  {"linux", map[string]string{"WSL_DISTRO_NAME": "Debian"}, "clip.exe", "", "clip.exe"},
		"phone":                 {"android", map[string]string{"TERMUX_VERSION": "1"}, "termux-clipboard-set", "", "termux-clipboard-set"},
		"only tool broken":      {"darwin", nil, "pbcopy", "pbcopy", "error"},
		"nothing there at all ": {"linux", map[string]string{"DISPLAY": ":0"}, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got string
			clip := term.Clipboard{
				GOOS: c.goos, Getenv: env(c.env),
				LookPath: func(tool string) (string, error) {
					if strings.Contains(" "+c.installed+" ", " "+tool+" ") {
						return "/bin/" + tool, nil
					}
					return "", exec.ErrNotFound
				},
				Run: func(_ context.Context, path string, _ []string, in io.Reader) error {
					if c.broken != "" && strings.HasSuffix(path, c.broken) {
						return errors.New("cannot open display")
					}
					b, err := io.ReadAll(in)
					got = string(b)
					return err
				},
			}
			tool, err := clip.Copy(t.Context(), "text\n")
			switch {
			case c.want == "" && !errors.Is(err, term.ErrNoClipboard):
				t.Errorf("tool %q, error %v, want ErrNoClipboard", tool, err)
			case c.want == "error" && (err == nil || errors.Is(err, term.ErrNoClipboard)):
				t.Errorf("error %v, want the tool's", err)
			case c.want != "" && c.want != "error" && (tool != c.want || err != nil || got != "text\n"):
				t.Errorf("tool %q with %q, %v, want %q", tool, got, err, c.want)
			}
		})
	}
}

func TestOSC52(t *testing.T) {
	t.Parallel()
	want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("héllo")) + "\a"
	if got := term.OSC52("héllo", env(nil)); got != want {
		t.Errorf("plain: %q", got)
	}
	if got := term.OSC52("héllo", env(map[string]string{"TMUX": "/tmp/x", "TERM": "screen-256color"})); got != want+"\x1bPtmux;\x1b"+want+"\x1b\\" {
		t.Errorf("tmux: %q", got)
	}
	if got := term.OSC52("héllo", env(map[string]string{"TERM": "screen"})); !strings.HasPrefix(got, "\x1bP") || !strings.HasSuffix(got, "\x1b\\") {
		t.Errorf("screen: %q", got)
	}
	if got := term.OSC52(strings.Repeat("x", term.MaxOSC52+1), env(nil)); got != "" {
		t.Errorf("too large: %d bytes", len(got))
	}
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		vars       map[string]string
		dumb, utf8 bool
	}{
		"usual":       {map[string]string{"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, false, true},
		"dumb":        {map[string]string{"TERM": "dumb", "LC_ALL": "C", "LANG": "en_US.UTF-8"}, true, false},
		"german":      {map[string]string{"TERM": "linux", "LC_CTYPE": "de_DE.utf8"}, false, true},
		"old charset": {map[string]string{"TERM": "vt100", "LANG": "en_US.ISO-8859-1"}, false, false},
	} {
		if got := term.IsDumb(env(c.vars)); got != c.dumb {
			t.Errorf("%s: dumb %v", name, got)
		}
		if got := term.UTF8Locale(env(c.vars)); got != c.utf8 {
			t.Errorf("%s: UTF-8 %v", name, got)
		}
	}
}
