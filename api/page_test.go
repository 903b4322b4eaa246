package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parlor/api"
)

type listItem struct {
	ID string `json:"id"`
}

// ids reads a list to its end.
func ids(t *testing.T, client *api.Client, list api.ListRequest) (got []string, err error) {
	t.Helper()
	for item, err := range api.List[listItem](t.Context(), client, list) {
		if err != nil {
			return got, err
		}
		got = append(got, item.ID)
	}
	return got, nil
}

func TestListsOfEachPagination(t *testing.T) {
	// pages maps the query of a request to the page it gets.
	cases := []struct {
		name   string
		paging api.Paging
		query  url.Values
		pages  map[string]string
		want   string
	}{
		{
			"ids, forward", api.PageByID,
			url.Values{"limit": {"2"}, "x": {"kept"}},
			map[string]string{
				"limit=2&x=kept":            `{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"first_id":"a","last_id":"b"}`,
				"after_id=b&limit=2&x=kept": `{"data":[{"id":"c"}],"has_more":false,"first_id":"c","last_id":"c"}`,
			},
			"a b c",
		},
		{
			"ids, backward", api.PageByID,
			url.Values{"before_id": {"z"}},
			map[string]string{
				"before_id=z": `{"data":[{"id":"x"},{"id":"y"}],"has_more":true,"first_id":"x","last_id":"y"}`,
				"before_id=x": `{"data":[{"id":"w"}],"has_more":false,"first_id":"w","last_id":"w"}`,
			},
			"x y w",
		},
		{
			"ids, an empty page is the last", api.PageByID, nil,
			map[string]string{"": `{"data":[],"has_more":true,"first_id":null,"last_id":null}`},
			"",
		},
		{
			"ids, a cursor that stands still", api.PageByID,
			url.Values{"after_id": {"a"}},
			map[string]string{"after_id=a": `{"data":[{"id":"a"}],"has_more":true,"last_id":"a"}`},
			"a",
		},
		{
			"pages, an empty one may have a successor", api.PageByPage,
			url.Values{"source": {"custom"}},
			map[string]string{
				"source=custom":         `{"data":[{"id":"a"}],"next_page":"p2"}`,
				"page=p2&source=custom": `{"data":[],"next_page":"p3"}`,
				"page=p3&source=custom": `{"data":[{"id":"b"}],"next_page":null}`,
			},
			"a b",
		},
		{
			"tokens", api.PageByToken, nil,
			map[string]string{
				"":              `{"data":[{"id":"a"}],"has_more":true,"next_page":"t2"}`,
				"page_token=t2": `{"data":[{"id":"b"}],"has_more":false,"next_page":"t3"}`,
			},
			"a b",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				page, ok := c.pages[r.URL.RawQuery]
				if !ok {
					page = `{"type":"error","error":{"type":"not_found_error","message":"no page"}}`
					w.WriteHeader(404)
				}
				io.WriteString(w, page)
			})
			client, _ := newClient(t, s.URL)
			got, err := ids(t, client, api.ListRequest{Path: "v1/things", Query: c.query, Paging: c.paging})
			if err != nil || strings.Join(got, " ") != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
			if len(s.received()) != len(c.pages) {
				t.Errorf("sent %d requests, want %d", len(s.received()), len(c.pages))
			}
		})
	}
}

func TestAListIsReadNoFurtherThanWanted(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerJSON(w, 200, `{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"last_id":"b"}`)
	})
	client, _ := newClient(t, s.URL)
	for _, err := range api.List[listItem](t.Context(), client, api.ListRequest{Path: "v1/things"}) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if n := len(s.received()); n != 1 {
		t.Errorf("sent %d requests, want one", n)
	}
}

