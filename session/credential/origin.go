package credential

import (
	"fmt"
	"net/url"
	"strings"
)

// Origin is the scheme, host and port of a base URL in one spelling: what a
// stored key is bound to. The port is left out where it is the scheme's own.
func Origin(baseURL string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(baseURL))
	if err != nil || u.Hostname() == "" {
		return "", fmt.Errorf("%q is not the address of a server; write it in full, such as https://api.anthropic.com", baseURL)
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Hostname())
	if scheme != "https" && scheme != "http" {
		return "", fmt.Errorf("%q is not a web address; it must begin with https:// or http://", baseURL)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	port := u.Port()
	if port == "" || scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return scheme + "://" + host, nil
	}
	return scheme + "://" + host + ":" + port, nil
}

// clean is a key as it may be stored and sent, or why it cannot be one.
func clean(key string) (string, error) {
	key = strings.TrimSpace(key)
	if key == "" {
		return "", errEmpty
	}
	for _, r := range key {
		if r <= ' ' || r > '~' {
			return "", errShape
		}
	}
	return key, nil
}

// Last4 is all of a key that is ever shown. Of a short one, nothing is.
func Last4(key string) string {
	if len(key) < 12 {
		return "****"
	}
	return "…" + key[len(key)-4:]
}
