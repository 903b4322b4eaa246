package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"parlor/api"
)

const runningBatch = `{"id":"msgbatch_01","type":"message_batch","processing_status":"in_progress",` +
	`"request_counts":{"processing":2,"succeeded":0,"errored":0,"canceled":0,"expired":0},` +
	`"created_at":"2026-01-01T00:00:00Z","expires_at":"2026-01-02T00:00:00Z","ended_at":null,` +
	`"cancel_initiated_at":null,"archived_at":null,"results_url":null}`

// endedBatch says that its results are at url.
func endedBatch(url string) string {
	return `{"id":"msgbatch_01","type":"message_batch","processing_status":"ended",` +
		`"request_counts":{"processing":0,"succeeded":5,"errored":4,"canceled":3,"expired":2},` +
		`"created_at":"2026-01-01T00:00:00Z","expires_at":"2026-01-02T00:00:00Z",` +
		`"ended_at":"2026-01-01T03:00:00.5Z","cancel_initiated_at":"2026-01-01T02:00:00Z",` +
		`"archived_at":"2026-01-30T00:00:00Z","results_url":"` + url + `"}`
}

func twoRequests() []api.BatchRequest {
	second := hello()
	second.System = []api.Block{api.NewText("s")}
	return []api.BatchRequest{{CustomID: "a", Params: hello()}, {CustomID: "b", Params: second}}
}

func TestBatchCalls(t *testing.T) {
	for want, call := range map[string]func(context.Context, *api.Client) error{
		"POST /v1/messages/batches application/json": func(ctx context.Context, c *api.Client) error {
			_, err := c.CreateBatch(ctx, twoRequests())
			return err
		},
		"GET /v1/messages/batches/a%2Fb application/json": func(ctx context.Context, c *api.Client) error {
			_, err := c.Batch(ctx, "a/b")
			return err
		},
		"GET /v1/messages/batches?before_id=x&limit=2 application/json": func(ctx context.Context, c *api.Client) error {
			for _, err := range c.Batches(ctx, api.BatchListOptions{Limit: 2, BeforeID: "x"}) {
				return err
			}
			return errors.New("an empty list")
		},
		"POST /v1/messages/batches/msgbatch_01/cancel application/json": func(ctx context.Context, c *api.Client) error {
			_, err := c.CancelBatch(ctx, "msgbatch_01")
			return err
		},
		"DELETE /v1/messages/batches/msgbatch_01 application/json": func(ctx context.Context, c *api.Client) error {
			return c.DeleteBatch(ctx, "msgbatch_01")
		},
		"GET /v1/messages/batches/msgbatch_01/results application/x-jsonl": func(ctx context.Context, c *api.Client) error {
			for _, err := range c.BatchResults(ctx, "msgbatch_01") {
				return err
			}
			return errors.New("no results")
		},
	} {
		t.Run(want, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/results"):
					io.WriteString(w, `{"custom_id":"a","result":{"type":"canceled"}}`)
				case r.URL.RawQuery != "":
					answerJSON(w, 200, `{"data":[`+runningBatch+`],"has_more":false}`)
				default:
					answerJSON(w, 200, runningBatch)
				}
			})
			client, _ := newClient(t, s.URL)
			if err := call(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			got := s.last(t)
			if line := got.Method + " " + got.RequestURI + " " + got.Header.Get("Accept"); line != want {
				t.Errorf("sent %s", line)
			}
			if (len(got.Body) > 0) != (got.Header.Get("Content-Type") == "application/json") {
				t.Errorf("sent %q as %q", got.Body, got.Header.Get("Content-Type"))
			}
			if got.Header.Get("Anthropic-Beta") != "" {
				t.Errorf("sent betas %q", got.Header.Get("Anthropic-Beta"))
			}
		})
	}
}

