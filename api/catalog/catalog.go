package catalog

import "slices"

// Model is what is known about one model.
type Model struct {
	ID          string `json:"id"`
	Alias       string `json:"alias"`  // a dated or undated second name, or ""
	DisplayName string `json:"name"`   // "Claude Opus 5.5"
	Family      string `json:"family"` // "opus", "sonnet", "haiku", "fable", "mythos"
	// ContextWindow and MaxOutput are in tokens; 0 means unknown.
	ContextWindow int `json:"context"`
	MaxOutput     int `json:"max_output"`
	// Prices has one band for most models, ordered by size; none when the
	// price is unknown. PriceDate is the day of the price list, YYYY-MM-DD.
	Prices    []Band          `json:"prices"`
	PriceDate string          `json:"-"`
	Sampling  Sampling        `json:"sampling"`
	Thinking  ThinkingSupport `json:"thinking"`
	// Efforts are the accepted levels, weakest first; none when the parameter
	// is refused. DefaultEffort is what the server assumes, "" if none.
	Efforts       []string `json:"efforts"`
	DefaultEffort string   `json:"default_effort"`
	Prefill       bool     `json:"prefill"`    // the last message may be the assistant's
	MidSystem     bool     `json:"mid_system"` // system messages between turns
	Status        Status   `json:"status"`
	// Successor is the ID to move to from a deprecated or retired model.
	Successor string `json:"successor"`
	Released  string `json:"released"` // YYYY-MM-DD or YYYY-MM, "" if unknown
	Retires   string `json:"retires"`  // YYYY-MM-DD, of what is past too; "" if unknown
}

// Status is where a model is in its life.
type Status string

// The states of a model.
const (
	Current    Status = "current"
	Legacy     Status = "legacy" // works, with a better one of its family
	Gated      Status = "gated"  // for invited accounts
	Deprecated Status = "deprecated"
	Retired    Status = "retired" // answers "not found"
)

// Sampling tells which of temperature, top_p and top_k a model takes.
type Sampling string

// The kinds of sampling support.
const (
	SamplingAny Sampling = "any"
	// SamplingOne takes temperature or top_p, not both.
	SamplingOne  Sampling = "one"
	SamplingNone Sampling = "none" // refuses them all
)

// ThinkingSupport tells which thinking types a model takes, and what it does
// when the request says nothing.
type ThinkingSupport struct {
	Adaptive     bool `json:"adaptive"`
	Enabled      bool `json:"enabled"` // with a budget
	Disabled     bool `json:"disabled"`
	BetweenTools bool `json:"between_tools"`
	AlwaysOn     bool `json:"always_on"`  // cannot be turned off
	DefaultOn    bool `json:"default_on"` // thinks unless told otherwise
	// DisabledMaxEffort is the highest effort that goes with "disabled", ""
	// when there is no such limit.
	DisabledMaxEffort string `json:"disabled_max_effort"`
}

// AcceptsEffort reports whether level may be sent.
func (m Model) AcceptsEffort(level string) bool { return slices.Contains(m.Efforts, level) }
