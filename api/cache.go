package api

import (
	"cmp"
	"encoding/json"
)

// Values of CacheControl.TTL.
const (
	CacheTTL5m = "5m"
	CacheTTL1h = "1h"
)

// CacheControl marks a cache breakpoint: what comes before it is kept for
// requests that begin the same way. A request has room for four; of different
// lifetimes the longer ones come first.
type CacheControl struct {
	// Type is "ephemeral", which "" means too.
	Type string `json:"type"`
	// TTL is how long it is kept after its last use, CacheTTL5m or CacheTTL1h; ""
	// for the server's default of five minutes.
	TTL string `json:"ttl,omitzero"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// MarshalJSON fills in the type.
func (c CacheControl) MarshalJSON() ([]byte, error) {
	type plain CacheControl
	c.Type = cmp.Or(c.Type, "ephemeral")
	return encodeParam(plain(c), c.Extra)
}

// UnmarshalJSON reads the object of the API.
func (c *CacheControl) UnmarshalJSON(raw []byte) (err error) {
	type plain CacheControl
	c.Extra, err = decodeParam(raw, (*plain)(c))
	return err
}
