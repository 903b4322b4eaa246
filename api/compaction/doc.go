// Package compaction replaces a long conversation by a summary of it, which the
// model writes in a request of its own.
//
//	policy := compaction.Policy{Threshold: 150_000}
//	request.Messages = append(request.Messages, message.Param()) // the answer, too
//	if policy.Due(message.Usage) {
//		result, err := policy.Compact(ctx, client, request)
//		if err != nil { ... }
//		request.Messages = result.Messages
//	}
//
// It needs no beta and works with every model and every server that speaks the
// API. The API can do the same by itself (MessageRequest.Compaction and the
// edits of MessageRequest.ContextManagement), which keeps more and costs less
// where it is available.
//
// Runner.Compaction of package toolrunner does this between the turns of a tool
// loop.
//
// # What is lost
//
// Everything but the summary: wording, images, results of tools, system messages
// between turns. What must stay belongs into MessageRequest.System, which the
// summary neither sees nor replaces. The next request writes its prompt cache
// anew.
//
// # What this package must not know
//
// Tools, and where a conversation is kept.
package compaction
