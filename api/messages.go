package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// CreateMessage sends the request and waits for the whole answer. Answers that
// may take longer than ten minutes, those of more than 21,333 MaxTokens, are
// refused with ErrStreamingRequired, unless Timeouts.Total was set: an idle
// connection does not live that long.
func (c *Client) CreateMessage(
	ctx context.Context, request *MessageRequest, options ...RequestOption,
) (*Message, error) {
	o := c.requestOptions(options)
	if o.timeouts.Total == 0 && request != nil {
		if err := checkDuration(request); err != nil {
			return nil, err
		}
	}
	call, err := c.messageCall(request, "v1/messages", encodeWhole, o)
	if err != nil {
		return nil, err
	}
	answer, err := c.do(ctx, call)
	if err != nil {
		return nil, err
	}
	message := &Message{RequestID: answer.info.RequestID, Raw: answer.content}
	if !isObject(answer.content) {
		return nil, answer.decodeError(errNotAnObject)
	}
	message.decodeKeepRaw()
	return message, nil
}

// StreamMessage sends the request and returns when the answer begins. The
// stream must be read to its end or closed. It ends with ctx.
func (c *Client) StreamMessage(
	ctx context.Context, request *MessageRequest, options ...RequestOption,
) (*Stream, error) {
	call, err := c.messageCall(request, "v1/messages", encodeStream, c.requestOptions(options))
	if err != nil {
		return nil, err
	}
	call.want = wantEvents
	answer, err := c.do(ctx, call)
	if err != nil {
		return nil, err
	}
	return newStream(ctx, answer), nil
}

// messageCall is the call that sends request to path, with what of it goes
// into headers and query. What belongs to the request counts after the options.
func (c *Client) messageCall(
	request *MessageRequest, path string, form encoding, o requestOptions,
) (*call, error) {
	if err := request.checkFor(c.version()); err != nil {
		return nil, err
	}
	body, err := request.encode(form)
	if err != nil {
		return nil, err
	}
	request.intoHeaders(&o)
	call := &call{method: http.MethodPost, path: path, body: body, options: o}
	if request.Betas != nil && c.version() < Version2026 {
		call.query = url.Values{"beta": {"true"}}
	}
	return call, nil
}

// intoHeaders adds what of the request does not go into its body.
func (r *MessageRequest) intoHeaders(o *requestOptions) {
	WithBetas(r.Betas...)(o)
	if r.UserProfileID != "" {
		WithHeader("Anthropic-User-Profile-Id", r.UserProfileID)(o)
	}
	if r.WorkspaceID != "" {
		WithHeader("Anthropic-Workspace-Id", r.WorkspaceID)(o)
	}
}

func (a *answer) decodeError(cause error) error { return a.body.decodeErrorOf(cause, a.content) }

// checkDuration refuses what is expected to take longer than a connection can
// be idle, and what some old models are known not to do in one piece.
func checkDuration(request *MessageRequest) error {
	const inTenMinutes = 128_000 / 6 // at the pace of 128,000 tokens an hour
	limit := inTenMinutes
	switch request.Model {
	case "claude-opus-4-20250514", "claude-opus-4-0", "claude-4-opus-20250514",
		"anthropic.claude-opus-4-20250514-v1:0", "claude-opus-4@20250514",
		"anthropic.claude-opus-4-1-20250805-v1:0", "claude-opus-4-1@20250805":
		limit = 8192
	}
	if request.MaxTokens > limit {
		return &FieldError{"max_tokens", fmt.Errorf("%d for %s: %w", request.MaxTokens, request.Model, ErrStreamingRequired)}
	}
	return nil
}
