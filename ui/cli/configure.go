package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"parlor/session/config"
)

func (a *app) configCommand() *cobra.Command {
	var asJSON bool
	show := func(*cobra.Command, []string) error { return a.showConfig(asJSON) }
	cmd := &cobra.Command{
		Use: "config", Short: "Print every setting with its origin", Args: argsOf(cobra.NoArgs), RunE: show,
		Long: "config prints every setting with the place it comes from: a flag, a variable, a line of a file, or the default. " +
			"It exits with 1 when something in the files is wrong.",
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(a.trustCommand("trust", "Let this folder's .parlor.toml set anything",
		config.Trust.Allow, "is trusted as it is now; a change to it ends that"),
		a.trustCommand("untrust", "Take that back", config.Trust.Revoke, "is not trusted"))
	return cmd
}

func (a *app) showConfig(asJSON bool) error {
	entries := a.cfg.Entries()
	var err error
	if asJSON {
		err = a.configJSON(entries)
	} else {
		rows := make([][]string, 1, 1+len(entries))
		rows[0] = []string{"SETTING", "VALUE", "FROM"}
		for _, e := range entries {
			rows = append(rows, []string{e.Key, dash(one(a.safe(e.Value))), a.safe(e.Origin.String())})
		}
		err = a.printf("%s\nfile  %s\nkeys  %s\n", table(rows, 1, a.tableWidth()), a.cfg.UserFile, a.cfg.KeysFile)
	}
	if err == nil && len(a.problems) > 0 {
		a.warn()
		return silent{a.problems[0]}
	}
	return err
}

func (a *app) configJSON(entries []config.Entry) error {
	type setting struct {
		Key    string `json:"key"`
		Value  string `json:"value"`
		Origin string `json:"origin"`
		Where  string `json:"where"`
		Doc    string `json:"doc"`
	}
	out := make([]setting, len(entries))
	for i, e := range entries {
		out[i] = setting{e.Key, e.Value, e.Origin.Kind, e.Origin.Where, e.Doc}
	}
	return a.printJSON(out)
}

func (a *app) trustCommand(name, short string, change func(config.Trust, string) error, told string) *cobra.Command {
	return &cobra.Command{
		Use: name + " [FOLDER]", Short: short, Args: argsOf(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			folder := a.env.Cwd
			if len(args) > 0 {
				folder = a.path(args[0])
			}
			file := folder
			if filepath.Base(file) != config.ProjectName {
				file = filepath.Join(folder, config.ProjectName)
			}
			if _, err := os.Stat(file); name == "trust" && errors.Is(err, fs.ErrNotExist) {
				return usage(fmt.Errorf("there is no %s in %s", config.ProjectName, folder))
			}
			if err := change(config.TrustFile(a.cfg.Dirs.State), file); err != nil {
				return err
			}
			return a.printf("%s %s.\n", a.safe(file), told)
		},
	}
}
