package simulator_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"parlor/api/simulator"
)

type object = map[string]any

// accumulator puts a stream together, and complains of what no stream may do.
type accumulator struct {
	t       *testing.T
	message object
	content []any
	// input is the raw input of each block.
	input            []string
	open             map[int]bool
	started, stopped bool
}

// accumulate makes the message of a stream.
func accumulate(t *testing.T, stream []byte) object {
	t.Helper()
	a := &accumulator{t: t, open: map[int]bool{}}
	for _, e := range events(t, stream) {
		if a.stopped {
			t.Errorf("%s after message_stop", e.name)
		}
		a.event(e)
	}
	if !a.stopped {
		t.Error("no message_stop")
	}
	if len(a.open) > 0 {
		t.Errorf("blocks %v were not stopped", a.open)
	}
	a.message["content"] = a.content
	return a.message
}

func (a *accumulator) event(e event) {
	if e.name != "ping" && e.name != "message_start" && !a.started {
		a.t.Errorf("%s before message_start", e.name)
	}
	switch e.name {
	case "message_start":
		a.started = true
		a.message = e.data["message"].(object)
		a.content = []any{}
		for _, name := range []string{"stop_reason", "stop_sequence", "stop_details", "container"} {
			if value, there := a.message[name]; !there || value != nil {
				a.t.Errorf("message_start has %s %v", name, value)
			}
		}
	case "content_block_start":
		a.start(e)
	case "content_block_delta":
		a.delta(e)
	case "content_block_stop":
		i := int(e.data["index"].(float64))
		if !a.open[i] {
			a.t.Errorf("block %d stopped without having been started", i)
		}
		delete(a.open, i)
		if block := a.content[i].(object); a.input[i] != "" {
			var input any
			if json.Unmarshal([]byte(a.input[i]), &input) != nil {
				input = object{}
			}
			block["input"] = input
		}
	case "message_delta":
		a.end(e)
	case "message_stop":
		a.stopped = true
	case "ping":
	default:
		a.t.Errorf("an event called %s", e.name)
	}
}

func (a *accumulator) start(e event) {
	i := int(e.data["index"].(float64))
	if i != len(a.content) {
		a.t.Errorf("block %d started after %d blocks", i, len(a.content))
	}
	block := e.data["content_block"].(object)
	if input, ok := block["input"]; ok && !reflect.DeepEqual(input, object{}) {
		a.t.Errorf("block %d starts with input %v", i, input)
	}
	a.content = append(a.content, block)
	a.input = append(a.input, "")
	a.open[i] = true
	if block["type"] == "fallback" {
		a.message["model"] = block["to"].(object)["model"]
	}
}

func (a *accumulator) delta(e event) {
	i := int(e.data["index"].(float64))
	if !a.open[i] {
		a.t.Errorf("a delta for block %d, which is not open", i)
		return
	}
	block, d := a.content[i].(object), e.data["delta"].(object)
	grow := func(field string) { block[field] = block[field].(string) + d[field].(string) }
	switch d["type"] {
	case "text_delta":
		grow("text")
	case "thinking_delta":
		grow("thinking")
	case "signature_delta":
		grow("signature")
	case "input_json_delta":
		a.input[i] += d["partial_json"].(string)
	case "citations_delta":
		list, _ := block["citations"].([]any)
		block["citations"] = append(list, d["citation"])
	case "compaction_delta":
		block["content"], block["encrypted_content"] = d["content"], d["encrypted_content"]
	default:
		a.t.Errorf("a delta of type %v", d["type"])
	}
}

func (a *accumulator) end(e event) {
	d := e.data["delta"].(object)
	for _, name := range []string{"stop_reason", "stop_sequence", "stop_details"} {
		value, there := d[name]
		if !there {
			a.t.Errorf("message_delta without %s", name)
		}
		a.message[name] = value
	}
	if d["container"] != nil {
		a.message["container"] = d["container"]
	}
	usage := a.message["usage"].(object)
	for name, value := range e.data["usage"].(object) {
		if value != nil {
			usage[name] = value
		}
	}
	for _, name := range []string{"context_management", "input_transformations"} {
		if e.data[name] != nil {
			a.message[name] = e.data[name]
		}
	}
}

