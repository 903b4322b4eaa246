package api

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// Kinds of failure, for errors.Is. They group what the server says (*Error)
// with what happens on the way (*ConnError, *TimeoutError, *StreamError).
var (
	ErrInvalidRequest = errors.New("invalid request")
	ErrAuthentication = errors.New("authentication failed")
	ErrBilling        = errors.New("billing problem")
	ErrPermission     = errors.New("permission denied")
	ErrNotFound       = errors.New("not found")
	ErrConflict       = errors.New("conflict")
	ErrTooLarge       = errors.New("request too large")
	ErrRateLimit      = errors.New("rate limited")
	ErrOverloaded     = errors.New("overloaded")
	ErrServer         = errors.New("server error")
	ErrTimeout        = errors.New("timeout")
	ErrConnection     = errors.New("connection failed")

	// ErrNoCredential means that no source had a credential to offer.
	ErrNoCredential = errors.New("no credential")
	// ErrStreamingRequired refuses, before sending, an answer too long to be
	// waited for without streaming. It is of kind ErrInvalidRequest.
	ErrStreamingRequired = fmt.Errorf(
		"%w: an answer this long must be streamed (StreamMessage), or Timeouts.Total set", ErrInvalidRequest)
)

// Error is an answer of the server that reports a failure: a status of 300 or
// more, or an error event within a stream (Status is 200 then).
type Error struct {
	Status    int
	Type      string // "rate_limit_error"; "" when the body was no error envelope
	Code      string // details.error_code, or ""
	Message   string // the server's words, or the first characters of the body
	RequestID string
	Header    http.Header // of the response
	Raw       []byte      // the body or the event's data, at most 1 MiB
	// RetryAfter is how long the server asks to wait; 0 when it does not say.
	RetryAfter time.Duration
	Attempts   int    // how often the request was sent
	Host       string // that answered
}

func (e *Error) Error() string {
	if e == nil {
		return "no error"
	}
	var s strings.Builder
	if e.Status == http.StatusOK { // within a stream, or for one request of a batch
		fmt.Fprintf(&s, "%s reported", e.Host)
	} else {
		fmt.Fprintf(&s, "%s answered %d", e.Host, e.Status)
	}
	if e.Type != "" {
		fmt.Fprintf(&s, " %s", e.Type)
	}
	if e.Message != "" {
		fmt.Fprintf(&s, ": %s", e.Message)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&s, " (request %s)", e.RequestID)
	}
	return s.String()
}

func (e *Error) sent(attempts int) { e.Attempts = attempts }

// Is reports whether target is the error's Kind. A nil *Error, such as that of a
// BatchResult that succeeded, is of no kind.
func (e *Error) Is(target error) bool { return e != nil && target == e.Kind() }

// Kind returns one of the Err values above. A specific type counts more than
// the status, the status more than the two types the API uses as a catch-all.
// A nil *Error is of no kind: nil.
func (e *Error) Kind() error {
	if e == nil {
		return nil
	}
	if kind := kindOfType(e.Type); kind != nil {
		return kind
	}
	if kind := kindOfStatus(e.Status); kind != nil {
		return kind
	}
	if e.Type == "invalid_request_error" {
		return ErrInvalidRequest
	}
	return ErrServer
}

func kindOfType(t string) error {
	switch t {
	case "authentication_error":
		return ErrAuthentication
	case "billing_error":
		return ErrBilling
	case "permission_error":
		return ErrPermission
	case "not_found_error":
		return ErrNotFound
	case "conflict_error", "memory_precondition_failed_error", "memory_path_conflict_error":
		return ErrConflict
	case "request_too_large":
		return ErrTooLarge
	case "rate_limit_error":
		return ErrRateLimit
	case "overloaded_error":
		return ErrOverloaded
	case "timeout_error":
		return ErrTimeout
	}
	return nil
}

func kindOfStatus(status int) error {
	switch status {
	case http.StatusUnauthorized:
		return ErrAuthentication
	case http.StatusPaymentRequired:
		return ErrBilling
	case http.StatusForbidden:
		return ErrPermission
	case http.StatusNotFound:
		return ErrNotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return ErrConflict
	case http.StatusRequestEntityTooLarge:
		return ErrTooLarge
	case http.StatusTooManyRequests:
		return ErrRateLimit
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return ErrTimeout
	case http.StatusProxyAuthRequired:
		return ErrConnection
	case 529:
		return ErrOverloaded
	}
	switch {
	case status >= 500:
		return ErrServer
	case status >= 400:
		return ErrInvalidRequest
	case status >= 300: // a redirect that was not followed
		return ErrConnection
	}
	return nil
}

