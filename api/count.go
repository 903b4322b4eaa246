package api

import "context"

// TokenCount is the size of a prompt.
type TokenCount struct {
	InputTokens int64 // an estimate; the answer's Usage is what counts
}

// CountTokens asks how large the prompt of the request is. Fields of the
// request that do not belong to the prompt are not sent. Servers other than
// the vendor's often lack this call: errors.Is(err, ErrNotFound).
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
	var count TokenCount
	n, ok := parseObject(answer.content).int("input_tokens")
	if !ok {
		return nil, answer.decodeError(errNoCount)
	}
	count.InputTokens = n
	return &count, nil
}
