package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parlor/api"
)

// What this client makes of awkward answers must be what the recorded one
// makes of them, with these exceptions.
func TestWireReplies(t *testing.T) {
	// Silent successes of the recorded client on broken answers, which are
	// errors here.
	refused := map[string]string{
		"results-empty":              "a batch has at least one request: nothing is not its results",
		"stream-empty-200":           "an empty stream is no answer",
		"stream-error-no-event-name": "the data says that it is an error; the recorded client looks at the event's name only",
		"stream-html-200":            "a login page is no answer",
		"stream-nonstream-json-body": "this is no stream; the recorded client drops the answer in it",
	}
	// Answers that this client reads, of which the recorded one loses a part or
	// everything. Nothing that the recorded client has is missing here.
	read := map[string]wireOutcome{
		// The API takes a string as content, and loose servers send one back.
		"create-content-string": {Content: []string{"text:Hi"}},
		// A count that cannot be is not told; the recorded number wrapped around.
		"create-huge-int": {Content: []string{"text:Hi"}, Out: 1},
		// What is JSON is read as JSON, whatever loose servers call it.
		"create-json-as-text-plain":   {Content: []string{"text:Hi"}, In: 3, Out: 1},
		"create-json-no-content-type": {Content: []string{"text:Hi"}, In: 3, Out: 1},
		// A byte order mark is no part of the first line, which is lost otherwise.
		"stream-bom": {Content: []string{"text:Hello"}, In: 3, Out: 2, Events: 7},
		// CR alone ends a line.
		"stream-cr-only": {Content: []string{"text:Hello"}, In: 3, Out: 2, Events: 7},
		// Odd orders of events are no errors of accumulation. What came is kept: a
		// delta without its block gets one, the end of no block means nothing, a
		// second start begins anew.
		"stream-delta-before-start": {Content: []string{"text:Hel", "text:Hello"}, In: 3, Out: 2, Events: 8},
		"stream-stop-without-start": {Content: []string{"text:Hello"}, In: 3, Out: 2, Events: 8},
		"stream-two-message-starts": {Content: []string{"text:lo"}, In: 3, Out: 2, Events: 8},
		// Of equal keys the last one counts, as in most languages.
		"stream-duplicate-keys": {Content: []string{"text:BHello"}, In: 3, Out: 2, Events: 8},
		// An event without a name has its type in its data.
		"stream-event-name-case": {Content: []string{"text:HelHello"}, In: 3, Out: 2, Events: 8},
		// Gateways that unpack an answer forget to say so.
		"stream-gzip-header-but-plain": {Content: []string{"text:Hello"}, In: 3, Out: 2, Events: 7},
	}
	noCaseLeft(t, "replies", refused)
	noCaseLeft(t, "replies", read)
	wireCases(t, "replies", func(t *testing.T, c wireCase) {
		_, client := c.replay(t)
		got, err := c.play(t, client)
		if _, ok := refused[c.Name]; ok {
			if c.Error != nil {
				t.Error("the recorded client has an error, too")
			}
			if err == nil {
				t.Errorf("got %+v, want an error", got)
			}
			return
		}
		if want, ok := read[c.Name]; ok {
			if err != nil {
				t.Fatal(err)
			}
			want.compareContent(t, got)
			return
		}
		if c.Error != nil {
			c.checkError(t, err)
		} else if err != nil {
			t.Fatal(err)
		}
		c.compareValue(t, got)
	})
}

// wireOutcome is what a client made of an answer.
type wireOutcome struct {
	Content  []string
	In, Out  int64
	Events   int
	message  *api.Message
	raw      []string // events
	complete bool     // message_stop came
	results  []string
}

// play makes the call that the name of the case says.
func (c wireCase) play(t *testing.T, client *api.Client) (got wireOutcome, err error) {
	t.Helper()
	client.MaxRetries = pointer(0)
	ctx := t.Context()
	if strings.Contains(c.Name, "context-cancelled") {
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, time.Duration(c.ElapsedMS)*time.Millisecond)
		defer cancel()
	}
	kind, _, _ := strings.Cut(c.Name, "-")
	switch kind {
	case "create":
		got.message, err = client.CreateMessage(ctx, hello())
	case "stream":
		err = c.playStream(ctx, client, &got)
	case "results":
		for result, err := range client.BatchResults(ctx, "msgbatch_01") {
			if err != nil {
				return got, err
			}
			got.results = append(got.results, result.CustomID+"="+result.Type)
		}
	default:
		t.Fatalf("no call is known for %s", c.Name)
	}
	if got.message != nil {
		got.In, got.Out = got.message.Usage.InputTokens, got.message.Usage.OutputTokens
		for _, b := range got.message.Content {
			got.Content = append(got.Content, describe(b))
		}
	}
	got.Events = len(got.raw)
	return got, err
}

