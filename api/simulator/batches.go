package simulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// defaultBatchTime is how long a batch is in progress.
	defaultBatchTime = 3 * time.Second
	// batchExpires and batchArchives are the ages at which what is not processed expires, and at which the results are
	// no longer available.
	batchExpires  = 24 * time.Hour
	batchArchives = 29 * 24 * time.Hour
)

// batches are the message batches, oldest first.
type batches struct {
	mu   sync.Mutex
	list []*batch
}

// batch is one message batch. Its requests are processed in their order, evenly over its time, but all results come
// into being when it ends.
type batch struct {
	id    string
	from  batchOrigin
	items []batchItem
	// size is how many requests it has; items are gone when it has ended.
	size int

	created time.Time
	// span is how long it is in progress if it neither is canceled nor expires.
	span time.Duration
	// done is how many requests are processed at least; the clock may say more.
	done int
	// canceled is when that was asked for, ended when the last request had its result; zero means never.
	canceled, ended time.Time
	// running means that the results are being made.
	running bool
	counts  batchCounts
	results [][]byte
}

// batchOrigin is what the requests of a batch have from the one that brought them.
type batchOrigin struct {
	header  http.Header
	query   string
	version string
	betas   []string
}

// batchItem is one request of a batch.
type batchItem struct {
	customID string
	params   json.RawMessage
}

type batchCounts struct {
	Processing int `json:"processing"`
	Succeeded  int `json:"succeeded"`
	Errored    int `json:"errored"`
	Canceled   int `json:"canceled"`
	Expired    int `json:"expired"`
}

// batchObject is a batch as the API shows it.
type batchObject struct {
	ID                string      `json:"id"`
	Type              string      `json:"type"`
	ProcessingStatus  string      `json:"processing_status"`
	RequestCounts     batchCounts `json:"request_counts"`
	EndedAt           *string     `json:"ended_at"`
	CreatedAt         string      `json:"created_at"`
	ExpiresAt         string      `json:"expires_at"`
	ArchivedAt        *string     `json:"archived_at"`
	CancelInitiatedAt *string     `json:"cancel_initiated_at"`
	ResultsURL        *string     `json:"results_url"`
}

// deleted is the answer to a DELETE.
type deleted struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// timestamp is t as the API writes it, nil for none.
func timestamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format("2006-01-02T15:04:05.000000Z")
	return &s
}

// object shows the batch; the store must be locked.
func (b *batch) object(x *exchange) batchObject {
	o := batchObject{
		ID: b.id, Type: "message_batch", ProcessingStatus: "in_progress",
		RequestCounts: batchCounts{Processing: b.size},
		EndedAt:       timestamp(b.ended), CreatedAt: *timestamp(b.created), ExpiresAt: *timestamp(b.created.Add(batchExpires)),
		CancelInitiatedAt: timestamp(b.canceled),
	}
	switch {
	case !b.ended.IsZero():
		o.ProcessingStatus, o.RequestCounts = "ended", b.counts
		if b.archived(x.sim.opt.Now()) {
			o.ArchivedAt = timestamp(b.created.Add(batchArchives))
			break
		}
		url := x.origin() + pathBatches + "/" + b.id + "/results"
		o.ResultsURL = &url
	case !b.canceled.IsZero():
		o.ProcessingStatus = "canceling"
	}
	return o
}

func (b *batch) archived(now time.Time) bool { return !now.Before(b.created.Add(batchArchives)) }

// origin is the beginning of a URL by which the client reaches the simulator.
func (x *exchange) origin() string {
	if x.r.TLS != nil {
		return "https://" + x.r.Host
	}
	return "http://" + x.r.Host
}

// createBatch answers POST /v1/messages/batches.
func (x *exchange) createBatch() (act, error) {
	items, err := x.checkBatch()
	if err != nil {
		return nil, err
	}
	return func() (natural, error) {
		s := x.sim
		b := &batch{
			id: s.makeID("msgbatch_01", x.no), items: items, size: len(items), created: s.opt.Now(), span: s.opt.BatchTime,
			from: batchOrigin{x.rec.Header, x.rec.Query, x.version, x.betas},
		}
		if b.span == 0 {
			b.span = defaultBatchTime
		}
		b.span = max(b.span, 0)
		s.batches.mu.Lock()
		defer s.batches.mu.Unlock()
		s.batches.list = append(s.batches.list, b)
		return object200(b.object(x)), nil
	}, nil
}

