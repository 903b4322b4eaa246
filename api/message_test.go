package api_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"parlor/api"
)

func TestMessageDecoding(t *testing.T) {
	const raw = `{"id":"chatcmpl-7","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"a"},
		{"type":"thinking","thinking":"hm"},7,null,{"type":"text","text":"b"}],
		"stop_reason":"refusal","stop_sequence":"X","stop_details":{"type":"refusal","category":null,"explanation":"no","recommended_model":"n"},
		"container":{"id":"c","expires_at":"2026-11-20T12:00:00Z"},"future":[1.0],
		"usage":{"input_tokens":3.0,"output_tokens":"4","cache_creation_input_tokens":null,"cache_read_input_tokens":9,
		"cache_creation":{"ephemeral_1h_input_tokens":5},"output_tokens_details":{"thinking_tokens":2},
		"server_tool_use":{"web_search_requests":1},"service_tier":"standard","speed":null,
		"iterations":[{"type":"message","input_tokens":1,"model":"x"}]}}`
	var m api.Message
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		t.Fatal(err)
	}
	if m.ID != "chatcmpl-7" || m.Text() != "ab" || len(m.Content) != 3 || *m.StopSequence != "X" ||
		m.StopDetails.Explanation != "no" || m.StopDetails.RecommendedModel != "n" || m.Container.ExpiresAt.Hour() != 12 {
		t.Errorf("got %+v", m)
	}
	want := api.Usage{
		InputTokens: 3, OutputTokens: 4, CacheReadInputTokens: 9, ThinkingTokens: 2, ServiceTier: "standard",
		CacheCreation: api.CacheCreation{Ephemeral1h: 5}, ServerToolUse: api.ServerToolUse{WebSearchRequests: 1},
		Iterations: []api.Iteration{{Type: "message", Model: "x", Usage: api.Usage{InputTokens: 1}}},
	}
	if !reflect.DeepEqual(m.Usage, want) {
		t.Errorf("usage: got %+v\nwant %+v", m.Usage, want)
	}
	if back, err := m.MarshalJSON(); err != nil || string(back) != raw {
		t.Errorf("the raw object must survive: %s, %v", back, err)
	}
}

// A number where a string is due is taken as it looks, so that nothing is lost.
func TestNumbersForStrings(t *testing.T) {
	const raw = `{"id":7,"model":1.50,"stop_reason":true,"content":[{"type":"text","text":42}]}`
	var m api.Message
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		t.Fatal(err)
	}
	if m.ID != "7" || m.Model != "1.50" || m.StopReason != "true" || m.Text() != "42" {
		t.Errorf("got %+v, %q", m, m.Text())
	}
}

func TestMessageDecodingOfNextToNothing(t *testing.T) {
	for _, raw := range []string{`{}`, `{"content":null,"usage":null,"stop_details":null}`, `{"content":7,"id":{},"usage":[]}`} {
		var m api.Message
		if err := json.Unmarshal([]byte(raw), &m); err != nil || m.Text() != "" || len(m.Content) != 0 {
			t.Errorf("%s: %+v, %v", raw, m, err)
		}
	}
	var m api.Message
	if err := m.UnmarshalJSON([]byte(`[]`)); err == nil {
		t.Error("a list is no message")
	}
	if _, err := (&api.Message{}).MarshalJSON(); err == nil {
		t.Error("an empty message has no JSON")
	}
}

func TestUsageRoundTripAndMerge(t *testing.T) {
	usage := api.Usage{
		InputTokens: 1, OutputTokens: 2, CacheCreationInputTokens: 3, CacheReadInputTokens: 4,
		CacheCreation: api.CacheCreation{Ephemeral5m: 3}, ThinkingTokens: 1, ServiceTier: "priority", Speed: "fast",
		InferenceGeo: "us", ServerToolUse: api.ServerToolUse{WebFetchRequests: 2},
		Iterations: []api.Iteration{{Type: "compaction", Usage: api.Usage{InputTokens: 9}}},
	}
	raw, err := json.Marshal(usage)
	if err != nil {
		t.Fatal(err)
	}
	var back api.Usage
	if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(back, usage) {
		t.Errorf("%s became %+v, %v", raw, back, err)
	}
	if err := json.Unmarshal([]byte(`{"output_tokens":7,"input_tokens":null,"iterations":null}`), &back); err != nil {
		t.Fatal(err)
	}
	usage.OutputTokens = 7
	if !reflect.DeepEqual(back, usage) {
		t.Errorf("null and absent fields must stay: %+v", back)
	}
}
