// Package fallback asks another model when one declines to answer. It is the
// client's side of what MessageRequest.Fallbacks leaves to the server, for
// platforms without it and for chains the server does not allow.
//
// Middleware goes into a Client; the chain is tried in order:
//
//	client := &api.Client{
//		Middleware: []func(http.RoundTripper) http.RoundTripper{
//			fallback.Middleware(
//				api.Fallback{Model: "claude-opus-4-8", Unset: []string{"speed"}},
//				api.Fallback{Model: "claude-haiku-4-5", MaxTokens: 4096, Unset: []string{"thinking", "output_config"}},
//			),
//		},
//	}
//
//	request.Betas = []string{} // not nil: up to version 2023-06-01 nothing happens otherwise
//
// Only a refusal, the stop reason "refusal", leads to the next model, never an
// error. What follows is the answer of the first model that accepts, or the last
// refusal if none does: look at Message.StopReason. For each model that declined
// the content has a fallback block, which Block.FallbackHop reads.
//
// # Conversations
//
// A model that has declined will most likely do so again. A State, one for each
// conversation, remembers which entry accepted and lets the next turn begin
// there:
//
//	var state fallback.State
//	ctx = fallback.WithState(ctx, &state)
//	message, err := client.CreateMessage(ctx, request)
//
// Turns with fallback blocks can be sent back as they are. Before the request
// leaves, these blocks are taken out, together with thinking and unanswered tool
// calls in front of the last of them, which no other model takes.
//
// # Which requests
//
// Message requests on the beta side of the API: up to version 2023-06-01 those
// to "/v1/messages?beta=true", which MessageRequest.Betas sends when it is not
// nil. From version 2026-10-21 on there is one side only, so there it is every
// message request. They get the beta fallback-credit-2026-07-01. Everything else
// passes untouched, token counts and batches included, and so does a body that
// is no message request. A request with "fallbacks" is refused with an
// *api.FieldError: only one of the two sides can look for another model.
//
// # What is sent
//
// Each model gets the body of the request, changed by its own entry alone, to
// the byte: the prompt cache and the credit of a refusal depend on that. The
// credit is a token in the refusal, which lets the next model read the prompt at
// the price it would have had from the cache. It is sent with mode
// "best_effort"; a request that is turned down with it is sent without it.
//
// # Streams
//
// A stream goes on in place: the caller reads one message, and the blocks of all
// models with fallback blocks between them. Each event is passed on when it
// came. A refusal before any output always leads to the next model; one after
// some output does if it carries a token. Where the refusal allows it, the next
// model goes on from the text so far, and otherwise it begins anew behind it.
// Usage.Iterations has the tokens of all of them. An entry that cannot be asked,
// for an error or for want of a connection, is passed over. If none answers the
// stream ends with the refusal, and StopDetails.RecommendedModel names a model
// that only its rate limit kept from answering.
//
// Without streaming, the output of the models that declined is dropped, and an
// error of a later model is the error of the request.
//
// # Limits
//
// To the Client the whole chain is one attempt: it takes the time of one from
// Timeouts, and when it fails a retry begins at the start, or where the State
// is. ResponseInfo is that of the model that answered; for a stream it is that
// of the first one, whose headers came before anybody knew. An answer of more than
// 32 MB passes without a look into it; an event that long ends its stream.
//
// The package must know nothing of models but their names, and of conversations
// but their State. Refusals and fallbacks are described in the vendor's guide
// "Refusals and fallback".
package fallback
