package term

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// ErrNoClipboard tells that the machine has no clipboard tool that could be asked.
var ErrNoClipboard = errors.New("no clipboard tool found")

// Clipboard finds and runs the machine's own clipboard tool. The zero value uses the
// real machine; the fields stand in for it in tests.
type Clipboard struct {
	Getenv   func(string) string                                                       // nil: os.Getenv
	LookPath func(string) (string, error)                                              // nil: exec.LookPath
	Run      func(ctx context.Context, path string, args []string, in io.Reader) error // nil: os/exec
	GOOS     string                                                                    // "": runtime.GOOS
}

// tool is a program that takes the clipboard's new content from its standard input.
type tool struct {
	name string
	args []string
}

// Copy gives text to the first tool that takes it and returns the tool's name. It returns
// ErrNoClipboard when there is none to ask, and what the tools said when all failed. Over
// SSH the tools of the remote machine are not asked, unless its display is forwarded.
func (c *Clipboard) Copy(ctx context.Context, text string) (name string, err error) {
	look, run := c.LookPath, c.Run
	if look == nil {
		look = exec.LookPath
	}
	if run == nil {
		run = runTool
	}
	var failed error
	for _, t := range c.tools() {
		path, err := look(t.name)
		if err != nil {
			continue
		}
		if err := run(ctx, path, t.args, strings.NewReader(text)); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", t.name, err))
			continue
		}
		return t.name, nil
	}
	if failed != nil {
		return "", failed
	}
	return "", ErrNoClipboard
}

// tools lists what may be there, best first.
func (c *Clipboard) tools() []tool {
	env, goos := c.Getenv, c.GOOS
	if env == nil {
		env = os.Getenv
	}
	if goos == "" {
		goos = runtime.GOOS
	}
	powershell := []string{
		"-NoProfile", "-NonInteractive", "-Command",
		"[Console]::InputEncoding = [Text.Encoding]::UTF8; Set-Clipboard -Value ([Console]::In.ReadToEnd())",
	}
	var out []tool
	remote := env("SSH_CONNECTION") != "" || env("SSH_TTY") != ""
	switch {
	case goos == "darwin" && !remote:
		out = append(out, tool{"pbcopy", nil})
	case goos == "windows" && !remote:
		out = append(out, tool{"powershell.exe", powershell}, tool{"clip.exe", nil})
	}
	if goos == "darwin" || goos == "windows" {
		return out
	}
	if env("WAYLAND_DISPLAY") != "" {
		out = append(out, tool{"wl-copy", nil})
	}
	if env("DISPLAY") != "" {
		out = append(out, tool{"xclip", []string{"-selection", "clipboard"}}, tool{"xsel", []string{"--clipboard", "--input"}})
	}
	if env("TERMUX_VERSION") != "" {
		out = append(out, tool{"termux-clipboard-set", nil})
	}
	if env("WSL_DISTRO_NAME") != "" && !remote {
		out = append(out, tool{"powershell.exe", powershell}, tool{"clip.exe", nil})
	}
	return out
}

// runTool runs a program. Its output goes nowhere: xclip and wl-copy leave a process behind
// that would keep a pipe open.
func runTool(ctx context.Context, path string, args []string, in io.Reader) error {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stdin = in
	return cmd.Run()
}

// MaxOSC52 is the largest text, in bytes, that OSC52 passes on: terminals drop sequences
// much longer than 100,000 bytes.
const MaxOSC52 = 74_994

// screenChunk is how much of a sequence GNU screen passes on at once.
const screenChunk = 768

// OSC52 returns the sequence that asks the terminal to take text into its clipboard, also
// from the far end of SSH. Within tmux and screen, as env tells, it is wrapped to reach the
// terminal around them; tmux gets it plain as well, since one of its settings takes that
// and another this. It returns "" for a text larger than MaxOSC52. Whether the terminal
// obeyed cannot be known.
func OSC52(text string, env func(string) string) string {
	if len(text) > MaxOSC52 {
		return ""
	}
	seq := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\a"
	switch {
	case env("TMUX") != "":
		return seq + ansi.TmuxPassthrough(seq)
	case strings.HasPrefix(env("TERM"), "screen"):
		return ansi.ScreenPassthrough(seq, screenChunk)
	}
	return seq
}
