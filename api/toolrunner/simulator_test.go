package toolrunner_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"parlor/api"
	"parlor/api/memory"
	"parlor/api/simulator"
	"parlor/api/toolrunner"
)

// The API, as strict as it is, takes every request of a run with several tools,
// thinking and failures.
func TestAgainstTheSimulator(t *testing.T) {
	variants(t, func(t *testing.T, run runFunc) {
		sim := simulator.New(simulator.Options{Rate: -1})
		server := httptest.NewServer(sim)
		t.Cleanup(server.Close)
		client := &api.Client{APIKey: "sk-ant-test", BaseURL: server.URL, Getenv: func(string) string { return "" }, MaxRetries: new(int)}
		t.Cleanup(client.Close)
		folder, err := memory.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { folder.Close() })

		blocks := func(raw ...string) []json.RawMessage {
			var list []json.RawMessage
			for _, r := range raw {
				list = append(list, json.RawMessage(r))
			}
			return list
		}
		sim.Push(simulator.Script{Blocks: blocks(text("I note that."),
			use("toolu_01", "memory", `{"command":"create","path":"/memories/a.md","file_text":"tea\n"}`),
			use("toolu_02", "memory", `{"command":"view","path":"/memories/a.md"}`),
			use("toolu_03", "memory", `{"command":"view","path":"/etc/passwd"}`),
			use("toolu_04", "echo", `{"word":"tea"}`), use("toolu_05", "gone", `{}`))})
		sim.Push(simulator.Script{Text: "Noted."})
		last, err := run(t.Context(), &toolrunner.Runner{
			Client: client, Tools: []toolrunner.Tool{folder, echo(t)},
			Request: &api.MessageRequest{
				Model: "claude-opus-5-5", MaxTokens: 1000, Messages: []api.MessageParam{api.UserText("I like tea")},
			},
		})
		if err != nil || last.Text() != "Noted." || sim.Pending() != 0 {
			t.Fatalf("%v, %v", last, err)
		}
		requests := sim.Requests()
		sent := string(requests[len(requests)-1].Body)
		for _, want := range []string{"/memories/a.md was created", `1\ttea\n`, "outside the memory", `"text":"tea"`, "Tool 'gone' not found"} {
			if !strings.Contains(sent, want) {
				t.Errorf("%q is not in %s", want, sent)
			}
		}
	})
}

// A turn may be stopped at any point of a stream without leaving anything.
func TestCancelAtEveryDelta(t *testing.T) {
	sim := simulator.New(simulator.Options{Rate: -1})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	client := &api.Client{APIKey: "sk-ant-test", BaseURL: server.URL, Getenv: func(string) string { return "" }, MaxRetries: new(int)}
	t.Cleanup(client.Close)
	for n := range 8 {
		sim.Push(simulator.Script{Blocks: []json.RawMessage{json.RawMessage(text("one two three")), json.RawMessage(use("toolu_01", "echo", `{"word":"tea"}`))}, Chunk: 4})
		ctx, cancel := context.WithCancel(t.Context())
		r := &toolrunner.Runner{Client: client, Tools: []toolrunner.Tool{never(t)}, Request: &api.MessageRequest{
			Model: "claude-opus-5-5", MaxTokens: 1000, Messages: []api.MessageParam{api.UserText("hi")},
		}}
		var last error
		for stream, err := range r.Streams(ctx) {
			if last = err; stream == nil {
				break
			}
			seen := 0
			for range stream.Events() {
				if seen++; seen > n {
					cancel()
				}
			}
		}
		cancel()
		if last == nil {
			t.Errorf("after %d events: no error", n)
		}
	}
}
