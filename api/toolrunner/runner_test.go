package toolrunner_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parlor/api"
	"parlor/api/toolrunner"
)

const hi = `{"role":"user","content":[{"type":"text","text":"hi"}]}`

type runFunc = func(context.Context, *toolrunner.Runner) (*api.Message, error)

// Two calls, two results in one message, then the answer.
func TestStoryOfARun(t *testing.T) {
	variants(t, func(t *testing.T, run runFunc) {
		s := newServer(t,
			reply("tool_use", text("Let me see."), use("toolu_1", "echo", `{"word":"a"}`), use("toolu_2", "echo", `{"word":"<b>"}`)),
			reply("tool_use", use("toolu_3", "echo", `{"word":"c"}`)),
			reply("end_turn", text("done")))
		r := s.runner(echo(t))
		r.Request.Tools = []api.Tool{api.RawTool(`{"type":"web_search_20250305","name":"web_search"}`)}
		before, err := json.Marshal(r.Request)
		if err != nil {
			t.Fatal(err)
		}
		last, err := run(t.Context(), r)
		if err != nil || last.Text() != "done" {
			t.Fatalf("%v, %v", last, err)
		}
		sent := s.sent()
		first := []string{
			hi, message("assistant", text("Let me see."), use("toolu_1", "echo", `{"word":"a"}`), use("toolu_2", "echo", `{"word":"<b>"}`)),
			message("user", result("toolu_1", "a"), result("toolu_2", "<b>")),
		}
		messagesAre(t, sent[0], hi)
		messagesAre(t, sent[1], first...)
		messagesAre(t, sent[2], append(first,
			message("assistant", use("toolu_3", "echo", `{"word":"c"}`)), message("user", result("toolu_3", "c")))...)
		const tools = `[{"type":"web_search_20250305","name":"web_search"},{"type":"custom","name":"echo","description":"for tests",` +
			`"input_schema":{"type":"object","properties":{"word":{"type":"string"}},"required":["word"],"additionalProperties":false}}]`
		for _, b := range sent {
			if string(b["tools"]) != tools {
				t.Errorf("tools\ngot  %s\nwant %s", b["tools"], tools)
			}
		}
		if after, err := json.Marshal(r.Request); err != nil || string(after) != string(before) {
			t.Errorf("the request of the caller changed to %s", after)
		}
		whole := r.NextRequest().Messages
		if len(whole) != 6 || whole[5].Content[0].Text() != "done" {
			t.Errorf("the conversation at the end: %+v", whole)
		}
	})
}

func TestStopReasons(t *testing.T) {
	const call = `{"type":"tool_use","id":"toolu_1","name":"never","input":{}}`
	for _, reason := range []string{"end_turn", "stop_sequence", "max_tokens", "refusal", "model_context_window_exceeded", "something_new", ""} {
		t.Run("final "+reason, func(t *testing.T) {
			variants(t, func(t *testing.T, run runFunc) {
				s := newServer(t, reply(reason, text("x"), call))
				r := s.runner(never(t))
				last, err := run(t.Context(), r)
				if err != nil || last.StopReason != reason {
					t.Fatalf("%+v, %v", last, err)
				}
				if got := len(r.NextRequest().Messages); got != 1 {
					t.Errorf("%d messages: calls without results are kept", got)
				}
			})
		})
	}
	for _, reason := range []string{"pause_turn", "compaction"} {
		t.Run("resent "+reason, func(t *testing.T) {
			variants(t, func(t *testing.T, run runFunc) {
				paused := []string{text("x"), `{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}`, call}
				s := newServer(t, reply(reason, paused...), reply("end_turn", text("done")))
				last, err := run(t.Context(), s.runner(never(t)))
				if err != nil || last.Text() != "done" {
					t.Fatalf("%+v, %v", last, err)
				}
				messagesAre(t, s.sent()[1], hi, message("assistant", paused...))
			})
		})
	}
	t.Run("tool_use without a call of ours", func(t *testing.T) {
		s := newServer(t, reply("tool_use", `{"type":"mcp_tool_use","id":"m","name":"never","server_name":"s","input":{}}`))
		if last := mustRun(t, s.runner(never(t))); last.StopReason != "tool_use" {
			t.Errorf("%+v", last)
		}
	})
	t.Run("declined, without content", func(t *testing.T) {
		s := newServer(t, reply("refusal"))
		r := s.runner()
		if last := mustRun(t, r); last.StopReason != "refusal" || len(r.NextRequest().Messages) != 1 {
			t.Errorf("%+v", last)
		}
	})
}

