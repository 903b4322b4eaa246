package session

import (
	"strings"
	"testing"

	"parlor/api"
)

func TestFindingTheRefusedParameter(t *testing.T) {
	const all = "temperature top_p top_k effort thinking thinking.display cache_control stop_sequences max_tokens"
	for _, test := range []struct {
		text, sent string
		want       refusal
	}{
		{"temperature: Extra inputs are not permitted", all, refusal{param: "temperature", remember: true}},
		{"`temperature` is deprecated for this model.", all, refusal{param: "temperature", remember: true}},
		{"`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.", all, refusal{param: "temperature"}},
		{"`temperature` and `top_p` cannot both be specified for this model. Please use only one.", all, refusal{param: "top_p"}},
		{"Unsupported parameter: 'top_k'", all, refusal{param: "top_k", remember: true}},
		{"This model does not support the effort parameter.", all, refusal{param: "effort", remember: true}},
		{"output_config.effort: Input should be 'low', 'medium' or 'high'", all, refusal{param: "effort", remember: true}},
		{"adaptive thinking is not supported on this model", all, refusal{param: "thinking", remember: true}},
		{"thinking.adaptive.display: Extra inputs are not permitted", all, refusal{param: "thinking.display"}},
		{"cache_control: Extra inputs are not permitted", all, refusal{param: "cache_control", remember: true}},
		{"max_tokens: 64000 > 8192, which is the maximum allowed number of output tokens for m", all, refusal{param: "max_tokens", limit: 8192, remember: true}},
		{"`max_tokens` must be greater than `thinking.budget_tokens`.", all, refusal{param: "thinking", remember: true}},
		{"messages.1.content.0: Invalid `signature` in `thinking` block", all + " " + thinkingBlocks, refusal{param: thinkingBlocks}},
		// Nothing of ours:
		{"temperature: Extra inputs are not permitted", "max_tokens", refusal{}},
		{"messages.3.content.0.text: temperature must be text", all, refusal{}},
		{"prompt is too long: 210000 tokens > 200000 maximum", all, refusal{}},
		{"input length and `max_tokens` exceed context limit: 190000 + 16000 > 200000, decrease input length or `max_tokens`", all, refusal{}},
		{"max_tokens: field required", all, refusal{}},
		{"Your credit balance is too low.", all, refusal{}},
		{"", all, refusal{}},
	} {
		err := &api.Error{Status: 400, Type: "invalid_request_error", Message: test.text}
		got, ok := refusedParam(err, split(test.sent))
		if !ok {
			got = refusal{}
		}
		if ok != (test.want != refusal{}) || got != test.want {
			t.Errorf("%q: %+v, want %+v", test.text, got, test.want)
		}
	}
	if _, ok := refusedParam(&api.Error{Status: 500, Message: "temperature"}, []string{"temperature"}); ok {
		t.Error("a server error is no refusal")
	}
}

func split(sent string) []string {
	sent, blocks := strings.CutSuffix(sent, " "+thinkingBlocks)
	list := strings.Fields(sent)
	if blocks {
		list = append(list, thinkingBlocks)
	}
	return list
}

func TestTellingThatTheConversationIsTooLong(t *testing.T) {
	for text, want := range map[string][2]int{
		"prompt is too long: 210000 tokens > 200000 maximum":                              {210000, 200000},
		"input length and `max_tokens` exceed context limit: 190000 + 16000 > 200000":     {190000, 200000},
		"the request exceeds the available context size. try increasing the context size": {0, 0},
		"This model's maximum context length is 8192 tokens, however you requested 9000":  {0, 0},
		`{"code":"context_length_exceeded"}`:                                              {0, 0},
	} {
		tokens, window, ok := tooLong(text)
		if !ok || tokens != want[0] || window != want[1] {
			t.Errorf("%q: %d of %d, %v", text, tokens, window, ok)
		}
	}
	if _, _, ok := tooLong("max_tokens: 64000 > 8192"); ok {
		t.Error("a limit of the answer is taken for the context")
	}
}
