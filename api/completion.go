package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
)

// What the turns of a text completion's prompt begin with:
//
//	api.HumanPrompt + " Hello" + api.AIPrompt
const (
	HumanPrompt = "\n\nHuman:"
	AIPrompt    = "\n\nAssistant:"
)

// CompletionRequest is the body of a text completion, the API that came before
// messages ("Legacy: Text Completions"). All models that served it are retired:
// the vendor's API answers ErrNotFound. Zero fields are left out, so that the
// server's default holds.
type CompletionRequest struct {
	Model string // required
	// Prompt begins with HumanPrompt and ends with AIPrompt; it is always sent.
	Prompt string
	// MaxTokensToSample caps the answer, in tokens; it is always sent.
	MaxTokensToSample int
	Temperature       *float64 // 0 to 1, which is the default
	TopP              *float64 // 0 to 1
	TopK              *int
	// StopSequences end the answer, besides HumanPrompt, which always does.
	StopSequences []string
	Metadata      *Metadata
}

// Completion is an answer in one piece, or a piece of one. Every field may be
// zero: servers leave fields out.
type Completion struct {
	ID    string
	Model string
	Text  string // "completion" on the wire
	// StopReason is StopSequence or StopMaxTokens; "" in all pieces of a stream
	// but the last.
	StopReason string
	Stop       string // the stop sequence that matched, or ""
	LogID      string
	RequestID  string          // the request-id header of the response, for support
	Raw        json.RawMessage // the object; for a whole stream, as it had been without
}

// CreateCompletion sends the request and waits for the whole answer. There is
// no such call in Version2026: the error is a *FieldError then.
func (c *Client) CreateCompletion(
	ctx context.Context, request *CompletionRequest, options ...RequestOption,
) (*Completion, error) {
	call, err := c.completionCall(request, encodeWhole, c.requestOptions(options))
	if err != nil {
		return nil, err
	}
	answer, err := c.do(ctx, call)
	if err != nil {
		return nil, err
	}
	if !isObject(answer.content) {
		return nil, answer.decodeError(errNotAnObject)
	}
	completion := decodeCompletion(answer.content, parseObject(answer.content))
	completion.RequestID = answer.info.RequestID
	return &completion, nil
}

// StreamCompletion sends the request and returns when the answer begins. The
// stream must be read to its end or closed. It ends with ctx. There is no such
// call in Version2026: the error is a *FieldError then.
func (c *Client) StreamCompletion(
	ctx context.Context, request *CompletionRequest, options ...RequestOption,
) (*CompletionStream, error) {
	call, err := c.completionCall(request, encodeStream, c.requestOptions(options))
	if err != nil {
		return nil, err
	}
	call.want = wantEvents
	answer, err := c.do(ctx, call)
	if err != nil {
		return nil, err
	}
	return newCompletionStream(ctx, answer), nil
}

func (c *Client) completionCall(request *CompletionRequest, form encoding, o requestOptions) (*call, error) {
	if c.version() >= Version2026 {
		return nil, &FieldError{
			"anthropic-version", fmt.Errorf("%s has no text completions; use messages", c.version()),
		}
	}
	if err := request.check(); err != nil {
		return nil, err
	}
	body, err := request.encode(form)
	if err != nil {
		return nil, err
	}
	return &call{method: http.MethodPost, path: "v1/complete", body: body, options: o}, nil
}

// check finds what can only be a mistake, and what JSON has no number for.
func (r *CompletionRequest) check() error {
	switch {
	case r == nil:
		return &FieldError{"model", errNoRequest}
	case r.Model == "":
		return &FieldError{"model", errors.New("is empty")}
	case r.MaxTokensToSample < 0:
		return &FieldError{"max_tokens_to_sample", errors.New("is negative")}
	}
	for _, sampling := range []struct {
		field string
		value *float64
	}{{"temperature", r.Temperature}, {"top_p", r.TopP}} {
		if v := sampling.value; v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0)) {
			return &FieldError{sampling.field, errors.New("is not a number")}
		}
	}
	return nil
}

// encode writes the body as it goes over the wire.
func (r *CompletionRequest) encode(form encoding) ([]byte, error) {
	w := beginObject(make([]byte, 0, 256+len(r.Prompt)))
	w.str("model", r.Model)
	w.int("max_tokens_to_sample", int64(r.MaxTokensToSample))
	w.value("metadata", r.Metadata)
	w.strings("stop_sequences", r.StopSequences)
	w.float("temperature", r.Temperature)
	w.float("top_p", r.TopP)
	w.optInt("top_k", r.TopK)
	if form == encodeStream {
		w.raw("stream", json.RawMessage("true"))
	}
	w.key("prompt")
	w.dst = appendString(w.dst, r.Prompt)
	return w.end(), w.err
}

// decodeCompletion reads a whole answer or a piece, of which o are the members.
func decodeCompletion(raw []byte, o object) Completion {
	return Completion{
		ID:         o.scalar("id"),
		Model:      o.scalar("model"),
		Text:       o.scalar("completion"),
		StopReason: o.scalar("stop_reason"),
		Stop:       o.str("stop"),
		LogID:      o.str("log_id"),
		Raw:        raw,
	}
}
