package api

import (
	"encoding/json"
	"strings"
)

// Accumulator adds the events of a stream up to the message they make. The
// zero value is ready. Its methods can be called at any time, also when the
// stream broke. It must not be copied after first use.
type Accumulator struct {
	requestID  string
	start      []member // of the message object at its start
	model      string
	usage      Usage
	totals     memberSet // of the usage, once a message_delta has some
	stopReason string
	changes    memberSet // what message_delta events set
	blocks     []*partial
	latest     map[int]*partial // by index
	size       int              // bytes of what is kept, roughly
}

// overhead is what keeping anything takes besides its bytes, roughly.
const overhead = 128

// PartialBlock is a content block as far as it came. Its strings share memory
// with the Accumulator and do not change.
type PartialBlock struct {
	Type        string
	Text        string // of a text or thinking block
	Signature   string // of a thinking block
	PartialJSON string // the input of a tool call as far as it came
	Start       Block  // as content_block_start had it
	Done        bool   // content_block_stop came
}

// partial is one block being accumulated.
type partial struct {
	start     Block
	textKey   string // the member that text goes to, "" until known
	text      strings.Builder
	signature strings.Builder
	input     strings.Builder
	citations []json.RawMessage
	changes   memberSet // set as they came
	done      bool
	encoded   Block // cached once done
}

// Add takes the next event. Odd streams are taken as they are: a delta before
// its start, or of another type than its block, begins a block of the fitting
// type; a second start with the same index begins another block; unknown deltas
// and blocks that are no object are left out.
func (a *Accumulator) Add(e Event) {
	switch e.Type {
	case EventContentBlockDelta:
		a.delta(e)
	case EventMessageStart:
		a.startMessage(e)
	case EventContentBlockStart:
		if isObject(e.Block.Raw) {
			a.begin(e.Index, e.Block)
		}
	case EventContentBlockStop:
		if p := a.find(e.Index); p != nil {
			a.size += p.add(e.Delta)
			p.done = true
		}
	case EventMessageDelta:
		a.messageDelta(e)
	}
}

func (a *Accumulator) startMessage(e Event) {
	requestID := a.requestID
	*a = Accumulator{requestID: requestID}
	if e.Message == nil {
		return
	}
	a.start = members(e.Message.Raw)
	a.size = len(e.Message.Raw)
	a.model = e.Message.Model
	a.usage = e.Message.Usage
	for i, b := range e.Message.Content {
		a.begin(i, b).done = true
	}
}

// begin adds a block, in place of one that message_start brought.
func (a *Accumulator) begin(index int, b Block) *partial {
	o := parseObject(b.Raw)
	if b.Type == "" && o.optStr("text") != nil {
		b = typed(b, BlockText)
	}
	p := &partial{start: b}
	a.size += overhead + len(b.Raw)
	switch b.Type {
	case BlockText:
		p.textKey = "text"
	case BlockThinking:
		p.textKey = "thinking"
		p.signature.WriteString(o.str("signature"))
	case BlockFallback:
		if to := o.obj("to").str("model"); to != "" {
			a.model = to
			a.changes.set("model", appendString(nil, to))
		}
	}
	if p.textKey != "" {
		p.text.WriteString(o.scalar(p.textKey))
		p.citations = o.list("citations")
	}
	a.blocks = append(a.blocks, p)
	if a.latest == nil {
		a.latest = map[int]*partial{}
	}
	a.latest[index] = p
	return p
}

// find returns the latest block with this index, nil if there is none.
func (a *Accumulator) find(index int) *partial {
	if index < 0 && len(a.blocks) > 0 {
		return a.blocks[len(a.blocks)-1]
	}
	return a.latest[index]
}

func (a *Accumulator) delta(e Event) {
	p := a.find(e.Index)
	if p == nil || p.start.Type == "" || !p.takes(e.Delta.Type) {
		b, ok := blockFor(e.Delta.Type)
		switch {
		case ok && p != nil && p.start.Type == "":
			p.start = typed(p.start, b.Type)
		case ok:
			p = a.begin(e.Index, b)
		case p == nil:
			return
		}
	}
	a.size += p.add(e.Delta)
}

// takes reports whether text of this delta type has a place in the block.
func (p *partial) takes(deltaType string) bool {
	key := deltaMember(deltaType)
	return deltaType != DeltaText && deltaType != DeltaThinking || p.textKey == "" || p.textKey == key
}

// typed gives a type to a block whose server did not.
func typed(b Block, blockType string) Block {
	return Block{Type: blockType, Raw: setMember(b.Raw, "type", appendString(nil, blockType))}
}

// add appends a piece and returns how much that keeps. Unknown types are left
// out.
func (p *partial) add(d Delta) (grown int) {
	p.encoded = Block{}
	switch d.Type {
	case DeltaText, DeltaThinking:
		if p.textKey == "" {
			p.textKey = deltaMember(d.Type)
		}
		if p.textKey == deltaMember(d.Type) {
			grown, _ = p.text.WriteString(d.Text)
		}
	case DeltaSignature:
		grown, _ = p.signature.WriteString(d.Text)
	case DeltaInputJSON:
		grown, _ = p.input.WriteString(d.Text)
	case DeltaCitations:
		if citation := parseObject(d.Raw)["citation"]; len(citation) > 0 {
			p.citations = append(p.citations, citation)
			grown = overhead + len(citation)
		}
	case DeltaCompaction:
		for _, m := range members(d.Raw) {
			if m.key != "type" {
				grown += p.changes.set(m.key, m.value)
			}
		}
	}
	return grown
}

