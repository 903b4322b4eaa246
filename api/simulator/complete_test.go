package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// completion is the answer of /v1/complete.
type completion struct {
	Type, ID, Completion, Model, Stop string
	StopReason                        string `json:"stop_reason"`
}

// complete asks for a completion of a prompt; extra are further fields, with a leading comma.
func complete(prompt, extra string) string {
	return `{"model":"claude-2.1","max_tokens_to_sample":1000,"prompt":"` + strings.ReplaceAll(prompt, "\n", `\n`) + `"` + extra + `}`
}

const (
	completePath = "/v1/complete"
	hello        = "\n\nHuman: What is the capital of France?\n\nAssistant:"
)

func TestCompletionsAreGone(t *testing.T) {
	s := fresh(simulator.Options{})
	refused(t, s, 404, "model: claude-2.1", "POST", completePath, complete(hello, ""))
	s = fresh(simulator.Options{Legacy: true})
	refused(t, s, 404, "Not found", "POST", completePath, complete(hello, ""), "anthropic-version: 2026-10-21")
	refused(t, s, 404, "model: claude-opus-5-5", "POST", completePath, strings.Replace(complete(hello, ""), "claude-2.1", opus55, 1))
	refused(t, s, 405, "Not Allowed", "GET", completePath, "")
}

func TestCompletions(t *testing.T) {
	s := fresh(simulator.Options{Legacy: true})
	c := call[completion](t, s, "POST", completePath, complete(hello, ""))
	if c.Type != "completion" || !strings.HasPrefix(c.ID, "compl_") || c.Model != "claude-2.1" || c.StopReason != "stop_sequence" || c.Stop != "\n\nHuman:" ||
		!strings.HasPrefix(c.Completion, " ") || !strings.Contains(c.Completion, "Paris") {
		t.Errorf("got %+v", c)
	}
	again := call[completion](t, fresh(simulator.Options{Legacy: true}), "POST", completePath, complete(hello, ""))
	if c := call[completion](t, fresh(simulator.Options{Legacy: true}), "POST", completePath, complete(hello, `,"stop_sequences":["987"]`)); c.StopReason != "stop_sequence" ||
		c.Stop != "987" || !strings.HasPrefix(again.Completion, c.Completion+"987") {
		t.Errorf("with a stop sequence %+v of %+v", c, again)
	}
	short := strings.Replace(complete(hello, ""), "1000", "2", 1)
	if c := call[completion](t, s, "POST", completePath, short); c.StopReason != "max_tokens" || c.Stop != "" {
		t.Errorf("with two tokens %+v", c)
	}
	named := "\n\nHuman: My name is Ada.\n\nAssistant: Hello Ada.\n\nHuman: What is my name?\n\nAssistant:"
	if c := call[completion](t, s, "POST", completePath, complete(named, "")); !strings.Contains(c.Completion, "Ada") {
		t.Errorf("of a conversation %+v", c)
	}
}

func TestCompletionsAreStreamed(t *testing.T) {
	plain := call[completion](t, fresh(simulator.Options{Legacy: true}), "POST", completePath, complete(hello, ""))
	s := fresh(simulator.Options{Legacy: true})
	w := do(s, request("POST", completePath, complete(hello, `,"stream":true`)))
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		t.Errorf("content type %s", got)
	}
	text, pings := "", 0
	list := events(t, w.Body.Bytes())
	for i, e := range list {
		if e.name == "ping" {
			pings++
			continue
		}
		if last := i == len(list)-1; last != (e.data["stop_reason"] == "stop_sequence") || last != (e.data["stop"] == "\n\nHuman:") {
			t.Errorf("event %d of %d: %v", i, len(list), e.data)
		}
		text += e.data["completion"].(string)
	}
	if text != plain.Completion || pings != 1 || len(list) < 3 {
		t.Errorf("streamed %q with %d pings, want %q", text, pings, plain.Completion)
	}
}

