package term

import (
	"runtime"
	"strings"
)

// IsDumb reports whether the terminal that env describes cannot address its screen.
func IsDumb(env func(string) string) bool {
	t := env("TERM")
	return t == "dumb" || t == "" && runtime.GOOS != "windows"
}

// UTF8Locale reports whether the environment promises UTF-8. Where no locale is set the
// system decides: macOS and Windows have UTF-8, elsewhere it is plain ASCII.
func UTF8Locale(env func(string) string) bool {
	for _, k := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := env(k); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return runtime.GOOS == "darwin" || runtime.GOOS == "windows"
}
