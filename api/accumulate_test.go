package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parlor/api"
)

func accumulated(t *testing.T, events ...string) *api.Message {
	t.Helper()
	message, err := streamOf(t, sse(events...)).Final()
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func start(index, content string) string {
	return `{"type":"content_block_start","index":` + index + `,"content_block":` + content + `}`
}

func piece(index, delta string) string {
	return `{"type":"content_block_delta","index":` + index + `,"delta":` + delta + `}`
}

func stop(index string) string { return `{"type":"content_block_stop","index":` + index + `}` }

func TestAccumulatedMessageIsThatOfAnUnstreamedAnswer(t *testing.T) {
	got := accumulated(t, messageStart, textStart, textDelta("He <b>"), textDelta("llo"), blockStop, messageDelta, messageStop)
	const want = `{"id":"msg_01","type":"message","role":"assistant","model":"claude-test",` +
		`"content":[{"type":"text","text":"He <b>llo","citations":null}],"stop_reason":"end_turn","stop_sequence":null,` +
		`"usage":{"input_tokens":3,"cache_read_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":2},` +
		`"output_tokens":2,"service_tier":"standard"}}`
	if string(got.Raw) != want {
		t.Errorf("got  %s\nwant %s", got.Raw, want)
	}
	if got.Usage.InputTokens != 3 || got.Usage.OutputTokens != 2 || got.Usage.CacheCreation.Ephemeral5m != 2 {
		t.Errorf("usage %+v", got.Usage)
	}
}

func TestAccumulatedBlocks(t *testing.T) {
	cases := []struct {
		name   string
		events []string
		want   string // the contents of content
	}{
		{"thinking", []string{
			start("0", `{"type":"thinking","thinking":"","signature":""}`),
			piece("0", `{"type":"thinking_delta","thinking":"h"}`), piece("0", `{"type":"thinking_delta","thinking":"m","estimated_tokens":1}`),
			piece("0", `{"type":"signature_delta","signature":"c2ln"}`), stop("0"),
		}, `{"type":"thinking","thinking":"hm","signature":"c2ln"}`},
		{"thinking that is not shown", []string{
			start("0", `{"type":"thinking","thinking":"","signature":""}`), piece("0", `{"type":"signature_delta","signature":"s"}`), stop("0"),
		}, `{"type":"thinking","thinking":"","signature":"s"}`},
		{"thinking without signature", []string{
			start("0", `{"type":"thinking","thinking":""}`), piece("0", `{"type":"thinking_delta","thinking":"h"}`), stop("0"),
		}, `{"type":"thinking","thinking":"h"}`},
		{"tool input keeps its order and numbers", []string{
			start("0", `{"type":"tool_use","id":"t","name":"f","input":{},"caller":{"type":"direct"}}`),
			piece("0", `{"type":"input_json_delta","partial_json":""}`), piece("0", `{"type":"input_json_delta","partial_json":"{\"b\": 12345678901234567890,"}`),
			piece("0", `{"type":"input_json_delta","partial_json":" \"a\":1.0}"}`), stop("0"),
		}, `{"type":"tool_use","id":"t","name":"f","input":{"b": 12345678901234567890, "a":1.0},"caller":{"type":"direct"}}`},
		{
			"tool without input",
			[]string{start("0", `{"type":"tool_use","id":"t","name":"f","input":{}}`), stop("0")},
			`{"type":"tool_use","id":"t","name":"f","input":{}}`,
		},
		{"tool input that was cut", []string{
			start("0", `{"type":"tool_use","id":"t","name":"f","input":{}}`), piece("0", `{"type":"input_json_delta","partial_json":"{\"a\":\"x"}`),
		}, `{"type":"tool_use","id":"t","name":"f","input":"{\"a\":\"x"}`},
		{"citations", []string{
			textStart, piece("0", `{"type":"citations_delta","citation":{"type":"char_location","n":1.0}}`), textDelta("a"),
			piece("0", `{"type":"citations_delta","citation":{"x":1}}`), stop("0"),
		}, `{"type":"text","text":"a","citations":[{"type":"char_location","n":1.0},{"x":1}]}`},
		{"compaction is set, not appended", []string{
			start("0", `{"type":"compaction","content":null}`), piece("0", `{"type":"compaction_delta","content":"s","encrypted_content":null}`), stop("0"),
		}, `{"type":"compaction","content":"s","encrypted_content":null}`},
		{"whole blocks", []string{
			start("0", `{"type":"redacted_thinking","data":"x"}`), stop("0"), start("1", `{"type":"hologram","z":1.0,"a":null}`),
			piece("1", `{"type":"hologram_delta","q":1}`), stop("1"),
		}, `{"type":"redacted_thinking","data":"x"},{"type":"hologram","z":1.0,"a":null}`},
		{"text of an unknown block", []string{
			start("0", `{"type":"narration"}`), textDelta("a"), textDelta("b"),
		}, `{"type":"narration","text":"ab"}`},
		{"text in the start", []string{start("0", `{"type":"text","text":"He"}`), textDelta("llo")}, `{"type":"text","text":"Hello"}`},
		{"interleaved", []string{
			textStart, start("1", `{"type":"text","text":""}`), piece("1", `{"type":"text_delta","text":"b"}`), textDelta("a"), stop("1"), stop("0"),
		}, `{"type":"text","text":"a","citations":null},{"type":"text","text":"b"}`},
		{
			"the same index again",
			[]string{textStart, textDelta("a"), stop("0"), textStart, textDelta("b"), stop("0")},
			`{"type":"text","text":"a","citations":null},{"type":"text","text":"b","citations":null}`,
		},
		{"no index", []string{
			`{"type":"content_block_start","content_block":{"type":"text","text":""}}`,
			`{"type":"content_block_delta","delta":{"type":"text_delta","text":"a"}}`, `{"type":"content_block_stop"}`,
		}, `{"type":"text","text":"a"}`},
		{
			"a huge index",
			[]string{start("4000000000", `{"type":"text","text":""}`), piece("4000000000", `{"type":"text_delta","text":"a"}`)},
			`{"type":"text","text":"a"}`,
		},
		{
			"deltas without a start",
			[]string{textDelta("a"), piece("1", `{"type":"thinking_delta","thinking":"h"}`), piece("2", `{"type":"input_json_delta","partial_json":"{"}`)},
			`{"type":"text","text":"a"},{"type":"thinking","thinking":"h","signature":""}`,
		},
		{
			"half a character",
			[]string{textStart, piece("0", `{"type":"text_delta","text":"a\ud83d"}`), stop("0")},
			"{\"type\":\"text\",\"text\":\"a\uFFFD\",\"citations\":null}",
		},
		{
			"a start without a block",
			[]string{`{"type":"content_block_start","index":0}`, textStart, textDelta("a")},
			`{"type":"text","text":"a","citations":null}`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			events := append(append([]string{messageStart}, c.events...), messageDelta, messageStop)
			var whole struct{ Content json.RawMessage }
			if err := json.Unmarshal(accumulated(t, events...).Raw, &whole); err != nil {
				t.Fatal(err)
			}
			if got := string(whole.Content); got != "["+c.want+"]" {
				t.Errorf("got  %s\nwant [%s]", got, c.want)
			}
		})
	}
}

