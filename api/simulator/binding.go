package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// transformation tells of a thinking block that the model was not shown.
type transformation struct {
	Type   string `json:"type"`
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// blockBinding checks what shall happen to thinking that belongs elsewhere.
func (c *checker) blockBinding(f fields) error {
	if !f.has("block_binding") {
		return nil
	}
	binding, ok := object(f["block_binding"])
	path := "thinking." + c.q.thinking.kind + ".block_binding"
	if !ok {
		return bad("%s: Input should be a valid dictionary", path)
	}
	if binding.has("prefix_mismatch_behavior") {
		behavior, _ := binding.str("prefix_mismatch_behavior")
		if err := oneOf(path+".prefix_mismatch_behavior", behavior, "error", "drop_block"); err != nil {
			return err
		}
		c.q.thinking.drop = behavior == "drop_block"
	}
	return c.noExtra(binding, path+".", "prefix_mismatch_behavior")
}

// binding checks that thinking comes back to where it was made. Models that are bound refuse that of other models. What
// came before the thinking is compared only with beta thinking-binding-controls: without it, whether the real API does
// so depends on the account. With drop_block, what belongs elsewhere is taken out of the prompt and reported.
func (c *checker) binding() error {
	q := c.q
	if c.lenient || !q.model.BoundThinking {
		return nil
	}
	for i := range q.messages {
		m := &q.messages[i]
		var kept []block
		dropping := ""
		for _, b := range m.blocks {
			if b.kind != "thinking" && b.kind != "redacted_thinking" {
				dropping = ""
				kept = append(kept, b)
				continue
			}
			reason := dropping
			if reason == "" {
				reason = c.mismatch(b, i)
			}
			switch {
			case reason == "":
				kept = append(kept, b)
				continue
			case q.thinking.drop || q.hop || reason == "model_binding_mismatch" && q.changesModels():
				// The rest of a run of thinking goes with a block that the conversation changed under.
				if reason == "prefix_binding_mismatch" {
					dropping = reason
				}
				q.dropped = append(q.dropped, transformation{"thinking_dropped", b.path, reason})
			case reason == "model_binding_mismatch":
				return bad("%s: `thinking` block is bound to the model that made it and cannot be used with %s", b.path, q.name)
			default:
				return bad("%s: `thinking` block does not belong to this conversation (%s)", b.path, reason)
			}
		}
		if len(kept) < len(m.blocks) {
			m.blocks = kept
		}
	}
	return nil
}

// changesModels says that the thinking of several models is to be expected in the conversation. It is left out then.
func (q *request) changesModels() bool {
	return q.beta("server-side-fallback-") || q.beta("fallback-credit-")
}

// mismatch says why a thinking block of message i does not belong there; empty means that it does.
func (c *checker) mismatch(b block, i int) string {
	text := "signature"
	if b.kind == "redacted_thinking" {
		text = "data"
	}
	encoded, _ := b.fields.str(text)
	if c.x.sim.knowsSignature(encoded) {
		return ""
	}
	s, _ := readSignature(encoded)
	controls := c.x.beta("thinking-binding-controls-")
	switch {
	case controls && s.organization != "" && s.organization != shortHash(c.q.credential):
		return "organization_binding_mismatch"
	case s.model != c.q.model.ID:
		return "model_binding_mismatch"
	case controls && s.prefix != "" && s.prefix != c.q.prefixHash(i):
		return "prefix_binding_mismatch"
	}
	return ""
}

// prefixHash is a hash of the conversation before the turn that message i belongs to, from the latest compaction on.
// Thinking is left out of it, and so is how texts are cut into blocks. What the real check covers is not known.
func (q *request) prefixHash(i int) string {
	for i > 0 && (i == len(q.messages) || q.messages[i].role == "assistant") && q.messages[i-1].role == "assistant" {
		i--
	}
	if i < len(q.messages) && q.messages[i].compacted() {
		return hashBlocks("", q.messages[i].blocks[:1])
	}
	var list []string
	for _, m := range q.messages[:i] {
		if m.compacted() {
			list = nil
		}
		list = append(list, hashBlocks(m.role, m.blocks))
	}
	return shortHash(strings.Join(list, "|"))
}

// hashBlocks is a hash of the blocks of a message.
func hashBlocks(role string, blocks []block) string {
	h := sha256.New()
	h.Write([]byte(role + "\x00"))
	for _, b := range blocks {
		switch b.kind {
		case "text":
			h.Write([]byte(b.text))
		case "thinking", "redacted_thinking", "fallback":
		default:
			h.Write(b.raw())
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// transformationList is what the answer tells of the thinking that was dropped; nil without the beta.
func (q *request) transformationList() json.RawMessage {
	if !q.beta("thinking-binding-controls-") {
		return nil
	}
	if q.dropped == nil {
		return json.RawMessage("[]")
	}
	return encode(q.dropped)
}
