package api_test

import (
	"net/http"
	"reflect"
	"testing"

	"parlor/api"
)

const richAnswer = `{"id":"msg_01","type":"message","role":"assistant","model":"claude-b","content":[],` +
	`"stop_reason":"refusal","stop_sequence":null,"stop_details":{"type":"refusal","category":"cyber","explanation":"no",` +
	`"recommended_model":null,"fallback_credit_token":"fct_1","fallback_has_prefill_claim":true},` +
	`"container":{"id":"c1","expires_at":"2026-11-20T12:00:00Z","skills":[{"type":"anthropic","skill_id":"pptx","version":"latest"}]},` +
	`"diagnostics":{"cache_miss_reason":{"type":"tools_changed","cache_missed_input_tokens":7000}},` +
	`"context_management":{"applied_edits":[{"type":"clear_tool_uses_20250919","cleared_input_tokens":900,"cleared_tool_uses":4},` +
	`{"type":"clear_thinking_20251015","cleared_input_tokens":10,"cleared_thinking_turns":2,"later":1.0}]},` +
	`"input_transformations":[{"type":"thinking_dropped","path":"messages.1.content.0","reason":"model_binding_mismatch"}],` +
	`"usage":{"input_tokens":3,"output_tokens":1,"iterations":[{"type":"message","input_tokens":3,"output_tokens":0},` +
	`{"type":"fallback_message","model":"claude-b","input_tokens":3,"output_tokens":1,"cache_creation":{"ephemeral_1h_input_tokens":5}}],` +
	`"fallback_credit":{"status":{"type":"not_applied","reason":"body_mismatch","remove_to_redeem":["tools"]}}}}`

// checkRich looks at everything richAnswer says.
func checkRich(t *testing.T, m *api.Message) {
	t.Helper()
	if s := m.StopDetails; s == nil || s.Category != api.RefusalCyber || s.FallbackCreditToken != "fct_1" || !s.FallbackHasPrefillClaim ||
		s.RecommendedModel != "" {
		t.Errorf("stop details %+v", s)
	}
	skills := []api.ContainerSkill{{Type: api.SkillAnthropic, SkillID: "pptx", Version: "latest"}}
	if c := m.Container; c == nil || c.ID != "c1" || !reflect.DeepEqual(c.Skills, skills) {
		t.Errorf("container %+v", c)
	}
	if d := m.Diagnostics; d == nil || d.Miss == nil || *d.Miss != (api.CacheMiss{Type: api.CacheMissToolsChanged, InputTokens: 7000}) {
		t.Errorf("diagnostics %+v", d)
	}
	if e := m.AppliedEdits; len(e) != 2 || e[0].Type != api.EditClearToolUses || e[0].ClearedInputTokens != 900 ||
		e[0].ClearedToolUses != 4 || e[1].ClearedThinkingTurns != 2 ||
		string(e[1].Raw) != `{"type":"clear_thinking_20251015","cleared_input_tokens":10,"cleared_thinking_turns":2,"later":1.0}` {
		t.Errorf("applied edits %+v", e)
	}
	if i := m.InputTransformations; len(i) != 1 || i[0].Type != api.ThinkingDropped || i[0].Path != "messages.1.content.0" ||
		i[0].Reason != api.MismatchModel {
		t.Errorf("input transformations %+v", i)
	}
	u := m.Usage
	credit := &api.FallbackCredit{Reason: "body_mismatch", RemoveToRedeem: []string{"tools"}}
	if !reflect.DeepEqual(u.FallbackCredit, credit) || len(u.Iterations) != 2 || u.Iterations[1].Type != api.IterationFallback ||
		u.Iterations[1].Model != "claude-b" || u.Iterations[1].Usage.CacheCreation.Ephemeral1h != 5 {
		t.Errorf("usage %+v", u)
	}
	var back api.Usage
	raw, err := u.MarshalJSON()
	if err != nil || back.UnmarshalJSON(raw) != nil || !reflect.DeepEqual(back, u) {
		t.Errorf("usage %+v became %s, %+v", u, raw, back)
	}
}

