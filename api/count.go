package api

import (
	"context"
	"encoding/json"
)

// TokenCount is the size of a prompt.
type TokenCount struct {
	InputTokens int64 // an estimate; the answer's Usage is what counts
	// OriginalInputTokens is what it would be without ContextManagement; 0 if not
	// told.
	OriginalInputTokens int64
	Raw                 json.RawMessage
}

// CountTokens asks how large the prompt of the request is. Fields of the
// request that do not belong to the prompt are not sent. Servers other than
// the vendor's often lack this call: errors.Is(err, ErrNotFound); then there is
// EstimateTokens.
func (c *Client) CountTokens(
	ctx context.Context, request *MessageRequest, options ...RequestOption,
) (*TokenCount, error) {
	call, err := c.messageCall(request, "v1/messages/count_tokens", encodeCount, c.requestOptions(options))
	if err != nil {
		return nil, err
	}
	answer, err := c.do(ctx, call)
	if err != nil {
		return nil, err
	}
	o := parseObject(answer.content)
	n, ok := o.int("input_tokens")
	if !ok {
		return nil, answer.decodeError(errNoCount)
	}
	count := &TokenCount{InputTokens: n, Raw: answer.content}
	o.obj("context_management").setCount("original_input_tokens", &count.OriginalInputTokens)
	return count, nil
}
