package fallback

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"parlor/api"
)

// concerns reports whether r may be a message request of the beta side; its
// body decides then.
func concerns(r *http.Request) bool {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/v1/messages") ||
		r.Body == nil || r.Body == http.NoBody || r.Header.Get("Content-Encoding") != "" {
		return false
	}
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return (mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")) && isBeta(r)
}

// isBeta tells the beta side of the API by the query up to 2023-06-01. Later
// versions have one side only, so there every request is on it.
func isBeta(r *http.Request) bool {
	return r.Header.Get("Anthropic-Version") >= api.Version2026 || r.URL.Query().Get("beta") == "true"
}

// read takes the body of r. Understood says that it asks for a message; if not,
// the request to go on with is r with the same bytes.
func read(r *http.Request) (body []byte, understood bool, err error) {
	body, err = io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil || !json.Valid(body) {
		return body, false, err
	}
	var model, messages, maxTokens, fallbacks bool
	for _, m := range members(body) {
		switch m.key {
		case "model":
			model = true
		case "messages":
			messages = isArray(body[m.value.start:m.value.end])
		case "max_tokens":
			maxTokens = true
		case "fallbacks":
			fallbacks = true
		}
	}
	understood = model && messages && maxTokens
	if understood && fallbacks {
		return nil, false, &api.FieldError{Field: "fallbacks", Err: errors.New(
			"cannot go with the fallback middleware: only one of server and client can look for another model")}
	}
	return body, understood, nil
}

// withBody returns a copy of r that sends body, as often as it takes.
func withBody(r *http.Request, body []byte) *http.Request {
	r = r.Clone(r.Context())
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, _ = r.GetBody()
	r.ContentLength, r.TransferEncoding = int64(len(body)), nil
	return r
}

// withBeta adds to those of h, in one header, the beta that lets refusals carry
// a token and requests redeem it in object form.
func withBeta(h http.Header) {
	var betas []string
	for _, list := range append(slices.Clip(h.Values("Anthropic-Beta")), api.BetaFallbackCredit20260701) {
		for beta := range strings.SplitSeq(list, ",") {
			if beta = strings.TrimSpace(beta); beta != "" && !slices.Contains(betas, beta) {
				betas = append(betas, beta)
			}
		}
	}
	h.Set("Anthropic-Beta", strings.Join(betas, ","))
}
