package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"parlor/session/config"
	"parlor/store"
	"parlor/ui/term"
)

// The states of a check.
const (
	checkOK      = "ok"
	checkWarning = "warning"
	checkFails   = "fails"
	checkSkipped = "skipped"
)

// check is one line of the doctor's report.
type check struct {
	name, state, detail string
	err                 error // of one that fails; decides the exit code
}

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check configuration, database, credentials, server and terminal", Args: argsOf(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			checks := append(a.house.examine(cmd.Context(), a.problems), a.terminalChecks()...)
			if err := a.printChecks(checks, asJSON); err != nil {
				return err
			}
			for _, c := range checks {
				if c.state == checkFails {
					return silent{c.err}
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) printChecks(checks []check, asJSON bool) error {
	if asJSON {
		type line struct {
			Name   string `json:"name"`
			State  string `json:"state"`
			Detail string `json:"detail"`
		}
		out := make([]line, len(checks))
		for i, c := range checks {
			out[i] = line{c.name, c.state, c.detail}
		}
		return a.printJSON(out)
	}
	rows := make([][]string, len(checks))
	for i, c := range checks {
		rows[i] = []string{c.state, c.name, a.safe(one(c.detail))}
	}
	return a.printf("%s", table(rows, 3, 0))
}

// examine runs the checks that need no terminal, in the order in which a
// request needs what they look at.
func (h *house) examine(ctx context.Context, problems []config.Problem) []check {
	checks := h.checkConfig(problems)
	checks = append(checks, h.checkDatabase(ctx))
	if h.demo {
		return append(checks, check{"server", checkSkipped, "the demo brings its own", nil})
	}
	checks = append(checks, h.checkCredentials(ctx)...)
	return append(checks, h.checkServer(ctx)...)
}

func (h *house) checkConfig(problems []config.Problem) []check {
	checks := make([]check, 0, len(problems))
	for _, p := range problems {
		checks = append(checks, check{"configuration", checkWarning, p.Error(), nil})
	}
	if len(checks) > 0 {
		return checks
	}
	detail := h.cfg.UserFile
	if _, err := os.Stat(h.cfg.UserFile); errors.Is(err, fs.ErrNotExist) {
		detail += " is not there; the defaults hold"
	}
	return []check{{"configuration", checkOK, detail, nil}}
}

// checkDatabase does not make a database where there is none.
func (h *house) checkDatabase(ctx context.Context) check {
	path := h.databasePath(h.demo)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return check{"database", checkOK, path + " is not there yet; the first conversation makes it", nil}
	}
	if err != nil {
		return check{"database", checkFails, fmt.Sprintf("%s: %v", path, reason(err)), err}
	}
	db, err := store.Open(ctx, store.Options{Path: path, Now: h.env.Now})
	if err == nil {
		err = errors.Join(db.Check(ctx), db.Close())
	}
	if err != nil {
		return check{"database", checkFails, sentence(err), err}
	}
	return check{"database", checkOK, fmt.Sprintf("%s, %.1f MB, sound", path, float64(info.Size())/(1<<20)), nil}
}

func (h *house) checkCredentials(ctx context.Context) []check {
	steps := h.creds.Status(ctx, h.baseURL())
	var checks []check
	for _, s := range steps {
		state, detail := stepWords(s)
		switch {
		case s.Err != nil:
			checks = append(checks, check{"credential", checkFails, s.Source + ": " + detail, s.Err})
		case s.Used:
			checks = append(checks, check{"credential", checkOK, s.Source + " " + detail, nil})
		case s.Found:
			checks = append(checks, check{"credential", checkSkipped, s.Source + " " + detail + ", " + state + " but not used", nil})
		}
	}
	if err := verdict(steps); err != nil && len(checks) == 0 {
		if h.cfg.BaseURL != "" {
			return []check{{"credential", checkWarning, "none; this server is asked without one", nil}}
		}
		return []check{{"credential", checkFails, sentence(err), err}}
	}
	return checks
}

func (a *app) terminalChecks() []check {
	if !a.env.StdoutTerminal {
		return []check{{"terminal", checkSkipped, "standard output is no terminal", nil}}
	}
	facts := []string{"TERM=" + dash(a.getenv("TERM")), fmt.Sprintf("%d columns", a.env.width())}
	if colors := a.getenv("COLORTERM"); colors != "" {
		facts = append(facts, "COLORTERM="+colors)
	}
	if a.getenv("TMUX") != "" {
		facts = append(facts, "within tmux")
	}
	if a.getenv("NO_COLOR") != "" {
		facts = append(facts, "without colours (NO_COLOR)")
	}
	if a.getenv("SSH_TTY")+a.getenv("SSH_CONNECTION") != "" {
		facts = append(facts, "over SSH")
	}
	state := checkOK
	switch {
	case term.IsDumb(a.getenv):
		state, facts = checkWarning, append(facts, "cannot address its screen, so parlor reads and prints lines")
	case !term.UTF8Locale(a.getenv):
		state, facts = checkWarning, append(facts, "the locale (LC_ALL, LC_CTYPE, LANG) promises no UTF-8")
	}
	return []check{{"terminal", state, strings.Join(facts, ", "), nil}}
}
