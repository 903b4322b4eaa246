package fallback

import (
	"bytes"
	"encoding/json"

	"parlor/api"
)

// maxPartial bounds what is kept of an answer in case it is gone on from. The
// API takes requests of 32 MB.
const maxPartial = 32 << 20

// record keeps the block events of an answer, to be looked into only if the
// answer turns out to be a refusal that can be gone on from.
type record struct {
	data []byte
	ends []int
	over bool // it was too much to keep
}

func (r *record) add(data []byte) {
	if r.over || len(r.data)+len(data) > maxPartial {
		*r = record{over: true}
		return
	}
	r.data = append(r.data, data...)
	r.ends = append(r.ends, len(r.data))
}

// blocks puts the events together to the content blocks as far as they came.
func (r *record) blocks() [][]byte {
	var list []*partial
	latest := map[int]*partial{}
	start := 0
	for _, end := range r.ends {
		data := r.data[start:end]
		start = end
		if !json.Valid(data) { // deltas are passed on without a look
			continue
		}
		at, ok := index(find(data, "index"))
		if !ok {
			continue
		}
		switch text(data, "type") {
		case api.EventContentBlockStart:
			latest[at] = newPartial(find(data, "content_block"))
			list = append(list, latest[at])
		case api.EventContentBlockDelta:
			if p := latest[at]; p != nil {
				p.add(find(data, "delta"))
			}
		}
	}
	var blocks [][]byte
	for _, p := range list {
		if isObject(p.start) {
			blocks = append(blocks, p.block())
		}
	}
	return blocks
}

// partial is a content block that is being put together.
type partial struct {
	start []byte // as content_block_start had it
	// strings are the insides of the JSON strings that grow, by member. They are
	// joined as they came: the two halves of a character may come in two deltas.
	strings   map[string][]byte
	citations [][]byte
	set       []edit // what deltas replaced as a whole
}

func newPartial(start []byte) *partial {
	p := &partial{start: start, strings: map[string][]byte{}}
	for _, member := range []string{"text", "thinking", "signature"} {
		if value := find(start, member); kind(value) == '"' {
			p.strings[member] = bytes.Clone(inside(value))
		}
	}
	return p
}

func (p *partial) add(delta []byte) {
	member := ""
	switch text(delta, "type") {
	case api.DeltaText:
		member = "text"
	case api.DeltaThinking:
		member = "thinking"
	case api.DeltaSignature:
		member = "signature"
	case api.DeltaInputJSON:
		member = "partial_json"
	case api.DeltaCitations:
		if citation := find(delta, "citation"); isObject(citation) {
			p.citations = append(p.citations, citation)
		}
	case api.DeltaCompaction:
		for _, m := range members(delta) {
			if m.key != "type" {
				p.set = append(p.set, edit{m.key, delta[m.value.start:m.value.end]})
			}
		}
	}
	if value := find(delta, member); member != "" && kind(value) == '"' {
		p.strings[member] = append(p.strings[member], inside(value)...)
	}
}

// block returns the block with everything that came for it.
func (p *partial) block() []byte {
	var edits []edit
	for _, member := range []string{"text", "thinking", "signature"} {
		if value, ok := p.strings[member]; ok {
			edits = append(edits, edit{member, append(append([]byte{'"'}, value...), '"')})
		}
	}
	if len(p.citations) > 0 {
		citations := find(p.start, "citations")
		if !isArray(citations) {
			citations = []byte("[]")
		}
		edits = append(edits, edit{"citations", appended(citations, p.citations...)})
	}
	input := unquote(append(append([]byte{'"'}, p.strings["partial_json"]...), '"'))
	if isObject([]byte(input)) && json.Valid([]byte(input)) {
		edits = append(edits, edit{"input", []byte(input)})
	}
	return edited(p.start, append(edits, p.set...)...)
}
