package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"parlor/api"
)

// Each request holds the whole conversation: what was said, what was answered,
// and what comes next.
func Example_conversation() {
	client, stop := exampleClient(
		answerOf("end_turn", `{"type":"text","text":"Nice to meet you, Ada."}`),
		answerOf("end_turn", `{"type":"text","text":"Your name is Ada."}`))
	defer stop()

	request := &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024,
		System: []api.Block{api.NewText("You are brief.")},
	}
	for _, question := range []string{"I am Ada.", "Who am I?"} {
		request.Messages = append(request.Messages, api.UserText(question))
		message, err := client.CreateMessage(context.Background(), request)
		if err != nil {
			fmt.Println(err)
			return
		}
		request.Messages = append(request.Messages, message.Param())
		fmt.Println(message.Text())
	}
	fmt.Println(len(request.Messages), "messages")
	// Output:
	// Nice to meet you, Ada.
	// Your name is Ada.
	// 4 messages
}

// The text alone, as it comes. Events gives everything: thinking, tool calls, usage.
func ExampleStream_Text() {
	server := exampleServer()
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."} // normally: &api.Client{}
	defer client.Close()

	stream, err := client.StreamMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024, Messages: []api.MessageParam{api.UserText("Hello")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for text, err := range stream.Text() {
		if err != nil {
			fmt.Println("broke off:", err)
			return
		}
		fmt.Print(text)
	}
	message, _ := stream.Final() // the whole message, for the next request
	fmt.Println("", message.StopReason)
	// Output: Hello end_turn
}

func ExampleClient_CountTokens() {
	client, stop := exampleClient(`{"input_tokens":2095}`)
	defer stop()

	count, err := client.CountTokens(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", Messages: []api.MessageParam{api.UserText("A long story...")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(count.InputTokens)
	// Output: 2095
}

// What a model can do is better asked than guessed from its name.
func ExampleClient_Model() {
	client, stop := exampleClient(`{"id":"claude-opus-5-5","type":"model","max_input_tokens":1000000,"max_tokens":128000,` +
		`"capabilities":{"image_input":{"supported":true},"effort":{"supported":true,"max":{"supported":true}}}}`)
	defer stop()

	model, err := client.Model(context.Background(), "claude-opus-5-5")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.MaxInputTokens, model.MaxTokens)
	if can := model.Capabilities; can != nil { // not every server tells
		fmt.Println(can.ImageInput, can.Effort.Max)
	}
	// Output:
	// 1000000 128000
	// true true
}

// An endpoint without a method of its own, with credential, retries and timeouts.
func ExampleClient_Send() {
	client, stop := exampleClient(`{"id":"agent_1","name":"helper"}`)
	defer stop()

	response, err := client.Send(context.Background(), api.RawRequest{
		Path: "v1/agents",
		Body: json.RawMessage(`{"name":"helper"}`), // makes it a POST
	}, api.WithBetas(api.BetaManagedAgents20260401))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Println(response.Status, string(body), err)
	// Output: 200 {"id":"agent_1","name":"helper"} <nil>
}

// A list without a method of its own, in pages.
func ExampleList() {
	client, stop := exampleClient(
		`{"data":[{"id":"agent_1"},{"id":"agent_2"}],"next_page":"p2"}`,
		`{"data":[{"id":"agent_3"}],"next_page":null}`)
	defer stop()

	type agent struct {
		ID string `json:"id"`
	}
	list := api.ListRequest{Path: "v1/agents", Paging: api.PageByPage}
	for agent, err := range api.List[agent](context.Background(), client, list) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(agent.ID)
	}
	// Output:
	// agent_1
	// agent_2
	// agent_3
}

// What the headers told, of an answer or of a failure.
func ExampleResponseInto() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Anthropic-Ratelimit-Requests-Limit", "4000")
		w.Header().Set("Anthropic-Ratelimit-Requests-Remaining", "3999")
		answerJSON(w, 200, helloAnswer)
	}))
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()

	var info api.ResponseInfo
	_, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024, Messages: []api.MessageParam{api.UserText("Hello")},
	}, api.ResponseInto(&info))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.Status, info.RequestID, info.RateLimit.Requests.Remaining)
	// Output: 200 req_1 3999
}

// Options of one request, over those of the Client.
func ExampleRequestOption() {
	failed := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !failed {
			failed = true
			w.Header().Set("Retry-After", "0")
			answerJSON(w, 529, `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`)
			return
		}
		answerJSON(w, 200, helloAnswer)
	}))
	defer server.Close()
	client := &api.Client{
		BaseURL: server.URL, APIKey: "sk-...",
		Sleep: func(context.Context, time.Duration) error { return nil }, // for the example
	}
	defer client.Close()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024, Messages: []api.MessageParam{api.UserText("Hello")},
	},
		api.WithMaxRetries(5),
		api.WithTimeouts(api.Timeouts{Total: 2 * time.Minute}),
		api.WithHeader("X-Team", "search"),
		api.OnRetry(func(r api.Retry) { fmt.Printf("%d of %d failed\n", r.Attempt, r.MaxAttempts) }),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.Text())
	// Output:
	// 1 of 6 failed
	// Hi
}

// timed is a middleware: it sees each attempt on its way out and back.
type timed struct{ next http.RoundTripper }

func (t timed) RoundTrip(r *http.Request) (*http.Response, error) {
	start := time.Now()
	response, err := t.next.RoundTrip(r)
	if err == nil {
		fmt.Println(r.Method, r.URL.Path, response.StatusCode, time.Since(start) < time.Minute)
	}
	return response, err
}

func ExampleClient_middleware() {
	server := exampleServer()
	defer server.Close()
	client := &api.Client{
		BaseURL: server.URL, APIKey: "sk-...",
		Middleware: []func(http.RoundTripper) http.RoundTripper{
			func(next http.RoundTripper) http.RoundTripper { return timed{next} },
		},
	}
	defer client.Close()

	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024, Messages: []api.MessageParam{api.UserText("Hello")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.Text())
	// Output:
	// POST /v1/messages 200 true
	// Hi
}
