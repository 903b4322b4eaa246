package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"parlor/api"
)

// answers gives one status and header after the other, then success.
func answers(t *testing.T, headers ...http.Header) *server {
	return newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n >= len(headers) {
			answerJSON(w, 200, helloAnswer)
			return
		}
		status := 429
		for name, values := range headers[n] {
			if name == "Status" {
				_, _ = fmt.Sscan(values[0], &status)
				continue
			}
			w.Header()[name] = values
		}
		answerJSON(w, status, `{"type":"error","error":{"type":"","message":"no"}}`)
	})
}

func TestRetryWaits(t *testing.T) {
	backoff := 437500 * time.Microsecond // half a second less half of a quarter
	cases := []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"no wish", http.Header{}, backoff},
		{"seconds", http.Header{"Retry-After": {"30"}}, 30 * time.Second},
		{"a fraction", http.Header{"Retry-After": {"0.3"}}, 300 * time.Millisecond},
		{"milliseconds count first", http.Header{"Retry-After-Ms": {"250"}, "Retry-After": {"30"}}, 250 * time.Millisecond},
		{"milliseconds that say nothing", http.Header{"Retry-After-Ms": {"soon"}, "Retry-After": {"2"}}, 2 * time.Second},
		{"the longest", http.Header{"Retry-After": {"60"}}, time.Minute},
		{"zero", http.Header{"Retry-After": {"0"}}, backoff},
		{"negative", http.Header{"Retry-After": {"-5"}}, backoff},
		{"garbage", http.Header{"Retry-After": {"soon"}}, backoff},
		{"not a number", http.Header{"Retry-After": {"NaN"}}, backoff},
		{"for ever", http.Header{"Retry-After": {"Inf"}}, backoff},
		{"a date", http.Header{"Retry-After": {"Fri, 20 Nov 2026 12:00:07 GMT"}}, 7 * time.Second},
		{"a date of the past", http.Header{"Retry-After": {"Fri, 31 Dec 1999 23:59:59 GMT"}}, backoff},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := answers(t, c.header)
			client, clock := newClient(t, s.URL)
			if _, err := client.CreateMessage(t.Context(), hello()); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(clock.slept, []time.Duration{c.want}) {
				t.Errorf("waited %v, want %v", clock.slept, c.want)
			}
		})
	}
}

func TestRetryLongWaitsAreReportedInstead(t *testing.T) {
	for value, want := range map[string]time.Duration{"120": 2 * time.Minute, "61": 61 * time.Second, "1e300": 1 << 62} {
		s := answers(t, http.Header{"Retry-After": {value}})
		client, clock := newClient(t, s.URL)
		_, err := client.CreateMessage(t.Context(), hello())
		var limited *api.Error
		if !errors.As(err, &limited) || limited.RetryAfter < want-1 || len(clock.slept) != 0 {
			t.Errorf("%s: got %v, slept %v", value, err, clock.slept)
		}
	}
	s := answers(t, http.Header{"Retry-After": {"120"}})
	client, clock := newClient(t, s.URL)
	client.MaxRetryWait = 3 * time.Minute
	if _, err := client.CreateMessage(t.Context(), hello()); err != nil || len(clock.slept) != 1 {
		t.Errorf("with a higher limit: %v, slept %v", err, clock.slept)
	}
}

func TestRetryBackoffGrowsToEightSeconds(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 529, `{}`) })
	client, clock := newClient(t, s.URL)
	client.Rand = func() float64 { return 0 }
	client.MaxRetries = pointer(7)
	_, err := client.CreateMessage(t.Context(), hello())
	var overloaded *api.Error
	if !errors.As(err, &overloaded) || overloaded.Attempts != 8 {
		t.Errorf("got %v", err)
	}
	ms := time.Millisecond
	if want := []time.Duration{500 * ms, 1000 * ms, 2000 * ms, 4000 * ms, 8000 * ms, 8000 * ms, 8000 * ms}; !slices.Equal(clock.slept, want) {
		t.Errorf("waited %v", clock.slept)
	}
}