func TestABatchIsCreatedAsItsRequestsWouldBeSent(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, runningBatch) })
	client, _ := newClient(t, s.URL)
	batch, err := client.CreateBatch(t.Context(), twoRequests())
	if err != nil {
		t.Fatal(err)
	}
	if batch.ID != "msgbatch_01" || batch.Ended() || batch.RequestCounts.Processing != 2 || string(batch.Raw) != runningBatch {
		t.Errorf("got %+v", batch)
	}
	first := s.last(t).Body
	if want := `{"requests":[{"custom_id":"a","params":` + encoded(t, twoRequests()[0].Params) +
		`},{"custom_id":"b","params":` + encoded(t, twoRequests()[1].Params) + `}]}`; string(first) != want {
		t.Errorf("sent %s\nwant %s", first, want)
	}
	if _, err := client.CreateBatch(t.Context(), twoRequests()); err != nil || string(s.last(t).Body) != string(first) {
		t.Errorf("the same batch has other bytes: %s, %v", s.last(t).Body, err)
	}
}

func encoded(t *testing.T, r *api.MessageRequest) string {
	t.Helper()
	raw, err := r.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestBetasOfABatchAreThoseOfAllItsRequests(t *testing.T) {
	const plain, beta = "/v1/messages/batches", "/v1/messages/batches?beta=true"
	for name, c := range map[string]struct {
		version  string
		requests [][]string // their betas
		betas    string
		uri      string
	}{
		"none":               {api.Version2023, [][]string{nil, nil}, "of-client,of-call", plain},
		"the beta side":      {api.Version2023, [][]string{nil, {}}, "of-client,of-call,message-batches-2024-09-24", beta},
		"some":               {api.Version2023, [][]string{{"x"}, nil, {"y", "x", "of-call"}}, "of-client,of-call,x,y,message-batches-2024-09-24", beta},
		"of a later version": {api.Version2026, [][]string{{"x"}, {"y"}}, "of-client,of-call,x,y", plain},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, runningBatch) })
			client, _ := newClient(t, s.URL)
			client.Version, client.Betas = c.version, []string{"of-client"}
			var requests []api.BatchRequest
			for i, betas := range c.requests {
				params := hello()
				params.Betas = betas
				requests = append(requests, api.BatchRequest{CustomID: strconv.Itoa(i), Params: params})
			}
			if _, err := client.CreateBatch(t.Context(), requests, api.WithBetas("of-call")); err != nil {
				t.Fatal(err)
			}
			got := s.last(t)
			if betas := got.Header.Get("Anthropic-Beta"); betas != c.betas || got.RequestURI != c.uri {
				t.Errorf("sent %q to %s, want %q to %s", betas, got.RequestURI, c.betas, c.uri)
			}
		})
	}
}

func TestABatchHasOneUserProfileAndWorkspace(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, runningBatch) })
	client, _ := newClient(t, s.URL)
	requests := twoRequests()
	for _, request := range requests {
		request.Params.UserProfileID, request.Params.WorkspaceID = "uprof_1", "wrkspc_1"
	}
	if _, err := client.CreateBatch(t.Context(), requests); err != nil {
		t.Fatal(err)
	}
	header := s.last(t).Header
	if header.Get("Anthropic-User-Profile-Id") != "uprof_1" || header.Get("Anthropic-Workspace-Id") != "wrkspc_1" {
		t.Errorf("headers %v", header)
	}
	requests[1].Params.WorkspaceID = ""
	_, err := client.CreateBatch(t.Context(), requests)
	refused(t, err, "requests[1].params.workspace_id")
	requests[1].Params.UserProfileID = ""
	_, err = client.CreateBatch(t.Context(), requests)
	refused(t, err, "requests[1].params.user_profile_id")
}

// refused checks that err names the field that holds the mistake.
func refused(t *testing.T, err error, field string) {
	t.Helper()
	var got *api.FieldError
	if !errors.As(err, &got) || got.Field != field || !errors.Is(err, api.ErrInvalidRequest) {
		t.Errorf("got %v (%T), want a mistake in %s", err, err, field)
	}
}

