package toolrunner_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parlor/api"
	"parlor/api/toolrunner"
)

// one runs a single call and returns the result the model gets.
func one(t *testing.T, call string, tools ...toolrunner.Tool) (block string, err error) {
	t.Helper()
	variants(t, func(t *testing.T, run runFunc) {
		s := newServer(t, reply("tool_use", call), reply("end_turn", text("done")))
		r := s.runner(tools...)
		r.OnResult = func(got toolrunner.Result) { err = got.Err }
		if _, err := run(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		var messages []struct{ Content []json.RawMessage }
		if err := json.Unmarshal(s.sent()[1]["messages"], &messages); err != nil || len(messages) != 3 || len(messages[2].Content) != 1 {
			t.Fatalf("sent %s, %v", s.sent()[1]["messages"], err)
		}
		block = string(messages[2].Content[0])
	})
	return block, err
}

func TestWhatAFunctionReturns(t *testing.T) {
	type pair struct {
		A string `json:"a"`
		B []int  `json:"b"`
	}
	image := api.NewImageBase64("image/png", []byte("png"))
	tests := []struct {
		name string
		tool toolrunner.Tool
		want string // the content
	}{
		{"text", tool(t, "f", func(context.Context, struct{}) (string, error) { return "a", nil }), `[{"type":"text","text":"a"}]`},
		{"no text", tool(t, "f", func(context.Context, struct{}) (string, error) { return "", nil }), ``},
		{"a block", tool(t, "f", func(context.Context, struct{}) (api.Block, error) { return image, nil }), `[` + string(image.Raw) + `]`},
		{"blocks", tool(t, "f", func(context.Context, struct{}) ([]api.Block, error) {
			return []api.Block{api.NewText(""), api.NewText("see"), image}, nil
		}), `[{"type":"text","text":"see"},` + string(image.Raw) + `]`},
		{"no blocks", tool(t, "f", func(context.Context, struct{}) ([]api.Block, error) { return nil, nil }), ``},
		{"a struct", tool(t, "f", func(context.Context, struct{}) (pair, error) { return pair{"<x>", []int{1}}, nil }), `[{"type":"text","text":"{\"a\":\"<x>\",\"b\":[1]}"}]`},
		{"a pointer", tool(t, "f", func(context.Context, struct{}) (*pair, error) { return nil, nil }), `[{"type":"text","text":"null"}]`},
		{"raw JSON", tool(t, "f", func(context.Context, struct{}) (json.RawMessage, error) { return json.RawMessage(`[1]`), nil }), `[{"type":"text","text":"[1]"}]`},
		{"anything, here text", tool(t, "f", func(context.Context, struct{}) (any, error) { return "a", nil }), `[{"type":"text","text":"a"}]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := one(t, use("toolu_1", "f", `{}`), test.tool)
			want := `{"type":"tool_result","tool_use_id":"toolu_1"}`
			if test.want != "" {
				want = `{"type":"tool_result","tool_use_id":"toolu_1","content":` + test.want + `}`
			}
			if got != want || err != nil {
				t.Errorf("got  %s, %v\nwant %s", got, err, want)
			}
		})
	}
}

// Whatever goes wrong in a tool, the model is told and the run goes on.
func TestWhatTheModelIsToldOfErrors(t *testing.T) {
	fails := func(err error) toolrunner.Tool {
		return tool(t, "f", func(context.Context, struct{}) (string, error) { return "ignored", err })
	}
	does := func(f func()) toolrunner.Tool {
		return tool(t, "f", func(context.Context, struct{}) (string, error) { f(); return "", nil })
	}
	errBroken := errors.New("the printer burns")
	shown := &toolrunner.Error{Content: []api.Block{api.NewText("look:"), api.NewImageBase64("image/png", []byte("p"))}, Err: errBroken}
	var panicked *toolrunner.PanicError
	var unknown *toolrunner.UnknownToolError
	tests := []struct {
		name string
		call string
		tool toolrunner.Tool
		want string           // in the content
		is   func(error) bool // what OnResult gets
	}{
		{"an error", use("toolu_1", "f", `{}`), fails(errBroken), `"Error: the printer burns"`, func(err error) bool { return errors.Is(err, errBroken) }},
		{"an error with blocks", use("toolu_1", "f", `{}`), fails(fmt.Errorf("wrapped: %w", shown)), `[{"type":"text","text":"look:"},{"type":"image"`, func(err error) bool { return errors.Is(err, errBroken) }},
		{"an error without blocks", use("toolu_1", "f", `{}`), fails(&toolrunner.Error{Err: errBroken}), `"Error: the printer burns"`, func(err error) bool { return errors.Is(err, errBroken) }},
		{"a context of the tool's own", use("toolu_1", "f", `{}`), fails(context.DeadlineExceeded), `deadline exceeded`, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
		{"no such tool", use("toolu_1", "x", `{}`), fails(nil), `"Error: Tool 'x' not found"`, func(err error) bool { return errors.As(err, &unknown) && unknown.Name == "x" }},
		{"no such tool, by far", use("toolu_1", strings.Repeat("x", 4000), `{}`), fails(nil), strings.Repeat("x", 200) + `' not found"`, func(err error) bool { return len(err.Error()) < 300 }},
		{"no such tool, to a terminal", use("toolu_1", `\u001b[2J`, `{}`), fails(nil), `"Error: Tool '\\x1b[2J' not found"`, func(err error) bool { return !strings.Contains(err.Error(), "\x1b") }},
		{"a panic", use("toolu_1", "f", `{}`), does(func() { panic("oh no") }), `unexpectedly: oh no`, func(err error) bool {
			return errors.As(err, &panicked) && bytes.Contains(panicked.Stack, []byte("call_test.go"))
		}},
		{"a panic with an error", use("toolu_1", "f", `{}`), does(func() { panic(errBroken) }), `the printer burns`, func(err error) bool { return errors.Is(err, errBroken) }},
		{"the end of a goroutine", use("toolu_1", "f", `{}`), does(runtime.Goexit), `without a result`, func(err error) bool { return errors.As(err, &panicked) && panicked.Value == nil }},
		{"a result that is no JSON", use("toolu_1", "f", `{}`), tool(t, "f", func(context.Context, struct{}) (any, error) { return func() {}, nil }), `cannot be encoded`, nil},
		{"an empty block", use("toolu_1", "f", `{}`), tool(t, "f", func(context.Context, struct{}) (api.Block, error) { return api.Block{}, nil }), `empty block`, nil},
		{"an input with too much", use("toolu_1", "never", `{"a":1}`), never(t), `unexpected additional properties [\"a\"]`, nil},
		{"an input with too little", use("toolu_1", "echo", `{}`), echo(t), `missing properties: [\"word\"]`, nil},
		{"an input of another type", use("toolu_1", "echo", `{"word":3}`), echo(t), `Error: the input does not fit the schema of the tool: at word:`, nil},
		{"an input that is cut", use("toolu_1", "never", `"{\"a\": tru"`), never(t), `Error: the input of the call is not a whole JSON object, so it was not carried out; it begins with \"{\\\"a\\\": tru\"`, func(err error) bool { return errors.Is(err, toolrunner.ErrIncomplete) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := one(t, test.call, test.tool)
			if !strings.Contains(got, test.want) || !strings.HasSuffix(got, `,"is_error":true}`) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if err == nil || test.is != nil && !test.is(err) {
				t.Errorf("OnResult got %v", err)
			}
		})
	}
}

func TestErrorWords(t *testing.T) {
	for want, err := range map[string]error{
		"the tool failed": &toolrunner.Error{},
		"a\nb":            &toolrunner.Error{Content: []api.Block{api.NewText("a"), api.NewText("b")}},
		"inner":           &toolrunner.Error{Content: []api.Block{api.NewText("a")}, Err: errors.New("inner")},
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}

// A tool that a system message took away is as good as unknown, until another
// one gives it back.
func TestToolsTakenAway(t *testing.T) {
	s := newServer(t,
		reply("tool_use", use("toolu_1", "echo", `{"word":"a"}`)),
		reply("tool_use", use("toolu_2", "echo", `{"word":"b"}`)),
		reply("end_turn", text("done")))
	r := s.runner(echo(t))
	r.Request.Messages = append(r.Request.Messages, api.MessageParam{Role: api.RoleSystem, Content: []api.Block{
		api.NewText("no echo"), api.NewToolRemoval(api.ChangedTool{Name: "echo"}), api.NewToolAddition(api.ChangedTool{Name: "echo", ServerName: "s"}),
	}})
	turn := 0
	for m, err := range r.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if turn++; turn == 1 {
			results, err := r.Results(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			next := r.NextRequest()
			next.Messages = append(next.Messages, m.Param(), results, api.MessageParam{Role: api.RoleSystem, Content: []api.Block{
				api.NewToolDefinition(api.CustomTool{Name: "echo"}),
			}})
		}
	}
	last := string(s.sent()[2]["messages"])
	if !strings.Contains(last, failure("toolu_1", "Error: Tool 'echo' not found")) || !strings.Contains(last, result("toolu_2", "b")) {
		t.Errorf("sent %s", last)
	}
}

// gauge counts how many calls run at once.
type gauge struct {
	mu        sync.Mutex
	now, most int
}

func (g *gauge) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now++
	g.most = max(g.most, g.now)
}

func (g *gauge) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now--
}

func calls(name string, n int) []string {
	var blocks []string
	for i := range n {
		blocks = append(blocks, use(fmt.Sprintf("toolu_%d", i), name, fmt.Sprintf(`{"word":"%d"}`, i)))
	}
	return blocks
}

func TestCallsRunAtOnce(t *testing.T) {
	const n = 6
	s := newServer(t, reply("tool_use", calls("meet", n)...), reply("end_turn", text("done")))
	var here sync.WaitGroup
	here.Add(n)
	mustRun(t, s.runner(tool(t, "meet", func(_ context.Context, in word) (string, error) {
		here.Done()
		here.Wait() // for all others
		return in.Word, nil
	})))
	var want []string
	for i := range n {
		want = append(want, result(fmt.Sprintf("toolu_%d", i), fmt.Sprint(i)))
	}
	messagesAre(t, s.sent()[1], hi, message("assistant", calls("meet", n)...), message("user", want...))
}

func TestParallelIsBounded(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 50} {
		s := newServer(t, reply("tool_use", calls("work", 12)...), reply("end_turn", text("done")))
		var g gauge
		r := s.runner(tool(t, "work", func(_ context.Context, in word) (string, error) {
			g.enter()
			defer g.leave()
			for range 50 {
				runtime.Gosched()
			}
			return in.Word, nil
		}))
		r.Parallel = limit
		order := 0
		if limit == 1 {
			r.OnResult = func(got toolrunner.Result) {
				if got.Use.ID != fmt.Sprintf("toolu_%d", order) {
					t.Errorf("call %d is %s", order, got.Use.ID)
				}
				order++
			}
		}
		mustRun(t, r)
		if g.most > limit || g.most == 0 {
			t.Errorf("%d calls at once, allowed are %d", g.most, limit)
		}
	}
}

func TestOnResultIsCalledOneAtATime(t *testing.T) {
	s := newServer(t, reply("tool_use", calls("echo", 20)...), reply("end_turn", text("done")))
	var inside, seen atomic.Int32
	r := s.runner(echo(t))
	r.OnResult = func(got toolrunner.Result) {
		if inside.Add(1) != 1 {
			t.Error("two at once")
		}
		runtime.Gosched()
		if result, ok := got.Block.ToolResult(); !ok || result.ToolUseID != got.Use.ID || got.Err != nil {
			t.Errorf("%+v", got)
		}
		seen.Add(1)
		inside.Add(-1)
	}
	mustRun(t, r)
	if seen.Load() != 20 {
		t.Errorf("%d results", seen.Load())
	}
}

// The actions on a computer happen in their order, and stop after a failure;
// the calls of other tools, and of other toolsets, do not mind.
func TestToolsets(t *testing.T) {
	var mu sync.Mutex
	var did []string
	var g gauge
	act := func(_ context.Context, use api.ToolUse) ([]api.Block, error) {
		g.enter()
		defer g.leave()
		runtime.Gosched()
		mu.Lock()
		defer mu.Unlock()
		did = append(did, use.Name)
		if use.Name == "zoom" {
			return nil, &toolrunner.Error{Content: []api.Block{api.NewText("too small")}}
		}
		return []api.Block{api.NewText("ok")}, nil
	}
	computer, err := toolrunner.Handle(api.ComputerToolset{}, act)
	if err != nil {
		t.Fatal(err)
	}
	browser, err := toolrunner.Handle(api.BrowserToolset{}, func(context.Context, api.ToolUse) ([]api.Block, error) {
		return []api.Block{api.NewText("page")}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	turn := []string{
		member("t1", "computer", "key"), member("t2", "browser", "navigate"), member("t3", "computer", "zoom"),
		use("t4", "echo", `{"word":"w"}`), member("t5", "computer", "left_click"), member("t6", "browser", "find"), member("t7", "phone", "call"),
		member("t8", "computer", "type"),
	}
	s := newServer(t, reply("tool_use", turn...), reply("end_turn", text("done")))
	mustRun(t, s.runner(echo(t), computer, browser))
	in := func(toolset, block string) string {
		return strings.TrimSuffix(block, "}") + `,"toolset_name":"` + toolset + `"}`
	}
	skipped := "Error: not carried out, because an earlier call of this turn failed"
	messagesAre(t, s.sent()[1], hi, message("assistant", turn...), message("user",
		in("computer", result("t1", "ok")), in("browser", result("t2", "page")), in("computer", failure("t3", "too small")), result("t4", "w"),
		in("computer", failure("t5", skipped)), in("browser", result("t6", "page")), in("phone", failure("t7", "Error: Tool 'call' not found")),
		in("computer", failure("t8", skipped))))
	if got := strings.Join(did, " "); got != "key zoom" || g.most != 1 {
		t.Errorf("did %q, %d at once", got, g.most)
	}
	const tools = `{"type":"computer_toolset_20260801"},{"type":"browser_toolset_20260801"}]`
	if !strings.HasSuffix(string(s.sent()[0]["tools"]), tools) {
		t.Errorf("tools %s", s.sent()[0]["tools"])
	}
}

// Calls of a tool with a state keep their order, and all happen.
func TestSequentialTools(t *testing.T) {
	var did []string // without a lock: the race detector would see two at once
	bash, err := toolrunner.Handle(api.BashTool{}, func(_ context.Context, use api.ToolUse) ([]api.Block, error) {
		var in api.BashInput
		if err := use.Into(&in); err != nil {
			return nil, err
		}
		did = append(did, in.Command)
		if in.Command == "1" {
			return nil, errors.New("exit status 1")
		}
		return []api.Block{api.NewText(in.Command)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var turn []string
	for i := range 10 {
		turn = append(turn, use(fmt.Sprintf("t%d", i), "bash", fmt.Sprintf(`{"command":"%d"}`, i)))
	}
	s := newServer(t, reply("tool_use", turn...), reply("end_turn", text("done")))
	mustRun(t, s.runner(bash))
	if got := strings.Join(did, ""); got != "0123456789" {
		t.Errorf("did %s", got)
	}
	if got := string(s.sent()[1]["messages"]); !strings.Contains(got, failure("t1", "Error: exit status 1")) || !strings.Contains(got, result("t2", "2")) {
		t.Errorf("sent %s", got)
	}
}

func TestHandle(t *testing.T) {
	names := map[string]api.Tool{
		"bash": api.BashTool{}, "str_replace_based_edit_tool": api.TextEditorTool{}, "str_replace_editor": api.TextEditorTool{Type: api.TextEditor20250124},
		"memory": api.MemoryTool{}, "computer": api.ComputerToolset{}, "browser": api.BrowserToolset{}, "mine": api.CustomTool{Name: "mine"},
		"new": api.RawTool(`{"type":"new_20270101","name":"new"}`),
	}
	nothing := func(context.Context, api.ToolUse) ([]api.Block, error) { return nil, nil }
	for want, definition := range names {
		made, err := toolrunner.Handle(definition, nothing)
		if err != nil || made.Name() != want {
			t.Errorf("%v: %v, want %s", err, made, want)
		}
		sequential, ok := made.(toolrunner.Sequential)
		if !ok || sequential.Sequential() != (want != "mine") {
			t.Errorf("%s: sequential is wrong", want)
		}
	}
	if made, err := toolrunner.Handle(api.BashTool{}, nil); err == nil {
		t.Errorf("%v was made of no function", made)
	}
	for _, definition := range []api.Tool{nil, (*api.BashTool)(nil), api.RawTool(`{`), api.RawTool(`{"type":3}`), api.RawTool(`{"type":"mcp_toolset","mcp_server_name":"s"}`)} {
		if made, err := toolrunner.Handle(definition, nothing); err == nil {
			t.Errorf("%v was made of %v", made, definition)
		}
	}
}

// A definition that the request has already, or that a tool does not want to
// give, is not added.
func TestDefinitionsOfTheRequest(t *testing.T) {
	s := newServer(t, reply("end_turn", text("done")))
	r := s.runner(echo(t), silent{})
	r.Request.Tools = []api.Tool{api.RawTool(`{"name":"echo","input_schema":{"type":"object"},"defer_loading":true}`)}
	mustRun(t, r)
	if got := string(s.sent()[0]["tools"]); got != `[{"name":"echo","input_schema":{"type":"object"},"defer_loading":true}]` {
		t.Errorf("tools %s", got)
	}
}

type silent struct{}

func (silent) Name() string         { return "silent" }
func (silent) Definition() api.Tool { return nil }
func (silent) Call(context.Context, api.ToolUse) ([]api.Block, error) {
	return nil, nil
}

func TestNewRefuses(t *testing.T) {
	str := func(context.Context, string) (string, error) { return "", nil }
	if _, err := toolrunner.New("f", "", str); err == nil || !strings.Contains(err.Error(), "object") {
		t.Errorf("an input that is no object: %v", err)
	}
	type loop struct{ Next []loop }
	if _, err := toolrunner.New("f", "", func(context.Context, loop) (string, error) { return "", nil }); err == nil {
		t.Error("an input that contains itself")
	}
	for _, name := range []string{"", "a b", "a.b", "ü", strings.Repeat("x", 129)} {
		if _, err := toolrunner.New(name, "", func(context.Context, word) (string, error) { return "", nil }); err == nil {
			t.Errorf("name %q", name)
		}
	}
	if _, err := toolrunner.New[word, string]("f", "", nil); err == nil || !strings.Contains(err.Error(), "function") {
		t.Errorf("no function: %v", err)
	}
}

func TestSettingsOfAFunction(t *testing.T) {
	f, err := toolrunner.New("f", "does", func(context.Context, *word) (string, error) { return "", nil })
	if err != nil {
		t.Fatal(err)
	}
	strict := true
	f.Tool.Strict, f.Tool.CacheControl = &strict, &api.CacheControl{}
	raw, err := f.Definition().MarshalJSON()
	if err != nil || !bytes.HasSuffix(raw, []byte(`"strict":true,"cache_control":{"type":"ephemeral"}}`)) {
		t.Errorf("%s, %v", raw, err)
	}
}
