package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"parlor/api"
)

// exampleCompletions answers like the API did.
func exampleCompletions() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Stream bool }
		_ = json.NewDecoder(r.Body).Decode(&request)
		if request.Stream {
			answerSSE(w, sse(completionPiece(" Hel", "null"), completionPiece("lo", "null"), completionPiece("", `"stop_sequence"`)))
			return
		}
		answerJSON(w, 200, wholeCompletion)
	}))
}

func ExampleClient_CreateCompletion() {
	server := exampleCompletions()
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()

	completion, err := client.CreateCompletion(context.Background(), &api.CompletionRequest{
		Model:             "claude-2.1",
		MaxTokensToSample: 256,
		Prompt:            api.HumanPrompt + " Hello" + api.AIPrompt,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%q %s\n", completion.Text, completion.StopReason)
	// Output: " Hi" stop_sequence
}

func ExampleClient_StreamCompletion() {
	server := exampleCompletions()
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()

	stream, err := client.StreamCompletion(context.Background(), &api.CompletionRequest{
		Model: "claude-2.1", MaxTokensToSample: 256, Prompt: api.HumanPrompt + " Hello" + api.AIPrompt,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for piece, err := range stream.Pieces() {
		if err != nil {
			fmt.Println("broke off:", err)
			break
		}
		fmt.Printf("%q ", piece.Text)
	}
	completion, _ := stream.Final()
	fmt.Printf("%q\n", completion.Text)
	// Output: " Hel" "lo" "" " Hello"
}
