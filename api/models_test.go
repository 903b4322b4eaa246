package api_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/api"
)

func listModels(t *testing.T, client *api.Client, o api.ModelListOptions) (ids []string, err error) {
	t.Helper()
	for m, e := range client.Models(t.Context(), o) {
		if e != nil {
			return ids, e
		}
		ids = append(ids, m.ID)
	}
	return ids, nil
}

func TestModelsPages(t *testing.T) {
	var queries []string
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		queries = append(queries, r.URL.RawQuery)
		switch r.URL.Query().Get("after_id") {
		case "":
			answerJSON(w, 200, `{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"first_id":"a","last_id":"b"}`)
		case "b":
			answerJSON(w, 200, `{"data":[{"id":"c"}],"has_more":true,"last_id":"c"}`)
		default:
			answerJSON(w, 200, `{"data":[],"has_more":true,"last_id":"z"}`)
		}
	})
	client, _ := newClient(t, s.URL)
	ids, err := listModels(t, client, api.ModelListOptions{Limit: 2, Lifecycle: []string{"active", "retired"}})
	if err != nil || strings.Join(ids, "") != "abc" {
		t.Errorf("got %v, %v", ids, err)
	}
	want := []string{
		"lifecycle%5B%5D=active&lifecycle%5B%5D=retired&limit=2",
		"after_id=b&lifecycle%5B%5D=active&lifecycle%5B%5D=retired&limit=2",
		"after_id=c&lifecycle%5B%5D=active&lifecycle%5B%5D=retired&limit=2",
	}
	if !slices.Equal(queries, want) {
		t.Errorf("asked %q", queries)
	}
	for first, err := range client.Models(t.Context(), api.ModelListOptions{}) {
		if first.ID != "a" || err != nil {
			t.Errorf("got %v, %v", first, err)
		}
		break
	}
	if len(queries) != 4 {
		t.Error("a page was fetched that nobody wanted")
	}
}

func TestModelsBackwards(t *testing.T) {
	var cursors []string
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		cursors = append(cursors, r.URL.Query().Get("before_id"))
		answerJSON(w, 200, `{"data":[{"id":"a"}],"has_more":true,"first_id":"a","last_id":"x"}`)
	})
	client, _ := newClient(t, s.URL)
	ids, err := listModels(t, client, api.ModelListOptions{BeforeID: "c"})
	if err != nil || len(ids) != 2 || !slices.Equal(cursors, []string{"c", "a"}) {
		t.Errorf("got %v, %v, %v: a cursor that does not move is the end", ids, cursors, err)
	}
}

func TestModelsOfLooseServers(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"another vendor's", `{"object":"list","data":[{"id":"a","object":"model","created":1686935002,"owned_by":"x"},{"id":"b"}]}`, "a b"},
		{"named models", `{"models":[{"name":"a"},{"model":"no name"},7]}`, "a"},
		{"a bare list", `[{"id":"a"}]`, "a"},
		{"more, but no cursor", `{"data":[{"id":"a"}],"has_more":true,"last_id":null}`, "a"},
		{"empty", `{"data":[]}`, ""},
		{"no list", `{"data":null}`, "error"},
		{"something else", `{"x":1}`, "error"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, c.body) })
			client, _ := newClient(t, s.URL)
			ids, err := listModels(t, client, api.ModelListOptions{})
			if c.want == "error" {
				if !errors.As(err, new(*api.DecodeError)) {
					t.Errorf("got %v, %v", ids, err)
				}
				return
			}
			if err != nil || strings.Join(ids, " ") != c.want {
				t.Errorf("got %v, %v", ids, err)
			}
		})
	}
}

func TestModelFacts(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, n int) {
		switch n {
		case 0:
			answerJSON(w, 200, `{"id":"claude-x","type":"model","display_name":"X","created_at":"2026-09-22T00:00:00Z",
			"max_input_tokens":1000000,"max_tokens":128000,"lifecycle":"deprecated","retires_at":"2026-12-01T00:00:00Z","deprecated_at":null,
			"line":"opus","capabilities":{"image_input":{"supported":true},"batch":null,"thinking":{"supported":true,"types":
			{"adaptive":{"supported":true},"disabled":{"supported":false}}},"effort":{"supported":true,"low":{"supported":true},"xhigh":null}}}`)
		case 1:
			answerJSON(w, 200, `{"id":"gpt-like","created":1686935002,"max_tokens":null}`)
		case 2:
			answerJSON(w, 404, `{"type":"error","error":{"type":"not_found_error","message":"model: nope"}}`)
		default:
			answerJSON(w, 200, `{}`)
		}
	})
	client, _ := newClient(t, s.URL)
	m, err := client.Model(t.Context(), "claude-x")
	if err != nil {
		t.Fatal(err)
	}
	if m.DisplayName != "X" || m.MaxInputTokens != 1e6 || m.MaxTokens != 128000 || m.Line != "opus" ||
		m.Lifecycle != "deprecated" || m.RetiresAt.Month() != time.December || !m.DeprecatedAt.IsZero() {
		t.Errorf("got %+v", m)
	}
	c := m.Capabilities
	if !c.ImageInput || c.Batch || !c.Thinking.Adaptive || c.Thinking.Disabled || !c.Effort.Low || c.Effort.XHigh {
		t.Errorf("got %+v", c)
	}
	m, err = client.Model(t.Context(), "gpt-like")
	if err != nil || m.CreatedAt.Year() != 2023 || m.Capabilities != nil || m.MaxTokens != 0 {
		t.Errorf("got %+v, %v", m, err)
	}
	if _, err := client.Model(t.Context(), "nope"); !errors.Is(err, api.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := client.Model(t.Context(), "x"); !errors.As(err, new(*api.DecodeError)) {
		t.Errorf("got %v", err)
	}
}

func TestModelsReportErrors(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 401, `{}`) })
	client, _ := newClient(t, s.URL)
	if _, err := listModels(t, client, api.ModelListOptions{}); !errors.Is(err, api.ErrAuthentication) {
		t.Errorf("got %v", err)
	}
}
