package simulator

import (
	"slices"
	"strings"
)

// tokenQuantum is what estimates of thinking tokens are multiples of; the real one is not known.
const tokenQuantum = 50

// addThinking adds the thinking block. What the client asked not to see is still thought, signed and paid for.
func (a *answer) addThinking(text string) {
	tokens := a.q.model.count(text)
	a.thinking += tokens
	a.output += tokens
	b := outBlock{start: []byte(`{"type":"thinking","thinking":"","signature":""}`), thinks: true}
	counts := a.q.beta("thinking-token-count-")
	more := ""
	if counts {
		more = `,"estimated_tokens":null`
	}
	switch a.display() {
	case "omitted":
		text = ""
		for n := 0; counts && n < tokens; n += tokenQuantum {
			more := `,"estimated_tokens":` + string(encode(tokenQuantum))
			b.deltas = append(b.deltas, delta{kind: "thinking_delta", field: "thinking", more: more})
		}
	case "updates":
		text = updates(text)
	}
	for _, d := range cut(text, a.p.Chunk) {
		b.deltas = append(b.deltas, delta{"thinking_delta", "thinking", d, weight(d), more})
	}
	signature := sign(a.q, text)
	b.deltas = append(b.deltas, delta{kind: "signature_delta", field: "signature", text: signature})
	b.whole = appendString([]byte(`{"type":"thinking","thinking":`), text)
	b.whole = append(appendString(append(b.whole, `,"signature":`...), signature), '}')
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

// updates are the beginnings of the paragraphs, a line each. What the real ones look like is not confirmed.
func updates(text string) string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		line, _, _ := strings.Cut(paragraph, ". ")
		lines = append(lines, strings.TrimSuffix(line, "."))
	}
	return strings.Join(lines, "\n")
}

// redacted is a block of thinking that nobody may read.
func redacted(q *request, text string) part {
	return given(map[string]any{"type": "redacted_thinking", "data": sign(q, "redacted "+text)})
}

// redactedBlock checks a block of redacted thinking that comes back.
func (c *checker) redactedBlock(b block) error {
	data, ok := b.fields.str("data")
	if !ok || data == "" {
		return bad("%s.redacted_thinking.data: Input should be a valid string", b.path)
	}
	if c.lenient || c.x.sim.knowsSignature(data) {
		return nil
	}
	if _, ok := readSignature(data); !ok {
		return bad("%s: Invalid `data` in `redacted_thinking` block", b.path)
	}
	return nil
}

// thinkingFirst checks that a loop of tools with manual thinking sends back the thinking that it began with. The rule is
// from memory, not from the documents.
func (c *checker) thinkingFirst() error {
	q := c.q
	last := len(q.messages) - 1
	if q.thinking.kind != "enabled" || c.lenient || last < 0 || !q.messages[last].results() {
		return nil
	}
	start := -1
	for i := last - 1; i >= 0 && (q.messages[i].role == "assistant" || q.messages[i].results()); i-- {
		if q.messages[i].role == "assistant" && len(q.messages[i].blocks) > 0 {
			start = i
		}
	}
	if start < 0 {
		return nil
	}
	blocks := q.messages[start].blocks
	at := slices.IndexFunc(blocks, func(b block) bool {
		return !slices.Contains([]string{"compaction", "mcp_tool_listing", "fallback"}, b.kind)
	})
	if at < 0 || blocks[at].kind == "thinking" || blocks[at].kind == "redacted_thinking" {
		return nil
	}
	first := blocks[at]
	return bad("%s.type: Expected `thinking` or `redacted_thinking`, but found `%s`. When `thinking` is enabled, the assistant turn of a tool loop must start with a thinking block.", first.path, first.kind)
}

// results says that the message is the user's and begins with the results of tools.
func (m message) results() bool {
	return m.role == "user" && len(m.blocks) > 0 && m.blocks[0].kind == "tool_result"
}
