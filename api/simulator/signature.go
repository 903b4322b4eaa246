package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// signaturePrefix marks the signatures made here.
const signaturePrefix = "parlor-simulator|"

// signature is what a signature of thinking says. It can be checked without any memory of having made it, so that a
// conversation goes on after the simulator was started anew.
type signature struct {
	// model made the thinking, hash is that of its text, prefix that of the conversation before it, organization that
	// of the credential.
	model, hash, prefix, organization string
}

// sign makes the signature of a thinking block of the answer to q.
func sign(q *request, thinking string) string {
	s := signature{q.model.ID, signedHash(q.model.ID, thinking), q.prefix, shortHash(q.credential)}
	return encodeSignature(s.model, s.hash, s.prefix, s.organization)
}

func encodeSignature(parts ...string) string {
	return base64.StdEncoding.EncodeToString([]byte(signaturePrefix + strings.Join(parts, "|")))
}

// decodeSignature returns the parts of a signature; false means that it was not made here.
func decodeSignature(text string) ([]string, bool) {
	raw, err := base64.StdEncoding.DecodeString(text)
	rest, ours := strings.CutPrefix(string(raw), signaturePrefix)
	return strings.Split(rest, "|"), err == nil && ours
}

// readSignature reads the signature of a thinking block. The first ones had no prefix and no organization.
func readSignature(text string) (signature, bool) {
	parts, ok := decodeSignature(text)
	if !ok || len(parts) != 2 && len(parts) != 4 {
		return signature{}, false
	}
	s := signature{model: parts[0], hash: parts[1]}
	if len(parts) == 4 {
		s.prefix, s.organization = parts[2], parts[3]
	}
	return s, true
}

func signedHash(model, thinking string) string {
	sum := sha256.Sum256([]byte(signaturePrefix + model + "\x00" + thinking))
	return hex.EncodeToString(sum[:])
}

// shortHash is a hash that is good enough to tell things apart.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// thinkingBlock checks a thinking block that comes back.
func (c *checker) thinkingBlock(b block) error {
	text, ok := b.fields.str("thinking")
	if !ok {
		return bad("%s.thinking.thinking: Input should be a valid string", b.path)
	}
	encoded, ok := b.fields.str("signature")
	if !ok {
		return bad("%s.thinking.signature: Input should be a valid string", b.path)
	}
	if c.lenient || c.x.sim.knowsSignature(encoded) {
		return nil
	}
	s, ours := readSignature(encoded)
	switch {
	case !ours:
		return bad("%s: Invalid `signature` in `thinking` block", b.path)
	case s.hash != signedHash(s.model, text):
		return bad("%s: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.", b.path)
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
