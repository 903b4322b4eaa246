package api_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"parlor/api"
)

// FuzzErrorBody lets a server fail with any body: the failure is an *api.Error
// with its status, words that can be shown, and nothing of the credential.
func FuzzErrorBody(f *testing.F) {
	const secret = "sk-ant-secret-of-the-fuzzer"
	f.Add(400, "application/json", "", []byte(`{"type":"error","error":{"type":"invalid_request_error","message":"m","details":{"error_code":"c"}},"request_id":"req_1"}`))
	f.Add(529, "text/html", "", []byte("<html><h1>busy</h1>"))
	f.Add(500, "", "gzip", []byte{0x1f, 0x8b, 8, 0})
	f.Add(404, "application/json", "", []byte(`[{"error":"not here"}]`))
	f.Add(429, "text/event-stream", "", []byte("event: error\ndata: {\"error\":{\"message\":\"slow down\"}}\n\n"))
	f.Add(401, "", "", []byte("wrong key "+secret))
	f.Add(400, "", "", []byte("wrong key sk\\u002dant-secret-of-the-fuzzer"))
	f.Fuzz(func(t *testing.T, status int, contentType, encoding string, body []byte) {
		if status < 300 || status > 999 {
			return
		}
		closed := false
		client := &api.Client{
			APIKey: secret, BaseURL: "http://in.memory",
			Getenv: environment(nil),
			Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				return &http.Response{
					StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Request: r,
					Header: http.Header{"Content-Type": {contentType}, "Content-Encoding": {encoding}},
					Body:   noteClose{bytes.NewReader(body), &closed},
				}, nil
			}),
		}
		_, err := client.CreateMessage(t.Context(), hello(), api.WithMaxRetries(0))
		var failure *api.Error
		var undecodable *api.DecodeError
		switch {
		case errors.As(err, &failure):
			if failure.Status != status || !utf8.ValidString(failure.Error()) || len(failure.Message) > 8<<10 {
				t.Errorf("%d with %q: %+v", status, body, failure)
			}
		case !errors.As(err, &undecodable) || encoding == "":
			t.Errorf("%d with %q: %v (%T)", status, body, err, err)
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error repeats the key: %v", err)
		}
		if !closed {
			t.Error("the body was not closed")
		}
	})
}

type noteClose struct {
	io.Reader
	closed *bool
}

func (n noteClose) Close() error { *n.closed = true; return nil }
