package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"parlor/session"
	"parlor/session/transfer"
	"parlor/ui/format"
)

func (a *app) listCommand() *cobra.Command {
	var asJSON, archived, deleted bool
	var limit int
	cmd := &cobra.Command{
		Use: "list [words of the title]", Short: "List conversations, the latest first", Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withManager(cmd.Context(), func(ctx context.Context, m *session.Manager) error {
				list, err := m.List(ctx, session.Filter{
					Title: strings.Join(args, " "), Limit: limit, Archived: archived, Deleted: deleted,
				})
				if err != nil {
					return err
				}
				return a.printList(list, asJSON, strings.Join(args, " "))
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVarP(&limit, "limit", "n", 0, "at most this many; 0 lists all")
	cmd.Flags().BoolVar(&archived, "archived", false, "list archived conversations")
	cmd.Flags().BoolVar(&deleted, "deleted", false, "list deleted conversations")
	return cmd
}

// printList prints the conversations whose title has the words, all where there
// are none.
func (a *app) printList(list []session.Summary, asJSON bool, words string) error {
	if asJSON {
		return transfer.List(a.env.Stdout, list)
	}
	switch {
	case len(list) == 0 && words != "":
		a.tell(fmt.Sprintf("No conversation here has %q in its title.", words))
		return nil
	case len(list) == 0:
		a.tell("There are no conversations here.")
		return nil
	}
	rows := [][]string{{"ID", "TITLE", "MODEL", "MESSAGES", "COST", "CHANGED"}}
	for _, s := range list {
		title := one(a.safe(titleOf(s)))
		if s.Pinned {
			title = "* " + title
		}
		rows = append(rows, []string{
			s.ID, title, format.Model(a.safe(s.Model)), fmt.Sprint(s.Messages), cost(s.CostMicros), a.when(s.UpdatedAt),
		})
	}
	const wide = 72
	if width := a.tableWidth(); width > 0 && width < wide {
		for i, row := range rows {
			rows[i] = []string{row[0], row[1], row[5]} // what it is called and how old it is
		}
	}
	return a.printf("%s", table(rows, 1, a.tableWidth()))
}

// tableWidth is how wide a table may be; a program gets all of it.
func (a *app) tableWidth() int {
	if a.env.StdoutTerminal {
		return a.env.width()
	}
	return 0
}

func (a *app) when(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

// cost writes what a conversation cost.
func cost(micros int64) string {
	if micros == 0 {
		return "-"
	}
	return format.Dollars(micros)
}

// withManager runs a command over an open manager.
func (a *app) withManager(ctx context.Context, run func(context.Context, *session.Manager) error) error {
	a.warn()
	m, err := a.house.open(ctx)
	if err != nil {
		return err
	}
	return run(ctx, m)
}