// findBatch finds a batch and brings it up to now.
func (x *exchange) findBatch(id string) (*batch, error) {
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	s := x.sim
	s.batches.mu.Lock()
	i := slices.IndexFunc(s.batches.list, func(b *batch) bool { return b.id == id })
	var b *batch
	if i >= 0 {
		b = s.batches.list[i]
	}
	s.batches.mu.Unlock()
	if b == nil {
		return nil, notFound("Message batch %s not found", id)
	}
	s.settle(b)
	return b, nil
}

// showBatch is the batch as an answer.
func (x *exchange) showBatch(b *batch) natural {
	x.sim.batches.mu.Lock()
	defer x.sim.batches.mu.Unlock()
	return object200(b.object(x))
}

// getBatch answers GET /v1/messages/batches/{id}.
func (x *exchange) getBatch(id string) (act, error) {
	b, err := x.findBatch(id)
	if err != nil {
		return nil, err
	}
	return reading(x.showBatch(b)), nil
}

// listBatches answers GET /v1/messages/batches, newest first.
func (x *exchange) listBatches() (act, error) {
	query, err := x.checkQuery("limit", "before_id", "after_id")
	if err != nil {
		return nil, err
	}
	s := x.sim
	s.batches.mu.Lock()
	list := slices.Clone(s.batches.list)
	s.batches.mu.Unlock()
	slices.Reverse(list)
	ids := make([]string, len(list))
	for i, b := range list {
		s.settle(b)
		ids[i] = b.id
	}
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	n, err := pageByID(query, "message batch", ids, func(i int) any { return list[i].object(x) })
	if err != nil {
		return nil, err
	}
	return reading(n), nil
}

// cancelBatch answers POST /v1/messages/batches/{id}/cancel.
func (x *exchange) cancelBatch(id string) (act, error) {
	if err := x.noBody(); err != nil {
		return nil, err
	}
	b, err := x.findBatch(id)
	if err != nil {
		return nil, err
	}
	cancel := func(really bool) error {
		s := x.sim
		s.batches.mu.Lock()
		defer s.batches.mu.Unlock()
		if !b.ended.IsZero() {
			return bad("Message batch %s cannot be canceled because it has ended", id)
		}
		if really && b.canceled.IsZero() {
			now := s.opt.Now()
			b.done, b.canceled = b.processed(now), now
		}
		return nil
	}
	if err := cancel(false); err != nil {
		return nil, err
	}
	return func() (natural, error) {
		if err := cancel(true); err != nil {
			return natural{}, err
		}
		return x.showBatch(b), nil
	}, nil
}

// deleteBatch answers DELETE /v1/messages/batches/{id}.
func (x *exchange) deleteBatch(id string) (act, error) {
	b, err := x.findBatch(id)
	if err != nil {
		return nil, err
	}
	s := x.sim
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	if b.ended.IsZero() {
		return nil, bad("Message batch %s cannot be deleted while it is being processed. Cancel it first.", id)
	}
	return func() (natural, error) {
		s.batches.mu.Lock()
		defer s.batches.mu.Unlock()
		i := slices.Index(s.batches.list, b)
		if i < 0 {
			return natural{}, notFound("Message batch %s not found", id)
		}
		s.batches.list = slices.Delete(s.batches.list, i, i+1)
		return object200(deleted{id, "message_batch_deleted"}), nil
	}, nil
}

// noBody refuses a body where there is nothing to say; an empty object is nothing.
func (x *exchange) noBody() error {
	if len(x.rec.Body) == 0 || x.sim.opt.Lenient {
		return nil
	}
	f, err := parseBody(x.rec.Body)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		return bad("%s: Extra inputs are not permitted", name)
	}
	return nil
}
