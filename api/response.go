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
	// OrganizationID and WorkspaceID are those the request counted for, "" when
	// the server does not tell.
	OrganizationID, WorkspaceID string
	Header                      http.Header // all of them, also those without a field here
	RateLimit                   RateLimits
	Attempts                    int // how often the request was sent, this response included
	Host                        string
}

// RateLimits are the limits of the organization after this request. Servers
// may send all, some or none of them.
type RateLimits struct {
	Requests     RateLimit
	Tokens       RateLimit // the tightest token limit in force
	InputTokens  RateLimit
	OutputTokens RateLimit
	// Priority and Fast are the limits of the Priority Tier and of fast mode,
	// sent with requests that use them.
	Priority, Fast TokenLimits
	RetryAfter     time.Duration // 0 when the server does not ask to wait
}

// TokenLimits are limits of their own for a kind of service.
type TokenLimits struct{ InputTokens, OutputTokens RateLimit }

// RateLimit is one limit. Known tells an absent one from an exhausted one.
type RateLimit struct {
	Known            bool
	Limit, Remaining int64
	Reset            time.Time // when Remaining is Limit again; zero if not told
}

func newResponseInfo(resp *http.Response, host string, attempts int, now time.Time) *ResponseInfo {
	info := &ResponseInfo{
		Status:    resp.StatusCode,
		RequestID: requestID(resp.Header),
		Header:    resp.Header,
		Attempts:  attempts,
		Host:      host,
		RateLimit: RateLimits{
			Requests:     rateLimit(resp.Header, "Ratelimit-Requests"),
			Tokens:       rateLimit(resp.Header, "Ratelimit-Tokens"),
			InputTokens:  rateLimit(resp.Header, "Ratelimit-Input-Tokens"),
			OutputTokens: rateLimit(resp.Header, "Ratelimit-Output-Tokens"),
			Priority:     tokenLimits(resp.Header, "Priority"),
			Fast:         tokenLimits(resp.Header, "Fast"),
		},
		OrganizationID: resp.Header.Get("Anthropic-Organization-Id"),
		WorkspaceID:    resp.Header.Get("Anthropic-Workspace-Id"),
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

func tokenLimits(h http.Header, kind string) TokenLimits {
	return TokenLimits{
		InputTokens:  rateLimit(h, kind+"-Input-Tokens"),
		OutputTokens: rateLimit(h, kind+"-Output-Tokens"),
	}
}

func rateLimit(h http.Header, name string) RateLimit {
	prefix := "Anthropic-" + name
	limit, errLimit := strconv.ParseInt(h.Get(prefix+"-Limit"), 10, 64)
	remaining, errRemaining := strconv.ParseInt(h.Get(prefix+"-Remaining"), 10, 64)
	reset, _ := time.Parse(time.RFC3339, h.Get(prefix+"-Reset"))
	return RateLimit{
		Known: errLimit == nil && errRemaining == nil,
		Limit: limit, Remaining: remaining, Reset: reset,
	}
}
