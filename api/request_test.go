package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"parlor/api"
)

func pointer[T any](v T) *T { return &v }

func fullRequest() *api.MessageRequest {
	return &api.MessageRequest{
		Model: "m", MaxTokens: 100,
		System:        []api.Block{api.NewText("Be <brief> & kind.").WithCacheControl(&api.CacheControl{TTL: "1h"})},
		Temperature:   pointer(0.0),
		TopP:          pointer(0.95),
		TopK:          pointer(0),
		StopSequences: []string{"STOP"},
		Thinking:      &api.Thinking{Type: "enabled", BudgetTokens: 1024, Display: "summarized"},
		OutputConfig:  &api.OutputConfig{Effort: "high", Format: json.RawMessage(`{"type":"json_schema","schema":{"b":1,"a":2}}`)},
		Tools:         []api.Tool{api.RawTool(`{"name":"f","input_schema":{"type":"object"}}`)},
		ToolChoice:    &api.ToolChoice{Type: "auto"},
		CacheControl:  &api.CacheControl{},
		Metadata:      &api.Metadata{UserID: "u1"},
		ServiceTier:   "auto", Speed: "standard", InferenceGeo: "us",
		Container: json.RawMessage(`"cntr_01"`),
		Extra:     map[string]json.RawMessage{"b_new": json.RawMessage(`[1.0]`), "a_new": json.RawMessage(`{"x":1e2}`)},
		Messages:  []api.MessageParam{api.UserText("hi")},
	}
}

func TestRequestEncoding(t *testing.T) {
	got, err := fullRequest().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"model":"m","max_tokens":100,"service_tier":"auto","inference_geo":"us","container":"cntr_01",` +
		`"metadata":{"user_id":"u1"},"stop_sequences":["STOP"],"temperature":0,"top_p":0.95,"top_k":0,` +
		`"speed":"standard","cache_control":{"type":"ephemeral"},` +
		`"thinking":{"type":"enabled","budget_tokens":1024,"display":"summarized"},` +
		`"output_config":{"effort":"high","format":{"type":"json_schema","schema":{"b":1,"a":2}}},` +
		`"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"},` +
		`"system":[{"type":"text","text":"Be <brief> & kind.","cache_control":{"type":"ephemeral","ttl":"1h"}}],` +
		`"a_new":{"x":1e2},"b_new":[1.0],` +
		`"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	minimal, _ := (&api.MessageRequest{Model: "m", OutputConfig: &api.OutputConfig{}}).MarshalJSON()
	if string(minimal) != `{"model":"m","max_tokens":0,"messages":[]}` {
		t.Errorf("what is not set must not be sent: %s", minimal)
	}
}

// What a recorded body says in another way than this package is sent as the API
// reads it.
func TestRequestReadFromABody(t *testing.T) {
	const messages = `"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]`
	cases := []struct{ name, given, want string }{
		{
			"strings", `{"model":"m","system":"s","messages":[{"role":"user","content":"hi"}]}`,
			`{"model":"m","max_tokens":0,"system":[{"type":"text","text":"s"}],` + messages + `}`,
		},
		{
			"strings in results", `{"model":"m","messages":[{"role":"user","content":[
			{"type":"tool_result","tool_use_id":"t","content":"<é>\"","is_error":true},
			{"type":"search_result","source":"s","title":"t","content":"x"},
			{"type":"tool_result","tool_use_id":"u","content":""},
			{"type":"document","source":{"type":"content","content":"x"}}]}]}`,
			`{"model":"m","max_tokens":0,"messages":[{"role":"user","content":[` +
				`{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"<é>\""}],"is_error":true},` +
				`{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"x"}]},` +
				`{"type":"tool_result","tool_use_id":"u","content":""},` +
				`{"type":"document","source":{"type":"content","content":"x"}}]}]}`,
		},
		{
			"null", `{"model":"m","temperature":null,"container":null,"tools":null,"system":null,"new":null,` + messages + `}`,
			`{"model":"m","max_tokens":0,"new":null,` + messages + `}`,
		},
		{
			"empty lists", `{"model":"m","stop_sequences":[],"tools":[],"system":[],"mcp_servers":[],` + messages + `}`,
			`{"model":"m","max_tokens":0,"stop_sequences":[],"mcp_servers":[],"tools":[],"system":[],` + messages + `}`,
		},
	}
	for _, c := range cases {
		var request api.MessageRequest
		if err := json.Unmarshal([]byte(c.given), &request); err != nil {
			t.Fatal(c.name, err)
		}
		if got, err := request.MarshalJSON(); err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n got %s\nwant %s", c.name, err, got, c.want)
		}
	}
}

