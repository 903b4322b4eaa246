package simulator

import (
	"encoding/json"
	"fmt"
	"strings"
)

// What a batch may hold.
const (
	maxBatchRequests = 100_000
	maxCustomID      = 64
	// batchOutput is the max_tokens that the beta for long output allows in a batch.
	batchOutput = 300_000
)

// checkBatch checks what is refused at once: the shape of the batch, its ids, and the parameters that make no sense in
// one. All others are checked when the batch is processed and make errored results, as the API's guide has it.
func (x *exchange) checkBatch() ([]batchItem, error) {
	f, err := parseBody(x.rec.Body)
	if err != nil {
		return nil, err
	}
	c := &checker{x: x, lenient: x.sim.opt.Lenient}
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	if err := c.noExtra(f, "", "requests"); err != nil {
		return nil, err
	}
	if !f.has("requests") {
		return nil, bad("requests: Field required")
	}
	list, ok := array(f["requests"])
	switch {
	case !ok:
		return nil, bad("requests: Input should be a valid list")
	case len(list) == 0:
		return nil, bad("requests: List should have at least 1 item after validation, not 0")
	case len(list) > maxBatchRequests:
		return nil, bad("requests: List should have at most %d items after validation, not %d", maxBatchRequests, len(list))
	}
	items := make([]batchItem, len(list))
	seen := make(map[string]bool, len(list))
	for i, raw := range list {
		path := fmt.Sprintf("requests.%d", i)
		if items[i], err = c.batchItem(raw, path); err != nil {
			return nil, err
		}
		if id := items[i].customID; seen[id] {
			return nil, bad("%s.custom_id: custom_id must be unique, %q is not", path, id)
		}
		seen[items[i].customID] = true
	}
	return items, nil
}

func (c *checker) batchItem(raw json.RawMessage, path string) (batchItem, error) {
	f, ok := object(raw)
	if !ok {
		return batchItem{}, bad("%s: Input should be a valid dictionary", path)
	}
	if err := c.noExtra(f, path+".", "custom_id", "params"); err != nil {
		return batchItem{}, err
	}
	for _, name := range []string{"custom_id", "params"} {
		if !f.has(name) {
			return batchItem{}, bad("%s.%s: Field required", path, name)
		}
	}
	id, ok := f.str("custom_id")
	switch {
	case !ok:
		return batchItem{}, bad("%s.custom_id: Input should be a valid string", path)
	case id == "":
		return batchItem{}, bad("%s.custom_id: String should have at least 1 character", path)
	case len(id) > maxCustomID:
		return batchItem{}, bad("%s.custom_id: String should have at most %d characters", path, maxCustomID)
	case strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "":
		return batchItem{}, bad("%s.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'", path)
	}
	params, ok := object(f["params"])
	if !ok {
		return batchItem{}, bad("%s.params: Input should be a valid dictionary", path)
	}
	if c.lenient {
		delete(params, "stream") // there is nobody to stream to
		return batchItem{id, encode(params)}, nil
	}
	return batchItem{id, f["params"]}, batchParams(params, path+".params")
}

// batchParams refuses what a request cannot have in a batch.
func batchParams(f fields, path string) error {
	if string(f["stream"]) == "true" {
		return bad("%s.stream: Streaming is not supported in a batch", path)
	}
	if n, ok := f.integer("max_tokens"); ok && n == 0 {
		return bad("%s.max_tokens: 0 is not allowed in a batch", path)
	}
	if f.has("fallbacks") {
		return bad("%s.fallbacks: Fallbacks are not supported in a batch", path)
	}
	if speed, _ := f.str("speed"); speed == "fast" {
		return bad("%s.speed: Fast mode is not supported in a batch", path)
	}
	return nil
}

// maxOutput is the largest max_tokens of the request's model.
func (c *checker) maxOutput() int {
	if most := c.q.model.MaxOutput; !c.x.batched || most < 128_000 || !c.x.beta("output-300k-") {
		return most
	}
	return batchOutput
}
