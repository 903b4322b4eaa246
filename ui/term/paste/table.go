package paste

import (
	"crypto/rand"
	"strconv"
)

// A token is the nonce of this run, a dash and the number of the paste. Nobody
// who writes what will be pasted can know the nonce; and a paste whose content
// is a token is replaced by another token like any paste.
const (
	nonceSize = 12 // 60 random bits
	maxToken  = nonceSize + 1 + 20
)

func newNonce() string { return rand.Text()[:nonceSize] }

// keep puts content into the table and returns its token. The table stays
// small: the next paste is read only after the program took delivery of what
// was read before.
func (r *Reader) keep(content string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	token := r.nonce + "-" + strconv.FormatUint(r.count, 10)
	r.kept[token] = content
	return token
}

// Take returns the bytes that were pasted, given the content of the paste that
// the program received, and forgets them. What is no token, or one that was
// taken already, is returned as it is. A nil Reader has no tokens.
func (r *Reader) Take(content string) string {
	if r == nil || len(content) > maxToken {
		return content
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	kept, ok := r.kept[content]
	if !ok {
		return content
	}
	delete(r.kept, content)
	return kept
}
