package simulator

import (
	"encoding/json"
	"slices"
	"strings"
)

// topLevel refuses fields the endpoint does not know, and beta fields without their beta.
func (c *checker) topLevel() error {
	allowed := []string{"model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control", "speed"}
	if !c.q.count {
		allowed = append(allowed, "max_tokens", "stop_sequences", "stream", "temperature", "top_p", "top_k", "metadata",
			"service_tier", "inference_geo", "container", "diagnostics")
	}
	for field, b := range betaFields() {
		if slices.ContainsFunc(b.betas, c.x.beta) && (b.counted || !c.q.count) {
			allowed = append(allowed, field)
		}
	}
	return c.noExtra(c.q.fields, "", allowed...)
}

// betaField is a field that needs a beta header, and how its value may begin. Only counted ones are for count_tokens.
type betaField struct {
	counted bool
	betas   []string
}

// betaFields are the top-level fields that need a beta header.
func betaFields() map[string]betaField {
	return map[string]betaField{
		"output_format":         {true, []string{"structured-outputs-"}},
		"mcp_servers":           {true, []string{"mcp-client-"}},
		"context_management":    {true, []string{"context-management-", "compact-2026-01-12"}},
		"compaction":            {true, []string{"compact-2026-09-04"}},
		"billing_policy":        {true, []string{"user-profiles-billing-"}},
		"fallbacks":             {false, []string{"server-side-fallback-"}},
		"fallback_credit_token": {false, []string{"fallback-credit-"}},
		"thread":                {false, []string{"message-threads-"}},
	}
}

// findModel finds the model; unknown and retired ones are not found.
func (c *checker) findModel() error {
	if !c.q.fields.has("model") {
		return bad("model: Field required")
	}
	name, ok := c.q.fields.str("model")
	if !ok {
		return bad("model: Input should be a valid string")
	}
	if name == "" {
		return bad("model: String should have at least 1 character")
	}
	c.q.name = name
	if c.q.model = c.x.sim.facts.find(name); c.q.model != nil {
		return nil
	}
	if !c.lenient {
		return notFound("model: %s", name)
	}
	c.q.model = c.x.sim.facts.stranger(name)
	return nil
}

func (c *checker) maxTokens() error {
	q := c.q
	if q.count {
		return nil
	}
	if !q.fields.has("max_tokens") {
		return bad("max_tokens: Field required")
	}
	n, ok := q.fields.integer("max_tokens")
	if !ok {
		return bad("max_tokens: Input should be a valid integer")
	}
	if n < 0 {
		return bad("max_tokens: Input should be greater than or equal to 0")
	}
	if most := c.maxOutput(); n > most {
		return bad("max_tokens: %d > %d, which is the maximum allowed number of output tokens for %s", n, most, q.name)
	}
	q.maxTokens = n
	return nil
}

func (c *checker) stream() error {
	if _, there := c.q.fields["stream"]; !there {
		return nil
	}
	var ok bool
	if c.q.stream, ok = c.q.fields.boolean("stream"); !ok {
		return bad("stream: Input should be a valid boolean")
	}
	return nil
}

func (c *checker) stopSequences() error {
	raw, there := c.q.fields["stop_sequences"]
	if !there {
		return nil
	}
	if json.Unmarshal(raw, &c.q.stop) != nil || c.q.stop == nil {
		return bad("stop_sequences: Input should be a valid list of strings")
	}
	for _, s := range c.q.stop {
		if strings.TrimSpace(s) == "" {
			return bad("stop_sequences: each stop sequence must contain non-whitespace")
		}
	}
	return nil
}

// metadata also checks service_tier and inference_geo, which have no rules beyond their type.
func (c *checker) metadata() error {
	f := c.q.fields
	if raw, there := f["metadata"]; there {
		meta, ok := object(raw)
		if !ok {
			return bad("metadata: Input should be a valid dictionary")
		}
		if err := c.noExtra(meta, "metadata.", "user_id"); err != nil {
			return err
		}
		id, ok := meta.str("user_id")
		if meta.has("user_id") && !ok {
			return bad("metadata.user_id: Input should be a valid string")
		}
		if len(id) > 256 {
			return bad("metadata.user_id: String should have at most 256 characters")
		}
	}
	if _, there := f["service_tier"]; there {
		tier, _ := f.str("service_tier")
		if err := oneOf("service_tier", tier, "auto", "standard_only"); err != nil {
			return err
		}
	}
	if _, ok := f.str("inference_geo"); f.has("inference_geo") && !ok {
		return bad("inference_geo: Input should be a valid string")
	}
	return c.billing()
}

