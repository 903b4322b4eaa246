package simulator

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// creditTime is how long a fallback credit token is good.
const creditTime = 5 * time.Minute

// redemption is what became of the fallback_credit_token of a request.
type redemption struct {
	// from is the model that declined, reason why the token was not taken; empty if it was.
	from, reason string
	// prefill says that the token authorizes the last assistant message.
	prefill bool
}

// mint makes a token for the refusal of q after these parts, and says whether the answer may be continued. The token is
// empty for models without fallbacks.
func (s *Simulator) mint(q *request, parts []part) (token string, claim bool) {
	if len(q.model.Fallbacks) == 0 {
		return "", false
	}
	said := ""
	for _, p := range parts {
		if p.kind == "text" {
			said += p.text
		}
	}
	claim = said != "" && q.format == nil && !q.toolChoice.forced()
	text := ""
	if claim {
		text = shortHash(strings.TrimRight(said, " \t\r\n"))
	}
	now := strconv.FormatInt(s.opt.Now().Unix(), 10)
	messages, _ := array(q.fields["messages"])
	return encodeSignature("credit", q.model.ID, now, shortHash(q.credential), bodyHash(q.fields, messages), text), claim
}

// bodyHash is a hash of what must be the same in the retry. The real check is on the bytes that shape the prompt; this
// one is on the values of the fields that do, and forgives another order of keys.
func bodyHash(f fields, messages []json.RawMessage) string {
	h := ""
	for _, name := range []string{"system", "tools", "tool_choice", "mcp_servers", "container", "output_format", "context_management"} {
		h = shortHash(h + name + canonical(f[name]))
	}
	for _, m := range messages {
		h = shortHash(h + canonical(m))
	}
	return h
}

// fallbackCredit checks the token of a refusal that this request retries.
func (c *checker) fallbackCredit() error {
	q := c.q
	if !q.fields.has("fallback_credit_token") || q.hop || c.x.batched {
		return nil // a batch accepts a token and does nothing with it
	}
	if q.fields.has("fallbacks") && !c.lenient {
		return bad("fallback_credit_token: cannot be combined with fallbacks")
	}
	token, isText := q.fields.str("fallback_credit_token")
	strict := true
	if f, ok := object(q.fields["fallback_credit_token"]); ok && (c.x.beta("fallback-credit-2026-07-01") || c.lenient) {
		if err := c.noExtra(f, "fallback_credit_token.", "token", "mode"); err != nil {
			return err
		}
		mode := "strict"
		if f.has("mode") {
			mode, _ = f.str("mode")
		}
		if err := oneOf("fallback_credit_token.mode", mode, "strict", "best_effort"); err != nil {
			return err
		}
		token, isText = f.str("token")
		strict = mode == "strict"
	}
	if !isText {
		return bad("fallback_credit_token: Input should be a valid string")
	}
	parts, ok := decodeSignature(token)
	if !ok || len(parts) != 6 || parts[0] != "credit" {
		return bad("fallback_credit_token: malformed token")
	}
	q.credit = &redemption{from: parts[1]}
	q.credit.reason = c.redeem(parts)
	if q.credit.reason != "" && strict && !c.lenient {
		return bad("fallback_credit_token: the token cannot be redeemed: %s", q.credit.reason)
	}
	return nil
}

// redeem says why a token cannot be redeemed with this request; empty means that it can.
func (c *checker) redeem(token []string) string {
	q := c.q
	refused := c.x.sim.facts.find(token[1])
	minted, _ := strconv.ParseInt(token[2], 10, 64)
	messages, _ := array(q.fields["messages"])
	switch {
	case token[3] != shortHash(q.credential):
		return "wrong_organization"
	case c.x.sim.opt.Now().Sub(time.Unix(minted, 0)) > creditTime:
		return "expired"
	case refused == nil || !slices.Contains(refused.Fallbacks, q.model.ID):
		return "invalid_target_model"
	case token[4] == bodyHash(q.fields, messages):
		return ""
	case len(messages) == 0 || token[4] != bodyHash(q.fields, messages[:len(messages)-1]):
		return "body_mismatch"
	}
	last := q.messages[len(q.messages)-1]
	said := ""
	for _, b := range last.blocks {
		said += b.text
	}
	switch {
	case last.role != "assistant":
		return "body_mismatch"
	case token[5] == "":
		return "continuation_excluded"
	case token[5] != shortHash(strings.TrimRight(said, " \t\r\n")):
		return "body_mismatch"
	}
	q.credit.prefill = true
	return ""
}

// usage is what usage.fallback_credit tells; nil if there was no token.
func (r *redemption) usage() json.RawMessage {
	switch {
	case r == nil:
		return nil
	case r.reason == "":
		return json.RawMessage(`{"status":{"type":"redeemed"}}`)
	}
	return encode(map[string]any{"status": map[string]string{"type": "not_applied", "reason": r.reason}})
}
