package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parlor/api"
	"parlor/api/catalog"
)

// failer turns errors into what the user is told. It knows what the request
// was made with.
type failer struct {
	ctx    context.Context
	client *api.Client
	model  string
	now    time.Time
	broke  bool // the answer had begun
	size   int  // of the request in bytes
}

// of says what happened and what to do, in one sentence each.
func (w failer) of(err error) *Failure {
	f := w.kind(err)
	if f.Detail == "" {
		f.Detail = err.Error()
	}
	var e *api.Error
	if errors.As(err, &e) {
		if e.Status != http.StatusOK { // that of a stream which failed later tells nothing
			f.Status = e.Status
		}
		f.RequestID = e.RequestID
		if e.RetryAfter > 0 {
			f.RetryAt = w.now.Add(e.RetryAfter)
		}
	}
	var s *api.StreamError
	if errors.As(err, &s) {
		f.RequestID = s.RequestID
	}
	if w.broke {
		f.Message = "The answer broke off: " + lowerFirst(f.Message)
		f.Hint = "What came is kept. Continue, or retry."
	}
	f.Message = strings.ReplaceAll(f.Message, "….", "…")
	return f
}

func (w failer) kind(err error) *Failure {
	var e *api.Error
	errors.As(err, &e)
	host := w.host(err)
	switch {
	case errors.Is(err, api.ErrNoCredential):
		return &Failure{
			Kind: "authentication", Message: "There is no API key for " + host + ".",
			Hint: "Give one with /login, or set ANTHROPIC_API_KEY.",
		}
	case errors.Is(err, api.ErrAuthentication):
		return &Failure{
			Kind: "authentication", Message: host + " did not accept " + w.credential() + ".",
			Hint: "Change it with /login, or where it comes from, then retry.",
		}
	case errors.Is(err, api.ErrBilling):
		return &Failure{
			Kind: "billing", Message: host + " refuses " + w.credential() + " for a reason of billing" + words(e) + ".",
			Hint: "Look at the billing page of that account, or use another key with /login.",
		}
	case errors.Is(err, api.ErrPermission):
		return &Failure{
			Kind: "permission", Message: host + " does not allow this with " + w.credential() + words(e) + ".",
			Hint: "Use another key with /login, or another model with /model.",
		}
	case errors.Is(err, api.ErrNotFound) && e != nil:
		return w.notFound(host, e)
	case errors.Is(err, api.ErrTooLarge):
		return w.tooLarge(host, e)
	case errors.Is(err, api.ErrRateLimit):
		return &Failure{Kind: "rate_limit", Message: "Rate limited by " + host + limitOf(e) + ".", Hint: w.later(e)}
	case errors.Is(err, api.ErrOverloaded):
		return &Failure{Kind: "overloaded", Message: host + " is overloaded.", Hint: w.later(e)}
	}
	return w.other(err, e, host)
}

func (w failer) other(err error, e *api.Error, host string) *Failure {
	var decode *api.DecodeError
	switch {
	case errors.As(err, &decode):
		return w.notTheAPI(decode)
	case errors.Is(err, api.ErrTimeout):
		return w.timeout(err, host)
	case errors.Is(err, api.ErrInvalidRequest):
		return w.invalid(err, e, host)
	case errors.Is(err, api.ErrServer) && e != nil && e.Status == http.StatusOK:
		return &Failure{Kind: "server", Message: host + " reported a failure" + words(e) + ".", Hint: w.later(e)}
	case errors.Is(err, api.ErrServer) && e != nil:
		return &Failure{Kind: "server", Message: fmt.Sprintf("%s failed with status %d%s.", host, e.Status, words(e)), Hint: w.later(e)}
	case errors.Is(err, api.ErrConflict):
		return &Failure{Kind: "conflict", Message: host + " reports a conflict" + words(e) + ".", Hint: "Retry."}
	case errors.Is(err, api.ErrConnection):
		return w.connection(err, host)
	}
	return &Failure{Kind: "error", Message: "The request could not be made: " + oneLine(strings.TrimPrefix(err.Error(), "api: ")) + ".", Hint: "Retry, or look at the details."}
}

// host is the server that the error is about.
func (w failer) host(err error) string {
	if host := hostIn(err); host != "" {
		return host
	}
	origin := api.DefaultBaseURL
	if w.client != nil {
		origin = w.client.Origin(w.ctx)
	}
	if u, err := url.Parse(origin); err == nil && u.Host != "" {
		return u.Host
	}
	return "the server"
}

func hostIn(err error) string {
	var (
		answered *api.Error
		conn     *api.ConnError
		timeout  *api.TimeoutError
		decode   *api.DecodeError
		stream   *api.StreamError
	)
	switch {
	case errors.As(err, &answered):
		return answered.Host
	case errors.As(err, &conn):
		return conn.Host
	case errors.As(err, &timeout):
		return timeout.Host
	case errors.As(err, &decode):
		return decode.Host
	case errors.As(err, &stream):
		return stream.Host
	}
	return ""
}

// credential names the key by where it is from and its end.
func (w failer) credential() string {
	if w.client == nil {
		return "the credential"
	}
	cred, err := w.client.Credential(w.ctx)
	if err != nil {
		return "the credential"
	}
	name := "the key from " + cred.Source
	if cred.Kind != api.KindAPIKey {
		name = "the token from " + cred.Source
	}
	if last := cred.Last4(); last != "" {
		name += " (ending in " + last + ")"
	}
	return name
}

