// Package toolrunner lets the model use tools: Go functions that are called
// when it asks for them, over and over until it has its answer.
//
//	type Query struct {
//		City string `json:"city" jsonschema:"the city, in English"`
//	}
//	weather, err := toolrunner.New("weather", "Tells the weather of today in a city.",
//		func(ctx context.Context, q Query) (string, error) {
//			return lookUp(ctx, q.City)
//		})
//	runner := &toolrunner.Runner{
//		Client: client,
//		Request: &api.MessageRequest{
//			Model: "claude-opus-5-5", MaxTokens: 4096,
//			Messages: []api.MessageParam{api.UserText("Do I need an umbrella in Oslo?")},
//		},
//		Tools: []toolrunner.Tool{weather},
//	}
//	message, err := runner.Run(ctx)
//
// # Tools
//
// New makes a tool of a function; the schema the model sees comes from the type
// of its argument (package schema), and an input that does not fit is answered
// before the function is called. Handle makes one of a definition that the API
// knows, such as api.BashTool or api.BrowserToolset. Any other type with the
// methods of Tool will do; package memory has one. Tools that run at the vendor
// (api.WebSearchTool) and of MCP servers go into MessageRequest.Tools as ever:
// the runner leaves their calls alone.
//
// # Turns
//
// Run returns the last message. Messages gives each one in a range loop, Streams
// each as a stream; in between, the request may be changed through NextRequest:
//
//	for message, err := range runner.Messages(ctx) {
//		if err != nil { ... }
//		fmt.Println(message.Text())
//		runner.NextRequest().MaxTokens = 8192
//	}
//
// What follows a message depends on its stop reason. After tool_use the calls
// are carried out, at the same time (see Runner.Parallel), and their results go
// into one message, in the order of the calls. After pause_turn and compaction
// the turn is sent back as it is. Everything else ends the run, also where the
// message holds calls: they may be cut, or belong to an answer that was
// declined. A ToolChoice that forces a call forces it in every turn: change it
// after the first.
//
// An answer that shall have a shape is asked for as without tools, and read from
// the last message:
//
//	request.OutputConfig, err = schema.Output[Forecast]()
//	message, err := runner.Run(ctx)
//	forecast, err := schema.Decode[Forecast](message)
//
// # When something goes wrong
//
// The model is told what went wrong in a tool and decides what to do: an error
// that the function returns, a tool that does not exist, an input that is not
// JSON, a panic. None of these ends the run. (A panic is a bug, and the program
// goes on all the same, since it is the answers of a model that called for it:
// OnResult gets a *PanicError with the stack.) What the client returns ends the
// run, and so does the context: its error comes back as it is, when all tools
// have returned.
//
// # Long conversations
//
// With Runner.Compaction, a conversation that became too long is replaced by a
// summary of itself between two turns, see package compaction.
//
// # What this package must not know
//
// Models, screens, and what a tool does. Approval by a person is a Tool around
// another one, whose Call asks first.
package toolrunner
