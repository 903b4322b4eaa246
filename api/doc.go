// Package api is a client of the Claude API: messages, streams, token counts
// and models.
//
// The zero Client works. It takes its credential and base URL from the
// ANTHROPIC_* environment variables and from the profile files that the
// vendor's login command writes:
//
//	client := &api.Client{}
//	message, err := client.CreateMessage(ctx, &api.MessageRequest{
//		Model:     "claude-opus-5-5",
//		MaxTokens: 1024,
//		Messages:  []api.MessageParam{api.UserText("Hello")},
//	})
//	fmt.Println(message.Text())
//
// # Streams
//
// StreamMessage returns as soon as the response headers are there. The events
// are read with a range loop, which ends with the message, the context or the
// first error, and closes the connection however it is left:
//
//	stream, err := client.StreamMessage(ctx, request)
//	for event, err := range stream.Events() {
//		if err != nil { ... }       // what came before it stays in stream.Partial()
//		fmt.Print(event.Delta.Text)
//	}
//	message, err := stream.Final()  // everything, accumulated
//
// A stream that stops before its stop reason is an error that wraps
// io.ErrUnexpectedEOF, never a short answer. A stream is never replayed.
//
// # Content blocks
//
// The truth of a Block is its JSON, kept as it came: key order, numbers,
// strings and types this package has never heard of survive a round trip.
// Typed views such as Block.Text and Block.ToolUse are derived from it.
// EchoBlocks prepares the blocks of an answer for the next request.
//
// # Errors
//
// What the server answers is an *Error, what the network does is a *ConnError
// or a *TimeoutError, an answer that is not the API's language a *DecodeError,
// a stream that broke off a *StreamError. Ask for the kind, not for the text:
//
//	if errors.Is(err, api.ErrRateLimit) { ... }
//
// Requests are retried (see Client.MaxRetries) until the headers of a
// successful answer arrived.
//
// # Credentials
//
// Client.APIKey or Client.AuthToken is used as it is. Without them a
// CredentialSource is asked, by default DefaultCredentials; Chain puts further
// sources in between. Exactly one credential header is sent, only to the host
// of the base URL, and never along a redirect to another one. Printing, logging
// and errors show the last four characters of a secret at most.
//
// # Time
//
// Timeouts bound connecting, the wait for headers, silence within an answer,
// and an attempt as a whole, each by itself. The context bounds everything; its
// error comes back unwrapped. Waits between attempts are announced to OnRetry,
// and a server that asks for more than Client.MaxRetryWait gets its way through
// Error.RetryAfter: the caller is told instead of kept waiting.
//
// # Servers of others
//
// Answers are read tolerantly: missing fields, null, other types, unknown
// events, blocks and deltas, other shapes of identifiers, lists and errors are
// no reason to fail. What cannot be an answer (HTML, an empty body, a stream
// that stops) is always an error, and says what it was instead.
//
// # What this package must not know
//
// Conversations, screens, files of the application, or which model accepts
// which parameter: it sends what it is given and decodes what it gets,
// tolerantly. Facts about models live in package catalog. It imports nothing
// else of this module.
package api
