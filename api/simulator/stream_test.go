package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"parlor/api/simulator"
)

func stream(extra string, turns ...string) string {
	return body(sonnet46, `,"stream":true`+extra, turns...)
}

func TestGoldenStream(t *testing.T) {
	s := fresh(simulator.Options{Seed: 7})
	s.Push(simulator.Script{Thinking: "A greeting.", Text: "Hello, \"world\"!\n\n你好 👋 <b>&</b>"})
	w := post(s, stream(`,"cache_control":{"type":"ephemeral"}`, "hi"))
	if got := w.Header().Get("content-type"); got != "text/event-stream; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	golden.RequireEqual(t, w.Body.Bytes())
}

func TestStreamOfBlocks(t *testing.T) {
	s := fresh(simulator.Options{})
	s.Push(simulator.Script{Chunk: 4, Blocks: []json.RawMessage{
		json.RawMessage(`{"type":"redacted_thinking","data":"eA=="}`),
		json.RawMessage(`{"type":"text","text":"Looking."}`),
		json.RawMessage(`{"type":"tool_use","id":"toolu_1","name":"f","input":{"b":1,"a":12345678901234567890}}`),
		json.RawMessage(`{"type":"hologram","depth":3}`),
	}})
	list := events(t, post(s, stream("", "hi")).Body.Bytes())
	input, starts := "", []string{}
	for _, e := range list {
		if d, ok := e.data["delta"].(map[string]any); ok && d["type"] == "input_json_delta" {
			input += d["partial_json"].(string)
		}
		if b, ok := e.data["content_block"].(map[string]any); ok {
			starts = append(starts, b["type"].(string))
		}
		if e.name == "message_delta" && e.data["delta"].(map[string]any)["stop_reason"] != "tool_use" {
			t.Errorf("stop reason in %v", e.data)
		}
	}
	if input != `{"b":1,"a":12345678901234567890}` {
		t.Errorf("tool input %s", input)
	}
	if want := []string{"redacted_thinking", "text", "tool_use", "hologram"}; !slices.Equal(starts, want) {
		t.Errorf("blocks %v", starts)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	talk := func(seed uint64) []byte {
		s := fresh(simulator.Options{Seed: seed})
		var all []byte
		for _, prompt := range []string{"hi", "tell me about gardens", "tell me about gardens", "overload", "overload", "refuse midway"} {
			all = append(all, post(s, stream(`,"thinking":{"type":"adaptive"}`, prompt)).Body.Bytes()...)
		}
		return all
	}
	if !bytes.Equal(talk(1), talk(1)) {
		t.Error("the same seed gave different answers")
	}
	if bytes.Equal(talk(1), talk(2)) {
		t.Error("different seeds gave the same answers")
	}
}

func TestStreamAndWholeSayTheSame(t *testing.T) {
	for _, prompt := range []string{"Go code", "a table", "emoji", "中文", "long"} {
		whole := say(t, fresh(simulator.Options{}), sonnet46, "", prompt)
		list := events(t, post(fresh(simulator.Options{}), stream("", prompt)).Body.Bytes())
		if got := streamed(list); got != whole.text() || got == "" {
			t.Errorf("%s: streamed %d bytes, whole %d", prompt, len(got), len(whole.text()))
		}
		last := list[len(list)-2]
		if out := last.data["usage"].(map[string]any)["output_tokens"]; out != float64(whole.Usage.Output) {
			t.Errorf("%s: %v output tokens streamed, %d whole", prompt, out, whole.Usage.Output)
		}
	}
}

func TestScriptsAreMatchedAndCounted(t *testing.T) {
	s := fresh(simulator.Options{Scripts: []simulator.Script{
		{Match: simulator.Match{Model: regexp.MustCompile("opus")}, Text: "for opus"},
		{Match: simulator.Match{Text: regexp.MustCompile("(?i)weather")}, Text: "for the weather", Times: 2},
		{Match: simulator.Match{Func: func(r simulator.Recorded) bool { return r.Header.Get("x-test") != "" }}, Text: "for a header", Times: -1},
		{Match: simulator.Match{Path: "/v1/models"}, Status: 404, RawBody: []byte("no such thing"), ContentType: "text/plain"},
	}})
	for _, want := range []string{"for the weather", "for the weather"} {
		if got := say(t, s, sonnet46, "", "Weather?").text(); got != want {
			t.Errorf("got %q", got)
		}
	}
	if got := say(t, s, sonnet46, "", "Weather?").text(); strings.HasPrefix(got, "for") {
		t.Errorf("a third time: %q", got)
	}
	for range 3 {
		if w := post(s, hi(sonnet46, ""), "x-test: 1"); !strings.Contains(w.Body.String(), "for a header") {
			t.Errorf("got %s", w.Body)
		}
	}
	if w := do(s, request("GET", "/v1/models", "")); w.Code != 404 || w.Body.String() != "no such thing" || w.Header().Get("content-type") != "text/plain" {
		t.Errorf("models: %d %s", w.Code, w.Body)
	}
	if s.Pending() != 2 {
		t.Errorf("%d scripts pending", s.Pending())
	}
	s.Push(simulator.Script{SkipChecks: true, Text: "whatever"})
	if w := post(s, `{"stream":false}`); w.Code != 200 || !strings.Contains(w.Body.String(), "whatever") {
		t.Errorf("unchecked: %d %s", w.Code, w.Body)
	}
}

func TestScriptedErrors(t *testing.T) {
	s := fresh(simulator.Options{})
	s.Push(simulator.Script{
		Status: 429, Message: "slow down", Header: map[string][]string{"Retry-After": {"7"}, "Request-Id": nil},
		ErrorDetails: json.RawMessage(`{"error_code":"ramp_limit_exceeded"}`),
	})
	w := post(s, hi(sonnet46, ""))
	e := decode[envelope](t, w)
	if w.Code != 429 || e.Error.Type != "rate_limit_error" || e.Error.Message != "slow down" || !strings.Contains(w.Body.String(), "ramp_limit_exceeded") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if w.Header().Get("retry-after") != "7" || w.Header().Get("request-id") != "" || w.Header().Get("x-should-retry") != "true" {
		t.Errorf("headers %v", w.Header())
	}
	s.Push(simulator.Script{Status: 502, RawBody: []byte("<html>"), ContentType: "text/html"})
	if w := post(s, hi(sonnet46, "")); w.Code != 502 || w.Body.String() != "<html>" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestFaultsInTheMiddle(t *testing.T) {
	play := func(sc simulator.Script) []byte {
		s := fresh(simulator.Options{})
		sc.Deltas = []string{"one ", "two ", "three"}
		s.Push(sc)
		return post(s, stream("", "hi")).Body.Bytes()
	}
	whole := play(simulator.Script{})
	for n := 0; n <= len(whole); n += 97 {
		if got := play(simulator.Script{TruncateAfter: simulator.AfterBytes(n)}); !bytes.Equal(got, whole[:n]) {
			t.Fatalf("truncated after %d bytes: got %d", n, len(got))
		}
	}
	if got := play(simulator.Script{SplitBytes: 1}); !bytes.Equal(got, whole) {
		t.Error("splitting changed the bytes")
	}
	for n, want := range []string{"", "one ", "one two ", "one two three"} {
		if got := streamed(events(t, play(simulator.Script{TruncateAfter: simulator.AfterDeltas(n)}))); got != want {
			t.Errorf("truncated after %d deltas: %q", n, got)
		}
		list := events(t, play(simulator.Script{ErrorEventAfter: simulator.AfterDeltas(n)}))
		last := list[len(list)-1]
		if streamed(list) != want || last.name != "error" || last.data["error"].(map[string]any)["type"] != "overloaded_error" {
			t.Errorf("error after %d deltas: %q, then %v", n, streamed(list), last)
		}
	}
	if got := play(simulator.Script{DropMessageStop: true}); bytes.Contains(got, []byte("event: message_stop")) || !bytes.Contains(got, []byte("event: message_delta")) {
		t.Errorf("message_stop not dropped: %s", got)
	}
	bare := play(simulator.Script{OmitFields: []string{"ping", "stop_details", "cache_creation", "service_tier"}})
	for _, name := range []string{"event: ping", "stop_details", `"cache_creation"`, "service_tier"} {
		if bytes.Contains(bare, []byte(name)) {
			t.Errorf("%s is still there", name)
		}
	}
	if got := streamed(events(t, bare)); got != "one two three" {
		t.Errorf("left with %q", got)
	}
}

func TestRepliesOfOurOwnRespectTheLimits(t *testing.T) {
	s := fresh(simulator.Options{})
	m := say(t, s, sonnet46, `,"max_tokens":50`, "a table")
	if m.StopReason != "max_tokens" || m.Usage.Output > 50 || m.Usage.Output < 40 {
		t.Errorf("stopped by %s after %d tokens", m.StopReason, m.Usage.Output)
	}
	m = say(t, s, sonnet46, `,"stop_sequences":["Planet"]`, "a table")
	if m.StopReason != "stop_sequence" || m.StopSequence != "Planet" || strings.Contains(m.text(), "Planet") {
		t.Errorf("stopped by %s %q", m.StopReason, m.StopSequence)
	}
	m = say(t, s, sonnet46, `,"max_tokens":0`, "warm up")
	if m.StopReason != "max_tokens" || len(m.Content) != 0 {
		t.Errorf("warm-up said %q", m.text())
	}
}

// clock is a time that only passes by sleeping.
type clock struct {
	now   time.Time
	slept []time.Duration
}

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.slept = append(c.slept, d)
	c.now = c.now.Add(d)
	return ctx.Err()
}

func TestPace(t *testing.T) {
	run := func(rate float64, prompt string) (time.Duration, string) {
		c := &clock{now: noon()}
		s := simulator.New(simulator.Options{Rate: rate, Now: c.Now, Sleep: c.Sleep})
		out := post(s, stream("", prompt)).Body.String()
		return c.now.Sub(noon()), out
	}
	lively, out := run(0, "Go code")
	tokens := float64(len(streamed(events(t, []byte(out))))) / 4
	if want := time.Duration(tokens / 80 * float64(time.Second)); lively < want*8/10 || lively > want*13/10 {
		t.Errorf("%.0f tokens took %v, want about %v", tokens, lively, want)
	}
	if again, _ := run(0, "Go code"); again != lively {
		t.Errorf("%v, then %v", lively, again)
	}
	slow, out := run(0, "slow Go code")
	fast, _ := run(0, "fast Go code")
	if slow < 3*lively || fast > lively/3 {
		t.Errorf("slow %v, lively %v, fast %v", slow, lively, fast)
	}
	if n := strings.Count(out, "event: ping"); n < 4 {
		t.Errorf("%d pings in %v", n, slow)
	}
	if d, _ := run(-1, "Go code"); d != 0 {
		t.Errorf("as fast as possible took %v", d)
	}
}

func TestScriptedDelays(t *testing.T) {
	c := &clock{now: noon()}
	s := simulator.New(simulator.Options{Rate: -1, Now: c.Now, Sleep: c.Sleep})
	s.Push(simulator.Script{
		Deltas: []string{"a", "b"}, HeaderDelay: time.Second, FirstDelay: 2 * time.Second, Delay: 3 * time.Second,
		StallAfter: simulator.AfterDeltas(1), StallFor: 4 * time.Second,
	})
	if got := streamed(events(t, post(s, stream("", "hi")).Body.Bytes())); got != "ab" {
		t.Errorf("got %q", got)
	}
	want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second, 3 * time.Second}
	if !slices.Equal(c.slept, want) {
		t.Errorf("slept %v", c.slept)
	}
}
