package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"parlor/api"
)

// exampleServer answers like the API, so that the examples run anywhere.
func exampleServer() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var request struct{ Stream bool }
		_ = json.Unmarshal(body, &request)
		switch {
		case r.URL.Path == "/v1/models":
			answerJSON(w, 200, `{"data":[{"id":"claude-opus-5-5","display_name":"Claude Opus 5.5"}]}`)
		case r.Header.Get("X-Api-Key") == "wrong":
			answerJSON(w, 401, `{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}`)
		case request.Stream:
			answerSSE(w, helloStream())
		default:
			answerJSON(w, 200, helloAnswer)
		}
	}))
}

func Example() {
	server := exampleServer()
	defer server.Close()

	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."} // normally: &api.Client{}
	defer client.Close()
	message, err := client.CreateMessage(context.Background(), &api.MessageRequest{
		Model:     "claude-opus-5-5",
		MaxTokens: 1024,
		Messages:  []api.MessageParam{api.UserText("Hello")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.Text(), message.StopReason, message.Usage.OutputTokens)
	// Output: Hi end_turn 1
}

func ExampleClient_StreamMessage() {
	server := exampleServer()
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()

	stream, err := client.StreamMessage(context.Background(), &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 1024, Messages: []api.MessageParam{api.UserText("Hello")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for event, err := range stream.Events() {
		if err != nil {
			fmt.Println("broke off:", err)
			break
		}
		if event.Delta.Type == api.DeltaText {
			fmt.Printf("%q ", event.Delta.Text)
		}
	}
	message, _ := stream.Final()
	fmt.Println(message.Text())
	// Output: "Hel" "lo" Hello
}

func ExampleError() {
	server := exampleServer()
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "wrong"}
	defer client.Close()

	_, err := client.CreateMessage(context.Background(), &api.MessageRequest{Model: "m", MaxTokens: 1})
	var answer *api.Error
	if errors.Is(err, api.ErrAuthentication) && errors.As(err, &answer) {
		fmt.Println(answer.Status, answer.Message, answer.RequestID)
	}
	// Output: 401 invalid x-api-key req_1
}

func ExampleClient_Models() {
	server := exampleServer()
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()

	for model, err := range client.Models(context.Background(), api.ModelListOptions{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(model.ID, "-", model.DisplayName)
	}
	// Output: claude-opus-5-5 - Claude Opus 5.5
}