// FieldError refuses a request before it is sent, for what one field holds. It
// is of kind ErrInvalidRequest.
type FieldError struct {
	Field string // as the API calls it: "max_tokens"
	Err   error
}

func (e *FieldError) Error() string {
	if e.Err == nil {
		return "api: " + e.Field + ": is refused"
	}
	return "api: " + e.Field + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *FieldError) Unwrap() error { return e.Err }

// Is makes the error one of kind ErrInvalidRequest.
func (e *FieldError) Is(target error) bool { return target == ErrInvalidRequest }

// ConnError means that no answer came: the host was not found, refused, the
// TLS handshake failed, a proxy said no, or the connection broke.
type ConnError struct {
	Op       string // "resolve", "connect", "tls", "proxy", "send" or "read"
	Host     string // that was to be reached
	Err      error
	Attempts int
}

func (e *ConnError) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, e.Host, e.Err) }

func (e *ConnError) sent(attempts int) { e.Attempts = attempts }

// Unwrap returns the cause.
func (e *ConnError) Unwrap() error { return e.Err }

// Is makes the error one of kind ErrConnection.
func (e *ConnError) Is(target error) bool { return target == ErrConnection }

// TimeoutError means that one of the Timeouts passed. The context of the
// caller is something else: its error is returned as it is.
type TimeoutError struct {
	Op       string        // "connect", "headers", "stall" or "total"
	After    time.Duration // the limit that passed
	Host     string
	Attempts int
}

func (e *TimeoutError) Error() string {
	switch e.Op {
	case "connect":
		return fmt.Sprintf("no connection to %s within %s", e.Host, e.After)
	case "headers":
		return fmt.Sprintf("no answer from %s within %s", e.Host, e.After)
	case "stall":
		return fmt.Sprintf("nothing came from %s for %s", e.Host, e.After)
	}
	return fmt.Sprintf("the answer of %s took longer than %s", e.Host, e.After)
}

func (e *TimeoutError) sent(attempts int) { e.Attempts = attempts }

// Is makes the error one of kinds ErrTimeout and ErrConnection.
func (e *TimeoutError) Is(target error) bool {
	return target == ErrTimeout || target == ErrConnection
}

// Timeout makes the error a net.Error like those of package net.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary is part of net.Error.
func (e *TimeoutError) Temporary() bool { return true }

// DecodeError means that a successful answer is not what the API sends: HTML
// of a login page, an empty body, cut JSON, an unknown encoding.
type DecodeError struct {
	Status      int
	ContentType string
	Preview     string // the first characters, printable
	RequestID   string
	Host        string
	Err         error
}

func (e *DecodeError) Error() string {
	preview := e.Preview
	if preview == "" {
		preview = "nothing"
	}
	contentType := e.ContentType
	if contentType == "" {
		contentType = "no content type"
	}
	return fmt.Sprintf("%s answered %d with %s that is not the API's: %v; it begins with: %s",
		e.Host, e.Status, contentType, e.Err, preview)
}

// Unwrap returns the cause.
func (e *DecodeError) Unwrap() error { return e.Err }

// StreamError means that a stream ended before its stop reason. What came
// before is good and stays available. Err is io.ErrUnexpectedEOF when the
// server just stopped, a *ConnError, *TimeoutError or *DecodeError otherwise.
type StreamError struct {
	Err       error
	RequestID string
	Host      string
	Bytes     int64 // received until then
	// StopReason is that of the message, if it came: the message is whole then,
	// and only the end mark of the stream is missing.
	StopReason string
}

func (e *StreamError) Error() string {
	return fmt.Sprintf("stream from %s broke off after %d bytes: %v", e.Host, e.Bytes, e.Err)
}

// Unwrap returns the cause.
func (e *StreamError) Unwrap() error { return e.Err }

// Is makes the error one of kind ErrConnection, unless the data were wrong or the
// caller closed the stream.
func (e *StreamError) Is(target error) bool {
	var decode *DecodeError
	return target == ErrConnection && !errors.As(e.Err, &decode) && !errors.Is(e.Err, errClosed)
}

const previewLength = 200

// preview returns the start of body for a human: one line, printable.
func preview(body []byte) string {
	cut := len(body) > previewLength
	if cut {
		body = body[:previewLength]
		for i := 0; i < utf8.UTFMax && len(body) > 0 && !utf8.Valid(body); i++ {
			body = body[:len(body)-1] // a rune cut in half
		}
	}
	line := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(string(bytes.TrimSpace(body)), "\uFFFD"))
	if cut {
		line += "..."
	}
	return line
}
