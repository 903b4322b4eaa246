package api_test

import (
	"net/http"
	"testing"

	"parlor/api"
)

func TestOriginIsWhereRequestsGo(t *testing.T) {
	const profileToken = `{"type":"oauth_token","access_token":"tok-of-a-profile"}`
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, `{"input_tokens":1}`) })
	h := newHome(t)
	client := &api.Client{Getenv: environment(h.env), Now: newClock().Now}
	expect := func(name, want string) {
		t.Helper()
		if got := client.Origin(t.Context()); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	expect("no credential", api.DefaultBaseURL)
	h.profile("default", `{"version":"1.0","base_url":"`+s.URL+`","authentication":{"type":"user_oauth"}}`, profileToken)
	expect("the profile's", s.URL)
	if _, err := client.CountTokens(t.Context(), fullRequest()); err != nil || len(s.received()) != 1 {
		t.Errorf("the request went elsewhere: %v", err)
	}
	client.Header = http.Header{"X-Api-Key": {"sk-own"}}
	expect("the profile is not asked", api.DefaultBaseURL)
	client.Header = nil
	h.env["ANTHROPIC_API_KEY"] = "sk"
	expect("the profile comes after a key", api.DefaultBaseURL)
	h.env["ANTHROPIC_BASE_URL"] = " https://gateway.example/v "
	expect("the environment's", "https://gateway.example/v")
	client.BaseURL = "https://mine.example"
	expect("the client's", "https://mine.example")
}
