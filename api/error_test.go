package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"parlor/api"
)

func failing(t *testing.T, status int, body string) error {
	t.Helper()
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, status, body) })
	client, _ := newClient(t, s.URL)
	_, err := client.CreateMessage(t.Context(), hello(), api.WithMaxRetries(0))
	return err
}

func TestErrorKinds(t *testing.T) {
	envelope := func(kind string) string {
		return `{"type":"error","error":{"type":"` + kind + `","message":"m"}}`
	}
	cases := []struct {
		status int
		body   string
		kind   error
	}{
		{400, envelope("invalid_request_error"), api.ErrInvalidRequest},
		{401, envelope("authentication_error"), api.ErrAuthentication},
		{402, envelope("billing_error"), api.ErrBilling},
		{403, envelope("permission_error"), api.ErrPermission},
		{404, envelope("not_found_error"), api.ErrNotFound},
		{409, envelope("conflict_error"), api.ErrConflict},
		{413, envelope("request_too_large"), api.ErrTooLarge},
		{429, envelope("rate_limit_error"), api.ErrRateLimit},
		{500, envelope("api_error"), api.ErrServer},
		{504, envelope("timeout_error"), api.ErrTimeout},
		{529, envelope("overloaded_error"), api.ErrOverloaded},
		// without an envelope the status decides
		{400, "x", api.ErrInvalidRequest},
		{401, "", api.ErrAuthentication},
		{402, "", api.ErrBilling},
		{403, "", api.ErrPermission},
		{404, "404 page not found", api.ErrNotFound},
		{408, "", api.ErrTimeout},
		{409, "", api.ErrConflict},
		{412, "", api.ErrConflict},
		{413, "<h1>", api.ErrTooLarge},
		{418, "", api.ErrInvalidRequest},
		{422, "", api.ErrInvalidRequest},
		{429, "", api.ErrRateLimit},
		{502, "<html>", api.ErrServer},
		{503, "", api.ErrServer},
		{504, "", api.ErrTimeout},
		{529, "", api.ErrOverloaded},
		// the catch-all types say less than the status, the others more
		{404, envelope("invalid_request_error"), api.ErrNotFound},
		{503, envelope("api_error"), api.ErrServer},
		{400, envelope("overloaded_error"), api.ErrOverloaded},
		{500, envelope("some_new_error"), api.ErrServer},
	}
	kinds := []error{
		api.ErrInvalidRequest, api.ErrAuthentication, api.ErrBilling, api.ErrPermission, api.ErrNotFound,
		api.ErrConflict, api.ErrTooLarge, api.ErrRateLimit, api.ErrOverloaded, api.ErrServer, api.ErrTimeout, api.ErrConnection,
	}
	for _, c := range cases {
		err := failing(t, c.status, c.body)
		for _, kind := range kinds {
			if got := errors.Is(err, kind); got != errors.Is(c.kind, kind) {
				t.Errorf("%d %s: is %q: %v", c.status, c.body, kind, got)
			}
		}
	}
}

func TestErrorFields(t *testing.T) {
	cases := []struct {
		name, body string
		want       api.Error
	}{
		{
			"as documented", `{"type":"error","error":{"type":"rate_limit_error","message":"slow","details":{"error_code":"ramp_limit_exceeded"}},"request_id":"req_body"}`,
			api.Error{Type: "rate_limit_error", Message: "slow", Code: "ramp_limit_exceeded"},
		},
		{
			"other vendors", `{"error":{"message":"m","type":"invalid_request_error","param":null,"code":"bad"}}`,
			api.Error{Type: "invalid_request_error", Message: "m", Code: "bad"},
		},
		{"a string", `{"error":"just a string"}`, api.Error{Message: "just a string"}},
		{"flat", `{"type":"x","message":"m"}`, api.Error{Type: "x", Message: "m"}},
		{"a list", `[{"error":{"message":"m"}}]`, api.Error{Message: "m"}},
		{"an event", "event: error\ndata: {\"error\":{\"message\":\"m\"}}", api.Error{Message: "m"}},
		{"HTML", "<html>\n<h1>413</h1>", api.Error{Message: "<html> <h1>413</h1>"}},
		{"cut", `{"type":"error","err`, api.Error{Message: `{"type":"error","err`}},
		{"nothing", "", api.Error{}},
		{"long, with escapes", strings.Repeat("\x1b[31mé", 100), api.Error{Message: strings.Repeat(" [31mé", 28) + " [31..."}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got *api.Error
			err := failing(t, 418, c.body)
			if !errors.As(err, &got) {
				t.Fatal(err)
			}
			if got.Type != c.want.Type || got.Message != c.want.Message || got.Code != c.want.Code {
				t.Errorf("got %q %q %q", got.Type, got.Message, got.Code)
			}
			if got.Status != 418 || got.RequestID != "req_1" || got.Attempts != 1 || string(got.Raw) != c.body || got.Host == "" {
				t.Errorf("got %+v", got)
			}
			if !strings.Contains(got.Error(), "req_1") || !strings.Contains(got.Error(), "418") {
				t.Errorf("the text lacks facts: %s", got)
			}
		})
	}
}

func TestErrorsDoNotRepeatTheKey(t *testing.T) {
	const key = "sk-ant-wrong-key-1234"
	for _, body := range []string{
		`{"error":{"message":"Incorrect API key provided: ` + key + `"}}`, "<p>" + key, "event: error\ndata: " + key + "\n\n",
	} {
		for _, status := range []int{200, 401} {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.Header().Set("Content-Type", "text/event-stream")
				w.WriteHeader(status)
				io.WriteString(w, body)
			})
			for _, token := range []bool{false, true} {
				client, _ := newClient(t, s.URL)
				if client.APIKey = key; token {
					client.APIKey, client.AuthToken = "", key
				}
				_, err := client.CreateMessage(t.Context(), hello())
				stream, streamErr := client.StreamMessage(t.Context(), hello())
				if streamErr == nil {
					_, streamErr = stream.Final()
				}
				for _, err := range []error{err, streamErr} {
					var answer *api.Error
					if err == nil || strings.Contains(err.Error(), key) || errors.As(err, &answer) && strings.Contains(string(answer.Raw), key) {
						t.Errorf("%d %q: %v", status, body, err)
					}
				}
			}
		}
	}
}

func TestErrorTexts(t *testing.T) {
	for err, want := range map[error]string{
		&api.ConnError{Op: "resolve", Host: "h", Err: errors.New("no such host")}: "resolve h: no such host",
		&api.TimeoutError{Op: "connect", After: 5e9, Host: "h"}:                   "no connection to h within 5s",
		&api.TimeoutError{Op: "headers", After: 5e9, Host: "h"}:                   "no answer from h within 5s",
		&api.TimeoutError{Op: "stall", After: 5e9, Host: "h"}:                     "nothing came from h for 5s",
		&api.TimeoutError{Op: "total", After: 5e9, Host: "h"}:                     "the answer of h took longer than 5s",
		&api.NoCredentialError{Misses: []string{"a is not set", "b neither"}}:     "no credential: a is not set; b neither",
		&api.DecodeError{Status: 200, Host: "h", Err: errors.New("empty")}:        "h answered 200 with no content type that is not the API's: empty; it begins with: nothing",
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	cause := errors.New("x")
	if !errors.Is(fmt.Errorf("w: %w", &api.ConnError{Err: cause}), cause) {
		t.Error("a ConnError must unwrap")
	}
}
