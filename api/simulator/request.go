package simulator

import (
	"encoding/json"
	"strings"
)

// request is a decoded and checked body of /v1/messages or /v1/messages/count_tokens.
type request struct {
	fields fields
	model  *modelFacts
	// name is the model as the request names it.
	name string
	// count is set for count_tokens.
	count bool
	// legacy is set for /v1/complete.
	legacy bool

	maxTokens int
	stream    bool
	stop      []string

	system   []block
	messages []message
	tools    []json.RawMessage

	thinking   thinking
	effort     string
	format     json.RawMessage
	sampling   map[string]float64
	toolChoice string
	// automatic is the top-level cache_control, nil if there is none.
	automatic *cacheControl
	// prompt is the prompt in segments, worked out once.
	prompt []segment
}

// thinking is what the request asks for; kind is empty if it does not say.
type thinking struct {
	kind    string
	budget  int
	display string
}

// message is one entry of messages.
type message struct {
	role   string
	blocks []block
}

// block is one content block; path is where it stands in the request.
type block struct {
	kind   string
	text   string
	fields fields
	path   string
	cache  *cacheControl
}

// cacheControl is a cache breakpoint.
type cacheControl struct{ ttl string }

// text is the text of a message, its text blocks one below the other.
func (m message) text() string { return joinText(m.blocks) }

func joinText(blocks []block) string {
	var parts []string
	for _, b := range blocks {
		if b.kind == "text" {
			parts = append(parts, b.text)
		}
	}
	return strings.Join(parts, "\n")
}

// lastUser is the text of the last user message.
func (q *request) lastUser() string {
	for i := len(q.messages) - 1; i >= 0; i-- {
		if q.messages[i].role == "user" {
			return q.messages[i].text()
		}
	}
	return ""
}

// decode reads the body and checks all of it.
func (x *exchange) decode(count bool) (*request, error) {
	f, err := parseBody(x.rec.Body)
	if err != nil {
		return nil, err
	}
	q := &request{fields: f, count: count}
	c := &checker{x: x, q: q, lenient: x.sim.opt.Lenient}
	return q, c.run()
}

// checker checks one request. Its methods return the first rule that is broken.
type checker struct {
	x       *exchange
	q       *request
	lenient bool
}

func (c *checker) run() error {
	steps := []func() error{
		c.topLevel, c.findModel, c.maxTokens, c.stream, c.stopSequences, c.metadata,
		c.system, c.messages, c.references, c.turns, c.tools, c.toolChoice,
		c.thinking, c.outputConfig, c.effortRules, c.sampling, c.prefill, c.speed, c.warmUp, c.cacheControls,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
