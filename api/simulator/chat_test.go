package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parlor/api/simulator"
)

func TestItRemembersWhatTheConversationSays(t *testing.T) {
	tests := []struct{ name, told, ask, want string }{
		{"name", "My name is Alice", "What is my name?", "Alice"},
		{"name in a sentence", "Hello, my name is Ngozi Okafor and I like tea", "do you remember my name?", "Ngozi Okafor"},
		{"I am", "Hi, I'm Bob", "Who am I?", "Bob"},
		{"German", "Ich heiße Jürgen", "Wie heiße ich?", "Jürgen"},
		{"Chinese", "我叫小明。", "我叫什么？", "小明"},
		{"fact", "My favourite colour is green", "What is my favorite colour?", "green"},
		{"note", "Remember that the launch is on Tuesday", "What did I ask you to remember?", "launch is on Tuesday"},
		{"first", "The rain in Spain", "What did I say first?", "The rain in Spain"},
		{"last", "The rain in Spain", "What was my last message?", "The rain in Spain"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := fresh(simulator.Options{})
			first := say(t, s, sonnet46, "", tt.told).text()
			// A new simulator knows only what the request says.
			got := say(t, fresh(simulator.Options{}), sonnet46, "", tt.told, first, tt.ask).text()
			if !strings.Contains(got, tt.want) {
				t.Errorf("%q got %q", tt.ask, got)
			}
		})
	}
	if got := say(t, fresh(simulator.Options{}), sonnet46, "", "What is my name?").text(); !strings.Contains(got, "not told me") {
		t.Errorf("made up a name: %q", got)
	}
}

func TestItTakesUpTheUsersWords(t *testing.T) {
	got := say(t, fresh(simulator.Options{}), sonnet46, "", "Please tell me about quantum chess openings").text()
	if !strings.Contains(got, "quantum chess openings") {
		t.Errorf("got %.200q", got)
	}
}

func TestWordsChooseTheReply(t *testing.T) {
	for prompt, want := range map[string]string{
		"Go code please": "```go", "some Rust": "```rust", "a Python script": "```python", "an SQL query": "```sql",
		"a shell pipeline": "```sh", "TypeScript unions": "```typescript", "a code review": "```diff", "show me JSON": "```json",
		"a table": "|---", "a task list": "- [x]", "日本語で": "吾輩は猫である", "emoji": "👨‍👩‍👧‍👦", "arabic": "مرحبًا",
		"a letter": "> >", "links": "](http", "math": "∎", "a haiku": "> Green", "17 * 3": "**51**", "capital of France": "Paris",
		"say cheese": "cheese", "show my settings": "| model |", "who are you?": "simulator", "all of markdown": "###### Heading six",
	} {
		if got := say(t, fresh(simulator.Options{}), sonnet46, "", prompt).text(); !strings.Contains(got, want) {
			t.Errorf("%q got %.300q, want %q in it", prompt, got, want)
		}
	}
}

func TestChattingIsVaried(t *testing.T) {
	s := fresh(simulator.Options{})
	seen := map[string]bool{}
	for range 10 {
		seen[say(t, s, sonnet46, "", "Tell me something").text()] = true
	}
	if len(seen) < 7 {
		t.Errorf("ten answers to the same question, %d of them different", len(seen))
	}
	var turns []string
	for _, prompt := range []string{"one thing", "another thing", "a third thing", "a fourth thing"} {
		turns = append(turns, prompt)
		text := say(t, s, sonnet46, "", turns...).text()
		heading := text[strings.Index(text, "\n#"):]
		for _, old := range turns {
			if strings.Contains(old, heading[:30]) {
				t.Errorf("%q said twice in a conversation", heading[:30])
			}
		}
		turns = append(turns, text)
	}
}

func TestLongIsLong(t *testing.T) {
	m := say(t, fresh(simulator.Options{}), sonnet46, "", "long")
	if m.Usage.Output < 3000 || m.StopReason != "end_turn" {
		t.Errorf("%d tokens, %s", m.Usage.Output, m.StopReason)
	}
}

