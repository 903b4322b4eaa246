package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// organization is the same on every answer.
const organization = "5151a7ed-0000-4000-8000-000000000000"

// The limits of the simulated organization, per minute. They are shown and counted, and never enforced.
const (
	limitRequests = 4_000
	limitInput    = 2_000_000
	limitOutput   = 400_000
)

// minute counts what was used in the current minute.
type minute struct {
	start                   time.Time
	requests, input, output int
}

// begin numbers the request and sets the headers every answer has.
func (x *exchange) begin() {
	s := x.sim
	s.mu.Lock()
	s.requests++
	x.no = s.requests
	s.mu.Unlock()
	x.id = s.makeID("req_01", x.no)
	h := x.w.Header()
	h.Set("Request-Id", x.id)
	h.Set("Anthropic-Organization-Id", organization)
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Simulated", "true")
}

// makeID derives an id from the seed and a number, so that the same sequence of requests has the same ids.
func (s *Simulator) makeID(prefix string, no uint64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s%d/%d", prefix, s.opt.Seed, no))
	return prefix + hex.EncodeToString(sum[:])[:22]
}

// limits counts the request and sets the rate-limit headers. bytes is the size of its body.
func (x *exchange) limits(bytes int) {
	s := x.sim
	now := s.opt.Now()
	s.mu.Lock()
	if m := now.Truncate(time.Minute); !m.Equal(s.minute.start) {
		s.minute = minute{start: m}
	}
	s.minute.requests++
	s.minute.input += bytes / 4
	used := s.minute
	s.mu.Unlock()
	h := x.w.Header()
	reset := used.start.Add(time.Minute).UTC().Format(time.RFC3339)
	set := func(kind string, limit, used, round int) {
		left := max(limit-used, 0) / round * round
		h.Set("Anthropic-Ratelimit-"+kind+"-Limit", strconv.Itoa(limit))
		h.Set("Anthropic-Ratelimit-"+kind+"-Remaining", strconv.Itoa(left))
		h.Set("Anthropic-Ratelimit-"+kind+"-Reset", reset)
	}
	set("Requests", limitRequests, used.requests, 1)
	set("Input-Tokens", limitInput, used.input, 1000)
	set("Output-Tokens", limitOutput, used.output, 1000)
	set("Tokens", limitInput+limitOutput, used.input+used.output, 1000)
}

// spend counts output tokens against the minute.
func (s *Simulator) spend(output int) {
	s.mu.Lock()
	s.minute.output += output
	s.mu.Unlock()
}

// authenticate checks that there is exactly one credential and that it is good.
func (x *exchange) authenticate() error {
	refuse := func(message string) error {
		return &apiError{status: http.StatusUnauthorized, kind: "authentication_error", message: message}
	}
	key := x.r.Header.Get("X-Api-Key")
	token := x.r.Header.Get("Authorization")
	switch {
	case key != "" && token != "":
		return refuse("x-api-key and Authorization cannot both be set")
	case key == "" && token == "":
		return refuse("x-api-key header is required")
	case key == "":
		scheme, value, _ := strings.Cut(token, " ")
		if key = strings.TrimSpace(value); !strings.EqualFold(scheme, "Bearer") || key == "" {
			return refuse("Invalid bearer token")
		}
	}
	if want := x.sim.opt.RequireKey; want != "" && key != want || want == "" && badKey(key) {
		if token != "" {
			return refuse("Invalid bearer token")
		}
		return refuse("invalid x-api-key")
	}
	return nil
}

func badKey(key string) bool {
	return strings.HasPrefix(key, "wrong") || strings.HasPrefix(key, "sk-ant-bad")
}

// The API versions that differ in what they accept.
const (
	version2023 = "2023-06-01"
	version2026 = "2026-10-21"
)

// checkHeaders checks the version and the betas and keeps them.
func (x *exchange) checkHeaders() error {
	x.version = x.r.Header.Get("Anthropic-Version")
	switch x.version {
	case version2023, version2026:
	case "":
		return bad("anthropic-version: header is required")
	default:
		return bad("anthropic-version: %q is not a valid version", x.version)
	}
	for _, line := range x.r.Header.Values("Anthropic-Beta") {
		for beta := range strings.SplitSeq(line, ",") {
			beta = strings.TrimSpace(beta)
			if beta == "" {
				continue
			}
			if !x.sim.opt.Lenient && !slices.Contains(x.sim.facts.Betas, beta) {
				return bad("Unexpected value(s) `%s` for the `anthropic-beta` header. Please consult our documentation or try again without the header.", beta)
			}
			x.betas = append(x.betas, beta)
		}
	}
	return nil
}

// beta says whether the request has a beta header that begins with prefix.
func (x *exchange) beta(prefix string) bool {
	return slices.ContainsFunc(x.betas, func(b string) bool { return strings.HasPrefix(b, prefix) })
}
