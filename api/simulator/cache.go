package simulator

import (
	"crypto/sha256"
	"time"
)

// The cache looks back this many blocks from a breakpoint for a prefix it has, and keeps at most that many prefixes.
const (
	cacheLookBack = 20
	cacheEntries  = 10_000
)

// promptCache remembers which prompt prefixes were cached, and until when.
type promptCache struct {
	entries map[prefixHash]cached
}

type prefixHash [sha256.Size]byte

type cached struct {
	ttl     time.Duration
	expires time.Time
}

// segment is one cacheable step of a prompt: a tool, a system block, or a block of a message.
type segment struct {
	hash prefixHash
	// weight is that of the prompt up to here.
	weight int
	// mark is the breakpoint here, nil if there is none.
	mark *cacheControl
}

// inputUsage is how the prompt was paid for, in tokens.
type inputUsage struct {
	Input, Read, Write5m, Write1h int
}

// segments cuts the prompt into segments whose hashes build on each other. Whatever changes the hash of a prefix
// changes all that follow, as in the real cache: tools, then system, then messages.
func (q *request) segments(credential string) []segment {
	if q.prompt != nil {
		return q.prompt
	}
	var list []segment
	hash := prefixHash(sha256.Sum256([]byte(credential + "\x00" + q.model.ID)))
	total := 12 // what wraps every prompt
	add := func(tag string, raw []byte, weight int, mark *cacheControl) {
		h := sha256.New()
		h.Write(hash[:])
		h.Write([]byte(tag))
		h.Write(raw)
		h.Sum(hash[:0])
		total += weight
		list = append(list, segment{hash, total, mark})
	}
	for _, t := range q.tools {
		if !t.deferred || q.loaded(t.name) {
			add("tool", block{fields: t.fields}.raw(), weight(string(t.raw)), t.cache)
		}
	}
	for _, b := range q.system {
		add("system", b.raw(), b.weight(), b.cache)
	}
	settings := q.thinking.kind + "/" + q.toolChoice.kind + "/"
	for _, m := range q.messages {
		for i, b := range m.blocks {
			w := b.weight()
			if i == 0 {
				w += 16 // a message costs about four tokens by itself
			}
			add(settings+m.role, b.raw(), w, b.cache)
		}
	}
	q.markLast(list)
	q.prompt = list
	return list
}

// markLast puts the automatic breakpoint on the last block that can be cached.
func (q *request) markLast(list []segment) {
	if q.automatic == nil {
		return
	}
	blocks := q.promptBlocks()
	for i := len(blocks) - 1; i >= 0; i-- {
		if kind := blocks[i].kind; kind != "thinking" && kind != "redacted_thinking" {
			if at := len(list) - len(blocks) + i; list[at].mark == nil {
				list[at].mark = q.automatic
			}
			return
		}
	}
}

// weight is what the block costs. Images and binary documents cost the same whatever is in them.
func (b block) weight() int {
	switch b.kind {
	case "text":
		return weight(b.text)
	case "thinking":
		text, _ := b.fields.str("thinking")
		return weight(text)
	case "redacted_thinking", "fallback":
		return 0
	case "image":
		return 4 * 1500
	case "document":
		if source, _ := object(b.fields["source"]); string(source["type"]) == `"base64"` {
			return 4 * 3000
		}
	}
	return weight(string(b.raw()))
}

// inputTokens is the size of the prompt.
func (q *request) inputTokens(list []segment) int {
	if len(list) == 0 {
		return q.model.tokens(12)
	}
	return q.model.tokens(list[len(list)-1].weight)
}

// use works out what the cache does for the prompt, and changes it accordingly.
func (p *promptCache) use(q *request, list []segment, minimum int, now time.Time) inputUsage {
	if p.entries == nil {
		p.entries = map[prefixHash]cached{}
	}
	if minimum == 0 {
		minimum = q.model.CacheMinimum
	}
	var u inputUsage
	for at, s := range list {
		if s.mark != nil && q.model.tokens(s.weight) >= minimum {
			u.Read = max(u.Read, p.hit(q, list, at, now))
		}
	}
	level := u.Read
	for _, s := range list {
		size := q.model.tokens(s.weight)
		if s.mark == nil || size < minimum {
			continue
		}
		ttl := 5 * time.Minute
		if s.mark.ttl == "1h" {
			ttl = time.Hour
		}
		if size > level {
			if s.mark.ttl == "1h" {
				u.Write1h += size - level
			} else {
				u.Write5m += size - level
			}
			level = size
		}
		p.put(s.hash, cached{ttl, now.Add(ttl)}, now)
	}
	u.Input = q.inputTokens(list) - level
	return u
}

// hit looks back from a breakpoint for the longest prefix that is cached, refreshes it, and returns its tokens.
func (p *promptCache) hit(q *request, list []segment, at int, now time.Time) int {
	for i := at; i >= 0 && i > at-cacheLookBack; i-- {
		if e, ok := p.entries[list[i].hash]; ok && now.Before(e.expires) {
			e.expires = now.Add(e.ttl)
			p.entries[list[i].hash] = e
			return q.model.tokens(list[i].weight)
		}
	}
	return 0
}

func (p *promptCache) put(hash prefixHash, e cached, now time.Time) {
	if len(p.entries) >= cacheEntries {
		for h, old := range p.entries {
			if !now.Before(old.expires) {
				delete(p.entries, h)
			}
		}
		if len(p.entries) >= cacheEntries {
			clear(p.entries)
		}
	}
	p.entries[hash] = e
}
