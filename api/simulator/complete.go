package simulator

import (
	"regexp"
	"slices"
	"strings"
)

// The marks of the turns of a prompt.
const (
	humanTurn     = "\n\nHuman:"
	assistantTurn = "\n\nAssistant:"
)

// legacyContext is the context window of the models of /v1/complete, in tokens.
const legacyContext = 200_000

// legacyModels are the models that answered there.
func legacyModels() []string {
	return []string{"claude-2.1", "claude-2.0", "claude-2", "claude-instant-1.2", "claude-instant-1"}
}

// complete answers POST /v1/complete, which is gone from the later API version. All its models are retired and not
// found, unless Options.Legacy or a script brings them back.
func (x *exchange) complete() error {
	opt := x.sim.opt
	q, err := x.decodeCompletion()
	if err == nil && !opt.Lenient && !slices.Contains(legacyModels(), q.name) {
		err = notFound("model: %s", q.name)
	}
	sc := x.sim.take(x.rec, q.name, q.lastUser(), err != nil)
	switch {
	case sc != nil && !sc.Natural:
		x.play(&plan{Script: *sc, scripted: true}, q)
	case err != nil:
		return err
	case sc != nil:
		x.play(sc.over(x.sim.compose(q)), q)
	case !opt.Legacy && !opt.Lenient:
		return notFound("model: %s", q.name)
	default:
		x.play(x.sim.compose(q), q)
	}
	return nil
}

// decodeCompletion decodes the request into one that the replies understand; it is never nil.
func (x *exchange) decodeCompletion() (*request, error) {
	q := &request{legacy: true, maxTokens: 1 << 20}
	q.model = x.sim.facts.stranger("unknown")
	if x.version == version2026 {
		return q, notFound("Not found")
	}
	f, err := parseBody(x.rec.Body)
	if err != nil {
		return q, err
	}
	q.fields = f
	q.stream = string(f["stream"]) == "true"
	c := &checker{x: x, q: q, lenient: x.sim.opt.Lenient}
	steps := []func() error{
		c.legacyFields, c.legacyTokens, c.stream, c.stopSequences, c.metadata, c.legacySampling, c.legacyPrompt,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return q, err
		}
	}
	q.stop = append(q.stop, humanTurn)
	return q, x.fits(q)
}

func (c *checker) legacyFields() error {
	err := c.noExtra(c.q.fields, "", "model", "prompt", "max_tokens_to_sample", "stop_sequences", "temperature", "top_p", "top_k",
		"metadata", "stream")
	if err != nil {
		return err
	}
	for _, name := range []string{"model", "prompt"} {
		if !c.q.fields.has(name) {
			return bad("%s: Field required", name)
		}
		if text, ok := c.q.fields.str(name); !ok {
			return bad("%s: Input should be a valid string", name)
		} else if text == "" {
			return bad("%s: String should have at least 1 character", name)
		}
	}
	c.q.name, _ = c.q.fields.str("model")
	c.q.model = c.x.sim.facts.stranger(c.q.name)
	c.q.model.Context = legacyContext
	return nil
}

func (c *checker) legacyTokens() error {
	if !c.q.fields.has("max_tokens_to_sample") {
		return bad("max_tokens_to_sample: Field required")
	}
	n, ok := c.q.fields.integer("max_tokens_to_sample")
	if !ok {
		return bad("max_tokens_to_sample: Input should be a valid integer")
	}
	if n < 1 {
		return bad("max_tokens_to_sample: Input should be greater than or equal to 1")
	}
	c.q.maxTokens = n
	return nil
}

// legacySampling checks ranges only: these models took all of it, and together.
func (c *checker) legacySampling() error {
	c.q.sampling = map[string]float64{}
	for _, name := range []string{"temperature", "top_p", "top_k"} {
		if _, there := c.q.fields[name]; !there {
			continue
		}
		value, ok := c.q.fields.number(name)
		if !ok {
			return bad("%s: Input should be a valid number", name)
		}
		if _, whole := c.q.fields.integer(name); name == "top_k" && (!whole || value < 0) {
			return bad("top_k: Input should be a whole number greater than or equal to 0")
		}
		if name != "top_k" && (value < 0 || value > 1) {
			return bad("%s: range: 0..1", name)
		}
		c.q.sampling[name] = value
	}
	return nil
}

// legacyPrompt cuts the prompt into turns. As the API did, it lets newlines be missing before the first turn, and space
// be left over after the last.
func (c *checker) legacyPrompt() error {
	prompt, _ := c.q.fields.str("prompt")
	if trimmed := strings.TrimLeft(prompt, " \n"); strings.HasPrefix(trimmed, humanTurn[2:]) {
		prompt = "\n\n" + trimmed
	}
	marks := regexp.MustCompile(`\n\n(Human|Assistant):`).FindAllStringSubmatchIndex(prompt, -1)
	for i, at := range marks {
		role, end := "user", len(prompt)
		if prompt[at[2]:at[3]] == "Assistant" {
			role = "assistant"
		}
		if i == 0 && role != "user" {
			break
		}
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		m := message{role: role}
		if text := strings.TrimSpace(prompt[at[1]:end]); text != "" {
			m.blocks = []block{textBlock(text, "prompt")}
		}
		c.q.messages = append(c.q.messages, m)
	}
	switch n := len(c.q.messages); {
	case n == 0:
		return bad(`prompt must start with "\n\nHuman:" turn after an optional system prompt`)
	case c.q.messages[n-1].role != "assistant":
		return bad(`prompt must end with "\n\nAssistant:" turn`)
	case len(c.q.messages[n-1].blocks) == 0:
		c.q.messages = c.q.messages[:n-1]
	}
	if system := strings.TrimSpace(prompt[:marks[0][0]]); system != "" {
		c.q.system = []block{textBlock(system, "prompt")}
	}
	return nil
}
