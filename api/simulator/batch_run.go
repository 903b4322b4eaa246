package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// AdvanceBatches lets every batch that has not ended process that many more of its requests, whatever the clock says;
// negative means all of them. A batch whose last request was processed ends, and so does one that is being canceled,
// with what was not processed when that was asked for. It returns when the results are there.
func (s *Simulator) AdvanceBatches(requests int) {
	s.batches.mu.Lock()
	list := slices.Clone(s.batches.list)
	now := s.opt.Now()
	for _, b := range list {
		if !b.canceled.IsZero() {
			b.span = 0 // it may end now
			continue
		}
		if b.done = b.processed(now); requests < 0 || requests > b.size-b.done {
			b.done = b.size
		} else {
			b.done += requests
		}
	}
	s.batches.mu.Unlock()
	for _, b := range list {
		s.settle(b)
	}
}

// processed is how many requests are done at a time; the store must be locked.
func (b *batch) processed(now time.Time) int {
	if !b.canceled.IsZero() {
		return b.done
	}
	age := min(now.Sub(b.created), batchExpires)
	if age >= b.span {
		return b.size
	}
	return max(b.done, int(int64(b.size)*int64(max(age, 0))/int64(b.span)))
}

// over says when the batch ended, or false if it is still going on; the store must be locked.
func (b *batch) over(now time.Time) (time.Time, bool) {
	end := b.created.Add(min(b.span, batchExpires))
	if !b.canceled.IsZero() {
		// What is under way when a batch is canceled takes a moment.
		end = b.canceled.Add(b.span / 10)
	} else if b.done == b.size && now.Before(end) {
		return now, true
	}
	return end, !now.Before(end)
}

// settle ends the batch if it is over. Whoever notices first makes the results; others see it in progress until they
// are there.
func (s *Simulator) settle(b *batch) {
	s.batches.mu.Lock()
	end, over := b.over(s.opt.Now())
	if !over || b.running || !b.ended.IsZero() {
		s.batches.mu.Unlock()
		return
	}
	b.running = true
	done := b.processed(end)
	rest := "expired"
	if !b.canceled.IsZero() {
		rest = "canceled"
	}
	s.batches.mu.Unlock()

	// Scripts may call back, so this is done without the lock.
	results, counts := s.runBatch(b, done, rest)

	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	b.results, b.counts, b.ended, b.running, b.items = results, counts, end, false, nil
}

// runBatch makes the results in an order that is not that of the requests.
func (s *Simulator) runBatch(b *batch, done int, rest string) ([][]byte, batchCounts) {
	var counts batchCounts
	lines := make([][]byte, 0, len(b.items))
	for i, item := range b.items {
		result := json.RawMessage(`{"type":"` + rest + `"}`)
		if i < done {
			var ok bool
			if result, ok = s.runItem(b.from, item); ok {
				counts.Succeeded++
			} else {
				counts.Errored++
			}
		}
		lines = append(lines, append(encode(struct {
			CustomID string          `json:"custom_id"`
			Result   json.RawMessage `json:"result"`
		}{item.customID, result}), '\n'))
	}
	if left := len(b.items) - done; rest == "canceled" {
		counts.Canceled = left
	} else {
		counts.Expired = left
	}
	if n := len(lines); n > 1 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(b.id))
		first := &lines[0][0]
		rand.New(rand.NewPCG(h.Sum64(), s.opt.Seed)).Shuffle(n, func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if &lines[0][0] == first {
			lines[0], lines[n-1] = lines[n-1], lines[0]
		}
	}
	return lines, counts
}

// runItem answers one request of a batch as POST /v1/messages would; false means that the result is an error.
func (s *Simulator) runItem(from batchOrigin, item batchItem) (json.RawMessage, bool) {
	r := (&http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: pathMessages, RawQuery: from.query}, Header: from.header,
	}).WithContext(context.Background())
	w := &itemWriter{header: http.Header{}}
	x := &exchange{sim: s, w: w, r: r, version: from.version, betas: from.betas, batched: true}
	x.begin()
	x.rec = Recorded{
		Method: r.Method, Path: pathMessages, Query: from.query, Header: from.header, Body: item.params, Time: s.opt.Now(),
	}
	if err := x.messages(); err != nil {
		x.fail(err)
	}
	body, kind, field := w.body.Bytes(), "succeeded", "message"
	if w.status != http.StatusOK {
		kind, field = "errored", "error"
	}
	var line bytes.Buffer
	if json.Compact(&line, body) != nil || line.Bytes()[0] != '{' {
		kind, field = "errored", "error"
		line.Reset()
		line.Write(envelope("api_error", "Internal server error", x.id, nil))
	}
	result := append([]byte(`{"type":"`+kind+`","`+field+`":`), line.Bytes()...)
	return append(result, '}'), kind == "succeeded"
}

// batch takes away what can only happen to an answer that somebody waits for.
func (p *plan) batch() {
	usage := p.Usage
	p.HeaderDelay, p.FirstDelay, p.Delay, p.Gate = 0, 0, 0, nil
	p.TruncateAfter, p.ResetAfter, p.StallAfter, p.ErrorEventAfter, p.SplitBytes = nil, nil, nil, nil, 0
	p.Usage = map[string]any{"service_tier": "batch"}
	maps.Copy(p.Usage, usage)
}

// itemWriter keeps the answer to a request of a batch.
type itemWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header, WriteHeader and Write make it an [http.ResponseWriter].
func (w *itemWriter) Header() http.Header { return w.header }

// WriteHeader keeps the status.
func (w *itemWriter) WriteHeader(status int) { w.status = status }

// Write keeps the body.
func (w *itemWriter) Write(p []byte) (int, error) { return w.body.Write(p) }
