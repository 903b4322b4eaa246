package toolrunner_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"parlor/api"
	"parlor/api/toolrunner"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server answers the requests with its replies, one after another, as JSON or,
// where that is asked for, as a stream.
type server struct {
	*httptest.Server
	t       *testing.T
	mu      sync.Mutex
	replies []string
	bodies  []body
}

// body is a request as it was sent.
type body map[string]json.RawMessage

func newServer(t *testing.T, replies ...string) *server {
	t.Helper()
	s := &server{t: t, replies: replies}
	s.Server = httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(s.Close)
	return s
}

func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	var b body
	if err := json.Unmarshal(raw, &b); err != nil {
		s.t.Errorf("a request that is no JSON: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.bodies)
	s.bodies = append(s.bodies, b)
	switch {
	case n >= len(s.replies):
		s.t.Errorf("request %d was not expected: %s", n+1, raw)
		w.WriteHeader(http.StatusTeapot)
	case string(b["stream"]) == "true":
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, asEvents(s.replies[n]))
	default:
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, s.replies[n])
	}
}

// sent returns the bodies of the requests so far.
func (s *server) sent() []body {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]body(nil), s.bodies...)
}

// runner returns a runner for the question "hi".
func (s *server) runner(tools ...toolrunner.Tool) *toolrunner.Runner {
	client := &api.Client{APIKey: "sk-test", BaseURL: s.URL, Getenv: func(string) string { return "" }, MaxRetries: new(int)}
	s.t.Cleanup(client.Close)
	return &toolrunner.Runner{Client: client, Tools: tools, Request: &api.MessageRequest{
		Model: "claude-test", MaxTokens: 100, Messages: []api.MessageParam{api.UserText("hi")},
	}}
}

// asEvents is the stream of a message: each block whole, tool inputs as a delta.
func asEvents(reply string) string {
	var m struct {
		Content    []json.RawMessage `json:"content"`
		StopReason json.RawMessage   `json:"stop_reason"`
		Container  json.RawMessage   `json:"container"`
		Usage      json.RawMessage   `json:"usage"`
	}
	if err := json.Unmarshal([]byte(reply), &m); err != nil {
		return "not a stream, since the reply is wrong: " + err.Error()
	}
	var out strings.Builder
	event := func(name, data string) { fmt.Fprintf(&out, "event: %s\ndata: {\"type\":%q%s}\n\n", name, name, data) }
	event("message_start", `,"message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1}}`)
	for i, block := range m.Content {
		var b struct{ Input json.RawMessage }
		_ = json.Unmarshal(block, &b)
		begun := strings.Replace(string(block), `"input":`+string(b.Input), `"input":{}`, 1)
		event("content_block_start", fmt.Sprintf(`,"index":%d,"content_block":%s`, i, begun))
		if b.Input != nil {
			partial := string(b.Input)
			if b.Input[0] == '"' { // what is no object is written as a string
				_ = json.Unmarshal(b.Input, &partial)
			}
			quoted, _ := json.Marshal(partial)
			event("content_block_delta", fmt.Sprintf(`,"index":%d,"delta":{"type":"input_json_delta","partial_json":%s}`, i, quoted))
		}
		event("content_block_stop", fmt.Sprintf(`,"index":%d`, i))
	}
	container := ""
	if m.Container != nil {
		container = `,"container":` + string(m.Container)
	}
	event("message_delta", `,"delta":{"stop_reason":`+string(m.StopReason)+container+`},"usage":`+string(m.Usage))
	event("message_stop", "")
	return out.String()
}

// reply is an answer of the model.
func reply(stopReason string, blocks ...string) string { return replyWith("", stopReason, blocks...) }

// replyWith is reply with further members.
func replyWith(members, stopReason string, blocks ...string) string {
	return `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[` + strings.Join(blocks, ",") +
		`],"stop_reason":"` + stopReason + `",` + members + `"usage":{"input_tokens":10,"output_tokens":5}}`
}

func text(s string) string { return `{"type":"text","text":"` + s + `"}` }

func use(id, name, input string) string {
	return `{"type":"tool_use","id":"` + id + `","name":"` + name + `","input":` + input + `}`
}

func member(id, toolset, name string) string {
	return `{"type":"tool_use","id":"` + id + `","name":"` + name + `","input":{},"toolset_name":"` + toolset + `"}`
}

func result(id, text string) string {
	return `{"type":"tool_result","tool_use_id":"` + id + `","content":[{"type":"text","text":"` + text + `"}]}`
}

func failure(id, text string) string {
	return strings.TrimSuffix(result(id, text), "}") + `,"is_error":true}`
}

func message(role string, blocks ...string) string {
	return `{"role":"` + role + `","content":[` + strings.Join(blocks, ",") + `]}`
}

// messagesAre compares the messages of a request.
func messagesAre(t *testing.T, b body, want ...string) {
	t.Helper()
	if got := string(b["messages"]); got != "["+strings.Join(want, ",")+"]" {
		t.Errorf("messages\ngot  %s\nwant [%s]", got, strings.Join(want, ",\n"))
	}
}

// tool makes a tool of a function and fails the test if that is not possible.
func tool[In, Out any](t testing.TB, name string, call func(context.Context, In) (Out, error)) toolrunner.Tool {
	t.Helper()
	made, err := toolrunner.New(name, "for tests", call)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

type word struct {
	Word string `json:"word"`
}

// echo is a tool that returns its input.
func echo(t testing.TB) toolrunner.Tool {
	return tool(t, "echo", func(_ context.Context, in word) (string, error) { return in.Word, nil })
}

// never is a tool that must not be called.
func never(t *testing.T) toolrunner.Tool {
	return tool(t, "never", func(context.Context, struct{}) (string, error) {
		t.Error("a tool was called that must not be")
		return "", nil
	})
}

// variants run a loop in both ways and return the last message.
func variants(t *testing.T, test func(t *testing.T, run func(context.Context, *toolrunner.Runner) (*api.Message, error))) {
	t.Helper()
	t.Run("whole", func(t *testing.T) {
		test(t, func(ctx context.Context, r *toolrunner.Runner) (*api.Message, error) { return r.Run(ctx) })
	})
	t.Run("streamed", func(t *testing.T) {
		test(t, func(ctx context.Context, r *toolrunner.Runner) (last *api.Message, err error) {
			for stream, err := range r.Streams(ctx) {
				if err != nil {
					return nil, err
				}
				if last, err = stream.Final(); err != nil {
					return nil, err
				}
			}
			return last, nil
		})
	})
}

func mustRun(t *testing.T, r *toolrunner.Runner) *api.Message {
	t.Helper()
	last, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return last
}