func TestPrompts(t *testing.T) {
	s := fresh(simulator.Options{Legacy: true})
	for _, good := range []string{
		hello, "Human: hi\n\nAssistant:", hello + " ", "You are terse." + hello, hello + " The capital", hello + " It is.\n\nHuman: Sure?\n\nAssistant:",
	} {
		if w := do(s, request("POST", completePath, complete(good, ""))); w.Code != 200 {
			t.Errorf("%q: %s", good, w.Body)
		}
	}
	for prompt, want := range map[string]string{
		"Hello, world":                                       "prompt must start with",
		"Hello, world\n\nAssistant:":                         "prompt must start with",
		"\n\nAssistant: Hello\n\nHuman: Hi\n\nAssistant:":    "prompt must start with",
		"\n\nHuman: Hello":                                   "prompt must end with",
		"\n\nHuman: Hello \nAssistant:":                      "prompt must end with",
		hello + " Paris.\n\nHuman: How many toes have dogs?": "prompt must end with",
		"": "at least 1 character",
	} {
		refused(t, s, 400, want, "POST", completePath, complete(prompt, ""))
	}
}

func TestCompletionsTheAPIRefuses(t *testing.T) {
	s := fresh(simulator.Options{Legacy: true})
	for body, want := range map[string]string{
		"":                                  "empty",
		"{}":                                "model: Field required",
		`{"model":"claude-2.1"}`:            "prompt: Field required",
		`{"model":"claude-2.1","prompt":1}`: "prompt: Input should be a valid string",
		strings.Replace(complete(hello, ""), "_to_sample", "", 1):       "max_tokens: Extra inputs",
		strings.Replace(complete(hello, ""), "1000", "0", 1):            "greater than or equal to 1",
		strings.Replace(complete(hello, ""), "1000", `"x"`, 1):          "valid integer",
		complete(hello, `,"messages":[]`):                               "messages: Extra inputs",
		complete(hello, `,"temperature":1.5`):                           "temperature: range",
		complete(hello, `,"top_k":0.5`):                                 "top_k",
		complete(hello, `,"stream":1`):                                  "stream: Input should be a valid boolean",
		complete(hello, `,"metadata":{"name":"x"}`):                     "metadata.name: Extra inputs",
		complete("\n\nHuman: "+strings.Repeat("w ", 500_000)+hello, ""): "prompt is too long",
	} {
		refused(t, s, 400, want, "POST", completePath, body)
	}
	call[completion](t, s, "POST", completePath, complete(hello, `,"temperature":1,"top_p":0.5,"top_k":3,"metadata":{"user_id":"u"},"stream":false`))
}

func TestScriptsForCompletions(t *testing.T) {
	s := fresh(simulator.Options{})
	match := simulator.Match{Path: completePath}
	s.Push(simulator.Script{Match: match, Deltas: []string{" Pa", "ris"}, StopReason: "max_tokens"})
	if c := call[completion](t, s, "POST", completePath, complete(hello, "")); c.Completion != " Paris" || c.StopReason != "max_tokens" {
		t.Errorf("got %+v", c)
	}
	s.Push(simulator.Script{Match: match, Deltas: []string{" a", " b", " c"}, ErrorEventAfter: simulator.AfterDeltas(2)})
	list := events(t, do(s, request("POST", completePath, complete(hello, `,"stream":true`))).Body.Bytes())
	if last := list[len(list)-1]; last.name != "error" || len(list) != 4 {
		t.Errorf("got %v", list)
	}
	s.Push(simulator.Script{Match: match, Status: 429, Header: http.Header{"Retry-After": {"1"}}})
	refused(t, s, 429, "Too Many", "POST", completePath, complete(hello, ""))
	s.Push(simulator.Script{Match: match, Natural: true, TruncateAfter: simulator.AfterDeltas(1)})
	list = events(t, do(s, request("POST", completePath, complete(hello, `,"stream":true`))).Body.Bytes())
	if len(list) != 2 || list[0].data["completion"] == "" {
		t.Errorf("got %v", list)
	}
	s.Push(simulator.Script{Match: match, Text: "x"})
	refused(t, s, 400, "prompt must", "POST", completePath, complete("hello", ""))
	if s.Pending() != 1 {
		t.Error("the script answered a bad request")
	}
}