// TestStreamsEqualWholeAnswers holds for every request that we have, and for several seeds.
func TestStreamsEqualWholeAnswers(t *testing.T) {
	for _, sc := range scenarios() {
		for _, seed := range []uint64{0, 1, 99} {
			t.Run(fmt.Sprintf("%s/%d", sc.name, seed), func(t *testing.T) {
				whole := post(fresh(simulator.Options{Seed: seed}), sc.body, sc.header...)
				streamed := post(fresh(simulator.Options{Seed: seed}), streaming(sc.body), sc.header...)
				if whole.Code != 200 || streamed.Code != 200 {
					t.Fatalf("%d %s, streamed %d", whole.Code, whole.Body, streamed.Code)
				}
				want, got := decode[object](t, whole), accumulate(t, streamed.Body.Bytes())
				if sc.cut {
					for _, m := range []object{want, got} {
						delete(m, "usage")
						m["content"] = m["content"].([]any)[len(m["content"].([]any))-1:]
					}
					got["content"].([]any)[0].(object)["text"] = want["content"].([]any)[0].(object)["text"]
				}
				if !reflect.DeepEqual(want, got) {
					a, _ := json.MarshalIndent(want, "", " ")
					b, _ := json.MarshalIndent(got, "", " ")
					t.Errorf("whole %s\nstreamed %s", a, b)
				}
			})
		}
	}
}

// TestAnswersCanBeSentBack holds that each answer is accepted as part of the next request, and that loops end.
func TestAnswersCanBeSentBack(t *testing.T) {
	for _, sc := range scenarios() {
		t.Run(sc.name, func(t *testing.T) {
			s := fresh(simulator.Options{})
			var request object
			if err := json.Unmarshal([]byte(sc.body), &request); err != nil {
				t.Fatal(err)
			}
			for turn := range 6 {
				raw, _ := json.Marshal(request)
				w := post(s, string(raw), sc.header...)
				if w.Code != 200 {
					t.Fatalf("turn %d: %d %s\nto %s", turn, w.Code, w.Body, clipped(raw))
				}
				m := decode[object](t, w)
				if more := continued(request, m); !more {
					return
				}
			}
			t.Error("it does not end")
		})
	}
}

func clipped(raw []byte) []byte { return raw[max(0, len(raw)-3000):] }

// continued changes the request into the one that follows the answer; false means that the conversation is over.
func continued(request, m object) bool {
	content := m["content"].([]any)
	history := request["messages"].([]any)
	echo := object{"role": "assistant", "content": content}
	switch {
	case m["stop_reason"] == "refusal", len(content) == 0:
		return false
	case request["compaction"] != nil:
		delete(request, "compaction")
		request["messages"] = []any{echo, object{"role": "user", "content": "What is my name?"}}
		return true
	case m["stop_reason"] == "pause_turn", m["stop_reason"] == "compaction":
		request["messages"] = append(history, echo)
		return true
	case m["stop_reason"] == "tool_use":
		var results []any
		for _, b := range content {
			if use := b.(object); use["type"] == "tool_use" {
				results = append(results, object{"type": "tool_result", "tool_use_id": use["id"], "content": "a result"})
			}
		}
		if choice, ok := request["tool_choice"].(object); ok && choice["type"] != "auto" {
			delete(request, "tool_choice") // a choice that forces a tool never ends
		}
		request["messages"] = append(history, echo, object{"role": "user", "content": results})
		return true
	}
	if slices.ContainsFunc(history, func(m any) bool { return m.(object)["content"] == "Thank you" }) {
		return false
	}
	if m["stop_reason"] == "max_tokens" {
		for _, b := range content {
			if b.(object)["type"] == "tool_use" {
				return false
			}
		}
	}
	request["messages"] = append(history, echo, object{"role": "user", "content": "Thank you"})
	return true
}
