package simulator

// batchResults answers GET /v1/messages/batches/{id}/results with JSON lines.
func (x *exchange) batchResults(id string) (act, error) {
	b, err := x.findBatch(id)
	if err != nil {
		return nil, err
	}
	s := x.sim
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	if b.ended.IsZero() {
		return nil, notFound("Message batch %s has no available results: its processing has not ended", id)
	}
	if b.archived(s.opt.Now()) {
		return nil, notFound("Message batch %s has no available results: they were archived", id)
	}
	return reading(natural{contentType: "application/x-jsonl", frames: b.results}), nil
}
