package toolrunner_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"parlor/api"
	"parlor/api/toolrunner"
)

// exampleServer is a model that asks for the weather and then answers.
func exampleServer() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answer := reply("tool_use", use("toolu_1", "weather", `{"city":"Oslo"}`), use("toolu_2", "weather", `{"city":"Atlantis"}`))
		if strings.Contains(string(body), "tool_result") {
			answer = reply("end_turn", text("Take an umbrella."))
		}
		if strings.Contains(string(body), `"stream":true`) {
			w.Header().Set("Content-Type", "text/event-stream")
			answer = asEvents(answer)
		} else {
			w.Header().Set("Content-Type", "application/json")
		}
		io.WriteString(w, answer)
	}))
}

// Query is the input of the tool in the examples. The model reads the
// descriptions.
type Query struct {
	City string `json:"city" jsonschema:"the city, in English"`
}

func lookUp(_ context.Context, q Query) (string, error) {
	if q.City == "Atlantis" {
		return "", fmt.Errorf("there is no city %s", q.City)
	}
	return "rain, 8 degrees", nil
}

// newRunner is what a program would write, but for the server.
func newRunner(url string) (*toolrunner.Runner, error) {
	weather, err := toolrunner.New("weather", "Tells the weather of today in a city.", lookUp)
	if err != nil {
		return nil, err
	}
	return &toolrunner.Runner{
		Client: &api.Client{BaseURL: url, APIKey: "sk-..."}, // normally: &api.Client{}
		Request: &api.MessageRequest{
			Model: "claude-opus-5-5", MaxTokens: 4096,
			Messages: []api.MessageParam{api.UserText("Do I need an umbrella in Oslo?")},
		},
		Tools: []toolrunner.Tool{weather},
	}, nil
}

func Example() {
	server := exampleServer()
	defer server.Close()
	runner, err := newRunner(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer runner.Client.Close()

	message, err := runner.Run(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.Text())
	// Output: Take an umbrella.
}

// Each message, with what was called in between.
func ExampleRunner_Messages() {
	server := exampleServer()
	defer server.Close()
	runner, err := newRunner(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer runner.Client.Close()
	runner.Parallel = 1
	runner.OnResult = func(r toolrunner.Result) { fmt.Printf("%s %s: error %v\n", r.Use.Name, r.Use.Input, r.Err) }

	for message, err := range runner.Messages(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %q\n", message.StopReason, message.Text())
	}
	// Output:
	// tool_use ""
	// weather {"city":"Oslo"}: error <nil>
	// weather {"city":"Atlantis"}: error there is no city Atlantis
	// end_turn "Take an umbrella."
}

// Each message as a stream.
func ExampleRunner_Streams() {
	server := exampleServer()
	defer server.Close()
	runner, err := newRunner(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer runner.Client.Close()

	for stream, err := range runner.Streams(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		for event, err := range stream.Events() {
			if err == nil && event.Type == api.EventContentBlockStart {
				fmt.Println(event.Block.Type)
			}
		}
	}
	// Output:
	// tool_use
	// tool_use
	// text
}

// A tool that the API knows needs its definition and a function.
func ExampleHandle() {
	bash, err := toolrunner.Handle(api.BashTool{}, func(_ context.Context, use api.ToolUse) ([]api.Block, error) {
		var in api.BashInput
		if err := use.Into(&in); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%q is not allowed here", in.Command)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	call, _ := api.NewToolUse("toolu_1", "bash", []byte(`{"command":"rm -rf /"}`)).ToolUse()
	_, err = bash.Call(context.Background(), call)
	fmt.Println(bash.Name(), err)
	// Output: bash "rm -rf /" is not allowed here
}
