package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"parlor/themes"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: argsOf(cobra.NoArgs),
		// A version can be told whatever the configuration says.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE:              func(*cobra.Command, []string) error { return a.printf("%s", a.versionText()) },
	}
}

func (a *app) versionText() string {
	b := a.env.Build
	commit := ""
	if len(b.Commit) >= 7 {
		commit = " (" + b.Commit[:7] + ")"
	}
	return fmt.Sprintf("parlor %s%s %s %s/%s\n", b.Version, commit, b.Go, a.env.GOOS, runtime.GOARCH)
}

func (a *app) themesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "themes", Short: "List themes", Args: argsOf(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			a.warn()
			all, problems := themes.All(a.cfg.Dirs.Themes)
			for _, p := range problems {
				a.tell(full(p.String()))
			}
			if asJSON {
				return a.themesJSON(all)
			}
			rows := [][]string{{"NAME", "TITLE", "FOR", "ABOUT"}}
			for _, t := range all {
				name := t.Name
				if name == a.cfg.Theme {
					name += " *"
				}
				rows = append(rows, []string{a.safe(name), a.safe(t.Title), variants(t), one(a.safe(t.About))})
			}
			return a.printf("%s", table(rows, 3, a.tableWidth()))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func variants(t themes.Theme) string {
	switch {
	case t.Dark == nil:
		return "light"
	case t.Light == nil:
		return "dark"
	}
	return "dark, light"
}

func (a *app) themesJSON(all []themes.Theme) error {
	type theme struct {
		Name   string `json:"name"`
		Title  string `json:"title"`
		About  string `json:"about"`
		Dark   bool   `json:"dark"`
		Light  bool   `json:"light"`
		Source string `json:"source"` // file; "" for one that comes with parlor
	}
	out := make([]theme, len(all))
	for i, t := range all {
		out[i] = theme{t.Name, t.Title, t.About, t.Dark != nil, t.Light != nil, t.Source}
	}
	return a.printJSON(out)
}
