package api

import (
	"bytes"
	"encoding/json"
)

// parseError reads the body of a failure. It knows the API's envelope and the
// shapes gateways put in its place; of anything else it keeps the start.
func parseError(raw []byte) *Error {
	e := &Error{Raw: raw}
	o := parseObject(errorEnvelope(raw))
	e.RequestID = o.str("request_id")
	inner := o.obj("error")
	if inner == nil && o.str("message") != "" {
		inner = o // {"type":"overloaded_error","message":"..."}
	}
	e.Type = inner.str("type")
	e.Message = inner.str("message")
	e.Code = inner.obj("details").str("error_code")
	if e.Code == "" {
		e.Code = inner.str("code")
	}
	if e.Message == "" {
		e.Message = o.str("error") // {"error":"just a string"}
	}
	if e.Message == "" {
		e.Message = preview(raw)
	}
	return e
}

// errorEnvelope finds the object in raw: the object itself, the first of a
// list, or the data of a server-sent event.
func errorEnvelope(raw []byte) []byte {
	if o := parseObject(raw); o != nil {
		return raw
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		return list[0]
	}
	_, data, err := newSSEReader(bytes.NewReader(append(bytes.Clone(raw), "\n\n"...))).next()
	if err == nil {
		return data
	}
	return nil
}
