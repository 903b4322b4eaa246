package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/api"
)

func TestWireRetries(t *testing.T) {
	// What this client does differently, and why: waits in milliseconds.
	differences := map[string]struct {
		waits []int
		why   string
	}{
		"429-retry-after-zero":      {[]int{437}, "no wait at all would hammer a limited server: backoff"},
		"429-retry-after-date-past": {[]int{437}, "the same"},
	}
	wireCases(t, "retries", func(t *testing.T, c wireCase) {
		s := c.replay(t)
		client, clock := newClient(t, s.URL)
		var options []api.RequestOption
		switch c.Name {
		case "429-max-retries-4":
			options = append(options, api.WithMaxRetries(4))
		case "429-retry-after-date-soon":
			date, err := http.ParseTime(c.Replies[0].Headers["retry-after"])
			if err != nil {
				t.Fatal(err)
			}
			clock.now = date.Add(-1200 * time.Millisecond)
		}
		message, err := client.CreateMessage(t.Context(), hello(), options...)
		if c.Error == nil && (err != nil || message.Text() != "Hi") {
			t.Errorf("got %v, %v; want Hi", message, err)
		}
		if c.Error != nil {
			checkWireError(t, c, err)
		}
		if len(s.received()) != len(c.Requests) {
			t.Fatalf("sent %d requests, want %d", len(s.received()), len(c.Requests))
		}
		if c.Name == "redirect-307" {
			return // two requests, but not a retry
		}
		want := differences[c.Name].waits
		for i := 1; i < len(c.Requests) && differences[c.Name].waits == nil; i++ {
			want = append(want, c.Requests[i].AtMS-c.Requests[i-1].AtMS)
		}
		if len(clock.slept) != len(want) {
			t.Fatalf("waited %v, want %v ms", clock.slept, want)
		}
		for i, got := range clock.slept {
			// The recording has its own jitter, up to a quarter, and overhead.
			low, high := float64(want[i])*0.7-10, float64(want[i])*1.35+10
			if ms := float64(got.Milliseconds()); ms < low || ms > high {
				t.Errorf("wait %d was %v, the recording has %d ms", i, got, want[i])
			}
		}
	})
}

func checkWireError(t *testing.T, c wireCase, err error) {
	t.Helper()
	var got *api.Error
	if c.Error.Status == 0 {
		if err == nil {
			t.Error("there must be an error")
		}
		return
	}
	if !errors.As(err, &got) {
		t.Fatalf("got %v (%T), want an *api.Error", err, err)
	}
	if got.Status != c.Error.Status || got.RequestID != c.Error.RequestID {
		t.Errorf("got status %d request %q, want %d %q",
			got.Status, got.RequestID, c.Error.Status, c.Error.RequestID)
	}
	if c.Error.ErrorType != "" && got.Type != c.Error.ErrorType {
		t.Errorf("got type %q, want %q", got.Type, c.Error.ErrorType)
	}
}