func TestMistakesInABatchAreFoundBeforeItIsSent(t *testing.T) {
	client, _ := newClient(t, "http://127.0.0.1:1")
	with := func(change func(*api.BatchRequest)) []api.BatchRequest {
		requests := twoRequests()
		change(&requests[1])
		return requests
	}
	for field, requests := range map[string][]api.BatchRequest{
		"requests":                     nil,
		"requests[1].custom_id":        with(func(r *api.BatchRequest) { r.CustomID = "a" }),
		"requests[0].custom_id":        {{Params: hello()}},
		"requests[0].params":           {{CustomID: "a"}},
		"requests[1].params.system[0]": with(func(r *api.BatchRequest) { r.Params.System = make([]api.Block, 1) }),
		"requests[1].params.model":     with(func(r *api.BatchRequest) { r.Params.Model = "" }),
	} {
		batch, err := client.CreateBatch(t.Context(), requests)
		refused(t, err, field)
		if batch != nil {
			t.Errorf("%s: got %+v", field, batch)
		}
	}
	client.Version = api.Version2026
	_, err := client.CreateBatch(t.Context(), with(func(r *api.BatchRequest) { r.Params.Temperature = new(float64) }))
	refused(t, err, "requests[1].params.temperature")
	for _, id := range []string{"", ".", ".."} {
		_, err := client.Batch(t.Context(), id)
		refused(t, err, "message_batch_id")
		_, err = client.CancelBatch(t.Context(), id)
		refused(t, err, "message_batch_id")
		refused(t, client.DeleteBatch(t.Context(), id), "message_batch_id")
		for _, err := range client.BatchResults(t.Context(), id) {
			refused(t, err, "message_batch_id")
		}
	}
}

func TestWhatABatchTells(t *testing.T) {
	raw := endedBatch("https://api.test/v1/messages/batches/msgbatch_01/results")
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, raw) })
	client, _ := newClient(t, s.URL)
	got, err := client.Batch(t.Context(), "msgbatch_01")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 1, day, hour, 0, 0, 0, time.UTC) }
	want := api.Batch{
		ID: "msgbatch_01", Type: "message_batch", ProcessingStatus: api.BatchEnded,
		RequestCounts: api.BatchCounts{Succeeded: 5, Errored: 4, Canceled: 3, Expired: 2},
		CreatedAt:     at(1, 0), ExpiresAt: at(2, 0), EndedAt: at(1, 3).Add(500 * time.Millisecond),
		CancelInitiatedAt: at(1, 2), ArchivedAt: at(30, 0),
		ResultsURL: "https://api.test/v1/messages/batches/msgbatch_01/results",
	}
	if string(got.Raw) != raw || got.RequestCounts.Total() != 14 || !got.Ended() {
		t.Errorf("got %+v", got)
	}
	got.Raw = nil
	if gotJSON, wantJSON := encodeAny(got), encodeAny(&want); gotJSON != wantJSON {
		t.Errorf("got  %s\nwant %s", gotJSON, wantJSON)
	}
}

func encodeAny(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

func TestABatchOfAnotherServerMayTellLittle(t *testing.T) {
	for body, want := range map[string]api.Batch{
		`{"id":"b"}`: {ID: "b"},
		`{"id":"b","request_counts":7,"created_at":1767225600,"ended_at":"soon","results_url":{},"new":[]}`: {
			ID: "b", CreatedAt: time.Unix(1767225600, 0).UTC(),
		},
		`{"id":"b","processing_status":"paused","request_counts":{"processing":"3","errored":-1,"succeeded":null}}`: {
			ID: "b", ProcessingStatus: "paused", RequestCounts: api.BatchCounts{Processing: 3},
		},
	} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, body) })
		client, _ := newClient(t, s.URL)
		got, err := client.Batch(t.Context(), "b")
		if err != nil {
			t.Fatal(err)
		}
		got.Raw = nil
		if gotJSON, wantJSON := encodeAny(got), encodeAny(&want); gotJSON != wantJSON {
			t.Errorf("%s:\n got %s\nwant %s", body, gotJSON, wantJSON)
		}
	}
	for _, body := range []string{`{}`, `[]`, `{"id":7}`} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, body) })
		client, _ := newClient(t, s.URL)
		var decode *api.DecodeError
		if batch, err := client.CreateBatch(t.Context(), twoRequests()); !errors.As(err, &decode) {
			t.Errorf("%s: got %+v, %v", body, batch, err)
		}
	}
}

