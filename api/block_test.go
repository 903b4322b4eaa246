package api_test

import (
	"encoding/json"
	"testing"

	"parlor/api"
)

func block(t *testing.T, raw string) api.Block {
	t.Helper()
	b, err := api.ParseBlock([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return b
}

func TestNewBlocks(t *testing.T) {
	cases := map[string]api.Block{
		`{"type":"text","text":"<a> & \"b\"\n\\ \u0001é😀"}`:                                                   api.NewText("<a> & \"b\"\n\\ \x01é😀"),
		"{\"type\":\"text\",\"text\":\"a\uFFFD\"}":                                                            api.NewText("a\xff"),
		`{"type":"thinking","thinking":"hm","signature":"c2ln"}`:                                              api.NewThinking("hm", "c2ln"),
		`{"type":"tool_use","id":"t1","name":"f","input":{}}`:                                                 api.NewToolUse("t1", "f", nil),
		`{"type":"tool_use","id":"t1","name":"f","input":{"b":1.0,"a":1e400}}`:                                api.NewToolUse("t1", "f", json.RawMessage(`{"b":1.0,"a":1e400}`)),
		`{"type":"tool_result","tool_use_id":"t1"}`:                                                           api.NewToolResult("t1", false),
		`{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"no"}],"is_error":true}`:   api.NewToolResult("t1", true, api.NewText("no")),
		`{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQI="}}`:                  api.NewImageBase64("image/png", []byte{1, 2}),
		`{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":""},"title":"T"}`: api.NewDocumentBase64("application/pdf", nil, "T"),
	}
	for want, b := range cases {
		if string(b.Raw) != want {
			t.Errorf("got  %s\nwant %s", b.Raw, want)
		}
		if got := block(t, want); got.Type != b.Type {
			t.Errorf("%s: type %q and %q", want, got.Type, b.Type)
		}
	}
}

func TestBlocksSurviveUnknownTypesAndFields(t *testing.T) {
	for _, raw := range []string{
		`{"type":"hologram","z":1.50,"a":[1e2,{"x":"é<&>"}],"n":null}`,
		`{"text":"x","type":"text","citations":null,"future":12345678901234567890}`,
		`{"no_type":true}`,
	} {
		b := block(t, raw)
		if string(b.Raw) != raw {
			t.Errorf("got %s, want %s", b.Raw, raw)
		}
		request := hello()
		request.Messages[0].Content = []api.Block{b}
		body, err := request.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var back api.MessageRequest
		if err := json.Unmarshal(body, &back); err != nil || string(back.Messages[0].Content[0].Raw) != raw {
			t.Errorf("after a round trip: %s, %v", body, err)
		}
	}
	if b := block(t, `"just text"`); b.Text() != "just text" {
		t.Errorf("a string is a text block, got %s", b.Raw)
	}
	for _, bad := range []string{``, `7`, `null`, `[]`, `{`, `{"type":"text"} x`} {
		if _, err := api.ParseBlock([]byte(bad)); err == nil {
			t.Errorf("%q must be refused", bad)
		}
	}
}

func TestBlockViews(t *testing.T) {
	text := block(t, `{"type":"text","text":"a","citations":[{"type":"char_location"},{"x":1}]}`)
	if text.Text() != "a" || len(text.Citations()) != 2 || string(text.Citations()[1].Raw) != `{"x":1}` {
		t.Errorf("text: %q, %v", text.Text(), text.Citations())
	}
	thinking, signature := block(t, `{"type":"thinking","thinking":"hm"}`).Thinking()
	if thinking != "hm" || signature != "" {
		t.Errorf("thinking without signature: %q, %q", thinking, signature)
	}
	if got := block(t, `{"type":"thinking","thinking":"hm"}`).Text(); got != "" {
		t.Errorf("thinking is no text: %q", got)
	}
	for raw, want := range map[string]api.ToolUse{
		`{"type":"tool_use","id":"t","name":"f","input":{"b":1,"a":2}}`: {ID: "t", Name: "f", Input: json.RawMessage(`{"b":1,"a":2}`)},
		`{"type":"server_tool_use","id":"t","name":"f"}`:                {ID: "t", Name: "f", Input: json.RawMessage(`{}`)},
		`{"type":"mcp_tool_use","id":"t","name":"f","input":null}`:      {ID: "t", Name: "f", Input: json.RawMessage(`{}`)},
		`{"type":"tool_use","id":"t","name":"f","input":"{\"a\":"}`:     {ID: "t", Name: "f", Input: json.RawMessage(`{}`), Incomplete: `{"a":`},
		`{"type":"tool_use","id":"t","name":"f","input":[1,2]}`:         {ID: "t", Name: "f", Input: json.RawMessage(`{}`), Incomplete: `[1,2]`},
	} {
		got, ok := block(t, raw).ToolUse()
		if !ok || got.ID != want.ID || got.Name != want.Name || string(got.Input) != string(want.Input) ||
			got.Incomplete != want.Incomplete {
			t.Errorf("%s: got %+v", raw, got)
		}
	}
	if _, ok := text.ToolUse(); ok {
		t.Error("a text block is no tool call")
	}
}

func TestCacheControlOnABlock(t *testing.T) {
	b := block(t, `{"type":"text","cache_control":{"type":"old"},"text":"a"}`)
	if got := string(b.WithCacheControl(&api.CacheControl{TTL: "1h"}).Raw); got !=
		`{"type":"text","cache_control":{"type":"ephemeral","ttl":"1h"},"text":"a"}` {
		t.Error(got)
	}
	if got := string(b.WithCacheControl(nil).Raw); got != `{"type":"text","text":"a"}` {
		t.Error(got)
	}
}

// FuzzBlock holds that a block that is accepted goes out as it came in.
func FuzzBlock(f *testing.F) {
	f.Add(`{"type":"text","text":"a"}`)
	f.Add(`{"type":"tool_use","input":{"a":1.0},"type":"x"}`)
	f.Add(`{"type":7,"citations":[{"file_id":1}]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		b, err := api.ParseBlock([]byte(raw))
		if err != nil {
			return
		}
		again, err := api.ParseBlock(b.Raw)
		if err != nil || string(again.Raw) != string(b.Raw) || again.Type != b.Type {
			t.Fatalf("%q became %q, %v", b.Raw, again.Raw, err)
		}
		b.Citations()
		b.Thinking()
		b.ToolUse()
		for _, echo := range api.EchoBlocks([]api.Block{b}) {
			if !json.Valid(echo.Raw) {
				t.Fatalf("the echo of %q is %q", b.Raw, echo.Raw)
			}
		}
	})
}
