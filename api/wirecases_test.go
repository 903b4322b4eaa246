package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parlor/api"
)

// wireCase is one recording; see testdata/wire-cases/README.md.
type wireCase struct {
	Name    string
	Given   json.RawMessage
	Replies []struct {
		Status  int
		Headers map[string]string
		Chunks  []string
		Abort   bool
	}
	Requests []struct {
		AtMS    int `json:"at_ms"`
		Method  string
		URI     string
		Headers http.Header
		Body    json.RawMessage `json:"body_json"`
	}
	Value json.RawMessage
	Error *struct {
		Status    int
		RequestID string `json:"request_id"`
		ErrorType string `json:"error_type"`
		RawJSON   string `json:"raw_json"`
	}
}

func wireCases(t *testing.T, folder string, run func(*testing.T, wireCase)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "wire-cases", folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no wire cases", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c wireCase
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		t.Run(c.Name, func(t *testing.T) { run(t, c) })
	}
}

// replay answers with the case's replies, the last one for ever.
func (c wireCase) replay(t *testing.T) *server {
	return newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		reply := c.Replies[min(n, len(c.Replies)-1)]
		for name, value := range reply.Headers {
			w.Header().Set(name, value)
		}
		if reply.Headers["content-type"] == "" {
			w.Header()["Content-Type"] = nil // net/http would guess one
		}
		if reply.Status != 0 {
			w.WriteHeader(reply.Status)
		}
		for _, chunk := range reply.Chunks {
			io.WriteString(w, chunk)
			w.(http.Flusher).Flush()
		}
		if reply.Abort {
			panic(http.ErrAbortHandler)
		}
	})
}

func TestWireRequests(t *testing.T) {
	// What this client does differently, and why.
	differences := map[string]string{
		"create-unknown-key":   "unknown body fields are sent, not dropped: the server knows best",
		"env-custom-headers":   "ANTHROPIC_CUSTOM_HEADERS applies with a credential too, as in later versions",
		"opt-both-credentials": "two credentials are an error: the API refuses them together",
		"beta-two-betas":       "no ?beta=true: the header alone selects betas",
	}
	wireCases(t, "requests", func(t *testing.T, c wireCase) {
		s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			switch r.URL.Path {
			case "/v1/messages/count_tokens":
				answerJSON(w, 200, `{"input_tokens":7}`)
			case "/v1/models":
				answerJSON(w, 200, `{"data":[{"id":"claude-test"}]}`)
			default:
				answerJSON(w, 200, helloAnswer)
			}
		})
		err := sendLike(t, c, s)
		if len(c.Requests) == 0 || c.Name == "opt-both-credentials" {
			if err == nil || len(s.received()) != 0 {
				t.Fatalf("must be refused before it is sent, got %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		got, want := s.last(t), c.Requests[0]
		wantURI := strings.ReplaceAll(want.URI, "?beta=true", "")
		if got.Method != want.Method || got.RequestURI != wantURI {
			t.Errorf("sent %s %s, want %s %s", got.Method, got.RequestURI, want.Method, wantURI)
		}
		for name, values := range want.Headers {
			if !slices.Equal(got.Header[name], values) {
				t.Errorf("header %s: %q, want %q", name, got.Header[name], values)
			}
		}
		if len(got.Header["X-Api-Key"])+len(got.Header["Authorization"]) != 1 {
			t.Error("there must be exactly one credential")
		}
		if c.Name == "env-custom-headers" && (got.Header.Get("X-A") != "1" || got.Header.Get("X-B") != "2") {
			t.Error("custom headers are missing:", got.Header)
		}
		if want.Body != nil && c.Name != "create-unknown-key" {
			body := want.Body
			if len(c.Given) > 0 && c.Given[0] == '{' {
				body = c.Given // blocks go out as they were given
			}
			sameJSON(t, "body", got.Body, normalise(t, body))
		}
	})
	for name := range differences {
		if _, err := os.Stat(filepath.Join("testdata", "wire-cases", "requests", name+".json")); err != nil {
			t.Error("a difference without its case:", name)
		}
	}
}

// normalise writes a recorded body as this package does: contents as lists.
func normalise(t *testing.T, body []byte) []byte {
	t.Helper()
	var request api.MessageRequest
	if err := json.Unmarshal(body, &request); err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(body, &fields)
	fields["messages"], _ = json.Marshal(request.Messages)
	if request.System != nil {
		fields["system"], _ = json.Marshal(request.System)
	}
	out, _ := json.Marshal(fields)
	return out
}

// sendLike makes the call the recording was made of.
func sendLike(t *testing.T, c wireCase, s *server) error {
	t.Helper()
	client, _ := newClient(t, s.URL)
	request := hello()
	var options []api.RequestOption
	switch {
	case strings.HasPrefix(c.Name, "env-"):
		var pairs []string
		_ = json.Unmarshal(c.Given, &pairs)
		env := map[string]string{}
		for i := 0; i+1 < len(pairs); i += 2 {
			env[pairs[i]] = strings.ReplaceAll(pairs[i+1], "URL", s.URL)
		}
		client.APIKey, client.BaseURL, client.Getenv = "", "", environment(env)
	case strings.HasPrefix(c.Name, "models-get"):
		var id string
		_ = json.Unmarshal(c.Given, &id)
		_, err := client.Model(t.Context(), id)
		return err
	case c.Name == "models-list":
		client.Betas = []string{"x-1", "y-2"}
		for _, err := range client.Models(t.Context(), api.ModelListOptions{Limit: 5, AfterID: "a b/ç"}) {
			return err
		}
	case c.Name == "beta-two-betas":
		options = append(options, api.WithBetas("context-1m-2025-08-07", "future-2030-01-01"))
	case c.Name == "opt-auth-token-only":
		client.APIKey, client.AuthToken = "", "tok"
	case c.Name == "opt-both-credentials":
		client.AuthToken = "tok"
	case c.Name == "opt-base-url-with-path":
		client.BaseURL += "/proxy/v9"
	case c.Name == "opt-base-url-with-path-slash":
		client.BaseURL += "/proxy/v9/"
	case c.Name == "opt-user-profile-workspace":
		options = append(options, api.WithHeader("anthropic-user-profile-id", "uprof_1"),
			api.WithHeader("anthropic-workspace-id", "wrkspc_1"))
	case c.Name == "count-tokens":
		if err := json.Unmarshal(c.Requests[0].Body, request); err != nil {
			t.Fatal(err)
		}
		request.MaxTokens, request.Temperature = 100, new(float64) // not part of a count
		_, err := client.CountTokens(t.Context(), request)
		return err
	}
	if len(c.Given) > 0 && c.Given[0] == '{' {
		if err := json.Unmarshal(c.Given, request); err != nil {
			t.Fatal(err)
		}
	}
	_, err := client.CreateMessage(t.Context(), request, options...)
	return err
}
