package api

import (
	"cmp"
	"encoding/json"
)

// Diagnostics asks why the prompt cache was missed; Message.Diagnostics tells.
type Diagnostics struct {
	// PreviousMessageID is the answer before; nil (null on the wire) on the
	// first turn.
	PreviousMessageID *string `json:"previous_message_id"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// MarshalJSON writes the object of the API.
func (d Diagnostics) MarshalJSON() ([]byte, error) {
	type plain Diagnostics
	return encodeParam(plain(d), d.Extra)
}

// UnmarshalJSON reads the object of the API.
func (d *Diagnostics) UnmarshalJSON(raw []byte) (err error) {
	type plain Diagnostics
	d.Extra, err = decodeParam(raw, (*plain)(d))
	return err
}

// Thread keeps the conversation at the server, with beta
// message-threads-2026-08-12; see NewThread and ContinueThread.
type Thread struct {
	Type              string `json:"type"` // "create" or "continue"
	PreviousMessageID string `json:"previous_message_id,omitzero"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// NewThread makes the server keep the conversation under the ID of the answer.
func NewThread() *Thread { return &Thread{Type: "create"} }

// ContinueThread goes on after the answer with this ID. The request then holds
// new messages only, and neither System nor Tools. Error codes that begin with
// "thread_" ask for the whole conversation with NewThread again.
func ContinueThread(previousMessageID string) *Thread {
	return &Thread{Type: "continue", PreviousMessageID: previousMessageID}
}

// MarshalJSON writes the object of the API.
func (t Thread) MarshalJSON() ([]byte, error) {
	type plain Thread
	return encodeParam(plain(t), t.Extra)
}

// UnmarshalJSON reads the object of the API.
func (t *Thread) UnmarshalJSON(raw []byte) (err error) {
	type plain Thread
	t.Extra, err = decodeParam(raw, (*plain)(t))
	return err
}

// Values of BillingPolicy.BillTo.
const (
	BillToSelf        = "self"
	BillToUserProfile = "user_profile"
)

// BillingPolicy says who pays, with beta user-profiles-billing-2026-10-01.
type BillingPolicy struct {
	Type   string `json:"type"`    // "billing_policy", which "" means too
	BillTo string `json:"bill_to"` // BillToSelf or BillToUserProfile
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// MarshalJSON writes the object of the API.
func (p BillingPolicy) MarshalJSON() ([]byte, error) {
	type plain BillingPolicy
	p.Type = cmp.Or(p.Type, "billing_policy")
	return encodeParam(plain(p), p.Extra)
}

// UnmarshalJSON reads the object of the API.
func (p *BillingPolicy) UnmarshalJSON(raw []byte) (err error) {
	type plain BillingPolicy
	p.Extra, err = decodeParam(raw, (*plain)(p))
	return err
}
