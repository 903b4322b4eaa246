package simulator

import "slices"

// cacheControls checks number and order of the breakpoints of the whole request.
func (c *checker) cacheControls() error {
	q := c.q
	var err error
	if q.automatic, err = c.cacheControl(q.fields, ""); err != nil {
		return err
	}
	var found []*cacheControl
	for _, t := range q.tools {
		found = append(found, t.cache)
	}
	lastBlock := &cacheControl{}
	for _, b := range q.promptBlocks() {
		if b.cache != nil && b.kind == "text" && b.text == "" {
			return bad("%s: cache_control cannot be set for empty text blocks", b.path)
		}
		found = append(found, b.cache)
		lastBlock = b.cache
	}
	if q.automatic != nil && lastBlock == nil {
		found = append(found, q.automatic)
	}
	found = slices.DeleteFunc(found, func(cc *cacheControl) bool { return cc == nil })
	if c.lenient {
		return nil
	}
	if len(found) > 4 {
		return bad("A maximum of 4 blocks with cache_control may be provided. Found %d.", len(found))
	}
	for i := 1; i < len(found); i++ {
		if found[i].ttl == "1h" && found[i-1].ttl == "5m" {
			return bad("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.")
		}
	}
	return nil
}

// promptBlocks are the blocks of the prompt in the order of the cache, tools left out.
func (q *request) promptBlocks() []block {
	blocks := slices.Clone(q.system)
	for _, m := range q.messages {
		blocks = append(blocks, m.blocks...)
	}
	return blocks
}
