package cli

import (
	"os"
	"runtime"

	"golang.org/x/term"
)

// Process is the environment of the running process.
func Process(build Build) Env {
	// What cannot be found out stays empty, which Env allows.
	home, _ := os.UserHomeDir()
	cwd, _ := os.Getwd()
	stdin, stdout := int(os.Stdin.Fd()), int(os.Stdout.Fd())
	env := Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Environ: os.Environ(), Home: home, Cwd: cwd, GOOS: runtime.GOOS, Build: build,
		StdinTerminal: term.IsTerminal(stdin), StdoutTerminal: term.IsTerminal(stdout),
	}
	if env.StdoutTerminal {
		env.Width, _, _ = term.GetSize(stdout) // 0 where it is not told
	}
	if env.StdinTerminal {
		env.ReadSecret = func() (string, error) {
			secret, err := term.ReadPassword(stdin)
			return string(secret), err
		}
	}
	return env
}
