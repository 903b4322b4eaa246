package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// oauthBeta must go with every request that carries a login's token.
const oauthBeta = "oauth-2025-04-20"

// prepare finds out where the call goes and with which headers.
func (c *Client) prepare(ctx context.Context, call *call) (*url.URL, http.Header, error) {
	if call.foreign != nil {
		return call.foreign, c.foreignHeader(call), nil
	}
	header := c.baseHeader(call)
	betas := append(header.Values("Anthropic-Beta"), c.Betas...)
	betas = append(betas, call.options.betas...)

	base, credential, err := c.route(ctx, header)
	if err != nil {
		return nil, nil, err
	}
	if credential != nil {
		if betas, err = credential.apply(header, betas, c.version()); err != nil {
			return nil, nil, err
		}
	}
	header.Del("Anthropic-Beta")
	if list := mergeBetas(betas); list != "" {
		header.Set("Anthropic-Beta", list)
	}
	target, err := resolve(base, call)
	return target, header, err
}

// route finds the base URL, and the credential unless header holds one. With an
// error the base URL is what is known without the credential.
func (c *Client) route(ctx context.Context, header http.Header) (base string, _ *Credential, err error) {
	base = c.baseURL()
	switch own := len(header.Values("X-Api-Key")) + len(header.Values("Authorization")); {
	case own > 1:
		return cmp.Or(base, DefaultBaseURL), nil, errors.New("api: the headers hold more than one credential")
	case own == 1:
		return cmp.Or(base, DefaultBaseURL), nil, nil
	}
	credential, err := c.credential(ctx, base)
	if err != nil {
		return cmp.Or(base, DefaultBaseURL), nil, err
	}
	if base == "" {
		base = credential.BaseURL
	}
	return cmp.Or(base, DefaultBaseURL), &credential, nil
}

// Origin returns the base URL that requests go to: the Client's, else the
// environment's, else that of the credential, else DefaultBaseURL. It asks for
// the credential only where that decides.
func (c *Client) Origin(ctx context.Context) string {
	if base := c.baseURL(); base != "" {
		return base
	}
	base, _, _ := c.route(ctx, c.baseHeader(&call{}))
	return base
}

// ConfiguredOrigin is Origin as far as it is known without the credential, which
// may take a while to find.
func (c *Client) ConfiguredOrigin() string { return cmp.Or(c.baseURL(), DefaultBaseURL) }

// baseURL returns the base URL the Client or the environment names, if any.
func (c *Client) baseURL() string {
	if c.BaseURL != "" {
		return c.BaseURL
	}
	return strings.TrimSpace(c.getenv("ANTHROPIC_BASE_URL"))
}

// Credential returns what requests would be sent with.
func (c *Client) Credential(ctx context.Context) (Credential, error) {
	return c.credential(ctx, c.baseURL())
}

func (c *Client) credential(ctx context.Context, base string) (Credential, error) {
	switch {
	case c.APIKey != "" && c.AuthToken != "":
		return Credential{}, errors.New("api: both APIKey and AuthToken are set; only one credential can be sent")
	case c.APIKey != "":
		return NewCredential(KindAPIKey, c.APIKey, "the client's APIKey"), nil
	case c.AuthToken != "":
		return NewCredential(KindAuthToken, c.AuthToken, "the client's AuthToken"), nil
	}
	source := c.Credentials
	if source == nil {
		source = DefaultCredentials(c.env())
	}
	return source.Credential(ctx, cmp.Or(base, DefaultBaseURL))
}

// apply puts the credential into header, the way version wants it, and returns
// betas with what it needs.
func (c Credential) apply(header http.Header, betas []string, version string) ([]string, error) {
	if c.secret == "" {
		return nil, fmt.Errorf("the credential from %s is empty: %w", c.Source, ErrNoCredential)
	}
	for i := range len(c.secret) {
		if c.secret[i] < ' ' || c.secret[i] >= 0x7f {
			return nil, fmt.Errorf("api: the credential from %s contains characters no header can carry", c.Source)
		}
	}
	switch {
	case c.Kind == KindAPIKey && version < Version2026:
		header.Set("X-Api-Key", c.secret)
	case c.Kind == KindAPIKey, c.Kind == KindAuthToken, c.Kind == KindOAuth:
		header.Set("Authorization", "Bearer "+c.secret)
	default:
		return nil, fmt.Errorf("api: unknown kind of credential %q", c.Kind)
	}
	if c.Kind == KindOAuth {
		betas = append(betas, oauthBeta)
	}
	if c.WorkspaceID != "" && header.Get("Anthropic-Workspace-Id") == "" {
		header.Set("Anthropic-Workspace-Id", c.WorkspaceID)
	}
	return betas, nil
}

