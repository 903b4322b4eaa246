package simulator

import (
	"encoding/json"
	"slices"
	"strings"
)

// The vendor documents strings that begin like this, for tests of one's own; that nothing else is needed is not
// confirmed.
const (
	magicRefusal  = "ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL"
	magicRedacted = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING"
)

// refusal is what a prompt wants of a refusal.
type refusal struct {
	// midway refuses after a third of the answer.
	midway bool
	// category is the policy's, "null" for none; silent leaves the details out.
	category json.RawMessage
	silent   bool
	// lines are the only models that decline; all says that fallback models do, too.
	lines []string
	all   bool
	// busy says that the fallback models are overloaded.
	busy bool
}

// refusalAsked says what refusal the prompt asks for, nil if it asks for none.
func refusalAsked(c *chat, words wordSet) *refusal {
	if !words.has("refuse") && !strings.Contains(c.prompt(), magicRefusal) {
		return nil
	}
	r := &refusal{
		midway: words.any("midway", "halfway"), silent: words.has("silently"), busy: words.has("busy"),
		all: words.any("everywhere", "always", "everyone"), category: json.RawMessage(`"general_harms"`),
	}
	for _, line := range []string{"fable", "mythos", "opus", "sonnet", "haiku"} {
		if words.has(line) {
			r.lines = append(r.lines, line)
		}
	}
	for _, category := range []string{"cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms"} {
		if words.phrase(strings.ReplaceAll(category, "_", " ")) {
			r.category = appendString(nil, category)
		}
	}
	if words.has("nameless") {
		r.category = json.RawMessage("null")
	}
	return r
}

// declines says whether the model of q declines. One that gets the request after another declined it does not, unless
// the prompt insists.
func (r *refusal) declines(q *request) bool {
	switch {
	case r.lines != nil:
		return slices.Contains(r.lines, q.model.Line)
	case r.all:
		return true
	}
	return !q.hop && (q.credit == nil || q.credit.from == q.model.ID)
}

// details are the stop_details of a refusal by the model of q, after the parts it gave.
func (r *refusal) details(s *Simulator, q *request, parts []part, recommended string) json.RawMessage {
	if r.silent {
		return nil
	}
	d := map[string]any{"type": "refusal", "category": r.category, "explanation": nil}
	if string(r.category) != "null" {
		d["explanation"] = "The prompt asked for a refusal, and this is what one looks like. Nothing you wrote was held against you."
	}
	if q.beta("fallback-credit-") {
		d["fallback_credit_token"], d["fallback_has_prefill_claim"] = nil, nil
		if token, claim := s.mint(q, parts); token != "" {
			d["fallback_credit_token"], d["fallback_has_prefill_claim"] = token, claim
		}
	}
	if q.beta("server-side-fallback-") {
		d["recommended_model"] = nil
		if recommended != "" {
			d["recommended_model"] = recommended
		}
	}
	return encode(d)
}

// partial is what a model said before it declined, and what the answer would have gone on with.
func (s *Simulator) partial(c *chat, r *refusal) (said []part, rest string) {
	if !r.midway {
		return nil, ""
	}
	text := s.replies().answer(c, s.opt.Seed, 0).text
	pieces := cut(text, 0)
	at := len(pieces)/3 + 1
	head := strings.Join(pieces[:at], "")
	if thinking := s.replies().think(c, false, s.opt.Seed); thinking != "" {
		said = append(said, thought(thinking))
	}
	return append(said, written(head)), text[len(head):]
}

// refuse lets the model decline, and the fallback models after it.
func (s *Simulator) refuse(q *request, c *chat, r *refusal, answer func(*request) *plan) *plan {
	said, rest := s.partial(c, r)
	if len(q.fallbacks) == 0 || r.busy {
		p := &plan{Script: Script{StopReason: "refusal"}, parts: append([]part{}, said...)}
		recommended := ""
		if r.busy && len(q.fallbacks) > 0 {
			recommended = q.fallbacks[0].model.ID
		}
		p.StopDetails = r.details(s, q, said, recommended)
		return p
	}
	if !q.stream {
		said, rest = nil, "" // an answer in one piece drops what was said before a model declined
	}
	declined := []run{{q, said, r.category}}
	for i, hop := range q.fallbacks {
		if r.declines(hop) && i < len(q.fallbacks)-1 {
			declined = append(declined, run{hop, nil, r.category})
			continue
		}
		p := &plan{Script: Script{StopReason: "refusal"}, parts: []part{}}
		switch {
		case r.declines(hop):
			p.StopDetails = r.details(s, hop, nil, "")
		case rest != "":
			p = &plan{parts: []part{written(rest)}}
		default:
			p = answer(hop)
		}
		p.declined, p.served = declined, hop
		return p
	}
	return nil
}
