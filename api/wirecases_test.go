package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parlor/api"
)

// wireCase is one recording; see testdata/wire-cases/README.md.
type wireCase struct {
	Version     string `json:"-"` // of the API, which the folder is called after
	Name        string
	Given       json.RawMessage
	DroppedKeys []string `json:"dropped_keys"`
	Replies     []wireReply
	Requests    []wireRequest
	ElapsedMS   int `json:"elapsed_ms"`
	Value       json.RawMessage
	Error       *wireError
}

type wireReply struct {
	Status  int
	Headers map[string]string
	Chunks  []string
	Note    string
	Abort   bool
	DelayMS int `json:"delay_ms"` // before the headers
	PauseMS int `json:"pause_ms"` // between chunks
}

type wireRequest struct {
	AtMS    int `json:"at_ms"`
	Method  string
	URI     string
	Headers http.Header
	Raw     string          `json:"body"`
	Body    json.RawMessage `json:"body_json"`
}

type wireError struct {
	GoType    string `json:"go_type"`
	Text      string
	Status    int
	RequestID string `json:"request_id"`
	ErrorType string `json:"error_type"`
	RawJSON   string `json:"raw_json"`
}

const wireFolder = "testdata/wire-cases"

// wireCases runs all cases of a group, of every version, each in a bubble of
// virtual time.
func wireCases(t *testing.T, group string, run func(*testing.T, wireCase)) {
	t.Helper()
	for _, version := range []string{api.Version2023, api.Version2026} {
		files, err := filepath.Glob(filepath.Join(wireFolder, version, group, "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatal("no wire cases", err)
		}
		for _, file := range files {
			c := readWireCase(t, file)
			c.Version = version
			t.Run(version+"/"+c.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { run(t, c) })
			})
		}
	}
}

func readWireCase(t *testing.T, file string) (c wireCase) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return c
}

// noCaseLeft finds the entries of a table that belong to no case of the group.
func noCaseLeft[T any](t *testing.T, group string, table map[string]T) {
	t.Helper()
	for name := range table {
		files, _ := filepath.Glob(filepath.Join(wireFolder, "*", group, name+".json"))
		if len(files) == 0 {
			t.Errorf("%q stands in a table, but there is no such case", name)
		}
	}
}

// wireServer is a server within the bubble: it speaks HTTP over pipes.
type wireServer struct {
	URL      string
	conns    chan net.Conn
	closed   chan struct{}
	mu       sync.Mutex
	requests []received
	at       []time.Time // when each of them came
}

// newWireServer answers request number n (from 0) with answer, and returns a
// client of it that waits for real.
func newWireServer(
	t *testing.T, version string, answer func(w http.ResponseWriter, r *http.Request, n int),
) (*wireServer, *api.Client) {
	t.Helper()
	s := &wireServer{URL: "http://wire.test", conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{
		ReadHeaderTimeout: time.Hour,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			s.mu.Lock()
			n := len(s.requests)
			s.requests = append(s.requests, received{r, body})
			s.at = append(s.at, time.Now())
			s.mu.Unlock()
			answer(w, r, n)
		}),
	}
	transport := &http.Transport{DialContext: s.dial, DisableCompression: true}
	served := make(chan struct{})
	go func() { _ = server.Serve(s); close(served) }()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
		<-served
	})
	return s, &api.Client{
		APIKey: "sk-test", BaseURL: s.URL, Version: version, Transport: transport,
		Getenv: environment(nil), Rand: func() float64 { return 0.5 },
	}
}

func (s *wireServer) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case s.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept, Close and Addr make the server a net.Listener.
func (s *wireServer) Accept() (net.Conn, error) {
	select {
	case conn := <-s.conns:
		return conn, nil
	case <-s.closed:
		return nil, net.ErrClosed
	}
}

func (s *wireServer) Close() error {
	close(s.closed)
	return nil
}

func (s *wireServer) Addr() net.Addr { return &net.TCPAddr{} }

func (s *wireServer) received() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// replay answers with the case's replies, the last one for ever.
func (c wireCase) replay(t *testing.T) (*wireServer, *api.Client) {
	t.Helper()
	for i := range c.Replies {
		if reply := &c.Replies[i]; reply.Chunks == nil && strings.Contains(reply.Note, "chunk") {
			reply.Chunks = []string{c.leftOut(t, *reply)}
		}
	}
	return newWireServer(t, c.Version, func(w http.ResponseWriter, r *http.Request, n int) {
		reply := c.Replies[min(n, len(c.Replies)-1)]
		if !pause(r, time.Duration(reply.DelayMS)*time.Millisecond) {
			return
		}
		for name, value := range reply.Headers {
			w.Header().Set(name, value)
		}
		if reply.Headers["content-type"] == "" {
			w.Header()["Content-Type"] = nil // net/http would guess one
		}
		if reply.Status != 0 {
			w.WriteHeader(reply.Status)
		}
		for i, chunk := range reply.Chunks {
			if i > 0 && reply.PauseMS > 0 && !pause(r, time.Duration(reply.PauseMS)*time.Millisecond) {
				return
			}
			io.WriteString(w, chunk)
			w.(http.Flusher).Flush()
		}
		if reply.Abort {
			panic(http.ErrAbortHandler)
		}
	})
}

// leftOut makes the chunk that a recording only describes: compressed, or one
// text delta of many megabytes in an ordinary stream.
func (c wireCase) leftOut(t *testing.T, reply wireReply) string {
	t.Helper()
	plain := readWireCase(t, filepath.Join(wireFolder, c.Version, "replies", "stream-plain.json")).Replies[0].Chunks[0]
	if reply.Headers["content-encoding"] == "gzip" {
		var value struct{ Raw string }
		_ = json.Unmarshal(c.Value, &value)
		if value.Raw == "" {
			value.Raw = plain
		}
		var zipped bytes.Buffer
		w := gzip.NewWriter(&zipped)
		io.WriteString(w, value.Raw)
		w.Close()
		return zipped.String()
	}
	_, size, _ := strings.Cut(reply.Note, "chunk 0: ")
	size, _, _ = strings.Cut(size, " bytes")
	n, err := strconv.Atoi(size)
	if err != nil {
		t.Fatalf("no chunks, and no way to make them: %s", reply.Note)
	}
	const delta = "Hel"
	return strings.Replace(plain, delta, strings.Repeat("x", n-len(plain)+len(delta)), 1)
}