func TestAListThatGoesRoundEnds(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		next := map[string]string{"": "2", "2": "3", "3": "2"}[r.URL.Query().Get("page")]
		answerJSON(w, 200, `{"data":[{"id":"`+next+`"}],"next_page":"`+next+`"}`)
	})
	client, _ := newClient(t, s.URL)
	got, err := ids(t, client, api.ListRequest{Path: "v1/things", Paging: api.PageByPage})
	if !slices.Equal(got, []string{"2", "3", "2"}) || err == nil || !strings.Contains(err.Error(), "lead back") {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAListEndsWithItsFirstError(t *testing.T) {
	for name, c := range map[string]struct {
		second string
		want   string
	}{
		"not a list":         {`{"data":{}}`, "not a list"},
		"an item of no type": {`{"data":[{"id":7}]}`, "cannot unmarshal"},
		"a failure":          {"", "answered 400"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
				switch {
				case n == 0:
					answerJSON(w, 200, `{"data":[{"id":"a"}],"next_page":"2"}`)
				case c.second == "":
					answerJSON(w, 400, `{}`)
				default:
					answerJSON(w, 200, c.second)
				}
			})
			client, _ := newClient(t, s.URL)
			got, err := ids(t, client, api.ListRequest{Path: "v1/things", Paging: api.PageByPage})
			if !slices.Equal(got, []string{"a"}) || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestSend(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if n == 0 {
			answerJSON(w, 529, `{"type":"error","error":{"type":"overloaded_error","message":"busy"}}`)
			return
		}
		w.Header().Set("Request-Id", "req_1")
		io.WriteString(w, r.Method+" "+r.URL.String())
	})
	client, _ := newClient(t, s.URL+"/prefix")
	resp, err := client.Send(t.Context(), api.RawRequest{
		Path: "v1/agents/a%2Fb", Query: url.Values{"q": {"1"}}, Body: []byte(`{"a":1.0}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body := make([]byte, 100)
	n, _ := resp.Body.Read(body)
	if got := string(body[:n]); got != "POST /prefix/v1/agents/a%2Fb?q=1" {
		t.Errorf("sent %s", got)
	}
	if resp.RequestID != "req_1" || resp.Attempts != 2 || string(s.last(t).Body) != `{"a":1.0}` {
		t.Errorf("got %+v after %s", resp.ResponseInfo, s.last(t).Body)
	}
}

func TestSendRefusesPathsThatLeadElsewhere(t *testing.T) {
	client, _ := newClient(t, "http://127.0.0.1:1")
	for _, path := range []string{"", "v1//x", "v1/../x", "v1/%2e%2e/x", "v1/%zz", "/v1/x", "v1/x?limit=1", "v1/x#y", "https://other.test/v1/x"} {
		_, err := client.Send(t.Context(), api.RawRequest{Path: path})
		var field *api.FieldError
		if !errors.As(err, &field) || field.Field != "path" {
			t.Errorf("%q: %v", path, err)
		}
		for _, err := range api.List[any](t.Context(), client, api.ListRequest{Path: path}) {
			if !errors.As(err, &field) || field.Field != "path" {
				t.Errorf("a list of %q: %v", path, err)
			}
		}
	}
}

func TestAnUnknownWayOfPagingIsRefused(t *testing.T) {
	client, _ := newClient(t, "http://127.0.0.1:1")
	for _, err := range api.List[any](t.Context(), client, api.ListRequest{Path: "v1/x", Paging: 7}) {
		var field *api.FieldError
		if !errors.As(err, &field) || field.Field != "paging" {
			t.Errorf("got %v", err)
		}
	}
}

// Without an item the loop never gets to say that it has enough.
func TestListsThatNeverEnd(t *testing.T) {
	pages := func(format string, circle int) func(n int) string {
		return func(n int) string { return strings.ReplaceAll(format, "N", strconv.Itoa(n%circle)) }
	}
	const endless = 1 << 30
	for name, c := range map[string]struct {
		page     func(n int) string
		paging   api.Paging
		requests int // at most
		says     string
	}{
		"to and fro":  {pages(`{"data":[{"id":"N"}],"has_more":true,"last_id":"N"}`, 2), api.PageByID, 6, "lead back"},
		"a circle":    {pages(`{"data":[{"id":"N"}],"next_page":"N"}`, 100), api.PageByPage, 400, "lead back"},
		"empty pages": {pages(`{"data":[],"next_page":"N"}`, endless), api.PageByPage, 1000, "without an item"},
		"empty, to":   {pages(`{"data":[],"next_page":"N"}`, 3), api.PageByToken, 9, "lead back"},
		"long, and fine": {func(n int) string {
			if n == 1500 {
				return `{"data":[]}`
			}
			return fmt.Sprintf(`{"data":[%s],"next_page":"%d"}`, []string{"", `{"id":"x"}`}[n%500/499], n)
		}, api.PageByPage, 1501, ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			client := virtualClient(func(*http.Request) (*http.Response, error) {
				body := c.page(n)
				n++
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
			})
			_, err := ids(t, client, api.ListRequest{Path: "v1/things", Paging: c.paging})
			var decode *api.DecodeError
			if n > c.requests || errors.As(err, &decode) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("after %d requests: %v", n, err)
			}
		})
	}
}

func TestObjectsThatAreNoItemsDoNotKeepAListGoing(t *testing.T) {
	n := 0
	client := virtualClient(func(*http.Request) (*http.Response, error) {
		n++
		body := fmt.Sprintf(`{"data":[null,7,{}],"has_more":true,"last_id":"%d"}`, n)
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	for _, err := range client.Batches(t.Context(), api.BatchListOptions{}) {
		if !errors.As(err, new(*api.DecodeError)) {
			t.Error(err)
		}
	}
	if n != 1000 {
		t.Errorf("%d requests", n)
	}
}
