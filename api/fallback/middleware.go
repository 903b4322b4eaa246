package fallback

import (
	"context"
	"fmt"
	"net/http"

	"parlor/api"
)

// Middleware returns what to put into api.Client.Middleware, or around any
// transport that carries requests in the form of the API: outside of an adapter
// to a cloud platform; nil means http.DefaultTransport. Middleware after it sees
// every model being asked. A chain without entries does nothing.
//
// Each entry says what of the body is different for its model: fields that are
// set replace those of the request, those named by Unset go, OutputConfig is
// merged member by member. Thinking of type "between_tools", which other models
// may not know, becomes "disabled" unless the entry speaks of thinking. A fast
// request that gets 429 or 529 is sent once more without "speed" unless the
// entry speaks of speed.
//
// What is wrong with the chain or a State fails the requests it concerns, as an
// *api.FieldError, before anything is sent.
func Middleware(chain ...api.Fallback) func(http.RoundTripper) http.RoundTripper {
	steps := make([]*step, len(chain))
	var wrong error
	for i, entry := range chain {
		var err error
		if steps[i], err = newStep(i, entry); err != nil && wrong == nil {
			wrong = err
		}
	}
	return func(next http.RoundTripper) http.RoundTripper {
		if next == nil {
			next = http.DefaultTransport
		}
		if len(chain) == 0 {
			return next
		}
		return &transport{next: next, chain: steps, wrong: wrong}
	}
}

// transport is the middleware around the next one.
type transport struct {
	next  http.RoundTripper
	chain []*step
	wrong error // with the chain
}

// RoundTrip sends r and, where the answer is a refusal, what comes after it.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !concerns(r) {
		return t.next.RoundTrip(r)
	}
	body, understood, err := read(r)
	if err != nil {
		return nil, err
	}
	if !understood {
		return t.next.RoundTrip(withBody(r, body))
	}
	if t.wrong != nil {
		return nil, t.wrong
	}
	state := stateOf(r.Context())
	start := -1
	if state != nil {
		start = state.Index()
	}
	if start >= len(t.chain) {
		return nil, &api.FieldError{Field: "fallbacks", Err: fmt.Errorf(
			"the State is at entry %d of a chain of %d", start, len(t.chain))}
	}
	c := &conversation{transport: t, request: r, body: trimmed(body), state: state}
	if string(find(body, "stream")) == "true" {
		return c.stream(start)
	}
	return c.whole(start)
}

// conversation is one request on its way down the chain.
type conversation struct {
	*transport
	request *http.Request
	body    []byte // as the caller wrote it, but for what no model takes back
	state   *State // nil if there is none
}

// attempt is one run of one model.
type attempt struct {
	index int   // in the chain, -1 for the model of the request
	step  *step // nil for the model of the request
	slow  bool  // what goes to it goes without "speed" from now on
}

func (c *conversation) attempt(index int) *attempt {
	if index < 0 {
		return &attempt{index: index}
	}
	return &attempt{index: index, step: c.chain[index]}
}

// model returns the name that the attempt asks for.
func (c *conversation) model(a *attempt) string {
	if a.step == nil {
		return text(c.body, "model")
	}
	return a.step.model
}

// send asks the model of a. A fast request that the model has no room for is
// sent once more without "speed", unless its entry speaks of speed.
func (c *conversation) send(ctx context.Context, a *attempt, token string, partial [][]byte) (*http.Response, error) {
	if a.step == nil {
		return c.post(ctx, c.body)
	}
	body := a.step.body(c.body, token, partial)
	if !a.slow {
		resp, err := c.post(ctx, body)
		if err != nil || a.step.speed || text(body, "speed") != "fast" ||
			resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != statusOverloaded {
			return resp, err
		}
		resp.Body.Close()
		a.slow = true
	}
	return c.post(ctx, edited(body, edit{"speed", nil}))
}

// statusOverloaded is the API's own.
const statusOverloaded = 529

func (c *conversation) post(ctx context.Context, body []byte) (*http.Response, error) {
	r := withBody(c.request.WithContext(ctx), body)
	withBeta(r.Header)
	return c.next.RoundTrip(r)
}

// seam is the boundary between a model that declined and the one after it.
type seam struct {
	from, to string
	category []byte // of the refusal; nil if it had none
}

// block is the content block that marks the seam.
func (s seam) block() []byte {
	category := s.category
	if category == nil {
		category = []byte("null")
	}
	named := func(model string) []byte { return edited([]byte("{}"), edit{"model", quote(model)}) }
	return edited([]byte(`{"type":"fallback"}`),
		edit{"from", named(s.from)},
		edit{"to", named(s.to)},
		edit{"trigger", edited([]byte(`{"type":"refusal"}`), edit{"category", category})})
}

// refusal is what stop_details say about one.
type refusal struct {
	token    string // of the credit, "" if there is none
	category []byte // a JSON string, nil if it has none
	claim    bool   // the next request may go on from the partial answer
}

// refusalOf reads an object with a stop reason. False means it is none.
func refusalOf(o []byte) (refusal, bool) {
	if text(o, "stop_reason") != api.StopRefusal {
		return refusal{}, false
	}
	details := find(o, "stop_details")
	r := refusal{token: text(details, "fallback_credit_token")}
	if category := find(details, "category"); kind(category) == '"' {
		r.category = category
	}
	r.claim = r.token != "" && string(find(details, "fallback_has_prefill_claim")) == "true"
	return r, true
}