func TestBatchesAreListedPageByPage(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		switch r.URL.RawQuery {
		case "limit=2":
			answerJSON(w, 200, `{"data":[{"id":"c"},{"nameless":1},{"id":"b"}],"has_more":true,"first_id":"c","last_id":"b"}`)
		case "after_id=b&limit=2":
			answerJSON(w, 200, `{"data":[{"id":"a"}],"has_more":false,"first_id":"a","last_id":"a"}`)
		default:
			answerJSON(w, 400, `{"type":"error","error":{"type":"invalid_request_error","message":"what?"}}`)
		}
	})
	client, _ := newClient(t, s.URL)
	var got []string
	for batch, err := range client.Batches(t.Context(), api.BatchListOptions{Limit: 2}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, batch.ID)
	}
	if strings.Join(got, " ") != "c b a" {
		t.Errorf("got %q", got)
	}
	for _, err := range client.Batches(t.Context(), api.BatchListOptions{Limit: -1, AfterID: "x"}) {
		if !errors.Is(err, api.ErrInvalidRequest) || s.last(t).URL.RawQuery != "after_id=x&limit=-1" {
			t.Errorf("what makes no sense is the server's to say: %v after %s", err, s.last(t).URL)
		}
	}
}

func TestABatchIsCanceledAndDeleted(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.Method == http.MethodDelete {
			answerJSON(w, 200, `{"id":"msgbatch_01","type":"message_batch_deleted"}`)
			return
		}
		answerJSON(w, 200, strings.Replace(runningBatch, "in_progress", "canceling", 1))
	})
	client, _ := newClient(t, s.URL)
	batch, err := client.CancelBatch(t.Context(), "msgbatch/01")
	if err != nil || batch.ProcessingStatus != api.BatchCanceling {
		t.Errorf("got %+v, %v", batch, err)
	}
	got := s.last(t)
	if got.Method != http.MethodPost || got.RequestURI != "/v1/messages/batches/msgbatch%2F01/cancel" || len(got.Body) != 0 {
		t.Errorf("sent %s %s %s", got.Method, got.RequestURI, got.Body)
	}
	if err := client.DeleteBatch(t.Context(), "msgbatch_01"); err != nil || s.last(t).Method != http.MethodDelete {
		t.Errorf("sent %s, %v", s.last(t).Method, err)
	}
}

func TestCreatingABatchIsTriedAgain(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		switch n {
		case 0:
			answerJSON(w, 529, `{"type":"error","error":{"type":"overloaded_error","message":"busy"}}`)
		case 1:
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, `{"id":`) // and the connection breaks
		default:
			answerJSON(w, 200, runningBatch)
		}
	})
	client, clock := newClient(t, s.URL)
	if _, err := client.CreateBatch(t.Context(), twoRequests()); err != nil || len(clock.slept) != 2 {
		t.Errorf("after %v: %v", clock.slept, err)
	}
	all := s.received()
	if len(all) != 3 || string(all[2].Body) != string(all[0].Body) || len(all[0].Body) == 0 {
		t.Errorf("the repeated request is another one: %d, %s", len(all), all[len(all)-1].Body)
	}
}

func TestBatchCallsEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := newServer(t, func(_ http.ResponseWriter, r *http.Request, _ int) {
		cancel()
		<-r.Context().Done()
	})
	client, _ := newClient(t, s.URL)
	if _, err := client.CreateBatch(ctx, twoRequests()); !same(err, context.Canceled) {
		t.Errorf("create: %v", err)
	}
	for _, err := range client.Batches(ctx, api.BatchListOptions{}) {
		if !same(err, context.Canceled) {
			t.Errorf("list: %v", err)
		}
	}
	if err := client.DeleteBatch(ctx, "b"); !same(err, context.Canceled) {
		t.Errorf("delete: %v", err)
	}
}
