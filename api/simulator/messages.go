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

	// parts are the answer where it is the simulator's own; they replace Thinking and Text.
	parts []part
	// declined are the runs of models that declined before the one that answers, which is of served; nil means that the
	// requested one does.
	declined []run
	served   *request
	// midway breaks the answer in its middle, in the way that the word says; empty means not at all.
	midway string
	// before are iterations that came before the answer.
	before []iteration
	// searches and fetches count the uses of web tools, container is the one that code ran in.
	searches, fetches int
	container         json.RawMessage
	// idle says that nothing was asked of the model but what before tells.
	idle bool
}

// run is what one model said before it declined.
type run struct {
	q        *request
	parts    []part
	category json.RawMessage
}

// messages answers POST /v1/messages.
func (x *exchange) messages() error {
	q, p, err := x.accept(false)
	if err != nil {
		return err
	}
	if err := x.claim(q); err != nil {
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
	if q.managed() {
		count["context_management"] = nil
		if len(q.edits) > 0 {
			count["context_management"] = map[string]int{"original_input_tokens": q.original}
		}
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
	var a *answer
	heard := false
	defer func() { x.settle(q, a, heard) }()
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
	default:
		if a = x.draft(p, q); q.stream {
			heard = s.stream(a)
		} else {
			heard = s.whole(a)
		}
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
	q  *request
	p  *plan
	id string
	// model is the one that answers in the end, opening the one with which a stream begins.
	model, opening string
	blocks         []outBlock
	// left is how many tokens max_tokens still allows; spoken says that a model said something before it declined.
	left   int
	spoken bool

	// input and output are what the answer used, first what the first iteration did.
	input, first     inputUsage
	output, thinking int
	round            round
	rounds           []iteration

	searches, fetches int
	credit            json.RawMessage

	stopReason      string
	stopSequence    *string
	stopDetails     json.RawMessage
	container       json.RawMessage
	diagnostics     json.RawMessage
	edits           json.RawMessage
	transformations json.RawMessage
}

// draft turns the plan into blocks, and books what it costs.
func (x *exchange) draft(p *plan, q *request) *answer {
	s := x.sim
	a := &answer{
		q: q, p: p, id: p.MessageID, stopReason: p.StopReason, stopDetails: p.StopDetails, rounds: p.before,
		searches: p.searches, fetches: p.fetches, container: p.container, edits: q.appliedEdits(),
		transformations: q.transformationList(), credit: q.credit.usage(),
	}
	if a.id == "" {
		a.id = s.makeID("msg_01", x.no)
	}
	if p.StopSequence != "" {
		a.stopSequence = &p.StopSequence
	}
	a.diagnostics = x.diagnose(q, a.id)
	for i, d := range p.declined {
		a.decline(x, d, p.nextModel(i))
	}
	if p.served != nil {
		a.q = p.served
		a.transformations = a.q.transformationList()
	}
	a.begin(x, "message")
	if p.served != nil {
		a.round.kind = "fallback_message"
	}
	a.fill(s)
	if p.Model != "" {
		a.model, a.opening = p.Model, p.Model
	}
	if a.stopReason == "" {
		a.stopReason = "end_turn"
	}
	for name, to := range map[string]*json.RawMessage{"container": &a.container, "context_management": &a.edits} {
		if value, there := p.Fields[name]; there {
			*to, _ = json.Marshal(value)
		}
	}
	if !x.batched {
		a.breakMidway()
	}
	s.spend(a.output)
	return a
}

// begin begins the run of a model.
func (a *answer) begin(x *exchange, kind string) {
	a.model = a.q.model.ID
	a.output, a.thinking, a.input = 0, 0, inputUsage{}
	if !a.p.idle {
		list := a.q.segments(x.credential())
		x.sim.mu.Lock()
		a.input = x.sim.cache.use(a.q, list, x.sim.opt.CacheMinimum, x.sim.opt.Now())
		x.sim.mu.Unlock()
	}
	if !a.spoken {
		a.opening, a.first = a.model, a.input
	}
	a.round = round{kind: kind, input: a.input}
}

// breakMidway lets the answer fail in its middle if the plan says so.
func (a *answer) breakMidway() {
	if a.p.midway == "" {
		return
	}
	before, n, size := 0, 0, 0
	for _, b := range a.blocks {
		if size += len(b.whole); b.thinks {
			before += len(b.deltas)
		} else {
			n += len(b.deltas)
		}
	}
	middle := AfterDeltas(before + n/2)
	if !a.q.stream {
		middle = AfterBytes(size / 2)
	}
	switch a.p.midway {
	case "break":
		a.p.ErrorEventAfter = middle
	case "reset":
		a.p.ResetAfter = middle
	case "cut":
		a.p.TruncateAfter = middle
	case "hang":
		a.p.StallAfter = middle
	}
}
