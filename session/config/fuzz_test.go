package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"parlor/session/config"
)

// Whatever stands in the files, loading ends, every value is usable, every
// problem names its file, and an untrusted folder sends nothing elsewhere.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "model = 'm'\n", hostile, "[display]\nfooter = 1\n[display]\n", "a.b.c = {d = [1, {e = 2}]}\n",
		"system = '''\nopen", "\xef\xbb\xbfmodel='x'", "max_tokens = 99999999999999999999", "timeouts.stall = 9223372036854775807",
		"temperature = nan\ntop_k = -1\nthinking = 1e9", "\"\" = 1\n'a.b' = 2", "[[model]]\nx = 1", "db = \"\\u0000\"", "base_url = 'http://[::1'",
	} {
		f.Add(seed)
	}
	dir := f.TempDir()
	user := filepath.Join(dir, "config.toml")
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"config.toml", "keys.toml", "work/.parlor.toml"} {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		s := config.Sources{Flags: map[string]string{"config": user}, Home: dir, GOOS: "linux"}
		c, problems := config.Load(s)
		check(t, c, problems)

		s.Flags, s.Cwd = nil, filepath.Join(dir, "work")
		s.Trusted = func(string, []byte) bool { return false }
		c, problems = config.Load(s)
		check(t, c, problems)
		if c.BaseURL != "" || c.KeyCommand != "" || c.Proxy != "" || c.CAFile != "" || c.Editor != "" || c.System != "" {
			t.Errorf("an untrusted folder set %+v", c)
		}
	})
}

func check(t *testing.T, c *config.Config, problems []config.Problem) {
	t.Helper()
	for _, p := range problems {
		if p.File == "" || p.Message == "" || p.Error() == "" {
			t.Errorf("problem without place or words: %+v", p)
		}
	}
	if c.MaxTokens < 1 || c.Retries < 0 || c.TextWidth < 20 || c.ConnectTimeout == 0 {
		t.Errorf("unusable value in %+v", c)
	}
	if c.Temperature != nil && !(*c.Temperature >= 0 && *c.Temperature <= 1) {
		t.Errorf("temperature %v", *c.Temperature)
	}
	for _, e := range c.Entries() {
		if e.Key == "" {
			t.Error("entry without key")
		}
	}
}
