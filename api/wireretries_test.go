package api_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parlor/api"
)

// As many attempts as the recorded client makes, with waits by the rules of
// this one: what the server wishes if that is more than nothing and no more
// than Client.MaxRetryWait, else the backoff. The recorded client takes a wish
// of zero, or of a moment that has passed, literally; to hammer a server that
// says it has too much to do helps nobody. And it follows redirects that turn a
// POST into a GET and lose what was to be posted, which is an error here.
func TestWireRetries(t *testing.T) {
	wireCases(t, "retries", func(t *testing.T, c wireCase) {
		s, client := c.replay(t)
		began := c.setClock(t, client)
		ctx, options := c.limits(t, client)
		message, err := client.CreateMessage(ctx, hello(), options...)
		other := slices.IndexFunc(c.Requests, func(r wireRequest) bool { return r.Method != http.MethodPost })
		if other > 0 { // a redirect that loses the body
			if len(s.received()) != other || err == nil {
				t.Errorf("sent %d requests, got %v; want an error", len(s.received()), err)
			}
			return
		}
		if c.Error == nil && (err != nil || strconv.Quote(message.Text()) != string(c.Value)) {
			t.Errorf("got %v, %v; want %s", message, err, c.Value)
		}
		if c.Error != nil {
			c.checkError(t, err)
		}
		got := s.received()
		if len(got) != len(c.Requests) {
			t.Fatalf("sent %d requests, want %d", len(got), len(c.Requests))
		}
		for i, want := range c.Requests {
			if got[i].Method != want.Method || got[i].RequestURI != want.URI {
				t.Errorf("sent %s %s, want %s %s", got[i].Method, got[i].RequestURI, want.Method, want.URI)
			}
			if i == 0 {
				continue
			}
			wait, free := c.wait(i-1, began)
			if took := s.at[i].Sub(s.at[i-1]); took != wait {
				t.Errorf("attempt %d came after %v, want %v", i+1, took, wait)
			}
			// The recording has its own jitter, up to a quarter, and overhead.
			recorded := time.Duration(want.AtMS-c.Requests[i-1].AtMS) * time.Millisecond
			if !free && (recorded < wait*3/4 || recorded > wait*5/4+10*time.Millisecond) {
				t.Errorf("attempt %d came after %v, the recorded client waited %v", i+1, wait, recorded)
			}
		}
	})
}

// wait says how long to wait after the reply to attempt n (from 0) was due. Free
// means that the recorded client did otherwise.
func (c wireCase) wait(n int, now time.Time) (wait time.Duration, free bool) {
	reply := c.Replies[min(n, len(c.Replies)-1)]
	if reply.Status/100 == 3 {
		return 0, true
	}
	wait = 500 * time.Millisecond << n * 7 / 8 // with the random number of newWireServer
	if reply.DelayMS > 0 {
		wait += c.patience()
	}
	for _, header := range []struct {
		name string
		unit time.Duration
	}{{"retry-after-ms", time.Millisecond}, {"retry-after", time.Second}} {
		value := strings.TrimSpace(reply.Headers[header.name])
		wish := time.Duration(0)
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			wish, free = time.Duration(n*float64(header.unit)), free || !(n > 0) || n > 1e9
		} else if date, err := http.ParseTime(value); err == nil {
			wish, free = date.Sub(now), free || date.Before(now)
		}
		if wish > 0 && wish <= time.Minute {
			return wish, free
		}
	}
	return wait, free
}

// setClock lets a date that the server names lie as far ahead as the recording
// says, and returns what time it is.
func (c wireCase) setClock(t *testing.T, client *api.Client) time.Time {
	t.Helper()
	now := time.Now()
	if date, err := http.ParseTime(c.Replies[0].Headers["retry-after"]); err == nil && len(c.Requests) > 1 {
		ahead := time.Duration(c.Requests[1].AtMS-c.Requests[0].AtMS) * time.Millisecond
		if ahead > 0 {
			now = date.Add(-ahead)
		}
	}
	began := time.Now()
	client.Now = func() time.Time { return now.Add(time.Since(began)) }
	return now
}

// limits sets what the name of the case says about retries, the context and
// timeouts.
func (c wireCase) limits(t *testing.T, client *api.Client) (context.Context, []api.RequestOption) {
	t.Helper()
	ctx, elapsed := t.Context(), time.Duration(c.ElapsedMS)*time.Millisecond
	if _, n, ok := strings.Cut(c.Name, "max-retries-"); ok {
		n, _, _ = strings.Cut(n, "-")
		retries, err := strconv.Atoi(n)
		if err != nil {
			t.Fatal(err)
		}
		return ctx, []api.RequestOption{api.WithMaxRetries(retries)}
	}
	cancel := func() {}
	switch {
	case strings.Contains(c.Name, "context-deadline"):
		ctx, cancel = context.WithTimeout(ctx, elapsed)
	case strings.Contains(c.Name, "context-cancelled"):
		ctx, cancel = context.WithCancel(ctx)
		time.AfterFunc(elapsed, cancel)
	case strings.HasPrefix(c.Name, "timeout-"):
		client.Timeouts.Total, client.MaxRetries = c.patience(), pointer(1)
	}
	t.Cleanup(cancel)
	return ctx, nil
}

// patience is the timeout of an attempt in a case that is about one.
func (c wireCase) patience() time.Duration {
	return time.Duration(c.ElapsedMS-c.Requests[len(c.Requests)-1].AtMS).Round(10) * time.Millisecond
}

// checkError compares an error with the recorded one, as far as that is no
// matter of the words.
func (c wireCase) checkError(t *testing.T, err error) {
	t.Helper()
	var got *api.Error
	switch want := c.Error; {
	case err == nil:
		t.Error("there must be an error")
	case strings.HasPrefix(c.Name, "timeout-"):
		if !errors.Is(err, api.ErrTimeout) {
			t.Errorf("got %v (%T), want a timeout", err, err)
		}
	case want.GoType == "context.deadlineExceededError":
		if !same(err, context.DeadlineExceeded) {
			t.Errorf("got %v (%T), want the context's own error", err, err)
		}
	case want.Text == context.Canceled.Error():
		if !same(err, context.Canceled) {
			t.Errorf("got %v (%T), want the context's own error", err, err)
		}
	case want.Status == 0:
	case !errors.As(err, &got):
		t.Errorf("got %v (%T), want an *api.Error", err, err)
	default:
		want.compare(t, got)
	}
}

// compare allows the client to find out more than the recorded one: a type or
// a request ID that this one found elsewhere must stand in the answer.
func (want wireError) compare(t *testing.T, got *api.Error) {
	t.Helper()
	raw := strings.TrimRight(want.RawJSON, "\n")
	if got.Status != want.Status || strings.TrimRight(string(got.Raw), "\n") != raw {
		t.Errorf("got status %d, raw %q; want %d, %q", got.Status, got.Raw, want.Status, raw)
	}
	if got.Type != want.ErrorType && (want.ErrorType != "" || !strings.Contains(raw, strconv.Quote(got.Type))) {
		t.Errorf("got type %q, want %q", got.Type, want.ErrorType)
	}
	if got.RequestID != want.RequestID && want.RequestID != "" {
		t.Errorf("got request ID %q, want %q", got.RequestID, want.RequestID)
	}
}
