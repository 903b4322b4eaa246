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
// # What this package must not know
//
// Conversations, screens, files of the application, or which model accepts
// which parameter: it sends what it is given and decodes what it gets,
// tolerantly. Facts about models live in package catalog. It imports nothing
// else of this module.
package api
