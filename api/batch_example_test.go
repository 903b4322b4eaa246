package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"parlor/api"
)

// exampleBatches answers like the API: a batch has ended when it is asked about.
func exampleBatches() *httptest.Server {
	mux := http.NewServeMux()
	answer := func(pattern, body string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) })
	}
	answer("POST /v1/messages/batches", runningBatch)
	answer("GET /v1/messages/batches/msgbatch_01", endedBatch("/v1/messages/batches/msgbatch_01/results"))
	answer("GET /v1/messages/batches/msgbatch_01/results", errored+"\n"+succeeded+"\n"+expired+"\n")
	answer("GET /v1/messages/batches", `{"data":[{"id":"msgbatch_02","processing_status":"in_progress"},`+
		`{"id":"msgbatch_01","processing_status":"ended"}],"has_more":false}`)
	return httptest.NewServer(mux)
}

// A batch is created, waited for, and read as its results come.
func ExampleClient_CreateBatch() {
	server := exampleBatches()
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()
	ctx := context.Background()

	var requests []api.BatchRequest
	for id, question := range map[string]string{"a": "How are you?", "b": "Who are you?", "d": "Where are you?"} {
		requests = append(requests, api.BatchRequest{CustomID: id, Params: &api.MessageRequest{
			Model: "claude-opus-5-5", MaxTokens: 1024, Messages: []api.MessageParam{api.UserText(question)},
		}})
	}
	batch, err := client.CreateBatch(ctx, requests)
	for err == nil && !batch.Ended() {
		<-time.After(time.Millisecond) // normally: a minute
		batch, err = client.Batch(ctx, batch.ID)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	for result, err := range client.ResultsOf(ctx, batch) {
		if err != nil {
			fmt.Println("broke off:", err)
			return
		}
		switch {
		case result.Message != nil:
			fmt.Println(result.CustomID, "answered:", result.Message.Text())
		case errors.Is(result.Error, api.ErrInvalidRequest): // to be mended, not repeated
			fmt.Println(result.CustomID, "failed:", result.Error.Message)
		default:
			fmt.Println(result.CustomID, result.Type)
		}
	}
	// Output:
	// b failed: max_tokens: too many
	// a answered: Hi
	// d expired
}

func ExampleClient_Batches() {
	server := exampleBatches()
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()

	for batch, err := range client.Batches(context.Background(), api.BatchListOptions{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(batch.ID, batch.ProcessingStatus)
	}
	// Output:
	// msgbatch_02 in_progress
	// msgbatch_01 ended
}

// Results can be read by the ID of the batch alone, at any time after it ended.
func ExampleClient_BatchResults() {
	server := exampleBatches()
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."}
	defer client.Close()

	var tokens int64
	for result, err := range client.BatchResults(context.Background(), "msgbatch_01") {
		if err != nil {
			fmt.Println(err)
			return
		}
		if result.Type == api.ResultSucceeded {
			tokens += result.Message.Usage.OutputTokens
		}
	}
	fmt.Println(tokens, "tokens written")
	// Output: 1 tokens written
}
