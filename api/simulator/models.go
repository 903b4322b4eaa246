package simulator

import (
	"net/url"
	"slices"
	"strings"
)

// modelObject is a model as /v1/models shows it.
type modelObject struct {
	Type           string        `json:"type"`
	ID             string        `json:"id"`
	DisplayName    string        `json:"display_name"`
	CreatedAt      string        `json:"created_at"`
	MaxInputTokens *int          `json:"max_input_tokens"`
	MaxTokens      *int          `json:"max_tokens"`
	Lifecycle      string        `json:"lifecycle"`
	DeprecatedAt   *string       `json:"deprecated_at"`
	RetiresAt      *string       `json:"retires_at"`
	Line           string        `json:"line"`
	Capabilities   *capabilities `json:"capabilities"`
	// AllowedFallbackModels is there with the beta of fallbacks only.
	AllowedFallbackModels []string `json:"allowed_fallback_models,omitzero"`
}

type supported struct {
	Supported bool `json:"supported"`
}

type capabilities struct {
	Batch             supported      `json:"batch"`
	Citations         supported      `json:"citations"`
	CodeExecution     supported      `json:"code_execution"`
	ContextManagement map[string]any `json:"context_management"`
	Effort            map[string]any `json:"effort"`
	ImageInput        supported      `json:"image_input"`
	PDFInput          supported      `json:"pdf_input"`
	ServerTools       map[string]any `json:"server_tools"`
	StructuredOutputs supported      `json:"structured_outputs"`
	Thinking          struct {
		Supported bool                 `json:"supported"`
		Types     map[string]supported `json:"types"`
	} `json:"thinking"`
	// Compaction is there with the beta of compaction on demand only.
	Compaction map[string]any `json:"compaction,omitempty"`
}

func (m *modelFacts) object() modelObject {
	o := modelObject{
		Type: "model", ID: m.ID, DisplayName: m.DisplayName, CreatedAt: m.CreatedAt, Lifecycle: m.Lifecycle,
		DeprecatedAt: m.DeprecatedAt, RetiresAt: m.RetiresAt, Line: m.Line,
	}
	if m.Lifecycle == "retired" {
		return o
	}
	o.MaxInputTokens, o.MaxTokens = &m.Context, &m.MaxOutput
	yes := supported{true}
	c := &capabilities{Batch: yes, Citations: yes, CodeExecution: yes, ImageInput: yes, PDFInput: yes, StructuredOutputs: yes}
	c.ContextManagement = map[string]any{"supported": true, "clear_thinking_20251015": yes, "clear_tool_uses_20250919": yes, "compact_20260112": nil}
	if m.Compaction {
		c.ContextManagement["compact_20260112"] = yes
	}
	c.ServerTools = map[string]any{"supported": true, "code_execution": yes, "web_search": yes}
	c.Effort = map[string]any{"supported": len(m.Efforts) > 0}
	for _, effort := range []string{"low", "medium", "high", "xhigh", "max"} {
		c.Effort[effort] = supported{slices.Contains(m.Efforts, effort)}
	}
	c.Thinking.Supported = true
	c.Thinking.Types = map[string]supported{}
	for _, kind := range []string{"adaptive", "between_tools", "disabled", "enabled"} {
		c.Thinking.Types[kind] = supported{m.thinks(kind)}
	}
	o.Capabilities = c
	return o
}

// modelObject is the model with what the betas of the request add.
func (x *exchange) modelObject(m *modelFacts) modelObject {
	o := m.object()
	if o.Capabilities == nil {
		return o
	}
	if x.beta("server-side-fallback-") {
		o.AllowedFallbackModels = append([]string{}, m.Fallbacks...)
	}
	if x.beta("compact-2026-09-04") {
		o.Capabilities.Compaction = map[string]any{"supported": m.Compaction, "summarize": supported{m.Compaction}}
	}
	return o
}

// listModels answers GET /v1/models, newest first.
func (x *exchange) listModels() (act, error) {
	query, err := x.checkQuery("limit", "before_id", "after_id", "lifecycle", "lifecycle[]")
	if err != nil {
		return nil, err
	}
	all, err := x.sim.facts.list(lifecycles(query))
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(all))
	for i, m := range all {
		ids[i] = m.ID
	}
	n, err := pageByID(query, "model", ids, func(i int) any { return x.modelObject(all[i]) })
	return reading(n), err
}

// getModel answers GET /v1/models/{id}; aliases resolve.
func (x *exchange) getModel() (act, error) {
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	id := strings.TrimPrefix(x.rec.Path, pathModels+"/")
	m := x.sim.facts.find(id)
	if m == nil {
		m = x.sim.facts.findRetired(id)
	}
	if m == nil {
		return nil, notFound("model: %s", id)
	}
	return reading(object200(x.modelObject(m))), nil
}

func lifecycles(query url.Values) []string {
	return append(query["lifecycle"], query["lifecycle[]"]...)
}

// list returns the models in these lifecycles; none means all that still answer.
func (f *facts) list(lifecycles []string) ([]*modelFacts, error) {
	for _, l := range lifecycles {
		if err := oneOf("lifecycle", l, "active", "deprecated", "retired"); err != nil {
			return nil, err
		}
	}
	if len(lifecycles) == 0 {
		lifecycles = []string{"active", "deprecated"}
	}
	var list []*modelFacts
	for _, models := range [][]modelFacts{f.Models, f.Retired} {
		for i := range models {
			if slices.Contains(lifecycles, models[i].Lifecycle) {
				list = append(list, &models[i])
			}
		}
	}
	return list, nil
}
