package config

import (
	"math"
	"strconv"
	"time"
)

// field is one setting: how it is written, read and shown.
type field struct {
	key     string
	def     string // default, written as a flag would be; "" leaves the zero value
	env     string // variable that sets it; "" for none
	flag    string // name of its flag where that is not the key's
	doc     string
	project bool // a project file that is not trusted may set it
	set     func(*Config, value) error
	show    func(*Config) string
}

// fields is the table of all settings. `parlor config`, the files, the
// environment and the flags all go by it.
func fields() []field {
	return append(append(answerFields(), serverFields()...), screenFields()...)
}

func answerFields() []field {
	return []field{
		text("model", "claude-opus-5-5", "model of new conversations", func(c *Config) *string { return &c.Model }).inProject(),
		text("title_model", "claude-haiku-5-5", `model that writes titles; "" takes the first words`, func(c *Config) *string { return &c.TitleModel }),
		fraction("temperature", "randomness, 0 to 1; not sent unless set", "0.7", func(c *Config) **float64 { return &c.Temperature }),
		fraction("top_p", "nucleus sampling, 0 to 1; not sent unless set", "0.9", func(c *Config) **float64 { return &c.TopP }),
		topK(),
		number("max_tokens", "16000", "most tokens of an answer", 1, math.MaxInt32, func(c *Config) *int { return &c.MaxTokens }),
		choice("effort", "", "how hard the model works; not sent unless set", func(c *Config) *string { return &c.Effort },
			"", "low", "medium", "high", "xhigh", "max"),
		thinking(),
		text("system", "", "system prompt of new conversations", func(c *Config) *string { return &c.System }),
		toggle("cache", "automatic prompt caching", func(c *Config) *bool { return &c.Cache }),
	}
}

func serverFields() []field {
	return []field{
		address("base_url", "address of the server", func(c *Config) *string { return &c.BaseURL }, "https", "http").from("ANTHROPIC_BASE_URL"),
		text("api_version", "", "anthropic-version header", func(c *Config) *string { return &c.APIVersion }),
		text("key_command", "", "shell command that prints the API key", func(c *Config) *string { return &c.KeyCommand }),
		address("proxy", "proxy; the usual variables hold where it is not set", func(c *Config) *string { return &c.Proxy }, "http", "https", "socks5", "socks5h"),
		path("ca_file", "PEM file with further certificate authorities", func(c *Config) *string { return &c.CAFile }),
		path("client_cert", "PEM file with a client certificate", func(c *Config) *string { return &c.ClientCert }),
		path("client_key", "PEM file with its key", func(c *Config) *string { return &c.ClientKey }),
		number("retries", "2", "attempts after the first", 0, 20, func(c *Config) *int { return &c.Retries }),
		timeout("timeouts.connect", "5s", "until a connection stands", func(c *Config) *time.Duration { return &c.ConnectTimeout }),
		timeout("timeouts.header", "10m", "until an answer begins", func(c *Config) *time.Duration { return &c.HeaderTimeout }),
		timeout("timeouts.stall", "90s", "of silence within a stream", func(c *Config) *time.Duration { return &c.StallTimeout }),
		timeout("timeouts.total", "", "of one attempt; not set, 10m where nothing is streamed", func(c *Config) *time.Duration { return &c.TotalTimeout }),
	}
}

func screenFields() []field {
	return []field{
		text("theme", "parlor", "colours; `parlor themes` lists them", func(c *Config) *string { return &c.Theme }).inProject().from("PARLOR_THEME"),
		choice("keys", "default", "key preset: default, emacs or vim", func(c *Config) *string { return &c.Keys }, "default", "emacs", "vim"),
		choice("display.background", "auto", "auto asks the terminal; dark or light", func(c *Config) *string { return &c.Background },
			"auto", "dark", "light").inProject(),
		number("display.text_width", "100", "widest text column in cells", 20, 1000, func(c *Config) *int { return &c.TextWidth }).inProject().as("width"),
		toggle("display.footer", "tokens, cost and speed below an answer", func(c *Config) *bool { return &c.ShowFooter }).inProject(),
		toggle("display.mouse", "wheel and clicks belong to parlor", func(c *Config) *bool { return &c.Mouse }).inProject(),
		toggle("enter_sends", "false: Enter breaks the line and Alt+Enter sends", func(c *Config) *bool { return &c.EnterSends }),
		text("editor", "", "external editor; VISUAL and EDITOR hold where it is not set", func(c *Config) *string { return &c.Editor }),
		path("db", "database file", func(c *Config) *string { return &c.DB }).from("PARLOR_DB"),
		path("log", "log file; no log unless set", func(c *Config) *string { return &c.LogFile }).from("PARLOR_LOG"),
		choice("log_level", "info", "debug, info, warn or error", func(c *Config) *string { return &c.LogLevel },
			"debug", "info", "warn", "error"),
	}
}

