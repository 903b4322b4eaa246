package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"parlor/session/config"
	"parlor/ui/term"
)

// Run runs one command line to its end and returns the exit code. It returns
// soon after ctx ends, with everything saved.
func Run(ctx context.Context, env Env) int {
	a := &app{env: env, getenv: env.getenv}
	err := a.execute(ctx)
	if closeErr := a.close(); err == nil {
		err = closeErr
	}
	if ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())) {
		err = silent{context.Canceled}
	}
	var told silent
	if err != nil && !errors.As(err, &told) {
		a.tell(sentence(err))
	}
	return exitCode(err)
}

// app is one run of the program.
type app struct {
	env      Env
	getenv   func(string) string // the environment, with --env-file below it
	opt      options
	cfg      *config.Config
	problems []config.Problem
	house    *house
}

// options are the flags that are no settings.
type options struct {
	demo, private, noSave bool
	proceed               bool   // -c
	resume                string // -r
	print                 bool   // -p
	output                string
	envFile               string
}

func (a *app) execute(ctx context.Context) (err error) {
	defer func() {
		if what := recover(); what != nil {
			err = a.crashed(what, debug.Stack())
		}
	}()
	root := a.root()
	root.SetArgs(append([]string{}, a.env.Args...)) // nil would mean those of the process
	return root.ExecuteContext(ctx)
}

func (a *app) close() error {
	if a.house == nil {
		return nil
	}
	return a.house.close()
}

// complain writes one line to standard error. Whatever is in it may come from a
// server or a file, so it is sanitised.
func (a *app) complain(text string) error {
	_, err := fmt.Fprintln(a.env.Stderr, "parlor: "+strings.ReplaceAll(term.Sanitize(text), "\n", " "))
	return err
}

// tell is complain where there is nowhere left to report that standard error is
// closed.
func (a *app) tell(text string) { _ = a.complain(text) }

// printf writes to standard output.
func (a *app) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(a.env.Stdout, format, args...)
	return err
}

// safe is text for standard output: as it is for a program, sanitised for a
// terminal.
func (a *app) safe(text string) string {
	if a.env.StdoutTerminal {
		return term.Sanitize(text)
	}
	return text
}

// load reads the configuration. It runs before every command that needs any.
func (a *app) load(cmd *cobra.Command, _ []string) error {
	if a.opt.envFile != "" {
		getenv, err := config.EnvFile(a.path(a.opt.envFile), a.env.getenv)
		if err != nil {
			return err
		}
		a.getenv = getenv
	}
	a.cfg, a.problems = config.Load(config.Sources{
		Flags: settingsOf(cmd), Getenv: a.getenv,
		Home: a.env.Home, Cwd: a.env.Cwd, GOOS: a.env.GOOS,
	})
	for _, p := range a.problems {
		if p.Fatal {
			return p
		}
	}
	if a.opt.demo && a.cfg.Origin("base_url").Kind == config.FromFlag {
		return usage(errors.New("--demo and --base-url exclude each other: the demo brings its own server"))
	}
	a.house = newHouse(a.env, a.cfg, a.getenv, a.opt.demo)
	return nil
}

// warn tells about mistakes in the configuration that were worked around.
func (a *app) warn() {
	for _, p := range a.problems {
		a.tell(full(p.Error()))
	}
}

// root builds the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "parlor [prompt]",
		Short: "Talk with Claude in the terminal",
		Long: "parlor opens a conversation with Claude in the terminal, keeps it, and comes back to it. " +
			"With -p it answers once and ends, for use in scripts.",
		Example: `  parlor
  parlor --demo
  parlor -c
  git diff | parlor -p "review this change"
  parlor -p --output json "name three rivers" | jq -r '.message.content[0].text'`,
		Version:           a.env.Build.Version,
		Args:              cobra.ArbitraryArgs,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.start(cmd.Context(), args) },
		PersistentPreRunE: a.load,
		SilenceUsage:      true,
		SilenceErrors:     true,
	}
	root.SetIn(a.env.Stdin)
	root.SetOut(a.env.Stdout)
	root.SetErr(a.env.Stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.SetVersionTemplate(a.versionText())
	root.SetHelpFunc(a.help)
	root.SetHelpCommand(a.helpCommand())
	a.sharedFlags(root)
	a.startFlags(root)
	root.AddCommand(
		a.listCommand(), a.showCommand(), a.renameCommand(), a.removeCommand(), a.exportCommand(),
		a.modelsCommand(), a.configCommand(), a.authCommand(), a.doctorCommand(),
		a.simulateCommand(), a.themesCommand(), a.versionCommand(),
	)
	completions(root)
	return root
}

// argsOf makes mistakes in arguments usage errors, in the words of the command's
// own usage line.
func argsOf(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check(cmd, args) == nil {
			return nil
		}
		path := cmd.CommandPath()
		_, takes, _ := strings.Cut(cmd.Use, " ")
		switch {
		case takes == "":
			return usage(fmt.Errorf("%q is one word too many: `%s --help` shows what %s takes", args[0], path, path))
		case strings.HasPrefix(takes, "ID"):
			return usage(fmt.Errorf("write `%s %s`; the ID may be words of the title, and `parlor list` shows all", path, takes))
		}
		return usage(fmt.Errorf("write `%s %s`", path, takes))
	}
}

// group is a command that only has commands below it.
func group(use, short string, below ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, RunE: needsCommand}
	cmd.AddCommand(below...)
	return cmd
}

// needsCommand is what a command does that only has commands below it: it names
// them.
func needsCommand(cmd *cobra.Command, args []string) error {
	names := make([]string, 0, len(cmd.Commands()))
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	slices.Sort(names)
	all := strings.Join(names, ", ")
	if len(args) > 0 {
		return usage(fmt.Errorf("`%s` has no %q; it has %s", cmd.CommandPath(), args[0], all))
	}
	return usage(fmt.Errorf("`%s` needs one of: %s", cmd.CommandPath(), all))
}

// completions gives Cobra's completion command the manners of the others.
func completions(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Short, cmd.Long = "Print completions for a shell", ""
			cmd.Args, cmd.RunE = cobra.ArbitraryArgs, needsCommand
		}
	}
}
