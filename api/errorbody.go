package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
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
	e.Message = firstBytes(e.Message, messageLimit)
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

// messageLimit bounds the words of an error; Raw has all of them.
const messageLimit = 4 << 10

// firstBytes cuts s to at most n bytes, between two characters.
func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "..."
}

// errorBodyLimit bounds what is kept of the body of a failure.
const errorBodyLimit = 1 << 20

// errorPatience bounds the time that reading it takes. One that goes on for ever,
// a byte at a time, is no silence, and would hold up the call for days.
const errorPatience = 10 * time.Second

// readFailure reads what came in place of an answer from r, the rest of the body.
// That it breaks off changes nothing.
func (b *body) readFailure(r io.Reader) []byte {
	patience := newWatchdog(errorPatience, b.release)
	defer patience.stop()
	raw, _ := io.ReadAll(io.LimitReader(r, errorBodyLimit))
	return raw
}

// responseError reads the body of a failure into an Error. The status says enough
// where it breaks off.
func (b *body) responseError(r io.Reader) *Error {
	e := parseError(b.scrub(b.readFailure(r)))
	b.scrubFields(e)
	e.Status = b.info.Status
	e.Header = b.resp.Header
	e.RetryAfter = b.info.RateLimit.RetryAfter
	e.Host = b.info.Host
	if b.info.RequestID != "" {
		e.RequestID = b.info.RequestID
	}
	if location := b.resp.Header.Get("Location"); location != "" && b.info.Status/100 == 3 {
		e.Message = "a redirect that is not followed"
		if to, err := url.Parse(location); err == nil && to.Host != "" {
			e.Message += ", to " + strings.TrimPrefix(to.Scheme+"://", "://") + to.Host
		}
	}
	return e
}

// sentSecret returns the credential in the header of a request.
func sentSecret(header http.Header) string {
	if key := header.Get("X-Api-Key"); key != "" {
		return key
	}
	value := header.Get("Authorization")
	if _, token, ok := strings.Cut(value, " "); ok {
		return token
	}
	return value
}

// scrub takes the credential out of what the server said. Some servers repeat
// a wrong one, and errors end up in logs and on screens.
func (b *body) scrub(said []byte) []byte { return []byte(scrubbed(string(said), b.secret)) }

// scrubFields does so with what was written with escapes.
func (b *body) scrubFields(e *Error) {
	for _, field := range []*string{&e.Type, &e.Code, &e.Message, &e.RequestID} {
		if clean := scrubbed(*field, b.secret); clean != *field {
			*field, e.Raw = clean, nil
		}
	}
}

// scrubHeader does so with the headers of an answer, in place.
func scrubHeader(h http.Header, secret string) {
	for name, values := range h {
		for i := range values {
			values[i] = scrubbed(values[i], secret)
		}
		if clean := scrubbed(name, secret); clean != name {
			delete(h, name)
			h[clean] = values
		}
	}
}

// scrubError does so with an error that quotes the server, as those of net/http
// do with a header they cannot read. What it wraps is lost then.
func scrubError(err error, secret string) error {
	if clean := scrubbed(err.Error(), secret); clean != err.Error() {
		return errors.New(clean)
	}
	return err
}

func scrubbed(said, secret string) string {
	const guessable = 8 // too short to be a secret, but likely to be in a text
	if len(secret) < guessable {
		return said
	}
	return strings.ReplaceAll(said, secret, "[redacted]")
}