func (w failer) notFound(host string, e *api.Error) *Failure {
	f := &Failure{
		Kind: "not_found", Message: fmt.Sprintf("%s has no model %s.", host, w.model),
		Hint: "Choose another with /model, then retry.",
	}
	if e.Type == "" { // not the API's own words: there is something else at this address
		f.Message = fmt.Sprintf("%s answered 404: nothing that speaks the Claude API is at this address, or it has no model %s.", host, w.model)
		f.Hint = "Check the base URL, or choose another model with /model."
	}
	if m, ok := catalog.Find(w.model); ok && m.Successor != "" {
		f.Message = fmt.Sprintf("%s has no model %s any more.", host, w.model)
		f.Hint = fmt.Sprintf("Its successor is %s: /model %s, then retry.", m.Successor, m.Successor)
	}
	return f
}

func (w failer) tooLarge(host string, e *api.Error) *Failure {
	message := fmt.Sprintf("The request is larger than %s takes (%d MB).", host, maxRequest>>20)
	switch {
	case e != nil && w.size > 0 && w.size <= maxRequest: // a gateway with a limit of its own
		message = fmt.Sprintf("The request has %.1f kB; %s takes less.", float64(w.size)/1000, host)
	case w.size > 0:
		message = fmt.Sprintf("The request has %.1f MB; %s takes %d MB.", float64(w.size)/(1<<20), host, maxRequest>>20)
	}
	return &Failure{Kind: "too_large", Message: message, Hint: "Edit the message to a shorter one, or begin a new conversation with /new."}
}

// later says when to try again.
func (w failer) later(e *api.Error) string {
	if e == nil || e.RetryAfter <= 0 {
		return "Retry in a moment."
	}
	at := w.now.Add(e.RetryAfter)
	if e.RetryAfter < time.Minute {
		return fmt.Sprintf("Try again in %d s.", int(e.RetryAfter.Seconds()+0.5))
	}
	layout := "15:04"
	if e.RetryAfter > 12*time.Hour {
		layout = "Mon 2 Jan 15:04"
	}
	if e.RetryAfter > 300*24*time.Hour {
		layout = "2 Jan 2006"
	}
	return fmt.Sprintf("Try again at %s, in %s.", at.Format(layout), roughly(e.RetryAfter))
}

func roughly(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()+0.5))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()+0.5))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24+0.5))
}

// limitOf names the limit that was reached, where the headers tell.
func limitOf(e *api.Error) string {
	if e == nil {
		return ""
	}
	for _, l := range []struct{ header, name string }{
		{"Output-Tokens", "output tokens"}, {"Input-Tokens", "input tokens"}, {"Requests", "requests"}, {"Tokens", "tokens"},
	} {
		if e.Header.Get("Anthropic-Ratelimit-"+l.header+"-Remaining") == "0" {
			return " (" + l.name + ")"
		}
	}
	return words(e)
}

// words are the server's own, as the end of a sentence.
func words(e *api.Error) string {
	if e == nil || e.Message == "" {
		return ""
	}
	said := oneLine(e.Message)
	if strings.HasSuffix(e.Message, "...") {
		said = strings.TrimRight(said, ".") + "…"
	}
	return ": " + shorten(said, mostWords)
}

// mostWords is how many characters of a server's words a sentence takes; the
// details have more.
const mostWords = 400

func (w failer) notTheAPI(e *api.DecodeError) *Failure {
	kind := e.ContentType
	if kind == "" {
		kind = "no content type"
	}
	what := oneLine(e.Err.Error())
	if e.Preview != "" {
		what = fmt.Sprintf("beginning with %q", shorten(e.Preview, 60))
	}
	return &Failure{
		Kind: "decode", Status: e.Status, RequestID: e.RequestID,
		Message: fmt.Sprintf("%s did not answer as the Claude API does: status %d, %s, %s.", e.Host, e.Status, shorten(kind, 60), what),
		Hint:    "Check the base URL and any proxy between; /doctor shows each step.",
	}
}

func (w failer) timeout(err error, host string) *Failure {
	f := &Failure{Kind: "timeout", Message: host + " took too long.", Hint: "Retry."}
	var t *api.TimeoutError
	if !errors.As(err, &t) {
		return f
	}
	after := t.After.Round(100 * time.Millisecond)
	switch t.Op {
	case "connect":
		f.Message = fmt.Sprintf("No connection to %s within %s.", t.Host, after)
		f.Hint = "Check the network and any proxy, then retry; /doctor shows which step fails."
	case "stall":
		f.Message = fmt.Sprintf("Nothing came from %s for %s.", t.Host, after)
	default:
		f.Message = fmt.Sprintf("No answer from %s within %s.", t.Host, after)
	}
	return f
}

func (w failer) invalid(err error, e *api.Error, host string) *Failure {
	if e == nil {
		return &Failure{Kind: "invalid_request", Message: "The request cannot be sent: " + oneLine(err.Error()) + ".", Hint: "Change the parameters with /params."}
	}
	if tokens, window, ok := tooLong(e.Message); ok {
		f := &Failure{
			Kind: "context_length", Message: "The conversation does not fit into the context of " + w.model + ".",
			Hint: "Switch to a model with a larger window with /model, edit an earlier message, or begin a new conversation with /new.",
		}
		if window > 0 {
			f.Message = fmt.Sprintf("The conversation has %d tokens; the context of %s has %d.", tokens, w.model, window)
		}
		return f
	}
	return &Failure{
		Kind: "invalid_request", Message: host + " refused the request" + words(e) + ".",
		Hint: "Change the parameters with /params or the message with /edit, then retry.",
	}
}

func oneLine(s string) string { return strings.TrimSuffix(strings.Join(strings.Fields(s), " "), ".") }

// lowerFirst makes a sentence go on behind a colon; names stay as they are.
func lowerFirst(s string) string {
	for _, word := range []string{"No ", "Nothing ", "The ", "There ", "Rate "} {
		if strings.HasPrefix(s, word) {
			return strings.ToLower(s[:1]) + s[1:]
		}
	}
	return s
}