func TestCountSendsASystemPromptAsItWasRead(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, `{"input_tokens":7}`) })
	client, _ := newClient(t, s.URL)
	request := hello()
	for _, given := range []string{`"s"`, `[{"text":"s","type":"text"}]`} {
		body := `{"model":"m","max_tokens":1,"messages":[],"system":` + given + `}`
		if err := json.Unmarshal([]byte(body), request); err != nil {
			t.Fatal(err)
		}
		if _, err := client.CountTokens(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		sameJSON(t, "body", s.last(t).Body, []byte(`{"model":"m","messages":[],"system":`+given+`}`))
	}
	request.System = append(request.System, api.NewText("t"))
	if _, err := client.CountTokens(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "body", s.last(t).Body,
		[]byte(`{"model":"m","messages":[],"system":[{"text":"s","type":"text"},{"text":"t","type":"text"}]}`))
}

func TestRequestOfATurnIsAPrefixOfTheNext(t *testing.T) {
	request := fullRequest()
	before, _ := request.MarshalJSON()
	request.Messages = append(request.Messages, api.AssistantText("Hello <you>"), api.UserText("more"))
	after, _ := request.MarshalJSON()
	prefix := strings.TrimSuffix(string(before), "]}")
	if !strings.HasPrefix(string(after), prefix+",") {
		t.Errorf("turn 1: %s\nturn 2: %s", before, after)
	}
}

func TestRequestRoundTrip(t *testing.T) {
	want, _ := fullRequest().MarshalJSON()
	var request api.MessageRequest
	if err := json.Unmarshal(want, &request); err != nil {
		t.Fatal(err)
	}
	got, err := request.MarshalJSON()
	if err != nil || string(got) != string(want) {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
	err = json.Unmarshal([]byte(`{"model":"m","system":"s","stream":true,"temperature":null,
		"messages":[{"role":"user","content":"hi"}]}`), &request)
	if err != nil || request.System[0].Text() != "s" || request.Messages[0].Content[0].Text() != "hi" ||
		request.Temperature != nil || request.Extra != nil {
		t.Errorf("got %+v, %v", request, err)
	}
	for _, bad := range []string{`[]`, `{"model":7}`, `{"messages":[{"content":[7]}]}`, `{"messages":7}`} {
		if err := request.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s must be refused", bad)
		}
	}
}

func TestRequestRefusesWhatIsNoBody(t *testing.T) {
	cases := map[string]*api.MessageRequest{
		"a field twice":         {Extra: map[string]json.RawMessage{"messages": json.RawMessage(`[]`)}},
		"stream":                {Extra: map[string]json.RawMessage{"stream": json.RawMessage(`true`)}},
		"broken extra":          {Extra: map[string]json.RawMessage{"x": json.RawMessage(`{`)}},
		"an empty block":        {Messages: []api.MessageParam{{Role: "user", Content: []api.Block{{}}}}},
		"an empty system block": {System: []api.Block{{}}},
	}
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	for name, request := range cases {
		if _, err := client.CreateMessage(t.Context(), request); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := client.StreamMessage(t.Context(), request); err == nil {
			t.Errorf("%s: no error from a stream", name)
		}
		if _, err := client.CountTokens(t.Context(), request); err == nil {
			t.Errorf("%s: no error from a count", name)
		}
	}
	if n := len(s.received()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestStreamRequestSaysSoBeforeItsMessages(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerSSE(w, helloStream()) })
	client, _ := newClient(t, s.URL)
	stream, err := client.StreamMessage(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	stream.Close()
	const want = `{"model":"claude-test","max_tokens":16,"stream":true,` +
		`"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}`
	if got := string(s.last(t).Body); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestLongAnswersMustBeStreamed(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	cases := []struct {
		model  string
		tokens int
		ok     bool
	}{
		{"m", 0, true},
		{"m", 21333, true},
		{"m", 21334, false},
		{"claude-opus-4-20250514", 8192, true},
		{"claude-opus-4-20250514", 8193, false},
	}
	for _, c := range cases {
		request := hello()
		request.Model, request.MaxTokens = c.model, c.tokens
		_, err := client.CreateMessage(t.Context(), request)
		if c.ok != (err == nil) {
			t.Errorf("%s, %d: %v", c.model, c.tokens, err)
		}
		if !c.ok && (!errors.Is(err, api.ErrStreamingRequired) || !errors.Is(err, api.ErrInvalidRequest)) {
			t.Errorf("%s, %d: wrong kind: %v", c.model, c.tokens, err)
		}
		_, err = client.CreateMessage(t.Context(), request, api.WithTimeouts(api.Timeouts{Total: -1}))
		if err != nil {
			t.Errorf("%s, %d: an explicit timeout lifts the limit: %v", c.model, c.tokens, err)
		}
	}
}
