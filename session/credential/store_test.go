package credential_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"parlor/api"
	"parlor/session/credential"
)

const (
	apiURL = "https://api.anthropic.com"
	secret = "sk-ant-test-0123456789-WXYZ"
	other  = "sk-ant-test-9876543210-abcd"
)

// fakeKeyring is a keyring in memory that counts questions and can fail or hang.
type fakeKeyring struct {
	keys  map[string]string
	asked int
	err   error
	hang  chan struct{}
}

func newKeyring() *fakeKeyring { return &fakeKeyring{keys: map[string]string{}} }

func (k *fakeKeyring) ask() error {
	k.asked++
	if k.hang != nil {
		<-k.hang
	}
	return k.err
}

func (k *fakeKeyring) Get(service, user string) (string, error) {
	if err := k.ask(); err != nil {
		return "", err
	}
	if key, ok := k.keys[service+" "+user]; ok {
		return key, nil
	}
	return "", keyring.ErrNotFound
}

func (k *fakeKeyring) Set(service, user, secret string) error {
	if err := k.ask(); err != nil {
		return err
	}
	k.keys[service+" "+user] = secret
	return nil
}

func (k *fakeKeyring) Delete(service, user string) error {
	if err := k.ask(); err != nil {
		return err
	}
	delete(k.keys, service+" "+user)
	return nil
}

type env map[string]string

func newStore(t *testing.T, k *fakeKeyring, e env) *credential.Store {
	t.Helper()
	e["ANTHROPIC_CONFIG_DIR"] = t.TempDir()
	return &credential.Store{
		StateDir: filepath.Join(t.TempDir(), "state"), Keyring: k,
		Getenv: func(name string) string { return e[name] }, Environ: []string{},
	}
}

// again is the store of the next process: same files, empty memory.
func again(s *credential.Store) *credential.Store {
	return &credential.Store{StateDir: s.StateDir, Keyring: s.Keyring, Getenv: s.Getenv, KeyCommand: s.KeyCommand, Environ: s.Environ}
}

// used is what the whole chain finds, as "source last4", or the error.
func used(t *testing.T, s *credential.Store, baseURL string) (string, error) {
	t.Helper()
	c, err := s.Source().Credential(t.Context(), baseURL)
	if err != nil {
		return "", err
	}
	return c.Source + " " + c.Last4(), nil
}

func TestAKeyIsFoundInTheNextProcessAndForgottenAfterLogout(t *testing.T) {
	ring := newKeyring()
	s := newStore(t, ring, env{})
	if s.Configured(apiURL) {
		t.Error("configured before anything was stored")
	}
	if err := s.Save(t.Context(), apiURL, "  "+secret+"\n", credential.InKeyring); err != nil {
		t.Fatal(err)
	}
	s = again(s)
	if !s.Configured(apiURL) {
		t.Error("not configured after login")
	}
	if got, err := used(t, s, apiURL); err != nil || got != "keyring WXYZ" {
		t.Fatalf("used %q, %v", got, err)
	}
	asked := ring.asked
	if _, err := used(t, s, apiURL); err != nil || ring.asked != asked {
		t.Errorf("the keyring was asked again for the second request")
	}
	marker, err := os.ReadFile(filepath.Join(s.StateDir, "keyring.json"))
	if err != nil || strings.Contains(string(marker), "0123456789") {
		t.Errorf("marker %s, %v", marker, err)
	}

	removed, err := s.Delete(t.Context(), apiURL)
	if err != nil || len(removed) != 1 || removed[0] != credential.InKeyring || len(ring.keys) != 0 {
		t.Fatalf("removed %v, %v, keyring %v", removed, err, ring.keys)
	}
	if _, err := used(t, s, apiURL); !errors.Is(err, api.ErrNoCredential) {
		t.Errorf("after logout: %v", err)
	}
}

func TestWithoutAMarkerTheKeyringIsNotAsked(t *testing.T) {
	ring := newKeyring()
	ring.keys["parlor "+apiURL] = secret
	s := newStore(t, ring, env{})
	if _, err := used(t, s, apiURL); !errors.Is(err, api.ErrNoCredential) || ring.asked > 0 {
		t.Errorf("asked %d times, %v", ring.asked, err)
	}
}

func TestAStoredKeyGoesOnlyToItsOrigin(t *testing.T) {
	for _, place := range []credential.Place{credential.InKeyring, credential.InFile} {
		s := newStore(t, newKeyring(), env{})
		if err := s.Save(t.Context(), "https://API.anthropic.com:443/v1", secret, place); err != nil {
			t.Fatal(err)
		}
		if _, err := used(t, s, apiURL+"/"); err != nil {
			t.Errorf("%s: another spelling of the same origin: %v", place, err)
		}
		for _, foreign := range []string{
			"http://api.anthropic.com", "https://api.anthropic.com.evil.example", "https://api.anthropic.com:8443",
			"https://evil.example/https://api.anthropic.com", "https://api.anthropic.com@evil.example", "http://127.0.0.1:8080",
		} {
			if got, err := used(t, s, foreign); err != nil || got != credential.SourceNone+" " {
				t.Errorf("%s: %s was given %q, %v", place, foreign, got, err)
			}
		}
	}
}

