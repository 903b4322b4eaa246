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

// serve serves a simulator over TCP and returns a function that makes a GET request there and hands back the body.
func serve(t *testing.T, s *simulator.Simulator) (url string, open func(ctx context.Context, path string) (io.Reader, http.Header)) {
	t.Helper()
	srv, _ := start(t, s)
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	return srv.URL, func(ctx context.Context, path string) (io.Reader, http.Header) {
		r, _ := http.NewRequestWithContext(ctx, "GET", srv.URL+path, nil)
		r.Header.Set("x-api-key", "k")
		r.Header.Set("anthropic-version", "2023-06-01")
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() })
		return resp.Body, resp.Header
	}
}

func TestResultsURLIsWhereTheServerIs(t *testing.T) {
	s := fresh(simulator.Options{BatchTime: -1})
	url, open := serve(t, s)
	b := create(t, s, requests(sonnet46, "one"))
	r, _ := open(t.Context(), batchesPath+"/"+b.ID)
	body, err := io.ReadAll(r)
	if want := `"results_url":"` + url + batchesPath + "/" + b.ID + `/results"`; err != nil || !strings.Contains(string(body), want) {
		t.Errorf("%v in %s, want %s", err, body, want)
	}
}

func TestFaultsInWhatIsNotAMessage(t *testing.T) {
	s := fresh(simulator.Options{BatchTime: -1})
	_, open := serve(t, s)
	b := create(t, s, requests(sonnet46, "one", "two", "three"))
	results := batchesPath + "/" + b.ID + "/results"
	whole := do(s, request("GET", results, "")).Body.String()
	data := strings.Repeat("0123456789abcdef", 1<<13)
	file := s.PutFile("data.bin", "", []byte(data))
	content := "/v1/files/" + file + "/content"

	for _, at := range []struct{ path, whole string }{{results, whole}, {content, data}} {
		match := simulator.Match{Method: "GET", Path: at.path}
		for _, n := range []int{0, 1, 1000, len(at.whole) - 1, len(at.whole)} {
			s.Push(simulator.Script{Match: match, TruncateAfter: simulator.AfterBytes(n)})
			body, _ := open(t.Context(), at.path)
			got, err := io.ReadAll(body)
			if err != nil || string(got) != at.whole[:n] {
				t.Errorf("%s truncated after %d: %v after %d bytes", at.path, n, err, len(got))
			}
		}
		s.Push(simulator.Script{Match: match, ResetAfter: simulator.AfterBytes(1000)})
		body, _ := open(t.Context(), at.path)
		got, err := io.ReadAll(body)
		if !errors.Is(err, syscall.ECONNRESET) || len(got) > 1000 {
			t.Errorf("%s reset: %v after %d bytes", at.path, err, len(got))
		}
		s.Push(simulator.Script{Match: match, StallAfter: simulator.AfterBytes(1000)})
		ctx, cancel := context.WithCancel(t.Context())
		body, _ = open(ctx, at.path)
		if _, err := io.ReadFull(body, make([]byte, 1000)); err != nil {
			t.Errorf("%s before the stall: %v", at.path, err)
		}
		cancel()
		if _, err := body.Read(make([]byte, 1)); err == nil {
			t.Errorf("%s went on after the stall", at.path)
		}
		s.Push(simulator.Script{Match: match, SplitBytes: 7, Natural: true, Header: http.Header{"X-Extra": {"1"}}})
		body, header := open(t.Context(), at.path)
		if got, err := io.ReadAll(body); err != nil || string(got) != at.whole || header.Get("X-Extra") != "1" {
			t.Errorf("%s in pieces: %v, %d of %d bytes", at.path, err, len(got), len(at.whole))
		}
	}
	if s.Pending() != 0 {
		t.Errorf("%d scripts are left", s.Pending())
	}
}

func TestLinesOfResultsCountAsDeltas(t *testing.T) {
	s := fresh(simulator.Options{BatchTime: -1})
	_, open := serve(t, s)
	b := create(t, s, requests(sonnet46, "one", "two", "three"))
	path, gate := batchesPath+"/"+b.ID+"/results", make(chan struct{})
	match := simulator.Match{Method: "GET", Path: path}
	s.Push(simulator.Script{Match: match, TruncateAfter: simulator.AfterDeltas(2)})
	body, _ := open(t.Context(), path)
	if got, err := io.ReadAll(body); err != nil || strings.Count(string(got), "\n") != 2 {
		t.Errorf("%v after %s", err, got)
	}
	s.Push(simulator.Script{Match: match, Gate: gate})
	body, _ = open(t.Context(), path)
	gate <- struct{}{}
	if got := readUntil(t, body, "\n"); strings.Count(got, "custom_id") != 1 {
		t.Errorf("through the gate came %s", got)
	}
	close(gate)
	if got, err := io.ReadAll(body); err != nil || strings.Count(string(got), "custom_id") != 2 {
		t.Errorf("through the open gate came %v, %s", err, got)
	}
}

func TestDelaysOfWhatIsNotAMessage(t *testing.T) {
	c := &clock{now: noon()}
	s := simulator.New(simulator.Options{Now: c.Now, Sleep: c.Sleep})
	for _, path := range []string{"/v1/models", "/v1/files", "/v1/skills", batchesPath} {
		s.Push(simulator.Script{
			Match: simulator.Match{Method: "GET", Path: path}, HeaderDelay: time.Second, FirstDelay: 2 * time.Second, Delay: 4 * time.Second,
		})
		if w := do(s, request("GET", path, "")); w.Code != 200 || !strings.Contains(w.Body.String(), `"data":[`) {
			t.Errorf("%s: status %d: %s", path, w.Code, w.Body)
		}
	}
	if slept := c.now.Sub(noon()); slept != 4*7*time.Second {
		t.Errorf("slept %v", slept)
	}
}

func TestNaturalAnswersWithFaults(t *testing.T) {
	s := fresh(simulator.Options{})
	plain := post(s, stream("", "Tell me of the sea")).Body.String()
	want := streamed(events(t, []byte(plain)))
	s = fresh(simulator.Options{})
	s.Push(simulator.Script{Natural: true, Header: http.Header{"x-extra": {"1"}}, DropMessageStop: true})
	w := post(s, stream("", "Tell me of the sea"))
	if got := streamed(events(t, w.Body.Bytes())); got != want || strings.Contains(w.Body.String(), "message_stop") || w.Header().Get("X-Extra") != "1" {
		t.Errorf("got %q, want %q", got, want)
	}
	s = fresh(simulator.Options{})
	s.Push(simulator.Script{Natural: true, TruncateAfter: simulator.AfterDeltas(3)})
	if got := streamed(events(t, post(s, stream("", "Tell me of the sea")).Body.Bytes())); got == "" || !strings.HasPrefix(want, got) || got == want {
		t.Errorf("got %q of %q", got, want)
	}
	s.Push(simulator.Script{Natural: true, Match: simulator.Match{Path: "/v1/messages/count_tokens"}, TruncateAfter: simulator.AfterBytes(9)})
	w = do(s, request("POST", "/v1/messages/count_tokens", `{"model":"claude-sonnet-4-6","messages":[{"role":"user","content":"x"}]}`))
	if w.Body.String() != `{"input_t` {
		t.Errorf("got %s", w.Body)
	}
	s.Push(simulator.Script{Natural: true})
	refused(t, s, 400, "colour", "POST", "/v1/messages", hi(sonnet46, `,"colour":1`))
}
