package cli_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"parlor/ui"
	"parlor/ui/cli"
)

// BenchmarkStart is what the command line adds before the screen begins.
func BenchmarkStart(b *testing.B) {
	env := cli.Env{
		Args: []string{"-c"}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard,
		Environ: []string{"TERM=xterm"}, Home: b.TempDir(), Cwd: b.TempDir(), GOOS: "linux",
		StdinTerminal: true, StdoutTerminal: true,
		Screen: func(context.Context, ui.Options) error { return nil },
	}
	b.ReportAllocs()
	for b.Loop() {
		if code := cli.Run(b.Context(), env); code != 0 {
			b.Fatalf("exit code %d", code)
		}
	}
}
