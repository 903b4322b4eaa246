package compaction_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"parlor/api"
	"parlor/api/compaction"
)

// A conversation that has become long goes on from a summary.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"msg_1","type":"message","role":"assistant","stop_reason":"end_turn",`+
			`"content":[{"type":"text","text":"The user plans a trip to Oslo in May."}],"usage":{"input_tokens":120000,"output_tokens":12}}`)
	}))
	defer server.Close()
	client := &api.Client{BaseURL: server.URL, APIKey: "sk-..."} // normally: &api.Client{}
	defer client.Close()

	ctx := context.Background()
	request := &api.MessageRequest{
		Model: "claude-opus-5-5", MaxTokens: 4096, Messages: []api.MessageParam{api.UserText("Where was I going?")},
	}
	message, err := client.CreateMessage(ctx, request)
	if err != nil {
		fmt.Println(err)
		return
	}
	request.Messages = append(request.Messages, message.Param()) // what was answered belongs to it, too
	policy := compaction.Policy{}
	if policy.Due(message.Usage) {
		result, err := policy.Compact(ctx, client, request)
		if err != nil {
			fmt.Println(err)
			return
		}
		request.Messages = result.Messages
	}
	fmt.Println(len(request.Messages), request.Messages[0].Content[0].Text())
	// Output: 1 The user plans a trip to Oslo in May.
}
