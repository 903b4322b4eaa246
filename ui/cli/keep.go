package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"parlor/session"
	"parlor/session/transfer"
)

func (a *app) renameCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "rename ID TITLE", Short: "Give a conversation a title", Args: argsOf(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withManager(cmd.Context(), func(ctx context.Context, m *session.Manager) error {
				title := one(strings.Join(args[1:], " "))
				if err := validText(title); err != nil || title == "" {
					return usage(errors.New("a title needs at least one readable word"))
				}
				s, err := a.find(ctx, m, args[0])
				if err != nil {
					return err
				}
				if err := m.Rename(ctx, s.ID, title); err != nil {
					return err
				}
				s.Title = title
				return a.done(s, "Renamed to", asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the conversation as JSON")
	return cmd
}

// done tells what was done to a conversation.
func (a *app) done(s session.Summary, what string, asJSON bool) error {
	if asJSON {
		return transfer.Summary(a.env.Stdout, s)
	}
	return a.printf("%s %q (%s)\n", what, a.safe(one(titleOf(s))), s.ID)
}

func (a *app) removeCommand() *cobra.Command {
	var asJSON, undo, purge bool
	cmd := &cobra.Command{
		Use: "rm ID...", Short: "Delete conversations", Args: argsOf(cobra.MinimumNArgs(1)),
		Long: "rm deletes conversations. They can be brought back with --undo until --purge removes them for good.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if undo && purge {
				return usage(errors.New("--undo and --purge exclude each other"))
			}
			return a.withManager(cmd.Context(), func(ctx context.Context, m *session.Manager) error {
				found, err := a.findAll(ctx, m, args, undo, purge)
				if err != nil {
					return err
				}
				for _, s := range found {
					if err := a.remove(ctx, m, s, undo, purge, asJSON); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the conversations as JSON")
	cmd.Flags().BoolVar(&undo, "undo", false, "bring deleted conversations back")
	cmd.Flags().BoolVar(&purge, "purge", false, "remove for good")
	return cmd
}

// findAll finds every conversation before any is touched, so that a mistake in
// the last name leaves the first one alone.
func (a *app) findAll(ctx context.Context, m *session.Manager, queries []string, undo, purge bool) ([]session.Summary, error) {
	var all []session.Summary
	for _, query := range queries {
		s, err := a.findFor(ctx, m, query, undo, purge)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (a *app) findFor(ctx context.Context, m *session.Manager, query string, undo, purge bool) (session.Summary, error) {
	if !undo {
		s, err := a.find(ctx, m, query)
		if err == nil || !purge {
			return s, err
		}
	}
	deleted, err := m.List(ctx, session.Filter{Deleted: true})
	if err != nil {
		return session.Summary{}, err
	}
	var found []session.Summary
	for _, s := range deleted {
		if strings.HasPrefix(s.ID, query) || strings.EqualFold(s.Title, query) {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 0:
		return session.Summary{}, usage(fmt.Errorf("no deleted conversation matches %q; `parlor list --deleted` shows all", query))
	case 1:
		return found[0], nil
	}
	return session.Summary{}, usage(fmt.Errorf("%q matches %d deleted conversations: %s; name one by its id", query, len(found), named(found)))
}

func (a *app) remove(ctx context.Context, m *session.Manager, s session.Summary, undo, purge, asJSON bool) error {
	switch {
	case undo:
		if err := m.Restore(ctx, s.ID); err != nil {
			return err
		}
		return a.done(s, "Brought back", asJSON)
	case purge:
		if err := m.Purge(ctx, s.ID); err != nil {
			return err
		}
		return a.done(s, "Removed for good:", asJSON)
	}
	if err := m.Delete(ctx, s.ID); err != nil {
		return err
	}
	return a.done(s, "Deleted (undo with `parlor rm --undo "+s.ID+"`):", asJSON)
}
