package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// RawRequest is a request to an endpoint that this package has no method for,
// or whose answer is wanted as it is.
type RawRequest struct {
	Method string // empty means POST with a body and GET without
	Path   string // relative to the base URL, as in "v1/messages"; escaped, and without Query
	Query  url.Values
	Body   json.RawMessage // sent verbatim
	Accept string          // empty means application/json
}

// RawResponse is a successful answer as it came.
type RawResponse struct {
	*ResponseInfo
	// Body holds the bytes of the answer, without the compression they may have
	// come in. It must be closed; reading fails with the context, or when the
	// server falls silent for longer than Timeouts.Stall.
	Body io.ReadCloser
}

// Send sends a request with everything the other methods have: credential,
// headers, retries, timeouts. A status other than 2xx is an *Error.
func (c *Client) Send(ctx context.Context, request RawRequest, options ...RequestOption) (*RawResponse, error) {
	if err := checkPath(request.Path); err != nil {
		return nil, err
	}
	method := request.Method
	switch {
	case method == "" && request.Body == nil:
		method = http.MethodGet
	case method == "":
		method = http.MethodPost
	}
	answer, err := c.do(ctx, &call{
		method: method, path: request.Path, query: request.Query, body: request.Body,
		accept: request.Accept, want: wantBytes, options: c.requestOptions(options),
	})
	if err != nil {
		return nil, err
	}
	return &RawResponse{ResponseInfo: answer.info, Body: answer.body}, nil
}

// checkPath refuses a path that would lead elsewhere than it says.
func checkPath(path string) error {
	switch {
	case strings.HasPrefix(path, "/"):
		return &FieldError{"path", errors.New(`begins with a slash; write "v1/models"`)}
	case strings.Contains(path, "://"):
		return &FieldError{"path", errors.New("is a URL; it is relative to the base URL")}
	case strings.ContainsAny(path, "?#"):
		return &FieldError{"path", errors.New("holds a query or a fragment; parameters go into Query")}
	}
	for segment := range strings.SplitSeq(path, "/") {
		decoded, err := url.PathUnescape(segment)
		if err != nil || decoded == "" || decoded == "." || decoded == ".." {
			return &FieldError{"path", errors.New("has an empty, a dot or a badly escaped segment")}
		}
	}
	return nil
}
