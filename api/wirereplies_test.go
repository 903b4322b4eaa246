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

// wireSilence is a kind of silent success of the recorded client on a broken
// answer.
type wireSilence struct {
	why    string // it is an error here
	broken func(wireCase, wireValue) bool
	cases  []string // that are of this kind
}

func wireSilences() []wireSilence {
	return []wireSilence{
		{
			"a stream without an event of the API is no answer: an empty one, a login page, the JSON of an answer that was not to be streamed",
			func(c wireCase, v wireValue) bool { return strings.HasPrefix(c.Name, "stream-") && len(v.Events) == 0 },
			[]string{"stream-empty-200", "stream-html-200", "stream-nonstream-json-body", "stream-only-pings"},
		},
		{
			"data that say they are an error are one, whatever their event is called",
			func(c wireCase, _ wireValue) bool {
				return strings.Contains(strings.Join(c.Replies[0].Chunks, ""), `data: {"type":"error"`)
			},
			[]string{"stream-error-no-event-name", "stream-type-error-name-delta"},
		},
		{
			"a stream that ends before message_stop broke off, also when the rest came",
			func(c wireCase, v wireValue) bool {
				return strings.HasPrefix(c.Name, "stream-") && !slices.Contains(v.Events, wireMessageStop)
			},
			[]string{"stream-only-start", "stream-no-message-stop", "stream-missing-final-blank-line", "stream-missing-final-newlines"},
		},
		{
			"an answer that is no JSON object, or reports an error, is no message",
			func(c wireCase, v wireValue) bool {
				var object struct{ Error json.RawMessage }
				return strings.HasPrefix(c.Name, "create-") && (json.Unmarshal([]byte(v.Raw), &object) != nil ||
					v.Raw == "null" || object.Error != nil)
			},
			[]string{"create-array", "create-null", "create-error-envelope-200", "create-error-string-200"},
		},
		{
			"a batch has at least one request, so nothing is not its results; and a line that is no result is not skipped",
			func(c wireCase, v wireValue) bool {
				return strings.HasPrefix(c.Name, "results-") && (len(v.results) == 0 || slices.Contains(v.results, "="))
			},
			[]string{"results-empty", "results-204", "results-null-line", "results-error-line"},
		},
	}
}

const wireMessageStop = `{"type":"message_stop"}`

// wireReadings are answers that this client reads, of which the recorded one
// loses a part or everything. Nothing that the recorded client has is missing
// here.
func wireReadings() map[string]wireOutcome {
	return map[string]wireOutcome{
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
		// An event without a type in its data has it in its name.
		"stream-type-missing": {Content: []string{"text:HelXlo"}, In: 3, Out: 2, Events: 8},
		// Gateways that unpack an answer forget to say so.
		"stream-gzip-header-but-plain": {Content: []string{"text:Hello"}, In: 3, Out: 2, Events: 7},
	}
}

// What this client makes of awkward answers is what the recorded one makes of
// them, but for wireSilences, which are errors, and wireReadings.
func TestWireReplies(t *testing.T) {
	silences, readings := wireSilences(), wireReadings()
	noCaseLeft(t, "replies", readings)
	found := map[string]bool{}
	wireCases(t, "replies", func(t *testing.T, c wireCase) {
		_, client := c.replay(t)
		got, err := c.play(t, client)
		if want, ok := readings[c.Name]; ok {
			if err != nil {
				t.Fatal(err)
			}
			want.compareContent(t, got)
			return
		}
		value := c.value(t)
		for _, silence := range silences {
			if c.Error == nil && silence.broken(c, value) {
				found[silence.why+c.Name] = true
				if err == nil {
					t.Errorf("got %+v, want an error: %s", got, silence.why)
				}
				return
			}
		}
		if c.Error != nil {
			c.checkError(t, err)
		} else if err != nil {
			t.Fatal(err)
		}
		value.compare(t, c, got)
	})
	for _, silence := range silences {
		for _, name := range silence.cases {
			if !found[silence.why+name] {
				t.Errorf("%s is no silent success of the kind %q", name, silence.why)
			}
		}
	}
}

// wireValue is what the recorded client made of an answer.
type wireValue struct {
	Content, Accumulated []string
	AccumulateError      string `json:"accumulate_error"`
	Events               []string
	ID, Raw              string
	StopReason           string `json:"stop_reason"`
	StopSequence         string `json:"stop_sequence"`
	In, Out              int64
	UsageIn              int64 `json:"usage_in"`
	UsageOut             int64 `json:"usage_out"`
	results              []string
}

func (c wireCase) value(t *testing.T) (value wireValue) {
	t.Helper()
	var err error
	switch {
	case strings.HasPrefix(c.Name, "results-"):
		err = json.Unmarshal(c.Value, &value.results)
	case len(c.Value) > 0 && c.Value[0] == '{':
		err = json.Unmarshal(c.Value, &value)
	}
	if err != nil {
		t.Fatal(err)
	}
	// Pings, null and the like say nothing; this client does not report them.
	value.Events = slices.DeleteFunc(value.Events, func(e string) bool {
		return !strings.HasPrefix(e, "{") || e == `{"type":"ping"}`
	})
	return value
}

// wireOutcome is what a client made of an answer.
type wireOutcome struct {
	Content []string
	In, Out int64
	Events  int
	message *api.Message
	raw     []string // events
	results []string
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
	return err
}

// describe writes a block in the words of the recordings.
func describe(b api.Block) string {
	var raw struct { // of types that have no view of their own, too
		Text, Name string
		Input      json.RawMessage
	}
	_ = json.Unmarshal(b.Raw, &raw)
	text := b.Type + ":" + b.Text()
	if b.Type != api.BlockText {
		text += raw.Text
	}
	if use, ok := b.ToolUse(); ok && use.Incomplete != "" && !json.Valid([]byte(use.Incomplete)) {
		raw.Input = use.Input // that of a call which was cut
	}
	if raw.Name != "" {
		text += raw.Name + " " + strings.TrimPrefix(string(raw.Input), "null")
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
		t.Errorf("got %d events, want %d", got.Events, want.Events)
	}
}

// compare compares everything that a recording holds. The content of a stream
// that the recorded client could not add up is not asked for.
func (v wireValue) compare(t *testing.T, c wireCase, got wireOutcome) {
	t.Helper()
	want := wireOutcome{
		Content: append(v.Content, v.Accumulated...),
		In:      v.In + v.UsageIn, Out: v.Out + v.UsageOut, Events: len(v.Events),
	}
	if v.AccumulateError != "" {
		want.Content = got.Content
	}
	want.compareContent(t, got)
	for i := range min(len(got.raw), len(v.Events)) {
		if !likeRecorded(got.raw[i], v.Events[i]) {
			t.Errorf("event %d:\n got %.300s\nwant %.300s", i, got.raw[i], v.Events[i])
		}
	}
	if !slices.Equal(got.results, v.results) {
		t.Errorf("results %q, want %q", got.results, v.results)
	}
	message, sequence := got.message, ""
	if message == nil {
		message = &api.Message{}
	}
	if message.StopSequence != nil {
		sequence = *message.StopSequence
	}
	if message.ID != v.ID || message.StopReason != v.StopReason {
		t.Errorf("got ID %q, stop reason %q; want %q, %q", message.ID, message.StopReason, v.ID, v.StopReason)
	}
	if v.Raw != "" && (sequence != v.StopSequence || string(message.Raw) != v.Raw) {
		t.Errorf("got sequence %q, raw %s\nwant %q, %s", sequence, message.Raw, v.StopSequence, v.Raw)
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
