package simulator

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
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

// modelPage is one page of the list.
type modelPage struct {
	Data    []modelObject `json:"data"`
	HasMore bool          `json:"has_more"`
	FirstID *string       `json:"first_id"`
	LastID  *string       `json:"last_id"`
}

// listModels answers GET /v1/models, newest first.
func (x *exchange) listModels() error {
	if sc := x.sim.take(x.rec, "", "", false); sc != nil {
		x.play(&plan{Script: *sc, scripted: true}, nil)
		return nil
	}
	query := x.r.URL.Query()
	if err := x.checkQuery(query); err != nil {
		return err
	}
	limit, err := pageLimit(query)
	if err != nil {
		return err
	}
	all, err := x.sim.facts.list(lifecycles(query))
	if err != nil {
		return err
	}
	page := modelPage{Data: []modelObject{}}
	from, to, err := window(all, query.Get("after_id"), query.Get("before_id"), limit)
	if err != nil {
		return err
	}
	if query.Get("before_id") != "" {
		page.HasMore = from > 0
	} else {
		page.HasMore = to < len(all)
	}
	for _, m := range all[from:to] {
		page.Data = append(page.Data, m.object())
	}
	if n := len(page.Data); n > 0 {
		page.FirstID, page.LastID = &page.Data[0].ID, &page.Data[n-1].ID
	}
	x.json(200, encode(page))
	return nil
}

// getModel answers GET /v1/models/{id}; aliases resolve.
func (x *exchange) getModel() error {
	if sc := x.sim.take(x.rec, "", "", false); sc != nil {
		x.play(&plan{Script: *sc, scripted: true}, nil)
		return nil
	}
	id := strings.TrimPrefix(x.rec.Path, pathModels+"/")
	m := x.sim.facts.find(id)
	if m == nil {
		m = x.sim.facts.findRetired(id)
	}
	if m == nil {
		return notFound("model: %s", id)
	}
	x.json(200, encode(m.object()))
	return nil
}

func (x *exchange) checkQuery(query url.Values) error {
	if x.sim.opt.Lenient {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !slices.Contains([]string{"limit", "before_id", "after_id", "lifecycle", "lifecycle[]", "beta"}, name) {
			return bad("%s: Extra inputs are not permitted", name)
		}
	}
	if query.Get("before_id") != "" && query.Get("after_id") != "" {
		return bad("before_id and after_id cannot both be set")
	}
	return nil
}

func pageLimit(query url.Values) (int, error) {
	if !query.Has("limit") {
		return 20, nil
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		return 0, bad("limit: Input should be a valid integer")
	}
	if limit < 1 || limit > 1000 {
		return 0, bad("limit: Input should be between 1 and 1000")
	}
	return limit, nil
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

// window finds the bounds of a page.
func window(all []*modelFacts, after, before string, limit int) (from, to int, err error) {
	find := func(id string) int {
		return slices.IndexFunc(all, func(m *modelFacts) bool { return m.ID == id })
	}
	switch {
	case after != "":
		if from = find(after); from < 0 {
			return 0, 0, bad("after_id: %q is not a model", after)
		}
		from++
	case before != "":
		if to = find(before); to < 0 {
			return 0, 0, bad("before_id: %q is not a model", before)
		}
		return max(to-limit, 0), to, nil
	}
	return from, min(from+limit, len(all)), nil
}
