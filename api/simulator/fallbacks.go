package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// fallbackChain checks the fallbacks, each as if the request were made to its model.
func (c *checker) fallbackChain() error {
	q := c.q
	if !q.fields.has("fallbacks") || q.hop {
		return nil
	}
	newer := c.x.beta("server-side-fallback-2026-07-01")
	if name, ok := q.fields.str("fallbacks"); ok {
		// That the older beta has no default is not confirmed.
		if name != "default" || !newer && !c.lenient {
			return bad("fallbacks: Input should be 'default' or a valid list")
		}
		if len(q.model.Fallbacks) == 0 {
			return nil // the model runs alone
		}
		return c.fallback(0, encode(map[string]string{"model": q.model.Fallbacks[0]}), newer)
	}
	list, ok := array(q.fields["fallbacks"])
	if !ok || len(list) < 1 || len(list) > 3 {
		return bad("fallbacks: List should have 1 to 3 items")
	}
	if len(q.model.Fallbacks) == 0 && !c.lenient {
		return bad("fallbacks: '%s' does not support fallbacks", q.name)
	}
	for i, raw := range list {
		if err := c.fallback(i, raw, newer); err != nil {
			return err
		}
	}
	return nil
}

// fallback checks one entry and makes the request of it that its model gets.
func (c *checker) fallback(i int, raw json.RawMessage, newer bool) error {
	q := c.q
	path := fmt.Sprintf("fallbacks.%d", i)
	f, ok := object(raw)
	if !ok {
		return bad("%s: Input should be a valid dictionary", path)
	}
	if name, found := f.extra("model", "max_tokens", "thinking", "output_config", "speed"); found {
		return bad("%s.%s: Extra inputs are not permitted", path, name)
	}
	name, _ := f.str("model")
	m := c.x.sim.facts.find(name)
	if m == nil {
		return bad("%s.model: '%s' is not a model", path, name)
	}
	if !slices.Contains(q.model.Fallbacks, m.ID) && !c.lenient {
		return bad("%s.model: '%s' is not an allowed fallback for '%s'", path, name, q.name)
	}
	if m == q.model || slices.ContainsFunc(q.fallbacks, func(other *request) bool { return other.model == m }) {
		return bad("%s.model: fallback models must be distinct", path)
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !newer && !f.has(name) {
			return bad("%s.%s: null requires the server-side-fallback-2026-07-01 beta", path, name)
		}
	}
	hop := &request{
		fields: merged(q.fields, f, m, newer), no: q.no, version: q.version, betas: q.betas, credential: q.credential,
		file: q.file, hop: true,
	}
	check := &checker{x: c.x, q: hop, lenient: c.lenient, stored: c.stored}
	if err := check.run(); err != nil {
		var e *apiError
		if errors.As(err, &e) {
			e.message = path + ": " + e.message
		}
		return err
	}
	q.fallbacks = append(q.fallbacks, hop)
	return nil
}

// merged is the body that a fallback model gets: that of the request with the overrides of the entry, and without what
// the model does not take.
func merged(body, entry fields, m *modelFacts, newer bool) fields {
	f := maps.Clone(body)
	delete(f, "fallbacks")
	delete(f, "thread")
	if _, there := entry["thinking"]; !there {
		keepThinking(f, m)
	}
	if _, there := entry["speed"]; !there {
		if speed, _ := f.str("speed"); speed != "fast" || m.Speed == "no" {
			delete(f, "speed")
		}
	}
	config, _ := object(f["output_config"])
	own, _ := object(entry["output_config"])
	if raw, there := entry["output_config"]; there && (!newer || string(raw) == "null") {
		config = fields{}
	}
	config = maps.Clone(config)
	if effort, _ := config.str("effort"); effort != "" && !slices.Contains(m.Efforts, effort) {
		delete(config, "effort")
	}
	for name, value := range own {
		if config == nil {
			config = fields{}
		}
		if config[name] = value; string(value) == "null" {
			delete(config, name)
		}
	}
	for name, value := range entry {
		switch {
		case name == "max_tokens" && string(value) == "null":
		case string(value) == "null":
			delete(f, name)
		default:
			f[name] = value
		}
	}
	if delete(f, "output_config"); len(config) > 0 {
		f["output_config"] = encode(config)
	}
	return f
}

// keepThinking leaves the thinking of the request where the model takes it.
func keepThinking(f fields, m *modelFacts) {
	thinking, ok := object(f["thinking"])
	kind, _ := thinking.str("type")
	switch {
	case !ok || m.thinks(kind):
	case kind == "between_tools" && m.thinks("disabled"):
		f["thinking"] = json.RawMessage(`{"type":"disabled"}`)
	default:
		delete(f, "thinking")
	}
}

// decline books a model that declined, with what it said, and marks where the next takes over.
func (a *answer) decline(x *exchange, d run, next string) {
	asked := a.q.name
	a.q = d.q
	a.begin(x, "message")
	a.left = d.q.maxTokens
	for _, p := range d.parts {
		a.add(p)
		a.spoken = true
	}
	a.stopReason = a.p.StopReason
	a.rounds = append(a.rounds, newIteration("message", a.model, a.input, a.output))
	from := a.model
	if !d.q.hop {
		from = asked // as the request named it
	}
	boundary := encode(struct {
		Type    string            `json:"type"`
		From    map[string]string `json:"from"`
		To      map[string]string `json:"to"`
		Trigger map[string]any    `json:"trigger"`
	}{"fallback", map[string]string{"model": from}, map[string]string{"model": next}, map[string]any{"type": "refusal", "category": d.category}})
	a.blocks = append(a.blocks, outBlock{start: boundary, whole: boundary})
}

// nextModel is the model that comes after the i-th that declined.
func (p *plan) nextModel(i int) string {
	if i+1 < len(p.declined) {
		return p.declined[i+1].q.model.ID
	}
	return p.served.model.ID
}
