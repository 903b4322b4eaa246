package simulator

import (
	"encoding/json"
	"strings"
)

// part is a content block as an answer is composed, before limits and deltas.
type part struct {
	// text is that of a text or thinking block, which kind tells apart.
	kind, text string
	citations  []json.RawMessage
	// head, input and tail are a use of a tool as JSON: what stands before the input, the input, and what follows.
	head, tail string
	input      json.RawMessage
	// whole is a block that comes in one piece.
	whole json.RawMessage
	// result says that whole is what a server tool gave, which the model goes on from as from a new prompt.
	result bool
	// between is an iteration that another model made for this block.
	between *iteration
}

// written is a text block.
func written(text string, citations ...json.RawMessage) part {
	return part{kind: "text", text: text, citations: citations}
}

// thought is a thinking block.
func thought(text string) part { return part{kind: "thinking", text: text} }

// used is a use of a tool; more are further fields, each with a leading comma.
func used(kind, id, name string, input json.RawMessage, more string) part {
	head := `{"type":"` + kind + `","id":` + string(appendString(nil, id)) + `,"name":` + string(appendString(nil, name)) + `,"input":`
	return part{kind: kind, head: head, input: input, tail: more + "}"}
}

// given is a block that comes whole.
func given(v any) part { return part{whole: encode(v)} }

// resulting is the result of a server tool.
func resulting(v any) part { return part{whole: encode(v), result: true} }

// add adds a part, as far as the limits of the request allow; false means that the answer ends with it.
func (a *answer) add(p part) bool {
	before := a.output
	switch {
	case p.kind == "compaction":
		a.addCompaction(p.whole)
		return true
	case p.whole != nil:
		a.blocks = append(a.blocks, outBlock{start: p.whole, whole: p.whole})
		if p.result {
			a.nextRound(p)
		}
		return true
	case p.kind == "thinking":
		a.addThinking(p.text)
	case p.kind == "text":
		text := a.limit(p.text, a.left)
		if text != "" {
			a.addText(text, cut(text, a.p.Chunk), p.citations)
		}
		if text != p.text {
			return false
		}
	default:
		return a.addUse(p)
	}
	a.left -= a.output - before
	return true
}

// addUse adds the use of a tool. Input that does not fit into max_tokens is cut off; that an answer in one piece has
// none of it then is not confirmed.
func (a *answer) addUse(p part) bool {
	input, whole := string(p.input), string(p.input)
	if a.q.model.count(input) > a.left {
		kept := 0
		for _, piece := range cut(input, 0) {
			if a.q.model.count(input[:kept+len(piece)]) > a.left {
				break
			}
			kept += len(piece)
		}
		input, whole = input[:kept], "{}"
		a.stopReason = "max_tokens"
	} else if p.kind == "tool_use" {
		a.stopReason = "tool_use"
	}
	b := outBlock{start: []byte(p.head + "{}" + p.tail), whole: []byte(p.head + whole + p.tail)}
	b.deltas = append(b.deltas, delta{kind: "input_json_delta", field: "partial_json"})
	for _, d := range cut(input, a.p.Chunk) {
		b.deltas = append(b.deltas, delta{kind: "input_json_delta", field: "partial_json", text: d, weight: weight(d)})
	}
	a.blocks = append(a.blocks, b)
	tokens := a.q.model.count(input + p.head)
	a.output += tokens
	a.left -= tokens
	return a.stopReason != "max_tokens"
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
