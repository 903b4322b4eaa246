package compaction_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"parlor/api"
	"parlor/api/compaction"
	"parlor/api/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server answers every request with reply, and keeps the last body.
func server(t *testing.T, reply string) (client *api.Client, last func() map[string]json.RawMessage) {
	t.Helper()
	bodies := make(chan []byte, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies <- body
		w.Header().Set("Content-Type", "application/json")
		if strings.HasPrefix(reply, "event:") {
			w.Header().Set("Content-Type", "text/event-stream")
		}
		io.WriteString(w, reply)
	}))
	client = &api.Client{APIKey: "sk-test", BaseURL: s.URL, Getenv: func(string) string { return "" }}
	t.Cleanup(func() { client.Close(); s.Close() })
	return client, func() map[string]json.RawMessage {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(<-bodies, &fields); err != nil {
			t.Fatal(err)
		}
		return fields
	}
}

func reply(stopReason, blocks string) string {
	return `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[` + blocks + `],"stop_reason":"` + stopReason +
		`","usage":{"input_tokens":9,"output_tokens":4}}`
}

const summaryText = `{"type":"text","text":"Anna wants tea."}`

// conversation is long: tools, thinking, a call without result at its end.
func conversation() *api.MessageRequest {
	return &api.MessageRequest{
		Model: "claude-test", MaxTokens: 1000, System: []api.Block{api.NewText("be brief")},
		Tools:        []api.Tool{api.RawTool(`{"name":"kettle","input_schema":{"type":"object"}}`)},
		ToolChoice:   &api.ToolChoice{Type: "auto"},
		OutputConfig: &api.OutputConfig{Effort: "high"}, Thinking: &api.Thinking{Type: "adaptive"},
		Metadata: &api.Metadata{UserID: "u1"}, InferenceGeo: "us", StopSequences: []string{"END"},
		Messages: []api.MessageParam{
			api.UserText("I want tea"),
			{Role: api.RoleAssistant, Content: []api.Block{api.NewThinking("tea!", "sig"), api.NewToolUse("toolu_1", "kettle", nil)}},
			{Role: api.RoleUser, Content: []api.Block{api.NewToolResult("toolu_1", false, api.NewText("it boils"))}},
			{Role: api.RoleAssistant, Content: []api.Block{api.NewText("Pouring."), api.NewToolUse("toolu_2", "kettle", nil)}},
		},
	}
}

func TestCompact(t *testing.T) {
	client, last := server(t, reply("end_turn", `{"type":"thinking","thinking":"","signature":"s"},`+summaryText+`,{"type":"text","text":"more"}`))
	request := conversation()
	before, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	result, err := compaction.Policy{Prompt: "sum up"}.Compact(t.Context(), client, request)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(result.Messages)
	if want := `[{"role":"user","content":[{"type":"text","text":"Anna wants tea."}]}]`; err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if result.Summary.Usage.OutputTokens != 4 {
		t.Errorf("usage %+v", result.Summary.Usage)
	}
	body := last()
	if want := `[{"role":"user","content":[{"type":"text","text":"I want tea"}]},` +
		`{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"kettle","input":{}}]},` +
		`{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"it boils"}]}]},` +
		`{"role":"assistant","content":[{"type":"text","text":"Pouring."}]},` +
		`{"role":"user","content":[{"type":"text","text":"sum up"}]}]`; string(body["messages"]) != want {
		t.Errorf("sent %s\nwant %s", body["messages"], want)
	}
	delete(body, "messages")
	rest, err := json.Marshal(body)
	if want := `{"inference_geo":"us","max_tokens":1000,"metadata":{"user_id":"u1"},"model":"claude-test"}`; err != nil || string(rest) != want {
		t.Errorf("sent %s, %v; want %s", rest, err, want)
	}
	if after, err := json.Marshal(request); err != nil || string(after) != string(before) {
		t.Errorf("the request changed to %s", after)
	}
}

func TestMessagesThatAreNothingButCallsGo(t *testing.T) {
	client, last := server(t, reply("end_turn", summaryText))
	request := conversation()
	request.Messages[3].Content = request.Messages[3].Content[1:]
	request.Messages = append(request.Messages[:3:3],
		api.MessageParam{Role: api.RoleSystem, Content: []api.Block{api.NewToolRemoval(api.ChangedTool{Name: "kettle"})}},
		request.Messages[3])
	policy := compaction.Policy{Model: "small", MaxTokens: 50}
	if _, err := policy.Compact(t.Context(), client, request); err != nil {
		t.Fatal(err)
	}
	body := last()
	var messages []api.MessageParam
	if err := json.Unmarshal(body["messages"], &messages); err != nil {
		t.Fatal(err)
	}
	if len(messages) != 4 || messages[3].Content[0].Text() != compaction.DefaultPrompt {
		t.Errorf("sent %s", body["messages"])
	}
	if string(body["model"]) != `"small"` || string(body["max_tokens"]) != "50" {
		t.Errorf("sent model %s, max_tokens %s", body["model"], body["max_tokens"])
	}
}