func TestAccumulatedMessageDelta(t *testing.T) {
	got := accumulated(t, messageStart,
		start("0", `{"type":"fallback","from":{"model":"a"},"to":{"model":"b"}}`), stop("0"),
		`{"type":"message_delta","delta":{"stop_reason":"pause_turn","container":{"id":"c1"}},"usage":{"output_tokens":5},"context_management":{"applied_edits":[1]}}`,
		`{"type":"message_delta","delta":{"stop_reason":"refusal","stop_sequence":null,"stop_details":null,"container":null},`+
			`"usage":{"output_tokens":9,"cache_read_input_tokens":null,"server_tool_use":{"web_search_requests":2}},"input_transformations":[]}`,
		messageStop)
	if got.Model != "b" || got.StopReason != "refusal" || got.Container.ID != "c1" {
		t.Errorf("got %+v", got)
	}
	u := got.Usage
	if u.OutputTokens != 9 || u.InputTokens != 3 || u.CacheReadInputTokens != 7 || u.ServiceTier != "standard" ||
		u.ServerToolUse.WebSearchRequests != 2 {
		t.Errorf("totals replace totals, null leaves them: %+v", u)
	}
	if !strings.Contains(string(got.Raw), `"context_management":{"applied_edits":[1]},`) ||
		!strings.Contains(string(got.Raw), `"input_transformations":[]`) {
		t.Errorf("raw: %s", got.Raw)
	}
}

func TestAccumulatorAtAnyTime(t *testing.T) {
	var a api.Accumulator
	if m := a.Message(); m.Text() != "" || a.NumBlocks() != 0 || string(m.Raw) != `{"type":"message","role":"assistant","content":[]}` {
		t.Errorf("empty: %s", m.Raw)
	}
	var texts []string
	for event, err := range streamOf(t, helloStream()).Events() {
		if err != nil {
			t.Fatal(err)
		}
		a.Add(event)
		if !json.Valid(a.Message().Raw) {
			t.Fatalf("after %s: %s", event.Type, a.Message().Raw)
		}
		if a.NumBlocks() > 0 {
			texts = append(texts, a.Block(0).Text)
		}
	}
	b := a.Block(0)
	if b.Type != "text" || !b.Done || b.Start.Text() != "" || strings.Join(texts, "|") != "|Hel|Hello|Hello|Hello|Hello" {
		t.Errorf("got %+v, %q", b, texts)
	}
	if a.StopReason() != "end_turn" || a.Usage().OutputTokens != 2 || a.Model() != "claude-test" {
		t.Errorf("got %q %+v %q", a.StopReason(), a.Usage(), a.Model())
	}
	a.Add(api.Event{Type: api.EventMessageStart, Message: &api.Message{
		Raw:     json.RawMessage(`{"id":"n","content":[{"type":"text","text":"x"}]}`),
		Content: []api.Block{api.NewText("x")},
	}})
	if a.Message().Text() != "x" {
		t.Errorf("a second start begins anew: %s", a.Message().Raw)
	}
}

func TestAccumulatorWithEventsMadeByHand(t *testing.T) {
	var a api.Accumulator
	for _, e := range []api.Event{
		{Type: api.EventContentBlockStart, Block: api.NewText("")},
		{Type: api.EventContentBlockDelta, Delta: api.Delta{Type: api.DeltaText, Text: "hi"}},
		{Type: api.EventMessageDelta, StopReason: "end_turn", Usage: &api.Usage{OutputTokens: 4}},
	} {
		a.Add(e)
	}
	if m := a.Message(); m.Text() != "hi" || m.Usage.OutputTokens != 4 || m.StopReason != "end_turn" {
		t.Errorf("got %+v", m)
	}
}