func TestEverythingAnAnswerTells(t *testing.T) {
	var whole api.Message
	if err := whole.UnmarshalJSON([]byte(richAnswer)); err != nil {
		t.Fatal(err)
	}
	checkRich(t, &whole)

	streamed := accumulated(t,
		`{"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant","model":"claude-a","content":[],`+
			`"stop_reason":null,"diagnostics":{"cache_miss_reason":{"type":"tools_changed","cache_missed_input_tokens":7000}},`+
			`"usage":{"input_tokens":3,"output_tokens":0,"iterations":null,"fallback_credit":null}}}`,
		start("0", `{"type":"fallback","from":{"model":"claude-a"},"to":{"model":"claude-b"}}`), stop("0"),
		`{"type":"message_delta","delta":{"stop_reason":"refusal","stop_sequence":null,"stop_details":{"type":"refusal",`+
			`"category":"cyber","explanation":"no","fallback_credit_token":"fct_1","fallback_has_prefill_claim":true},`+
			`"container":{"id":"c1","expires_at":"2026-11-20T12:00:00Z","skills":[{"type":"anthropic","skill_id":"pptx","version":"latest"}]}},`+
			`"usage":{"output_tokens":1,"iterations":[{"type":"message","input_tokens":3,"output_tokens":0},`+
			`{"type":"fallback_message","model":"claude-b","input_tokens":3,"output_tokens":1,"cache_creation":{"ephemeral_1h_input_tokens":5}}],`+
			`"fallback_credit":{"status":{"type":"not_applied","reason":"body_mismatch","remove_to_redeem":["tools"]}}},`+
			`"context_management":{"applied_edits":[{"type":"clear_tool_uses_20250919","cleared_input_tokens":900,"cleared_tool_uses":4},`+
			`{"type":"clear_thinking_20251015","cleared_input_tokens":10,"cleared_thinking_turns":2,"later":1.0}]},`+
			`"input_transformations":[{"type":"thinking_dropped","path":"messages.1.content.0","reason":"model_binding_mismatch"}]}`,
		messageStop)
	checkRich(t, streamed)
	if streamed.Model != "claude-b" {
		t.Errorf("the last to answer is %s", streamed.Model)
	}
}

func TestAnswersThatTellLess(t *testing.T) {
	for _, raw := range []string{
		`{"diagnostics":null,"context_management":null,"input_transformations":null,"container":{"skills":null},"usage":{"fallback_credit":null}}`,
		`{"diagnostics":7,"context_management":{"applied_edits":{}},"input_transformations":{},"usage":{"fallback_credit":{"status":null}}}`,
	} {
		var m api.Message
		if err := m.UnmarshalJSON([]byte(raw)); err != nil {
			t.Fatal(err)
		}
		if m.Diagnostics != nil || m.AppliedEdits != nil || m.InputTransformations != nil || m.Usage.FallbackCredit != nil {
			t.Errorf("%s: %+v", raw, m)
		}
	}
	var pending api.Message
	_ = pending.UnmarshalJSON([]byte(`{"diagnostics":{"cache_miss_reason":null},"usage":{"fallback_credit":{"status":{"type":"redeemed"}}}}`))
	if pending.Diagnostics == nil || pending.Diagnostics.Miss != nil || !pending.Usage.FallbackCredit.Redeemed {
		t.Errorf("got %+v", pending)
	}
}

