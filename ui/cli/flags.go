package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// settingFlag is a flag that stands for a setting.
type settingFlag struct{ name, key, usage string }

// settingFlags are the flags every command takes. They are read as text and
// checked where files and environment are checked, with the same words.
func settingFlags() []settingFlag {
	return []settingFlag{
		{"model", "model", "model, such as opus or claude-sonnet-4-6"},
		{"temperature", "temperature", "randomness from 0 to 1"},
		{"effort", "effort", "low, medium, high, xhigh or max"},
		{"system", "system", "system prompt"},
		{"max-tokens", "max_tokens", "most tokens of an answer"},
		{"db", "db", "database file"},
		{"config", "config", "configuration file"},
		{"base-url", "base_url", "address of the server"},
		{"theme", "theme", "colours"},
		{"log", "log", "log file"},
		{"width", "display.text_width", "widest text column in cells"},
	}
}

// sharedFlags are those of every command.
func (a *app) sharedFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	for _, f := range settingFlags() {
		flags.String(f.name, "", f.usage)
	}
	flags.BoolVar(&a.opt.demo, "demo", false, "talk to the built-in simulator; no key needed")
	flags.StringVar(&a.opt.envFile, "env-file", "", "read NAME=value lines from this file")
	flags.SortFlags = false
}

// startFlags are those of parlor without a command.
func (a *app) startFlags(root *cobra.Command) {
	flags := root.Flags()
	flags.BoolVarP(&a.opt.proceed, "continue", "c", false, "go on with the last conversation")
	flags.StringVarP(&a.opt.resume, "resume", "r", "", "go on with this conversation: id, title or words of it")
	flags.BoolVarP(&a.opt.print, "print", "p", false, "answer once without the screen")
	flags.StringVar(&a.opt.output, "output", "text", "with -p: text, json or stream-json")
	flags.BoolVar(&a.opt.noSave, "no-save", false, "with -p: leave nothing behind")
	flags.BoolVar(&a.opt.private, "private", false, "keep the conversation in memory only")
	flags.SortFlags = false
}

// settingsOf are the settings given as flags.
func settingsOf(cmd *cobra.Command) map[string]string {
	given := map[string]string{}
	all := settingFlags()
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if i := slices.IndexFunc(all, func(s settingFlag) bool { return s.name == f.Name }); i >= 0 {
			given[all[i].key] = f.Value.String()
		}
	})
	return given
}

// path is a file name given on the command line, from the working folder.
func (a *app) path(name string) string {
	if rest, ok := strings.CutPrefix(name, "~/"); ok && a.env.Home != "" {
		return filepath.Join(a.env.Home, rest)
	}
	if filepath.IsAbs(name) || a.env.Cwd == "" {
		return name
	}
	return filepath.Join(a.env.Cwd, name)
}

// check finds flags that contradict each other.
func (o options) check() error {
	switch {
	case o.proceed && o.resume != "":
		return usage(errors.New("-c and -r exclude each other: one conversation at a time"))
	case !slices.Contains([]string{"text", "json", "stream-json"}, o.output):
		return usage(fmt.Errorf("--output: %q is not one of text, json, stream-json", o.output))
	case o.private && (o.proceed || o.resume != ""):
		return usage(errors.New("--private begins a new conversation; it does not go with -c or -r"))
	}
	return nil
}
