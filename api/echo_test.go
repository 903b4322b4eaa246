package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"parlor/api"
)

func TestEchoBlocks(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"text stays as it is", `{"type":"text","text":"a", "citations":null}`, `{"type":"text","text":"a", "citations":null}`},
		{"empty text is refused by the API", `{"type":"text","text":""}`, ``},
		{
			"file_id exists in answers only",
			`{"type":"text","text":"a","citations":[{"type":"char_location","file_id":"f","cited_text":"<x>","n":1.0},{"y":2}]}`,
			`{"type":"text","text":"a","citations":[{"type":"char_location","cited_text":"<x>","n":1.0},{"y":2}]}`,
		},
		{"the word file_id in a text", `{"type":"text","text":"\"file_id\" it is"}`, `{"type":"text","text":"\"file_id\" it is"}`},
		{"signed thinking stays", `{"type":"thinking","thinking":"","signature":"s"}`, `{"type":"thinking","thinking":"","signature":"s"}`},
		{"unsigned thinking goes", `{"type":"thinking","thinking":"hm"}`, ``},
		{"redacted thinking stays", `{"type":"redacted_thinking","data":"x"}`, `{"type":"redacted_thinking","data":"x"}`},
		{"a tool call stays", `{"type":"tool_use","id":"t","input":{"b":1.0,"a":2},"name":"f"}`, `{"type":"tool_use","id":"t","input":{"b":1.0,"a":2},"name":"f"}`},
		{"a cut tool call is emptied", `{"type":"tool_use","id":"t","input":"{\"a","name":"f"}`, `{"type":"tool_use","id":"t","input":{},"name":"f"}`},
		{"a call without input gets one", `{"type":"server_tool_use","id":"t","name":"f"}`, `{"type":"server_tool_use","id":"t","name":"f","input":{}}`},
		{
			"results of tools at the vendor stay",
			`{"type":"web_search_tool_result","tool_use_id":"s","content":[{"file_id":"f"}],"caller":null}`,
			`{"type":"web_search_tool_result","tool_use_id":"s","content":[{"file_id":"f"}],"caller":null}`,
		},
		{"a fallback block goes", `{"type":"fallback","from":{"model":"a"},"to":{"model":"b"}}`, ``},
		{"the unknown stays", `{"type":"hologram","x":null}`, `{"type":"hologram","x":null}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			for _, b := range api.EchoBlocks([]api.Block{block(t, c.in)}) {
				got += string(b.Raw)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestEchoAfterAModelDeclined(t *testing.T) {
	hop := `{"type":"fallback","from":{"model":"a"},"to":{"model":"b"}}`
	search := func(id string) string {
		return `{"type":"server_tool_use","id":"` + id + `","name":"web_search","input":{}}`
	}
	found := `{"type":"web_search_tool_result","tool_use_id":"s1","content":[]}`
	thinking, call := `{"type":"thinking","thinking":"h","signature":"s"}`, `{"type":"tool_use","id":"t","name":"f","input":{}}`
	redacted, connector := `{"type":"redacted_thinking","data":"x"}`, `{"type":"connector_text","text":"x"}`
	text := `{"type":"text","text":"a"}`
	for _, c := range []struct {
		name     string
		in, want []string
	}{
		{"nobody declined", []string{thinking, redacted, connector, text, call}, []string{thinking, redacted, connector, text, call}},
		{"the thoughts and calls of who declined go", []string{thinking, redacted, connector, text, call, hop, thinking, text, call}, []string{text, thinking, text, call}},
		{"a paired search stays", []string{search("s1"), found, search("s2"), hop, text}, []string{search("s1"), found, text}},
		{"a search that paused stays", []string{text, hop, search("s3")}, []string{text, search("s3")}},
		{"the last hop decides", []string{text, hop, thinking, text, hop, thinking, text}, []string{text, text, thinking, text}},
		{"declined before a word", []string{hop, text}, []string{text}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var m api.Message
			if err := m.UnmarshalJSON([]byte(`{"content":[` + strings.Join(c.in, ",") + `]}`)); err != nil {
				t.Fatal(err)
			}
			got, err := m.Param().MarshalJSON()
			if want := `{"role":"assistant","content":[` + strings.Join(c.want, ",") + `]}`; err != nil || string(got) != want {
				t.Errorf("%v\n got %s\nwant %s", err, got, want)
			}
			if len(m.Content) != len(c.in) || string(m.Content[0].Raw) != c.in[0] {
				t.Error("the message itself must stay whole")
			}
		})
	}
}

// echoed is the body of a request that sends the answer back.
func echoed(t *testing.T, raw []byte) []byte {
	t.Helper()
	var m api.Message
	if err := m.UnmarshalJSON(raw); err != nil {
		t.Fatal(err)
	}
	request := hello()
	request.Messages = append(request.Messages, m.Param())
	body, err := request.MarshalJSON()
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	before, _ := hello().MarshalJSON()
	content := bytes.TrimPrefix(body, append(bytes.TrimSuffix(before, []byte("]}")), `,{"role":"assistant","content":`...))
	return bytes.TrimSuffix(content, []byte("}]}"))
}

// tokens are the JSON tokens of raw, verbatim, in their order.
func tokens(t *testing.T, raw []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, raw); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	return out.String()
}

// parsed reads a block without this package.
func parsed(raw json.RawMessage) (object map[string]json.RawMessage, kind string) {
	_ = json.Unmarshal(raw, &object)
	return object, stringOf(object["type"])
}

// isNumber is for numbers that no Go number holds.
func isNumber(raw json.RawMessage) bool {
	return len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9')
}

func stringOf(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s)
	return s
}

// expect says what the table of EchoBlocks does to a block of an answer, judged
// from the bytes alone.
func expect(raw json.RawMessage, declined bool, resolved map[string]bool) (changed, dropped bool) {
	b, kind := parsed(raw)
	input := bytes.TrimSpace(b["input"])
	changed = strings.HasSuffix(kind, "tool_use") && (len(input) == 0 || input[0] != '{')
	switch kind {
	case "text":
		var text any
		_ = json.Unmarshal(b["text"], &text)
		_, list := text.([]any)
		_, object := text.(map[string]any)
		return bytes.Contains(raw, []byte(`"file_id"`)), text == nil && !isNumber(b["text"]) || text == "" || list || object
	case "thinking":
		return false, declined || stringOf(b["signature"]) == ""
	case "server_tool_use":
		return changed, declined && !resolved[stringOf(b["id"])]
	case "tool_use":
		return changed, declined
	case "mcp_tool_use":
		return changed, false
	case "redacted_thinking", "connector_text":
		return false, declined
	case "fallback":
		return false, true
	}
	return false, false
}

// others are the members of a block that its type does not allow to change.
func others(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	b, kind := parsed(raw)
	if delete(b, "input"); kind == "text" {
		delete(b, "citations")
	}
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(b)) {
		fmt.Fprintf(&out, "%q:%s,", key, tokens(t, b[key]))
	}
	return out.String()
}

// checkEcho holds what EchoBlocks promises: the same tokens, but for its table.
func checkEcho(t *testing.T, raw []byte) {
	t.Helper()
	var message map[string]json.RawMessage
	var content, echo []json.RawMessage
	if json.Unmarshal(raw, &message) != nil || json.Unmarshal(message["content"], &content) != nil {
		return
	}
	if err := json.Unmarshal(echoed(t, raw), &echo); err != nil {
		t.Fatal(err)
	}
	last, resolved := -1, map[string]bool{}
	for i, b := range content {
		object, kind := parsed(b)
		if kind == "fallback" {
			last = i
		}
		if strings.HasSuffix(kind, "_tool_result") {
			resolved[stringOf(object["tool_use_id"])] = true
		}
	}
	for i, b := range content {
		if b[0] != '{' {
			continue // no block
		}
		changed, dropped := expect(b, i < last, resolved)
		switch {
		case dropped:
			continue
		case len(echo) == 0, !changed && tokens(t, echo[0]) != tokens(t, b), changed && others(t, echo[0]) != others(t, b):
			t.Fatalf("block %d of %s\nis lost or changed: %s", i, raw, echo)
		}
		echo = echo[1:]
	}
	if len(echo) != 0 {
		t.Fatalf("%s\nhas too much in its echo: %s", raw, echo)
	}
}

func TestEchoKeepsEveryToken(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		checkEcho(t, randomAnswer(random))
	}
}

// randomAnswer is an answer of blocks known and unknown, written in odd ways.
func randomAnswer(random *rand.Rand) []byte {
	kinds := []string{
		"text", "text", "thinking", "redacted_thinking", "tool_use", "server_tool_use", "web_search_tool_result",
		"code_execution_tool_result", "mcp_tool_use", "mcp_tool_result", "compaction", "container_upload", "fallback", "hologram",
	}
	values := []string{
		`null`, `1.0`, `1e400`, `12345678901234567890`, `-0`, `"a\u00e9\ud83d\ude00<&>"`, `"\/"`, `"é "`, `[]`, `{}`, `true`, `""`,
		`{"b": 1 ,"a":[{"z":null}]}`, `[{"type":"char_location","file_id":"f","x":1.50}]`,
	}
	keys := []string{"text", "thinking", "signature", "data", "input", "id", "citations", "content", "caller", "tool_use_id", "é", "x"}
	var content []string
	for range random.IntN(6) {
		members := []string{fmt.Sprintf(`"type":%q`, kinds[random.IntN(len(kinds))])}
		for range random.IntN(6) {
			members = append(members, fmt.Sprintf("%q :%s", keys[random.IntN(len(keys))], values[random.IntN(len(values))]))
		}
		random.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		content = append(content, "{"+strings.Join(members, ", ")+"}")
	}
	return []byte(`{"id":"m","content":[` + strings.Join(content, ",\n") + `]}`)
}

// FuzzEcho holds that an answer goes back with the same tokens.
func FuzzEcho(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		f.Add(randomAnswer(random))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) == nil && object != nil {
			checkEcho(t, raw)
		}
	})
}
