package simulator_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parlor/api/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when the tests happen.
func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 30, 0, time.UTC) }

// fresh is a simulator at noon that never waits.
func fresh(opt simulator.Options) *simulator.Simulator {
	opt.Rate = -1
	if opt.Now == nil {
		opt.Now = noon
	}
	return simulator.New(opt)
}

// request makes a good request; header lines ("name: value") replace the usual ones, "name:" removes one.
func request(method, path, body string, header ...string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("x-api-key", "sk-test")
	r.Header.Set("anthropic-version", "2023-06-01")
	r.Header.Set("content-type", "application/json")
	for _, line := range header {
		name, value, _ := strings.Cut(line, ":")
		if r.Header.Del(name); strings.TrimSpace(value) != "" {
			r.Header.Set(name, strings.TrimSpace(value))
		}
	}
	return r
}

func do(s http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func post(s http.Handler, body string, header ...string) *httptest.ResponseRecorder {
	return do(s, request("POST", "/v1/messages", body, header...))
}

// message is the part of an answer that tests look at.
type message struct {
	ID, Role, Model string
	Content         []struct{ Type, Text, Thinking, Signature string }
	StopReason      string          `json:"stop_reason"`
	StopSequence    string          `json:"stop_sequence"`
	StopDetails     json.RawMessage `json:"stop_details"`
	Usage           struct {
		Input   int `json:"input_tokens"`
		Created int `json:"cache_creation_input_tokens"`
		Read    int `json:"cache_read_input_tokens"`
		Output  int `json:"output_tokens"`
		Details struct {
			Thinking int `json:"thinking_tokens"`
		} `json:"output_tokens_details"`
	}
}

func (m message) text() string {
	text := ""
	for _, c := range m.Content {
		text += c.Text
	}
	return text
}

// envelope is an error answer.
type envelope struct {
	Type      string
	Error     struct{ Type, Message string }
	RequestID string `json:"request_id"`
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return v
}

// say sends a user message, or a whole conversation of alternating turns, and returns the answer.
func say(t *testing.T, s http.Handler, model, extra string, turns ...string) message {
	t.Helper()
	w := post(s, body(model, extra, turns...))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return decode[message](t, w)
}

// body is a request; extra are further fields, with a leading comma.
func body(model, extra string, turns ...string) string {
	type entry struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	var list []entry
	for i, text := range turns {
		list = append(list, entry{[]string{"user", "assistant"}[i%2], text})
	}
	messages, _ := json.Marshal(list)
	limit := `,"max_tokens":16000`
	if strings.Contains(extra, "max_tokens") {
		limit = ""
	}
	return `{"model":"` + model + `"` + limit + extra + `,"messages":` + string(messages) + `}`
}

// event is one event of a stream.
type event struct {
	name string
	data map[string]any
}

func (e event) deltaText() string {
	d, _ := e.data["delta"].(map[string]any)
	text, _ := d["text"].(string)
	return text
}

func events(t *testing.T, stream []byte) []event {
	t.Helper()
	var list []event
	scanner := bufio.NewScanner(bytes.NewReader(stream))
	scanner.Buffer(nil, 1<<24)
	name := ""
	for scanner.Scan() {
		line := scanner.Text()
		if n, ok := strings.CutPrefix(line, "event: "); ok {
			name = n
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			e := event{name: name}
			if err := json.Unmarshal([]byte(data), &e.data); err != nil {
				t.Fatalf("%v in %q", err, data)
			}
			if e.data["type"] != name {
				t.Errorf("event %q holds a %v", name, e.data["type"])
			}
			list = append(list, e)
		}
	}
	return list
}

// streamed is the text of a stream's deltas.
func streamed(list []event) string {
	text := ""
	for _, e := range list {
		text += e.deltaText()
	}
	return text
}
