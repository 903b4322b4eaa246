package api_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parlor/api"
)

// home is a folder with profiles.
type home struct {
	t   *testing.T
	dir string
	env map[string]string
}

func newHome(t *testing.T) *home {
	dir := t.TempDir()
	return &home{t, dir, map[string]string{"ANTHROPIC_CONFIG_DIR": dir}}
}

func (h *home) write(name string, mode os.FileMode, text string) {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		h.t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		h.t.Fatal(err)
	}
}

func (h *home) profile(name, config, token string) {
	h.write("configs/"+name+".json", 0o644, config)
	if token != "" {
		h.write("credentials/"+name+".json", 0o600, token)
	}
}

func (h *home) find() (api.Credential, error) {
	source := api.DefaultCredentials(api.Environment{Getenv: environment(h.env), Now: newClock().Now})
	return source.Credential(context.Background(), api.DefaultBaseURL)
}

const (
	oauth = `{"version":"1.0","authentication":{"type":"user_oauth"}}`
	token = `{"type":"oauth_token","access_token":"tok-of-a-profile"}`
)

func TestCredentialOrder(t *testing.T) {
	h := newHome(t)
	expect := func(want string) {
		t.Helper()
		if got, err := h.find(); err != nil || got.Source != want {
			t.Errorf("got %q, %v; want %q", got.Source, err, want)
		}
	}
	if _, err := h.find(); !errors.Is(err, api.ErrNoCredential) || strings.Count(err.Error(), ";") != 3 {
		t.Errorf("nothing: %v", err)
	}
	h.profile("default", oauth, token)
	expect(`profile "default"`)
	h.profile("work", oauth, token)
	h.write("active_config", 0o644, "work\n")
	expect(`profile "work"`)
	h.env["ANTHROPIC_FEDERATION_RULE_ID"] = "fdrl_1" // only in part: passed over
	expect(`profile "work"`)
	h.env["ANTHROPIC_ORGANIZATION_ID"], h.env["ANTHROPIC_IDENTITY_TOKEN"] = "o", "t"
	if _, err := h.find(); err == nil || errors.Is(err, api.ErrNoCredential) || !strings.Contains(err.Error(), "federation") {
		t.Errorf("federation: %v", err)
	}
	h.env["ANTHROPIC_PROFILE"] = "default"
	expect(`profile "default"`)
	h.env["ANTHROPIC_AUTH_TOKEN"] = "tok"
	expect("ANTHROPIC_AUTH_TOKEN")
	h.env["ANTHROPIC_API_KEY"] = "  "
	expect("ANTHROPIC_AUTH_TOKEN")
	h.env["ANTHROPIC_API_KEY"] = "sk"
	expect("ANTHROPIC_API_KEY")
}

func TestProfileFiles(t *testing.T) {
	cases := []struct {
		name, config, token string
		wants               string // part of the error, "" for none
	}{
		{"never expires", oauth, token, ""},
		{"still valid", oauth, `{"access_token":"t","expires_at":1795176001}`, ""}, // one second left
		{"expired", oauth, `{"access_token":"t","expires_at":1795176000}`, "expired"},
		{"cached federation", `{"authentication":{"type":"oidc_federation"}}`, token, ""},
		{"federation", `{"authentication":{"type":"oidc_federation"}}`, "", "federation"},
		{"not logged in", oauth, "", "logged in"},
		{"unknown type", `{"authentication":{"type":"magic"}}`, token, "magic"},
		{"unknown credential", oauth, `{"type":"cookie","access_token":"t"}`, "cookie"},
		{"empty token", oauth, `{"access_token":" "}`, "no access token"},
		{"broken config", `{`, token, "not valid"},
		{"broken token", oauth, `{"access_token":"sec`, "not valid"},
		{"unknown keys", `{"x":1,"authentication":{"type":"user_oauth","y":2}}`, `{"access_token":"t","z":3}`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHome(t)
			h.profile("p", c.config, c.token)
			h.env["ANTHROPIC_PROFILE"] = "p"
			got, err := h.find()
			if c.wants == "" {
				if err != nil || got.Kind != api.KindOAuth {
					t.Errorf("got %v, %v", got, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.wants) || !strings.Contains(err.Error(), `"p"`) {
				t.Errorf("got %v", err)
			}
			delete(h.env, "ANTHROPIC_PROFILE")
			h.write("active_config", 0o644, "p")
			if _, err := h.find(); err == nil || errors.Is(err, api.ErrNoCredential) {
				t.Errorf("as the active profile: %v", err)
			}
		})
	}
}

func TestProfileNames(t *testing.T) {
	for _, name := range []string{"..", ".", "a/b", `a\b`, "a b", "../../etc/passwd", "é"} {
		h := newHome(t)
		h.env["ANTHROPIC_PROFILE"] = name
		if _, err := h.find(); err == nil || errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q: %v", name, err)
		}
	}
	h := newHome(t)
	h.env["ANTHROPIC_PROFILE"] = "missing"
	if _, err := h.find(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a named profile that is missing is an error: %v", err)
	}
}

