package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// apiError is an answer that is an error envelope.
type apiError struct {
	status  int
	kind    string
	message string
	details json.RawMessage
	header  http.Header
}

func (e *apiError) Error() string { return e.kind + ": " + e.message }

// bad is a 400 for a request that breaks a rule.
func bad(format string, args ...any) error {
	return &apiError{status: http.StatusBadRequest, kind: "invalid_request_error", message: fmt.Sprintf(format, args...)}
}

// notFound is a 404.
func notFound(format string, args ...any) error {
	return &apiError{status: http.StatusNotFound, kind: "not_found_error", message: fmt.Sprintf(format, args...)}
}

// errorKind is the error.type that goes with a status.
func errorKind(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "authentication_error"
	case http.StatusPaymentRequired:
		return "billing_error"
	case http.StatusForbidden:
		return "permission_error"
	case http.StatusNotFound:
		return "not_found_error"
	case http.StatusConflict:
		return "conflict_error"
	case http.StatusRequestEntityTooLarge:
		return "request_too_large"
	case http.StatusTooManyRequests:
		return "rate_limit_error"
	case http.StatusGatewayTimeout:
		return "timeout_error"
	case statusOverloaded:
		return "overloaded_error"
	}
	if status >= 500 {
		return "api_error"
	}
	return "invalid_request_error"
}

// statusOverloaded is the API's own status for "try again later".
const statusOverloaded = 529

// envelope is the JSON of an error, as a body and as the data of an error event.
func envelope(kind, message, requestID string, details json.RawMessage) []byte {
	type errorBody struct {
		Type    string          `json:"type"`
		Message string          `json:"message"`
		Details json.RawMessage `json:"details,omitempty"`
	}
	if !json.Valid(details) {
		details = nil
	}
	return encode(struct {
		Type      string    `json:"type"`
		Error     errorBody `json:"error"`
		RequestID string    `json:"request_id"`
	}{"error", errorBody{kind, message, details}, requestID})
}

// fail answers with err as an envelope.
func (x *exchange) fail(err error) {
	e := x.refusal(err)
	h := x.w.Header()
	for name, values := range e.header {
		h[name] = values
	}
	h.Set("X-Should-Retry", shouldRetry(e.status))
	x.json(e.status, envelope(e.kind, e.message, x.id, e.details))
}

// shouldRetry is the hint the API gives beside an error.
func shouldRetry(status int) string {
	if status == http.StatusConflict || status == http.StatusTooManyRequests || status >= 500 {
		return "true"
	}
	return "false"
}

// json answers with a whole JSON body.
func (x *exchange) json(status int, body []byte) {
	x.w.Header().Set("Content-Type", "application/json")
	x.w.WriteHeader(status)
	// A client that is gone has no use for the error.
	_, _ = x.w.Write(body)
}
