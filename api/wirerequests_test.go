package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"parlor/api"
)

// The same call must go out as the recorded client sent it. That client and
// this one differ in four points, by rules that hold for every case:
//
//   - Two credentials are refused here, or the one that was set by hand is sent.
//     The API refuses both, and so does the recorded client in its later version.
//   - ANTHROPIC_CUSTOM_HEADERS apply with a credential as well. In the earlier
//     version of the recorded client they do not, which is a known mistake.
//   - White space around a credential does not count.
//   - What the recorded client has no field for ("dropped_keys") is sent as it
//     was given, or refused by its name where the API would refuse it.
func TestWireRequests(t *testing.T) {
	wireCases(t, "requests", func(t *testing.T, c wireCase) {
		s, client := newWireServer(t, c.Version, c.answer)
		err := c.send(t, client)
		switch {
		case len(c.Requests) == 0 || err != nil && c.twoCredentials() || c.refuses(err):
			if err == nil || len(s.received()) != 0 {
				t.Fatalf("must be refused before it is sent, got %v", err)
			}
			return
		case err != nil:
			t.Fatal(err)
		case len(s.received()) != len(c.Requests):
			t.Fatalf("sent %d requests, want %d", len(s.received()), len(c.Requests))
		}
		for i, got := range s.received() {
			c.compare(t, got, c.Requests[i])
		}
	})
}

// twoCredentials reports whether the call was made with two.
func (c wireCase) twoCredentials() bool {
	h := c.first().Headers
	return len(h["X-Api-Key"])+len(h["Authorization"]) > 1 || strings.Contains(c.Name, "both-credentials")
}

// refuses reports whether err refuses a field that was dropped.
func (c wireCase) refuses(err error) bool {
	var refused *api.FieldError
	return errors.As(err, &refused) && slices.Contains(c.DroppedKeys, "."+refused.Field)
}

func (c wireCase) first() wireRequest {
	if len(c.Requests) == 0 {
		return wireRequest{}
	}
	return c.Requests[0]
}

// answer gives the client what the recorded one made of its answer, as far as
// that is an answer.
func (c wireCase) answer(w http.ResponseWriter, r *http.Request, _ int) {
	switch {
	case c.first().streams() && strings.HasSuffix(r.URL.Path, "/complete"):
		answerSSE(w, sse(`{"type":"completion","completion":" Hi","stop_reason":"stop_sequence"}`))
	case c.first().streams():
		answerSSE(w, helloStream())
	case strings.HasSuffix(r.URL.Path, "/results"):
		io.WriteString(w, `{"custom_id":"a","result":{"type":"canceled"}}`+"\n")
	case len(c.Value) > 0 && c.Value[0] == '{':
		answerJSON(w, 200, string(c.Value))
	case strings.HasSuffix(r.URL.Path, "/messages"):
		answerJSON(w, 200, helloAnswer)
	default:
		answerJSON(w, 200, `{"id":"x","data":[],"input_tokens":7,"completion":" Hi"}`)
	}
}

func (c wireCase) compare(t *testing.T, got received, want wireRequest) {
	t.Helper()
	// The later client leaves two characters of an ID as they are, which makes no
	// difference to a server.
	recordedURI := strings.NewReplacer(";", "%3B", ",", "%2C").Replace(want.URI)
	if got.Method != want.Method || got.RequestURI != recordedURI {
		t.Errorf("sent %s %s, want %s %s", got.Method, got.RequestURI, want.Method, want.URI)
	}
	headers := protocolHeaders(c.withCustomHeaders(want.Headers))
	for name, value := range protocolHeaders(got.Header) {
		if headers[name] != value {
			t.Errorf("header %s: %q, want %q", name, value, headers[name])
		}
		delete(headers, name)
	}
	if len(headers) > 0 {
		t.Errorf("headers are missing: %q", headers)
	}
	switch {
	case strings.HasPrefix(want.Headers.Get("Content-Type"), "multipart/"):
		gotParts, wantParts := parts(t, got.Header, got.Body), parts(t, want.Headers, []byte(want.Raw))
		if !slices.Equal(gotParts, wantParts) {
			t.Errorf("parts:\n got %q\nwant %q", gotParts, wantParts)
		}
	case want.Body != nil:
		body := c.withoutExtra(t, got.Body, want.Body)
		sameJSON(t, "body", withoutNull(t, body), withoutNull(t, want.Body))
	case len(got.Body) > 0:
		t.Errorf("a body was sent: %s", got.Body)
	}
}

