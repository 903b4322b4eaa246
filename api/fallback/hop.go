package fallback

import (
	"io"
	"net/http"
	"slices"
	"strconv"

	"parlor/api"
)

// block passes an event of a content block on, with the index it has in the
// whole. An index that makes no sense stays.
func (s *splice) block(f *frame, eventType string) {
	h := s.hop
	at, place, ok := f.index()
	if !ok {
		s.out = append(s.out, f.raw...)
		return
	}
	at += h.base
	s.blocks = max(s.blocks, at+1)
	switch eventType {
	case api.EventContentBlockStart:
		h.open = append(h.open, at)
	case api.EventContentBlockStop:
		h.open = slices.DeleteFunc(h.open, func(open int) bool { return open == at })
	}
	if h.base == 0 {
		s.out = append(s.out, f.raw...)
		return
	}
	data := strconv.AppendInt(slices.Clip(f.data[:place.start]), int64(at), 10)
	s.out = append(s.out, f.with(append(data, f.data[place.end:]...))...)
}

// messageDelta passes a message_delta on, unless it is a refusal that another
// model can be asked about.
func (s *splice) messageDelta(f *frame) {
	h := s.hop
	delta := find(f.data, "delta")
	stopped := kind(find(delta, "stop_reason")) == '"'
	refused, declined := refusalOf(delta)
	more := !h.ended && h.index+1 < len(s.chain)
	h.ended = h.ended || stopped
	switch {
	case declined && more && (refused.token != "" || !h.content):
		s.refused = refused
		s.decline(f)
	case !h.again:
		s.openMessage()
		s.out = append(s.out, f.raw...)
	case declined:
		s.refuse(f, "")
	default:
		if stopped {
			s.state.pin(h.index)
		}
		s.openMessage()
		data := f.data
		if stopped || !isNull(find(data, "usage", "iterations")) {
			data = s.closing(data)
		}
		s.out = append(s.out, f.with(data)...)
	}
}

// decline leaves the hop that ends with the refusal f, for the next one.
func (s *splice) decline(f *frame) {
	s.own = 0
	if s.refused.claim {
		own := continuation(s.hop.record.blocks())
		s.partial = append(slices.Clip(s.partial), own...)
		s.own = len(own)
	}
	s.body.Close() // only this goroutine replaces it
	limited, done := s.askOn()
	if done {
		return
	}
	s.refuse(f, limited)
	s.out = append(s.out, event(api.EventMessageStop, []byte(`{"type":"message_stop"}`))...)
	s.end(io.EOF)
}

// askOn asks one entry after the other until a stream begins. An entry that
// cannot be asked is passed over, and costs neither the token nor the partial
// answer. When the last one turns the request down as invalid, these may be the
// reason: it is asked again without the partial answer of the last hop, and
// then with the bare body. Done is false if there is nobody left to ask; limited
// is the model that was out of reach for its rate limit, if there was one.
func (s *splice) askOn() (limited string, done bool) {
	a, status := s.hop.attempt, 0
	ask := func(token string, partial [][]byte) bool {
		status, done = s.ask(a, token, partial)
		if status == http.StatusTooManyRequests {
			limited = a.step.model
		}
		return done
	}
	for a.index+1 < len(s.chain) {
		a = s.attempt(a.index + 1)
		if ask(s.refused.token, s.partial) {
			return "", true
		}
	}
	before := s.partial[:len(s.partial)-s.own]
	if status == http.StatusBadRequest && s.own > 0 && ask(s.refused.token, before) {
		return "", true
	}
	if status == http.StatusBadRequest && (s.refused.token != "" || len(before) > 0) && ask("", nil) {
		return "", true
	}
	return limited, false
}

// ask sends one request. Done says that its stream goes on, or that there is
// nobody any more to read it; else status is what came in its place, 0 for no
// answer.
func (s *splice) ask(a *attempt, token string, partial [][]byte) (status int, done bool) {
	resp, err := s.send(s.ctx, a, token, partial)
	if err != nil {
		if s.ctx.Err() == nil {
			return 0, false
		}
		s.end(s.ctx.Err())
		return 0, true
	}
	source, ok := eventStream(resp)
	if !ok {
		resp.Body.Close()
		return resp.StatusCode, false
	}
	if !s.switchTo(resp.Body) {
		s.end(errClosed)
		return 0, true
	}
	last := s.hop
	s.runs = append(s.runs, last.usage.runs(s.model(last.attempt), false)...)
	block := seam{s.model(last.attempt), a.step.model, s.refused.category}.block()
	if s.opened {
		s.closeBlocks()
		s.seam(block)
	} else {
		s.pending = append(s.pending, block)
	}
	s.hop = newHop(a, source)
	s.hop.again, s.hop.base = true, s.blocks
	return 0, true
}

// closeBlocks ends the blocks that the hop has left open.
func (s *splice) closeBlocks() {
	for _, at := range s.hop.open {
		s.out = append(s.out, event(api.EventContentBlockStop, edited([]byte(`{"type":"content_block_stop"}`),
			edit{"index", strconv.AppendInt(nil, int64(at), 10)}))...)
	}
	s.hop.open = nil
}

// seam puts a fallback block into the message.
func (s *splice) seam(block []byte) {
	at := edit{"index", strconv.AppendInt(nil, int64(s.blocks), 10)}
	s.blocks++
	s.out = append(s.out, event(api.EventContentBlockStart,
		edited([]byte(`{"type":"content_block_start"}`), at, edit{"content_block", block}))...)
	s.out = append(s.out, event(api.EventContentBlockStop, edited([]byte(`{"type":"content_block_stop"}`), at))...)
}

// closing returns the data of a message_delta of a later hop, with what only
// the whole stream knows: the runs of all hops, and the transformations that
// went with a message_start that was left out.
func (s *splice) closing(data []byte) []byte {
	h := s.hop
	runs := append(slices.Clip(s.runs), h.usage.runs(s.model(h.attempt), true)...)
	usage := find(data, "usage")
	if !isObject(usage) {
		usage = []byte("{}")
	}
	edits := []edit{{"usage", edited(usage, edit{"iterations", array(runs)})}}
	if h.transforms != nil && find(data, "input_transformations") == nil {
		edits = append(edits, edit{"input_transformations", h.transforms})
	}
	return edited(data, edits...)
}

// refuse lets the refusal f end the message, as nobody else can be asked.
// Limited is the model that only its rate limit kept from answering, or "". A
// recommendation of the server counts more.
func (s *splice) refuse(f *frame, limited string) {
	s.openMessage()
	s.closeBlocks()
	data := f.data
	if s.hop.again {
		data = s.closing(data)
	}
	delta := find(data, "delta")
	details := find(delta, "stop_details")
	recommended := []byte("null")
	if limited != "" {
		recommended = quote(limited)
		if !isObject(details) {
			details = []byte(`{"type":"refusal"}`)
		}
	}
	if isObject(details) && isNull(find(details, "recommended_model")) {
		details = edited(details, edit{"recommended_model", recommended})
		data = edited(data, edit{"delta", edited(delta, edit{"stop_details", details})})
	}
	s.out = append(s.out, f.with(data)...)
}
