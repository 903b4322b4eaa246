// Package api is a client of the Claude API: messages and streams, tools, token
// counts, batches, files, skills, models and the older text completions.
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
// # Conversations
//
// The API remembers nothing: each request holds the whole conversation. Append
// the answer as it came, and the next question:
//
//	request.Messages = append(request.Messages, message.Param(), api.UserText("And then?"))
//
// Requests are written so that the next one begins with the bytes of this one,
// which is what the server's prompt cache rewards; CacheControl asks for it.
// System, Thinking, OutputConfig, Tools and the rest of MessageRequest are named
// as the API names them. CountTokens tells what a request weighs before it is
// sent, EstimateTokens guesses it offline.
//
// # Streams
//
// StreamMessage returns as soon as the response headers are there. The text is
// read with a range loop, which ends with the message, the context or the first
// error, and closes the connection however it is left:
//
//	stream, err := client.StreamMessage(ctx, request)
//	for text, err := range stream.Text() {
//		if err != nil { ... }      // what came before it stays in stream.Partial()
//		fmt.Print(text)
//	}
//	message, err := stream.Final() // everything, accumulated
//
// Stream.Events gives the rest as well: thinking, calls of tools, usage.
//
// A stream that stops before its end is an error that wraps
// io.ErrUnexpectedEOF, never a short answer. A stream is never replayed.
//
// # Content blocks
//
// The truth of a Block is its JSON, kept as it came: key order, numbers,
// strings and types this package has never heard of survive a round trip.
// New functions write blocks, views such as Block.Text, Block.ToolUse and
// Block.ServerToolResult read them. EchoBlocks says what has to change before
// an answer is sent back, which is little.
//
// # Tools
//
// A tool is described by a CustomTool, or is one of those the API knows by name,
// such as WebSearchTool and BashTool. When the model stops with StopToolUse, the
// caller runs what Block.ToolUse tells and answers each call with NewToolResult.
// Package toolrunner does that with typed Go functions until the model is done;
// package schema makes the JSON schemas of Go types, and reads structured
// answers into them; package memory keeps what the memory tool writes in a
// folder.
//
// # Batches, files, skills, models
//
// Lists are range loops that fetch pages as they are needed:
//
//	for batch, err := range client.Batches(ctx, api.BatchListOptions{}) { ... }
//
// The results of a batch are read in the same way, one line of the answer at a
// time, however long it is. Uploads are streamed from any io.Reader and sent
// again after a failure if the reader can seek. DownloadFile hands over an open
// body, in which a cut connection is an error.
//
// An endpoint that has no method here is reached with Client.Send, and a list
// with List.
//
// # Betas and versions
//
// There is one set of types for what is stable and what is beta. A beta is named
// in MessageRequest.Betas, with one of the Beta constants or any other string;
// the fields it unlocks say which one they need. Client.Version chooses between
// the two versions of the API in use, see Version2026.
//
// # Errors
//
// What the server answers is an *Error, what the network does is a *ConnError
// or a *TimeoutError, an answer that is not the API's language a *DecodeError,
// a stream that broke off a *StreamError, a request that was not sent for what
// one of its fields holds a *FieldError. Ask for the kind, not for the text:
//
//	if errors.Is(err, api.ErrRateLimit) { ... }
//
// Requests are retried (see Client.MaxRetries) until the headers of a
// successful answer arrived. What must not happen twice, creating a skill, is
// repeated only when it certainly did not happen.
//
// A refusal is no error but an answer with StopRefusal; its content may be
// empty. Package fallback asks other models then.
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
// # Responses, middleware, logs
//
// ResponseInto and OnResponse give status, headers, request ID and rate limits;
// every answer has Raw, its exact JSON. Client.Middleware wraps the transport:
// it sees each attempt as an *http.Request and its response. Client.Logger, or
// ANTHROPIC_LOG=debug, tells what is sent, without credentials and bodies.
//
// # Testing
//
// Package simulator is the API as an http.Handler, with its rules and with
// faults at any byte. Time, chance, environment and waits are fields of Client.
//
// # Other clients
//
// The file NAMES.md beside this one leads from the names of the vendor's Python
// and TypeScript SDKs to those used here.
//
// # Compatibility
//
// Semantic Versioning covers what is exported here and in the packages below,
// except simulator's texts and what a comment calls a beta of the API: that
// changes when the API does. New fields, constants and view types may come with
// any minor version, so composite literals should name their fields. The words
// of errors, the order of JSON members in requests and the User-Agent may change
// at any time.
//
// # What this package must not know
//
// Conversations, screens, files of the application, or which model accepts
// which parameter: it sends what it is given and decodes what it gets,
// tolerantly. Facts about models live in package catalog. It imports nothing
// else of this module.
package api
