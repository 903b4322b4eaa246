package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// What the resources (batches, files, skills, models) have in common.

var errNoID = errors.New("the answer holds no id")

// pathTo joins a path and IDs, each escaped as one segment. Field names what an
// ID that cannot be one is called.
func pathTo(path, field, id string, rest ...string) (string, error) {
	if id == "" || id == "." || id == ".." {
		return "", &FieldError{field, errors.New("is empty or a dot segment")}
	}
	return strings.Join(append([]string{path, url.PathEscape(id)}, rest...), "/"), nil
}

// get asks for one JSON value.
func (c *Client) get(ctx context.Context, path string, o requestOptions) (*answer, error) {
	return c.do(ctx, &call{method: http.MethodGet, path: path, options: o})
}

// post sends a form, and leaves its sources alone afterwards.
func (c *Client) post(ctx context.Context, call *call, form *form) (*answer, error) {
	defer form.stop()
	call.method, call.upload = http.MethodPost, form.upload()
	return c.do(ctx, call)
}

// delete needs no more from the answer than its status. With 204 there is no more.
func (c *Client) delete(ctx context.Context, path string, options []RequestOption) error {
	_, err := c.do(ctx, &call{method: http.MethodDelete, path: path, options: c.requestOptions(options)})
	var decode *DecodeError
	if errors.As(err, &decode) && decode.Status == http.StatusNoContent {
		return nil
	}
	return err
}

// listQuery leaves out what is empty.
func listQuery(limit int, values map[string]string) url.Values {
	query := url.Values{}
	if limit != 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	for name, value := range values {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// decodeAnswer decodes a single object, which must have an ID.
func decodeAnswer[T any](answer *answer, err error, decode func([]byte) (T, bool)) (*T, error) {
	if err != nil {
		return nil, err
	}
	value, ok := decode(answer.content)
	if !ok {
		return nil, answer.decodeError(errNoID)
	}
	return &value, nil
}

// decodeItem makes decode skip, in a list, what has no ID.
func decodeItem[T any](decode func([]byte) (T, bool)) func([]byte) (T, error) {
	return func(raw []byte) (T, error) {
		value, ok := decode(raw)
		if !ok {
			return value, errSkip
		}
		return value, nil
	}
}
