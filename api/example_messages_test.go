package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"parlor/api"
)

// exampleClient is a client whose requests get these answers, one after the
// other. Programs write &api.Client{} in its place.
func exampleClient(answers ...string) (client *api.Client, stop func()) {
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, 200, answers[n])
		n++
	}))
	client = &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	return client, func() { client.Close(); server.Close() }
}

// answerOf is an answer of these blocks.
func answerOf(stopReason, content string) string {
	return `{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5-5","content":[` + content + `],` +
		`"stop_reason":"` + stopReason + `","usage":{"input_tokens":900,"cache_read_input_tokens":800,"output_tokens":20}}`
}

// Tools by hand: offer them, run what is called, send the results, until the
// model is done. Package toolrunner does this by itself.
func ExampleCustomTool() {
	client, stop := exampleClient(
		answerOf("tool_use", `{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Paris"}}`),
		answerOf("end_turn", `{"type":"text","text":"It is 18 degrees in Paris."}`))
	defer stop()

	request := &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		Tools: []api.Tool{api.CustomTool{
			Name: "get_weather", Description: "The weather in a city, now.",
			InputSchema: json.RawMessage(`{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}`),
		}},
		Messages: []api.MessageParam{api.UserText("How warm is it in Paris?")},
	}
	for {
		message, err := client.CreateMessage(context.Background(), request)
		if err != nil {
			fmt.Println(err)
			return
		}
		if message.StopReason != api.StopToolUse {
			fmt.Println(message.Text())
			return
		}
		var results []api.Block
		for _, b := range message.Content {
			use, ok := b.ToolUse()
			if !ok || b.Type != api.BlockToolUse {
				continue
			}
			var input struct{ City string }
			if err := use.Into(&input); err != nil {
				results = append(results, api.NewToolResult(use.ID, true, api.NewText(err.Error())))
				continue
			}
			fmt.Println("asked for", input.City)
			results = append(results, api.NewToolResult(use.ID, false, api.NewText("18 degrees")))
		}
		request.Messages = append(request.Messages, message.Param(), api.UserMessage(results...))
	}
	// Output:
	// asked for Paris
	// It is 18 degrees in Paris.
}

// Vision: an image from a file, and one the API fetches.
func ExampleNewImage() {
	client, stop := exampleClient(answerOf("end_turn", `{"type":"text","text":"The second is brighter."}`))
	defer stop()

	photo := []byte("...") // for example from os.ReadFile
	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		Messages: []api.MessageParam{api.UserMessage(
			api.NewImageBase64("image/png", photo),
			api.NewImage(api.Image{Source: api.URLSource("https://example.com/b.png")}),
			api.NewText("Which of the two is brighter?"),
		)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.Text())
	// Output: The second is brighter.
}

// A PDF, uploaded before, and where in it the answer comes from.
func ExampleNewDocument() {
	client, stop := exampleClient(answerOf("end_turn",
		`{"type":"text","text":"The rent is 900.","citations":[{"type":"page_location","cited_text":"a monthly rent of 900",`+
			`"document_index":0,"document_title":"Contract","start_page_number":2,"end_page_number":3}]}`))
	defer stop()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		Messages: []api.MessageParam{api.UserMessage(
			api.NewDocument(api.Document{Source: api.FileSource("file_1"), Title: "Contract", Citations: true}),
			api.NewText("What is the rent?"),
		)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range message.Content {
		fmt.Println(b.Text())
		for _, c := range b.Citations() {
			fmt.Printf("  %s, page %d: %q\n", c.DocumentTitle, c.Start, c.CitedText)
		}
	}
	// Output:
	// The rent is 900.
	//   Contract, page 2: "a monthly rent of 900"
}

func ExampleThinking() {
	client, stop := exampleClient(answerOf("end_turn",
		`{"type":"thinking","thinking":"17 * 3 is 51.","signature":"..."},{"type":"text","text":"51"}`))
	defer stop()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 4096,
		Thinking:     &api.Thinking{Type: api.ThinkingAdaptive, Display: api.DisplaySummarized},
		OutputConfig: &api.OutputConfig{Effort: api.EffortHigh},
		Messages:     []api.MessageParam{api.UserText("17 times 3?")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range message.Content {
		if thought, _ := b.Thinking(); thought != "" {
			fmt.Println("thought:", thought)
		}
	}
	fmt.Println(message.Text())
	// Output:
	// thought: 17 * 3 is 51.
	// 51
}

// Caching: the long instructions are written to the cache once, for an hour.
// Everything after them is cached automatically, for five minutes.
func ExampleCacheControl() {
	client, stop := exampleClient(answerOf("end_turn", `{"type":"text","text":"Aye."}`))
	defer stop()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		System: []api.Block{
			api.NewText("Long instructions ...").WithCacheControl(&api.CacheControl{TTL: api.CacheTTL1h}),
		},
		CacheControl: &api.CacheControl{},
		Messages:     []api.MessageParam{api.UserText("Ready?")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	usage := message.Usage
	fmt.Println(usage.CacheReadInputTokens, "of",
		usage.InputTokens+usage.CacheCreationInputTokens+usage.CacheReadInputTokens, "tokens came from the cache")
	// Output: 800 of 1700 tokens came from the cache
}

// Structured output: the answer is JSON of a schema. Package schema makes the
// schema from a Go type.
func ExampleJSONSchemaFormat() {
	client, stop := exampleClient(answerOf("end_turn", `{"type":"text","text":"{\"name\":\"Ada\",\"age\":36}"}`))
	defer stop()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		OutputConfig: &api.OutputConfig{Format: api.JSONSchemaFormat(json.RawMessage(`{"type":"object",
			"properties":{"name":{"type":"string"},"age":{"type":"integer"}},
			"required":["name","age"],"additionalProperties":false}`))},
		Messages: []api.MessageParam{api.UserText("Ada died at 36. Who, and how old?")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var person struct {
		Name string
		Age  int
	}
	if message.StopReason == api.StopEndTurn && json.Unmarshal([]byte(message.Text()), &person) == nil {
		fmt.Println(person.Name, person.Age)
	}
	// Output: Ada 36
}
