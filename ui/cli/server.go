package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"

	"parlor/api"
	"parlor/session/credential"
)

// checkServer sends one cheap request the way every request goes, proxy and
// certificates included, and watches its steps.
func (h *house) checkServer(ctx context.Context) []check {
	base := h.baseURL()
	client := h.client(base, h.creds.Source())
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	// The way to the server can be checked without a credential too.
	used, missing := client.Credential(ctx)
	if missing != nil {
		client.Credentials, client.APIKey = nil, "none"
	}
	w := &watcher{proxied: h.proxied(base)}
	err := probe(httptrace.WithClientTrace(ctx, w.trace()), client, resolve(h.cfg.Model))
	checks := append([]check{{"server", checkOK, base, nil}}, w.steps()...)
	if missing != nil && errors.Is(err, api.ErrAuthentication) {
		return append(checks, check{"request", checkSkipped, "the server answers; there is no credential to check", nil})
	}
	if used.Source == credential.SourceNone && err == nil {
		return append(checks, check{"request", checkOK, "the server answers without a credential", nil})
	}
	return append(checks, judge(err))
}

// judge says how the request itself ended.
func judge(err error) check {
	const name = "request"
	switch {
	case err == nil:
		return check{name, checkOK, "the server accepts the credential", nil}
	case errors.Is(err, api.ErrNotFound):
		return check{name, checkWarning, "the server answers, but lists no models and counts no tokens, so the credential is not checked", nil}
	case isAny(err, api.ErrRateLimit, api.ErrOverloaded):
		return check{name, checkWarning, sentence(err), nil}
	}
	return check{name, checkFails, sentence(err), err}
}

// proxied names the proxy a setting or the environment puts before the server.
func (h *house) proxied(base string) string {
	address := h.cfg.Proxy
	if u, err := url.Parse(base); address == "" && err == nil && !loopbackHost(u.Hostname()) {
		name := strings.ToUpper(u.Scheme) + "_PROXY"
		if address = h.getenv(name); address == "" {
			address = h.getenv(strings.ToLower(name))
		}
	}
	if u, err := url.Parse(address); err == nil && address != "" {
		return u.Redacted()
	}
	return address
}

func loopbackHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// watcher collects the steps of connecting. Its hooks run on the transport's
// goroutines.
type watcher struct {
	proxied string

	mu   sync.Mutex
	host string
	seen []check
}

func (w *watcher) add(name, detail string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		// Of two addresses one may fail and the other serve: the request decides.
		w.seen = append(w.seen, check{name, checkWarning, detail + ": " + err.Error(), nil})
		return
	}
	w.seen = append(w.seen, check{name, checkOK, detail, nil})
}

func (w *watcher) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart: func(i httptrace.DNSStartInfo) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.host = i.Host
		},
		DNSDone: func(i httptrace.DNSDoneInfo) {
			addresses := make([]string, len(i.Addrs))
			for n, a := range i.Addrs {
				addresses[n] = a.String()
			}
			w.add("name", w.named(addresses), i.Err)
		},
		ConnectDone: func(_, address string, err error) { w.add("connection", address, err) },
		TLSHandshakeDone: func(s tls.ConnectionState, err error) {
			detail := "no TLS"
			if err == nil {
				detail = fmt.Sprintf("%s, %s", tls.VersionName(s.Version), s.ServerName)
			}
			w.add("TLS", detail, err)
		},
	}
}

// steps are what was seen, with the proxy before it.
func (w *watcher) steps() []check {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.proxied == "" {
		return w.seen
	}
	return append([]check{{"proxy", checkOK, w.proxied, nil}}, w.seen...)
}

func (w *watcher) named(addresses []string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.TrimSpace(w.host + " " + strings.Join(addresses, " "))
}
