package api_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/api"
)

func TestHeaders(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	client.Version = "2026-10-21"
	client.Header = http.Header{"X-A": {"client"}, "X-B": {"client"}, "Anthropic-Beta": {"b2, b1"}}
	client.Betas = []string{"b3", "b1"}
	client.Getenv = environment(map[string]string{"ANTHROPIC_CUSTOM_HEADERS": "x-a: env\nx-c: env: more\n\nno colon\n: no name\nbad name: x\n"})
	_, err := client.CreateMessage(t.Context(), hello(), api.WithHeader("x-b", "request"), api.WithBetas("b4", "b2"))
	if err != nil {
		t.Fatal(err)
	}
	got := s.last(t).Header
	for name, want := range map[string]string{
		"X-A": "client", "X-B": "request", "X-C": "env: more", "Anthropic-Version": "2026-10-21",
		"Anthropic-Beta": "b2,b1,b3,b4", "Content-Type": "application/json", "Accept": "application/json",
		"User-Agent": "parlor-api", "Authorization": "Bearer sk-test",
	} {
		if !slices.Equal(got[name], []string{want}) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if client.Header.Get("X-Api-Key") != "" || len(client.Header["Anthropic-Beta"]) != 1 {
		t.Error("the client's own header was changed")
	}
}

func TestExactlyOneCredential(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	cases := []struct {
		name   string
		set    func(*api.Client)
		option api.RequestOption
		key    string
		bearer string
		fails  bool
	}{
		{name: "a key", set: func(*api.Client) {}, key: "sk-test"},
		{name: "a token", set: func(c *api.Client) { c.APIKey, c.AuthToken = "", "tok" }, bearer: "Bearer tok"},
		{name: "both", set: func(c *api.Client) { c.AuthToken = "tok" }, fails: true},
		{name: "a header instead", set: func(c *api.Client) { c.Header = http.Header{"Authorization": {"Basic x"}} }, bearer: "Basic x"},
		{name: "a header of the request", set: func(*api.Client) {}, option: api.WithHeader("x-api-key", "other"), key: "other"},
		{name: "two headers", set: func(c *api.Client) { c.Header = http.Header{"Authorization": {"x"}, "X-Api-Key": {"y"}} }, fails: true},
		{name: "a line break in the key", set: func(c *api.Client) { c.APIKey = "sk\r\nx-evil: 1" }, fails: true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client, _ := newClient(t, s.URL)
			c.set(client)
			before := len(s.received())
			option := c.option
			if option == nil {
				option = api.WithMaxRetries(0)
			}
			_, err := client.CreateMessage(t.Context(), hello(), option)
			if c.fails {
				if err == nil || len(s.received()) != before || strings.Contains(err.Error(), "evil") {
					t.Errorf("got %v", err)
				}
				return
			}
			got := s.last(t).Header
			if err != nil || got.Get("X-Api-Key") != c.key || got.Get("Authorization") != c.bearer {
				t.Errorf("sent %q and %q, %v", got["X-Api-Key"], got["Authorization"], err)
			}
		})
	}
}

func TestResponseInfo(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		h := w.Header()
		h.Set("Anthropic-Ratelimit-Requests-Limit", "50")
		h.Set("Anthropic-Ratelimit-Requests-Remaining", "0")
		h.Set("Anthropic-Ratelimit-Requests-Reset", "2026-11-20T12:00:30Z")
		h.Set("Anthropic-Ratelimit-Tokens-Limit", "many")
		h.Set("Anthropic-Ratelimit-Input-Tokens-Limit", "40000")
		h.Set("Anthropic-Ratelimit-Input-Tokens-Remaining", "39000")
		h.Set("Retry-After", "7")
		answerJSON(w, 200, helloAnswer)
	})
	client, _ := newClient(t, s.URL)
	var info *api.ResponseInfo
	m, err := client.CreateMessage(t.Context(), hello(), api.OnResponse(func(r *api.ResponseInfo) { info = r }))
	if err != nil || m.RequestID != "req_1" {
		t.Fatal(m, err)
	}
	limits := info.RateLimit
	if r := limits.Requests; !r.Known || r.Limit != 50 || r.Remaining != 0 || r.Reset.Second() != 30 {
		t.Errorf("requests: %+v", r)
	}
	if limits.Tokens.Known || limits.OutputTokens.Known || limits.InputTokens.Remaining != 39000 || limits.RetryAfter != 7*time.Second {
		t.Errorf("got %+v", limits)
	}
	if info.Status != 200 || info.Attempts != 1 || info.RequestID != "req_1" || info.Host == "" {
		t.Errorf("got %+v", info)
	}
}

