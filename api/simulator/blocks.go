package simulator

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// outBlock is a content block to be sent.
type outBlock struct {
	// start is the block in content_block_start, whole the block in an answer that is not streamed.
	start, whole []byte
	deltas       []delta
}

// delta is one content_block_delta: its type, the name of its field, and the text of it.
type delta struct {
	kind, field, text string
	// weight is that of the text, which is what pacing and counting go by.
	weight int
}

// fill makes the blocks from the plan: literally for a script, within the request's limits for a reply of our own.
func (a *answer) fill(s *Simulator) {
	p := a.p
	if p.Blocks != nil {
		for _, raw := range p.Blocks {
			a.rawBlock(s, raw)
		}
		return
	}
	if a.q.maxTokens == 0 {
		a.stopReason = "max_tokens"
		return
	}
	left := a.q.maxTokens
	if p.Thinking != "" {
		a.addThinking()
		left -= a.output
	}
	text, deltas := p.Text, p.Deltas
	if deltas != nil {
		text = strings.Join(deltas, "")
	} else {
		if !p.scripted {
			text = a.limit(text, left)
		}
		deltas = cut(text, p.Chunk)
	}
	if text != "" {
		a.addText(text, deltas)
	}
}

// limit ends the text at a stop sequence or at max_tokens, whichever comes first.
func (a *answer) limit(text string, left int) string {
	at, found := len(text), ""
	for _, stop := range a.q.stop {
		if i := strings.Index(text, stop); i >= 0 && i < at {
			at, found = i, stop
		}
	}
	text = text[:at]
	if a.q.model.count(text) > left {
		total, end := 0, 0
		for _, piece := range cut(text, 0) {
			if total += weight(piece); a.q.model.tokens(total) > left {
				break
			}
			end += len(piece)
		}
		a.stopReason = "max_tokens"
		return text[:end]
	}
	if found != "" {
		a.stopReason, a.stopSequence = "stop_sequence", &found
	}
	return text
}

func (a *answer) addText(text string, deltas []string) {
	b := outBlock{
		start: []byte(`{"type":"text","text":"","citations":null}`),
		whole: append(appendString([]byte(`{"type":"text","text":`), text), `,"citations":null}`...),
	}
	for _, d := range deltas {
		b.deltas = append(b.deltas, delta{"text_delta", "text", d, weight(d)})
	}
	a.blocks = append(a.blocks, b)
	a.output += a.q.model.count(text)
}

// addThinking adds the thinking block. What the client asked not to see is still thought, signed and paid for.
func (a *answer) addThinking() {
	text := a.p.Thinking
	a.thinking = a.q.model.count(text)
	a.output += a.thinking
	if a.display() == "omitted" {
		text = ""
	}
	signature := sign(a.q.model.ID, text)
	b := outBlock{start: []byte(`{"type":"thinking","thinking":"","signature":""}`)}
	b.whole = appendString([]byte(`{"type":"thinking","thinking":`), text)
	b.whole = append(appendString(append(b.whole, `,"signature":`...), signature), '}')
	for _, d := range cut(text, a.p.Chunk) {
		b.deltas = append(b.deltas, delta{"thinking_delta", "thinking", d, weight(d)})
	}
	b.deltas = append(b.deltas, delta{kind: "signature_delta", field: "signature", text: signature})
	a.blocks = append(a.blocks, b)
}

// display says what of the thinking is shown. A script is shown unless the request says otherwise.
func (a *answer) display() string {
	if d := a.q.thinking.display; d != "" {
		return d
	}
	if a.p.scripted {
		return "summarized"
	}
	return a.q.model.Display
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
	start := func(field, empty string) {
		f[field] = json.RawMessage(empty)
		b.start = encode(f)
	}
	switch kind {
	case "text", "thinking":
		text, _ := f.str(kind)
		for _, d := range cut(text, a.p.Chunk) {
			b.deltas = append(b.deltas, delta{kind + "_delta", kind, d, weight(d)})
		}
		if signature, ok := f.str("signature"); ok {
			s.rememberSignature(signature)
			b.deltas = append(b.deltas, delta{kind: "signature_delta", field: "signature", text: signature})
			f["signature"] = json.RawMessage(`""`)
		}
		start(kind, `""`)
	case "tool_use", "server_tool_use", "mcp_tool_use":
		input := string(f["input"])
		if kind == "tool_use" && a.stopReason == "" {
			a.stopReason = "tool_use"
		}
		b.deltas = append(b.deltas, delta{kind: "input_json_delta", field: "partial_json"})
		for _, d := range cut(input, a.p.Chunk) {
			b.deltas = append(b.deltas, delta{"input_json_delta", "partial_json", d, weight(d)})
		}
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