func (c wireCase) playStream(ctx context.Context, client *api.Client, got *wireOutcome) error {
	stream, err := client.StreamMessage(ctx, hello())
	if err != nil {
		return err
	}
	if strings.Contains(c.Name, "closed-early") {
		stream.Close()
	}
	for event, err := range stream.Events() {
		if err == nil {
			got.raw = append(got.raw, string(event.Raw))
		}
	}
	got.message, err = stream.Final()
	got.complete = !stream.Incomplete()
	return err
}

// describe writes a block in the words of the recordings.
func describe(b api.Block) string {
	text := b.Type + ":" + b.Text()
	if use, ok := b.ToolUse(); ok {
		input := string(use.Input)
		if json.Valid([]byte(use.Incomplete)) { // JSON, but no object
			input = use.Incomplete
		}
		text += use.Name + " " + input
	}
	if thinking, signature := b.Thinking(); thinking != "" || signature != "" {
		text += fmt.Sprintf("%s sig=%s", thinking, signature)
	}
	return text
}

func (want wireOutcome) compareContent(t *testing.T, got wireOutcome) {
	t.Helper()
	if !slices.EqualFunc(got.Content, want.Content, likeRecorded) {
		t.Errorf("content:\n got %q\nwant %q", got.Content, want.Content)
	}
	if got.In != want.In || got.Out != want.Out {
		t.Errorf("got %d and %d tokens, want %d and %d", got.In, got.Out, want.In, want.Out)
	}
	if got.Events != want.Events {
		t.Errorf("got %d events, want %d: %q", got.Events, want.Events, got.raw)
	}
}

// compareValue compares everything that a recording holds.
func (c wireCase) compareValue(t *testing.T, got wireOutcome) {
	t.Helper()
	if len(c.Value) == 0 || c.Value[0] != '{' { // of results, or of nothing
		var results []string
		_ = json.Unmarshal(c.Value, &results)
		if !slices.Equal(got.results, results) {
			t.Errorf("results %q, want %q", got.results, results)
		}
		return
	}
	var value struct {
		Content, Accumulated []string
		Events               []string
		ID, Raw              string
		StopReason           string `json:"stop_reason"`
		StopSequence         string `json:"stop_sequence"`
		In, Out              int64
		UsageIn              int64 `json:"usage_in"`
		UsageOut             int64 `json:"usage_out"`
	}
	if err := json.Unmarshal(c.Value, &value); err != nil {
		t.Fatal(err)
	}
	// Pings and null say nothing; this client does not report them.
	events := slices.DeleteFunc(value.Events, func(e string) bool { return e == "null" || e == `{"type":"ping"}` })
	if !slices.EqualFunc(got.raw, events, likeRecorded) {
		t.Errorf("events:\n got %q\nwant %q", got.raw, events)
	}
	wireOutcome{
		Content: append(value.Content, value.Accumulated...),
		In:      value.In + value.UsageIn, Out: value.Out + value.UsageOut, Events: len(events),
	}.compareContent(t, got)
	message := got.message
	if message == nil {
		message = &api.Message{}
	}
	sequence := ""
	if message.StopSequence != nil {
		sequence = *message.StopSequence
	}
	if message.ID != value.ID || message.StopReason != value.StopReason || value.Raw != "" &&
		(sequence != value.StopSequence || string(message.Raw) != value.Raw) {
		t.Errorf("got %s\nwant ID %q, stop reason %q, sequence %q, raw %s",
			message.Raw, value.ID, value.StopReason, value.StopSequence, value.Raw)
	}
	whole := slices.Contains(events, `{"type":"message_stop"}`)
	if c.Error == nil && value.Accumulated != nil && got.complete != whole {
		t.Errorf("without message_stop the stream is incomplete: complete is %v", got.complete)
	}
}

// likeRecorded compares with a text that may be cut, like "xxx… (1048578 bytes)".
func likeRecorded(got, recorded string) bool {
	long := regexp.MustCompile(`(?s)^(.*)… \((\d+) bytes\)$`).FindStringSubmatch(recorded)
	if long == nil {
		return got == recorded
	}
	size, _ := strconv.Atoi(long[2])
	return strings.HasPrefix(got, long[1]) && len(strings.TrimPrefix(got, "text:")) == size
}