func TestTheSystemPromptShows(t *testing.T) {
	s := fresh(simulator.Options{})
	plain := say(t, s, sonnet46, "", "a table").text()
	for system, want := range map[string]string{
		"You are a pirate.":                          "Arr",
		"You are a grumpy librarian, retired":        "a grumpy librarian",
		"Start every reply with “Ahem.”":             "Ahem.",
		"Please end each answer with 'over and out'": "over and out",
		"Prefer the metric system":                   "metric system",
		"write in capital letters":                   "TABLES",
	} {
		raw, _ := json.Marshal(system)
		if got := say(t, s, sonnet46, `,"system":`+string(raw), "a table").text(); !strings.Contains(got, want) {
			t.Errorf("%q got %.200q", system, got)
		}
	}
	if got := say(t, s, sonnet46, `,"system":"Be brief."`, "a table").text(); len(got) > len(plain)/5 || got == "" {
		t.Errorf("brief is %d bytes of %d", len(got), len(plain))
	}
}

func TestTitles(t *testing.T) {
	s := fresh(simulator.Options{})
	for _, tt := range []struct{ system, prompt, want string }{
		{"Write a short title for this conversation.", "What is the capital of France?", "Capital of France"},
		{"", "Give this conversation a short title.\n\nUser: How do I bake bread?\nAssistant: With patience.", "Bake bread"},
		{"You write titles.", "title please:\n\n<conversation>\nMy name is Alice\n</conversation>", "Meeting Alice"},
	} {
		raw, _ := json.Marshal(tt.system)
		m := say(t, s, "claude-haiku-5-5", `,"max_tokens":60,"system":`+string(raw), tt.prompt)
		if m.text() != tt.want || len(m.Content) != 1 {
			t.Errorf("%q: got %q", tt.prompt, m.text())
		}
	}
	schema := `,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"title":{"type":"string"},"new":{"type":"boolean"}},"additionalProperties":false}}}`
	if got := say(t, s, sonnet46, schema, "How do I bake bread?").text(); got != `{"new":true,"title":"Bake bread"}` {
		t.Errorf("got %s", got)
	}
}

func TestContinue(t *testing.T) {
	s := fresh(simulator.Options{})
	whole := say(t, s, haiku45, "", "a shell pipeline").text()
	cutAt := len(whole) / 2
	for whole[cutAt-1] == ' ' || whole[cutAt-1] == '\n' {
		cutAt--
	}
	prefilled := say(t, s, haiku45, "", "a shell pipeline", whole[:cutAt]).text()
	if whole[:cutAt]+prefilled != whole {
		t.Errorf("prefilled: went on with %.60q", prefilled)
	}
	short := say(t, s, sonnet46, `,"max_tokens":100`, "tell me a story").text()
	more := say(t, s, sonnet46, `,"max_tokens":100`, "tell me a story", short, "Continue").text()
	rest := say(t, s, sonnet46, "", "tell me a story", short, "Continue", more, "Please continue where you left off.").text()
	for _, want := range []string{"# The Lighthouse That Answered Back", "eleven turns", "a spare coat."} {
		if !strings.Contains(short+more+rest, want) {
			t.Errorf("no %q in the pieces", want)
		}
	}
}

func TestThinking(t *testing.T) {
	s := fresh(simulator.Options{})
	m := say(t, s, sonnet46, `,"thinking":{"type":"adaptive"}`, "explain the tides of Skerrow Point")
	if m.Content[0].Type != "thinking" || !strings.Contains(m.Content[0].Thinking, "tides of Skerrow Point") || m.Content[0].Signature == "" {
		t.Errorf("thought %+v", m.Content[0])
	}
	if m.Usage.Details.Thinking == 0 || m.Usage.Details.Thinking >= m.Usage.Output {
		t.Errorf("%d thinking tokens of %d", m.Usage.Details.Thinking, m.Usage.Output)
	}
	omitted := say(t, s, opus55, "", "explain the tides of Skerrow Point")
	if c := omitted.Content[0]; c.Type != "thinking" || c.Thinking != "" || c.Signature == "" {
		t.Errorf("Opus 5.5 shows %+v", c)
	}
	shown := say(t, s, opus55, `,"thinking":{"type":"adaptive","display":"summarized"}`, "explain the tides of Skerrow Point")
	if shown.Content[0].Thinking == "" {
		t.Error("summarized thinking is empty")
	}
	if off := say(t, s, sonnet46, "", "explain the tides"); off.Content[0].Type != "text" {
		t.Errorf("thought unasked: %+v", off.Content[0])
	}
	if hello := say(t, s, opus55, "", "hello"); hello.Content[0].Type != "text" {
		t.Error("thought about a greeting")
	}
	low := say(t, s, opus55, `,"output_config":{"effort":"low"}`, "explain the tides")
	most := say(t, s, opus55, `,"output_config":{"effort":"max"}`, "explain the tides")
	if low.Usage.Details.Thinking*2 > most.Usage.Details.Thinking {
		t.Errorf("low effort %d tokens, max %d", low.Usage.Details.Thinking, most.Usage.Details.Thinking)
	}
}

