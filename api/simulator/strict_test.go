package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parlor/api/simulator"
)

const (
	sonnet46 = "claude-sonnet-4-6"
	haiku45  = "claude-haiku-4-5"
	opus55   = "claude-opus-5-5"
)

// hi is a request with these further fields.
func hi(model, extra string) string { return body(model, extra, "hi") }

// talk is a request with this messages array.
func talk(model, messages string) string {
	return `{"model":"` + model + `","max_tokens":100,"messages":` + messages + `}`
}

func TestRequestsThatTheAPIRefuses(t *testing.T) {
	tool := `{"name":"f","input_schema":{"type":"object"}}`
	mark := `,"cache_control":{"type":"ephemeral"}`
	use := `{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":{}}]}`
	text := func(s string) string { return `{"type":"text","text":` + s + `}` }
	tests := []struct {
		name, body string
		header     []string
		status     int
		want       string // in the message
	}{
		{"no body", "", nil, 400, "empty"},
		{"no JSON", "{", nil, 400, "not valid JSON"},
		{"trailing garbage", hi(sonnet46, "") + "x", nil, 400, "not valid JSON"},
		{"array", "[]", nil, 400, "valid dictionary"},
		{"no key", hi(sonnet46, ""), []string{"x-api-key:"}, 401, "x-api-key header is required"},
		{"wrong key", hi(sonnet46, ""), []string{"x-api-key: wrong"}, 401, "invalid x-api-key"},
		{"bad key", hi(sonnet46, ""), []string{"x-api-key: sk-ant-bad-1"}, 401, "invalid x-api-key"},
		{"bad token", hi(sonnet46, ""), []string{"x-api-key:", "authorization: Bearer wrong"}, 401, "Invalid bearer token"},
		{"basic auth", hi(sonnet46, ""), []string{"x-api-key:", "authorization: Basic abc"}, 401, "Invalid bearer token"},
		{"key and token", hi(sonnet46, ""), []string{"authorization: Bearer x"}, 401, "cannot both"},
		{"no version", hi(sonnet46, ""), []string{"anthropic-version:"}, 400, "anthropic-version: header is required"},
		{"odd version", hi(sonnet46, ""), []string{"anthropic-version: 2024-01-01"}, 400, "not a valid version"},
		{"odd beta", hi(sonnet46, ""), []string{"anthropic-beta: time-travel-2031-01-01"}, 400, "time-travel"},
		{"unknown field", hi(sonnet46, `,"colour":"red"`), nil, 400, "colour: Extra inputs are not permitted"},
		{"null for an unknown field", hi(sonnet46, `,"colour":null`), nil, 400, "colour: Extra inputs"},
		{"beta field without beta", hi(sonnet46, `,"context_management":{}`), nil, 400, "context_management: Extra inputs"},
		{"no model", `{"max_tokens":1,"messages":[]}`, nil, 400, "model: Field required"},
		{"empty model", hi("", ""), nil, 400, "at least 1 character"},
		{"unknown model", hi("claude-nine", ""), nil, 404, "model: claude-nine"},
		{"retired model", hi("claude-3-opus-20240229", ""), nil, 404, "model: claude-3-opus-20240229"},
		{"no max_tokens", `{"model":"claude-sonnet-4-6","messages":[{"role":"user","content":"x"}]}`, nil, 400, "max_tokens: Field required"},
		{"max_tokens in words", hi(sonnet46, `,"max_tokens":"many"`), nil, 400, "valid integer"},
		{"max_tokens below zero", hi(sonnet46, `,"max_tokens":-1`), nil, 400, "greater than or equal to 0"},
		{"max_tokens above the model's", hi(haiku45, `,"max_tokens":64001`), nil, 400, "64001 > 64000"},
		{"stream is a string", hi(sonnet46, `,"stream":"yes"`), nil, 400, "stream: Input should be a valid boolean"},
		{"blank stop sequence", hi(sonnet46, `,"stop_sequences":[" "]`), nil, 400, "non-whitespace"},
		{"service tier", hi(sonnet46, `,"service_tier":"gold"`), nil, 400, "'auto' or 'standard_only'"},
		{"metadata field", hi(sonnet46, `,"metadata":{"age":3}`), nil, 400, "metadata.age: Extra inputs"},

		{"no messages", talk(sonnet46, `[]`), nil, 400, "at least one message"},
		{"assistant first", talk(sonnet46, `[{"role":"assistant","content":"x"}]`), nil, 400, "first message must use"},
		{"odd role", talk(sonnet46, `[{"role":"robot","content":"x"}]`), nil, 400, "'user', 'assistant' or 'system'"},
		{"message field", talk(sonnet46, `[{"role":"user","content":"x","id":1}]`), nil, 400, "messages.0.id: Extra inputs"},
		{"empty content", talk(sonnet46, `[{"role":"user","content":""}]`), nil, 400, "non-empty content"},
		{"empty text", talk(sonnet46, `[{"role":"user","content":[`+text(`""`)+`]}]`), nil, 400, "text content blocks must be non-empty"},
		{"blank text", talk(sonnet46, `[{"role":"user","content":" \n"}]`), nil, 400, "non-whitespace text"},
		{"unknown block", talk(sonnet46, `[{"role":"user","content":[{"type":"hologram"}]}]`), nil, 400, "Input tag 'hologram'"},
		{"thinking from the user", talk(sonnet46, `[{"role":"user","content":[{"type":"thinking","thinking":"","signature":""}]}]`), nil, 400, "Input tag 'thinking'"},
		{"block field", talk(sonnet46, `[{"role":"user","content":[{"type":"text","text":"x","index":0}]}]`), nil, 400, "messages.0.content.0.text.index: Extra inputs"},
		{"image type", talk(sonnet46, `[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/bmp","data":""}}]}]`), nil, 400, "'image/jpeg'"},
		{"system in between, old model", talk(sonnet46, `[{"role":"user","content":"x"},{"role":"system","content":"y"}]`), nil, 400, "role 'system' is not supported"},
		{"system after assistant", talk(opus55, `[{"role":"user","content":"x"},{"role":"assistant","content":"y"},{"role":"system","content":"z"}]`), nil, 400, "directly follow a user message"},
		{"made-up signature", talk(sonnet46, `[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"c2ln"}]},{"role":"user","content":"y"}]`), nil, 400, "Invalid `signature`"},

		{"prefill on a new model", body(sonnet46, "", "x", "y"), nil, 400, "does not support assistant message prefill"},
		{"prefill with a trailing space", body(haiku45, "", "x", "y "), nil, 400, "trailing whitespace"},
		{"prefill while thinking", body(haiku45, `,"thinking":{"type":"enabled","budget_tokens":1024}`, "x", "y"), nil, 400, "when thinking is enabled"},

		{"temperature above 1", hi(sonnet46, `,"temperature":1.5`), nil, 400, "temperature: range: 0..1"},
		{"temperature and top_p", hi(sonnet46, `,"temperature":0.5,"top_p":0.5`), nil, 400, "cannot both be specified"},
		{"temperature on Opus 5.5", hi(opus55, `,"temperature":0.5`), nil, 400, "`temperature` is deprecated for this model"},
		{"default temperature on Opus 4.8", hi("claude-opus-4-8", `,"temperature":1`), nil, 400, "deprecated"},
		{"top_k on Haiku 5.5", hi("claude-haiku-5-5", `,"top_k":5`), nil, 400, "`top_k` is deprecated"},
		{"temperature in the newest version", hi(sonnet46, `,"temperature":1`), []string{"anthropic-version: 2026-10-21"}, 400, "temperature: Extra inputs"},
		{"temperature while thinking", hi(sonnet46, `,"temperature":0.5,"thinking":{"type":"adaptive"}`), nil, 400, "may only be set to 1"},
		{"top_k while thinking", hi(haiku45, `,"top_k":5,"thinking":{"type":"enabled","budget_tokens":2000}`), nil, 400, "`top_k` must be unset"},

		{"thinking type", hi(sonnet46, `,"thinking":{"type":"deep"}`), nil, 400, "thinking.type: Input should be"},
		{"thinking without type", hi(sonnet46, `,"thinking":{}`), nil, 400, "thinking.type: Field required"},
		{"adaptive on Haiku 4.5", hi(haiku45, `,"thinking":{"type":"adaptive"}`), nil, 400, "adaptive thinking is not supported"},
		{"enabled on Opus 5.5", hi(opus55, `,"thinking":{"type":"enabled","budget_tokens":2000}`), nil, 400, "is not supported for this model"},
		{"disabled on Fable 5.2", hi("claude-fable-5-2", `,"thinking":{"type":"disabled"}`), nil, 400, `"thinking.type.disabled" is not supported`},
		{"disabled on Sonnet 5.5", hi("claude-sonnet-5-5", `,"thinking":{"type":"disabled"}`), nil, 400, "not supported"},
		{"between_tools on Sonnet 4.6", hi(sonnet46, `,"thinking":{"type":"between_tools"}`), nil, 400, "not supported"},
		{"budget for adaptive", hi(sonnet46, `,"thinking":{"type":"adaptive","budget_tokens":2000}`), nil, 400, "thinking.adaptive.budget_tokens: Extra inputs"},
		{"no budget", hi(haiku45, `,"thinking":{"type":"enabled"}`), nil, 400, "budget_tokens: Field required"},
		{"small budget", hi(haiku45, `,"thinking":{"type":"enabled","budget_tokens":1023}`), nil, 400, "greater than or equal to 1024"},
		{"budget above max_tokens", hi(haiku45, `,"max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":2000}`), nil, 400, "must be greater than `thinking.budget_tokens`"},
		{"display", hi(sonnet46, `,"thinking":{"type":"adaptive","display":"loud"}`), nil, 400, "'summarized' or 'omitted'"},
		{"effort on Haiku 4.5", hi(haiku45, `,"output_config":{"effort":"low"}`), nil, 400, "does not support the effort parameter"},
		{"xhigh on Sonnet 4.6", hi(sonnet46, `,"output_config":{"effort":"xhigh"}`), nil, 400, "does not support effort level 'xhigh'"},
		{"odd effort", hi(opus55, `,"output_config":{"effort":"heroic"}`), nil, 400, "output_config.effort: Input should be"},
		{"Opus 5 without thinking at max", hi("claude-opus-5", `,"thinking":{"type":"disabled"},"output_config":{"effort":"max"}`), nil, 400, "thinking cannot be disabled"},
		{"format", hi(opus55, `,"output_config":{"format":{"type":"xml"}}`), nil, 400, "'json_schema'"},
		{"speed", hi(sonnet46, `,"speed":"standard"`), nil, 400, "does not support the speed parameter"},
		{"speed without beta", hi("claude-opus-5", `,"speed":"fast"`), nil, 400, "does not support the speed parameter"},

		{"warm-up streamed", hi(sonnet46, `,"max_tokens":0,"stream":true`), nil, 400, "when streaming"},
		{"warm-up thinking", hi(haiku45, `,"max_tokens":0,"thinking":{"type":"enabled","budget_tokens":1024}`), nil, 400, "thinking is enabled"},
		{"warm-up with a forced tool", hi(sonnet46, `,"max_tokens":0,"tools":[`+tool+`],"tool_choice":{"type":"any"}`), nil, 400, "tool_choice is any or tool"},

		{"tool name", hi(sonnet46, `,"tools":[{"name":"a b","input_schema":{"type":"object"}}]`), nil, 400, "should match pattern"},
		{"tool schema", hi(sonnet46, `,"tools":[{"name":"f"}]`), nil, 400, "input_schema: Field required"},
		{"tool twice", hi(sonnet46, `,"tools":[`+tool+`,`+tool+`]`), nil, 400, "must be unique"},
		{"choice without tools", hi(sonnet46, `,"tool_choice":{"type":"auto"}`), nil, 400, "while providing tools"},
		{"forced tool on Opus 5.5", hi(opus55, `,"tools":[`+tool+`],"tool_choice":{"type":"any"}`), nil, 400, "not supported on this model"},
		{"tool use without result", talk(sonnet46, `[`+use+`,{"role":"user","content":"x"}]`), nil, 400, "without `tool_result` blocks"},
		{"tool use at the end", talk(haiku45, `[`+use+`]`), nil, 400, "without `tool_result` blocks"},
		{"result without use", talk(sonnet46, `[{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_9"}]}]`), nil, 400, "unexpected `tool_use_id`"},
		{"text before the result", talk(sonnet46, `[`+use+`,{"role":"user","content":[`+text(`"x"`)+`,{"type":"tool_result","tool_use_id":"toolu_1"}]}]`), nil, 400, "must come before other content"},

		{"five breakpoints", hi(sonnet46, mark+`,"system":[`+strings.Repeat(`{"type":"text","text":"s"`+mark+`},`, 3)+`{"type":"text","text":"s"`+mark+`}]`), nil, 400, "A maximum of 4 blocks with cache_control may be provided. Found 5."},
		{"short before long", hi(sonnet46, `,"cache_control":{"type":"ephemeral","ttl":"1h"},"system":[{"type":"text","text":"s"`+mark+`}]`), nil, 400, "must not come after"},
		{"odd ttl", hi(sonnet46, `,"cache_control":{"type":"ephemeral","ttl":"2h"}`), nil, 400, "'5m' or '1h'"},
		{"cache type", hi(sonnet46, `,"cache_control":{"type":"eternal"}`), nil, 400, "'ephemeral'"},
		{"cached thinking", talk(sonnet46, `[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":""`+mark+`}]}]`), nil, 400, "cache_control: Extra inputs"},
		{"document from the assistant", talk(sonnet46, `[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"d"}}]},{"role":"user","content":"y"}]`), []string{"anthropic-version: 2026-10-21"}, 400, "not permitted in assistant"},
		{"citations from the user", talk(sonnet46, `[{"role":"user","content":[{"type":"text","text":"x","citations":[{}]}]}]`), []string{"anthropic-version: 2026-10-21"}, 400, "citations: Extra inputs"},
		{"too long", hi(haiku45, `,"system":"`+strings.Repeat("word ", 170_000)+`"`), nil, 400, "prompt is too long: "},
		{"too large", hi(sonnet46, `,"system":"`+strings.Repeat("x", 33<<20)+`"`), nil, 413, "32 MB"},
	}
	s := fresh(simulator.Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(s, tt.body, tt.header...)
			e := decode[envelope](t, w)
			if w.Code != tt.status || !strings.Contains(e.Error.Message, tt.want) {
				t.Errorf("got %d %q, want %d with %q", w.Code, e.Error.Message, tt.status, tt.want)
			}
			kinds := map[int]string{400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error", 413: "request_too_large"}
			if e.Type != "error" || e.Error.Type != kinds[tt.status] {
				t.Errorf("got a %q of type %q", e.Type, e.Error.Type)
			}
			if e.RequestID == "" || e.RequestID != w.Header().Get("request-id") {
				t.Errorf("request id %q in the body, %q in the header", e.RequestID, w.Header().Get("request-id"))
			}
		})
	}
}

