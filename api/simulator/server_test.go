package simulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"parlor/api/simulator"
)

func TestOnlyLoopback(t *testing.T) {
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.168.1.1:80", "example.com:80", "127.0.0.1"} {
		srv, err := simulator.Serve(t.Context(), addr, fresh(simulator.Options{}))
		if err == nil {
			_ = srv.Close()
			t.Errorf("%s was taken", addr)
		}
		if addr != "127.0.0.1" && !errors.Is(err, simulator.ErrNotLoopback) {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{"", "localhost:0", "127.0.0.1:0"} {
		srv, err := simulator.Serve(t.Context(), addr, fresh(simulator.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		if err := srv.Close(); err != nil || srv.Close() != nil {
			t.Error(err)
		}
	}
}

// start serves a simulator and returns a function that begins a stream and hands back its body.
func start(t *testing.T, s *simulator.Simulator) (srv *simulator.Server, open func(context.Context) io.ReadCloser) {
	t.Helper()
	srv, err := simulator.Serve(context.Background(), "", s)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	return srv, func(ctx context.Context) io.ReadCloser {
		r, _ := http.NewRequestWithContext(ctx, "POST", srv.URL+"/v1/messages", strings.NewReader(stream("", "hi")))
		r.Header.Set("x-api-key", "k")
		r.Header.Set("anthropic-version", "2023-06-01")
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() })
		return resp.Body
	}
}

func readUntil(t *testing.T, r io.Reader, want string) string {
	t.Helper()
	got, buf := "", make([]byte, 512)
	for !strings.Contains(got, want) {
		n, err := r.Read(buf)
		if got += string(buf[:n]); err != nil && !strings.Contains(got, want) {
			t.Fatalf("%v before %q, after %q", err, want, got)
		}
	}
	return got
}

func TestGateReleasesDeltasOneByOne(t *testing.T) {
	s, gate := fresh(simulator.Options{}), make(chan struct{})
	s.Push(simulator.Script{Deltas: []string{"one", "two", "three"}, Gate: gate})
	_, open := start(t, s)
	body := open(t.Context())
	got := readUntil(t, body, "event: ping\ndata: {\"type\":\"ping\"}\n\n")
	if strings.Contains(got, "one") {
		t.Error("a delta came through the closed gate")
	}
	gate <- struct{}{}
	if got = readUntil(t, body, "one"); strings.Contains(got, "two") {
		t.Error("two deltas for one release")
	}
	gate <- struct{}{}
	readUntil(t, body, "two")
	close(gate)
	readUntil(t, body, "message_stop")
}

func TestCancelledRequestsStop(t *testing.T) {
	for name, sc := range map[string]simulator.Script{
		"at the gate": {Text: "x", Gate: make(chan struct{})},
		"stalled":     {Text: "x", StallAfter: simulator.AfterDeltas(0)},
		"waiting":     {Text: "x", Delay: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			s := simulator.New(simulator.Options{Rate: -1})
			s.Push(sc)
			srv, open := start(t, s)
			ctx, cancel := context.WithCancel(t.Context())
			readUntil(t, open(ctx), "event: ping")
			cancel()
			// Close returns only when the handler is gone.
			if err := srv.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCloseEndsStreams(t *testing.T) {
	s := simulator.New(simulator.Options{})
	s.Push(simulator.Script{Text: "x", Gate: make(chan struct{})})
	srv, open := start(t, s)
	body := open(t.Context())
	readUntil(t, body, "event: ping")
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(body); err == nil {
		t.Error("the stream ended as if it were complete")
	}
}

func TestTheContextEndsTheServer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	srv, err := simulator.Serve(ctx, "", simulator.New(simulator.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
}

func TestResetIsAReset(t *testing.T) {
	s := fresh(simulator.Options{})
	s.Push(simulator.Script{Deltas: []string{"one", "two"}, ResetAfter: simulator.AfterDeltas(1)})
	_, open := start(t, s)
	got, err := io.ReadAll(open(t.Context()))
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v", err)
	}
	if strings.Contains(string(got), "two") {
		t.Errorf("got %s", got)
	}
}

func TestTruncationLooksComplete(t *testing.T) {
	s := fresh(simulator.Options{})
	s.Push(simulator.Script{Deltas: []string{"one", "two"}, TruncateAfter: simulator.AfterDeltas(1)})
	_, open := start(t, s)
	got, err := io.ReadAll(open(t.Context()))
	if err != nil || !strings.HasSuffix(string(got), "\"one\"}}\n\n") {
		t.Errorf("%v after %q", err, got)
	}
}

func TestManyAtOnce(t *testing.T) {
	s := fresh(simulator.Options{})
	s.Push(simulator.Script{Text: "scripted", Times: 20})
	done := make(chan bool)
	for range 40 {
		go func() { done <- strings.Contains(post(s, stream("", "hi")).Body.String(), "scripted") }()
	}
	n := 0
	for range 40 {
		if <-done {
			n++
		}
	}
	if n != 20 || s.Pending() != 0 || len(s.Requests()) != 40 {
		t.Errorf("%d scripted answers, %d pending, %d recorded", n, s.Pending(), len(s.Requests()))
	}
}
