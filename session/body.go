package session

import (
	"bytes"
	"encoding/json"
	"time"

	"parlor/api"
	"parlor/store"
)

// body is what one stored message says, decoded once and never changed.
type body struct {
	id        int64
	role      string
	state     State
	blocks    []api.Block
	parts     []Part
	params    Params
	model     string
	stop      string
	usage     api.Usage
	cost      int64
	priced    bool
	failure   *Failure
	meta      meta
	created   time.Time
	requestID string
	parent    int64
	size      int
}

// meta is what a message has besides the columns of the store.
type meta struct {
	Pastes     []Paste       `json:"pastes,omitempty"`
	Notes      []string      `json:"notes,omitempty"`
	FirstToken time.Duration `json:"first_token,omitempty"`
	Elapsed    time.Duration `json:"elapsed,omitempty"`
	// Thought is how long the thinking block at an index took.
	Thought map[int]time.Duration `json:"thought,omitempty"`
	Blocked string                `json:"blocked,omitempty"`
	Pauses  int                   `json:"pauses,omitempty"` // how often it was resumed by itself before this part
}

// decodeBody reads a stored message for being shown.
func decodeBody(m store.Message) *body {
	b := decodeForRequest(m)
	b.parts = partsOf(b.blocks, b.meta, b.usage)
	return b
}

// decodeForRequest leaves out the parts: a request has no use for them, and
// needs all messages of a branch.
func decodeForRequest(m store.Message) *body {
	b := &body{
		id: m.ID, parent: m.Parent, role: m.Role, state: State(m.State),
		blocks: decodeBlocks(m.Blocks), model: m.Model, stop: m.StopReason,
		cost: m.CostMicros, priced: m.PriceDate != "", created: m.CreatedAt, requestID: m.RequestID,
		size: 512 + 2*len(m.Blocks) + len(m.Text),
	}
	// Columns that cannot be read leave their field at zero: the text counts.
	_ = json.Unmarshal(orNull(m.Params), &b.params)
	_ = json.Unmarshal(orNull(m.Meta), &b.meta)
	_ = json.Unmarshal(orNull(m.Failure), &b.failure)
	if len(m.Usage) > 0 {
		_ = json.Unmarshal(m.Usage, &b.usage)
	}
	return b
}

func orNull(raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return []byte("null")
	}
	return raw
}

// encodeBlocks writes a JSON list of the blocks, each verbatim.
func encodeBlocks(blocks []api.Block) json.RawMessage {
	var out bytes.Buffer
	out.WriteByte('[')
	for i, b := range blocks {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(b.Raw)
	}
	out.WriteByte(']')
	return out.Bytes()
}

// decodeBlocks reads a list written by encodeBlocks; every block keeps its bytes.
func decodeBlocks(raw json.RawMessage) []api.Block {
	var list []json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &list) != nil {
		return nil
	}
	blocks := make([]api.Block, 0, len(list))
	for _, item := range list {
		if bytes.HasPrefix(item, []byte(textPrefix)) { // most blocks, and the largest
			blocks = append(blocks, api.Block{Type: api.BlockText, Raw: item})
			continue
		}
		if b, err := api.ParseBlock(item); err == nil {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// textPrefix is how api.NewText and the API begin a text block.
const textPrefix = `{"type":"text","text":"`

// encode is json.Marshal for values that always encode.
func encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return raw
}

// plainText joins the text blocks, for search and titles.
func plainText(blocks []api.Block) string {
	var text bytes.Buffer
	for _, b := range blocks {
		if s := b.Text(); s != "" {
			if text.Len() > 0 {
				text.WriteString("\n\n")
			}
			text.WriteString(s)
		}
	}
	return text.String()
}