func (f field) inProject() field       { f.project = true; return f }
func (f field) from(name string) field { f.env = name; return f }
func (f field) as(name string) field   { f.flag = name; return f }

func text(key, def, doc string, at func(*Config) *string) field {
	return field{
		key: key, def: def, doc: doc,
		set:  func(c *Config, v value) error { return assign(at(c), v.str) },
		show: func(c *Config) string { return *at(c) },
	}
}

func path(key, doc string, at func(*Config) *string) field {
	return field{
		key: key, doc: doc,
		set:  func(c *Config, v value) error { return assign(at(c), v.path) },
		show: func(c *Config) string { return *at(c) },
	}
}

func address(key, doc string, at func(*Config) *string, schemes ...string) field {
	return field{
		key: key, doc: doc,
		set: func(c *Config, v value) error {
			return assign(at(c), func() (string, error) { return v.address(schemes...) })
		},
		show: func(c *Config) string { return masked(*at(c)) },
	}
}

func choice(key, def, doc string, at func(*Config) *string, allowed ...string) field {
	return field{
		key: key, def: def, doc: doc,
		set: func(c *Config, v value) error {
			return assign(at(c), func() (string, error) { return v.choice(allowed...) })
		},
		show: func(c *Config) string { return *at(c) },
	}
}

func toggle(key, doc string, at func(*Config) *bool) field {
	return field{
		key: key, def: "true", doc: doc,
		set:  func(c *Config, v value) error { return assign(at(c), v.boolean) },
		show: func(c *Config) string { return strconv.FormatBool(*at(c)) },
	}
}

func number(key, def, doc string, least, most int, at func(*Config) *int) field {
	return field{
		key: key, def: def, doc: doc,
		set: func(c *Config, v value) error {
			return assign(at(c), func() (int, error) { return v.integer(least, most, def) })
		},
		show: func(c *Config) string { return strconv.Itoa(*at(c)) },
	}
}

func fraction(key, doc, example string, at func(*Config) **float64) field {
	return field{
		key: key, doc: doc,
		set: func(c *Config, v value) error {
			x, err := v.fraction(example)
			if err == nil {
				*at(c) = &x
			}
			return err
		},
		show: func(c *Config) string {
			if *at(c) == nil {
				return ""
			}
			return strconv.FormatFloat(**at(c), 'g', -1, 64)
		},
	}
}

func topK() field {
	return field{
		key: "top_k", doc: "sample from the k likeliest tokens; not sent unless set",
		set: func(c *Config, v value) error {
			k, err := v.integer(1, math.MaxInt32, "40")
			if err == nil {
				c.TopK = &k
			}
			return err
		},
		show: func(c *Config) string {
			if c.TopK == nil {
				return ""
			}
			return strconv.Itoa(*c.TopK)
		},
	}
}

// leastBudget is the smallest thinking budget the API takes.
const leastBudget = 1024

func thinking() field {
	return field{
		key: "thinking", def: "auto", doc: "auto (the model's own way), adaptive, off, or a budget in tokens",
		set: setThinking,
		show: func(c *Config) string {
			switch c.Thinking {
			case "":
				return "auto"
			case "budget":
				return strconv.Itoa(c.ThinkingBudget)
			}
			return c.Thinking
		},
	}
}

func setThinking(c *Config, v value) error {
	const fix = `write "auto", "adaptive", "off" or a number of tokens from 1024`
	if s, ok := v.raw.(string); ok {
		switch s {
		case "auto":
			c.Thinking, c.ThinkingBudget = "", 0
			return nil
		case "adaptive", "off":
			c.Thinking, c.ThinkingBudget = s, 0
			return nil
		}
	}
	n, err := v.integer(leastBudget, math.MaxInt32, "8000")
	if err != nil {
		return wrong(v, "a way to think", fix)
	}
	c.Thinking, c.ThinkingBudget = "budget", n
	return nil
}

func timeout(key, def, doc string, at func(*Config) *time.Duration) field {
	return field{
		key: key, def: def, doc: doc,
		set: func(c *Config, v value) error { return assign(at(c), v.duration) },
		show: func(c *Config) string {
			switch {
			case *at(c) < 0:
				return "none"
			case *at(c) == 0:
				return ""
			}
			return at(c).String()
		},
	}
}

// assign stores what parse gives, and leaves the target alone on an error.
func assign[T any](target *T, parse func() (T, error)) error {
	x, err := parse()
	if err == nil {
		*target = x
	}
	return err
}
