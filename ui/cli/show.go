package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"parlor/session"
	"parlor/session/transfer"
)

func (a *app) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show ID", Short: "Print a conversation", Args: argsOf(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withTranscript(cmd.Context(), args[0], func(t transfer.Transcript) error {
				if asJSON {
					return transfer.JSON(a.env.Stdout, t)
				}
				return a.printMarkdown(t)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// withTranscript finds a conversation and reads all of it.
func (a *app) withTranscript(ctx context.Context, query string, run func(transfer.Transcript) error) error {
	return a.withManager(ctx, func(ctx context.Context, m *session.Manager) error {
		found, err := a.find(ctx, m, query)
		if err != nil {
			return err
		}
		summary, params, messages, err := m.Transcript(ctx, found.ID)
		if err != nil {
			return err
		}
		return run(transfer.Transcript{Summary: summary, Params: params, Messages: messages})
	})
}

// printMarkdown writes markdown for a program and sets it for the eye.
func (a *app) printMarkdown(t transfer.Transcript) error {
	if !a.env.StdoutTerminal {
		return transfer.Markdown(a.env.Stdout, t)
	}
	page := a.newPage()
	title := one(t.Summary.Title)
	if title == "" {
		title = "Untitled"
	}
	if err := page.write("# " + title + "\n"); err != nil {
		return err
	}
	for _, m := range t.Messages {
		if err := page.write("\n## " + transfer.Speaker(m) + "\n\n" + transfer.Text(m) + "\n"); err != nil {
			return err
		}
	}
	return page.finish()
}

func (a *app) exportCommand() *cobra.Command {
	var format, file string
	var asJSON, force bool
	cmd := &cobra.Command{
		Use: "export ID", Short: "Write a conversation as markdown or JSON", Args: argsOf(cobra.ExactArgs(1)),
		Example: "  parlor export 01JD -o talk.md\n  parlor export \"Lifetimes in Rust\" --format json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if asJSON {
				format = "json"
			}
			write, ok := map[string]func(io.Writer, transfer.Transcript) error{
				"markdown": transfer.Markdown, "md": transfer.Markdown, "json": transfer.JSON,
			}[format]
			if !ok {
				return usage(fmt.Errorf("--format: %q is not one of markdown, json", format))
			}
			return a.withTranscript(cmd.Context(), args[0], func(t transfer.Transcript) error {
				return a.export(t, write, file, force)
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "markdown", "markdown or json")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the same as --format json")
	cmd.Flags().StringVarP(&file, "file", "o", "", "write to this file instead of standard output")
	cmd.Flags().BoolVar(&force, "force", false, "replace the file if it exists")
	return cmd
}

func (a *app) export(t transfer.Transcript, write func(io.Writer, transfer.Transcript) error, file string, force bool) error {
	var b bytes.Buffer
	if err := write(&b, t); err != nil {
		return err
	}
	if file == "" || file == "-" {
		return a.printf("%s", a.safe(b.String()))
	}
	path := a.path(file)
	if err := writeFile(path, b.Bytes(), force); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return usage(fmt.Errorf("%s exists already; name another file, or replace it with --force", path))
		}
		return fmt.Errorf("%s cannot be written: %w", path, reason(err))
	}
	a.tell("Written to " + path + ".")
	return nil
}

// writeFile writes a whole file or none: into a new one beside it, which then
// takes its name.
func writeFile(path string, data []byte, force bool) error {
	if _, err := os.Lstat(path); err == nil && !force {
		return fs.ErrExist
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".parlor-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone after the rename
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
