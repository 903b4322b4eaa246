package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"
)

// States of a batch, see Batch.ProcessingStatus.
const (
	BatchInProgress = "in_progress"
	BatchCanceling  = "canceling"
	BatchEnded      = "ended"
)

const batchesPath = "v1/messages/batches"

// batchesBeta goes with a batch of beta requests up to version 2023-06-01. The
// API has forgotten about it since, and still takes it.
const batchesBeta = "message-batches-2024-09-24"

// Batch is a set of message requests that the server works through by itself,
// at half the price. It ends after 24 hours at the latest.
type Batch struct {
	ID               string // "msgbatch_..."
	Type             string // "message_batch"
	ProcessingStatus string // BatchInProgress, BatchCanceling or BatchEnded
	RequestCounts    BatchCounts
	CreatedAt        time.Time
	ExpiresAt        time.Time // when what is not done by then expires
	EndedAt          time.Time // zero until it ended
	// CancelInitiatedAt is when CancelBatch was called, zero if it was not.
	CancelInitiatedAt time.Time
	// ArchivedAt is when the results were removed; zero while they are there,
	// which is 29 days.
	ArchivedAt time.Time
	ResultsURL string // "" until it ended, see ResultsOf
	Raw        json.RawMessage
}

// BatchCounts says how far a batch is. All requests count as Processing until
// the batch has ended; the sum never changes.
type BatchCounts struct {
	Processing, Succeeded, Errored, Canceled, Expired int64
}

// Total is the number of requests in the batch.
func (n BatchCounts) Total() int64 {
	return n.Processing + n.Succeeded + n.Errored + n.Canceled + n.Expired
}

// Ended reports whether the batch is done, and its results can be read.
func (b *Batch) Ended() bool { return b != nil && b.ProcessingStatus == BatchEnded }

// BatchRequest is one request of a batch.
type BatchRequest struct {
	// CustomID finds the result again, which come in any order: 1 to 64 letters,
	// digits, "-" and "_", different from all others of the batch.
	CustomID string
	// Params is the message request. A batch has no streams. What of it goes
	// into headers counts for the whole batch: Betas are merged, UserProfileID
	// and WorkspaceID must be the same in all of them.
	Params *MessageRequest
}

// CreateBatch starts a batch of up to 100,000 requests or 256 MB. The server
// looks at each of them only when its turn comes: what is wrong with one of
// them is in its result.
//
// A list without requests, and a CustomID that is empty or there twice, is a
// *FieldError, and so is a request that CreateMessage would not send. Its Field
// says which: "requests[3].custom_id". Like every request, this one is repeated
// when no answer came; a batch may then exist twice, see Batches.
func (c *Client) CreateBatch(
	ctx context.Context, requests []BatchRequest, options ...RequestOption,
) (*Batch, error) {
	call, err := c.batchCall(requests, c.requestOptions(options))
	if err != nil {
		return nil, err
	}
	answer, err := c.do(ctx, call)
	return decodeAnswer(answer, err, decodeBatch)
}

// Batch asks how far a batch is.
func (c *Client) Batch(ctx context.Context, id string, options ...RequestOption) (*Batch, error) {
	path, err := batchPath(id)
	if err != nil {
		return nil, err
	}
	answer, err := c.get(ctx, path, c.requestOptions(options))
	return decodeAnswer(answer, err, decodeBatch)
}

// BatchListOptions selects batches. The zero value selects all.
type BatchListOptions struct {
	Limit    int    // page size, 1 to 1000; 0 for the server's default of 20
	AfterID  string // start after this batch
	BeforeID string // or page backwards from this one
}

// Batches lists the batches of the workspace, newest first, fetching pages as
// they are needed. After an error the sequence ends.
func (c *Client) Batches(ctx context.Context, list BatchListOptions, options ...RequestOption) iter.Seq2[Batch, error] {
	query := listQuery(list.Limit, map[string]string{"after_id": list.AfterID, "before_id": list.BeforeID})
	request := ListRequest{Path: batchesPath, Query: query}
	return pages(ctx, c, request, c.requestOptions(options), decodeItem(decodeBatch))
}

// CancelBatch asks the server to end a batch early. It is BatchCanceling until
// the requests that are being worked on are done; the others are ResultCanceled
// then.
func (c *Client) CancelBatch(ctx context.Context, id string, options ...RequestOption) (*Batch, error) {
	path, err := batchPath(id, "cancel")
	if err != nil {
		return nil, err
	}
	answer, err := c.do(ctx, &call{method: http.MethodPost, path: path, options: c.requestOptions(options)})
	return decodeAnswer(answer, err, decodeBatch)
}

