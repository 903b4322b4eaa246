package simulator

import (
	"regexp"
	"slices"
	"strings"
)

// advise asks another model for advice.
func (m *composer) advise(k call) []part {
	id := m.serverUse("advisor", map[string]any{})
	if code := m.failure(k, "advisor_tool_result_error"); code != "" {
		m.serverResult("advisor_tool_result", id, map[string]string{"type": "advisor_tool_result_error", "error_code": code}, false)
		return []part{written("There was no advice: " + code + ".")}
	}
	model, _ := k.tool.fields.str("model")
	text := "Think of " + m.topic() + " from its end, and begin with the smallest step."
	content := map[string]any{"type": "advisor_result", "text": text, "stop_reason": "end_turn"}
	if wordsOf(m.c.prompt()).has("redacted") {
		content = map[string]any{"type": "advisor_redacted_result", "encrypted_content": encodeSignature("advice", text), "stop_reason": "end_turn"}
	}
	m.serverResult("advisor_tool_result", id, content, false)
	facts := m.s.facts.find(model)
	if facts == nil {
		facts = m.q.model
	}
	asked := inputUsage{Input: m.q.inputTokens(m.q.segments(m.q.credential))}
	between := newIteration("advisor_message", model, asked, facts.count(text))
	m.p.parts[len(m.p.parts)-1].between = &between
	return m.aboutBlock(m.p.parts[len(m.p.parts)-1].whole)
}

// loaded says whether something in the conversation refers to a deferred tool.
func (q *request) loaded(name string) bool {
	for _, m := range q.messages {
		for _, b := range m.blocks {
			switch b.kind {
			case "tool_search_tool_result":
				content, _ := object(b.fields["content"])
				if slices.Contains(found(content), name) {
					return true
				}
			case "tool_result":
				list, _ := array(b.fields["content"])
				for _, raw := range list {
					f, _ := object(raw)
					if to, _ := f.str("tool_name"); to == name {
						return true
					}
				}
			}
		}
	}
	return false
}

// found are the names that a search for tools gave.
func found(content fields) []string {
	list, _ := array(content["tool_references"])
	names := make([]string, 0, len(list))
	for _, raw := range list {
		f, _ := object(raw)
		name, _ := f.str("tool_name")
		names = append(names, name)
	}
	return names
}

// searcher is the tool that searches for tools, nil if there is none.
func (q *request) searcher() *tool {
	for _, t := range q.offered {
		if strings.HasPrefix(t.spec.Name, "tool_search_tool_") {
			return t
		}
	}
	return nil
}

// ready says whether the model can call the tool, if need be after it searched for it.
func (k call) ready(q *request) bool {
	if k.client() && !k.tool.direct() && k.caller(q) == "" {
		return false
	}
	return !k.tool.deferred || q.loaded(k.name) || q.searcher() != nil
}

// search looks for the deferred tools among those that are to be called, and returns those that can be.
func (m *composer) search(calls []call) []call {
	var wanted []string
	for _, k := range calls {
		if k.tool.deferred && !m.q.loaded(k.name) && !slices.Contains(wanted, k.name) {
			wanted = append(wanted, k.name)
		}
	}
	t := m.q.searcher()
	if len(wanted) == 0 || t == nil {
		return calls
	}
	m.serveSearch(call{tool: t, name: t.name}, wanted)
	content, _ := object(m.p.parts[len(m.p.parts)-1].whole)
	results, _ := object(content["content"])
	return slices.DeleteFunc(calls, func(k call) bool {
		return slices.Contains(wanted, k.name) && !slices.Contains(found(results), k.name)
	})
}

// serveSearch searches for tools: for these, or for what the prompt is about.
func (m *composer) serveSearch(k call, wanted []string) []part {
	input := map[string]string{"query": m.topic()}
	if wanted != nil {
		input = map[string]string{"query": strings.Join(wanted, " ")}
	}
	if k.name == "tool_search_tool_regex" {
		input = map[string]string{"pattern": regexp.QuoteMeta(input["query"])}
		if wanted != nil {
			input["pattern"] = strings.Join(wanted, "|")
		}
	}
	id := m.serverUse(k.name, input)
	if code := m.failure(k, "tool_search_tool_result_error"); code != "" {
		m.serverResult("tool_search_tool_result", id, map[string]any{"type": "tool_search_tool_result_error", "error_code": code, "error_message": nil}, false)
		return []part{written("The search for tools failed: " + code + ".")}
	}
	if wanted == nil {
		for _, t := range m.q.offered {
			if t.deferred && len(wanted) < 5 {
				wanted = append(wanted, t.name)
			}
		}
	}
	references := []any{}
	for _, name := range wanted {
		references = append(references, map[string]string{"type": "tool_reference", "tool_name": name})
	}
	m.serverResult("tool_search_tool_result", id, map[string]any{"type": "tool_search_tool_search_result", "tool_references": references}, false)
	return m.aboutBlock(m.p.parts[len(m.p.parts)-1].whole)
}