// withCustomHeaders adds the headers of the environment, of which a credential
// replaces the other.
func (c wireCase) withCustomHeaders(recorded http.Header) http.Header {
	headers := recorded.Clone()
	for line := range strings.SplitSeq(c.env()["ANTHROPIC_CUSTOM_HEADERS"], "\n") {
		name, value, ok := strings.Cut(line, ":")
		name = http.CanonicalHeaderKey(strings.TrimSpace(name))
		if !ok || name == "" || strings.Contains(name, " ") {
			continue
		}
		if name == "X-Api-Key" || name == "Authorization" {
			headers.Del("X-Api-Key")
			headers.Del("Authorization")
		}
		headers.Set(name, strings.TrimSpace(value))
	}
	return headers
}

// protocolHeaders drops what names or measures a client, and normalises what
// may differ without meaning.
func protocolHeaders(h http.Header) map[string]string {
	kept := map[string]string{}
	for name, values := range h {
		switch {
		case strings.HasPrefix(name, "X-Stainless-"), name == "User-Agent", name == "X-Retry-Count",
			name == "Host", name == "Content-Length":
		case name == "Content-Type":
			kept[name], _, _ = strings.Cut(values[0], ";") // the boundary
		default:
			kept[name] = strings.Join(strings.Fields(strings.Join(values, ",")), " ")
		}
	}
	return kept
}

// parts writes each part of a form as one string: its headers and content.
func parts(t *testing.T, h http.Header, body []byte) (list []string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, name := range slices.Sorted(maps.Keys(part.Header)) {
			text += name + ": " + strings.Join(part.Header[name], ",") + "\n"
		}
		list = append(list, text+"\n"+string(content))
	}
}

// withoutExtra takes out of body what stands in given, but not in want: null,
// and everything if keys were dropped.
func (c wireCase) withoutExtra(t *testing.T, body, want []byte) []byte {
	t.Helper()
	if len(c.Given) == 0 || c.Given[0] != '{' {
		return body
	}
	var b, w, g any
	for _, raw := range []struct {
		raw  []byte
		into *any
	}{{body, &b}, {want, &w}, {c.Given, &g}} {
		if err := json.Unmarshal(raw.raw, raw.into); err != nil {
			t.Fatal(err)
		}
	}
	out, _ := json.Marshal(reduce(b, w, g, len(c.DroppedKeys) > 0))
	return out
}

// withoutNull drops what is not set but said to be.
func withoutNull(t *testing.T, body []byte) []byte {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(fields, func(_ string, value any) bool { return value == nil })
	out, _ := json.Marshal(fields)
	return out
}

// reduce takes out of body what given has as well, and want does not know.
func reduce(body, want, given any, dropped bool) any {
	switch body := body.(type) {
	case map[string]any:
		w, _ := want.(map[string]any)
		g, _ := given.(map[string]any)
		for key, value := range body {
			if known, ok := w[key]; ok {
				body[key] = reduce(value, known, g[key], dropped)
			} else if original, ok := g[key]; ok && (dropped || value == nil) && reflect.DeepEqual(value, original) {
				delete(body, key)
			}
		}
	case []any:
		w, _ := want.([]any)
		g, _ := given.([]any)
		for i := range min(len(body), len(w), len(g)) {
			body[i] = reduce(body[i], w[i], g[i], dropped)
		}
	}
	return body
}