func TestDeltasOfAStreamHaveViews(t *testing.T) {
	events := sse(messageStart, textStart,
		piece("0", `{"type":"citations_delta","citation":{"type":"page_location","cited_text":"x","start_page_number":3,"end_page_number":4}}`),
		blockStop, start("1", `{"type":"thinking","thinking":"","signature":""}`),
		piece("1", `{"type":"thinking_delta","thinking":"","estimated_tokens":64}`),
		piece("1", `{"type":"thinking_delta","thinking":"h","estimated_tokens":null}`), stop("1"), messageDelta, messageStop)
	tokens, pages := 0, []int{}
	for event, err := range streamOf(t, events).Events() {
		if err != nil {
			t.Fatal(err)
		}
		tokens += event.Delta.EstimatedTokens()
		if c, ok := event.Delta.Citation(); ok {
			pages = append(pages, c.Start)
		}
	}
	if tokens != 64 || !reflect.DeepEqual(pages, []int{3}) {
		t.Errorf("%d tokens, pages %v", tokens, pages)
	}
}

func TestWhatOfARequestGoesIntoHeaders(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, richAnswer) })
	client, _ := newClient(t, s.URL)
	request := hello()
	request.UserProfileID, request.WorkspaceID = "uprof_1", "wrkspc_1"
	request.Betas = []string{api.BetaUserProfiles20260904}
	if _, err := client.CreateMessage(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	header := s.last(t).Header
	if header.Get("Anthropic-User-Profile-Id") != "uprof_1" || header.Get("Anthropic-Workspace-Id") != "wrkspc_1" ||
		header.Get("Anthropic-Beta") != "user-profiles-2026-09-04" {
		t.Errorf("headers %v", header)
	}
}

func TestCountOfAPromptThatIsShortened(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerJSON(w, 200, `{"input_tokens":70,"context_management":{"original_input_tokens":90}}`)
	})
	client, _ := newClient(t, s.URL)
	count, err := client.CountTokens(t.Context(), hello())
	if err != nil || count.InputTokens != 70 || count.OriginalInputTokens != 90 || len(count.Raw) == 0 {
		t.Errorf("%+v, %v", count, err)
	}
}

func TestEstimateOfTokens(t *testing.T) {
	estimate := func(blocks ...api.Block) int {
		return api.EstimateTokens(&api.MessageRequest{Messages: []api.MessageParam{api.UserMessage(blocks...)}})
	}
	// Counts of the tokenizer that the weights were fitted to, and 30 percent.
	for text, tokens := range map[string]int{
		"The quick brown fox jumps over the lazy dog, and then it sleeps until the evening.": 19,
		"func (c *Client) Close() { c.conn.close() }\n":                                      17,
		"Die Würde des Menschen ist unantastbar. Sie zu achten ist Verpflichtung aller.":     25,
		"吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。":                                                  38,
	} {
		want := tokens * 130 / 100
		if got := estimate(api.NewText(text)); got < want*65/100 || got > want*135/100+4 {
			t.Errorf("%q: %d tokens, about %d are right", text, got, want)
		}
	}
	image, pdf := estimate(api.NewImageBase64("image/png", make([]byte, 1<<20))), estimate(api.NewDocumentBase64("application/pdf", nil, ""))
	if image < 1000 || image > 2000 || pdf < 2000 || pdf > 4000 {
		t.Errorf("an image %d, a document %d", image, pdf)
	}
	small := estimate(api.NewText("hi"))
	for name, request := range map[string]*api.MessageRequest{
		"a system prompt": {System: []api.Block{api.NewText("Be kind.")}, Messages: hello().Messages},
		"tools":           {Tools: []api.Tool{api.BashTool{}}, Messages: hello().Messages},
		"more messages":   {Messages: append(hello().Messages, api.AssistantText("Hello!"))},
		"thinking":        {Messages: append(hello().Messages, api.MessageParam{Content: []api.Block{api.NewThinking("Hm, hm.", "sig")}})},
		"a call":          {Messages: append(hello().Messages, api.MessageParam{Content: []api.Block{api.NewToolUse("t", "f", nil)}})},
		"a result":        {Messages: append(hello().Messages, api.UserMessage(api.NewToolResult("t", false, api.NewText("a"))))},
	} {
		if got := api.EstimateTokens(request); got <= small {
			t.Errorf("%s cost nothing: %d, %d without", name, got, small)
		}
	}
}
