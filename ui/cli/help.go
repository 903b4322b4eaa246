package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"parlor/ui/styles"
	"parlor/ui/term"
)

// Help is set by parlor itself. Fang would ask the terminal for its background
// first, which costs four seconds where the terminal does not answer.

// widestHelp is the widest line of help in cells.
const widestHelp = 90

// help shows the help of a command.
func (a *app) help(cmd *cobra.Command, _ []string) {
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	h := &helpText{width: widestHelp}
	w := a.env.Stdout
	if a.env.StdoutTerminal {
		h.width = min(a.env.width(), widestHelp)
		if !term.IsDumb(a.env.getenv) {
			w, h.styles = a.styledOut()
		}
	}
	h.paragraph("", text)
	h.section("Usage")
	h.verbatim(usageLines(cmd))
	if cmd.Example != "" {
		h.section("Examples")
		h.verbatim(cmd.Example)
	}
	h.rows("Commands", commandRows(cmd))
	h.rows("Flags", flagRows(cmd.LocalNonPersistentFlags()))
	shared := cmd.InheritedFlags()
	if !cmd.HasParent() {
		shared = cmd.PersistentFlags()
	}
	h.rows("Flags of every command", flagRows(shared))
	// A reader that went away does not want the rest.
	_, _ = io.WriteString(w, h.b.String())
}

// styledOut is standard output with the colours of the terminal, and the styles
// of the theme; nothing that is configured is wrong enough to withhold help.
func (a *app) styledOut() (io.Writer, *styles.Styles) {
	if a.cfg == nil {
		_ = a.load(&cobra.Command{}, nil) // the defaults do
	}
	if a.cfg == nil {
		return a.env.Stdout, nil
	}
	profile := colorprofile.Env(a.env.Environ)
	return &colorprofile.Writer{Forward: a.env.Stdout, Profile: profile}, a.styles(profile)
}

// helpText is help as it is put together.
type helpText struct {
	b      strings.Builder
	width  int
	styles *styles.Styles // nil: plain
}

func (h *helpText) heading(text string) string {
	if h.styles == nil {
		return text
	}
	return h.styles.Heading.Render(text)
}

func (h *helpText) key(text string) string {
	if h.styles == nil {
		return text
	}
	return h.styles.Key.Render(text)
}

func (h *helpText) section(title string) { h.b.WriteString("\n" + h.heading(title) + "\n") }

func (h *helpText) paragraph(indent, text string) {
	for line := range strings.SplitSeq(ansi.Wordwrap(text, h.width-len(indent), ""), "\n") {
		h.b.WriteString(indent + line + "\n")
	}
}

func (h *helpText) verbatim(text string) {
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		h.b.WriteString("  " + strings.TrimSpace(line) + "\n")
	}
}

// rows are names with what they mean, the meaning wrapped beside the name, or
// below it where there is little room.
func (h *helpText) rows(title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	h.section(title)
	widest := 0
	for _, row := range rows {
		widest = max(widest, ansi.StringWidth(row[0]))
	}
	const least = 24 // cells that a meaning needs
	beside := h.width-widest-4 >= least
	for _, row := range rows {
		h.b.WriteString("  " + h.key(row[0]))
		if !beside {
			h.b.WriteString("\n")
			h.paragraph("      ", row[1])
			continue
		}
		gap := strings.Repeat(" ", widest-ansi.StringWidth(row[0])+2)
		hang := "\n" + strings.Repeat(" ", widest+4)
		h.b.WriteString(gap + strings.ReplaceAll(ansi.Wordwrap(row[1], h.width-widest-4, ""), "\n", hang) + "\n")
	}
}

func usageLines(cmd *cobra.Command) string {
	var lines []string
	if cmd.Runnable() {
		line := cmd.UseLine()
		if !strings.Contains(line, "[flags]") {
			line += " [flags]"
		}
		lines = append(lines, line)
	}
	if cmd.HasAvailableSubCommands() {
		lines = append(lines, cmd.CommandPath()+" COMMAND [flags]")
	}
	return strings.Join(lines, "\n")
}

func commandRows(cmd *cobra.Command) [][2]string {
	var rows [][2]string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			rows = append(rows, [2]string{c.Name(), c.Short})
		}
	}
	return rows
}

func flagRows(flags *pflag.FlagSet) [][2]string {
	var rows [][2]string
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		if f.Value.Type() != "bool" {
			name += " " + placeholder(f)
		}
		usage := f.Usage
		if !slices.Contains([]string{"", "false", "0", "[]"}, f.DefValue) {
			usage += " (" + f.DefValue + " unless given)"
		}
		rows = append(rows, [2]string{name, usage})
	})
	return rows
}

// placeholder is the word for a flag's value.
func placeholder(f *pflag.Flag) string {
	switch f.Name {
	case "db", "config", "log", "env-file", "file", "scripts":
		return "FILE"
	case "model", "theme":
		return "NAME"
	case "base-url":
		return "URL"
	case "system":
		return "TEXT"
	case "effort":
		return "LEVEL"
	case "output", "format":
		return "FORMAT"
	case "resume":
		return "ID"
	case "addr":
		return "HOST:PORT"
	}
	return "N"
}

// helpCommand is `parlor help` and `parlor help COMMAND`. Any other words are a
// prompt: "help me with my taxes".
func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Show help for a command", Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return a.start(cmd.Context(), append([]string{"help"}, args...))
			}
			about.InitDefaultHelpFlag()
			about.InitDefaultVersionFlag()
			return about.Help()
		},
	}
}
