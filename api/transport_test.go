package api_test

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parlor/api"
)

// foreign is a host that must get nothing.
func foreign(t *testing.T) *server {
	return newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
}

func TestRedirects(t *testing.T) {
	other := foreign(t)
	cases := []struct {
		name, to string
		status   int
		ok       bool
		requests int
	}{
		{"same place, same method", "/elsewhere", 307, true, 2},
		{"the same for ever", "/elsewhere", 308, true, 2},
		{"same place, but the body would be lost", "/elsewhere", 302, false, 1},
		{"another host", other.URL + "/v1/messages", 307, false, 1},
		{"another scheme", "https://HOST/v1/messages", 307, false, 1},
		{"nowhere", "", 307, false, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, r *http.Request, n int) {
				if n > 0 {
					answerJSON(w, 200, helloAnswer)
					return
				}
				if c.to != "" {
					w.Header().Set("Location", strings.ReplaceAll(c.to, "HOST", r.Host))
				}
				w.WriteHeader(c.status)
			})
			client, _ := newClient(t, s.URL)
			_, err := client.CreateMessage(t.Context(), hello(), api.WithMaxRetries(0))
			if c.ok != (err == nil) || len(s.received()) != c.requests {
				t.Errorf("got %v after %d requests", err, len(s.received()))
			}
			if c.ok && (s.last(t).Header.Get("X-Api-Key") != "sk-test" || len(s.last(t).Body) == 0) {
				t.Error("the redirected request lost its key or body")
			}
			var answer *api.Error
			if !c.ok && c.to != "" && (!errors.As(err, &answer) || answer.Status != c.status) {
				t.Errorf("got %v", err)
			}
		})
	}
	if n := len(other.received()); n != 0 {
		t.Errorf("the other host got %d requests", n)
	}
}

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

func TestBodiesThatAreOdd(t *testing.T) {
	cases := []struct {
		name, contentType, encoding, body string
		want                              string // "" is an error
		preview                           string
	}{
		{"gzip", "application/json", "gzip", gzipped(helloAnswer), "Hi", ""},
		{"gzip in name only", "application/json", "gzip", helloAnswer, "Hi", ""},
		{"gzip that is cut", "application/json", "gzip", gzipped(helloAnswer)[:40], "", ""},
		{"gzip that is broken", "application/json", "gzip", "\x1f\x8bnonsense", "", ""},
		{"unknown encoding", "application/json", "br", "\x1b\x2a\x00\xf8" + helloAnswer, "", ""},
		{"unknown encoding in name only", "application/json", "br", helloAnswer, "Hi", ""},
		{"HTML", "text/html", "", "<html>login</html>", "", "<html>login</html>"},
		{"a number", "application/json", "", "7", "", "7"},
		{"a list", "application/json", "", "[1]", "", "[1]"},
		{"cut", "application/json", "", helloAnswer[:30], "", helloAnswer[:30]},
		{"blank", "application/json", "", " \n", "", ""},
		{"white space around", "text/plain", "", "\n " + helloAnswer + "\n", "Hi", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.Header().Set("Content-Type", c.contentType)
				if c.encoding != "" {
					w.Header().Set("Content-Encoding", c.encoding)
				}
				io.WriteString(w, c.body)
			})
			client, _ := newClient(t, s.URL)
			message, err := client.CreateMessage(t.Context(), hello(), api.WithMaxRetries(0))
			if c.want != "" {
				if err != nil || message.Text() != c.want {
					t.Errorf("got %v, %v", message, err)
				}
				return
			}
			var wrong *api.DecodeError
			var broken *api.ConnError
			if !errors.As(err, &wrong) && !errors.As(err, &broken) {
				t.Fatalf("got %v", err)
			}
			if c.preview != "" && (wrong.Preview != c.preview || wrong.ContentType != c.contentType || wrong.Status != 200) {
				t.Errorf("got %+v", wrong)
			}
		})
	}
	t.Run("a stream in gzip", func(t *testing.T) {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.Header().Set("Content-Encoding", "gzip")
			answerSSE(w, gzipped(helloStream()))
		})
		client, _ := newClient(t, s.URL)
		stream, err := client.StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		if m, err := stream.Final(); err != nil || m.Text() != "Hello" {
			t.Errorf("got %v, %v", m, err)
		}
	})
}

// Compression does not hold deltas back, as long as the server flushes them.
func TestCompressedDeltasComeAtOnce(t *testing.T) {
	next := make(chan struct{})
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/event-stream")
		zip := gzip.NewWriter(w)
		defer zip.Close()
		send := func(events ...string) {
			io.WriteString(zip, sse(events...))
			_ = zip.Flush()
			w.(http.Flusher).Flush()
		}
		send(messageStart, textStart)
		for range 3 {
			send(textDelta("x"))
			select {
			case <-next:
			case <-r.Context().Done():
				return
			}
		}
		send(blockStop, messageDelta, messageStop)
	})
	client, _ := newClient(t, s.URL)
	stream, err := client.StreamMessage(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	for range stream.Text() {
		next <- struct{}{} // the server waits for it before it sends more
	}
	if message, err := stream.Final(); err != nil || message.Text() != "xxx" || s.last(t).Header.Get("Accept-Encoding") != "gzip" {
		t.Errorf("got %v, %v", message, err)
	}
}

