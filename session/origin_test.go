package session_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"parlor/api"
	"parlor/api/simulator"
	"parlor/session"
)

// profile makes the client find its server where a profile does: with the
// credential.
func profile(client *api.Client, url string) {
	client.APIKey, client.BaseURL = "", ""
	client.Credentials = api.CredentialFunc(func(context.Context, string) (api.Credential, error) {
		cred := api.NewCredential(api.KindAPIKey, "sk-ant-api03-test-key-for-parlor-abcd", "profile")
		cred.BaseURL = url
		return cred, nil
	})
}

func TestWhatAProfilesServerRefusesIsLearnedAboutThatServer(t *testing.T) {
	w := newWorld(t)
	profile(w.client, w.server.URL)
	hot := regexp.MustCompile(`"temperature"`)
	w.sim.Push(simulator.Script{
		Times: -1, SkipChecks: true, Status: 400, ErrorType: "invalid_request_error", Message: "temperature: Extra inputs are not permitted",
		Match: simulator.Match{Func: func(r simulator.Recorded) bool { return hot.Match(r.Body) }},
	})
	w.sim.Push(simulator.Script{Times: -1, SkipChecks: true, Text: "Fine."})
	temperature := 0.7
	p := session.Params{Model: "local-llama", Temperature: &temperature}
	say(t, w.new(p), "Hello?")
	if w.m.Supports(p, "temperature").OK {
		t.Error("nothing was learned")
	}
	_, err := w.m.Models(context.Background())
	noError(t, err)
	if raw, _, err := w.db.Setting(context.Background(), "models "+w.server.URL); err != nil || raw == "" {
		t.Errorf("the list of models is not that server's: %v", err)
	}

	other := newClient("", w.clock)
	other.BaseURL = api.DefaultBaseURL
	w.m.SetClient(other)
	if !w.m.Supports(p, "temperature").OK {
		t.Error("it is held against the API")
	}
	w.restart()
	profile(w.client, w.server.URL)
	say(t, w.new(p), "Again?")
	if n := len(raw(w)); n != 3 {
		t.Errorf("%d requests: the refusal was not remembered", n)
	}
}

func TestFailuresNameTheProfilesServer(t *testing.T) {
	w := newWorld(t)
	profile(w.client, "http://127.0.0.1:1")
	w.client.MaxRetries = new(int)
	if f := say(t, w.new(), "Hello?").Failure; f == nil || !strings.HasPrefix(f.Message, "127.0.0.1:1 refused the connection") {
		t.Errorf("%+v", f)
	}
}
