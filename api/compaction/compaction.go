package compaction

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"parlor/api"
)

// DefaultThreshold is the number of tokens from which on a conversation is
// compacted.
const DefaultThreshold = 100_000

// DefaultPrompt asks for the summary.
const DefaultPrompt = `This conversation has become too long to go on as it is. Everything above is about to be removed, and what you write now is all that stays: it will be handed, as the first message, to an assistant who has seen nothing else and has to carry on without asking again.

Write down, as precisely as you can and in the language of the user:

1. The task: what the user wants and why, with their own words where the wording matters, and every condition, preference and limit they named.
2. What is done: results, decisions and their reasons. Give names, paths, identifiers, addresses, commands, numbers and short pieces of text or code exactly, not paraphrased.
3. What failed, and what has been ruled out, so that nobody tries it again.
4. Where things stand: what was being worked on at this moment, what the user asked last, what they have not been told yet. A call of a tool that has no result was not carried out.
5. What comes next, in order, and which questions are open.

Leave out what no longer matters. Do not call tools, do not continue the task, do not address the user: write only this account.`

// ErrNoSummary means that the model wrote none: it declined, ran out of
// MaxTokens, or answered without text. The conversation stays as it was.
var ErrNoSummary = errors.New("no summary was written")

// Policy says when a conversation is compacted, and how. The zero value is
// ready to use.
type Policy struct {
	// Threshold is the number of tokens of the last turn, its whole prompt and
	// its answer, from which on Due says yes; 0 means DefaultThreshold. Keep it
	// well below the context of the model: the summary must fit too.
	Threshold int64
	// Model writes the summary; "" means the model of the request.
	Model string
	// Prompt asks for the summary; "" means DefaultPrompt.
	Prompt string
	// MaxTokens caps the summary, thinking included; 0 means that of the request.
	MaxTokens int
}

// Result is a conversation after compaction.
type Result struct {
	// Messages are one message of the user, which holds the summary.
	Messages []api.MessageParam
	// Summary is the answer it came in, for its usage.
	Summary *api.Message
}

// Due reports whether a turn with this usage has reached the threshold.
func (p Policy) Due(usage api.Usage) bool {
	threshold := p.Threshold
	if threshold <= 0 {
		threshold = DefaultThreshold
	}
	return usage.InputTokens+usage.CacheCreationInputTokens+usage.CacheReadInputTokens+usage.OutputTokens >= threshold
}

// Compact asks the model for a summary of the messages of a request, whether it
// is due or not. The request stays as it is. Tools and system prompt do not go
// along; of the messages, calls of tools that wait for their results do not, nor
// does thinking, which is good only for the request it was made in.
//
// The summary is the first text of the answer, as it is in the vendor's SDKs. An
// answer that is no summary is an error of kind ErrNoSummary. All others are
// those of Client.CreateMessage. An answer too long for that is streamed.
func (p Policy) Compact(
	ctx context.Context, client *api.Client, request *api.MessageRequest, options ...api.RequestOption,
) (*Result, error) {
	if request == nil {
		return nil, &api.FieldError{Field: "messages", Err: errors.New("are missing: there is no request")}
	}
	message, err := ask(ctx, client, p.request(request), options)
	if err != nil {
		return nil, fmt.Errorf("compaction: %w", err)
	}
	switch message.StopReason {
	case api.StopRefusal, api.StopMaxTokens, api.StopContextWindow:
		return nil, fmt.Errorf("compaction: %w: the answer stopped with %s", ErrNoSummary, message.StopReason)
	}
	for _, block := range message.Content {
		if text := block.Text(); text != "" {
			return &Result{Messages: []api.MessageParam{api.UserText(text)}, Summary: message}, nil
		}
	}
	return nil, fmt.Errorf("compaction: %w: the answer holds no text", ErrNoSummary)
}

// request returns the request for a summary of another one. It keeps who asks
// and who pays.
func (p Policy) request(of *api.MessageRequest) *api.MessageRequest {
	r := &api.MessageRequest{
		Model:         of.Model,
		MaxTokens:     of.MaxTokens,
		Messages:      summable(of.Messages),
		Metadata:      of.Metadata,
		ServiceTier:   of.ServiceTier,
		InferenceGeo:  of.InferenceGeo,
		BillingPolicy: of.BillingPolicy,
		Betas:         of.Betas,
		UserProfileID: of.UserProfileID,
		WorkspaceID:   of.WorkspaceID,
	}
	if p.Model != "" {
		r.Model = p.Model
	}
	if p.MaxTokens > 0 {
		r.MaxTokens = p.MaxTokens
	}
	prompt := p.Prompt
	if prompt == "" {
		prompt = DefaultPrompt
	}
	r.Messages = append(r.Messages, api.UserText(prompt))
	return r
}

// ask sends a request, as a stream if it takes that long.
func ask(
	ctx context.Context, client *api.Client, request *api.MessageRequest, options []api.RequestOption,
) (*api.Message, error) {
	message, err := client.CreateMessage(ctx, request, options...)
	if !errors.Is(err, api.ErrStreamingRequired) {
		return message, err
	}
	stream, err := client.StreamMessage(ctx, request, options...)
	if err != nil {
		return nil, err
	}
	return stream.Final()
}

// summable returns messages as they can be summed up without tools: without
// thinking, changes of tools, and calls at the end that have no results.
func summable(messages []api.MessageParam) []api.MessageParam {
	kept := make([]api.MessageParam, 0, len(messages)+1)
	for i, m := range messages {
		last := i == len(messages)-1
		content := slices.DeleteFunc(slices.Clone(m.Content), func(b api.Block) bool {
			switch b.Type {
			case api.BlockThinking, api.BlockRedactedThinking, api.BlockFallback, api.BlockToolAddition, api.BlockToolRemoval:
				return true
			case api.BlockToolUse:
				return last && m.Role == api.RoleAssistant
			}
			return false
		})
		if len(content) > 0 {
			kept = append(kept, api.MessageParam{Role: m.Role, Content: content})
		}
	}
	return kept
}
