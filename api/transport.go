package api

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// Network says how the built-in transport connects. The zero value uses the
// proxy of the environment and the certificates of the system.
type Network struct {
	// Proxy is the URL of an http, https or socks5 proxy for every request.
	// Empty means HTTPS_PROXY, HTTP_PROXY and NO_PROXY; "direct" means none.
	Proxy string
	// CAFile holds PEM certificates to trust besides those of the system.
	CAFile string
	// CertFile and KeyFile are the PEM client certificate and its key.
	CertFile, KeyFile string
}

// maxIdleConns are kept for reuse: a program that sends hundreds of requests at
// a time would otherwise connect anew for nearly each of them.
const maxIdleConns = 100

// connector builds a Client's http.Client on first use.
type connector struct {
	once   sync.Once
	client *http.Client
	err    error
	owned  *http.Transport
	mu     sync.Mutex // guards owned
}

func (c *connector) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.owned != nil {
		c.owned.CloseIdleConnections()
	}
}

// httpClient returns the client's http.Client. A mistake in Network is
// reported with each request.
func (c *Client) httpClient() (*http.Client, error) {
	c.conn.once.Do(func() {
		transport := c.Transport
		if transport == nil {
			built, err := c.Network.transport(c.getenv, c.Timeouts.withDefaults(false).Connect)
			if err != nil {
				c.conn.err = err
				return
			}
			c.conn.mu.Lock()
			c.conn.owned = built
			c.conn.mu.Unlock()
			transport = built
		}
		for i, wrap := range slices.Backward(c.Middleware) {
			if wrap != nil {
				transport = wrap(transport)
			}
			if wrap == nil || transport == nil {
				c.conn.err = fmt.Errorf("api: Middleware[%d] is nil, or returned nil", i)
				return
			}
		}
		c.conn.client = &http.Client{Transport: transport, CheckRedirect: checkRedirect}
	})
	return c.conn.client, c.conn.err
}

// checkRedirect follows a redirect only within the origin it came from, and
// only if the method stays: net/http forgets the body otherwise, and a header
// it does not know for a credential would travel to any host.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	if !sameOrigin(first.URL, next.URL) || next.Method != first.Method || len(via) >= 10 {
		return http.ErrUseLastResponse
	}
	return nil
}

func (n Network) transport(getenv func(string) string, connect time.Duration) (*http.Transport, error) {
	proxy, err := n.proxy(getenv)
	if err != nil {
		return nil, err
	}
	config, err := n.tls()
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy: proxy,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if d := connectTimeout(ctx); d > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, d)
				defer cancel()
			}
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return newHeedfulConn(conn), nil
		},
		TLSClientConfig:     config,
		TLSHandshakeTimeout: max(connect, 0),
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: maxIdleConns,
		IdleConnTimeout:     90 * time.Second,
		// Compressed bodies are dealt with in body.go, where a wrong one is
		// reported with its first characters.
		DisableCompression: true,
		// Headers are kept with each answer, and written to the log.
		MaxResponseHeaderBytes: 1 << 20,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
			if resp.StatusCode != http.StatusOK {
				return &proxyError{status: resp.StatusCode}
			}
			return nil
		},
	}, nil
}

// proxyError is a proxy's refusal to connect.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy answered %d %s", e.status, http.StatusText(e.status))
}

func (n Network) proxy(getenv func(string) string) (func(*http.Request) (*url.URL, error), error) {
	switch n.Proxy {
	case "direct":
		return nil, nil
	case "":
		first := func(names ...string) string {
			for _, name := range names {
				if value := getenv(name); value != "" {
					return value
				}
			}
			return ""
		}
		config := httpproxy.Config{
			HTTPProxy:  first("HTTP_PROXY", "http_proxy"),
			HTTPSProxy: first("HTTPS_PROXY", "https_proxy"),
			NoProxy:    first("NO_PROXY", "no_proxy"),
			CGI:        getenv("REQUEST_METHOD") != "",
		}
		find := config.ProxyFunc()
		return func(r *http.Request) (*url.URL, error) { return find(r.URL) }, nil
	}
	u, err := url.Parse(n.Proxy)
	if err != nil || u.Host == "" {
		// The URL may hold a password: it is not repeated here.
		return nil, errors.New("api: the proxy is not a URL like http://host:port")
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return http.ProxyURL(u), nil
	}
	return nil, fmt.Errorf("api: proxies of kind %q are not supported", u.Scheme)
}

func (n Network) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if n.CAFile != "" {
		pem, err := os.ReadFile(n.CAFile)
		if err != nil {
			return nil, fmt.Errorf("api: certificates to trust: %w", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("api: %s holds no PEM certificate", n.CAFile)
		}
		config.RootCAs = pool
	}
	if n.CertFile != "" || n.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(n.CertFile, n.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("api: client certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// connectTimeout travels in the context, where the dialer finds that of the
// request it dials for.
type connectTimeoutKey struct{}

func withConnectTimeout(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, connectTimeoutKey{}, d)
}

func connectTimeout(ctx context.Context) time.Duration {
	d, _ := ctx.Value(connectTimeoutKey{}).(time.Duration)
	return d
}

// connError says what kind of trouble the transport had, without the URL that
// net/http puts before it.
func connError(err error, host string, limit time.Duration) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if source, ok := errors.AsType[*sourceError](err); ok {
		return source
	}
	if refused, ok := errors.AsType[*FieldError](err); ok {
		return refused // by a middleware, before it was sent
	}
	var (
		dns    *net.DNSError
		op     *net.OpError
		proxy  *proxyError
		cert   *tls.CertificateVerificationError
		record tls.RecordHeaderError
		alert  tls.AlertError
		timed  net.Error
	)
	e := &ConnError{Op: "send", Host: host, Err: err}
	switch {
	case errors.As(err, &proxy):
		e.Op, e.Err = "proxy", proxy
	case errors.As(err, &op) && (op.Op == "read" || op.Op == "write"):
		// A connection that died of silence: the request may have arrived.
	case errors.As(err, &timed) && timed.Timeout():
		return &TimeoutError{Op: "connect", After: limit, Host: host}
	case errors.As(err, &dns):
		e.Op = "resolve"
	case errors.As(err, &cert), errors.As(err, &record), errors.As(err, &alert):
		e.Op = "tls"
	case errors.As(err, &op) && op.Op == "proxyconnect":
		e.Op = "proxy"
	case errors.As(err, &op) && op.Op == "dial":
		e.Op = "connect"
	case errors.As(err, &op) && op.Op == "remote error":
		e.Op = "tls"
	}
	return e
}