func TestResendsAreBounded(t *testing.T) {
	paused := reply("pause_turn", text("still at it"))
	s := newServer(t, slices.Repeat([]string{paused}, 6)...)
	if last := mustRun(t, s.runner()); last.StopReason != "pause_turn" {
		t.Errorf("%+v", last)
	}
	if got := len(s.sent()); got != 1+toolrunner.DefaultMaxResends {
		t.Errorf("%d requests", got)
	}

	call := reply("tool_use", use("toolu_1", "echo", `{"word":"a"}`))
	s = newServer(t, paused, call, paused, paused)
	r := s.runner(echo(t))
	r.MaxResends = 1 // in a row
	if last := mustRun(t, r); last.StopReason != "pause_turn" {
		t.Errorf("%+v", last)
	}
	if whole := r.NextRequest().Messages; whole[len(whole)-1].Role != "assistant" {
		t.Error("a paused turn cannot be resumed later")
	}
}

// What a model called before it declined and another went on is void.
func TestOnlyCallsAfterTheLastFallback(t *testing.T) {
	fallback := `{"type":"fallback","from":{"model":"a"},"to":{"model":"b"}}`
	s := newServer(t,
		reply("tool_use", use("toolu_0", "never", `{}`), fallback, use("toolu_1", "never", `{}`), fallback, text("x"), use("toolu_2", "echo", `{"word":"b"}`)),
		reply("end_turn", text("done")))
	mustRun(t, s.runner(echo(t), never(t)))
	messagesAre(t, s.sent()[1], hi, message("assistant", text("x"), use("toolu_2", "echo", `{"word":"b"}`)),
		message("user", result("toolu_2", "b")))
}

func TestMaxIterations(t *testing.T) {
	variants(t, func(t *testing.T, run runFunc) {
		s := newServer(t, reply("tool_use", use("toolu_1", "echo", `{"word":"a"}`)), reply("tool_use", use("toolu_2", "never", `{}`)))
		r := s.runner(echo(t), never(t))
		r.MaxIterations = 2
		last, err := run(t.Context(), r)
		if err != nil || last.StopReason != "tool_use" || len(s.sent()) != 2 {
			t.Errorf("%+v, %v, %d requests", last, err, len(s.sent()))
		}
		if got := len(r.NextRequest().Messages); got != 3 {
			t.Errorf("%d messages: calls without results are kept", got)
		}
	})
	s := newServer(t, reply("pause_turn", text("x")))
	r := s.runner()
	r.MaxIterations = 1
	mustRun(t, r)
}

func TestParametersMayChangeBetweenTurns(t *testing.T) {
	s := newServer(t, reply("tool_use", use("toolu_1", "echo", `{"word":"a"}`)), reply("end_turn", text("done")))
	r := s.runner(echo(t))
	r.Request.ToolChoice = &api.ToolChoice{Type: "any"}
	r.Request.OutputConfig = &api.OutputConfig{Effort: "low"}
	r.Request.Extra = map[string]json.RawMessage{"new_field": json.RawMessage("1")}
	r.Request.StopSequences = []string{"a"}
	if r.NextRequest() != nil {
		t.Error("there is a next request before the first run")
	}
	for _, err := range r.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		next := r.NextRequest()
		next.ToolChoice.Type = "auto"
		next.OutputConfig.Effort = "high"
		next.Extra["new_field"] = json.RawMessage("2")
		next.StopSequences[0] = "b"
		next.Messages[0].Content[0] = next.Messages[0].Content[0].WithCacheControl(&api.CacheControl{})
	}
	if r.Request.ToolChoice.Type != "any" || r.Request.OutputConfig.Effort != "low" || string(r.Request.Extra["new_field"]) != "1" ||
		r.Request.StopSequences[0] != "a" || strings.Contains(string(r.Request.Messages[0].Content[0].Raw), "cache") {
		t.Error("the request of the caller changed")
	}
	sent := s.sent()
	if string(sent[0]["tool_choice"]) != `{"type":"any"}` || string(sent[1]["tool_choice"]) != `{"type":"auto"}` ||
		string(sent[1]["output_config"]) != `{"effort":"high"}` || string(sent[1]["new_field"]) != "2" {
		t.Errorf("sent %s, then %s", sent[0], sent[1])
	}
	if !strings.Contains(string(sent[1]["messages"]), `"cache_control"`) || strings.Count(string(sent[1]["messages"]), `"role"`) != 3 {
		t.Errorf("sent %s", sent[1]["messages"])
	}
}