func TestThinkingComesBackAsItWas(t *testing.T) {
	s := fresh(simulator.Options{})
	first := do(s, request("POST", "/v1/messages", body(opus55, `,"thinking":{"type":"adaptive","display":"summarized"}`, "explain tides")))
	var answer struct{ Content json.RawMessage }
	if err := json.Unmarshal(first.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	echo := func(model, content string) int {
		return post(fresh(simulator.Options{}), talk(model, `[{"role":"user","content":"explain tides"},{"role":"assistant","content":`+content+`},{"role":"user","content":"thanks"}]`)).Code
	}
	if got := echo(opus55, string(answer.Content)); got != 200 {
		t.Errorf("unchanged thinking got %d", got)
	}
	if got := echo(opus55, strings.Replace(string(answer.Content), "The user", "the user", 1)); got != 400 {
		t.Errorf("changed thinking got %d", got)
	}
	if got := echo("claude-sonnet-5-5", string(answer.Content)); got != 400 {
		t.Errorf("another model's thinking got %d", got)
	}
	if got := echo(sonnet46, string(answer.Content)); got != 200 {
		t.Errorf("a model without binding said %d", got)
	}
}

func TestTroubleOnDemand(t *testing.T) {
	s := fresh(simulator.Options{})
	m := say(t, s, sonnet46, "", "Please refuse this.")
	if m.StopReason != "refusal" || len(m.Content) != 0 || !strings.Contains(string(m.StopDetails), `"category"`) {
		t.Errorf("refusal: %+v", m)
	}
	if m = say(t, s, sonnet46, "", "refuse midway"); m.StopReason != "refusal" || m.text() == "" {
		t.Errorf("refusal midway: %s %q", m.StopReason, m.text())
	}
	for round := range 2 {
		w := post(s, stream("", "overload"))
		if w.Code != 529 || w.Header().Get("retry-after") != "1" || decode[envelope](t, w).Error.Type != "overloaded_error" {
			t.Errorf("round %d: first attempt %d", round, w.Code)
		}
		if w := post(s, stream("", "overload")); w.Code != 200 {
			t.Errorf("round %d: second attempt %d", round, w.Code)
		}
	}
	list := events(t, post(s, stream("", "break midway")).Body.Bytes())
	if last := list[len(list)-1]; last.name != "error" || len(streamed(list)) < 100 {
		t.Errorf("broke with %v after %d bytes", last, len(streamed(list)))
	}
	list = events(t, post(s, stream("", "cut midway")).Body.Bytes())
	if last := list[len(list)-1]; last.name != "content_block_delta" {
		t.Errorf("cut ended with %v", last)
	}
}

// TestOnlyTheLastMessageIsAnswered sends what is left of a conversation when an
// answer was declined or failed: two messages of the user in a row.
func TestOnlyTheLastMessageIsAnswered(t *testing.T) {
	for _, unanswered := range []string{"Refuse this", "break midway", "overload"} {
		got := post(fresh(simulator.Options{}), `{"model":"`+sonnet46+`","max_tokens":1000,"messages":[
			{"role":"user","content":"My name is Alice"},{"role":"assistant","content":"Hello, Alice."},
			{"role":"user","content":"`+unanswered+`"},{"role":"user","content":"What is my name?"}]}`)
		m := decode[message](t, got)
		if got.Code != 200 || m.StopReason != "end_turn" || !strings.Contains(m.text(), "Alice") {
			t.Errorf("after %q: %d %s", unanswered, got.Code, got.Body)
		}
	}
}