// blockFor returns the empty block a delta of this type would belong to.
func blockFor(deltaType string) (Block, bool) {
	switch deltaType {
	case DeltaText, DeltaCitations:
		return NewText(""), true
	case DeltaThinking, DeltaSignature:
		return NewThinking("", ""), true
	}
	return Block{}, false
}

// messageDelta applies a message_delta: totals replace totals, the stop reason
// is final even when null, the container survives a null.
func (a *Accumulator) messageDelta(e Event) {
	a.stopReason = e.StopReason
	o := parseObject(e.Raw)
	if o == nil { // an event made by hand
		a.changes.set("stop_reason", appendString(nil, e.StopReason))
		if e.Usage != nil {
			a.usage = *e.Usage
			raw, _ := a.usage.MarshalJSON()
			a.totals = memberSet{list: members(raw)}
		}
		return
	}
	if usage := o["usage"]; isObject(usage) {
		a.usage.merge(parseObject(usage))
		a.mergeTotals(usage)
	}
	for _, m := range members(o["delta"]) {
		if m.key != "container" || string(m.value) != "null" {
			a.size += a.changes.set(m.key, m.value)
		}
	}
	for _, m := range members(e.Raw) {
		if m.key != "type" && m.key != "delta" && m.key != "usage" {
			a.size += a.changes.set(m.key, m.value)
		}
	}
}

// mergeTotals lays the members of usage that are not null over those before.
func (a *Accumulator) mergeTotals(usage []byte) {
	if a.totals.list == nil {
		a.totals.list = []member{}
		for _, m := range a.start {
			if m.key == "usage" {
				a.totals.list = append(a.totals.list[:0], members(m.value)...)
			}
		}
	}
	for _, m := range members(usage) {
		n, isCount := (object{"": m.value}).int("")
		if string(m.value) != "null" && (!isCount || plausible(n)) {
			a.size += a.totals.set(m.key, m.value)
		}
	}
}

// NumBlocks returns how many content blocks began.
func (a *Accumulator) NumBlocks() int { return len(a.blocks) }

// Block returns the block that began as number i, from 0: a zero one if there
// is none, see NumBlocks. It copies nothing.
func (a *Accumulator) Block(i int) PartialBlock {
	if i < 0 || i >= len(a.blocks) {
		return PartialBlock{}
	}
	p := a.blocks[i]
	return PartialBlock{
		Type:        p.start.Type,
		Text:        p.text.String(),
		Signature:   p.signature.String(),
		PartialJSON: p.input.String(),
		Start:       p.start,
		Done:        p.done,
	}
}

// Usage returns the usage as far as the server told it.
func (a *Accumulator) Usage() Usage { return a.usage }

// Model returns the model that answers, "" before message_start.
func (a *Accumulator) Model() string { return a.model }

// StopReason returns why the answer ended, "" before that.
func (a *Accumulator) StopReason() string { return a.stopReason }

// Message encodes everything that came. Its Raw is the object the same answer
// would have been without streaming.
func (a *Accumulator) Message() *Message {
	set := memberSet{list: append([]member(nil), a.start...)}
	if len(a.start) == 0 {
		set.set("type", json.RawMessage(`"message"`))
		set.set("role", json.RawMessage(`"assistant"`))
	}
	blocks := make([]Block, 0, len(a.blocks))
	for _, p := range a.blocks {
		blocks = append(blocks, p.block())
	}
	set.set("content", appendBlocks(nil, blocks))
	for _, m := range a.changes.list {
		set.set(m.key, m.value)
	}
	if a.totals.list != nil {
		set.set("usage", writeMembers(a.totals.list))
	}
	m := &Message{RequestID: a.requestID, Raw: writeMembers(set.list)}
	m.decodeKeepRaw()
	return m
}

// block returns the block with everything that was added to it.
func (p *partial) block() Block {
	if len(p.encoded.Raw) > 0 {
		return p.encoded
	}
	set := memberSet{list: members(p.start.Raw)}
	if p.textKey != "" {
		set.set(p.textKey, appendString(nil, p.text.String()))
	}
	if p.signature.Len() > 0 {
		set.set("signature", appendString(nil, p.signature.String()))
	}
	if len(p.citations) > 0 {
		set.set("citations", appendArray(nil, p.citations))
	}
	if p.input.Len() > 0 {
		set.set("input", p.inputJSON())
	}
	for _, m := range p.changes.list {
		set.set(m.key, m.value)
	}
	b := Block{Type: p.start.Type, Raw: writeMembers(set.list)}
	if p.done {
		p.encoded = b
	}
	return b
}

// inputJSON returns the input of a tool call: verbatim if it is JSON, else as
// a JSON string of what came, which ToolUse and EchoBlocks recognise.
func (p *partial) inputJSON() []byte {
	if input := p.input.String(); !json.Valid([]byte(input)) {
		return appendString(nil, input)
	}
	return []byte(p.input.String())
}
