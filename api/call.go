package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"time"
)

// call is one request, to be sent as often as it takes.
type call struct {
	method, path string // the path is relative to the base URL, and escaped
	query        url.Values
	body         []byte  // JSON
	upload       *upload // in place of body
	want         want
	accept       string // "" means application/json
	// careful is for calls that must not happen twice: they are repeated only
	// when the server certainly did not carry them out.
	careful bool
	// foreign is an absolute URL of another origin than the base URL's, asked
	// without credentials.
	foreign *url.URL
	// own is an absolute URL of the base URL's origin, in place of path and query.
	own     *url.URL
	options requestOptions
}

// want says what the body of a successful answer must be.
type want int

const (
	wantJSON   want = iota // a JSON value, read to its end
	wantEvents             // server-sent events, handed over open
	wantBytes              // anything, handed over open
)

// upload is a request body that is made anew for each attempt.
type upload struct {
	contentType string
	size        int64 // in bytes; -1 when it is not known
	// open starts the body again, for an attempt that ends with ctx. It fails
	// when that is impossible.
	open func(ctx context.Context) (io.ReadCloser, error)
	once bool // open works only once
}

// answer is a successful response. Content holds all of a JSON value, and the
// body is closed then; any other is open and watched.
type answer struct {
	info    *ResponseInfo
	content []byte
	body    *body
}

var (
	errNoClient  = errors.New("api: the Client is nil")
	errNoContext = errors.New("api: the context is nil; use context.Background()")
)

// do sends the call, again and again where that may help.
func (c *Client) do(ctx context.Context, call *call) (*answer, error) {
	switch {
	case c == nil:
		return nil, errNoClient
	case ctx == nil:
		return nil, errNoContext
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	target, header, err := c.prepare(ctx, call)
	if err == nil {
		err = checkHeader(header)
	}
	if err != nil {
		return nil, err
	}
	client, err := c.httpClient()
	if err != nil {
		return nil, err
	}
	maxAttempts := 1 + max(0, *call.options.maxRetries)
	if call.upload != nil && call.upload.once {
		maxAttempts = 1
	}
	for attempt := 1; ; attempt++ {
		answer, err := c.attempt(ctx, client, call, target, header, attempt)
		if err == nil {
			return answer, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var counted interface{ sent(attempts int) }
		if errors.As(err, &counted) {
			counted.sent(attempt)
		}
		wait, again := retryWait(err, attempt, c.maxRetryWait(), c.random)
		if !again || attempt >= maxAttempts || call.careful && !surelyUndone(err) {
			return nil, err
		}
		call.options.onRetry(Retry{Attempt: attempt, MaxAttempts: maxAttempts, Wait: wait, Err: err})
		c.logger().InfoContext(ctx, "claude api: retry", "attempt", attempt, "wait", wait, "error", err)
		if err := c.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// attempt sends the call once and reads as much of the answer as belongs to
// it: everything, or for a stream the headers.
func (c *Client) attempt(
	ctx context.Context, client *http.Client, call *call, target *url.URL, header http.Header, attempt int,
) (_ *answer, err error) {
	limits := call.options.timeouts.withDefaults(call.want != wantJSON || call.upload != nil)
	host := target.Host
	ctx, cancel := context.WithCancelCause(ctx)
	timeout := func(op string, d time.Duration) func() {
		return func() { cancel(&TimeoutError{Op: op, After: d, Host: host}) }
	}
	total := newWatchdog(limits.Total, timeout("total", limits.Total))
	headers := newWatchdog(limits.Headers, timeout("headers", limits.Headers))
	defer headers.stop()
	release := func() { total.stop(); cancel(context.Canceled) }
	defer func() {
		if err != nil {
			err = attemptError(ctx, err)
			release()
		}
	}()

	ctx = withConnectTimeout(ctx, limits.Connect)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { headers.feed() },
	})
	req, err := call.request(ctx, target, headers)
	if err != nil {
		return nil, err
	}
	req.Header = header.Clone()
	req.Host = header.Get("Host") // net/http takes it from nowhere else; "" is that of the URL
	if attempt > 1 {
		req.Header.Set("X-Retry-Count", strconv.Itoa(attempt-1))
	}
	started := c.now()
	resp, err := client.Do(req) //nolint:bodyclose // the answer owns the body, see body.accept
	secret := sentSecret(header)
	if err != nil {
		return nil, connError(scrubError(err, secret), host, limits.Connect)
	}
	headers.stop()
	if resp.Request != nil { // with what a middleware made of the headers
		secret = cmp.Or(sentSecret(resp.Request.Header), secret)
	}
	scrubHeader(resp.Header, secret)
	info := newResponseInfo(resp, host, attempt, c.now())
	c.logger().DebugContext(ctx, "claude api: response",
		"method", call.method, "host", host, "path", target.Path, "attempt", attempt,
		"status", info.Status, "request_id", info.RequestID, "after", c.now().Sub(started),
		"request_header", logHeader(req.Header), "response_header", logHeader(resp.Header))
	call.options.onResponse(info)

	stall := newWatchdog(limits.Stall, timeout("stall", limits.Stall))
	stall.pause()
	body := &body{
		resp: resp, info: info, stall: stall, release: release, context: ctx, secret: secret,
		pace: call.options.pace,
	}
	return body.accept(call.want)
}

// request makes the request of one attempt. Sending an upload feeds the
// watchdog for the headers, which are due only after it.
func (call *call) request(ctx context.Context, target *url.URL, headers *watchdog) (*http.Request, error) {
	var content io.Reader
	if call.body != nil {
		content = bytes.NewReader(call.body)
	}
	req, err := http.NewRequestWithContext(ctx, call.method, target.String(), content)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	if call.upload == nil {
		return req, nil
	}
	source, err := call.upload.open(ctx)
	if err != nil {
		return nil, err
	}
	watched := func(source io.ReadCloser) io.ReadCloser {
		return struct {
			io.Reader
			io.Closer
		}{fedReader{source, headers}, source}
	}
	req.Body, req.ContentLength = watched(source), call.upload.size
	if !call.upload.once {
		req.GetBody = func() (io.ReadCloser, error) {
			again, err := call.upload.open(ctx)
			if err != nil {
				return nil, err
			}
			return watched(again), nil
		}
	}
	return req, nil
}

// attemptError replaces what a cancelled context makes the transport say by
// the reason why it was cancelled.
func attemptError(ctx context.Context, err error) error {
	var timeout *TimeoutError
	if errors.As(context.Cause(ctx), &timeout) {
		copied := *timeout
		return &copied
	}
	return err
}