func TestLogHoldsNoSecrets(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		w.Header().Set("Set-Cookie", "session=secret-cookie")
		if n == 0 {
			answerJSON(w, 529, `{}`)
			return
		}
		answerJSON(w, 200, helloAnswer)
	})
	var log bytes.Buffer
	client, _ := newClient(t, s.URL)
	client.APIKey = "sk-secret-key-1234"
	client.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	_, err := client.CreateMessage(t.Context(), hello(), api.WithHeader("X-Gateway-Token", "secret-token"),
		api.WithHeader("X-Visible", "yes"))
	if err != nil {
		t.Fatal(err)
	}
	text := log.String()
	if strings.Contains(text, "secret") || strings.Contains(text, `"hi"`) {
		t.Errorf("the log tells too much: %s", text)
	}
	for _, want := range []string{"status=529", "status=200", "retry", "attempt=2", "X-Visible=yes", "X-Api-Key=REDACTED", "request_id=req_1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %s: %s", want, text)
		}
	}
}

func TestCountTokens(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, n int) {
		switch n {
		case 0:
			answerJSON(w, 200, `{"input_tokens":2095,"context_management":null}`)
		case 1:
			http.NotFound(w, r)
		default:
			answerJSON(w, 200, `{"tokens":1}`)
		}
	})
	client, _ := newClient(t, s.URL)
	request := fullRequest()
	count, err := client.CountTokens(t.Context(), request)
	if err != nil || count.InputTokens != 2095 || s.last(t).URL.Path != "/v1/messages/count_tokens" {
		t.Errorf("got %v, %v", count, err)
	}
	const want = `{"model":"m","speed":"standard","cache_control":{"type":"ephemeral"},` +
		`"thinking":{"type":"enabled","budget_tokens":1024,"display":"summarized"},` +
		`"output_config":{"effort":"high","format":{"type":"json_schema","schema":{"b":1,"a":2}}},` +
		`"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"},` +
		`"system":[{"type":"text","text":"Be <brief> & kind.","cache_control":{"type":"ephemeral","ttl":"1h"}}],` +
		`"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}`
	if got := string(s.last(t).Body); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, err := client.CountTokens(t.Context(), request); !errors.Is(err, api.ErrNotFound) {
		t.Errorf("a server without counting: %v", err)
	}
	if _, err := client.CountTokens(t.Context(), request); !errors.As(err, new(*api.DecodeError)) {
		t.Errorf("an answer without a count: %v", err)
	}
}

// A Client is shared by goroutines: what one request asks for must not show in
// another, nor in spare room of the client's own lists.
func TestOptionsLeaveTheClientAlone(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	betas := []string{"b1", "spare", "spare"}
	client.Header, client.Betas = http.Header{"X-Mine": {"a"}}, betas[:1]
	client.MaxRetries, client.Timeouts = pointer(1), api.Timeouts{Stall: time.Second}
	request := hello()
	request.UserProfileID, request.Betas = "uprof_1", []string{"b2"}
	_, err := client.CreateMessage(t.Context(), request, api.WithHeader("X-Mine", "b"), api.WithHeader("X-Other", "c"),
		api.WithBetas("b3"), api.WithMaxRetries(7), api.WithTimeouts(api.Timeouts{Stall: time.Hour}))
	if err != nil || s.last(t).Header.Get("X-Mine") != "b" {
		t.Fatal(err, s.last(t).Header)
	}
	if len(client.Header) != 1 || client.Header.Get("X-Mine") != "a" || !slices.Equal(betas, []string{"b1", "spare", "spare"}) ||
		*client.MaxRetries != 1 || client.Timeouts != (api.Timeouts{Stall: time.Second}) {
		t.Errorf("the client has %v, %v, %d, %v", client.Header, betas, *client.MaxRetries, client.Timeouts)
	}
	if _, err := client.CreateMessage(t.Context(), hello()); err != nil || s.last(t).Header.Get("X-Mine") != "a" ||
		s.last(t).Header.Get("Anthropic-Beta") != "b1" || s.last(t).Header.Get("Anthropic-User-Profile-Id") != "" {
		t.Errorf("%v, %v", err, s.last(t).Header)
	}
}
