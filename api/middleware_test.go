package api_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"parlor/api"
)

func TestMiddlewareSeesEveryAttempt(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 0 {
			answerJSON(w, 500, `{}`)
			return
		}
		answerJSON(w, 200, helloAnswer)
	})
	client, _ := newClient(t, s.URL)
	var seen []string
	note := func(name string) func(http.RoundTripper) http.RoundTripper {
		return func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				seen = append(seen, name+r.Header.Get("X-Retry-Count"))
				return next.RoundTrip(r)
			})
		}
	}
	client.Middleware = []func(http.RoundTripper) http.RoundTripper{note("outer"), note("inner")}
	var info api.ResponseInfo
	if _, err := client.CreateMessage(t.Context(), hello(), api.ResponseInto(&info)); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(seen, " "); got != "outer inner outer1 inner1" {
		t.Errorf("called %s", got)
	}
	if info.Status != 200 || info.Attempts != 2 {
		t.Errorf("the last response is %+v", info)
	}
}

func TestWhatAMiddlewareRefusesIsNotRetried(t *testing.T) {
	client, clock := newClient(t, "http://127.0.0.1:1")
	refused := &api.FieldError{Field: "model", Err: errors.New("is not for us")}
	client.Middleware = []func(http.RoundTripper) http.RoundTripper{func(http.RoundTripper) http.RoundTripper {
		return roundTripper(func(*http.Request) (*http.Response, error) { return nil, refused })
	}}
	if _, err := client.CreateMessage(t.Context(), hello()); !same(err, refused) || len(clock.slept) > 0 {
		t.Errorf("got %v after waiting %v", err, clock.slept)
	}
}

// TestEnvironmentLog runs itself as a program, since the log of ANTHROPIC_LOG
// goes to the real standard error.
func TestEnvironmentLog(t *testing.T) {
	if base := os.Getenv("LOG_TEST_BASE"); base != "" {
		client := &api.Client{APIKey: "sk-secret-key-of-the-test", BaseURL: base}
		defer client.Close()
		if _, err := client.CreateMessage(t.Context(), hello()); err != nil {
			t.Fatal(err)
		}
		return
	}
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n%2 == 0 {
			w.Header().Set("Retry-After-Ms", "1")
			answerJSON(w, 529, `{}`)
			return
		}
		answerJSON(w, 200, helloAnswer)
	})
	for level, want := range map[string][2]bool{ // whether retries and responses are told
		"debug": {true, true}, "info": {true, false}, "warn": {}, "off": {}, "": {}, "nonsense": {}, " INFO ": {true, false},
	} {
		program := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestEnvironmentLog$")
		program.Env = append(os.Environ(), "LOG_TEST_BASE="+s.URL, "ANTHROPIC_LOG="+level)
		var log bytes.Buffer
		program.Stderr = &log
		if out, err := program.Output(); err != nil {
			t.Fatalf("%v: %s%s", err, out, log.String())
		}
		got := [2]bool{strings.Contains(log.String(), "claude api: retry"), strings.Contains(log.String(), "claude api: response")}
		if got != want {
			t.Errorf("ANTHROPIC_LOG=%q told %v, want %v:\n%s", level, got, want, log.String())
		}
		if strings.Contains(log.String(), "sk-secret") {
			t.Errorf("ANTHROPIC_LOG=%q shows the key:\n%s", level, log.String())
		}
	}
}

func TestALoggerOfTheClientHoldsOverTheEnvironment(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	var log bytes.Buffer
	client.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client.Getenv = environment(map[string]string{"ANTHROPIC_LOG": "off"})
	if _, err := client.CreateMessage(t.Context(), hello()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "claude api: response") {
		t.Errorf("logged %q", log.String())
	}
}

func TestLimitsOfPriorityAndFastService(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		h := w.Header()
		h.Set("anthropic-priority-input-tokens-limit", "1000")
		h.Set("anthropic-priority-input-tokens-remaining", "7")
		h.Set("anthropic-fast-output-tokens-limit", "50")
		h.Set("anthropic-fast-output-tokens-remaining", "0")
		h.Set("anthropic-organization-id", "org-1")
		h.Set("anthropic-workspace-id", "wrkspc_1")
		answerJSON(w, 200, helloAnswer)
	})
	client, _ := newClient(t, s.URL)
	var info api.ResponseInfo
	if _, err := client.CreateMessage(t.Context(), hello(), api.ResponseInto(&info)); err != nil {
		t.Fatal(err)
	}
	limits := info.RateLimit
	if limits.Priority.InputTokens.Remaining != 7 || !limits.Fast.OutputTokens.Known || limits.Fast.InputTokens.Known {
		t.Errorf("got %+v", limits)
	}
	if info.OrganizationID != "org-1" || info.WorkspaceID != "wrkspc_1" {
		t.Errorf("got %+v", info)
	}
}
