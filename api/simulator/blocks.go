package simulator

import (
	"encoding/json"
	"math"
	"strings"
	"unicode/utf8"
)

// outBlock is a content block to be sent.
type outBlock struct {
	// start is the block in content_block_start, whole the block in an answer that is not streamed.
	start, whole []byte
	deltas       []delta
	// thinks marks the thinking.
	thinks bool
}

// delta is one content_block_delta: its type, the name of its field, and the text of it.
type delta struct {
	kind, field, text string
	// weight is that of the text, which is what pacing and counting go by.
	weight int
	// more are further fields as JSON, with a leading comma; without a field they are all there is.
	more string
}

// appendTo appends the delta as JSON.
func (d delta) appendTo(line []byte) []byte {
	line = append(append(append(line, `{"type":"`...), d.kind...), '"')
	if d.field != "" {
		line = append(append(append(line, `,"`...), d.field...), `":`...)
		line = appendString(line, d.text)
	}
	return append(append(line, d.more...), '}')
}

// fill makes the blocks from the plan: literally for a script, within the request's limits for a reply of our own.
func (a *answer) fill(s *Simulator) {
	p := a.p
	a.left = a.q.maxTokens
	if p.scripted {
		a.left = math.MaxInt
	}
	switch {
	case p.Blocks != nil:
		for _, raw := range p.Blocks {
			a.rawBlock(s, raw)
		}
	case a.q.maxTokens == 0:
		a.stopReason = "max_tokens"
	case p.parts != nil:
		for _, part := range p.parts {
			if !a.add(part) {
				break
			}
		}
	default:
		a.literal()
	}
}

// literal makes the blocks of a script that has no parts, and lets stop sequences pass.
func (a *answer) literal() {
	if a.p.Thinking != "" {
		a.addThinking(a.p.Thinking)
	}
	text, deltas := a.p.Text, a.p.Deltas
	if deltas != nil {
		text = strings.Join(deltas, "")
	} else {
		deltas = cut(text, a.p.Chunk)
	}
	if text != "" {
		a.addText(text, deltas, nil)
	}
}

// addText adds a text block. Citations follow the text they are for.
func (a *answer) addText(text string, deltas []string, citations []json.RawMessage) {
	b := outBlock{start: []byte(`{"type":"text","text":"","citations":null}`)}
	for _, d := range deltas {
		b.deltas = append(b.deltas, delta{kind: "text_delta", field: "text", text: d, weight: weight(d)})
	}
	list := "null"
	if len(citations) > 0 {
		b.start = []byte(`{"type":"text","text":"","citations":[]}`)
		list = string(encode(citations))
	}
	for _, citation := range citations {
		b.deltas = append(b.deltas, delta{kind: "citations_delta", more: `,"citation":` + string(citation)})
	}
	b.whole = append(appendString([]byte(`{"type":"text","text":`), text), `,"citations":`+list+`}`...)
	a.blocks = append(a.blocks, b)
	a.output += a.q.model.count(text)
}

// rawBlock adds a scripted block, streamed in the way its type is.
func (a *answer) rawBlock(s *Simulator, raw json.RawMessage) {
	f, ok := object(raw)
	if !ok {
		a.blocks = append(a.blocks, outBlock{start: raw, whole: raw})
		return
	}
	kind, _ := f.str("type")
	a.output += a.q.model.count(string(raw))
	b := outBlock{start: raw, whole: raw}
	text := func(kind, field, text string) {
		for _, d := range cut(text, a.p.Chunk) {
			b.deltas = append(b.deltas, delta{kind: kind, field: field, text: d, weight: weight(d)})
		}
	}
	start := func(field, empty string) {
		f[field] = json.RawMessage(empty)
		b.start = encode(f)
	}
	switch kind {
	case "text", "thinking":
		shown, _ := f.str(kind)
		text(kind+"_delta", kind, shown)
		citations, _ := array(f["citations"])
		for _, citation := range citations {
			b.deltas = append(b.deltas, delta{kind: "citations_delta", more: `,"citation":` + string(citation)})
			f["citations"] = json.RawMessage("[]")
		}
		if signature, ok := f.str("signature"); ok {
			s.rememberSignature(signature)
			b.deltas = append(b.deltas, delta{kind: "signature_delta", field: "signature", text: signature})
			f["signature"] = json.RawMessage(`""`)
		}
		start(kind, `""`)
	case "redacted_thinking":
		data, _ := f.str("data")
		s.rememberSignature(data)
	case "compaction":
		signature, _ := f.str("signature")
		s.rememberSignature(signature)
		a.addCompaction(raw)
		return
	case "tool_use", "server_tool_use", "mcp_tool_use":
		input := string(f["input"])
		if kind == "tool_use" && a.stopReason == "" {
			a.stopReason = "tool_use"
		}
		b.deltas = append(b.deltas, delta{kind: "input_json_delta", field: "partial_json"})
		text("input_json_delta", "partial_json", input)
		start("input", "{}")
	}
	a.blocks = append(a.blocks, b)
}

// cut cuts text into deltas of at most chunk bytes, or (0) of about a word. It never cuts a rune.
func cut(text string, chunk int) []string {
	var pieces []string
	start := 0
	for i, r := range text {
		if i == start {
			continue
		}
		full := i-start >= 12 || r >= utf8.RuneSelf && i-start >= 6
		if chunk > 0 {
			full = i-start+utf8.RuneLen(r) > chunk
		} else if (r == ' ' || r == '\n') && text[i-1] != byte(r) {
			full = true
		}
		if full {
			pieces = append(pieces, text[start:i])
			start = i
		}
	}
	if start < len(text) {
		pieces = append(pieces, text[start:])
	}
	return pieces
}
