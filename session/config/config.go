package config

import (
	"fmt"
	"strings"
	"time"
)

// The values of Origin.Kind, from strongest to weakest.
const (
	FromFlag    = "flag"
	FromEnv     = "env"
	FromProject = "project"
	FromUser    = "user"
	FromDefault = "default"
)

// Origin says where a value came from.
type Origin struct {
	Kind  string // FromFlag, FromEnv, FromProject, FromUser or FromDefault
	Where string // "--model", "PARLOR_THEME", "/path/config.toml:12"; "" for a default
}

// String is the origin as one word or place.
func (o Origin) String() string {
	if o.Where == "" {
		return o.Kind
	}
	return o.Where
}

// Config is every setting. It is complete after [Load]: what nobody set holds
// its default.
type Config struct {
	Model          string   // id or alias as written; "claude-opus-5-5"
	TitleModel     string   // writes titles; "" for none
	Temperature    *float64 // 0 to 1; nil: not sent
	TopP           *float64 // above 0, up to 1; nil: not sent
	TopK           *int     // at least 1; nil: not sent
	MaxTokens      int      // 16,000
	Effort         string   // "": not sent
	Thinking       string   // "" is the model's own way; "adaptive", "budget" or "off"
	ThinkingBudget int      // tokens, for Thinking "budget"
	System         string   // system prompt of new conversations
	Cache          bool     // automatic prompt caching; true

	BaseURL        string        // "": profile or the API's own address
	APIVersion     string        // "": the client's default
	KeyCommand     string        // prints an API key; run by the shell
	Proxy          string        // URL; "": the usual environment variables
	CAFile         string        // PEM file with further authorities
	ClientCert     string        // PEM file
	ClientKey      string        // PEM file
	Retries        int           // 2
	ConnectTimeout time.Duration // 5 s; negative: none, as for the others
	HeaderTimeout  time.Duration // 600 s
	StallTimeout   time.Duration // 90 s
	TotalTimeout   time.Duration // of one attempt, streamed or not; 0: the client's default

	Theme      string // theme name
	Keys       string // preset: "default", "emacs" or "vim"
	Background string // "auto", "dark" or "light"
	TextWidth  int    // cells; 100
	ShowFooter bool   // tokens, cost and speed below an answer; true
	Mouse      bool   // true
	EnterSends bool   // true; false: Enter breaks the line, Alt+Enter sends
	Editor     string // for the external editor; "": VISUAL, EDITOR, vi

	DB       string // database file
	LogFile  string // "": no log
	LogLevel string // "debug", "info", "warn" or "error"; "info"

	// KeyBindings are the user's own keys by action id, from keys.toml. An
	// empty list takes every key from an action.
	KeyBindings map[string][]string
	// KeyLines has the line of keys.toml that each entry of KeyBindings is on.
	KeyLines map[string]int

	Dirs        Dirs
	UserFile    string // config.toml, whether or not it exists
	KeysFile    string // keys.toml beside it
	ProjectFile string // the .parlor.toml that was read; "" where there is none

	origins map[string]Origin
}

// Origin says where the value of key came from. An unknown key has the default
// origin.
func (c *Config) Origin(key string) Origin {
	if o, ok := c.origins[key]; ok {
		return o
	}
	return Origin{Kind: FromDefault}
}

// Entry is one setting as `parlor config` prints it.
type Entry struct {
	Key    string
	Value  string // "" where nothing is set
	Origin Origin
	Doc    string // one clause
}

// Entries are all settings in the order of the documentation. No value is a
// secret: credentials are no settings, and passwords in URLs are masked.
func (c *Config) Entries() []Entry {
	fs := fields()
	entries := make([]Entry, 0, len(fs))
	for _, f := range fs {
		entries = append(entries, Entry{f.key, f.show(c), c.Origin(f.key), f.doc})
	}
	return entries
}

// A Problem is one mistake in what was configured. Unless it is fatal, what it
// names was left out and everything else holds.
type Problem struct {
	File    string // path, flag or variable
	Line    int    // 1-based; 0 where there is none
	Key     string // "" where no key is to blame
	Message string // what is wrong, one clause without a full stop
	Fix     string // what to do about it, the same way
	Fatal   bool   // the command line is wrong: nothing should be started
}

// Error is the problem as one line: place, message, way out.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.File != "" {
		b.WriteString(": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Message)
	if p.Fix != "" {
		b.WriteString("; " + p.Fix)
	}
	return b.String()
}
