package toolrunner_test

import (
	"errors"
	"strings"
	"testing"

	"parlor/api"
	"parlor/api/compaction"
)

// long is a reply whose usage has reached a threshold of 1000 tokens.
func long(stopReason string, blocks ...string) string {
	return strings.Replace(reply(stopReason, blocks...), `"input_tokens":10`, `"input_tokens":10,"cache_read_input_tokens":985`, 1)
}

// When a turn with calls has become too long, a summary takes the place of all
// that was said. The calls are not carried out.
func TestCompactionBetweenTurns(t *testing.T) {
	variants(t, func(t *testing.T, run runFunc) {
		s := newServer(t,
			reply("tool_use", use("toolu_1", "echo", `{"word":"a"}`)),
			long("tool_use", text("Next."), use("toolu_2", "echo", `{"word":"b"}`)),
			reply("end_turn", text("All of it, in short.")),
			// right after a compaction nothing would be gained by another one
			long("tool_use", use("toolu_3", "echo", `{"word":"c"}`)),
			reply("end_turn", text("done")))
		r := s.runner(echo(t))
		r.Request.System = []api.Block{api.NewText("be brief")}
		r.MaxIterations = 4
		r.Compaction = &compaction.Policy{Threshold: 1000, Prompt: "sum up", Model: "small"}
		var summaries int64
		r.OnCompaction = func(m *api.Message) { summaries += m.Usage.OutputTokens }
		last, err := run(t.Context(), r)
		if err != nil || last.Text() != "done" || summaries != 5 {
			t.Fatalf("%v, %v, %d", last, err, summaries)
		}
		sent := s.sent()
		messagesAre(t, sent[2], hi,
			message("assistant", use("toolu_1", "echo", `{"word":"a"}`)), message("user", result("toolu_1", "a")),
			message("assistant", text("Next.")), message("user", text("sum up")))
		if string(sent[2]["model"]) != `"small"` || sent[2]["tools"] != nil || sent[2]["system"] != nil || string(sent[2]["max_tokens"]) != "100" {
			t.Errorf("asked for a summary with %s", sent[2])
		}
		summary := message("user", text("All of it, in short."))
		messagesAre(t, sent[3], summary)
		messagesAre(t, sent[4], summary, message("assistant", use("toolu_3", "echo", `{"word":"c"}`)), message("user", result("toolu_3", "c")))
		if string(sent[3]["model"]) != `"claude-test"` || sent[3]["tools"] == nil || sent[3]["system"] == nil {
			t.Errorf("went on with %s", sent[3])
		}
	})
}

func TestNoCompactionAtTheEnd(t *testing.T) {
	s := newServer(t, long("end_turn", text("done")))
	r := s.runner()
	r.Compaction = &compaction.Policy{Threshold: 1000}
	if last := mustRun(t, r); last.Text() != "done" {
		t.Errorf("%+v", last)
	}
}

func TestAFailedCompactionEndsTheRun(t *testing.T) {
	s := newServer(t, long("tool_use", use("toolu_1", "never", `{}`)), reply("refusal"))
	r := s.runner(never(t))
	r.Compaction = &compaction.Policy{Threshold: 1000}
	last, err := r.Run(t.Context())
	if !errors.Is(err, compaction.ErrNoSummary) || last != nil {
		t.Errorf("%v, %v", last, err)
	}
	if got := len(r.NextRequest().Messages); got != 1 {
		t.Errorf("%d messages", got)
	}
}
