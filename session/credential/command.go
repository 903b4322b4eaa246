package credential

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// maxOutput is the most bytes a key_command may print.
const maxOutput = 64 << 10

// runCommand runs key_command by the shell and returns the key it prints. Its
// standard input is empty, and it is killed after limit.
func (s *Store) runCommand(ctx context.Context) (string, error) {
	limit := s.commandLimit()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	shell, flag := "/bin/sh", "-c"
	if runtime.GOOS == "windows" {
		shell, flag = "cmd", "/c"
	}
	cmd := exec.CommandContext(ctx, shell, flag, s.KeyCommand)
	cmd.Env = s.Environ
	cmd.WaitDelay = 500 * time.Millisecond // a grandchild may keep the pipe open
	stdout, stderr := &capped{}, &capped{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	err := cmd.Run()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", fmt.Errorf("%w: it did not end within %s", ErrCommand, limit)
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return "", fmt.Errorf("%w: %w%s", ErrCommand, err, firstLine(stderr.String()))
	}
	key, err := clean(stdout.String())
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrCommand, err)
	}
	return key, nil
}

// capped keeps the first maxOutput bytes and swallows the rest.
type capped struct{ bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if room := maxOutput - c.Len(); room > 0 {
		c.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// firstLine is what the command complained about, short and in brackets.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if r := []rune(line); len(r) > 160 {
		line = string(r[:160]) + "…"
	}
	if line == "" {
		return ""
	}
	return " (" + line + ")"
}
