package api

import (
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
)

// environmentLogger is the logger that ANTHROPIC_LOG asks for.
func environmentLogger(level string, to io.Writer) *slog.Logger {
	var from slog.Level
	level = strings.ToLower(strings.TrimSpace(level))
	if level == "" || level == "off" || from.UnmarshalText([]byte(level)) != nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: from}))
}

// secretHeader reports whether a header never reaches a log. Gateways have keys
// of their own, under names like X-Portkey-Api-Key and Helicone-Auth.
func secretHeader(name string) bool {
	name = strings.ToLower(name)
	if strings.HasPrefix(name, "anthropic-ratelimit") { // of tokens, but not that kind
		return false
	}
	return slices.ContainsFunc([]string{
		"auth", "key", "token", "secret", "password", "credential", "signature", "cookie",
	}, func(part string) bool { return strings.Contains(name, part) })
}

// logHeader shows a header in a log, without what is secret in it.
type logHeader http.Header

// LogValue implements slog.LogValuer, so that the work is only done when the
// record is really written.
func (h logHeader) LogValue() slog.Value {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	attrs := make([]slog.Attr, 0, len(names))
	for _, name := range names {
		value := strings.Join(h[name], ", ")
		if secretHeader(name) {
			value = "REDACTED"
		}
		attrs = append(attrs, slog.String(name, value))
	}
	return slog.GroupValue(attrs...)
}
