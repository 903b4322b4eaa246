package sdkgo

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/toolrunner"

	"parlor/api/simulator"
)

type weatherInput struct {
	City string `json:"city" jsonschema:"required,description=Name of the city"`
}

// TestToolRunner lets the SDK's own loop use the simulator: in one piece and
// streamed.
func TestToolRunner(t *testing.T) {
	client, _ := start(t, simulator.Options{})
	var calls atomic.Int32
	tool, err := toolrunner.NewBetaToolFromJSONSchema("get_weather", "Tells the weather of a city.",
		func(_ context.Context, in weatherInput) (anthropic.BetaToolResultBlockParamContentUnion, error) {
			calls.Add(1)
			return anthropic.BetaToolResultBlockParamContentUnion{
				OfText: &anthropic.BetaTextBlockParam{Text: "22 degrees in " + in.City},
			}, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	params := anthropic.BetaToolRunnerParams{BetaMessageNewParams: anthropic.BetaMessageNewParams{
		Model: model, MaxTokens: 1024,
		Messages: []anthropic.BetaMessageParam{anthropic.NewBetaUserMessage(
			anthropic.NewBetaTextBlock("Use the tool get_weather to look up the weather in Paris."))},
	}}
	tools := []anthropic.BetaTool{tool}
	last, err := client.Beta.Messages.NewToolRunner(tools, params).RunToCompletion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for _, b := range last.Content {
		said.WriteString(b.Text)
	}
	if calls.Load() != 1 || last.StopReason != "end_turn" || !strings.Contains(said.String(), "22 degrees") {
		t.Errorf("called %d times, then %q: %s", calls.Load(), last.StopReason, said.String())
	}
	runner := client.Beta.Messages.NewToolRunnerStreaming(tools, params)
	deltas := 0
	for stream, err := range runner.AllStreaming(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for event, err := range stream {
			if err != nil {
				t.Fatal(err)
			}
			if event.Type == "content_block_delta" {
				deltas++
			}
		}
	}
	if runner.Err() != nil || calls.Load() != 2 || deltas == 0 {
		t.Errorf("streamed: %v, %d calls, %d deltas", runner.Err(), calls.Load(), deltas)
	}
}