// Messages of the caller take the place of the runner's.
func TestMessagesOfTheCaller(t *testing.T) {
	s := newServer(t,
		reply("tool_use", use("toolu_1", "never", `{}`)),
		reply("end_turn", text("and now?")),
		reply("end_turn", text("done")))
	r := s.runner(never(t))
	var seen []string
	for m, err := range r.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, m.StopReason)
		next := r.NextRequest()
		switch len(seen) {
		case 1: // answer in place of the tool
			next.Messages = append(next.Messages, m.Param(), api.UserMessage(api.NewToolResult("toolu_1", true, api.NewText("not allowed"))))
		case 2: // go on though the model was done
			next.Messages = append(next.Messages, m.Param(), api.UserText("go on"))
		}
	}
	sent := s.sent()
	conversation := []string{hi, message("assistant", use("toolu_1", "never", `{}`)), message("user", failure("toolu_1", "not allowed"))}
	messagesAre(t, sent[1], conversation...)
	messagesAre(t, sent[2], append(conversation, message("assistant", text("and now?")), message("user", text("go on")))...)
	if want := []string{"tool_use", "end_turn", "end_turn"}; !slices.Equal(seen, want) {
		t.Errorf("seen %v", seen)
	}
}

func TestResultsCanBeAddedTo(t *testing.T) {
	for _, streamed := range []bool{false, true} {
		s := newServer(t, reply("tool_use", use("toolu_1", "count", `{}`)), reply("tool_use", use("toolu_2", "count", `{}`)), reply("end_turn", text("done")))
		calls := 0
		r := s.runner(tool(t, "count", func(context.Context, struct{}) (string, error) { calls++; return "one", nil }))
		turn := 0
		body := func(m *api.Message) {
			turn++
			results, err := r.Results(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			switch turn {
			case 1:
				results.Content = append(results.Content, api.NewText("Be quick."))
				next := r.NextRequest()
				next.Messages = append(next.Messages, m.Param(), results)
			case 3:
				if len(results.Content) != 0 {
					t.Errorf("results without calls: %+v", results)
				}
			}
		}
		if streamed {
			for stream, err := range r.Streams(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				m, err := stream.Final()
				if err != nil {
					t.Fatal(err)
				}
				body(m)
			}
		} else {
			for m, err := range r.Messages(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				body(m)
			}
		}
		sent := s.sent()
		first := []string{hi, message("assistant", use("toolu_1", "count", `{}`)), message("user", result("toolu_1", "one"), text("Be quick."))}
		messagesAre(t, sent[1], first...)
		messagesAre(t, sent[2], append(first, message("assistant", use("toolu_2", "count", `{}`)), message("user", result("toolu_2", "one")))...)
		if calls != 2 {
			t.Errorf("%d calls", calls)
		}
	}
}

// Without a loop, Results alone answers a message.
func TestResultsWithoutARun(t *testing.T) {
	r := &toolrunner.Runner{Request: &api.MessageRequest{}, Tools: []toolrunner.Tool{echo(t)}}
	var m api.Message
	if err := json.Unmarshal([]byte(reply("tool_use", use("toolu_1", "echo", `{"word":"a"}`))), &m); err != nil {
		t.Fatal(err)
	}
	results, err := r.Results(t.Context(), &m)
	if err != nil || len(results.Content) != 1 || string(results.Content[0].Raw) != result("toolu_1", "a") {
		t.Errorf("%+v, %v", results, err)
	}
	if _, err := (&toolrunner.Runner{}).Results(t.Context(), &m); err == nil {
		t.Error("a runner without a request works")
	}
	if _, err := r.Results(t.Context(), nil); err == nil {
		t.Error("there are results of no message")
	}
}

func TestContainerIsCarriedOver(t *testing.T) {
	tests := []struct{ name, container, second, third string }{
		{"none", ``, `"c1"`, `"c2"`},
		{"null", `null`, `"c1"`, `"c2"`},
		{"skills", `{"skills":[{"type":"anthropic","skill_id":"pdf"}]}`, `{"id":"c1","skills":[{"type":"anthropic","skill_id":"pdf"}]}`, `{"id":"c2","skills":[{"type":"anthropic","skill_id":"pdf"}]}`},
		{"one of the caller", `"mine"`, `"mine"`, `"mine"`},
		{"skills in one of the caller", `{"id":"mine","skills":[]}`, `{"id":"mine","skills":[]}`, `{"id":"mine","skills":[]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			variants(t, func(t *testing.T, run runFunc) {
				call := use("toolu_1", "echo", `{"word":"a"}`)
				s := newServer(t,
					replyWith(`"container":{"id":"c1"},`, "tool_use", call),
					replyWith(`"container":{"id":"c2"},`, "tool_use", call),
					replyWith(`"container":null,`, "tool_use", call), reply("end_turn", text("done")))
				r := s.runner(echo(t))
				r.Request.Container = json.RawMessage(test.container)
				if _, err := run(t.Context(), r); err != nil {
					t.Fatal(err)
				}
				sent := s.sent()
				if string(sent[0]["container"]) != test.container || string(sent[1]["container"]) != test.second ||
					string(sent[2]["container"]) != test.third || string(sent[3]["container"]) != test.third {
					t.Errorf("sent %s, %s, %s, %s", sent[0]["container"], sent[1]["container"], sent[2]["container"], sent[3]["container"])
				}
			})
		})
	}
}

func TestWhatIsGoodForOneRequest(t *testing.T) {
	s := newServer(t, reply("tool_use", use("toolu_1", "echo", `{"word":"a"}`)), reply("end_turn", text("done")))
	r := s.runner(echo(t))
	r.Request.Diagnostics = &api.Diagnostics{}
	r.Request.FallbackCredit = json.RawMessage(`"token"`)
	mustRun(t, r)
	sent := s.sent()
	if string(sent[0]["diagnostics"]) != `{"previous_message_id":null}` || string(sent[1]["diagnostics"]) != `{"previous_message_id":"msg_1"}` {
		t.Errorf("diagnostics %s, %s", sent[0]["diagnostics"], sent[1]["diagnostics"])
	}
	if string(sent[0]["fallback_credit_token"]) != `"token"` || sent[1]["fallback_credit_token"] != nil {
		t.Errorf("credit %s, %s", sent[0]["fallback_credit_token"], sent[1]["fallback_credit_token"])
	}
}

func TestEachRunBeginsAnew(t *testing.T) {
	s := newServer(t, reply("end_turn", text("one")), reply("end_turn", text("two")))
	r := s.runner()
	mustRun(t, r)
	mustRun(t, r)
	messagesAre(t, s.sent()[1], hi)
}

func TestAnswersTooLongToBeWaitedForAreStreamed(t *testing.T) {
	s := newServer(t, reply("tool_use", use("toolu_1", "echo", `{"word":"a"}`)), reply("end_turn", text("done")))
	r := s.runner(echo(t))
	r.Request.MaxTokens = 64_000
	if last := mustRun(t, r); last.Text() != "done" || string(s.sent()[0]["stream"]) != "true" {
		t.Errorf("%+v", last)
	}
}

func TestOptionsGoWithEachRequest(t *testing.T) {
	s := newServer(t, reply("tool_use", use("toolu_1", "echo", `{"word":"a"}`)), reply("end_turn", text("done")))
	r := s.runner(echo(t))
	responses := 0
	r.Options = []api.RequestOption{api.OnResponse(func(*api.ResponseInfo) { responses++ })}
	mustRun(t, r)
	if responses != 2 {
		t.Errorf("%d responses", responses)
	}
}

func TestErrorsOfTheClientEndTheRun(t *testing.T) {
	variants(t, func(t *testing.T, run runFunc) {
		s := newServer(t)
		s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
		})
		if last, err := run(t.Context(), s.runner()); !errors.Is(err, api.ErrInvalidRequest) || last != nil {
			t.Errorf("%v, %v", last, err)
		}
	})
}

func TestRunnersThatCannotRun(t *testing.T) {
	s := newServer(t)
	request := func(change func(*api.MessageRequest)) *toolrunner.Runner {
		r := s.runner()
		change(r.Request)
		return r
	}
	tests := []struct {
		name   string
		runner *toolrunner.Runner
		says   string
	}{
		{"no request", &toolrunner.Runner{}, "no Request"},
		{"a thread", request(func(r *api.MessageRequest) { r.Thread = &api.Thread{Type: "create"} }), "thread"},
		{"compaction", request(func(r *api.MessageRequest) { r.Compaction = &api.Compaction{} }), "compaction"},
		{"a tool that is no JSON", request(func(r *api.MessageRequest) { r.Tools = []api.Tool{api.RawTool(`{`)} }), "JSON"},
		{"a definition that is nil", request(func(r *api.MessageRequest) { r.Tools = []api.Tool{nil} }), "nil"},
		{"a tool that is nil", s.runner(nil), "nil"},
		{"a function that is nil", s.runner(echo(t), (*toolrunner.Function)(nil)), "Tools[1] is nil"},
		{"two of the same name", s.runner(echo(t), echo(t)), `"echo"`},
		{"no model", request(func(r *api.MessageRequest) { r.Model = "" }), "model"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			variants(t, func(t *testing.T, run runFunc) {
				if last, err := run(t.Context(), test.runner); err == nil || last != nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%v, %v; want %q", last, err, test.says)
				}
			})
		})
	}
}

// The client is made of the environment if there is none.
func TestRunnerWithoutAClient(t *testing.T) {
	s := newServer(t, reply("end_turn", text("done")))
	t.Setenv("ANTHROPIC_API_KEY", "sk-test")
	t.Setenv("ANTHROPIC_BASE_URL", s.URL)
	r := s.runner()
	r.Client = nil
	if last := mustRun(t, r); last.Text() != "done" {
		t.Errorf("%+v", last)
	}
}
