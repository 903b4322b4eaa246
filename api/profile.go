package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// Environment is what credential sources know of the process. Nil fields mean
// the real thing.
type Environment struct {
	Getenv func(string) string
	Now    func() time.Time
}

func (e Environment) get(name string) string {
	if e.Getenv == nil {
		return os.Getenv(name)
	}
	return e.Getenv(name)
}

func (e Environment) now() time.Time {
	if e.Now == nil {
		return time.Now()
	}
	return e.Now()
}

// NamedProfile finds the profile that ANTHROPIC_PROFILE names. Once named, a
// missing or broken profile is an error, not a miss.
type NamedProfile struct{ Environment }

// Credential implements CredentialSource.
func (p NamedProfile) Credential(context.Context, string) (Credential, error) {
	name := p.get("ANTHROPIC_PROFILE")
	if name == "" {
		return Credential{}, miss("ANTHROPIC_PROFILE is not set")
	}
	credential, err := p.LoadProfile(name)
	if err != nil {
		return Credential{}, fmt.Errorf("profile %q (from ANTHROPIC_PROFILE): %w", name, err)
	}
	return credential, nil
}

// FallbackProfile finds the active profile, else the one named "default". That
// there is none is a miss, that it is broken an error.
type FallbackProfile struct{ Environment }

// Credential implements CredentialSource.
func (p FallbackProfile) Credential(context.Context, string) (Credential, error) {
	name := p.ActiveProfile()
	credential, err := p.LoadProfile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Credential{}, miss("there is no profile %q in %s", name, p.ConfigDir())
	case err != nil:
		return Credential{}, fmt.Errorf("profile %q: %w", name, err)
	}
	return credential, nil
}

// ConfigDir returns the folder of the profiles, "" if it cannot be known.
func (e Environment) ConfigDir() string {
	if dir := e.get("ANTHROPIC_CONFIG_DIR"); dir != "" {
		return dir
	}
	if runtime.GOOS == "windows" {
		if dir := e.get("APPDATA"); dir != "" {
			return filepath.Join(dir, "Anthropic")
		}
	}
	if dir := e.get("XDG_CONFIG_HOME"); dir != "" {
		return filepath.Join(dir, "anthropic")
	}
	if home := e.get("HOME"); home != "" {
		return filepath.Join(home, ".config", "anthropic")
	}
	return ""
}

// ActiveProfile returns the name in the file active_config, else "default".
func (e Environment) ActiveProfile() string {
	raw, err := readSmall(filepath.Join(e.ConfigDir(), "active_config"))
	if name := strings.TrimSpace(string(raw)); err == nil && name != "" {
		return name
	}
	return "default"
}

// profile is the part of configs/<name>.json this client uses. Other keys are
// ignored.
type profile struct {
	BaseURL        string `json:"base_url"`
	WorkspaceID    string `json:"workspace_id"`
	Authentication struct {
		Type            string `json:"type"`
		ClientID        string `json:"client_id"`
		CredentialsPath string `json:"credentials_path"`
	} `json:"authentication"`
}

// profileToken is the part of credentials/<name>.json this client uses.
type profileToken struct {
	Type        string `json:"type"`
	AccessToken string `json:"access_token"`
	ExpiresAt   *int64 `json:"expires_at"` // seconds since 1970; nil is never
}

// LoadProfile reads a profile by name. Tokens that are still valid are used;
// this client does not renew them.
func (e Environment) LoadProfile(name string) (Credential, error) {
	if !validProfileName(name) {
		return Credential{}, errors.New("a profile name consists of letters, digits, '_', '-' and '.'")
	}
	dir := e.ConfigDir()
	if dir == "" {
		return Credential{}, fmt.Errorf("no home folder to look in: %w", fs.ErrNotExist)
	}
	var p profile
	if err := readJSON(filepath.Join(dir, "configs", name+".json"), readSmall, &p); err != nil {
		return Credential{}, err
	}
	switch p.Authentication.Type {
	case "user_oauth", "oidc_federation":
	default:
		return Credential{}, fmt.Errorf("unknown authentication type %q", p.Authentication.Type)
	}
	path := p.Authentication.CredentialsPath
	switch {
	case path == "":
		path = filepath.Join(dir, "credentials", name+".json")
	case !filepath.IsAbs(path):
		path = filepath.Join(dir, path)
	}
	token, err := e.loadToken(path, p)
	if err != nil {
		return Credential{}, err
	}
	credential := NewCredential(KindOAuth, token, fmt.Sprintf("profile %q", name))
	credential.BaseURL = p.BaseURL
	if p.Authentication.Type == "user_oauth" {
		credential.WorkspaceID = p.WorkspaceID
		if credential.WorkspaceID == "" {
			credential.WorkspaceID = e.get("ANTHROPIC_WORKSPACE_ID")
		}
	}
	return credential, nil
}

// loadToken returns the access token in the file at path while it is valid.
func (e Environment) loadToken(path string, p profile) (string, error) {
	var token profileToken
	err := readJSON(path, readPrivate, &token)
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.Authentication.Type == "oidc_federation":
		return "", errors.New("workload identity federation is not supported by this client," +
			" and no token is cached")
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("nobody is logged in (%s is missing)", path)
	case err != nil:
		return "", err
	case token.Type != "" && token.Type != "oauth_token":
		return "", fmt.Errorf("%s holds a credential of unknown type %q", path, token.Type)
	case strings.TrimSpace(token.AccessToken) == "":
		return "", fmt.Errorf("%s holds no access token", path)
	}
	if token.ExpiresAt != nil {
		if expiry := time.Unix(*token.ExpiresAt, 0); !e.now().Before(expiry) {
			return "", fmt.Errorf("the token expired at %s and this client cannot renew it: log in again",
				expiry.UTC().Format(time.RFC3339))
		}
	}
	return token.AccessToken, nil
}

func validProfileName(name string) bool {
	ok, _ := regexp.MatchString(`^[A-Za-z0-9_.-]+$`, name)
	return ok && name != "." && name != ".."
}

func readJSON(path string, read func(string) ([]byte, error), to any) error {
	raw, err := read(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return fmt.Errorf("%s is not valid: %w", path, err)
	}
	return nil
}

const maxProfileFile = 1 << 20

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxProfileFile))
}

// readPrivate reads a file that holds a secret. It refuses a link and a file
// that others may read, checking the file it really opened.
func readPrivate(path string) ([]byte, error) {
	named, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	opened, err := f.Stat()
	if err != nil {
		return nil, err
	}
	switch {
	case !named.Mode().IsRegular() || !os.SameFile(named, opened):
		return nil, fmt.Errorf("%s is refused: it is not a plain file", path)
	case runtime.GOOS != "windows" && opened.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s is refused: others may read it (its mode is %04o, it should be 0600)",
			path, opened.Mode().Perm())
	}
	return io.ReadAll(io.LimitReader(f, maxProfileFile))
}
