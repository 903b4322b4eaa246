package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parlor/api/simulator"
)

func TestCompactionOnDemand(t *testing.T) {
	beta := betas("compact-2026-09-04")
	compact := `,"compaction":{"type":"summarize","instructions":"Be brief."}`
	s := fresh(simulator.Options{})
	w := post(s, body(opus55, compact, "My name is Ada", "Hello Ada", "My favourite colour is teal"), beta)
	m := decode[object](t, w)
	content := m["content"].([]any)
	usage := m["usage"].(object)
	if len(content) != 1 || m["stop_reason"] != "compaction" || usage["input_tokens"] != 0.0 || usage["output_tokens"] != 0.0 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if ran := usage["iterations"].([]any); len(ran) != 1 || ran[0].(object)["type"] != "compaction" || ran[0].(object)["output_tokens"] == 0.0 {
		t.Errorf("iterations %v", ran)
	}
	block := content[0].(object)
	if block["signature"] == "" || block["encrypted_content"] == "" || len(block["tool_changes"].([]any)) != 0 {
		t.Errorf("block %v", block)
	}
	with := func(blocks ...any) string {
		raw, _ := json.Marshal([]any{object{"role": "assistant", "content": blocks}, object{"role": "user", "content": "What is my name?"}})
		return asking(opus55, "", string(raw))
	}
	// The block stands for the conversation, at a simulator that has never seen it.
	if got := decode[message](t, post(fresh(simulator.Options{}), with(block), beta)).text(); !strings.Contains(got, "Ada") {
		t.Errorf("remembers %q", got)
	}
	alone, _ := json.Marshal([]any{object{"role": "assistant", "content": content}})
	if w := post(fresh(simulator.Options{}), asking(opus55, "", string(alone)), beta); w.Code != 200 {
		t.Errorf("the block alone: %d %s", w.Code, w.Body)
	}
	change := func(field string, value any) object {
		changed := object{}
		for name, v := range block {
			changed[name] = v
		}
		changed[field] = value
		return changed
	}
	text := object{"type": "text", "text": "x"}
	for name, tt := range map[string]struct{ body, code string }{
		"changed content":      {with(change("content", "Something else.")), "compaction_content_mismatch"},
		"changed signature":    {with(change("signature", "c2ln")), "compaction_signature_invalid"},
		"no signature":         {with(change("signature", nil)), "compaction_signature_invalid"},
		"changed tools":        {with(change("tool_changes", []any{object{"type": "tool_removal", "tool": object{"type": "tool_reference", "name": "f"}}})), "compaction_tool_changes_mismatch"},
		"not the first":        {asking(opus55, "", `[{"role":"user","content":"x"},{"role":"assistant","content":[`+string(must(block))+`]},{"role":"user","content":"y"}]`), "compaction_block_misplaced"},
		"two of them":          {with(block, text), ""},
		"in a system message":  {asking(opus55, "", `[{"role":"user","content":"x"},{"role":"system","content":[`+string(must(block))+`]}]`), "compaction_block_misplaced"},
		"nothing to summarize": {asking(opus55, compact, string(alone)), "compaction_nothing_to_summarize"},
		"an open call":         {asking(opus55, compact, `[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]}]`), "compaction_incomplete_turn"},
		"a paused turn":        {asking(opus55, compact, `[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"server_tool_use","id":"t","name":"web_search","input":{}}]}]`), "compaction_incomplete_turn"},
	} {
		w := post(fresh(simulator.Options{}), tt.body, beta)
		var e struct {
			Error struct {
				Details struct {
					Code string `json:"error_code"`
				}
			}
		}
		_ = json.Unmarshal(w.Body.Bytes(), &e)
		if e.Error.Details.Code != tt.code || (w.Code == 200) != (tt.code == "") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	taken(t, s, []rule{
		{name: "a conversation that is answered", body: body(opus55, compact, "x", "y"), header: []string{beta}},
		{name: "counting", body: asking(opus55, compact, `[{"role":"user","content":"x"}]`), header: []string{beta}},
	})
	both := []string{betas("compact-2026-09-04", "compact-2026-01-12")}
	edit := `,"context_management":{"edits":[{"type":"compact_20260112"}]}`
	holds(t, []rule{
		{"with edits", hi(opus55, compact+edit), both, "cannot be combined with context_management"},
		{"with stop sequences", hi(opus55, compact+`,"stop_sequences":["x"]`), both, "stop_sequences"},
		{"with a format", hi(opus55, compact+`,"output_config":{"format":`+city+`}`), both, "output_config.format"},
		{"with a forced tool", hi(sonnet46, compact+tools(weather)+`,"tool_choice":{"type":"any"}`), both, "forces tool use"},
		{"its block with the edit", strings.Replace(with(block), `"messages"`, edit[1:]+`,"messages"`, 1), both, "signed compaction block"},
		{"type", hi(opus55, `,"compaction":{"type":"shred"}`), both, "'summarize'"},
		{"old model", hi(haiku45, compact), both, "not supported on this model"},
		{"without beta", hi(opus55, compact), nil, "compaction: Extra inputs"},
		{"empty content", with(change("content", "")), both, "at least 1 character"},
	})
}

func must(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

func TestCompactionAtAThreshold(t *testing.T) {
	beta := betas("compact-2026-01-12")
	edit := func(more string) string {
		return `,"context_management":{"edits":[{"type":"compact_20260112","trigger":{"type":"input_tokens","value":50000}` + more + `}]}`
	}
	long := `My name is Ada. ` + strings.Repeat("All of this is told at length. ", 10_000)
	ask := func(more, messages string) object {
		t.Helper()
		w := post(fresh(simulator.Options{}), asking(opus55, edit(more), messages), beta)
		if w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return decode[object](t, w)
	}
	history := `{"role":"user","content":"` + long + `"},{"role":"assistant","content":"I see."},{"role":"user","content":"a table"}`
	m := ask("", "["+history+"]")
	content, usage := m["content"].([]any), m["usage"].(object)
	if content[0].(object)["type"] != "compaction" || len(content) < 2 || m["stop_reason"] != "end_turn" {
		t.Fatalf("%v with %d blocks", m["stop_reason"], len(content))
	}
	rounds := usage["iterations"].([]any)
	if rounds[0].(object)["type"] != "compaction" || rounds[0].(object)["input_tokens"].(float64) < 50_000 || usage["input_tokens"].(float64) > 5_000 {
		t.Errorf("usage %v", usage)
	}
	// The prompt is short from now on, and still known.
	next := ask("", "["+history+`,{"role":"assistant","content":`+string(must(content))+`},{"role":"user","content":"What is my name?"}]`)
	if next["usage"].(object)["input_tokens"].(float64) > 5_000 || !strings.Contains(string(must(next["content"])), "Ada") {
		t.Errorf("went on with %v", next)
	}
	paused := ask(`,"pause_after_compaction":true`, "["+history+"]")
	if paused["stop_reason"] != "compaction" || len(paused["content"].([]any)) != 1 {
		t.Errorf("paused: %v", paused)
	}
	resumed := ask(`,"pause_after_compaction":true`, "["+history+`,{"role":"assistant","content":`+string(must(paused["content"]))+`}]`)
	if resumed["stop_reason"] != "end_turn" || !strings.Contains(string(must(resumed["content"])), "|---") {
		t.Errorf("resumed: %v", resumed["stop_reason"])
	}
	short := ask("", `[{"role":"user","content":"hello"}]`)
	if short["content"].([]any)[0].(object)["type"] == "compaction" {
		t.Error("compacted a short conversation")
	}
	// A compaction that failed stands for nothing.
	failed := ask("", `[{"role":"user","content":"My name is Ada"},{"role":"assistant","content":[{"type":"compaction","content":null},{"type":"text","text":"Hi"}]},{"role":"user","content":"What is my name?"}]`)
	if !strings.Contains(string(must(failed["content"])), "Ada") {
		t.Errorf("after a failed compaction: %v", failed["content"])
	}
	holds(t, []rule{
		{"small trigger", hi(opus55, `,"context_management":{"edits":[{"type":"compact_20260112","trigger":{"type":"input_tokens","value":100}}]}`), []string{beta}, "greater than or equal to 50000"},
		{"old model", hi(haiku45, edit("")), []string{beta}, "not supported on this model"},
		{"of another beta", hi(opus55, edit("")), []string{betas("context-management-2025-06-27")}, "Input tag 'compact_20260112'"},
		{"pause", hi(opus55, edit(`,"pause_after_compaction":"yes"`)), []string{beta}, "pause_after_compaction"},
	})
}

func TestCompactionStreams(t *testing.T) {
	list := events(t, post(fresh(simulator.Options{}), streaming(body(opus55, `,"compaction":{"type":"summarize"}`, "x", "y")), betas("compact-2026-09-04")).Body.Bytes())
	deltas := 0
	for _, e := range list {
		if block, ok := e.data["content_block"].(object); ok && (block["content"] != nil || block["signature"] == nil) {
			t.Errorf("starts with %v", block)
		}
		if d, _ := e.data["delta"].(object); d["type"] == "compaction_delta" {
			if deltas++; d["content"] == nil || d["encrypted_content"] == nil {
				t.Errorf("delta %v", d)
			}
		}
	}
	if deltas != 1 {
		t.Errorf("%d compaction deltas", deltas)
	}
	s := fresh(simulator.Options{})
	s.Push(simulator.Script{StopReason: "compaction", Blocks: []json.RawMessage{json.RawMessage(`{"type":"compaction","content":null,"encrypted_content":null}`)}})
	if m := accumulate(t, post(s, stream("", "hi")).Body.Bytes()); m["content"].([]any)[0].(object)["content"] != nil {
		t.Errorf("a failed one: %v", m)
	}
}