func TestWireReplies(t *testing.T) {
	// What this client does differently, and why. The recorded client is lax:
	// to it a stream that stops is a message. "want" is what it gives here.
	differences := map[string]struct{ want, why string }{
		"create-content-string":         {"text:Hi", "a string is a text block, as in requests"},
		"create-huge-int":               {"text:Hi", "counts are clamped, they do not wrap around"},
		"create-json-as-text-plain":     {"text:Hi", "loose servers mislabel JSON"},
		"create-json-no-content-type":   {"text:Hi", "the same"},
		"stream-after-message-stop":     {"text:Hello", "message_stop is the end"},
		"stream-bom":                    {"text:Hello", "the mark is skipped, the first event is kept"},
		"stream-cr-only":                {"text:Hello", "CR ends a line"},
		"stream-delta-before-start":     {"text:Hel text:Hello", "what came is kept, in a block of its own"},
		"stream-duplicate-keys":         {"text:BHello", "the last one counts, as in encoding/json"},
		"stream-empty-200":              {"error", "an empty stream is no answer"},
		"stream-error-after-stop":       {"text:Hello", "message_stop is the end"},
		"stream-error-no-event-name":    {"error", "the type is in the data, too"},
		"stream-event-data-mismatch":    {"text:MMHello", "the data says what it is, not the name"},
		"stream-event-name-case":        {"text:HelHello", "the same"},
		"stream-gzip-header-but-plain":  {"text:Hello", "plain bytes under a gzip label are readable"},
		"stream-html-200":               {"error", "a login page is no answer"},
		"stream-json-null":              {"text:Hello", "null is no event"},
		"stream-nonstream-json-body":    {"error", "not a stream; the answer may have cost money, so say so"},
		"stream-stop-without-start":     {"text:Hello", "the stop of nothing means nothing"},
		"stream-tool-input-not-object":  {"text:Hello tool_use:f {}", "a call without an object is not carried out"},
		"stream-two-message-starts":     {"text:lo", "the second start begins anew"},
		"stream-two-spaces-after-colon": {"text:Hello", "one space is part of the data, where JSON allows it; ping is no event"},
		"stream-wrong-types":            {"text:Hello", "7 is no text"},
	}
	wireCases(t, "replies", func(t *testing.T, c wireCase) {
		s := c.replay(t)
		client, _ := newClient(t, s.URL)
		got, err := summarise(t, c, client)
		difference, differs := differences[c.Name]
		var value struct {
			Content, Accumulated []string
			Events               []string
			StopReason           string `json:"stop_reason"`
			In, Out              int64
			UsageIn              int64 `json:"usage_in"`
			UsageOut             int64 `json:"usage_out"`
		}
		_ = json.Unmarshal(c.Value, &value)
		want := strings.Join(append(value.Content, value.Accumulated...), " ")
		if differs {
			want = difference.want
		}
		if want == "error" || c.Error != nil && !differs {
			if err == nil {
				t.Fatalf("got %q, want an error", got.text)
			}
			if want != "error" {
				checkWireError(t, c, err)
				if got.text != want && got.text != strings.TrimSuffix(want, "text:") {
					t.Errorf("kept %q, want %q", got.text, want)
				}
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if got.text != want {
			t.Errorf("got %q, want %q", got.text, want)
		}
		if differs {
			return
		}
		if got.stopReason != value.StopReason {
			t.Errorf("stop reason %q, want %q", got.stopReason, value.StopReason)
		}
		if !slices.Equal(got.events, value.Events) {
			t.Errorf("events:\n got %q\nwant %q", got.events, value.Events)
		}
		in, out := value.In+value.UsageIn, value.Out+value.UsageOut
		if got.usage.InputTokens != in || got.usage.OutputTokens != out {
			t.Errorf("usage %+v, want %d and %d", got.usage, in, out)
		}
	})
}

type summary struct {
	text, stopReason string
	usage            api.Usage
	events           []string
}

// summarise sends what the case is about and describes the answer in the
// recording's words.
func summarise(t *testing.T, c wireCase, client *api.Client) (summary, error) {
	t.Helper()
	var message *api.Message
	var events []string
	var err error
	if strings.HasPrefix(c.Name, "create-") {
		message, err = client.CreateMessage(t.Context(), hello(), api.WithMaxRetries(0))
	} else {
		var stream *api.Stream
		stream, err = client.StreamMessage(t.Context(), hello(), api.WithMaxRetries(0))
		if err == nil {
			for event, err := range stream.Events() {
				if err == nil {
					events = append(events, string(event.Raw))
				}
			}
			message, err = stream.Final()
		}
	}
	if message == nil {
		return summary{}, err
	}
	var parts []string
	for _, b := range message.Content {
		part := b.Type + ":" + b.Text()
		if use, ok := b.ToolUse(); ok {
			part += use.Name + " " + string(use.Input)
		}
		if thinking, signature := b.Thinking(); thinking != "" {
			part += fmt.Sprintf("%s sig=%s", thinking, signature)
		}
		parts = append(parts, part)
	}
	return summary{strings.Join(parts, " "), message.StopReason, message.Usage, events}, err
}
