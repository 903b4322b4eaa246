package api

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"time"
)

// Defaults of a Client.
const (
	DefaultBaseURL = "https://api.anthropic.com"
	DefaultVersion = Version2023
)

// Client talks to one API server. The zero value is ready to use. Set fields
// before the first request and do not change them afterwards; then a Client is
// safe for concurrent use. It must not be copied after first use.
type Client struct {
	// APIKey or AuthToken is the credential; setting one of them switches all
	// looking for credentials off, setting both is an error.
	APIKey, AuthToken string
	// Credentials is asked for a credential before each request when neither
	// APIKey nor AuthToken is set. Nil means DefaultCredentials.
	Credentials CredentialSource
	// BaseURL may carry a path, which is kept: https://host/prefix. The "v1" of
	// the endpoints does not belong to it. Empty means ANTHROPIC_BASE_URL, else
	// what the credential says, else DefaultBaseURL.
	BaseURL string
	// Version is the anthropic-version header, which decides about more than the
	// header: see Version2026. Empty means DefaultVersion.
	Version string
	// Header is sent with every request, over what ANTHROPIC_CUSTOM_HEADERS
	// lists. A credential header in either replaces the credential.
	Header http.Header
	// Betas are sent as anthropic-beta, together with those of the request.
	Betas []string
	// UserAgent names the program. Empty means "parlor-api".
	UserAgent string
	// MaxRetries is how often a request that failed is sent again; nil means 2.
	MaxRetries *int
	// MaxRetryWait is the longest wait a server may ask for; zero means one
	// minute. An error that asks for more is returned at once.
	MaxRetryWait time.Duration
	Timeouts     Timeouts
	// Network says how to connect. It is not used when Transport is set.
	Network Network
	// Transport sends the requests. Nil means one built from Network. Timeouts
	// hold with any transport, except for Timeouts.Connect.
	Transport http.RoundTripper
	// Middleware wraps the transport, the first outermost. Each sees every
	// attempt with all headers, the credential included. A *FieldError of theirs
	// refuses the request for good: it is not tried again.
	// A request to another host, as ResultsOf may send, has no credential; one
	// that adds a credential must look at the host first.
	Middleware []func(http.RoundTripper) http.RoundTripper
	// Logger is told about attempts (debug) and retries (info), without
	// credentials and bodies. Nil means standard error from the level on that
	// ANTHROPIC_LOG names ("debug", "info", "warn", "error"), and silence
	// without it.
	Logger *slog.Logger

	// What a test wants in its own hands. Nil means the real thing.
	Getenv func(string) string
	Now    func() time.Time
	Rand   func() float64 // in [0, 1)
	Sleep  func(context.Context, time.Duration) error

	conn connector
}

// Close drops idle connections. The Client stays usable. It may be called again.
func (c *Client) Close() {
	if c != nil {
		c.conn.close()
	}
}

func (c *Client) env() Environment { return Environment{Getenv: c.Getenv, Now: c.Now} }

func (c *Client) getenv(name string) string {
	if c.Getenv == nil {
		return os.Getenv(name)
	}
	return c.Getenv(name)
}

func (c *Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

func (c *Client) random() float64 {
	if c.Rand == nil {
		return rand.Float64()
	}
	return c.Rand()
}

func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	if c.Sleep == nil {
		return sleep(ctx, d)
	}
	return c.Sleep(ctx, d)
}

func (c *Client) logger() *slog.Logger {
	if c.Logger != nil {
		return c.Logger
	}
	return environmentLogger(c.getenv("ANTHROPIC_LOG"), os.Stderr)
}

func (c *Client) maxRetryWait() time.Duration {
	if c.MaxRetryWait == 0 {
		return defaultMaxRetryWait
	}
	return c.MaxRetryWait
}

// RequestOption changes one request. A nil one does nothing.
type RequestOption func(*requestOptions)

type requestOptions struct {
	header     http.Header
	betas      []string
	timeouts   Timeouts
	maxRetries *int
	onRetry    func(Retry)
	onResponse func(*ResponseInfo)
	pace       time.Duration
}

// WithHeader sets a header of this request, over those of the Client.
func WithHeader(name, value string) RequestOption {
	return func(o *requestOptions) {
		if o.header == nil {
			o.header = http.Header{}
		}
		o.header.Set(name, value)
	}
}

// WithBetas adds betas to those of the Client.
func WithBetas(betas ...string) RequestOption {
	return func(o *requestOptions) { o.betas = append(o.betas, betas...) }
}

// WithTimeouts replaces the Client's timeouts that are set in t.
func WithTimeouts(t Timeouts) RequestOption {
	return func(o *requestOptions) { o.timeouts = o.timeouts.override(t) }
}

// WithMaxRetries replaces Client.MaxRetries; 0 sends the request once.
func WithMaxRetries(n int) RequestOption {
	return func(o *requestOptions) { o.maxRetries = &n }
}

// OnRetry is called before each wait for another attempt. Given twice, the last
// one is called.
func OnRetry(f func(Retry)) RequestOption {
	return func(o *requestOptions) { o.onRetry = f }
}

// OnResponse is called with the headers of every response, failures included,
// before its body is read. Given twice, both are called.
func OnResponse(f func(*ResponseInfo)) RequestOption {
	if f == nil {
		return nil
	}
	return func(o *requestOptions) {
		first := o.onResponse
		o.onResponse = func(info *ResponseInfo) {
			if first != nil {
				first(info)
			}
			f(info)
		}
	}
}

// ResponseInto puts the headers of the last response into info: those of the
// answer, or of the failure that is returned. It stays as it is when no server
// answered.
func ResponseInto(info *ResponseInfo) RequestOption {
	if info == nil {
		return nil
	}
	return OnResponse(func(got *ResponseInfo) { *info = *got })
}

// requestOptions folds options over the settings of the client. That there is
// no client, do says.
func (c *Client) requestOptions(options []RequestOption) requestOptions {
	o := requestOptions{}
	if c != nil {
		o.timeouts, o.maxRetries = c.Timeouts, c.MaxRetries
	}
	for _, option := range options {
		if option != nil {
			option(&o)
		}
	}
	if o.maxRetries == nil {
		n := defaultMaxRetries
		o.maxRetries = &n
	}
	if o.onRetry == nil {
		o.onRetry = func(Retry) {}
	}
	if o.onResponse == nil {
		o.onResponse = func(*ResponseInfo) {}
	}
	return o
}