func TestNoSummary(t *testing.T) {
	tests := []struct{ name, reply, says string }{
		{"refused", reply("refusal", ""), "refusal"},
		{"cut", reply("max_tokens", summaryText), "max_tokens"},
		{"context full", reply("model_context_window_exceeded", summaryText), "model_context_window_exceeded"},
		{"no text", reply("end_turn", `{"type":"tool_use","id":"t","name":"kettle","input":{}}`), "no text"},
		{"empty", reply("end_turn", ""), "no text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, _ := server(t, test.reply)
			result, err := compaction.Policy{}.Compact(t.Context(), client, conversation())
			if !errors.Is(err, compaction.ErrNoSummary) || result != nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, %v", result, err)
			}
		})
	}
}

func TestErrorsOfTheClientComeThrough(t *testing.T) {
	client, _ := server(t, reply("end_turn", summaryText))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (compaction.Policy{}).Compact(ctx, client, conversation()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	var field *api.FieldError
	if _, err := (compaction.Policy{}).Compact(t.Context(), client, nil); !errors.As(err, &field) || field.Field != "messages" {
		t.Errorf("no request: %v", err)
	}
	if _, err := (compaction.Policy{}).Compact(t.Context(), nil, conversation()); err == nil {
		t.Error("no client, and no error")
	}
	if _, err := (compaction.Policy{}).Compact(t.Context(), client, &api.MessageRequest{}); !errors.As(err, &field) || field.Field != "model" {
		t.Errorf("without a model: %v", err)
	}
}

func TestLongSummariesAreStreamed(t *testing.T) {
	client, last := server(t, `event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"usage":{}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Anna "}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"wants tea."}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}

event: message_stop
data: {"type":"message_stop"}

`)
	request := conversation()
	request.MaxTokens = 64_000
	result, err := compaction.Policy{}.Compact(t.Context(), client, request)
	if err != nil {
		t.Fatal(err)
	}
	if got := result.Messages[0].Content[0].Text(); got != "Anna wants tea." {
		t.Errorf("got %q", got)
	}
	if string(last()["stream"]) != "true" {
		t.Error("it was not streamed")
	}
}

// Who asks, and who pays, is told in headers as well.
func TestCompactionIsAskedForTheSameUserAndWorkspace(t *testing.T) {
	client, _ := server(t, reply("end_turn", summaryText))
	request := conversation()
	request.UserProfileID, request.WorkspaceID = "uprof_1", "wrkspc_1"
	var sent http.Header
	client.Middleware = []func(http.RoundTripper) http.RoundTripper{func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			sent = r.Header
			return next.RoundTrip(r)
		})
	}}
	if _, err := (compaction.Policy{}).Compact(t.Context(), client, request); err != nil {
		t.Fatal(err)
	}
	if sent.Get("Anthropic-User-Profile-Id") != "uprof_1" || sent.Get("Anthropic-Workspace-Id") != "wrkspc_1" {
		t.Errorf("headers %v", sent)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDue(t *testing.T) {
	tests := []struct {
		threshold int64
		usage     api.Usage
		want      bool
	}{
		{0, api.Usage{InputTokens: 99_999}, false},
		{0, api.Usage{InputTokens: 25_000, CacheCreationInputTokens: 25_000, CacheReadInputTokens: 25_000, OutputTokens: 25_000}, true},
		{10, api.Usage{OutputTokens: 10}, true},
		{10, api.Usage{}, false},
	}
	for _, test := range tests {
		if got := (compaction.Policy{Threshold: test.threshold}).Due(test.usage); got != test.want {
			t.Errorf("threshold %d, %+v: %v", test.threshold, test.usage, got)
		}
	}
}

// The API, as strict as it is, takes the request for a summary and the
// conversation after it.
func TestAgainstTheSimulator(t *testing.T) {
	sim := simulator.New(simulator.Options{Rate: -1})
	s := httptest.NewServer(sim)
	client := &api.Client{APIKey: "sk-ant-test", BaseURL: s.URL, Getenv: func(string) string { return "" }}
	t.Cleanup(func() { client.Close(); s.Close() })
	sim.Push(simulator.Script{Text: "Anna wants tea."})
	request := conversation()
	request.Model = "claude-opus-5-5"
	result, err := compaction.Policy{}.Compact(t.Context(), client, request)
	if err != nil {
		t.Fatal(err)
	}
	request.Messages = result.Messages
	if _, err := client.CreateMessage(t.Context(), request); err != nil {
		t.Error(err)
	}
}
