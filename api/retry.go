package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"
)

const (
	defaultMaxRetries   = 2
	defaultMaxRetryWait = 60 * time.Second
	firstBackoff        = 500 * time.Millisecond
	maxBackoff          = 8 * time.Second
)

// Retry tells about an attempt that failed and will be repeated.
type Retry struct {
	Attempt     int           // that failed, counted from 1
	MaxAttempts int           // how many there will be at most
	Wait        time.Duration // before the next one
	Err         error         // why it failed
}

// retryWait decides whether to send again after attempt (from 1) failed with
// err, and how long to wait first. A server that asks for more than limit is
// not obeyed: its error is returned, and says when to come back.
func retryWait(err error, attempt int, limit time.Duration, random func() float64) (time.Duration, bool) {
	if !retryable(err) {
		return 0, false
	}
	var answer *Error
	if errors.As(err, &answer) && answer.RetryAfter > 0 {
		return answer.RetryAfter, answer.RetryAfter <= limit
	}
	return backoff(attempt-1, random), true
}

// retryable knows which failures may pass by themselves.
func retryable(err error) bool {
	var answer *Error
	if errors.As(err, &answer) {
		switch answer.Header.Get("X-Should-Retry") {
		case "true":
			return true
		case "false":
			return false
		}
		return retryableStatus(answer.Status)
	}
	var unreachable *ConnError
	var timeout *TimeoutError
	return errors.As(err, &unreachable) || errors.As(err, &timeout)
}

// surelyUndone reports whether the request that failed had no effect: it was
// turned away for its rate, or never reached a server.
func surelyUndone(err error) bool {
	var answer *Error
	if errors.As(err, &answer) {
		return answer.Status == http.StatusTooManyRequests
	}
	var unreachable *ConnError
	if errors.As(err, &unreachable) {
		return unreachable.Op != "send" && unreachable.Op != "read"
	}
	var timeout *TimeoutError
	return errors.As(err, &timeout) && timeout.Op == "connect"
}

func retryableStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// backoff grows from half a second to eight, less up to a quarter at random so
// that clients that failed together do not come back together.
func backoff(retries int, random func() float64) time.Duration {
	wait := maxBackoff
	if retries < 4 {
		wait = min(firstBackoff<<retries, maxBackoff)
	}
	return time.Duration(float64(wait) * (1 - 0.25*random()))
}

// serverWait reads how long the server asks to wait: retry-after-ms, else
// retry-after as seconds or as a date. Zero, negative, past and unreadable
// values are no wish.
func serverWait(h http.Header, now time.Time) (time.Duration, bool) {
	if wait, ok := parseWait(h.Get("Retry-After-Ms"), time.Millisecond); ok {
		return wait, true
	}
	value := h.Get("Retry-After")
	if wait, ok := parseWait(value, time.Second); ok {
		return wait, true
	}
	if date, err := http.ParseTime(value); err == nil {
		wait := date.Sub(now)
		return max(wait, 0), wait > 0
	}
	return 0, false
}

func parseWait(value string, unit time.Duration) (time.Duration, bool) {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || !(n > 0) || math.IsInf(n, 0) {
		return 0, false
	}
	wait := n * float64(unit)
	if wait > math.MaxInt64/2 {
		return math.MaxInt64 / 2, true
	}
	return time.Duration(wait), true
}

// sleep is the default of Client.Sleep.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
