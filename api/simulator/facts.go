package simulator

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

//go:embed facts.json
var factsJSON []byte

// facts is what the simulator knows about the models it plays.
type facts struct {
	// Models are those that answer, newest first; Retired only have a name and dates.
	Models, Retired []modelFacts
	// Betas are the values accepted in the anthropic-beta header.
	Betas []string
}

// modelFacts is what one model accepts.
type modelFacts struct {
	ID           string  `json:"id"`
	Alias        string  `json:"alias"`
	DisplayName  string  `json:"display_name"`
	Line         string  `json:"line"`
	CreatedAt    string  `json:"created_at"`
	Lifecycle    string  `json:"lifecycle"`
	DeprecatedAt *string `json:"deprecated_at"`
	RetiresAt    *string `json:"retires_at"`

	// Context and MaxOutput are limits in tokens.
	Context   int `json:"context"`
	MaxOutput int `json:"max_output"`
	// Thinking are the accepted values of thinking.type; ThinkingDefault says whether the model thinks unasked, Display
	// is what it shows of that unasked.
	Thinking        []string `json:"thinking"`
	ThinkingDefault bool     `json:"thinking_default"`
	Display         string   `json:"display"`
	// Efforts are the accepted values of output_config.effort.
	Efforts       []string `json:"efforts"`
	DefaultEffort string   `json:"default_effort"`
	// Sampling is "one" (temperature or top_p), "default" (only the default values) or "none" (not even those).
	Sampling string `json:"sampling"`
	// Prefill, MidSystem and ForcedTools say whether the model takes a last assistant message, system messages between
	// the others, and tool_choice any and tool.
	Prefill     bool `json:"prefill"`
	MidSystem   bool `json:"mid_system"`
	ForcedTools bool `json:"forced_tools"`
	// BoundThinking means that thinking blocks of another model are refused.
	BoundThinking bool `json:"bound_thinking"`
	// Compaction says whether the model can compact a conversation.
	Compaction bool `json:"compaction"`
	// Fallbacks are the models that a request it declines may go to, the default one first. Which they really are is
	// not confirmed.
	Fallbacks []string `json:"fallbacks"`
	// CacheMinimum is the smallest prefix cached, in tokens.
	CacheMinimum int `json:"cache_minimum"`
	// TokenPercent is how many tokens its tokenizer makes, compared with the older one.
	TokenPercent int `json:"token_percent"`
	// Speed says whether the parameter speed is accepted: "no", "beta" (with the beta header) or "yes".
	Speed string `json:"speed"`
}

// loadFacts decodes the embedded facts; they are part of the program, so a mistake in them is a panic.
func loadFacts() *facts {
	f := new(facts)
	if err := json.Unmarshal(factsJSON, f); err != nil {
		panic(fmt.Sprintf("simulator: facts.json: %v", err))
	}
	return f
}

// find returns the model by id or alias, nil if it is unknown or retired.
func (f *facts) find(id string) *modelFacts {
	for i := range f.Models {
		if m := &f.Models[i]; id != "" && (m.ID == id || m.Alias == id) {
			return m
		}
	}
	return nil
}

// findRetired returns the retired model with that id, nil if there is none.
func (f *facts) findRetired(id string) *modelFacts {
	for i := range f.Retired {
		if f.Retired[i].ID == id {
			return &f.Retired[i]
		}
	}
	return nil
}

// thinks says whether the model takes that thinking.type.
func (m *modelFacts) thinks(kind string) bool { return slices.Contains(m.Thinking, kind) }

// stranger makes up a model for a name nobody knows, for answers that must come whatever was asked.
func (f *facts) stranger(name string) *modelFacts {
	m := *f.find("claude-sonnet-4-6")
	m.ID, m.Alias, m.DisplayName = name, "", name
	return &m
}