// baseHeader merges, later over earlier: what every request has, the
// environment, the Client, the request.
func (c *Client) baseHeader(call *call) http.Header {
	header := c.foreignHeader(call)
	header.Set("Anthropic-Version", c.version())
	switch {
	case call.body != nil:
		header.Set("Content-Type", "application/json")
	case call.upload != nil:
		header.Set("Content-Type", call.upload.contentType)
	}
	merge := func(from http.Header) {
		for name, values := range from {
			header[http.CanonicalHeaderKey(name)] = append([]string(nil), values...)
		}
	}
	merge(parseCustomHeaders(c.getenv("ANTHROPIC_CUSTOM_HEADERS")))
	merge(c.Header)
	merge(call.options.header)
	return header
}

// foreignHeader is what any host may learn.
func (c *Client) foreignHeader(call *call) http.Header {
	accept, agent := call.accept, c.UserAgent
	if accept == "" {
		accept = "application/json"
	}
	if agent == "" {
		agent = "parlor-api"
	}
	return http.Header{"Accept": {accept}, "Accept-Encoding": {"gzip"}, "User-Agent": {agent}}
}

// checkHeader finds what net/http would refuse to send, and be asked to send
// again.
func checkHeader(header http.Header) error {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		ok := httpguts.ValidHeaderFieldName(name)
		for _, value := range header[name] {
			ok = ok && httpguts.ValidHeaderFieldValue(value)
		}
		if !ok { // the value may be a secret
			return &FieldError{strings.ToLower(name), errors.New("holds characters no header can carry")}
		}
	}
	return nil
}

// version returns the anthropic-version of the client.
func (c *Client) version() string {
	if c == nil || c.Version == "" { // that it is nil, do says
		return DefaultVersion
	}
	return c.Version
}

// parseCustomHeaders reads "Name: value" lines; lines without a colon, without
// a name, or that no header could carry are ignored.
func parseCustomHeaders(text string) http.Header {
	header := http.Header{}
	for line := range strings.SplitSeq(text, "\n") {
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if ok && httpguts.ValidHeaderFieldName(name) && httpguts.ValidHeaderFieldValue(value) {
			header.Set(name, value)
		}
	}
	return header
}

// mergeBetas joins lists of betas into one, keeping the first of equal ones.
func mergeBetas(lists []string) string {
	var merged []string
	seen := map[string]bool{}
	for _, list := range lists {
		for beta := range strings.SplitSeq(list, ",") {
			beta = strings.TrimSpace(beta)
			if beta != "" && !seen[beta] {
				seen[beta] = true
				merged = append(merged, beta)
			}
		}
	}
	return strings.Join(merged, ",")
}

// resolve appends the call's path and query to the base URL.
func resolve(base string, call *call) (*url.URL, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("api: the base URL%s is not a URL like https://host/path", shown(base))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("api: the base URL may have a path, but no password, query or fragment")
	}
	if call.own != nil {
		if !sameOrigin(u, call.own) { // the base URL may have changed with the credential
			return nil, errors.New("api: the URL is not of the origin that the credential is for")
		}
		return call.own, nil
	}
	u = u.JoinPath(call.path)
	u.RawQuery = call.query.Encode()
	return u, nil
}

// shown returns a broken base URL for an error, unless it may hold a secret.
func shown(base string) string {
	if strings.ContainsAny(base, "@?#") {
		return ""
	}
	return fmt.Sprintf(" %q", base)
}

// sameOrigin compares scheme, host and port.
func sameOrigin(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		switch {
		case u.Port() != "":
			return u.Port()
		case u.Scheme == "https":
			return "443"
		}
		return "80"
	}
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}
