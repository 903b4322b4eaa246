package simulator

import "encoding/json"

// maxFingerprints is how many requests are remembered for diagnostics; the oldest go first.
const maxFingerprints = 10_000

// fingerprint is what a prompt was, to say later what changed.
type fingerprint struct {
	owner, model, system, tools, settings string
	messages                              []string
	tokens                                int
}

// fingerprints remember requests by the ids of their answers.
type fingerprints struct {
	byID  map[string]fingerprint
	order []string
}

func (s *fingerprints) put(id string, f fingerprint) {
	if s.byID == nil {
		s.byID = map[string]fingerprint{}
	}
	if len(s.order) >= maxFingerprints {
		delete(s.byID, s.order[0])
		s.order = s.order[1:]
	}
	s.byID[id] = f
	s.order = append(s.order, id)
}

// diagnostics checks the parameter diagnostics.
func (c *checker) diagnostics() error {
	if !c.q.fields.has("diagnostics") {
		return nil
	}
	f, ok := object(c.q.fields["diagnostics"])
	if !ok {
		return bad("diagnostics: Input should be a valid dictionary")
	}
	if _, ok := f.str("previous_message_id"); f.has("previous_message_id") && !ok {
		return bad("diagnostics.previous_message_id: Input should be a valid string")
	}
	return c.noExtra(f, "diagnostics.", "previous_message_id")
}

// diagnose remembers the request, and says why the cache could not read what it read for the answer before. nil means
// that nothing changed, or that nobody asked.
func (x *exchange) diagnose(q *request, id string) json.RawMessage {
	now := q.fingerprint()
	f, _ := object(q.fields["diagnostics"])
	before, asked := f.str("previous_message_id")
	x.sim.mu.Lock()
	defer x.sim.mu.Unlock()
	old, known := x.sim.fingerprints.byID[before]
	x.sim.fingerprints.put(id, now)
	if !asked {
		return nil
	}
	reason := map[string]any{"type": "previous_message_not_found"}
	if known && old.owner == now.owner {
		kind := old.changed(now)
		if kind == "" {
			return nil
		}
		if reason["type"] = kind; kind != "unavailable" {
			reason["cache_missed_input_tokens"] = old.tokens
		}
	}
	return encode(map[string]any{"cache_miss_reason": reason})
}

func (q *request) fingerprint() fingerprint {
	speed, _ := q.fields.str("speed")
	f := fingerprint{owner: q.credential, model: q.model.ID + "/" + speed, tokens: q.inputTokens(q.segments(q.credential))}
	f.system = hashBlocks("system", q.system)
	for _, t := range q.tools {
		f.tools = shortHash(f.tools + canonical(t.raw))
	}
	f.settings = q.thinking.kind + "/" + q.toolChoice.kind + "/" + q.toolChoice.name
	for _, m := range q.messages {
		f.messages = append(f.messages, hashBlocks(m.role, m.blocks))
	}
	return f
}

// changed says what is different in the next request; empty means that it only goes on.
func (f fingerprint) changed(next fingerprint) string {
	switch {
	case f.model != next.model:
		return "model_changed"
	case f.system != next.system:
		return "system_changed"
	case f.tools != next.tools:
		return "tools_changed"
	}
	for i, hash := range f.messages {
		if i >= len(next.messages) || next.messages[i] != hash {
			return "messages_changed"
		}
	}
	if f.settings != next.settings {
		return "unavailable"
	}
	return ""
}
