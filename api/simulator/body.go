package simulator

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// The largest bodies of requests in bytes, by endpoint, and how much of them is recorded.
const (
	maxBody       = 32 << 20
	maxBatchBody  = 256 << 20
	maxFile       = 500 << 20
	maxSkill      = 30 << 20
	maxFormAround = 1 << 20 // what a form has around its files

	recordedUpload = 1 << 20
	// drained is how much of a body that is too long is read on, so that the client gets to see the answer.
	drained = 128 << 20
)

// read takes in the whole body. What is too long is read to its end.
func (x *exchange) read() ([]byte, error) {
	path := strings.TrimSuffix(x.r.URL.Path, "/")
	if x.r.Method == http.MethodPost && path == pathFiles {
		return x.readForm(maxFile)
	}
	if x.r.Method == http.MethodPost && (path == pathSkills || strings.HasPrefix(path, pathSkills+"/")) {
		return x.readForm(maxSkill)
	}
	limit := int64(maxBody)
	if path == pathBatches {
		limit = maxBatchBody
	}
	if x.r.ContentLength > limit {
		x.drain()
		return nil, tooLarge(limit)
	}
	body, err := io.ReadAll(io.LimitReader(x.r.Body, limit+1))
	if err != nil {
		return body, bad("could not read the request body")
	}
	if int64(len(body)) > limit {
		x.drain()
		return body[:limit], tooLarge(limit)
	}
	return body, nil
}

func (x *exchange) drain() { _, _ = io.Copy(io.Discard, io.LimitReader(x.r.Body, drained)) }

func tooLarge(limit int64) error {
	return &apiError{
		status: http.StatusRequestEntityTooLarge, kind: "request_too_large",
		message: fmt.Sprintf("Request exceeds the maximum size of %d MB", limit>>20),
	}
}

// recordable is what is recorded of a body.
func recordable(body []byte) []byte {
	if len(body) <= maxBody {
		return body
	}
	return bytes.Clone(body[:maxBody])
}

// prompted is how many bytes of a body count against the limit of input tokens.
func (x *exchange) prompted(bytes int) int {
	path := strings.TrimSuffix(x.r.URL.Path, "/")
	if x.form != nil || x.formErr != nil || path == pathBatches {
		return 0
	}
	return bytes
}