// writePEM writes one PEM block to a file in dir.
func writePEM(t *testing.T, dir, name, kind string, der []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPrivateCAAndClientCertificate(t *testing.T) {
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "alice"},
		NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, _ := x509.MarshalPKCS8PrivateKey(key)
	certFile := writePEM(t, dir, "cert.pem", "CERTIFICATE", der)
	keyFile := writePEM(t, dir, "key.pem", "PRIVATE KEY", keyDER)

	var visitor string
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitor = ""
		if len(r.TLS.PeerCertificates) > 0 {
			visitor = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		answerJSON(w, 200, helloAnswer)
	}))
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	caFile := writePEM(t, dir, "ca.pem", "CERTIFICATE", s.Certificate().Raw)

	send := func(n api.Network) error {
		client, _ := newClient(t, s.URL)
		client.Network = n
		_, err := client.CreateMessage(t.Context(), hello(), api.WithMaxRetries(0))
		return err
	}
	var untrusted *api.ConnError
	if err := send(api.Network{}); !errors.As(err, &untrusted) || untrusted.Op != "tls" {
		t.Errorf("an unknown authority: %v", err)
	}
	if err := send(api.Network{CAFile: caFile}); err != nil || visitor != "" {
		t.Errorf("with the authority: %v", err)
	}
	if err := send(api.Network{CAFile: caFile, CertFile: certFile, KeyFile: keyFile}); err != nil || visitor != "alice" {
		t.Errorf("with a certificate: %q, %v", visitor, err)
	}
	for name, n := range map[string]api.Network{
		"missing CA": {CAFile: filepath.Join(dir, "none")}, "CA without certificate": {CAFile: keyFile},
		"certificate without key": {CertFile: certFile}, "odd proxy": {Proxy: "ftp://x:1"}, "no proxy URL": {Proxy: "secret:word@"},
	} {
		if err := send(n); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProxy(t *testing.T) {
	proxy := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.Method == http.MethodConnect {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		answerJSON(w, 200, helloAnswer)
	})
	send := func(base, explicit string, env map[string]string) error {
		client, _ := newClient(t, base)
		client.Network.Proxy = explicit
		client.Getenv = environment(env)
		_, err := client.CreateMessage(t.Context(), hello(), api.WithMaxRetries(0))
		return err
	}
	const far = "http://api.invalid/prefix"
	if err := send(far, proxy.URL, nil); err != nil || proxy.last(t).URL.Host != "api.invalid" {
		t.Errorf("explicit: %v", err)
	}
	if err := send(far, "", map[string]string{"http_proxy": proxy.URL}); err != nil {
		t.Errorf("from the environment: %v", err)
	}
	for name, err := range map[string]error{
		"switched off": send(far, "direct", map[string]string{"http_proxy": proxy.URL}),
		"excepted":     send(far, "", map[string]string{"HTTP_PROXY": proxy.URL, "NO_PROXY": "api.invalid"}),
	} {
		var unknown *api.ConnError
		if !errors.As(err, &unknown) || unknown.Op != "resolve" || unknown.Host != "api.invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	withPassword, _ := url.Parse(proxy.URL)
	withPassword.User = url.UserPassword("u", "hunter2")
	var refused *api.ConnError
	err := send("https://api.invalid", withPassword.String(), nil)
	if !errors.As(err, &refused) || refused.Op != "proxy" || !strings.Contains(err.Error(), "407") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a proxy that refuses: %v", err)
	}
}

func TestBaseURL(t *testing.T) {
	s := foreign(t)
	for base, want := range map[string]string{
		s.URL: "/v1/messages", s.URL + "/": "/v1/messages", s.URL + "/a/b": "/a/b/v1/messages", s.URL + "/a%2Fb/": "/a%2Fb/v1/messages",
	} {
		client, _ := newClient(t, base)
		if _, err := client.CreateMessage(t.Context(), hello()); err != nil || s.last(t).RequestURI != want {
			t.Errorf("%s: %s, %v", base, s.last(t).RequestURI, err)
		}
	}
	n := len(s.received())
	for _, bad := range []string{"host", "ftp://host", "http://", "http://u:hunter2@host", "http://host?x=1", "http://host#x", ":", "http://h\x7f"} {
		client, _ := newClient(t, bad)
		if _, err := client.CreateMessage(t.Context(), hello()); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if len(s.received()) != n {
		t.Error("something was sent")
	}
}

// Who sends much at a time keeps the connections for the next time.
func TestManyConnectionsAreUsedAgain(t *testing.T) {
	const many = 20
	var opened atomic.Int64
	var all sync.WaitGroup // of the requests of a round
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		all.Done()
		all.Wait()
		answerJSON(w, 200, helloAnswer)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	client, _ := newClient(t, s.URL)
	for range 2 {
		all.Add(many)
		var wg sync.WaitGroup
		for range many {
			wg.Go(func() {
				if _, err := client.CreateMessage(t.Context(), hello()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	if n := opened.Load(); n != many {
		t.Errorf("%d connections for twice %d requests at a time", n, many)
	}
}
