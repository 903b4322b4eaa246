package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"parlor/api"
	"parlor/session/credential"
)

func (a *app) authCommand() *cobra.Command {
	return group("auth", "Store, show and forget the API key",
		a.authStatusCommand(), a.authLoginCommand(), a.authLogoutCommand())
}

func (a *app) authStatusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "status", Short: "Show where credentials come from and which is used", Args: argsOf(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.warn()
			steps := a.house.creds.Status(cmd.Context(), a.house.baseURL())
			if asJSON {
				return a.authJSON(steps)
			}
			rows := [][]string{{"SOURCE", "", "DETAIL"}}
			for _, s := range steps {
				state, detail := stepWords(s)
				rows = append(rows, []string{a.safe(s.Source), state, a.safe(detail)})
			}
			if err := a.printf("%s\nserver  %s\n", table(rows, 2, 0), a.safe(a.house.baseURL())); err != nil {
				return err
			}
			return verdict(steps)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func stepWords(s credential.Step) (state, detail string) {
	switch {
	case s.Err != nil:
		return "fails", one(s.Err.Error())
	case s.Used:
		return "used", s.Detail
	case s.Found:
		return "found", s.Detail
	}
	return "-", s.Detail
}

// verdict is an error when nothing can be used.
func verdict(steps []credential.Step) error {
	for _, s := range steps {
		if s.Used {
			return nil
		}
		if s.Err != nil {
			return silent{fmt.Errorf("%w: %w", api.ErrNoCredential, s.Err)}
		}
	}
	return api.ErrNoCredential
}

func (a *app) authJSON(steps []credential.Step) error {
	type source struct {
		Source string `json:"source"`
		Found  bool   `json:"found"`
		Used   bool   `json:"used"`
		Detail string `json:"detail"`
		Error  string `json:"error,omitempty"`
	}
	out := make([]source, len(steps))
	for i, s := range steps {
		out[i] = source{Source: s.Source, Found: s.Found, Used: s.Used, Detail: s.Detail}
		if s.Err != nil {
			out[i].Error = s.Err.Error()
		}
	}
	if err := a.printJSON(out); err != nil {
		return err
	}
	if err := verdict(steps); err != nil {
		return silent{err}
	}
	return nil
}

func (a *app) authLoginCommand() *cobra.Command {
	var inFile, unchecked bool
	cmd := &cobra.Command{
		Use: "login", Short: "Store an API key", Args: argsOf(cobra.NoArgs),
		Long: "login reads an API key, without echo from a terminal or from standard input, checks it with one request that costs nothing, " +
			"and keeps it in the system's keyring for this server only.",
		Example: "  parlor auth login\n  pass show claude | parlor auth login",
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.warn()
			key, err := a.readKey()
			if err != nil {
				return err
			}
			place := credential.InKeyring
			if inFile {
				place = credential.InFile
			}
			l := &login{a.house}
			where, err := l.save(cmd.Context(), key, place, !unchecked)
			if err != nil {
				return err
			}
			return a.printf("The key for %s is kept in %s.\n", a.safe(hostOf(a.house.baseURL())), a.safe(where))
		},
	}
	cmd.Flags().BoolVar(&inFile, "file", false, "keep it in a file that only you can read, where there is no keyring")
	cmd.Flags().BoolVar(&unchecked, "no-check", false, "do not ask the server")
	return cmd
}

// readKey reads a key without showing it. Keys are no arguments: those are in
// the shell's history and the list of processes.
func (a *app) readKey() (string, error) {
	var key string
	switch {
	case a.env.StdinTerminal && a.env.ReadSecret != nil:
		if _, err := fmt.Fprint(a.env.Stderr, "API key: "); err != nil {
			return "", err
		}
		text, err := a.env.ReadSecret()
		_, _ = fmt.Fprintln(a.env.Stderr) // the line feed that was not echoed
		if err != nil {
			return "", fmt.Errorf("read the key: %w", err)
		}
		key = text
	default:
		text, err := bufio.NewReader(io.LimitReader(a.env.Stdin, 64<<10)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the key: %w", err)
		}
		key = text
	}
	if key = strings.TrimSpace(key); key == "" {
		return "", usage(errors.New("no key was given"))
	}
	return key, nil
}

func (a *app) authLogoutCommand() *cobra.Command {
	return &cobra.Command{
		Use: "logout", Short: "Forget the stored key", Args: argsOf(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.warn()
			told, err := (&login{a.house}).Logout(cmd.Context())
			if err != nil {
				return err
			}
			return a.printf("%s\n", a.safe(told))
		},
	}
}
