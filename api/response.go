package api

import (
	"net/http"
	"strconv"
	"time"
)

// ResponseInfo is what the headers of a response tell.
type ResponseInfo struct {
	Status    int
	RequestID string // "" when the server sent none
	Header    http.Header
	RateLimit RateLimits
	Attempts  int // how often the request was sent, this response included
	Host      string
}

// RateLimits are the limits of the organization after this request. Servers
// may send all, some or none of them.
type RateLimits struct {
	Requests     RateLimit
	Tokens       RateLimit // the tightest token limit in force
	InputTokens  RateLimit
	OutputTokens RateLimit
	RetryAfter   time.Duration // 0 when the server does not ask to wait
}

// RateLimit is one limit. Known tells an absent one from an exhausted one.
type RateLimit struct {
	Known            bool
	Limit, Remaining int64
	Reset            time.Time // when Remaining is Limit again; zero if not told
}

func newResponseInfo(resp *http.Response, host string, attempts int, now time.Time) *ResponseInfo {
	if resp.Request != nil {
		scrubHeader(resp.Header, sentSecret(resp.Request.Header))
	}
	info := &ResponseInfo{
		Status:    resp.StatusCode,
		RequestID: requestID(resp.Header),
		Header:    resp.Header,
		Attempts:  attempts,
		Host:      host,
		RateLimit: RateLimits{
			Requests:     rateLimit(resp.Header, "Requests"),
			Tokens:       rateLimit(resp.Header, "Tokens"),
			InputTokens:  rateLimit(resp.Header, "Input-Tokens"),
			OutputTokens: rateLimit(resp.Header, "Output-Tokens"),
		},
	}
	info.RateLimit.RetryAfter, _ = serverWait(resp.Header, now)
	return info
}

func requestID(h http.Header) string {
	if id := h.Get("Request-Id"); id != "" {
		return id
	}
	return h.Get("X-Amzn-Requestid")
}

func rateLimit(h http.Header, name string) RateLimit {
	prefix := "Anthropic-Ratelimit-" + name
	limit, errLimit := strconv.ParseInt(h.Get(prefix+"-Limit"), 10, 64)
	remaining, errRemaining := strconv.ParseInt(h.Get(prefix+"-Remaining"), 10, 64)
	reset, _ := time.Parse(time.RFC3339, h.Get(prefix+"-Reset"))
	return RateLimit{
		Known: errLimit == nil && errRemaining == nil,
		Limit: limit, Remaining: remaining, Reset: reset,
	}
}