func TestTheOrderOfSources(t *testing.T) {
	s := newStore(t, newKeyring(), env{})
	profile(t, s, "default", "profile-token-0000-prof")
	step := func(want string) {
		t.Helper()
		if got, err := used(t, again(s), apiURL); err != nil || got != want {
			t.Errorf("used %q, %v, want %q", got, err, want)
		}
	}
	step(`profile "default" prof`)
	if err := s.Save(t.Context(), apiURL, "file-key-000000000-file", credential.InFile); err != nil {
		t.Fatal(err)
	}
	step("file file")
	s.KeyCommand = "echo command-key-000000-comm"
	step("key_command comm")
	if err := s.Save(t.Context(), apiURL, secret, credential.InKeyring); err != nil {
		t.Fatal(err)
	}
	step("keyring WXYZ")
	profile(t, s, "work", "profile-token-0000-work")
	vars := env{"ANTHROPIC_PROFILE": "work", "ANTHROPIC_CONFIG_DIR": s.Getenv("ANTHROPIC_CONFIG_DIR")}
	s.Getenv = func(name string) string { return vars[name] }
	step(`profile "work" work`)
	vars["ANTHROPIC_AUTH_TOKEN"] = "auth-token-0000-auth"
	step("ANTHROPIC_AUTH_TOKEN auth")
	vars["ANTHROPIC_API_KEY"] = "api-key-0000000-apik"
	step("ANTHROPIC_API_KEY apik")
}

// profile writes a profile of the official tools with a token that never expires.
func profile(t *testing.T, s *credential.Store, name, token string) {
	t.Helper()
	dir := s.Getenv("ANTHROPIC_CONFIG_DIR")
	for file, content := range map[string]string{
		"configs/" + name + ".json":     `{"version":"1.0","authentication":{"type":"user_oauth"}}`,
		"credentials/" + name + ".json": fmt.Sprintf(`{"type":"oauth_token","access_token":%q}`, token),
	} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAProfileNobodyNamedGoesOnlyWhereItBelongs(t *testing.T) {
	s := newStore(t, newKeyring(), env{})
	profile(t, s, "default", "profile-token-0000-prof")
	if got, err := used(t, s, apiURL); err != nil || got != `profile "default" prof` {
		t.Errorf("used %q, %v", got, err)
	}
	if got, err := used(t, s, "http://localhost:11434"); err != nil || got != credential.SourceNone+" " {
		t.Errorf("another server was given %q, %v", got, err)
	}
}

func TestAKeyringThatFailsOrHangsIsAnError(t *testing.T) {
	ring := newKeyring()
	s := newStore(t, ring, env{})
	if err := s.Save(t.Context(), apiURL, secret, credential.InKeyring); err != nil {
		t.Fatal(err)
	}
	profile(t, s, "default", "profile-token-0000-prof")

	ring.err = errors.New("the bus is gone")
	if got, err := used(t, again(s), apiURL); !errors.Is(err, credential.ErrNoKeyring) {
		t.Errorf("used %q, %v instead of saying that the keyring fails", got, err)
	}
	if err := s.Save(t.Context(), apiURL, other, credential.InKeyring); !errors.Is(err, credential.ErrNoKeyring) {
		t.Errorf("save: %v", err)
	}

	ring.err, ring.hang = nil, make(chan struct{})
	t.Cleanup(func() { close(ring.hang) })
	slow := again(s)
	slow.KeyringLimit = time.Millisecond
	if _, err := used(t, slow, apiURL); !errors.Is(err, credential.ErrNoKeyring) {
		t.Errorf("a keyring that hangs: %v", err)
	}
}

func TestAGivenUpContextEndsTheQuestion(t *testing.T) {
	ring := newKeyring()
	s := newStore(t, ring, env{})
	if err := s.Save(t.Context(), apiURL, secret, credential.InKeyring); err != nil {
		t.Fatal(err)
	}
	ring.hang = make(chan struct{})
	t.Cleanup(func() { close(ring.hang) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := again(s).Credential(ctx, apiURL); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestStatusShowsEveryStepAndNoSecret(t *testing.T) {
	vars := env{"ANTHROPIC_API_KEY": "sk-ant-environment-ENVV"}
	ring := newKeyring()
	s := newStore(t, ring, vars)
	s.KeyCommand = "echo should-not-run; exit 1"
	if err := s.Save(t.Context(), apiURL, secret, credential.InKeyring); err != nil {
		t.Fatal(err)
	}
	asked := ring.asked
	got := table(s.Status(t.Context(), apiURL))
	want := strings.TrimPrefix(`
ANTHROPIC_API_KEY: used …ENVV
ANTHROPIC_AUTH_TOKEN: - not set
profile from ANTHROPIC_PROFILE: - ANTHROPIC_PROFILE is not set
keyring: found …WXYZ (not asked)
key_command: found not run
file: - no key for https://api.anthropic.com
federation: - ANTHROPIC_FEDERATION_RULE_ID is not set
`, "\n")
	if !strings.HasPrefix(got, want) || ring.asked != asked {
		t.Errorf("asked %d times\n%s\nwant\n%s", ring.asked-asked, got, want)
	}

	delete(vars, "ANTHROPIC_API_KEY")
	if got := table(s.Status(t.Context(), apiURL)); !strings.Contains(got, "keyring: used …WXYZ\n") {
		t.Errorf("without the variable:\n%s", got)
	}
	ring.err = errors.New("locked")
	if got := table(s.Status(t.Context(), apiURL)); !strings.Contains(got, "keyring: fails no keyring answers here") {
		t.Errorf("with a broken keyring:\n%s", got)
	}
	if got := table(s.Status(t.Context(), "nonsense")); !strings.Contains(got, "base URL: fails") {
		t.Errorf("with a bad address:\n%s", got)
	}
}

func table(steps []credential.Step) string {
	var b strings.Builder
	for _, s := range steps {
		state := "-"
		switch {
		case s.Err != nil:
			state, s.Detail = "fails", s.Err.Error()
		case s.Used:
			state = "used"
		case s.Found:
			state = "found"
		}
		fmt.Fprintf(&b, "%s: %s %s\n", s.Source, state, s.Detail)
	}
	return b.String()
}
