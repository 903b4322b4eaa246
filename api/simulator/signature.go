package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// signaturePrefix marks the signatures made here.
const signaturePrefix = "parlor-simulator|"

// sign makes the signature of a thinking block. It can be checked without any memory of having made it, so that a
// conversation goes on after the simulator was started anew.
func sign(model, thinking string) string {
	return base64.StdEncoding.EncodeToString([]byte(signaturePrefix + model + "|" + signedHash(model, thinking)))
}

func signedHash(model, thinking string) string {
	sum := sha256.Sum256([]byte(signaturePrefix + model + "\x00" + thinking))
	return hex.EncodeToString(sum[:])
}

// thinkingBlock checks a thinking block that comes back.
func (c *checker) thinkingBlock(b block) error {
	text, ok := b.fields.str("thinking")
	if !ok {
		return bad("%s.thinking.thinking: Input should be a valid string", b.path)
	}
	signature, ok := b.fields.str("signature")
	if !ok {
		return bad("%s.thinking.signature: Input should be a valid string", b.path)
	}
	if c.lenient || c.x.sim.knowsSignature(signature) {
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(signature)
	rest, ours := strings.CutPrefix(string(raw), signaturePrefix)
	model, hash, _ := strings.Cut(rest, "|")
	switch {
	case err != nil || !ours:
		return bad("%s: Invalid `signature` in `thinking` block", b.path)
	case hash != signedHash(model, text):
		return bad("%s: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.", b.path)
	case model != c.q.model.ID && c.q.model.BoundThinking:
		return bad("%s: `thinking` block is bound to the model that made it and cannot be used with %s", b.path, c.q.name)
	}
	return nil
}

// rememberSignature accepts a signature from now on, because a script handed it out.
func (s *Simulator) rememberSignature(signature string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signatures[signature] = true
}

func (s *Simulator) knowsSignature(signature string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signatures[signature]
}
