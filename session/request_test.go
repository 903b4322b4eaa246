package session

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"parlor/api"
)

func said(role, text string) *body {
	return &body{role: role, state: Complete, blocks: []api.Block{api.NewText(text)}}
}

// answered is an answer made by a model with a system prompt.
func answered(model, system string, blocks ...api.Block) *body {
	return &body{role: roleAssistant, state: Complete, blocks: blocks, params: Params{Model: model, System: system}, model: model}
}

func raw(s string) api.Block {
	b, err := api.ParseBlock([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

func cut(b *body, s State) *body {
	b.state = s
	return b
}

func stopped(b *body, reason string) *body {
	b.stop = reason
	return b
}

const (
	opus   = "claude-opus-5-5"
	sonnet = "claude-sonnet-4-6"
	haiku  = "claude-haiku-4-5"
)

func TestRequestsAreBuiltAsTheAPIWantsThem(t *testing.T) {
	tool := `{"type":"tool_use","id":"toolu_1","name":"list","input":{"path":"/"}}`
	for name, test := range map[string]struct {
		branch []*body
		params Params
	}{
		"plain": {[]*body{said("user", "Hi <&> \"you\"")}, Params{Model: opus, System: "Be brief."}},
		"every parameter": {[]*body{said("user", "Hi")}, Params{
			Model: "unknown-model", Temperature: new(0.5), TopP: new(0.9), TopK: new(40), MaxTokens: 2000,
			StopSequences: []string{"END"}, Thinking: Thinking{Mode: "budget", Budget: 1500}, Effort: "low", System: "S",
		}},
		"thinking goes back to its model": {[]*body{
			said("user", "Q"), answered(opus, "", api.NewThinking("Hm", "sig=="), raw(`{"type":"redacted_thinking","data":"xx"}`), api.NewText("A")),
			said("user", "Q2"),
		}, Params{Model: opus}},
		"thinking stays away from other models": {[]*body{
			said("user", "Q"), answered(opus, "", api.NewThinking("Hm", "sig=="), raw(`{"type":"redacted_thinking","data":"xx"}`), api.NewText("A")),
			said("user", "Q2"),
		}, Params{Model: sonnet}},
		"thinking of another system prompt": {[]*body{
			said("user", "Q"), answered(opus, "Old.", api.NewThinking("Hm", "sig=="), api.NewText("A")), said("user", "Q2"),
		}, Params{Model: opus, System: "New."}},
		"a call nobody carried out": {[]*body{
			said("user", "Q"), answered(sonnet, "", api.NewText("Let me see."), raw(tool)), said("user", "Well?"),
		}, Params{Model: sonnet}},
		"a call with its result": {[]*body{
			said("user", "Q"), answered(sonnet, "", raw(tool)),
			{role: "user", state: Complete, blocks: []api.Block{api.NewText("Here."), api.NewToolResult("toolu_1", false, api.NewText("bin")), api.NewToolResult("toolu_9", false)}},
		}, Params{Model: sonnet}},
		"a call cut in the middle": {[]*body{
			said("user", "Q"), cut(answered(sonnet, "", raw(`{"type":"tool_use","id":"toolu_1","name":"rm","input":"{\"pa"}`)), Stopped), said("user", "Stop!"),
		}, Params{Model: sonnet}},
		"failed, refused, empty": {[]*body{
			said("user", "1"),
			{role: "assistant", state: Failed},
			said("user", "2"),
			cut(answered(opus, "", api.NewText("I will not")), Refused), said("user", "3"),
			answered(opus, "", api.NewText(" \n")), said("user", "4"),
			cut(answered(opus, "", api.NewThinking("Unsigned", "")), Interrupted), said("user", "5"),
		}, Params{Model: opus}},
		"prefilled": {[]*body{said("user", "Q"), stopped(answered(haiku, "", api.NewText("The answer is \n")), "max_tokens")}, Params{Model: haiku}},
		"prefilled and gone on": {[]*body{
			said("user", "Q"), stopped(answered(haiku, "", api.NewText("The answer is \n")), "max_tokens"),
			answered(haiku, "", api.NewText("42.")), said("user", "Why?"),
		}, Params{Model: haiku}},
		"paused": {[]*body{said("user", "Q"), stopped(answered(opus, "", raw(`{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}}`), api.NewText("So ")), "pause_turn")}, Params{Model: opus}},
		"unknown blocks": {[]*body{
			said("user", "Q"), answered(opus, "", raw(`{"type":"hologram","z":1.50,"a":"<b>","n":12345678901234567890}`), api.NewText("A")), said("user", "Q2"),
		}, Params{Model: opus}},
		"imported without its beginning": {[]*body{answered(opus, "", api.NewText("Hello.")), said("user", "Hi")}, Params{Model: opus}},
	} {
		t.Run(name, func(t *testing.T) {
			req, notes := buildRequest(test.branch, test.params, facts{caps: capsOf(test.params.Model)})
			encoded, err := json.Marshal(req)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			enc := json.NewEncoder(&out)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(json.RawMessage(encoded)); err != nil {
				t.Fatal(err)
			}
			for _, note := range notes {
				out.WriteString("note: " + note + "\n")
			}
			golden.RequireEqual(t, out.Bytes())
		})
	}
}

func TestBuildingChangesNothingItIsGiven(t *testing.T) {
	text := api.NewText("The answer is \n")
	branch := []*body{said("user", "Q"), answered(haiku, "", api.NewThinking("Hm", ""), text)}
	before := encodeBlocks(branch[1].blocks)
	first, _ := buildRequest(branch, Params{Model: haiku}, facts{caps: capsOf(haiku)})
	second, _ := buildRequest(branch, Params{Model: haiku}, facts{caps: capsOf(haiku)})
	a, _ := json.Marshal(first)
	b, _ := json.Marshal(second)
	if !bytes.Equal(a, b) || !bytes.Equal(before, encodeBlocks(branch[1].blocks)) {
		t.Error("building a request changed the branch")
	}
}