func TestCredentialFilesOthersCouldRead(t *testing.T) {
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o601} {
		h := newHome(t)
		h.profile("default", oauth, token)
		h.write("credentials/default.json", mode, token)
		if _, err := h.find(); err == nil || !strings.Contains(err.Error(), "0600") {
			t.Errorf("%o: %v", mode, err)
		}
	}
	h := newHome(t)
	h.profile("default", oauth, "")
	h.write("elsewhere.json", 0o600, token)
	if err := os.MkdirAll(filepath.Join(h.dir, "credentials"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(h.dir, "elsewhere.json"), filepath.Join(h.dir, "credentials", "default.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := h.find(); err == nil || !strings.Contains(err.Error(), "plain file") {
		t.Errorf("a link: %v", err)
	}
	h.write("configs/default.json", 0o644, `{"authentication":{"type":"user_oauth","credentials_path":"elsewhere.json"}}`)
	if got, err := h.find(); err != nil || got.Kind != api.KindOAuth {
		t.Errorf("a path of its own: %v", err)
	}
}

func TestConfigDir(t *testing.T) {
	env := map[string]string{}
	dir := func() string { return api.Environment{Getenv: environment(env)}.ConfigDir() }
	for _, step := range []struct{ name, value, want string }{
		{"", "", ""},
		{"HOME", "/home/a", filepath.Join("/home/a", ".config", "anthropic")},
		{"XDG_CONFIG_HOME", "/xdg", filepath.Join("/xdg", "anthropic")},
		{"ANTHROPIC_CONFIG_DIR", "/own", "/own"},
	} {
		env[step.name] = step.value
		if got := dir(); got != step.want {
			t.Errorf("%s: got %q, want %q", step.name, got, step.want)
		}
	}
}

func TestRequestsWithAProfile(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	h := newHome(t)
	h.profile("default", fmt.Sprintf(`{"base_url":%q,"workspace_id":"wrkspc_1","authentication":{"type":"user_oauth"}}`, s.URL+"/p"), token)
	client, _ := newClient(t, "")
	client.APIKey, client.Getenv = "", environment(h.env)
	if _, err := client.CreateMessage(t.Context(), hello(), api.WithBetas("b1")); err != nil {
		t.Fatal(err)
	}
	got := s.last(t)
	if got.URL.Path != "/p/v1/messages" || got.Header.Get("Authorization") != "Bearer tok-of-a-profile" ||
		got.Header.Get("Anthropic-Beta") != "b1,oauth-2025-04-20" || got.Header.Get("Anthropic-Workspace-Id") != "wrkspc_1" ||
		got.Header.Get("X-Api-Key") != "" {
		t.Errorf("sent %s %v", got.URL, got.Header)
	}
	h.env["ANTHROPIC_BASE_URL"] = s.URL + "/env"
	if _, err := client.CreateMessage(t.Context(), hello()); err != nil || s.last(t).URL.Path != "/env/v1/messages" {
		t.Errorf("the environment counts more: %s, %v", s.last(t).URL, err)
	}
	h.env["ANTHROPIC_AUTH_TOKEN"] = "static"
	if _, err := client.CreateMessage(t.Context(), hello()); err != nil || s.last(t).Header.Get("Anthropic-Beta") != "" {
		t.Errorf("a static token needs no beta: %v, %v", s.last(t).Header, err)
	}
}

func TestChain(t *testing.T) {
	none := api.CredentialFunc(func(context.Context, string) (api.Credential, error) { return api.Credential{}, api.ErrNoCredential })
	var asked string
	own := api.CredentialFunc(func(_ context.Context, base string) (api.Credential, error) {
		asked = base
		return api.NewCredential(api.KindAPIKey, "sk-own", "the keyring"), nil
	})
	broken := api.CredentialFunc(func(context.Context, string) (api.Credential, error) {
		return api.Credential{}, errors.New("the keyring is locked")
	})
	if got, err := api.Chain(none, own, broken).Credential(t.Context(), "https://x"); err != nil || got.Source != "the keyring" || asked != "https://x" {
		t.Errorf("got %v, %v, asked for %q", got, err, asked)
	}
	if _, err := api.Chain(none, broken, own).Credential(t.Context(), ""); err == nil || errors.Is(err, api.ErrNoCredential) {
		t.Errorf("a broken source must not be passed over: %v", err)
	}
	client, _ := newClient(t, "")
	client.APIKey, client.Credentials = "", own
	if got, err := client.Credential(t.Context()); err != nil || got.Source != "the keyring" || asked != api.DefaultBaseURL {
		t.Errorf("got %v, %v, asked for %q", got, err, asked)
	}
	client.Credentials = api.Chain(none)
	if _, err := client.CreateMessage(t.Context(), hello()); !errors.Is(err, api.ErrNoCredential) {
		t.Errorf("got %v", err)
	}
}

func TestCredentialShowsItsEndAtMost(t *testing.T) {
	c := api.NewCredential(api.KindAPIKey, " sk-ant-secret-abcd\n", "the flag")
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "credential", c, "nested", []any{c})
	for _, text := range []string{c.String(), fmt.Sprintf("%v %+v %#v", c, c, c), log.String(), fmt.Sprint(&c)} {
		if strings.Contains(text, "secret") || !strings.Contains(text, "abcd") || !strings.Contains(text, "the flag") {
			t.Error(text)
		}
	}
	if c.Last4() != "abcd" || api.NewCredential(api.KindAPIKey, "short", "").Last4() != "" {
		t.Error("Last4")
	}
}