func TestRequestsThatTheAPITakes(t *testing.T) {
	tool := `{"name":"f","input_schema":{"type":"object"}}`
	tests := []struct {
		name, body string
		header     []string
	}{
		{"plain", hi(sonnet46, ""), nil},
		{"dated id", hi("claude-haiku-4-5-20251001", ""), nil},
		{"bearer", hi(sonnet46, ""), []string{"x-api-key:", "authorization: Bearer t"}},
		{"known betas", hi(sonnet46, ""), []string{"anthropic-beta: mid-conversation-system-2026-04-07, prompt-caching-2024-07-31"}},
		{"beta field", hi(sonnet46, `,"context_management":{"edits":[]}`), []string{"anthropic-beta: context-management-2025-06-27"}},
		{"temperature", hi(sonnet46, `,"temperature":0`), nil},
		{"default temperature on Opus 5.5", hi(opus55, `,"temperature":1`), nil},
		{"prefill", body(haiku45, "", "x", "y"), nil},
		{"same role twice", talk(sonnet46, `[{"role":"user","content":"a"},{"role":"user","content":"b"}]`), nil},
		{"system in between", talk(opus55, `[{"role":"user","content":"x"},{"role":"system","content":"y"}]`), nil},
		{"adaptive with effort", hi("claude-opus-4-8", `,"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"xhigh"}`), nil},
		{"budget", hi(haiku45, `,"thinking":{"type":"enabled","budget_tokens":1024}`), nil},
		{"between_tools", hi("claude-sonnet-5-5", `,"thinking":{"type":"between_tools"}`), nil},
		{"Opus 5 without thinking at high", hi("claude-opus-5", `,"thinking":{"type":"disabled"},"output_config":{"effort":"high"}`), nil},
		{"fast", hi("claude-opus-5", `,"speed":"fast"`), []string{"anthropic-beta: fast-mode-2026-02-01"}},
		{"fast without beta", hi(opus55, `,"speed":"fast"`), nil},
		{"four breakpoints", hi(sonnet46, `,"cache_control":{"type":"ephemeral"},"system":[`+strings.Repeat(`{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}},`, 2)+`{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]`), nil},
		{"tool round", `{"model":"claude-sonnet-4-6","max_tokens":100,"tools":[` + tool + `],"tool_choice":{"type":"any"},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"text","text":"t","citations":null},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1},"caller":{"type":"direct"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"r","is_error":false},{"type":"text","text":"and?"}]}]}`, nil},
		{"paused turn", talk(opus55, `[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}]}]`), nil},
		{"image", talk(sonnet46, `[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}},{"type":"text","text":"what?"}]}]`), nil},
		{"nulls that are known", hi(sonnet46, `,"inference_geo":null,"cache_control":null,"container":null`), nil},
	}
	s := fresh(simulator.Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if w := post(s, tt.body, tt.header...); w.Code != 200 {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestLenientForgives(t *testing.T) {
	s := fresh(simulator.Options{Lenient: true})
	for _, b := range []string{hi("llama-7", `,"colour":1`), hi(opus55, `,"temperature":0.3`), body(sonnet46, "", "x", "y")} {
		if w := post(s, b, "anthropic-beta: anything"); w.Code != 200 {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	}
	if w := post(s, "{"); w.Code != 400 {
		t.Errorf("nonsense got %d", w.Code)
	}
}

func TestRequiredKey(t *testing.T) {
	s := fresh(simulator.Options{RequireKey: "wrong-but-right"})
	if w := post(s, hi(sonnet46, ""), "x-api-key: wrong-but-right"); w.Code != 200 {
		t.Errorf("the required key got %d", w.Code)
	}
	if w := post(s, hi(sonnet46, "")); w.Code != 401 {
		t.Errorf("another key got %d", w.Code)
	}
}

func TestEveryAnswerHasTheHeaders(t *testing.T) {
	s := fresh(simulator.Options{})
	for _, r := range []struct{ method, path, body string }{
		{"POST", "/v1/messages", hi(sonnet46, "")},
		{"POST", "/v1/messages", "{"},
		{"GET", "/v1/models", ""},
		{"GET", "/v1/nothing", ""},
		{"GET", "/v1/messages", ""},
		{"POST", "/v1/messages/count_tokens", "{}"},
	} {
		w := do(s, request(r.method, r.path, r.body))
		for _, name := range []string{
			"request-id", "anthropic-organization-id", "anthropic-ratelimit-requests-limit",
			"anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-input-tokens-remaining",
			"anthropic-ratelimit-output-tokens-limit", "anthropic-ratelimit-tokens-limit",
		} {
			if w.Header().Get(name) == "" {
				t.Errorf("%s %s: no %s", r.method, r.path, name)
			}
		}
		if got := w.Header().Get("anthropic-ratelimit-requests-reset"); got != "2026-11-20T12:01:00Z" {
			t.Errorf("reset at %s", got)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s: %s", r.method, r.path, w.Body)
		}
	}
	if n := len(s.Requests()); n != 6 {
		t.Errorf("%d requests recorded", n)
	}
	if w := do(s, request("GET", "/v1/nothing", "")); w.Code != 404 || w.Header().Get("anthropic-ratelimit-requests-remaining") != "3993" {
		t.Errorf("the seventh request: %d, %s left", w.Code, w.Header().Get("anthropic-ratelimit-requests-remaining"))
	}
	if w := do(s, request("DELETE", "/v1/messages", "")); w.Code != 405 {
		t.Errorf("DELETE got %d", w.Code)
	}
}

func TestCountTokens(t *testing.T) {
	s := fresh(simulator.Options{})
	count := func(body string) int {
		w := do(s, request("POST", "/v1/messages/count_tokens", body))
		if w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return decode[struct {
			N int `json:"input_tokens"`
		}](t, w).N
	}
	one := func(model, text string) int {
		return count(`{"model":"` + model + `","messages":[{"role":"user","content":"` + text + `"}]}`)
	}
	if got := one(sonnet46, strings.Repeat("word", 1001)) - one(sonnet46, "word"); got != 1000 {
		t.Errorf("4,000 bytes are %d tokens", got)
	}
	if got := one(sonnet46, strings.Repeat("漢", 1001)) - one(sonnet46, "漢"); got != 1000 {
		t.Errorf("1,000 CJK runes are %d tokens", got)
	}
	if old, now := one(sonnet46, strings.Repeat("word", 1000)), one(opus55, strings.Repeat("word", 1000)); now*100/old != 130 {
		t.Errorf("the newer tokenizer makes %d out of %d", now, old)
	}
	m := say(t, s, sonnet46, "", strings.Repeat("word", 1000))
	if m.Usage.Input != one(sonnet46, strings.Repeat("word", 1000)) {
		t.Errorf("counted differently when used: %d", m.Usage.Input)
	}
	for _, extra := range []string{`"max_tokens":5`, `"stream":true`, `"temperature":0.1`} {
		w := do(s, request("POST", "/v1/messages/count_tokens", `{"model":"claude-sonnet-4-6",`+extra+`,"messages":[{"role":"user","content":"x"}]}`))
		if w.Code != 400 || !strings.Contains(w.Body.String(), "Extra inputs") {
			t.Errorf("%s got %d %s", extra, w.Code, w.Body)
		}
	}
}