func TestRetryWhat(t *testing.T) {
	cases := []struct {
		status, should string
		again          bool
	}{
		{"400", "", false},
		{"401", "", false},
		{"402", "", false},
		{"403", "", false},
		{"404", "", false},
		{"408", "", true},
		{"409", "", true},
		{"413", "", false},
		{"422", "", false},
		{"429", "", true},
		{"500", "", true},
		{"502", "", true},
		{"529", "", true},
		{"529", "false", false},
		{"400", "true", true},
		{"400", "perhaps", false},
	}
	for _, c := range cases {
		header := http.Header{"Status": {c.status}}
		if c.should != "" {
			header["X-Should-Retry"] = []string{c.should}
		}
		s := answers(t, header)
		client, _ := newClient(t, s.URL)
		_, err := client.CreateMessage(t.Context(), hello())
		if again := len(s.received()) == 2; again != c.again || again != (err == nil) {
			t.Errorf("%s %s: sent %d times, %v", c.status, c.should, len(s.received()), err)
		}
	}
}

func TestRetryTellsAboutItself(t *testing.T) {
	s := answers(t, http.Header{"Retry-After": {"3"}}, http.Header{"Status": {"500"}})
	client, _ := newClient(t, s.URL)
	var told []string
	var responses []int
	_, err := client.CreateMessage(t.Context(), hello(),
		api.OnRetry(func(r api.Retry) {
			told = append(told, fmt.Sprintf("%d/%d %v %v", r.Attempt, r.MaxAttempts, r.Wait, errors.Is(r.Err, api.ErrRateLimit)))
		}),
		api.OnResponse(func(r *api.ResponseInfo) { responses = append(responses, r.Status*10+r.Attempts) }))
	if err != nil || !slices.Equal(told, []string{"1/3 3s true", "2/3 875ms false"}) || !slices.Equal(responses, []int{4291, 5002, 2003}) {
		t.Errorf("got %q, %v, %v", told, responses, err)
	}
	if got := s.last(t).Header.Get("X-Retry-Count"); got != "2" {
		t.Errorf("X-Retry-Count %q", got)
	}
}

func TestRetryOfConnectionsThatFail(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n < 2 {
			panic(http.ErrAbortHandler)
		}
		answerJSON(w, 200, helloAnswer)
	})
	client, clock := newClient(t, s.URL)
	if _, err := client.CreateMessage(t.Context(), hello()); err != nil || len(clock.slept) != 2 {
		t.Errorf("got %v after %v", err, clock.slept)
	}
	s.Close()
	_, err := client.CreateMessage(t.Context(), hello())
	var refused *api.ConnError
	if !errors.As(err, &refused) || refused.Op != "connect" || refused.Attempts != 3 || !errors.Is(err, api.ErrConnection) {
		t.Errorf("refused: got %+v", err)
	}
}

func TestRetryEndsWithTheContext(t *testing.T) {
	s := answers(t, http.Header{}, http.Header{}, http.Header{})
	client, _ := newClient(t, s.URL)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	client.Sleep = nil // the real one must wake up
	_, err := client.CreateMessage(ctx, hello(), api.OnRetry(func(api.Retry) { cancel() }))
	if !same(err, context.Canceled) || len(s.received()) != 1 {
		t.Errorf("got %v after %d requests", err, len(s.received()))
	}
	if _, err := client.CreateMessage(ctx, hello()); !same(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestRetryOfAStreamBeforeItBegins(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 0 {
			answerJSON(w, 529, `{}`)
			return
		}
		answerSSE(w, helloStream())
	})
	client, clock := newClient(t, s.URL)
	stream, err := client.StreamMessage(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	if m, err := stream.Final(); err != nil || m.Text() != "Hello" || len(clock.slept) != 1 || stream.Response().Attempts != 2 {
		t.Errorf("got %v, %v", m, err)
	}
}
