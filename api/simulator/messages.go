package simulator

import (
	"encoding/json"
	"time"
)

// plan is an answer before it is sent: a script and how fast it goes.
type plan struct {
	Script
	// scripted is set for the scripts of tests, which are taken literally.
	scripted bool
	// speed multiplies the rate; 0 means 1.
	speed float64
}

// messages answers POST /v1/messages.
func (x *exchange) messages() error {
	q, p, err := x.accept(false)
	if err != nil {
		return err
	}
	if p == nil {
		p = x.sim.compose(q)
	}
	x.play(p, q)
	return nil
}

// countTokens answers POST /v1/messages/count_tokens.
func (x *exchange) countTokens() error {
	q, p, err := x.accept(true)
	if err != nil {
		return err
	}
	if p != nil && !p.Natural {
		x.play(p, q)
		return nil
	}
	count := map[string]any{"input_tokens": q.inputTokens(q.segments(x.credential()))}
	if x.beta("context-management-") {
		count["context_management"] = nil
	}
	x.send(p, object200(count))
	return nil
}

// accept checks the request and looks for a script; the plan is nil if there is none.
func (x *exchange) accept(count bool) (*request, *plan, error) {
	q, err := x.decode(count)
	if err == nil {
		err = x.fits(q)
	}
	name, text := "", ""
	if q != nil {
		name, text = q.name, q.lastUser()
	}
	sc := x.sim.take(x.rec, name, text, err != nil)
	if sc == nil {
		return q, nil, err
	}
	if sc.Natural && !count {
		if err != nil {
			return q, nil, err
		}
		return q, sc.over(x.sim.compose(q)), nil
	}
	if err != nil {
		q = x.guess(q)
	}
	return q, &plan{Script: *sc, scripted: true}, nil
}

// fits refuses a prompt that is longer than the context window.
func (x *exchange) fits(q *request) error {
	n := q.inputTokens(q.segments(x.credential()))
	if n > q.model.Context && !q.count {
		return bad("prompt is too long: %d tokens > %d maximum", n, q.model.Context)
	}
	return nil
}

// guess makes a request that can be answered out of one that broke a rule.
func (x *exchange) guess(q *request) *request {
	g := &request{name: "unknown", maxTokens: 1 << 20}
	if q != nil {
		g.name, g.messages, g.fields = q.name, q.messages, q.fields
		g.stream, _ = q.fields.boolean("stream")
	}
	if g.model = x.sim.facts.find(g.name); g.model == nil {
		g.model = x.sim.facts.stranger(g.name)
	}
	return g
}

// credential is what the prompt cache is separated by.
func (x *exchange) credential() string {
	return x.r.Header.Get("X-Api-Key") + x.r.Header.Get("Authorization")
}

// play sends the planned answer, as far as the client stays to hear it. q may be nil for an endpoint without a body.
func (x *exchange) play(p *plan, q *request) {
	if x.batched {
		p.batch()
	}
	if !x.open(p) {
		return // the client is gone
	}
	s := &sink{x: x, p: p}
	switch {
	case p.RawBody != nil:
		s.raw(q != nil && q.stream)
	case p.Status >= 400 || q == nil:
		s.errorBody()
	case q.legacy:
		s.completion(x.draft(p, q))
	case q.stream:
		s.stream(x.draft(p, q))
	default:
		s.whole(x.draft(p, q))
	}
}

// wait sleeps whatever the rate is.
func (x *exchange) wait(d time.Duration) error {
	if d <= 0 {
		return x.r.Context().Err()
	}
	return x.sim.opt.Sleep(x.r.Context(), d)
}

// answer is a message ready to be sent.
type answer struct {
	q        *request
	p        *plan
	id       string
	model    string
	blocks   []outBlock
	input    inputUsage
	output   int
	thinking int

	stopReason   string
	stopSequence *string
	stopDetails  json.RawMessage
}

// draft turns the plan into blocks, and books what it costs.
func (x *exchange) draft(p *plan, q *request) *answer {
	s := x.sim
	a := &answer{q: q, p: p, id: p.MessageID, model: p.Model, stopReason: p.StopReason, stopDetails: p.StopDetails}
	if a.id == "" {
		a.id = s.makeID("msg_01", x.no)
	}
	if a.model == "" {
		a.model = q.model.ID
	}
	if p.StopSequence != "" {
		a.stopSequence = &p.StopSequence
	}
	list := q.segments(x.credential())
	s.mu.Lock()
	a.input = s.cache.use(q, list, s.opt.CacheMinimum, s.opt.Now())
	s.mu.Unlock()
	a.fill(s)
	if a.stopReason == "" {
		a.stopReason = "end_turn"
	}
	s.spend(a.output)
	return a
}