// billing checks who shall pay.
func (c *checker) billing() error {
	if !c.q.fields.has("billing_policy") {
		return nil
	}
	policy, ok := object(c.q.fields["billing_policy"])
	if kind, _ := policy.str("type"); !ok || kind != "billing_policy" {
		return bad("billing_policy.type: Input should be 'billing_policy'")
	}
	to, _ := policy.str("bill_to")
	if err := oneOf("billing_policy.bill_to", to, "self", "user_profile"); err != nil {
		return err
	}
	if to == "user_profile" && c.x.r.Header.Get("Anthropic-User-Profile-Id") == "" && !c.lenient {
		return badCode("user_profile_required", "billing_policy: bill_to 'user_profile' requires the anthropic-user-profile-id header")
	}
	return c.noExtra(policy, "billing_policy.", "type", "bill_to")
}

// sampling checks temperature, top_p and top_k: their ranges, and what the model and the version take.
func (c *checker) sampling() error {
	q := c.q
	q.sampling = map[string]float64{}
	for _, name := range []string{"temperature", "top_p", "top_k"} {
		if _, there := q.fields[name]; !there || q.count {
			continue
		}
		value, ok := q.fields.number(name)
		if !ok {
			return bad("%s: Input should be a valid number", name)
		}
		if name == "top_k" {
			if _, whole := q.fields.integer(name); !whole || value < 0 {
				return bad("top_k: Input should be a whole number greater than or equal to 0")
			}
		} else if value < 0 || value > 1 {
			return bad("%s: range: 0..1", name)
		}
		q.sampling[name] = value
		if err := c.samplingTaken(name, value); err != nil {
			return err
		}
	}
	_, temperature := q.sampling["temperature"]
	_, topP := q.sampling["top_p"]
	if temperature && topP && !c.lenient {
		return bad("`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
	}
	return c.samplingWithThinking()
}

// samplingTaken says whether version and model take the parameter with that value.
func (c *checker) samplingTaken(name string, value float64) error {
	if c.lenient {
		return nil
	}
	if c.x.version == version2026 {
		return bad("%s: Extra inputs are not permitted", name)
	}
	standard := name == "temperature" && value == 1 || name == "top_p" && value == 1
	if c.q.model.Sampling == "one" || c.q.model.Sampling == "default" && standard {
		return nil
	}
	return bad("`%s` is deprecated for this model.", name)
}

func (c *checker) samplingWithThinking() error {
	q := c.q
	if c.lenient || q.thinking.kind != "enabled" && q.thinking.kind != "adaptive" {
		return nil
	}
	if t, ok := q.sampling["temperature"]; ok && t != 1 {
		return bad("`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.")
	}
	if _, ok := q.sampling["top_k"]; ok {
		return bad("`top_k` must be unset when thinking is enabled or in adaptive mode.")
	}
	if p, ok := q.sampling["top_p"]; ok && p < 0.95 {
		return bad("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode.")
	}
	return nil
}

func (c *checker) speed() error {
	f := c.q.fields
	if !f.has("speed") {
		return nil
	}
	speed, _ := f.str("speed")
	if err := oneOf("speed", speed, "standard", "fast"); err != nil {
		return err
	}
	takes := c.q.model.Speed
	if c.lenient || takes == "yes" || takes == "beta" && c.x.beta("fast-mode-") {
		return nil
	}
	return bad("speed: This model does not support the speed parameter.")
}

// warmUp checks what max_tokens 0, the cache warm-up, excludes.
func (c *checker) warmUp() error {
	q := c.q
	if q.count || q.maxTokens > 0 || c.lenient {
		return nil
	}
	switch {
	case q.stream:
		return bad("max_tokens: 0 is not allowed when streaming")
	case q.thinking.kind == "enabled":
		return bad("max_tokens: 0 is not allowed when thinking is enabled")
	case q.format != nil:
		return bad("max_tokens: 0 is not allowed with output_config.format")
	case q.toolChoice.forced():
		return bad("max_tokens: 0 is not allowed when tool_choice is any or tool")
	}
	return nil
}
