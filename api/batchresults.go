package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
)

// How a request of a batch ended. New ones may appear at any time.
const (
	ResultSucceeded = "succeeded"
	ResultErrored   = "errored"
	ResultCanceled  = "canceled" // by CancelBatch, before its turn
	ResultExpired   = "expired"  // its turn did not come in time
)

// ErrBatchNotEnded is what ResultsOf says of a batch without results yet.
var ErrBatchNotEnded = errors.New("the batch has not ended")

// BatchResult is what became of one request of a batch. It may be kept; all its
// parts share the memory of Raw.
type BatchResult struct {
	CustomID string // of the BatchRequest
	Type     string // ResultSucceeded, ...
	// Message is the answer; nil unless the request succeeded.
	Message *Message
	// Error is what the server said; nil unless the request failed. It has no
	// status of its own (Status is 200): errors.Is goes by its Type.
	Error *Error
	Raw   json.RawMessage // the whole line
}

// BatchResults reads the results of a batch that ended, one at a time and in
// any order; CustomID tells them apart. They come over the network as the loop
// takes them, in constant memory, however many there are. Each loop asks anew.
//
// The sequence ends with the last result, when the context is done (with its
// error), or with the error that broke it:
//
//   - an *Error when the server reported one, also in place of a result;
//   - a *StreamError when it broke off; what came before is good. It wraps
//     io.ErrUnexpectedEOF or what interrupted it, or a *DecodeError that names
//     the line that is no result. A line that was cut is never a result;
//   - a *DecodeError when the answer as a whole is something else, or empty.
//
// Leaving the loop early closes the connection. The time a loop spends on a
// result does not count as silence of the server (see Timeouts.Stall).
func (c *Client) BatchResults(
	ctx context.Context, id string, options ...RequestOption,
) iter.Seq2[BatchResult, error] {
	return func(yield func(BatchResult, error) bool) {
		path, err := batchPath(id, "results")
		if err != nil {
			yield(BatchResult{}, err)
			return
		}
		c.results(ctx, &call{path: path}, options, yield)
	}
}

// ResultsOf is BatchResults for a batch that says where its results are; one
// that ended and does not say is asked for them by its ID. A URL of another
// origin than the base URL's is asked without credentials and without any header
// of the Client; use BatchResults to go through a gateway that does not rewrite
// it. Before the batch has ended, the error is ErrBatchNotEnded, and nothing is
// sent.
func (c *Client) ResultsOf(
	ctx context.Context, batch *Batch, options ...RequestOption,
) iter.Seq2[BatchResult, error] {
	return func(yield func(BatchResult, error) bool) {
		call, err := c.resultsCall(ctx, batch)
		if err != nil {
			yield(BatchResult{}, err)
			return
		}
		c.results(ctx, call, options, yield)
	}
}

// resultsCall finds out whether the credential may go where the results are.
func (c *Client) resultsCall(ctx context.Context, batch *Batch) (*call, error) {
	switch {
	case batch == nil:
		return nil, ErrBatchNotEnded
	case batch.ResultsURL == "" && !batch.ArchivedAt.IsZero():
		return nil, &FieldError{"results_url", fmt.Errorf("the results of batch %s were removed", batch.ID)}
	case batch.ResultsURL == "" && batch.Ended(): // as at servers that do not tell
		path, err := batchPath(batch.ID, "results")
		return &call{path: path}, err
	case batch.ResultsURL == "":
		return nil, fmt.Errorf("batch %s is %s: %w", batch.ID, batch.ProcessingStatus, ErrBatchNotEnded)
	}
	base, err := resolve(c.Origin(ctx), &call{})
	if err != nil {
		return nil, err
	}
	target, err := base.Parse(batch.ResultsURL)
	switch {
	case err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https":
		return nil, &FieldError{"results_url", errors.New("is not a URL like https://host/path")}
	case target.User != nil:
		return nil, &FieldError{"results_url", errors.New("holds a password")}
	case sameOrigin(base, target):
		return &call{own: target}, nil
	}
	return &call{foreign: target}, nil
}

// results makes the call and gives what it brings to yield.
func (c *Client) results(
	ctx context.Context, call *call, options []RequestOption, yield func(BatchResult, error) bool,
) {
	call.method, call.want, call.accept = http.MethodGet, wantBytes, "application/x-jsonl"
	call.options = c.requestOptions(options)
	answer, err := c.do(ctx, call)
	if err != nil {
		yield(BatchResult{}, err)
		return
	}
	s := &resultStream{ctx: ctx, body: answer.body, lines: newResultReader(answer.body)}
	defer s.body.Close()
	for {
		result, more, err := s.next()
		if !more && err == nil {
			return
		}
		if !yield(result, err) || !more {
			return
		}
	}
}

// resultStream is the results of one answer.
type resultStream struct {
	ctx   context.Context // of the caller
	body  *body
	lines *resultReader
}

// next returns the next result; more is false at the end, which an error is too.
func (s *resultStream) next() (result BatchResult, more bool, err error) {
	if err := s.ctx.Err(); err != nil {
		return BatchResult{}, false, err
	}
	result, err = s.lines.next()
	switch {
	case errors.Is(err, io.EOF) && s.lines.results == 0: // there is no batch without requests
		return BatchResult{}, false, s.body.decodeErrorOf(errEmptyBody, nil)
	case errors.Is(err, io.EOF):
		return BatchResult{}, false, nil
	case err != nil:
		return BatchResult{}, false, s.failure(err)
	}
	if e := result.Error; e != nil {
		e.Status, e.Host = s.body.info.Status, s.body.info.Host
		e.Raw = s.body.scrub(e.Raw)
		s.body.scrubFields(e)
	}
	return result, true, nil
}

// failure says what an error of the reader means.
func (s *resultStream) failure(err error) error {
	var line *lineError
	cut := errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case !errors.As(err, &line):
		return s.broken(err)
	}
	raw := bytes.Clone(line.line)
	if s.lines.results == 0 && !cut { // something else altogether, over several lines
		raw = append(append(raw, '\n'), s.body.readFailure(s.lines.r)...)
	}
	switch {
	case isErrorEnvelope(raw):
		return s.body.apiError(raw)
	case cut:
		return s.broken(line)
	case s.lines.results == 0:
		return s.body.decodeErrorOf(line, raw)
	}
	return s.broken(s.body.decodeErrorOf(line, raw))
}

func (s *resultStream) broken(err error) error {
	return &StreamError{
		Err: err, RequestID: s.body.info.RequestID, Host: s.body.info.Host, Bytes: s.lines.bytes,
	}
}
