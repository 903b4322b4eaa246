package fallback_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"parlor/api"
	"parlor/api/fallback"
)

// exampleServer is an API whose model "careful" declines everything.
func exampleServer() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		careful, stream := strings.Contains(string(body), `"careful"`), strings.Contains(string(body), `"stream":true`)
		switch {
		case careful && stream:
			answerWith(w, sse(startOf("msg_0", "careful"), textStart(0), textDelta(0, "To begin"), refusing(`"t0"`, "true", ""), messageStop))
		case careful:
			answerWith(w, refusedBy0)
		case stream:
			answerWith(w, sse(startOf("msg_1", "m1"), textStart(0), textDelta(0, " with, hello."), stopOf(0), ended("end_turn", "null", ""), messageStop))
		default:
			answerWith(w, served)
		}
	}))
}

func Example() {
	server := exampleServer()
	defer server.Close()

	client := &api.Client{
		BaseURL: server.URL, APIKey: "sk-...",
		Middleware: []func(http.RoundTripper) http.RoundTripper{
			fallback.Middleware(api.Fallback{Model: "relaxed", MaxTokens: 512}),
		},
	}
	defer client.Close()

	var conversation fallback.State
	ctx := fallback.WithState(context.Background(), &conversation)
	message, err := client.CreateMessage(ctx, &api.MessageRequest{
		Model:     "careful",
		MaxTokens: 1024,
		Messages:  []api.MessageParam{api.UserText("Hello")},
		Betas:     []string{}, // not nil: the beta side of the API
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, block := range message.Content {
		if hop, ok := block.FallbackHop(); ok {
			fmt.Printf("%s declined (%s), %s answered\n", hop.From, hop.Category, hop.To)
		}
	}
	fmt.Println(message.Text())
	fmt.Println("the next turn begins at entry", conversation.Index())
	// Output:
	// careful declined (cyber), relaxed answered
	// Hi
	// the next turn begins at entry 0
}

func ExampleMiddleware_stream() {
	server := exampleServer()
	defer server.Close()

	client := &api.Client{
		BaseURL: server.URL, APIKey: "sk-...",
		Middleware: []func(http.RoundTripper) http.RoundTripper{
			fallback.Middleware(api.Fallback{Model: "relaxed"}),
		},
	}
	defer client.Close()

	stream, err := client.StreamMessage(context.Background(), &api.MessageRequest{
		Model: "careful", MaxTokens: 1024, Messages: []api.MessageParam{api.UserText("Hello")}, Betas: []string{},
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
	message, _ := stream.Final()
	fmt.Println()
	fmt.Println(message.Model, message.StopReason)
	// Output:
	// To begin with, hello.
	// relaxed end_turn
}
