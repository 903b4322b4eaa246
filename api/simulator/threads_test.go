package simulator_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// threading is a conversation that the server holds.
type threading struct {
	t *testing.T
	s *simulator.Simulator
}

func (c threading) send(extra, messages string, header ...string) *httptest.ResponseRecorder {
	c.t.Helper()
	return post(c.s, asking(opus55, extra, messages), append([]string{betas("message-threads-2026-08-12")}, header...)...)
}

func (c threading) id(w *httptest.ResponseRecorder) string {
	c.t.Helper()
	if w.Code != 200 {
		c.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return decode[message](c.t, w).ID
}

const opening = `,"thread":{"type":"create"}`

func following(id string) string {
	return `,"thread":{"type":"continue","previous_message_id":"` + id + `"}`
}

func TestThreadsHoldTheConversation(t *testing.T) {
	c := threading{t, fresh(simulator.Options{})}
	first := c.send(opening+`,"system":"Write in capital letters."`, user("My name is Ada"))
	second := c.send(following(c.id(first)), user("What is my name?"))
	if got := decode[message](t, second).text(); !strings.Contains(got, "ADA") {
		t.Errorf("answered %q", got)
	}
	if one, two := decode[message](t, first).Usage.Input, decode[message](t, second).Usage.Input; two <= one {
		t.Errorf("the prompt has %d tokens after %d", two, one)
	}
	third := c.send(following(c.id(second)), user("And what did I say first?"))
	if got := decode[message](t, third).text(); !strings.Contains(got, "MY NAME IS ADA") {
		t.Errorf("answered %q", got)
	}
	streamed := post(c.s, streaming(asking(opus55, following(c.id(third)), user("What is my name?"))), betas("message-threads-2026-08-12"))
	m := accumulate(t, streamed.Body.Bytes())
	if w := c.send(following(m["id"].(string)), user("thanks")); w.Code != 200 {
		t.Errorf("after a stream: %d %s", w.Code, w.Body)
	}
}

func TestThreadsWithTools(t *testing.T) {
	c := threading{t, fresh(simulator.Options{})}
	first := c.send(opening+tools(weather), user("get_weather"))
	a := decode[answerBlocks](t, first)
	second := c.send(following(c.id(first)), `[{"role":"user","content":[{"type":"tool_result","tool_use_id":"`+a.Content[len(a.Content)-1].ID+`","content":"mild"}]}]`)
	if got := decode[answerBlocks](t, second).text(); !strings.Contains(got, "mild") {
		t.Errorf("%d: answered %q", second.Code, got)
	}
	if again := decode[answerBlocks](t, c.send(following(c.id(second)), user("get_weather again"))); len(again.inputs()) != 1 {
		t.Errorf("the tools of the thread are gone: %s", again.kinds())
	}
	paused := c.send(opening+tools(search), user("pause after web_search"))
	if resumed := c.send(following(c.id(paused)), `[]`); decode[answerBlocks](t, resumed).StopReason != "end_turn" {
		t.Errorf("a paused turn: %d %s", resumed.Code, resumed.Body)
	}
}

func TestThreadsThatCannotBeContinued(t *testing.T) {
	c := threading{t, fresh(simulator.Options{})}
	first := c.id(c.send(opening+`,"system":"s"`, user("x")))
	c.id(c.send(following(first)+`,"system":"s"`, user("the same system prompt is no change")))
	refused := c.id(c.send(opening, user("refuse")))
	cut := c.id(c.send(opening, user("y")))
	c.s.Push(simulator.Script{Natural: true, TruncateAfter: simulator.AfterBytes(10)})
	c.send(following(cut), user("cut off"))
	if w := c.send(following(cut), user("once more")); w.Code != 200 {
		t.Errorf("after an answer that was cut off: %d %s", w.Code, w.Body)
	}
	fresh := c.id(c.send(opening+`,"system":"s"`, user("z")))
	for name, tt := range map[string]struct {
		extra  string
		header []string
		status int
		code   string
	}{
		"unknown":                {following("msg_nobody"), nil, 404, "thread_not_found"},
		"of somebody else":       {following(fresh), []string{"x-api-key: other"}, 404, "thread_not_found"},
		"refused":                {following(refused), nil, 404, "thread_not_found"},
		"continued before":       {following(first), nil, 400, "thread_already_continued"},
		"another system prompt":  {following(fresh) + `,"system":"t"`, nil, 400, "thread_fingerprint_mismatch"},
		"other tools":            {following(fresh) + tools(weather), nil, 400, "thread_fingerprint_mismatch"},
		"with automatic caching": {opening + automatic, nil, 400, "thread_unsupported_request"},
		"with manual thinking":   {opening + `,"thinking":{"type":"enabled","budget_tokens":1024}`, nil, 400, "thread_unsupported_request"},
	} {
		w := c.send(tt.extra, user("x"), tt.header...)
		if got := errorCode(t, w.Body.Bytes()); w.Code != tt.status || got != tt.code {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if unsupported := strings.Contains(w.Body.String(), `"unsupported":["`); unsupported != (tt.code == "thread_unsupported_request") {
			t.Errorf("%s: %s", name, w.Body)
		}
	}
	beta := []string{betas("message-threads-2026-08-12")}
	holds(t, []rule{
		{"type", hi(opus55, `,"thread":{"type":"fork"}`), beta, "'create' or 'continue'"},
		{"no id", hi(opus55, `,"thread":{"type":"continue"}`), beta, "previous_message_id: Field required"},
		{"field", hi(opus55, `,"thread":{"type":"create","name":"n"}`), beta, "name: Extra inputs"},
		{"without beta", hi(opus55, opening), nil, "thread: Extra inputs"},
		{"nothing to begin with", asking(opus55, opening, `[]`), beta, "at least one message"},
	})
}

func TestAThreadIsContinuedByOneAtATime(t *testing.T) {
	s := fresh(simulator.Options{})
	c := threading{t, s}
	id := c.id(c.send(opening, user("x")))
	gate := make(chan struct{})
	s.Push(simulator.Script{Deltas: []string{"slow", "ly"}, Gate: gate})
	done := make(chan int)
	go func() {
		done <- post(s, streaming(asking(opus55, following(id), user("y"))), betas("message-threads-2026-08-12")).Code
	}()
	gate <- struct{}{} // the first delta of the one that continues
	w := c.send(following(id), user("z"))
	if got := errorCode(t, w.Body.Bytes()); got != "thread_continue_in_flight" {
		t.Errorf("at the same time: %d %s", w.Code, w.Body)
	}
	close(gate)
	if code := <-done; code != 200 {
		t.Errorf("the first one: %d", code)
	}
	if got := errorCode(t, c.send(following(id), user("z")).Body.Bytes()); got != "thread_already_continued" {
		t.Errorf("afterwards: %s", got)
	}
}
