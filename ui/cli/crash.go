package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"parlor/session/config"
)

// crashName is the file in the state folder that reports of crashes are added
// to.
const crashName = "crash.log"

// CrashFile opens the file for the reports of crashes, which the runtime writes
// to when it cannot go on. It is nil where there is none.
func CrashFile(env Env) *os.File {
	dir := config.FindDirs(env.GOOS, env.Home, env.getenv).State
	if dir == "" || os.MkdirAll(dir, 0o700) != nil {
		return nil
	}
	file, err := os.OpenFile(filepath.Join(dir, crashName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil
	}
	return file
}

// crashError is a mistake of ours that was caught.
type crashError struct {
	what   any
	report string // file that has the stack; "" where it could not be written
}

func (e *crashError) Error() string {
	if e.report == "" {
		return fmt.Sprintf("parlor failed by a mistake of its own: %v", e.what)
	}
	return fmt.Sprintf("parlor failed by a mistake of its own; what was said is kept, and the report is in %s", e.report)
}

// crashed makes an error of a panic and writes the report. It holds the stack and
// nothing that was said.
func (a *app) crashed(what any, stack []byte) error {
	e := &crashError{what: what}
	file := CrashFile(a.env)
	if file == nil {
		return e
	}
	_, err := fmt.Fprintf(file, "%s parlor %s: panic: %v\n%s\n",
		a.env.now().UTC().Format(time.RFC3339), a.env.Build.Version, what, stack)
	if closeErr := file.Close(); err == nil && closeErr == nil {
		e.report = file.Name()
	}
	return e
}
