package cli_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// keyless is a shell whose user has a server, but no key yet.
func keyless(t *testing.T, scripts ...simulator.Script) *shell {
	t.Helper()
	s := newShell(t, scripts...)
	delete(s.env, "ANTHROPIC_API_KEY")
	return s
}

func TestLoginAndLogout(t *testing.T) {
	s := keyless(t)
	s.stdinTerminal, s.secret = true, "sk-ant-good-0123456789-WXYZ"
	out := s.run("auth", "login")
	if !strings.Contains(out.ok(), "is kept in the keyring.\n") || strings.Contains(out.out+out.err, "sk-ant") {
		t.Errorf("login: %s%s", out.out, out.err)
	}
	s.stdinTerminal = false
	status := s.run("auth", "status").ok()
	if !strings.Contains(status, "used  …WXYZ") || strings.Contains(status, "sk-ant") {
		t.Errorf("status:\n%s", status)
	}
	s.run("-p", "hello").ok()
	requests := s.sim.Requests()
	if got := requests[len(requests)-1].Header.Get("X-Api-Key"); got != s.secret {
		t.Errorf("the stored key is not used: %q", got)
	}
	if out := s.run("auth", "logout").ok(); !strings.Contains(out, "removed from the keyring") || len(s.ring.keys) != 0 {
		t.Errorf("logout: %s, %v", out, s.ring.keys)
	}
	if out := s.run("auth", "logout").ok(); !strings.Contains(out, "No key was stored") {
		t.Errorf("second logout: %s", out)
	}
}

func TestAKeyComesThroughAPipeToo(t *testing.T) {
	s := keyless(t)
	s.stdin = "sk-ant-good-0123456789-PIPE\n"
	s.run("auth", "login", "--file").ok()
	if len(s.ring.keys) != 0 {
		t.Errorf("with --file the key went into the keyring")
	}
	if info, err := os.Stat(s.path(".local/state/parlor/credentials.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	s.stdin = ""
	if out := s.run("auth", "status").ok(); !strings.Contains(out, "…PIPE") {
		t.Errorf("status:\n%s", out)
	}
	if out := s.run("auth", "logout").ok(); !strings.Contains(out, "removed from the file") {
		t.Errorf("logout: %s", out)
	}
}

func TestAKeyThatTheServerRefusesIsNotKept(t *testing.T) {
	s := keyless(t)
	s.stdin = "sk-ant-bad-0123456789-WXYZ\n"
	r := s.run("auth", "login")
	if r.code != 3 || !strings.Contains(r.err, "does not accept this key (it ends in …WXYZ)") || len(s.ring.keys) != 0 {
		t.Errorf("exit code %d, %s, keyring %v", r.code, r.err, s.ring.keys)
	}
	s.run("auth", "login", "--no-check").ok()
	s.stdin = "\n"
	s.run("auth", "login").fails(2, "No key was given.")
	s.stdin = "two words\n"
	if r := s.run("auth", "login", "--no-check"); r.code != 1 || !strings.Contains(r.err, "This is not a key") {
		t.Errorf("exit code %d, %s", r.code, r.err)
	}
}

func TestLoginWorksOffline(t *testing.T) {
	s := keyless(t)
	s.env["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1"
	s.stdin = "sk-ant-good-0123456789-WXYZ\n"
	if out := s.run("auth", "login").ok(); !strings.Contains(out, "the keyring, unchecked: 127.0.0.1:1 cannot be reached") {
		t.Errorf("login: %s", out)
	}
}

func TestWithoutAKeyringTheWaysOutAreNamed(t *testing.T) {
	s := keyless(t)
	s.ring.err = errors.New("no bus")
	s.stdin = "sk-ant-good-0123456789-WXYZ\n"
	r := s.run("auth", "login")
	if r.code != 3 || !strings.Contains(r.err, "key_command") || !strings.Contains(r.err, "--file") {
		t.Errorf("exit code %d, %s", r.code, r.err)
	}
}

func TestStatusWithoutAnything(t *testing.T) {
	s := keyless(t)
	delete(s.env, "ANTHROPIC_BASE_URL")
	r := s.run("auth", "status")
	if r.code != 3 || !strings.Contains(r.out, "ANTHROPIC_API_KEY") || !strings.Contains(r.err, "There is no API key") {
		t.Errorf("exit code %d\n%s%s", r.code, r.out, r.err)
	}
}

func TestDoctor(t *testing.T) {
	s := newShell(t)
	s.run("-p", "hello").ok()
	out := s.run("doctor").ok()
	for _, want := range []string{"configuration", "sound", "ANTHROPIC_API_KEY …6789", "connection", "the server accepts the credential", "terminal"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.Contains(out, s.env["ANTHROPIC_API_KEY"]) || strings.Contains(out, "fails") {
		t.Errorf("doctor:\n%s", out)
	}

	s.env["ANTHROPIC_API_KEY"] = "wrong-key-0123456789"
	if r := s.run("doctor"); r.code != 3 || !strings.Contains(r.out, "fails    request") {
		t.Errorf("a bad key: exit code %d\n%s", r.code, r.out)
	}
	delete(s.env, "ANTHROPIC_API_KEY")
	if out := s.run("doctor").ok(); !strings.Contains(out, "the server answers without a credential") {
		t.Errorf("no key:\n%s", out)
	}
	s.env["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1"
	s.config("retries = 0\ntheme = 7\n")
	if r := s.run("doctor"); r.code != 5 || !strings.Contains(r.out, "warning  connection") || !strings.Contains(r.out, "warning  configuration") {
		t.Errorf("no server: exit code %d\n%s", r.code, r.out)
	}
}

func TestDoctorMakesNoDatabase(t *testing.T) {
	s := newShell(t)
	s.run("doctor", "--json").ok()
	if _, err := os.Stat(s.path(".local/share/parlor/parlor.db")); err == nil {
		t.Error("the doctor made a database")
	}
	if out := s.run("--demo", "doctor").ok(); !strings.Contains(out, "the demo brings its own") {
		t.Errorf("demo:\n%s", out)
	}
}
