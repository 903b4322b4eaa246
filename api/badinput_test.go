package api_test

import (
	"bytes"
	"encoding/json"
	"math"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"parlor/api"
)

// Whatever a caller fills in, it is a local error that names the field, or the
// server decides. Nothing of the former is sent, let alone tried again.
func TestBadInputIsRefusedByName(t *testing.T) {
	with := func(change func(*api.MessageRequest)) *api.MessageRequest {
		request := hello()
		change(request)
		return request
	}
	client, clock := newClient(t, "http://127.0.0.1:1")
	for name, test := range map[string]struct {
		field   string
		request *api.MessageRequest
		option  api.RequestOption
	}{
		"no request":        {"model", nil, api.WithMaxRetries(2)},
		"no model":          {"model", with(func(r *api.MessageRequest) { r.Model = "" }), nil},
		"negative tokens":   {"max_tokens", with(func(r *api.MessageRequest) { r.MaxTokens = -1 }), nil},
		"far too many":      {"max_tokens", with(func(r *api.MessageRequest) { r.MaxTokens = math.MaxInt32 }), nil},
		"NaN":               {"temperature", with(func(r *api.MessageRequest) { r.Temperature = pointer(math.NaN()) }), nil},
		"infinity":          {"top_p", with(func(r *api.MessageRequest) { r.TopP = pointer(math.Inf(-1)) }), nil},
		"line in a profile": {"anthropic-user-profile-id", with(func(r *api.MessageRequest) { r.UserProfileID = "a\r\nb" }), nil},
		"line in a beta":    {"anthropic-beta", with(func(r *api.MessageRequest) { r.Betas = []string{"a\nb"} }), nil},
		"line in a header":  {"x-mine", hello(), api.WithHeader("X-Mine", "a\nb")},
		"space in a name":   {"x mine", hello(), api.WithHeader("X mine", "a")},
	} {
		var options []api.RequestOption
		if test.option != nil {
			options = append(options, test.option)
		}
		t.Run(name, func(t *testing.T) {
			_, err := client.CreateMessage(t.Context(), test.request, options...)
			refused(t, err, test.field)
		})
	}
	if len(clock.slept) > 0 {
		t.Errorf("tried again after %v", clock.slept)
	}
}

func TestNoCompletionRequestIsAnErrorNotAPanic(t *testing.T) {
	client, _ := newClient(t, "http://127.0.0.1:1")
	_, err := client.CreateCompletion(t.Context(), nil)
	refused(t, err, "model")
	_, err = client.StreamCompletion(t.Context(), nil)
	refused(t, err, "model")
}

// What the API might refuse is the API's to refuse.
func TestOddInputGoesToTheServer(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	request := hello()
	request.ServiceTier, request.Messages[0].Role = "golden", "wizard"
	request.Messages[0].Content = []api.Block{api.NewText("a\xffb"), api.NewText(strings.Repeat("x", 33<<20))}
	if _, err := client.CreateMessage(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	body := s.last(t).Body
	if !json.Valid(body) || len(body) < 33<<20 || !bytes.Contains(body, []byte("a\uFFFDb")) ||
		!bytes.Contains(body, []byte(`"golden"`)) || !bytes.Contains(body, []byte(`"wizard"`)) {
		t.Errorf("sent %d bytes: %.300s", len(body), body)
	}
}

// What cannot be written makes nothing that looks like a smaller request.
func TestWhatCannotBeWrittenIsNotLeftOut(t *testing.T) {
	broken := map[string]json.RawMessage{"later": json.RawMessage(`{`)}
	text, empty := api.NewText("a"), api.Block{}
	request := hello()
	request.Fallbacks = api.NewFallbacks(api.Fallback{Model: "m", Extra: broken})
	_, err := request.MarshalJSON()
	refused(t, err, "fallbacks")
	for name, b := range map[string]api.Block{
		"cache control": text.WithCacheControl(&api.CacheControl{Extra: broken}),
		"tool result":   api.NewToolResult("t", false, text, empty),
		"search result": api.NewSearchResult(api.SearchResult{Content: []api.Block{empty}}),
		"document":      api.NewDocument(api.Document{Source: api.ContentSource(empty, text)}),
	} {
		request := hello()
		request.Messages = []api.MessageParam{api.UserMessage(b)}
		_, err := request.MarshalJSON()
		if t.Run(name, func(t *testing.T) { refused(t, err, "messages[0].content[0]") }); len(b.Raw) > 0 {
			t.Errorf("%s: %s", name, b.Raw)
		}
	}
}

// A connection that dies of silence has been there: what was sent on it may
// have been carried out.
func TestADeadConnectionIsNoConnectTimeout(t *testing.T) {
	sent := 0
	client, _ := newClient(t, "http://127.0.0.1:1")
	client.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		sent++
		_ = r.Body.Close()
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ETIMEDOUT)}
	})
	files := []api.SkillFile{{Path: "s/SKILL.md", Content: strings.NewReader("x")}}
	_, err := client.CreateSkill(t.Context(), api.SkillUpload{Files: files})
	if sent != 1 {
		t.Errorf("sent %d times: %v", sent, err)
	}
}
