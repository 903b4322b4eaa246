package transfer_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"parlor/api"
	"parlor/session"
	"parlor/session/transfer"
)

// raw is a block as a server of next year might send it: unknown type, odd
// number, key order of its own, characters that HTML escaping would change.
const raw = `{"type":"hologram","z":1.50,"a":"<b> & \u00e9 é","big":12345678901234567890}`

func sample() transfer.Transcript {
	at := time.Date(2026, 11, 20, 10, 42, 7, 123456789, time.FixedZone("CET", 3600))
	half := 0.7
	block, err := api.ParseBlock([]byte(raw))
	if err != nil {
		panic(err)
	}
	return transfer.Transcript{
		Summary: session.Summary{
			ID: "0199-lifetimes", Title: `Lifetimes: "in" Rust` + "\n# not a heading", Model: "claude-sonnet-4-6",
			CreatedAt: at, UpdatedAt: at.Add(time.Minute), Messages: 4, CostMicros: 31_200, Pinned: true,
		},
		Params: session.Params{Model: "claude-sonnet-4-6", Temperature: &half, System: "Be brief."},
		Messages: []*session.Message{
			{
				ID: 1, Role: "user", State: session.Complete, CreatedAt: at,
				Parts:  []session.Part{{Text: "Explain <lifetimes> & co.\n"}},
				Blocks: []api.Block{api.NewText("Explain <lifetimes> & co.\n")},
			},
			{
				ID: 2, Parent: 1, Role: "assistant", State: session.Complete, CreatedAt: at.Add(time.Second),
				Model: "claude-sonnet-4-6", StopReason: "end_turn", CostMicros: 31_200, CostKnown: true, RequestID: "req_1",
				Usage: api.Usage{InputTokens: 12, OutputTokens: 340, CacheReadInputTokens: 7},
				Parts: []session.Part{
					{Kind: session.PartThinking, Text: "hm"},
					{Text: "# How long\n\n```go\nx := 1\n```\n"},
					{Kind: session.PartOther, Text: "hologram"},
				},
				Blocks: []api.Block{api.NewText("# How long\n\n```go\nx := 1\n```\n"), block},
			},
			{
				ID: 3, Parent: 2, Role: "user", State: session.Complete, CreatedAt: at.Add(2 * time.Second),
				Parts: []session.Part{{Text: "More"}}, Blocks: []api.Block{api.NewText("More")},
			},
			{
				ID: 4, Parent: 3, Role: "assistant", State: session.Failed, CreatedAt: at.Add(3 * time.Second),
				Failure: &session.Failure{Kind: "overloaded", Message: "The API is overloaded.", Status: 529},
				Notes:   []string{"temperature was left out"},
			},
		},
	}
}

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := transfer.Markdown(&b, sample()); err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, b.Bytes())
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := transfer.JSON(&b, sample()); err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, b.Bytes())

	var compact bytes.Buffer
	if err := json.Compact(&compact, b.Bytes()); err != nil || !strings.Contains(compact.String(), raw) {
		t.Errorf("an unknown block is not written as it came (%v)", err)
	}
}

func TestList(t *testing.T) {
	second := sample().Summary
	second.ID, second.Tags, second.CostMicros = "0200", []string{"work"}, 0
	var b bytes.Buffer
	if err := transfer.List(&b, []session.Summary{sample().Summary, second}); err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, b.Bytes())
}

func TestAnEmptyListIsAnEmptyArray(t *testing.T) {
	var b bytes.Buffer
	if err := transfer.List(&b, nil); err != nil || b.String() != "[]\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestTurn(t *testing.T) {
	var b bytes.Buffer
	if err := transfer.Turn(&b, "0199", sample().Messages[1]); err != nil {
		t.Fatal(err)
	}
	if err := transfer.Turn(&b, "", sample().Messages[3]); err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, b.Bytes())
}

func TestStreamIsOneObjectALine(t *testing.T) {
	var b bytes.Buffer
	s := transfer.NewStream(&b)
	err := errors.Join(
		s.Start("0199", "claude-sonnet-4-6"),
		s.Retry(session.Retry{Attempt: 2, Max: 3, Reason: "overloaded"}, 1530*time.Millisecond),
		s.Thinking("hm"),
		s.Text("line\nbreak <b>"),
		s.Notice(session.Notice{Level: "info", Text: "temperature was left out"}),
		s.Message("0199", sample().Messages[1]),
		s.Error(session.Failure{Kind: "network", Message: "No route."}),
	)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
	golden.RequireEqual(t, b.Bytes())
}

func TestDollarsAreExact(t *testing.T) {
	for micros, want := range map[int64]string{
		0: "0", 1: "0.000001", 31_200: "0.0312", 1_000_000: "1", 12_345_678: "12.345678", -500_000: "-0.5",
	} {
		var b bytes.Buffer
		if err := transfer.List(&b, []session.Summary{{CostMicros: micros}}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), `"cost_usd": `+want+",\n") {
			t.Errorf("%d micro-dollars: %s, want %s", micros, b.String(), want)
		}
	}
}

func TestHowAMessageEnded(t *testing.T) {
	text := []session.Part{{Text: "so far"}}
	for want, m := range map[string]session.Message{
		"so far":                                   {State: session.Complete, Parts: text},
		"so far\n\n*(stopped here)*":               {State: session.Stopped, Parts: text},
		"so far\n\n*(interrupted here)*":           {State: session.Interrupted, Parts: text},
		"so far\n\n*(still being written)*":        {State: session.Streaming, Parts: text},
		"so far\n\n*(cut off at the token limit)*": {State: session.Complete, StopReason: "max_tokens", Parts: text},
		"*(refused)*":                              {State: session.Refused},
		"*(refused: cyber)*":                       {State: session.Refused, BlockedReason: "cyber"},
		"*(failed)*":                               {State: session.Failed},
	} {
		if got := transfer.Text(&m); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