// DeleteBatch deletes a batch and its results. One that has not ended must be
// canceled first.
func (c *Client) DeleteBatch(ctx context.Context, id string, options ...RequestOption) error {
	path, err := batchPath(id)
	if err != nil {
		return err
	}
	return c.delete(ctx, path, options)
}

func batchPath(id string, rest ...string) (string, error) {
	return pathTo(batchesPath, "message_batch_id", id, rest...)
}

// decodeBatch reads one batch; false means it has no ID to ask for it by.
func decodeBatch(raw []byte) (Batch, bool) {
	o := parseObject(raw)
	b := Batch{
		ID:                o.str("id"),
		Type:              o.str("type"),
		ProcessingStatus:  o.str("processing_status"),
		CreatedAt:         o.time("created_at"),
		ExpiresAt:         o.time("expires_at"),
		EndedAt:           o.time("ended_at"),
		CancelInitiatedAt: o.time("cancel_initiated_at"),
		ArchivedAt:        o.time("archived_at"),
		ResultsURL:        o.str("results_url"),
		Raw:               bytes.Clone(raw),
	}
	counts := o.obj("request_counts")
	counts.setCount("processing", &b.RequestCounts.Processing)
	counts.setCount("succeeded", &b.RequestCounts.Succeeded)
	counts.setCount("errored", &b.RequestCounts.Errored)
	counts.setCount("canceled", &b.RequestCounts.Canceled)
	counts.setCount("expired", &b.RequestCounts.Expired)
	return b, b.ID != ""
}

// batchCall is the call that creates a batch. Beta requests make it a call of
// the beta side, as they do one by one.
func (c *Client) batchCall(requests []BatchRequest, o requestOptions) (*call, error) {
	body, err := encodeBatch(requests, c.version())
	if err != nil {
		return nil, err
	}
	beta := false
	for _, request := range requests {
		request.Params.intoHeaders(&o) // betas add up, the rest is the same in all
		beta = beta || request.Params.Betas != nil
	}
	call := &call{method: http.MethodPost, path: batchesPath, body: body}
	if beta && c.version() < Version2026 {
		call.query = url.Values{"beta": {"true"}}
		o.betas = append(o.betas, batchesBeta)
	}
	call.options = o
	return call, nil
}

// encodeBatch writes the body, each request as CreateMessage would send it.
func encodeBatch(requests []BatchRequest, version string) ([]byte, error) {
	if len(requests) == 0 {
		return nil, &FieldError{"requests", errors.New("is empty")}
	}
	size, seen := 64, make(map[string]int, len(requests))
	for i, request := range requests {
		field := fmt.Sprintf("requests[%d]", i)
		if err := request.check(field, version); err != nil {
			return nil, err
		}
		if err := request.checkHeaders(field, requests[0]); err != nil {
			return nil, err
		}
		if first, doubled := seen[request.CustomID]; doubled {
			return nil, &FieldError{
				field + ".custom_id", fmt.Errorf("%q is that of request %d, too", request.CustomID, first),
			}
		}
		seen[request.CustomID] = i
		size += len(request.CustomID) + request.Params.sizeHint()
	}
	dst := append(make([]byte, 0, size), `{"requests":[`...)
	for i, request := range requests {
		params, err := request.Params.encode(encodeWhole)
		if err != nil {
			return nil, fieldError(fmt.Sprintf("requests[%d].params", i), err)
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		w := beginObject(dst)
		w.str("custom_id", request.CustomID)
		w.raw("params", params)
		dst = w.end()
	}
	return append(dst, "]}"...), nil
}

func (r BatchRequest) check(field, version string) error {
	switch {
	case r.CustomID == "":
		return &FieldError{field + ".custom_id", errors.New("is empty")}
	case r.Params == nil:
		return &FieldError{field + ".params", errors.New("is missing")}
	}
	if err := r.Params.checkFor(version); err != nil {
		return fieldError(field+".params", err)
	}
	return nil
}

// checkHeaders finds what goes into a header, of which a batch has one only.
func (r BatchRequest) checkHeaders(field string, first BatchRequest) error {
	other := errors.New("is not that of the first request")
	switch {
	case r.Params.UserProfileID != first.Params.UserProfileID:
		return &FieldError{field + ".params.user_profile_id", other}
	case r.Params.WorkspaceID != first.Params.WorkspaceID:
		return &FieldError{field + ".params.workspace_id", other}
	}
	return nil
}
