package api_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parlor/api"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is an API of one test: a handler, and what was asked of it.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []received
}

type received struct {
	*http.Request
	Body []byte
}

// newServer answers request number n (from 0) with answer.
func newServer(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, n int)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		n := len(s.requests)
		s.requests = append(s.requests, received{r, body})
		s.mu.Unlock()
		answer(w, r, n)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) received() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func (s *server) last(t *testing.T) received {
	t.Helper()
	all := s.received()
	if len(all) == 0 {
		t.Fatal("the server got no request")
	}
	return all[len(all)-1]
}

// clock is time that passes only when somebody sleeps.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept = append(c.slept, d)
	c.now = c.now.Add(d)
	return ctx.Err()
}

// newClient returns a client of url with an empty environment, a virtual clock
// and a key.
func newClient(t *testing.T, url string) (*api.Client, *clock) {
	t.Helper()
	clock := newClock()
	client := &api.Client{
		APIKey:  "sk-test",
		BaseURL: url,
		Getenv:  func(string) string { return "" },
		Now:     clock.Now,
		Sleep:   clock.Sleep,
		Rand:    func() float64 { return 0.5 },
	}
	t.Cleanup(client.Close)
	return client, clock
}

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func hello() *api.MessageRequest {
	return &api.MessageRequest{
		Model: "claude-test", MaxTokens: 16, Messages: []api.MessageParam{api.UserText("hi")},
	}
}

const helloAnswer = `{"id":"msg_01","type":"message","role":"assistant","model":"claude-test",` +
	`"content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","stop_sequence":null,` +
	`"usage":{"input_tokens":3,"output_tokens":1}}`

func answerJSON(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", "req_1")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

// Pieces of streams.
const (
	messageStart = `{"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant",` +
		`"model":"claude-test","content":[],"stop_reason":null,"stop_sequence":null,` +
		`"usage":{"input_tokens":3,"cache_read_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":2},` +
		`"output_tokens":1,"service_tier":"standard"}}}`
	textStart    = `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"","citations":null}}`
	blockStop    = `{"type":"content_block_stop","index":0}`
	messageDelta = `{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,"container":null},` +
		`"usage":{"output_tokens":2,"input_tokens":null}}`
	messageStop = `{"type":"message_stop"}`
)

func textDelta(text string) string {
	quoted, _ := json.Marshal(text)
	return `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":` + string(quoted) + `}}`
}

// sse frames events by their type, as the API does.
func sse(events ...string) string {
	var out string
	for _, e := range events {
		var typed struct{ Type string }
		_ = json.Unmarshal([]byte(e), &typed)
		out += "event: " + typed.Type + "\ndata: " + e + "\n\n"
	}
	return out
}

func helloStream() string {
	return sse(messageStart, textStart, `{"type":"ping"}`, textDelta("Hel"), textDelta("lo"),
		blockStop, messageDelta, messageStop)
}

func answerSSE(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Request-Id", "req_s")
	io.WriteString(w, body)
}

// streamOf returns the stream a server makes of body.
func streamOf(t *testing.T, body string) *api.Stream {
	t.Helper()
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerSSE(w, body) })
	client, _ := newClient(t, s.URL)
	stream, err := client.StreamMessage(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stream.Close() })
	return stream
}

// same reports whether err is want itself, not something that wraps it.
func same(err, want error) bool { return any(err) == any(want) }

func sameJSON(t *testing.T, what string, got, want []byte) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatalf("%s: %v in %s", what, err, got)
	}
	if err := json.Unmarshal(want, &w); err != nil {
		t.Fatalf("%s: %v in %s", what, err, want)
	}
	gs, _ := json.Marshal(g)
	ws, _ := json.Marshal(w)
	if string(gs) != string(ws) {
		t.Errorf("%s:\n got %s\nwant %s", what, gs, ws)
	}
}

// roundTripper is a server without a network, so that time can be virtual.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
